"""Fee bills: what the owners of a part owe for one service item over some days, to whom, and how far it is paid.

Payment and dunning are two things: a bill that was posted at the door may still be paid. Whether a bill is overdue is
read off its due day and the day that is asked about, so nothing has to be written when a day passes. A bill's amount
never changes: what was wrong is cancelled, and made out anew.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum

from kit import explanation as explained
from kit.area import Area, format_area
from kit.errors import NotFound, StateConflict, ValidationFailed
from kit.money import ZERO_FEN, Fen, add_fen, format_money, sum_fen

BILL_PREFIX = "bil"


class BillState(StrEnum):
    """Where the payment of a bill stands; OVERDUE may still become PAID."""

    ISSUED = "ISSUED"
    PART_PAID = "PART_PAID"
    PAID = "PAID"
    OVERDUE = "OVERDUE"
    DISPUTED = "DISPUTED"
    WRITTEN_OFF = "WRITTEN_OFF"
    CANCELLED = "CANCELLED"


class Standing(StrEnum):
    """What is kept of a bill's state: everything that neither its payments nor its due day say.

    OPEN is still to be paid, wholly or in part; SETTLED is paid in full.
    """

    OPEN = "OPEN"
    SETTLED = "SETTLED"
    DISPUTED = "DISPUTED"
    WRITTEN_OFF = "WRITTEN_OFF"
    CANCELLED = "CANCELLED"


class DunningStep(StrEnum):
    """How far the owners were asked to pay; kept apart from the payment."""

    NONE = "NONE"
    REMINDED = "REMINDED"
    POSTED = "POSTED"
    DEADLINE_PASSED = "DEADLINE_PASSED"
    ARBITRATION = "ARBITRATION"
    LAWSUIT = "LAWSUIT"


class Payee(StrEnum):
    """The kinds of body that fees are owed to, by the mode of the estate in the service period."""

    PROVIDER = "PROVIDER"
    OWNERS_PUBLIC_ACCOUNT = "OWNERS_PUBLIC_ACCOUNT"
    TRUST_FUND = "TRUST_FUND"
    COMMUNITY = "COMMUNITY"
    UNIT = "UNIT"


class BillSource(StrEnum):
    """Whether the service was under a contract or mode in force, or went on after the contract's end (art. 950).

    OPENING is what was owed before the platform, taken over at the cut-over.
    """

    REGULAR = "REGULAR"
    POST_TERMINATION = "POST_TERMINATION"
    OPENING = "OPENING"


class FeeUnit(StrEnum):
    """What a fee rate is a price of; a month that is billed in part counts by its days."""

    PER_M2_MONTH = "PER_M2_MONTH"
    PER_HOUSEHOLD_MONTH = "PER_HOUSEHOLD_MONTH"
    PER_SPACE_MONTH = "PER_SPACE_MONTH"
    PER_USE = "PER_USE"


_RATE_UNITS = {
    FeeUnit.PER_M2_MONTH: "yuan/m2/month",
    FeeUnit.PER_HOUSEHOLD_MONTH: "yuan/household/month",
    FeeUnit.PER_SPACE_MONTH: "yuan/space/month",
    FeeUnit.PER_USE: "yuan/use",
}
_QUANTITY_UNITS = {
    FeeUnit.PER_M2_MONTH: "m2",
    FeeUnit.PER_HOUSEHOLD_MONTH: "household",
    FeeUnit.PER_SPACE_MONTH: "space",
    FeeUnit.PER_USE: "use",
}


class BillUnknown(NotFound):
    """No such bill, or it is outside what the caller may see."""


class BillNotPayable(StateConflict):
    """The bill is cancelled, written off or paid: it takes no payment."""


class PaymentAboveBill(ValidationFailed):
    """A bill takes at most what is still owed on it; the rest of a payment is prepaid."""


@dataclass(frozen=True)
class Creditor:
    """Whom a bill is owed to: the kind, and the id of the provider, the trust contract, the community or the estate."""

    payee: Payee
    id: str


@dataclass(frozen=True)
class Settlement:
    """An amount that a payment brought to a bill, on the bank's day; less than nothing where it was taken back."""

    paid_on: date
    amount: Fen
    payment_id: str


@dataclass(frozen=True)
class Dispute:
    """That a bill is disputed from a day on, and why; from `upheld_on` on it stands again, by that finding."""

    on: date
    reason: str
    upheld_on: date | None = None
    finding: str | None = None

    def was_open_on(self, day: date) -> bool:
        """Return whether the bill was disputed at the end of that day."""
        return self.on <= day and (self.upheld_on is None or day < self.upheld_on)


