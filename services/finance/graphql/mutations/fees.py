"""What can be written of fees."""

import strawberry

from kit.graphql.payloads import MutationPayload
from services.finance.graphql import fee_loaders
from services.finance.graphql.context import Info
from services.finance.graphql.fee_run_types import BillRun, run_with_id
from services.finance.graphql.fee_types import (
    FeeAccount,
    FeeBill,
    FeePayment,
    FeeRate,
    account_with_id,
    bill_with_id,
    payment_with_id,
)
from services.finance.graphql.inputs.fees import (
    CancelFeeBillInput,
    DisputeFeeBillInput,
    MarkPricesInput,
    RecordFeePaymentInput,
    RecordFeeUnitsInput,
    RefundFeePaymentInput,
    SetFeeScheduleInput,
    SettleFeeDisputeInput,
    StartBillRunInput,
    WriteOffFeeBillInput,
)
from services.finance.graphql.mutations.write import write
from services.finance.use_cases.cancel_fee_bill import cancel_fee_bill
from services.finance.use_cases.dispute_fee_bill import dispute_fee_bill
from services.finance.use_cases.mark_prices import mark_prices
from services.finance.use_cases.record_fee_payment import record_fee_payment
from services.finance.use_cases.record_fee_units import record_fee_units
from services.finance.use_cases.refund_fee_payment import refund_fee_payment
from services.finance.use_cases.set_fee_schedule import set_fee_schedule
from services.finance.use_cases.settle_fee_dispute import settle_fee_dispute
from services.finance.use_cases.start_bill_run import start_bill_run
from services.finance.use_cases.write_off_fee_bill import write_off_fee_bill


@strawberry.type
class FeeSchedulePayload(MutationPayload):
    """Payload of `setFeeSchedule` and `markPrices`."""

    rates: list[FeeRate] | None = strawberry.field(description="All rates of the contract, or of the estate itself.")


@strawberry.type
class StartBillRunPayload(MutationPayload):
    """Payload of `startBillRun`."""

    run: BillRun | None = strawberry.field(description="The run; its bills are made out in the background.")


@strawberry.type
class FeePaymentPayload(MutationPayload):
    """Payload of `recordFeePayment` and `refundFeePayment`."""

    payment: FeePayment | None
    account: FeeAccount | None


@strawberry.type
class CancelFeeBillPayload(MutationPayload):
    """Payload of `cancelFeeBill`."""

    bill: FeeBill | None


@strawberry.type
class FeeDisputePayload(MutationPayload):
    """Payload of `disputeFeeBill` and `settleFeeDispute`."""

    bill: FeeBill | None


@strawberry.type
class WriteOffFeeBillPayload(MutationPayload):
    """Payload of `writeOffFeeBill`."""

    bill: FeeBill | None


@strawberry.type
class RecordFeeUnitsPayload(MutationPayload):
    """Payload of `recordFeeUnits`."""

    account: FeeAccount | None


