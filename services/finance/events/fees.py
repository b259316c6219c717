"""What finance announces of fees: schedules, bill runs, payments, arrears and the steps of asking for them."""

from dataclasses import dataclass
from datetime import date
from typing import ClassVar, Self

from kit.events import Event
from kit.money import Fen
from kit.ratio import Ratio
from services.finance.domain.arrears import ArrearsPosition, Direction
from services.finance.domain.bill import BillSource, DunningStep, FeeBill, FeeUnit, Payee
from services.finance.domain.dunning import DunningRecord
from services.finance.domain.fee_payment import PaymentChannel, RefundReason


@dataclass(frozen=True)
class ScheduledRate:
    """What one item costs per unit."""

    item_code: str
    unit: FeeUnit
    rate: Fen


@dataclass(frozen=True, kw_only=True)
class FeeScheduleSet(Event):
    """Items have rates from a day on, of a contract or, without one, of the estate; again when they are marked."""

    type: ClassVar[str] = "finance.fee_schedule.set"

    estate_id: str
    contract_id: str | None = None
    rates: tuple[ScheduledRate, ...]
    price_marked: bool
    effective_from: date


@dataclass(frozen=True, kw_only=True)
class BillRunCompleted(Event):
    """An item is billed to the owners of an estate for a period; one fact for each item and payee of the run."""

    type: ClassVar[str] = "finance.bill_run.completed"

    estate_id: str
    run_id: str
    period: str
    item_code: str
    count: int
    total: Fen
    payee: Payee
    payee_id: str
    source: BillSource


@dataclass(frozen=True, kw_only=True)
class PaymentReceived(Event):
    """Money for a bill came in; `payee` is whom the service period is owed to.

    One bank movement that settles several bills is one fact for each, and one without a bill for what is prepaid. All
    carry its reference, so that reference and bill together name the fact.
    """

    type: ClassVar[str] = "finance.payment.received"

    estate_id: str
    payment_id: str
    bill_id: str | None = None
    service_period: str | None = None
    amount: Fen
    payee: Payee
    payee_id: str
    channel: PaymentChannel
    bank_ref: str


@dataclass(frozen=True, kw_only=True)
class PaymentRefunded(Event):
    """Money of a payment went back to whoever paid it."""

    type: ClassVar[str] = "finance.payment.refunded"

    estate_id: str
    refund_id: str
    payment_id: str
    amount: Fen
    reason: RefundReason


@dataclass(frozen=True, kw_only=True)
class ReceivableMovedToTrust(Event):
    """What owners owe for service from the cut-over on is owed to the trust fund; earlier service stays as it was."""

    type: ClassVar[str] = "finance.receivable.moved_to_trust"

    estate_id: str
    cutover_on: date
    bill_ids: tuple[str, ...]
    total: Fen


@dataclass(frozen=True, kw_only=True)
class ArrearsMeasured(Event):
    """How much of what an estate's owners should have paid by a day is overdue."""

    type: ClassVar[str] = "finance.arrears.measured"

    estate_id: str
    as_of: date
    due: Fen
    overdue: Fen
    ratio: Ratio | None = None
    household_ratio: Ratio | None = None
    threshold_reached: bool
    threshold: Ratio | None = None

    @classmethod
    def of(cls, position: ArrearsPosition) -> Self:
        """Return the fact of a measurement."""
        return cls(
            district=position.district,
            aggregate_id=position.estate_id,
            occurred_on=position.as_of,
            estate_id=position.estate_id,
            as_of=position.as_of,
            due=position.due,
            overdue=position.overdue,
            ratio=position.ratio,
            household_ratio=position.household_ratio,
            threshold_reached=position.threshold_reached,
            threshold=position.threshold,
        )


@dataclass(frozen=True, kw_only=True)
class ArrearsThresholdCrossed(Event):
    """An estate's arrears reached the threshold, or fell below it; the line alone opens no case (P5)."""

    type: ClassVar[str] = "finance.arrears.threshold_crossed"

    estate_id: str
    as_of: date
    ratio: Ratio | None = None
    threshold: Ratio | None = None
    direction: Direction

    @classmethod
    def of(cls, position: ArrearsPosition, direction: Direction) -> Self:
        """Return the fact of a crossing at that measurement."""
        return cls(
            district=position.district,
            aggregate_id=position.estate_id,
            occurred_on=position.as_of,
            estate_id=position.estate_id,
            as_of=position.as_of,
            ratio=position.ratio,
            threshold=position.threshold,
            direction=direction,
        )


@dataclass(frozen=True, kw_only=True)
class DunningStepTaken(Event):
    """The owners of a part were asked for an overdue fee."""

    type: ClassVar[str] = "finance.dunning.step"

    estate_id: str
    bill_id: str
    step: DunningStep
    deadline: date | None = None

    @classmethod
    def of(cls, bill: FeeBill, record: DunningRecord) -> Self:
        """Return the fact of a step on a bill."""
        return cls(
            district=bill.district,
            aggregate_id=bill.id,
            occurred_on=record.taken_on,
            estate_id=bill.estate_id,
            bill_id=bill.id,
            step=record.step,
            deadline=record.deadline,
        )
