"""What the mutations of fees take."""

from datetime import date

import strawberry

from kit.graphql.payloads import MutationInput
from kit.money import Fen
from policy.vocabulary import CostBearer
from services.finance.domain.bill import FeeUnit
from services.finance.domain.fee_payment import PaymentChannel, RefundReason
from services.finance.use_cases.mark_prices import MarkPrices
from services.finance.use_cases.record_fee_payment import RecordFeePayment
from services.finance.use_cases.record_fee_units import RecordFeeUnits
from services.finance.use_cases.refund_fee_payment import RefundFeePayment
from services.finance.use_cases.set_fee_schedule import ItemRate, SetFeeSchedule
from services.finance.use_cases.start_bill_run import StartBillRun
from services.finance.use_cases.write_off_fee_bill import WriteOffFeeBill

strawberry.enum(CostBearer, description="Who bears the cost of a service.")


@strawberry.input(description="What one item costs.")
class FeeRateInput:
    """One rate of `setFeeSchedule`."""

    item_code: str = strawberry.field(description='The service\'s code in the contract, e.g. "CLEANING".')
    unit: FeeUnit
    rate: Fen = strawberry.field(description='In yuan per unit, above zero, e.g. "1.20".')
    bearer: CostBearer = strawberry.field(
        default=CostBearer.ALL_OWNERS, description="Only what owners bear is billed to them."
    )


@strawberry.input(description="What items cost from a day on.")
class SetFeeScheduleInput(MutationInput):
    """Input of `setFeeSchedule`."""

    estate_id: strawberry.ID
    contract_id: strawberry.ID | None = strawberry.field(
        default=None, description="The contract that prices them; none where the estate is managed without one."
    )
    effective_from: date
    decision_id: strawberry.ID | None = strawberry.field(
        default=None, description="The joint decision that the rates rest on, unless it is the contract's own."
    )
    rates: list[FeeRateInput] = strawberry.field(description="1 to 20 different items.")

    def command(self) -> SetFeeSchedule:
        """Return the command of the use case."""
        return SetFeeSchedule(
            estate_id=str(self.estate_id),
            contract_id=None if self.contract_id is None else str(self.contract_id),
            effective_from=self.effective_from,
            decision_id=None if self.decision_id is None else str(self.decision_id),
            rates=tuple(ItemRate(one.item_code, one.unit, one.rate, one.bearer) for one in self.rates),
        )


@strawberry.input(description="Prices that are marked clearly where owners see them.")
class MarkPricesInput(MutationInput):
    """Input of `markPrices`."""

    estate_id: strawberry.ID
    contract_id: strawberry.ID | None = None
    effective_from: date = strawberry.field(description="The first day of the rates that are marked.")
    items: list[str]
    marked_on: date = strawberry.field(description="Today or earlier.")

    def command(self) -> MarkPrices:
        """Return the command of the use case."""
        return MarkPrices(
            estate_id=str(self.estate_id),
            contract_id=None if self.contract_id is None else str(self.contract_id),
            effective_from=self.effective_from,
            items=tuple(self.items),
            marked_on=self.marked_on,
        )


@strawberry.input(description="A run that makes an estate's bills out.")
class StartBillRunInput(MutationInput):
    """Input of `startBillRun`."""

    estate_id: strawberry.ID
    period: str = strawberry.field(description='A month, quarter or year: "2026-03", "2026-Q1", "2026".')
    items: list[str] = strawberry.field(description="1 to 20 different items that have a marked rate.")
    due_on: date = strawberry.field(description="Today or later, and not before the period.")
    post_termination: bool = strawberry.field(
        default=False, description="Bill the days after the contract's end, until somebody takes over (art. 950)."
    )

    def command(self) -> StartBillRun:
        """Return the command of the use case."""
        return StartBillRun(
            estate_id=str(self.estate_id),
            period=self.period,
            items=tuple(self.items),
            due_on=self.due_on,
            post_termination=self.post_termination,
        )


