"""What can be written of the uses of maintenance funds."""

from collections.abc import Awaitable, Callable

import strawberry

from kit.graphql.payloads import MutationInput, MutationPayload
from kit.idempotency import Outcome
from kit.mongo import UnitOfWork
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
        context = info.context

        async def act(work: UnitOfWork) -> Outcome:
            return await propose_use(work, input.command(), policies=context.policies)

        return await _answer(info, "propose_use", input, act)

    @strawberry.mutation(description="Fix who shares a use: every part of its buildings with the area of today.")
    async def scope_use(
        self,
        info: Info,
        input: UseStepInput,  # noqa: A002 - the schema's own word.
    ) -> MaintenanceUsePayload:
        """Fix the scope."""

        async def act(work: UnitOfWork) -> Outcome:
            return await scope_use(work, str(input.use_id))

        return await _answer(info, "scope_use", input, act)

    @strawberry.mutation(
        description="File a use with the department: after the owners' decision, or in an emergency instead of it."
    )
    async def approve_use(
        self,
        info: Info,
        input: ApproveUseInput,  # noqa: A002 - the schema's own word.
    ) -> MaintenanceUsePayload:
        """File a use."""

        async def act(work: UnitOfWork) -> Outcome:
            return await approve_use(work, input.command())

        return await _answer(info, "approve_use", input, act)

    @strawberry.mutation(description="Take a proposal back before its owners vote.")
    async def withdraw_use(
        self,
        info: Info,
        input: UseStepInput,  # noqa: A002 - the schema's own word.
    ) -> MaintenanceUsePayload:
        """Withdraw a use."""

        async def act(work: UnitOfWork) -> Outcome:
            return await withdraw_use(work, str(input.use_id))

        return await _answer(info, "withdraw_use", input, act)

    @strawberry.mutation(description="Begin the work of an approved use.")
    async def start_use_work(
        self,
        info: Info,
        input: DatedUseStepInput,  # noqa: A002 - the schema's own word.
    ) -> MaintenanceUsePayload:
        """Begin the work."""

        async def act(work: UnitOfWork) -> Outcome:
            return await start_use_work(work, str(input.use_id), input.on)

        return await _answer(info, "start_use_work", input, act)

    @strawberry.mutation(description="Accept the work on an announced acceptance.")
    async def accept_use(
        self,
        info: Info,
        input: AcceptUseInput,  # noqa: A002 - the schema's own word.
    ) -> MaintenanceUsePayload:
        """Accept the work."""

        async def act(work: UnitOfWork) -> Outcome:
            return await accept_use(work, input.command())

        return await _answer(info, "accept_use", input, act)

    @strawberry.mutation(description="Fix what the work cost in all.")
    async def settle_use(
        self,
        info: Info,
        input: SettleUseInput,  # noqa: A002 - the schema's own word.
    ) -> MaintenanceUsePayload:
        """Settle a use."""

        async def act(work: UnitOfWork) -> Outcome:
            return await settle_use(work, input.command())

        return await _answer(info, "settle_use", input, act)

    @strawberry.mutation(description="Record the bank's payment of a settled use, or of a first part in an emergency.")
    async def pay_use(
        self,
        info: Info,
        input: PayUseInput,  # noqa: A002 - the schema's own word.
    ) -> MaintenanceUsePayload:
        """Pay a use."""
        context = info.context

        async def act(work: UnitOfWork) -> Outcome:
            return await pay_use(work, input.command(), policies=context.policies)

        return await _answer(info, "pay_use", input, act)

    @strawberry.mutation(
        description="Make the allocation of a paid use final; what a door lacks becomes its owner's own debt."
    )
    async def allocate_use(
        self,
        info: Info,
        input: DatedUseStepInput,  # noqa: A002 - the schema's own word.
    ) -> MaintenanceUsePayload:
        """Allocate a use."""

        async def act(work: UnitOfWork) -> Outcome:
            return await allocate_use(work, str(input.use_id), input.on)

        return await _answer(info, "allocate_use", input, act)

    @strawberry.mutation(description="Record that an owner paid what the own door's account lacked.")
    async def record_shortfall_payment(
        self,
        info: Info,
        input: RecordShortfallPaymentInput,  # noqa: A002 - the schema's own word.
    ) -> MaintenanceUsePayload:
        """Record an owner's payment."""

        async def act(work: UnitOfWork) -> Outcome:
            return await record_shortfall_payment(work, input.command())

        return await _answer(info, "record_shortfall_payment", input, act)

    @strawberry.mutation(description="Publish an allocated use to the owners.")
    async def publish_use(
        self,
        info: Info,
        input: DatedUseStepInput,  # noqa: A002 - the schema's own word.
    ) -> MaintenanceUsePayload:
        """Publish a use."""

        async def act(work: UnitOfWork) -> Outcome:
            return await publish_use(work, str(input.use_id), input.on)

        return await _answer(info, "publish_use", input, act)


async def _answer(
    info: Info, name: str, given: MutationInput, act: Callable[[UnitOfWork], Awaitable[Outcome]]
) -> MaintenanceUsePayload:
    """Return what the command did to the use."""
    result = await info.context.door.write(info, name, given, act)
    use_id = result.entity_id("maintenanceUse")
    return MaintenanceUsePayload(
        maintenance_use=None if use_id is None else await use_with_id(info, use_id), **result.payload()
    )
