"""How every command on a maintenance fund writes money: postings, movements by reason, and the fund's own balance."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Final

from kit.caller import Role
from kit.errors import Duplicate, ValidationFailed
from kit.ledger.store import PostedPosting, PostingKeyUsed, open_account, post
from kit.ledger.transfers import Posting, Transfer
from kit.money import add_fen, sum_fen
from kit.mongo import UnitOfWork
from services.finance.domain.books import maintenance_book
from services.finance.domain.deposit_ledger import bank_account_id, checked_bank_reference
from services.finance.domain.estate import Estate
from services.finance.domain.maintenance_fund import FundUnknown, MaintenanceFund
from services.finance.domain.maintenance_ledger import (
    bank_postings,
    changes_of_fund,
    clearing_account,
    clearing_account_id,
)
from services.finance.domain.maintenance_statement import FundEntry
from services.finance.domain.visibility import areas_of_estate
from services.finance.store.estates import find_estate
from services.finance.store.maintenance_funds import find_fund
from services.finance.store.maintenance_movements import keep_movements

PATH: Final = ("input",)
EXPLANATION: Final = "explanation"
"""Under which name an outcome's details tell how the written amount came about."""

CUSTODIANS: Final = (Role.FINANCE_BUREAU, Role.HOUSING_BUREAU, Role.DISTRICT_OFFICE, Role.CITY_OFFICE)
"""Who keeps a fund for its owners, and so records what its bank account did (ZG-32)."""


class FundBankReferenceUsed(Duplicate):
    """The bank's reference was recorded already for this account; one bank movement is recorded once."""


class BankDayInvalid(ValidationFailed):
    """The bank's day lies before the fund was opened, or in the future."""


@dataclass(frozen=True)
class FundPlace:
    """A fund with its estate, and the grants that see both."""

    fund: MaintenanceFund
    estate: Estate

    @property
    def areas(self) -> tuple[str, ...]:
        """Return the grants that see the estate's records."""
        estate = self.estate
        return areas_of_estate(
            district=estate.district,
            street_id=estate.street_id,
            community_id=estate.community_id,
            estate_id=estate.id,
        )


@dataclass(frozen=True)
class BankMovement:
    """What the bank did: its own account, reference and day, and what it is called in the book."""

    account_id: str
    bank_ref: str
    day: date
    memo: str


async def fund_in_scope(work: UnitOfWork, fund_id: str, *, name: str = "fundId") -> FundPlace:
    """Return the fund and its estate as the caller sees them; raises FundUnknown."""
    scope = work.caller.scope
    fund = await find_fund(work, fund_id, scope=scope)
    estate = None if fund is None else await find_estate(work, fund.estate_id, scope=scope)
    if fund is None or estate is None:
        raise FundUnknown("no such maintenance fund", path=(*PATH, name), value=fund_id)
    return FundPlace(fund, estate)


def bank_movement(
    fund: MaintenanceFund, *, bank_ref: str, day: date, today: date, memo: str, name: str
) -> BankMovement:
    """Return the bank's movement on the fund's account; raises BankDayInvalid, ValidationFailed for the reference."""
    if not fund.opened_on <= day <= today:
        raise BankDayInvalid(
            f"the bank's day lies between {fund.opened_on.isoformat()} and today",
            path=(*PATH, name),
            value=day.isoformat(),
        )
    reference = checked_bank_reference(bank_ref, path=(*PATH, "bankRef"))
    return BankMovement(fund.custody_account_id, reference, day, memo)


async def post_to_fund(
    work: UnitOfWork, place: FundPlace, movement: BankMovement, transfers: Sequence[Transfer], *, kind: FundEntry
) -> tuple[MaintenanceFund, tuple[str, ...]]:
    """Post the transfers for one reason and return the fund with its new balance, not yet saved, and the postings' ids.

    The first posting alone touches the bank's account, under the bank's reference. Raises FundBankReferenceUsed, and
    what the ledger raises: no door and no pool ever goes below zero.
    """
    fund, posting_ids = place.fund, []
    bank, clearing = bank_account_id(movement.account_id), clearing_account_id(fund.id)
    postings = bank_postings(transfers, bank=bank, clearing=clearing)
    if len(postings) > 1:
        await open_account(work, clearing_account(fund, areas=place.areas))
    for number, part in enumerate(postings):
        key = bank_key(movement) if number == 0 else f"fund-parts:{bank_key(movement)}:{number}"
        posted = await post_once(
            work,
            movement,
            Posting(
                book=maintenance_book(fund.district),
                key=key,
                transfers=part,
                occurred_on=movement.day,
                memo=movement.memo,
                district=fund.district,
                policy_id=fund.policy_version_id,
            ),
        )
        changes = changes_of_fund(part)
        await keep_movements(work, fund, changes, posting_id=posted.id, kind=kind, day=movement.day, areas=place.areas)
        fund = replace(fund, balance=add_fen(fund.balance, sum_fen(changes.values())))
        posting_ids.append(posted.id)
    return fund, tuple(posting_ids)


def bank_key(movement: BankMovement) -> str:
    """Return the business key of what the bank did: it ends with the bank's reference, by which its line is found."""
    return f"fund:{movement.account_id}:{movement.bank_ref}"


async def post_once(work: UnitOfWork, movement: BankMovement, posting: Posting) -> PostedPosting:
    """Post what the bank did; raises FundBankReferenceUsed if its reference stands for anything already."""
    try:
        posted = await post(work, posting)
    except PostingKeyUsed:
        posted = None
    if posted is None or posted.replayed:
        raise FundBankReferenceUsed(
            "this bank reference is recorded already", path=(*PATH, "bankRef"), value=movement.bank_ref
        )
    return posted
