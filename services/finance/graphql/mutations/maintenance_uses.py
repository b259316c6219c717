"""What can be written of the uses of maintenance funds."""

import strawberry

from kit.graphql.payloads import MutationInput, MutationPayload
from services.finance.graphql.context import Info
from services.finance.graphql.inputs.maintenance import (
    AcceptUseInput,
    ApproveUseInput,
    DatedUseStepInput,
    PayUseInput,
    ProposeUseInput,
    RecordShortfallPaymentInput,
    SettleUseInput,
    UseStepInput,
)
from services.finance.graphql.maintenance_use_types import MaintenanceUse, use_with_id
from services.finance.graphql.mutations.write import Act, write
from services.finance.use_cases.carry_out_maintenance_use import accept_use, publish_use, settle_use, start_use_work
from services.finance.use_cases.pay_maintenance_use import allocate_use, pay_use, record_shortfall_payment
from services.finance.use_cases.plan_maintenance_use import approve_use, propose_use, scope_use, withdraw_use


@strawberry.type
class MaintenanceUsePayload(MutationPayload):
    """Payload of the mutations of a use."""

    maintenance_use: MaintenanceUse | None


@strawberry.type
class MaintenanceUseMutations:
    """What can be written of uses."""

    @strawberry.mutation(
        description="Propose a use of a fund; the owners of its scope then decide on it as the subject."
    )
    async def propose_use(
        self,
        info: Info,
        input: ProposeUseInput,  # noqa: A002 - the schema's own word.
    ) -> MaintenanceUsePayload:
        """Propose a use."""
        return await _answer(
            info, "propose_use", input, lambda work, policies: propose_use(work, input.command(), policies=policies)
        )

    @strawberry.mutation(description="Fix who shares a use: every part of its buildings with the area of today.")
    async def scope_use(
        self,
        info: Info,
        input: UseStepInput,  # noqa: A002 - the schema's own word.
    ) -> MaintenanceUsePayload:
        """Fix the scope."""
        return await _answer(info, "scope_use", input, lambda work, _: scope_use(work, str(input.use_id)))

    @strawberry.mutation(
        description="File a use with the department: after the owners' decision, or in an emergency instead of it."
    )
    async def approve_use(
        self,
        info: Info,
        input: ApproveUseInput,  # noqa: A002 - the schema's own word.
    ) -> MaintenanceUsePayload:
        """File a use."""
        return await _answer(info, "approve_use", input, lambda work, _: approve_use(work, input.command()))

    @strawberry.mutation(description="Take a proposal back before its owners vote.")
    async def withdraw_use(
        self,
        info: Info,
        input: UseStepInput,  # noqa: A002 - the schema's own word.
    ) -> MaintenanceUsePayload:
        """Withdraw a use."""
        return await _answer(info, "withdraw_use", input, lambda work, _: withdraw_use(work, str(input.use_id)))

    @strawberry.mutation(description="Begin the work of an approved use.")
    async def start_use_work(
        self,
        info: Info,
        input: DatedUseStepInput,  # noqa: A002 - the schema's own word.
    ) -> MaintenanceUsePayload:
        """Begin the work."""
        return await _answer(
            info, "start_use_work", input, lambda work, _: start_use_work(work, str(input.use_id), input.on)
        )

    @strawberry.mutation(description="Accept the work on an announced acceptance.")
    async def accept_use(
        self,
        info: Info,
        input: AcceptUseInput,  # noqa: A002 - the schema's own word.
    ) -> MaintenanceUsePayload:
        """Accept the work."""
        return await _answer(info, "accept_use", input, lambda work, _: accept_use(work, input.command()))

    @strawberry.mutation(description="Fix what the work cost in all.")
    async def settle_use(
        self,
        info: Info,
        input: SettleUseInput,  # noqa: A002 - the schema's own word.
    ) -> MaintenanceUsePayload:
        """Settle a use."""
        return await _answer(info, "settle_use", input, lambda work, _: settle_use(work, input.command()))

    @strawberry.mutation(description="Record the bank's payment of a settled use, or of a first part in an emergency.")
    async def pay_use(
        self,
        info: Info,
        input: PayUseInput,  # noqa: A002 - the schema's own word.
    ) -> MaintenanceUsePayload:
        """Pay a use."""
        return await _answer(
            info, "pay_use", input, lambda work, policies: pay_use(work, input.command(), policies=policies)
        )

    @strawberry.mutation(
        description="Make the allocation of a paid use final; what a door lacks becomes its owner's own debt."
    )
    async def allocate_use(
        self,
        info: Info,
        input: DatedUseStepInput,  # noqa: A002 - the schema's own word.
    ) -> MaintenanceUsePayload:
        """Allocate a use."""
        return await _answer(
            info, "allocate_use", input, lambda work, _: allocate_use(work, str(input.use_id), input.on)
        )

    @strawberry.mutation(description="Record that an owner paid what the own door's account lacked.")
    async def record_shortfall_payment(
        self,
        info: Info,
        input: RecordShortfallPaymentInput,  # noqa: A002 - the schema's own word.
    ) -> MaintenanceUsePayload:
        """Record an owner's payment."""
        return await _answer(
            info, "record_shortfall_payment", input, lambda work, _: record_shortfall_payment(work, input.command())
        )

    @strawberry.mutation(description="Publish an allocated use to the owners.")
    async def publish_use(
        self,
        info: Info,
        input: DatedUseStepInput,  # noqa: A002 - the schema's own word.
    ) -> MaintenanceUsePayload:
        """Publish a use."""
        return await _answer(info, "publish_use", input, lambda work, _: publish_use(work, str(input.use_id), input.on))


async def _answer(info: Info, name: str, given: MutationInput, act: Act) -> MaintenanceUsePayload:
    """Return what the command did to the use."""
    result = await write(info, name, given, act)
    use_id = result.entity_id("maintenanceUse")
    return MaintenanceUsePayload(
        maintenance_use=None if use_id is None else await use_with_id(info, use_id), **result.payload()
    )
