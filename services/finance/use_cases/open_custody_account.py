"""An office opens an account for entrusted money: of a street for deposits (ZG-20), of a district or an estate."""

from dataclasses import dataclass
from datetime import date

from kit.caller import Role
from kit.errors import ValidationFailed
from kit.idempotency import Outcome
from kit.ids import new_id
from kit.ledger.store import open_account
from kit.mongo import UnitOfWork
from policy.vocabulary import CustodyKind
from services.finance.domain.custody import (
    HELD_FOR,
    CustodyAccount,
    CustodyAccountExists,
    DistrictUnknown,
    HeldFor,
    StreetUnknown,
    checked_holder,
    masked_account_number,
    place_of,
)
from services.finance.domain.deposit_ledger import bank_account
from services.finance.domain.estate import EstateUnknown
from services.finance.domain.visibility import areas_of_district, areas_of_estate, areas_of_street
from services.finance.store.custody_accounts import find_account_of_place, save_account
from services.finance.store.estates import find_district_of_street, find_estate, is_known_district

PATH = ("input",)


@dataclass(frozen=True)
class OpenCustodyAccount:
    """The command: the whole bank account number is masked before anything is kept; one place is named."""

    kind: CustodyKind
    holder: str
    bank_account: str
    opened_on: date
    street_id: str | None = None
    estate_id: str | None = None
    district: str | None = None


@dataclass(frozen=True)
class _Place:
    """For whom the account is held, and which grants see it."""

    district: str
    areas: tuple[str, ...]
    street_id: str | None = None
    estate_id: str | None = None


async def open_custody_account(work: UnitOfWork, command: OpenCustodyAccount) -> Outcome:
    """Open the account, here and in the ledger, and return its id as `custodyAccount`.

    Raises ForbiddenActor for other roles, NotOpenedHere, WrongHolder, StreetUnknown, EstateUnknown, DistrictUnknown,
    CustodyAccountExists for a second account of the kind, NotABankAccount, ValidationFailed for a holder without a name
    or a day to come.
    """
    work.caller.require_role(
        Role.STREET, Role.DISTRICT_OFFICE, Role.FINANCE_BUREAU, Role.HOUSING_BUREAU, Role.CITY_OFFICE
    )
    named = place_of(
        command.kind,
        district=command.district,
        street_id=command.street_id,
        estate_id=command.estate_id,
        path=PATH,
    )
    holder = checked_holder(command.holder, path=(*PATH, "holder"))
    masked_number = masked_account_number(command.bank_account, path=(*PATH, "bankAccount"))
    if command.opened_on > work.today:
        raise ValidationFailed(
            "an account was opened in the past", path=(*PATH, "openedOn"), value=command.opened_on.isoformat()
        )
    place = await _FIND_PLACE[HELD_FOR[command.kind]](work, named)
    known = await find_account_of_place(
        work,
        command.kind,
        district=place.district,
        street_id=place.street_id,
        estate_id=place.estate_id,
        scope=work.caller.scope,
    )
    if known is not None:
        raise CustodyAccountExists("there is an account of this kind already", path=(*PATH, "kind"), value=known.id)
    account = CustodyAccount(
        id=new_id("cus"),
        kind=command.kind,
        district=place.district,
        holder=holder,
        bank_account_masked=masked_number,
        opened_on=command.opened_on,
        street_id=place.street_id,
        estate_id=place.estate_id,
    )
    await save_account(work, account, areas=place.areas)
    await open_account(work, bank_account(account, areas=place.areas))
    return Outcome(entity_ids={"custodyAccount": account.id})


async def _street(work: UnitOfWork, street_id: str) -> _Place:
    scope = work.caller.scope
    district = await find_district_of_street(work, street_id, scope=scope)
    areas = () if district is None else areas_of_street(district=district, street_id=street_id)
    if district is None or not scope.covers(areas):
        raise StreetUnknown("no estate of this street is known", path=(*PATH, "streetId"), value=street_id)
    return _Place(district, areas, street_id=street_id)


async def _estate(work: UnitOfWork, estate_id: str) -> _Place:
    estate = await find_estate(work, estate_id, scope=work.caller.scope)
    if estate is None:
        raise EstateUnknown("no such estate is known", path=(*PATH, "estateId"), value=estate_id)
    areas = areas_of_estate(
        district=estate.district,
        street_id=estate.street_id,
        community_id=estate.community_id,
        estate_id=estate.id,
    )
    return _Place(estate.district, areas, estate_id=estate.id)


async def _district(work: UnitOfWork, district: str) -> _Place:
    areas = areas_of_district(district)
    # An estate of one's own is not enough: the account holds the money of the whole district.
    if not work.caller.scope.covers(areas) or not await is_known_district(work, district, scope=work.caller.scope):
        raise DistrictUnknown("no estate of this district is known", path=(*PATH, "district"), value=district)
    return _Place(district, areas)


_FIND_PLACE = {HeldFor.STREET: _street, HeldFor.ESTATE: _estate, HeldFor.DISTRICT: _district}
