"""What can be written of arrears and dunning."""

import strawberry

from kit.graphql.payloads import MutationPayload
from services.finance.domain.bill import DunningStep
from services.finance.domain.dunning import notice_of
from services.finance.graphql.arrears_types import ArrearsPosition, DunningNotice
from services.finance.graphql.context import Info
from services.finance.graphql.fee_types import FeeBill, bill_with_id
from services.finance.graphql.inputs.arrears import MarkLeadPayerInput, MeasureArrearsInput, TakeDunningStepInput
from services.finance.graphql.mutations.write import write
from services.finance.store.arrears_positions import find_position
from services.finance.use_cases.mark_lead_payer import mark_lead_payer
from services.finance.use_cases.measure_arrears import measure_arrears
from services.finance.use_cases.take_dunning_step import take_dunning_step


@strawberry.type
class MeasureArrearsPayload(MutationPayload):
    """Payload of `measureArrears`."""

    position: ArrearsPosition | None


@strawberry.type
class TakeDunningStepPayload(MutationPayload):
    """Payload of `takeDunningStep`."""

    bill: FeeBill | None
    notice: DunningNotice | None = strawberry.field(description="What is posted; null for every other step.")


@strawberry.type
class MarkLeadPayerPayload(MutationPayload):
    """Payload of `markLeadPayer`; the mark itself is shown to nobody."""


@strawberry.type
class ArrearsMutations:
    """What can be written of arrears and dunning."""

    @strawberry.mutation(
        description="Measure an estate's arrears at the end of a day and announce them; a day is measured once."
    )
    async def measure_arrears(
        self,
        info: Info,
        input: MeasureArrearsInput,  # noqa: A002 - the schema's own word.
    ) -> MeasureArrearsPayload:
        """Measure arrears."""
        context = info.context

        result = await write(
            info,
            "measure_arrears",
            input,
            lambda work, policies: measure_arrears(work, input.command(), policies=policies),
        )
        estate_id = result.entity_id("estate")
        record = None
        if estate_id is not None:
            record = await find_position(context.mongo, estate_id, input.as_of, scope=context.scope)
        return MeasureArrearsPayload(
            position=None if record is None else ArrearsPosition.of(record), **result.payload()
        )

    @strawberry.mutation(
        description="Mark an owner as public employee or party member for the report of lead payers; for the offices."
    )
    async def mark_lead_payer(
        self,
        info: Info,
        input: MarkLeadPayerInput,  # noqa: A002 - the schema's own word.
    ) -> MarkLeadPayerPayload:
        """Mark an owner."""
        result = await write(info, "mark_lead_payer", input, lambda work, _: mark_lead_payer(work, input.command()))
        return MarkLeadPayerPayload(**result.payload())

    @strawberry.mutation(
        description="Take the next step of asking for an overdue fee. STATE_CONFLICT for a step that is skipped, a "
        "bill that is not overdue or whose agreed instalments are paid, or a deadline that is not over."
    )
    async def take_dunning_step(
        self,
        info: Info,
        input: TakeDunningStepInput,  # noqa: A002 - the schema's own word.
    ) -> TakeDunningStepPayload:
        """Take a step."""
        result = await write(
            info,
            "take_dunning_step",
            input,
            lambda work, policies: take_dunning_step(work, input.command(), policies=policies),
        )
        bill_id = result.entity_id("bill")
        bill = None if bill_id is None else await bill_with_id(info, bill_id)
        notice = None
        if bill is not None and input.step is DunningStep.POSTED and input.deadline is not None:
            posted = notice_of(bill.record, input.deadline)
            notice = DunningNotice(door_number=posted.door_number, amount=posted.amount, pay_by=posted.pay_by)
        return TakeDunningStepPayload(bill=bill, notice=notice, **result.payload())