@dataclass(frozen=True, kw_only=True)
class FeeBill:
    """One item's fee of one part over the days `from_` to `to`, both included, owed jointly by those who owned it then.

    `quantity` is the area in hundredths of a square metre, or the number of spaces or uses. `issued_on` is the business
    day of the bill run; before it nothing was billed. `cancelled_on` is set together with CANCELLED, the three
    values of a write-off with WRITTEN_OFF. `disputes` are in their order; one that is open is the last.
    """

    id: str
    district: str
    estate_id: str
    part_id: str
    door_number: str
    owner_ids: tuple[str, ...]
    run_id: str
    item_code: str
    period: str
    from_: date
    to: date
    issued_on: date
    due_on: date
    unit: FeeUnit
    rate: Fen
    quantity: int
    amount: Fen
    creditor: Creditor
    source: BillSource = BillSource.REGULAR
    contract_id: str | None = None
    paid: Fen = ZERO_FEN
    settlements: tuple[Settlement, ...] = ()
    standing: Standing = Standing.OPEN
    dunning: DunningStep = DunningStep.NONE
    cancelled_on: date | None = None
    disputes: tuple[Dispute, ...] = ()
    written_off_on: date | None = None
    written_off: Fen = ZERO_FEN
    write_off_reason: str | None = None

    @property
    def is_disputed(self) -> bool:
        """Whether a dispute waits for its end; also where the bill was paid meanwhile."""
        return bool(self.disputes) and self.disputes[-1].upheld_on is None

    @property
    def can_change(self) -> bool:
        """Whether the bill can be taken back or made out anew: it is neither cancelled nor written off."""
        return self.standing not in (Standing.CANCELLED, Standing.WRITTEN_OFF)

    @property
    def outstanding(self) -> Fen:
        """What is still owed; nothing of a bill that is cancelled or written off."""
        if not self.can_change:
            return ZERO_FEN
        return add_fen(self.amount, Fen(-self.paid))

    def state_on(self, day: date) -> BillState:
        """Return where the payment stands on that day, by what is known now; overdue is after the due day.

        A dispute and a write-off count from their days on.
        """
        if self.standing is Standing.CANCELLED:
            return BillState.CANCELLED
        if self.written_off_on is not None and self.written_off_on <= day:
            return BillState.WRITTEN_OFF
        if self.paid >= self.amount:
            return BillState.PAID
        if any(dispute.was_open_on(day) for dispute in self.disputes):
            return BillState.DISPUTED
        if day > self.due_on:
            return BillState.OVERDUE
        return BillState.PART_PAID if self.paid > 0 else BillState.ISSUED

    def was_billed_on(self, day: date) -> bool:
        """Return whether the bill stood on that day: issued by then, and neither cancelled nor written off."""
        ended_on = self.cancelled_on or self.written_off_on
        return self.issued_on <= day and (ended_on is None or day < ended_on)

    def paid_until(self, day: date) -> Fen:
        """Return what was paid on or before that day, by the bank's days."""
        return sum_fen(one.amount for one in self.settlements if one.paid_on <= day)

    def explanation(self, *, policy_version_id: str) -> explained.Explanation:
        """Return how the amount came about; `policy_version_id` is the version in force on the day of issue."""
        if self.source is BillSource.OPENING:
            return _taken_over(self, policy_version_id=policy_version_id)
        by_use = self.unit is FeeUnit.PER_USE
        quantity = format_area(Area(self.quantity)) if self.unit is FeeUnit.PER_M2_MONTH else str(self.quantity)
        return explained.Explanation(
            formula="rate × uses" if by_use else "rate × quantity, by days of each month",
            inputs=(
                explained.ExplainedValue("rate", format_money(self.rate), _RATE_UNITS[self.unit], "fee schedule"),
                explained.ExplainedValue("quantity", quantity, _QUANTITY_UNITS[self.unit], "registry"),
                explained.ExplainedValue("from", self.from_.isoformat(), "", "service period and ownership"),
                explained.ExplainedValue("to", self.to.isoformat(), "", "service period and ownership"),
            ),
            parameters=(),
            result=format_money(self.amount),
            clause="第九百四十四条" if self.source is BillSource.REGULAR else "第九百五十条",
            document="《中华人民共和国民法典》",
            policy_version_id=policy_version_id,
            rounding="a month's fee is rounded half-up to the fen; within a month it accrues by days, floored",
        )


def _taken_over(bill: FeeBill, *, policy_version_id: str) -> explained.Explanation:
    """Return how a bill of the cut-over came about: nothing was computed."""
    return explained.Explanation(
        formula="balance at the cut-over",
        inputs=(
            explained.ExplainedValue("balance", format_money(bill.amount), "yuan", "opening balances"),
            explained.ExplainedValue("asOf", bill.issued_on.isoformat(), "", "opening balances"),
        ),
        parameters=(),
        result=format_money(bill.amount),
        clause="第九百四十四条",
        document="《中华人民共和国民法典》",
        policy_version_id=policy_version_id,
    )


def settle(bill: FeeBill, settlement: Settlement) -> FeeBill:
    """Return the bill with a payment on it, SETTLED once it is paid in full (OVERDUE may become PAID).

    Raises BillNotPayable for one that takes no payment, PaymentAboveBill for more than what is owed.
    """
    if bill.standing in (Standing.CANCELLED, Standing.WRITTEN_OFF, Standing.SETTLED):
        raise BillNotPayable(f"the bill is {bill.standing.value}", value=bill.id)
    if not 0 < settlement.amount <= bill.outstanding:
        raise PaymentAboveBill(
            f"the bill takes more than nothing and at most {format_money(bill.outstanding)}",
            value=format_money(settlement.amount),
        )
    paid = add_fen(bill.paid, settlement.amount)
    return replace(
        bill,
        paid=paid,
        settlements=(*bill.settlements, settlement),
        standing=Standing.SETTLED if paid == bill.amount else bill.standing,
    )


def oldest_first(bills: Sequence[FeeBill]) -> list[FeeBill]:
    """Return the bills in the order in which a payment goes to them: by due day, then by service day and item."""
    return sorted(bills, key=lambda bill: (bill.due_on, bill.from_, bill.item_code, bill.id))


def total_outstanding(bills: Sequence[FeeBill]) -> Fen:
    """Return what is still owed on the bills together."""
    return sum_fen(bill.outstanding for bill in bills)
