"""How much of what an estate's owners should have paid by a day is overdue, exactly (XY-15, A-12, P5, G-21)."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum

from kit.explanation import ExplainedValue, Explanation
from kit.money import ZERO_FEN, Fen, add_fen, format_money
from kit.ratio import Ratio, at_least, ratio_half_up
from policy.instruments.fees import ArrearsPolicy
from policy.vocabulary import ArrearsBase
from services.finance.domain.bill import FeeBill

FORMULA = "overdue ÷ due"


class Direction(StrEnum):
    """Which way an estate's arrears crossed the threshold."""

    UP = "UP"
    DOWN = "DOWN"


@dataclass(frozen=True)
class ArrearsPosition:
    """The arrears of an estate at the end of a day: fen, and doors with a bill due and with one overdue.

    `threshold` is None where the district has none; then nothing is ever reached. `reached_since` is the first of the
    measured days on end on which the threshold was reached.
    """

    estate_id: str
    district: str
    as_of: date
    due: Fen
    overdue: Fen
    billed_doors: int
    debtor_doors: int
    threshold: Ratio | None = None
    threshold_reached: bool = False
    explanation: Explanation | None = None
    reached_since: date | None = None

    @property
    def ratio(self) -> Ratio | None:
        """The share of money that is overdue, rounded for showing; None where nothing is due."""
        return None if self.due <= 0 else ratio_half_up(self.overdue, self.due)

    @property
    def household_ratio(self) -> Ratio | None:
        """The share of doors that owe something overdue, rounded for showing (A-12); None where no door was billed."""
        return None if self.billed_doors == 0 else ratio_half_up(self.debtor_doors, self.billed_doors)


@dataclass
class ArrearsCount:
    """The sums over an estate's bills, added page by page; a bill counts as it stood on the day `as_of`."""

    as_of: date
    due: Fen = ZERO_FEN
    overdue: Fen = ZERO_FEN
    billed: set[str] = field(default_factory=set)
    debtors: set[str] = field(default_factory=set)

    def add(self, bills: Iterable[FeeBill]) -> None:
        """Add bills; those due later, not yet issued, or cancelled or written off by then are left out.

        What is due on the day itself is due and not yet overdue; payments count by the bank's day. A bill is owed while
        it is disputed, and one that is written off was owed until the day before.
        """
        for bill in bills:
            if not bill.was_billed_on(self.as_of) or bill.due_on > self.as_of:
                continue
            self.due = add_fen(self.due, bill.amount)
            self.billed.add(bill.part_id)
            unpaid = Fen(bill.amount - bill.paid_until(self.as_of))
            if unpaid > 0 and bill.due_on < self.as_of:
                self.overdue = add_fen(self.overdue, unpaid)
                self.debtors.add(bill.part_id)


def position(count: ArrearsCount, *, estate_id: str, district: str, policy: ArrearsPolicy | None) -> ArrearsPosition:
    """Return the position that the sums make; the threshold is included (达20%以上) and compared between integers."""
    reached = False
    if policy is not None:
        by_money = policy.base is ArrearsBase.AMOUNT
        part, whole = (count.overdue, count.due) if by_money else (len(count.debtors), len(count.billed))
        reached = whole > 0 and at_least(part, whole, policy.threshold)
    return ArrearsPosition(
        estate_id=estate_id,
        district=district,
        as_of=count.as_of,
        due=count.due,
        overdue=count.overdue,
        billed_doors=len(count.billed),
        debtor_doors=len(count.debtors),
        threshold=None if policy is None else policy.threshold,
        threshold_reached=reached,
        explanation=None if policy is None else _explain(count, policy),
    )


def crossing(before: ArrearsPosition | None, after: ArrearsPosition) -> Direction | None:
    """Return which way the threshold was crossed since the measurement before; None where it was not (F6).

    Falling below closes the marker only; a running case goes on (P5).
    """
    was_reached = before is not None and before.threshold_reached
    if was_reached == after.threshold_reached:
        return None
    return Direction.UP if after.threshold_reached else Direction.DOWN


def _explain(count: ArrearsCount, policy: ArrearsPolicy) -> Explanation:
    day = count.as_of.isoformat()
    return Explanation(
        formula=FORMULA,
        inputs=(
            ExplainedValue("overdue", format_money(count.overdue), "yuan", f"bills due before {day} less payments"),
            ExplainedValue("due", format_money(count.due), "yuan", f"bills due until {day}"),
        ),
        parameters=policy.explained("threshold", "base"),
        result=f"{count.overdue}/{count.due}",
        clause=policy.source.clause or policy.parameter("threshold").clause,
        document=policy.source.document,
        policy_version_id=policy.source.policy_version_id,
    )
