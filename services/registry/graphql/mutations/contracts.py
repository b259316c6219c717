"""What can be done to contracts."""

import strawberry

from kit.graphql.payloads import MutationPayload
from services.registry.graphql import types
from services.registry.graphql.context import Info
from services.registry.graphql.inputs import contracts as inputs
from services.registry.graphql.mutations.write import write
from services.registry.use_cases.sign_contract import sign_contract, start_service


@strawberry.type
class SignContractPayload(MutationPayload):
    """What became of signContract."""

    contract: types.ServiceContract | None


@strawberry.type
class StartServicePayload(MutationPayload):
    """What became of startService."""

    contract: types.ServiceContract | None


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
            contract=await types.contract(info.context, result.entity_id("contract")), **result.payload()
        )

    @strawberry.mutation(
        description="Record that service began. Roles: STREET, COMMUNITY, COMMITTEE, HOUSING_BUREAU, DISTRICT_OFFICE."
    )
    async def start_service(self, info: Info, input: inputs.StartServiceInput) -> StartServicePayload:  # noqa: A002
        result = await write(info, "start_service", input, lambda work, _: start_service(work, input.command()))
        return StartServicePayload(
            contract=await types.contract(info.context, result.entity_id("contract")), **result.payload()
        )
