"""What an estate began with: it stands until it is taken back, which it can be only as long as it is whole."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum

from kit.errors import Duplicate, NotFound, StateConflict
from kit.money import Fen, add_fen, format_money
from policy.vocabulary import IncomeEarmark
from services.finance.domain.bill import BILL_PREFIX, BillSource, Creditor, FeeBill, FeeUnit, Standing
from services.finance.domain.billing_period import BillingPeriod, parse_period
from services.finance.domain.deposit import PerformanceDeposit
from services.finance.domain.deposit_state import DepositState
from services.finance.domain.estate import Estate
from services.finance.domain.opening import OpeningRow
from services.finance.domain.part import Part

CUT_OVER_PREFIX = "cut"
OPENING_ITEM = "OPENING"
"""The item of a bill for what was owed before the platform, whatever it was owed for."""


class CutOverState(StrEnum):
    """Whether an estate's opening stands, or was taken back."""

    OPENED = "OPENED"
    REVERSED = "REVERSED"


class AlreadyOpened(Duplicate):
    """The estate began with another opening; that one is taken back first."""


class LivePostings(StateConflict):
    """Something was posted by that day already: the opening would count it twice."""


class CutOverUnknown(NotFound):
    """The estate has no opening that stands, or it is outside what the caller may see."""


class ChargedBeforeCutOver(Duplicate):
    """What was owed for that time is in the opening: it is not charged again (DH-38)."""


class OpeningInUse(StateConflict):
    """What the estate began with was paid, moved or claimed since: it can no longer be taken back as a whole."""


@dataclass(frozen=True)
class OpenedDeposit:
    """What a custody account held of a deposit, in fen."""

    deposit_id: str
    account_id: str
    amount: Fen


@dataclass(frozen=True)
class OpenedPrepaid:
    """What a part had prepaid to a creditor, in fen."""

    part_id: str
    creditor: Creditor
    amount: Fen


@dataclass(frozen=True)
class CutOver:
    """What an estate began with: by which postings, bills, deposits, prepaid money and revenue.

    `fund_postings` are those of maintenance funds, with the fund of each; `posting_ids` are all others.
    """

    id: str
    district: str
    estate_id: str
    as_of: date
    digest: str
    state: CutOverState = CutOverState.OPENED
    fund_postings: tuple[tuple[str, str], ...] = ()
    posting_ids: tuple[str, ...] = ()
    bill_count: int = 0
    deposits: tuple[OpenedDeposit, ...] = ()
    prepaid: tuple[OpenedPrepaid, ...] = ()
    revenue: tuple[tuple[IncomeEarmark, Fen], ...] = ()

    @property
    def bill_ids(self) -> tuple[str, ...]:
        """The ids of the bills, by their number from 1."""
        return tuple(bill_id(self.id, number) for number in range(1, self.bill_count + 1))


def check_billed_since(cut_over: CutOver, period: BillingPeriod, *, path: Sequence[str] = ()) -> None:
    """Raise ChargedBeforeCutOver for a period with a month that was over on the day of the cut-over (DH-38).

    An estate that began without any fees is billed for whatever time.
    """
    has_fees = cut_over.bill_count > 0 or bool(cut_over.prepaid)
    if has_fees and parse_period(period.months[0]).to <= cut_over.as_of:
        raise ChargedBeforeCutOver(
            f"the fees until {cut_over.as_of.isoformat()} are in the opening balances", path=path, value=period.text
        )


def bill_id(cut_over_id: str, number: int) -> str:
    """Return the id of one of an opening's bills, by its number."""
    return f"{BILL_PREFIX}_{cut_over_id.removeprefix(f'{CUT_OVER_PREFIX}_')}-{number:07d}"


def opening_bill(
    row: OpeningRow, *, id_: str, run_id: str, estate: Estate, part: Part, debtors: Sequence[str], creditor: Creditor
) -> FeeBill:
    """Return the bill of what a part owed on the day of the cut-over: one sum, due by then, of whatever items."""
    assert part.facts is not None
    return FeeBill(
        id=id_,
        district=estate.district,
        estate_id=estate.id,
        part_id=part.id,
        door_number=part.facts.door_number,
        owner_ids=tuple(debtors),
        run_id=run_id,
        item_code=OPENING_ITEM,
        period=row.as_of.isoformat()[:7],
        from_=row.as_of,
        to=row.as_of,
        issued_on=row.as_of,
        due_on=row.due_on or row.as_of,
        unit=FeeUnit.PER_USE,
        rate=row.balance,
        quantity=1,
        amount=row.balance,
        creditor=creditor,
        source=BillSource.OPENING,
    )


def cancel_opening_bill(bill: FeeBill, *, on: date) -> FeeBill:
    """Return the bill taken back as if it had never been; raises OpeningInUse for one that was paid or taken back."""
    if bill.standing is not Standing.OPEN or bill.paid != 0:
        raise OpeningInUse(f"the bill was paid by {format_money(bill.paid)} or taken back", value=bill.id)
    return replace(bill, standing=Standing.CANCELLED, cancelled_on=on)


def without_opening(deposit: PerformanceDeposit, opened: OpenedDeposit) -> PerformanceDeposit:
    """Return the deposit as it was before its opening; raises OpeningInUse once money moved, was claimed or held."""
    held = {one.account_id: one for one in deposit.holdings}.get(opened.account_id)
    is_whole = deposit.state in (DepositState.HELD, DepositState.PART_PAID) and deposit.hold is None
    if held is None or held.amount < opened.amount or not is_whole or deposit.open_claim is not None:
        raise OpeningInUse(f"the deposit is {deposit.state.value}", value=deposit.id)
    left = replace(held, amount=add_fen(held.amount, Fen(-opened.amount)))
    others = tuple(one for one in deposit.holdings if one.account_id != opened.account_id)
    holdings = (*others, left) if left.amount else others
    return replace(deposit, holdings=holdings, state=DepositState.PART_PAID if holdings else DepositState.DEMANDED)