@strawberry.input(description="A payment of fees that the bank confirmed.")
class RecordFeePaymentInput(MutationInput):
    """Input of `recordFeePayment`."""

    part_id: strawberry.ID
    amount: Fen = strawberry.field(description='In yuan, above zero, e.g. "107.22".')
    bank_ref: str = strawberry.field(description="1 to 64 characters; told again, it is the same payment.")
    paid_on: date = strawberry.field(description="The bank's day, today or earlier.")
    channel: PaymentChannel = PaymentChannel.BANK_TRANSFER
    custody_account_id: strawberry.ID | None = strawberry.field(
        default=None,
        description="The custody account that it came into; by default that of the owners or of their fund, if they "
        "are paid and have one.",
    )
    owner_id: strawberry.ID | None = strawberry.field(
        default=None,
        description="The owner who paid: only the bills that this one owes are settled, the oldest first, and the rest "
        "is prepaid by this one. Null: all bills of the part, the oldest first.",
    )

    def command(self) -> RecordFeePayment:
        """Return the command of the use case."""
        return RecordFeePayment(
            part_id=str(self.part_id),
            amount=self.amount,
            bank_ref=self.bank_ref,
            paid_on=self.paid_on,
            channel=self.channel,
            custody_account_id=None if self.custody_account_id is None else str(self.custody_account_id),
            owner_id=None if self.owner_id is None else str(self.owner_id),
        )


@strawberry.input(description="Money of a payment that went back.")
class RefundFeePaymentInput(MutationInput):
    """Input of `refundFeePayment`."""

    payment_id: strawberry.ID
    amount: Fen = strawberry.field(description="In yuan, above zero, at most what is prepaid of the part.")
    refund_reason: RefundReason
    bank_ref: str = strawberry.field(description="1 to 64 characters; told again, it is the same refund.")
    refunded_on: date = strawberry.field(description="From the day of the payment to today.")

    def command(self) -> RefundFeePayment:
        """Return the command of the use case."""
        return RefundFeePayment(
            payment_id=str(self.payment_id),
            amount=self.amount,
            reason=self.refund_reason,
            bank_ref=self.bank_ref,
            refunded_on=self.refunded_on,
        )


@strawberry.input(description="A bill that is taken back; `reason` is required.")
class CancelFeeBillInput(MutationInput):
    """Input of `cancelFeeBill`."""

    bill_id: strawberry.ID


@strawberry.input(description="A bill that its owners refuse; `reason` is required.")
class DisputeFeeBillInput(MutationInput):
    """Input of `disputeFeeBill`."""

    bill_id: strawberry.ID


@strawberry.input(description="How a dispute about a bill ends; `reason` is required.")
class SettleFeeDisputeInput(MutationInput):
    """Input of `settleFeeDispute`."""

    bill_id: strawberry.ID
    upheld: bool = strawberry.field(description="True: the bill stands again. False: it is cancelled.")


@strawberry.input(description="A bill whose creditor gives up what is open of it; `reason` is required.")
class WriteOffFeeBillInput(MutationInput):
    """Input of `writeOffFeeBill`."""

    bill_id: strawberry.ID
    decided_on: date | None = strawberry.field(
        default=None,
        description="From the day of the bill and its last payment to today, in a month that is open; default today.",
    )

    def command(self) -> WriteOffFeeBill:
        """Return the command of the use case."""
        return WriteOffFeeBill(bill_id=str(self.bill_id), reason=self.reason, decided_on=self.decided_on)


@strawberry.input(description="Spaces that a part has from a day on, or its uses of a service on a day.")
class RecordFeeUnitsInput(MutationInput):
    """Input of `recordFeeUnits`."""

    part_id: strawberry.ID
    item_code: str
    unit: FeeUnit = strawberry.field(description="PER_SPACE_MONTH or PER_USE.")
    on: date
    quantity: int = strawberry.field(description="Up to 10,000; zero spaces end those before.")

    def command(self) -> RecordFeeUnits:
        """Return the command of the use case."""
        return RecordFeeUnits(
            part_id=str(self.part_id),
            item_code=self.item_code,
            unit=self.unit,
            on=self.on,
            quantity=self.quantity,
        )
