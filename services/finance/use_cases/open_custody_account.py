"""A street opens its designated account for deposits (ZG-20)."""

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
    CustodyAccount,
    CustodyAccountExists,
    NotOpenedHere,
    StreetUnknown,
    checked_holder,
    masked_account_number,
)
from services.finance.domain.deposit_ledger import bank_account
from services.finance.domain.visibility import areas_of_street
from services.finance.store.custody_accounts import find_accounts_of_streets, save_account
from services.finance.store.estates import find_district_of_street

PATH = ("input",)


@dataclass(frozen=True)
class OpenCustodyAccount:
    """The command: the whole bank account number is masked before anything is kept."""

    kind: CustodyKind
    street_id: str
    holder: str
    bank_account: str
    opened_on: date


async def open_custody_account(work: UnitOfWork, command: OpenCustodyAccount) -> Outcome:
    """Open the street's account, here and in the ledger, and return its id as `custodyAccount`.

    Raises ForbiddenActor for other roles, NotOpenedHere, StreetUnknown, CustodyAccountExists for a second account of
    the street, NotABankAccount, ValidationFailed for a holder without a name or a day to come.
    """
    work.caller.require_role(Role.STREET, Role.DISTRICT_OFFICE, Role.FINANCE_BUREAU, Role.CITY_OFFICE)
    if command.kind is not CustodyKind.STREET_DESIGNATED:
        raise NotOpenedHere(
            f"only an account of the kind {CustodyKind.STREET_DESIGNATED.value} is opened here",
            path=(*PATH, "kind"),
            value=command.kind.value,
        )
    holder = checked_holder(command.holder, path=(*PATH, "holder"))
    masked_number = masked_account_number(command.bank_account, path=(*PATH, "bankAccount"))
    if command.opened_on > work.today:
        raise ValidationFailed(
            "an account was opened in the past", path=(*PATH, "openedOn"), value=command.opened_on.isoformat()
        )
    scope = work.caller.scope
    district = await find_district_of_street(work, command.street_id, scope=scope)
    areas = () if district is None else areas_of_street(district=district, street_id=command.street_id)
    if district is None or not scope.covers(areas):
        raise StreetUnknown("no estate of this street is known", path=(*PATH, "streetId"), value=command.street_id)
    if command.street_id in await find_accounts_of_streets(work, [command.street_id], scope=scope):
        raise CustodyAccountExists(
            "the street has its designated account already", path=(*PATH, "streetId"), value=command.street_id
        )
    account = CustodyAccount(
        id=new_id("cus"),
        kind=command.kind,
        district=district,
        holder=holder,
        bank_account_masked=masked_number,
        opened_on=command.opened_on,
        street_id=command.street_id,
    )
    await save_account(work, account, areas=areas)
    await open_account(work, bank_account(account, areas=areas))
    return Outcome(entity_ids={"custodyAccount": account.id})