@strawberry.type
class FeeMutations:
    """What can be written of fees."""

    @strawberry.mutation(description="Set what items cost from a day on; nothing is billed before they are marked.")
    async def set_fee_schedule(
        self,
        info: Info,
        input: SetFeeScheduleInput,  # noqa: A002 - the schema's own word.
    ) -> FeeSchedulePayload:
        """Set rates."""
        result = await write(
            info,
            "set_fee_schedule",
            input,
            lambda work, policies: set_fee_schedule(work, input.command(), policies=policies),
        )
        return FeeSchedulePayload(rates=await _rates_of(info, result.entity_id("subject")), **result.payload())

    @strawberry.mutation(description="Record that prices are marked clearly where owners see them (明码标价).")
    async def mark_prices(
        self,
        info: Info,
        input: MarkPricesInput,  # noqa: A002 - the schema's own word.
    ) -> FeeSchedulePayload:
        """Mark prices."""
        result = await write(info, "mark_prices", input, lambda work, _: mark_prices(work, input.command()))
        return FeeSchedulePayload(rates=await _rates_of(info, result.entity_id("subject")), **result.payload())

    @strawberry.mutation(
        description="Start a run that makes bills out; the same estate, period and items again are the same run."
    )
    async def start_bill_run(
        self,
        info: Info,
        input: StartBillRunInput,  # noqa: A002 - the schema's own word.
    ) -> StartBillRunPayload:
        """Start a run."""
        result = await write(info, "start_bill_run", input, lambda work, _: start_bill_run(work, input.command()))
        run_id = result.entity_id("run")
        return StartBillRunPayload(run=None if run_id is None else await run_with_id(info, run_id), **result.payload())

    @strawberry.mutation(
        description="Record a payment that the bank confirmed: to the oldest bill first; the rest is prepaid."
    )
    async def record_fee_payment(
        self,
        info: Info,
        input: RecordFeePaymentInput,  # noqa: A002 - the schema's own word.
    ) -> FeePaymentPayload:
        """Record a payment."""
        result = await write(
            info, "record_fee_payment", input, lambda work, _: record_fee_payment(work, input.command())
        )
        return FeePaymentPayload(
            payment=await _payment(info, result.entity_id("payment")),
            account=await _account(info, result.entity_id("account")),
            **result.payload(),
        )

    @strawberry.mutation(description="Record that prepaid money of a payment went back to whoever paid it.")
    async def refund_fee_payment(
        self,
        info: Info,
        input: RefundFeePaymentInput,  # noqa: A002 - the schema's own word.
    ) -> FeePaymentPayload:
        """Record a refund."""
        result = await write(
            info, "refund_fee_payment", input, lambda work, _: refund_fee_payment(work, input.command())
        )
        return FeePaymentPayload(
            payment=await _payment(info, result.entity_id("payment")),
            account=await _account(info, result.entity_id("account")),
            **result.payload(),
        )

    @strawberry.mutation(description="Take a bill back; what was paid on it is prepaid and may be refunded.")
    async def cancel_fee_bill(
        self,
        info: Info,
        input: CancelFeeBillInput,  # noqa: A002 - the schema's own word.
    ) -> CancelFeeBillPayload:
        """Cancel a bill."""
        result = await write(
            info,
            "cancel_fee_bill",
            input,
            lambda work, _: cancel_fee_bill(work, bill_id=str(input.bill_id), reason=input.reason),
        )
        return CancelFeeBillPayload(bill=await _bill(info, result.entity_id("bill")), **result.payload())

    @strawberry.mutation(
        description="Refuse a bill that charges twice or too widely, as one of its owners or as the desk that takes "
        "their word down: nobody is asked for it until settleFeeDispute. STATE_CONFLICT for one that is paid, "
        "cancelled, written off or disputed already."
    )
    async def dispute_fee_bill(
        self,
        info: Info,
        input: DisputeFeeBillInput,  # noqa: A002 - the schema's own word.
    ) -> FeeDisputePayload:
        """Dispute a bill."""
        result = await write(
            info,
            "dispute_fee_bill",
            input,
            lambda work, _: dispute_fee_bill(work, bill_id=str(input.bill_id), reason=input.reason),
        )
        return FeeDisputePayload(bill=await _bill(info, result.entity_id("bill")), **result.payload())

    @strawberry.mutation(
        description="End a dispute about a bill, as its creditor's side or the street: it stands again, or it is "
        "cancelled as by cancelFeeBill, and what was paid on it is prepaid. STATE_CONFLICT where no dispute is open."
    )
    async def settle_fee_dispute(
        self,
        info: Info,
        input: SettleFeeDisputeInput,  # noqa: A002 - the schema's own word.
    ) -> FeeDisputePayload:
        """End a dispute."""
        result = await write(
            info,
            "settle_fee_dispute",
            input,
            lambda work, _: settle_fee_dispute(
                work, bill_id=str(input.bill_id), upheld=input.upheld, reason=input.reason
            ),
        )
        return FeeDisputePayload(bill=await _bill(info, result.entity_id("bill")), **result.payload())

    @strawberry.mutation(
        description="Give up what is open of a bill, as its creditor's side; what is paid stays paid, and later money "
        "is prepaid. STATE_CONFLICT where nothing is open or the month of the decision is closed."
    )
    async def write_off_fee_bill(
        self,
        info: Info,
        input: WriteOffFeeBillInput,  # noqa: A002 - the schema's own word.
    ) -> WriteOffFeeBillPayload:
        """Write a bill off."""
        result = await write(
            info, "write_off_fee_bill", input, lambda work, _: write_off_fee_bill(work, input.command())
        )
        return WriteOffFeeBillPayload(bill=await _bill(info, result.entity_id("bill")), **result.payload())

    @strawberry.mutation(description="Record the spaces of a part from a day on, or its uses of a service on a day.")
    async def record_fee_units(
        self,
        info: Info,
        input: RecordFeeUnitsInput,  # noqa: A002 - the schema's own word.
    ) -> RecordFeeUnitsPayload:
        """Record spaces or uses."""
        result = await write(info, "record_fee_units", input, lambda work, _: record_fee_units(work, input.command()))
        return RecordFeeUnitsPayload(account=await _account(info, result.entity_id("account")), **result.payload())


async def _rates_of(info: Info, subject_id: str | None) -> list[FeeRate] | None:
    if subject_id is None:
        return None
    of_estate = subject_id.startswith("est_")
    batch = fee_loaders.rates_by_estate if of_estate else fee_loaders.rates_by_contract
    rates = await info.context.load(batch, subject_id)
    return [FeeRate.of(rate) for rate in rates or []]


async def _bill(info: Info, bill_id: str | None) -> FeeBill | None:
    return None if bill_id is None else await bill_with_id(info, bill_id)


async def _payment(info: Info, payment_id: str | None) -> FeePayment | None:
    return None if payment_id is None else await payment_with_id(info, payment_id)


async def _account(info: Info, account_id: str | None) -> FeeAccount | None:
    return None if account_id is None else await account_with_id(info, account_id)
