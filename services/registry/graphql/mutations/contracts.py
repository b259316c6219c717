"""What can be done to contracts."""

import strawberry

from kit.graphql.payloads import MutationPayload
from services.registry.graphql import service_contract_types
from services.registry.graphql.context import Info
from services.registry.graphql.inputs import contracts as inputs
from services.registry.graphql.mutations.write import write
from services.registry.use_cases.amend_contract import attach_promise, record_subcontract
from services.registry.use_cases.sign_contract import draft_contract, sign_contract, sign_draft
from services.registry.use_cases.start_service import start_service


@strawberry.type
class DraftContractPayload(MutationPayload):
    """What became of draftContract."""

    contract: service_contract_types.ServiceContract | None


@strawberry.type
class SignDraftPayload(MutationPayload):
    """What became of signDraft."""

    contract: service_contract_types.ServiceContract | None


@strawberry.type
class AttachPromisePayload(MutationPayload):
    """What became of attachPromise."""

    contract: service_contract_types.ServiceContract | None


@strawberry.type
class RecordSubcontractPayload(MutationPayload):
    """What became of recordSubcontract."""

    contract: service_contract_types.ServiceContract | None


@strawberry.type
class SignContractPayload(MutationPayload):
    """What became of signContract."""

    contract: service_contract_types.ServiceContract | None


@strawberry.type
class StartServicePayload(MutationPayload):
    """What became of startService."""

    contract: service_contract_types.ServiceContract | None


@strawberry.type
class ContractMutations:
    """What can be done to contracts."""

    @strawberry.mutation(
        description="Register a signed contract. Roles: STREET, COMMUNITY, COMMITTEE, HOUSING_BUREAU, DISTRICT_OFFICE."
    )
    async def sign_contract(self, info: Info, input: inputs.SignContractInput) -> SignContractPayload:  # noqa: A002
        result = await write(
            info, "sign_contract", input, lambda work, policies: sign_contract(work, input.command(), policies=policies)
        )
        return SignContractPayload(
            contract=await service_contract_types.contract(info.context, result.entity_id("contract")),
            **result.payload(),
        )

    @strawberry.mutation(
        description="Record that service began. Roles: STREET, COMMUNITY, COMMITTEE, HOUSING_BUREAU, DISTRICT_OFFICE."
    )
    async def start_service(self, info: Info, input: inputs.StartServiceInput) -> StartServicePayload:  # noqa: A002
        result = await write(
            info, "start_service", input, lambda work, policies: start_service(work, input.command(), policies=policies)
        )
        return StartServicePayload(
            contract=await service_contract_types.contract(info.context, result.entity_id("contract")),
            **result.payload(),
        )

    @strawberry.mutation(
        description="Write a contract down as a draft. Roles: STREET, COMMUNITY, COMMITTEE, HOUSING_BUREAU, "
        "DISTRICT_OFFICE."
    )
    async def draft_contract(self, info: Info, input: inputs.DraftContractInput) -> DraftContractPayload:  # noqa: A002
        result = await write(info, "draft_contract", input, lambda work, _: draft_contract(work, input.command()))
        return DraftContractPayload(
            contract=await service_contract_types.contract(info.context, result.entity_id("contract")),
            **result.payload(),
        )

    @strawberry.mutation(
        description="Sign a draft. Roles: STREET, COMMUNITY, COMMITTEE, HOUSING_BUREAU, DISTRICT_OFFICE."
    )
    async def sign_draft(self, info: Info, input: inputs.SignDraftInput) -> SignDraftPayload:  # noqa: A002
        result = await write(
            info, "sign_draft", input, lambda work, policies: sign_draft(work, input.command(), policies=policies)
        )
        return SignDraftPayload(
            contract=await service_contract_types.contract(info.context, result.entity_id("contract")),
            **result.payload(),
        )

    @strawberry.mutation(
        description="Attach a provider's public promise to its contract. Roles: STREET, COMMUNITY, COMMITTEE, "
        "HOUSING_BUREAU, DISTRICT_OFFICE, PROVIDER."
    )
    async def attach_promise(self, info: Info, input: inputs.AttachPromiseInput) -> AttachPromisePayload:  # noqa: A002
        result = await write(info, "attach_promise", input, lambda work, _: attach_promise(work, input.command()))
        return AttachPromisePayload(
            contract=await service_contract_types.contract(info.context, result.entity_id("contract")),
            **result.payload(),
        )

    @strawberry.mutation(
        description="Record a subcontract of a single service. Roles: STREET, COMMUNITY, COMMITTEE, HOUSING_BUREAU, "
        "DISTRICT_OFFICE."
    )
    async def record_subcontract(
        self,
        info: Info,
        input: inputs.RecordSubcontractInput,  # noqa: A002
    ) -> RecordSubcontractPayload:
        result = await write(
            info, "record_subcontract", input, lambda work, _: record_subcontract(work, input.command())
        )
        return RecordSubcontractPayload(
            contract=await service_contract_types.contract(info.context, result.entity_id("contract")),
            **result.payload(),
        )
