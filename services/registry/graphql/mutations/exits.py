"""How contracts end: notice, steps, handover, end."""

import strawberry

from kit.graphql.payloads import MutationPayload
from services.registry.graphql import service_contract_types
from services.registry.graphql.context import Info
from services.registry.graphql.inputs import exits as inputs
from services.registry.graphql.mutations.write import write
from services.registry.use_cases.exit_contract import (
    accept_handover,
    reselect_provider,
    take_exit_step,
    terminate_contract,
)
from services.registry.use_cases.notice_exit import dismiss_provider, notice_exit


@strawberry.type
class NoticeExitPayload(MutationPayload):
    """What became of noticeExit."""

    contract: service_contract_types.ServiceContract | None


@strawberry.type
class DismissProviderPayload(MutationPayload):
    """What became of dismissProvider."""

    contract: service_contract_types.ServiceContract | None


@strawberry.type
class RecordExitAuditPayload(MutationPayload):
    """What became of recordExitAudit."""

    contract: service_contract_types.ServiceContract | None


@strawberry.type
class ReselectProviderPayload(MutationPayload):
    """What became of reselectProvider."""

    contract: service_contract_types.ServiceContract | None


@strawberry.type
class BeginHandoverPayload(MutationPayload):
    """What became of beginHandover."""

    contract: service_contract_types.ServiceContract | None


@strawberry.type
class AcceptHandoverPayload(MutationPayload):
    """What became of acceptHandover."""

    contract: service_contract_types.ServiceContract | None


@strawberry.type
class BeginBufferPayload(MutationPayload):
    """What became of beginBuffer."""

    contract: service_contract_types.ServiceContract | None


@strawberry.type
class TerminateContractPayload(MutationPayload):
    """What became of terminateContract."""

    contract: service_contract_types.ServiceContract | None


@strawberry.type
class ExitMutations:
    """How contracts end: notice, steps, handover, end."""

    @strawberry.mutation(
        description="Record a provider's report that it will leave. "
        "Roles: STREET, COMMUNITY, COMMITTEE, HOUSING_BUREAU, DISTRICT_OFFICE, PROVIDER."
    )
    async def notice_exit(self, info: Info, input: inputs.NoticeExitInput) -> NoticeExitPayload:  # noqa: A002
        result = await write(
            info, "notice_exit", input, lambda work, policies: notice_exit(work, input.command(), policies=policies)
        )
        return NoticeExitPayload(
            contract=await service_contract_types.contract(info.context, result.entity_id("contract")),
            **result.payload(),
        )

    @strawberry.mutation(
        description="Record the owners' notice to their provider. "
        "Roles: STREET, COMMUNITY, COMMITTEE, HOUSING_BUREAU, DISTRICT_OFFICE."
    )
    async def dismiss_provider(self, info: Info, input: inputs.DismissProviderInput) -> DismissProviderPayload:  # noqa: A002
        result = await write(
            info,
            "dismiss_provider",
            input,
            lambda work, policies: dismiss_provider(work, input.command(), policies=policies),
        )
        return DismissProviderPayload(
            contract=await service_contract_types.contract(info.context, result.entity_id("contract")),
            **result.payload(),
        )

    @strawberry.mutation(
        description="Record the audit of a leaving provider's work. "
        "Roles: STREET, COMMUNITY, COMMITTEE, HOUSING_BUREAU, DISTRICT_OFFICE."
    )
    async def record_exit_audit(self, info: Info, input: inputs.RecordExitAuditInput) -> RecordExitAuditPayload:  # noqa: A002
        result = await write(
            info,
            "record_exit_audit",
            input,
            lambda work, policies: take_exit_step(work, input.command(), policies=policies),
        )
        return RecordExitAuditPayload(
            contract=await service_contract_types.contract(info.context, result.entity_id("contract")),
            **result.payload(),
        )

    @strawberry.mutation(
        description="Record who comes after a leaving provider. "
        "Roles: STREET, COMMUNITY, COMMITTEE, HOUSING_BUREAU, DISTRICT_OFFICE."
    )
    async def reselect_provider(self, info: Info, input: inputs.ReselectProviderInput) -> ReselectProviderPayload:  # noqa: A002
        result = await write(
            info,
            "reselect_provider",
            input,
            lambda work, policies: reselect_provider(work, input.command(), policies=policies),
        )
        return ReselectProviderPayload(
            contract=await service_contract_types.contract(info.context, result.entity_id("contract")),
            **result.payload(),
        )

    @strawberry.mutation(
        description="Record that a handover began. "
        "Roles: STREET, COMMUNITY, COMMITTEE, HOUSING_BUREAU, DISTRICT_OFFICE."
    )
    async def begin_handover(self, info: Info, input: inputs.BeginHandoverInput) -> BeginHandoverPayload:  # noqa: A002
        result = await write(
            info,
            "begin_handover",
            input,
            lambda work, policies: take_exit_step(work, input.command(), policies=policies),
        )
        return BeginHandoverPayload(
            contract=await service_contract_types.contract(info.context, result.entity_id("contract")),
            **result.payload(),
        )

    @strawberry.mutation(
        description="Record that one group of the checklist was handed over. "
        "Roles: STREET, COMMUNITY, COMMITTEE, HOUSING_BUREAU, DISTRICT_OFFICE."
    )
    async def accept_handover(self, info: Info, input: inputs.AcceptHandoverInput) -> AcceptHandoverPayload:  # noqa: A002
        result = await write(
            info,
            "accept_handover",
            input,
            lambda work, policies: accept_handover(work, input.command(), policies=policies),
        )
        return AcceptHandoverPayload(
            contract=await service_contract_types.contract(info.context, result.entity_id("contract")),
            **result.payload(),
        )

    @strawberry.mutation(
        description="Record that a buffer period began. "
        "Roles: STREET, COMMUNITY, COMMITTEE, HOUSING_BUREAU, DISTRICT_OFFICE."
    )
    async def begin_buffer(self, info: Info, input: inputs.BeginBufferInput) -> BeginBufferPayload:  # noqa: A002
        result = await write(
            info, "begin_buffer", input, lambda work, policies: take_exit_step(work, input.command(), policies=policies)
        )
        return BeginBufferPayload(
            contract=await service_contract_types.contract(info.context, result.entity_id("contract")),
            **result.payload(),
        )

    @strawberry.mutation(
        description="Record the end of a contract after its exit. "
        "Roles: STREET, COMMUNITY, COMMITTEE, HOUSING_BUREAU, DISTRICT_OFFICE."
    )
    async def terminate_contract(self, info: Info, input: inputs.TerminateContractInput) -> TerminateContractPayload:  # noqa: A002
        result = await write(
            info,
            "terminate_contract",
            input,
            lambda work, policies: terminate_contract(work, input.command(), policies=policies),
        )
        return TerminateContractPayload(
            contract=await service_contract_types.contract(info.context, result.entity_id("contract")),
            **result.payload(),
        )
