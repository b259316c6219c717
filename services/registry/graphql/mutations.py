"""What can be done in the registry: each mutation hands one use case to the door and reads the entity again."""

from collections.abc import Awaitable, Callable

import strawberry

from kit.graphql.door import WriteResult
from kit.graphql.payloads import MutationInput, MutationPayload
from kit.idempotency import Outcome
from kit.mongo import UnitOfWork
from policy.policies import Policies
from services.registry.domain.ledger import RowOutcome
from services.registry.graphql import inputs, types
from services.registry.graphql.context import Info
from services.registry.use_cases.decide_jointly import import_external_result, open_decision
from services.registry.use_cases.form_congress import form_congress, open_owners_account
from services.registry.use_cases.import_estates import import_estates
from services.registry.use_cases.publish_policy import publish_policy
from services.registry.use_cases.record_credit_lookup import record_credit_lookup
from services.registry.use_cases.register_estate import change_estate, register_estate
from services.registry.use_cases.register_part import register_building, register_ownership, register_part
from services.registry.use_cases.register_provider import file_provider, register_provider
from services.registry.use_cases.register_territory import register_community, register_street
from services.registry.use_cases.sign_contract import sign_contract, start_service


@strawberry.type
class PublishPolicyPayload(MutationPayload):
    """What became of publishPolicy."""

    policy: types.PolicyVersion | None


@strawberry.type
class RegisterStreetPayload(MutationPayload):
    """What became of registerStreet."""

    street: types.Street | None


@strawberry.type
class RegisterCommunityPayload(MutationPayload):
    """What became of registerCommunity."""

    community: types.Community | None


@strawberry.type
class RegisterEstatePayload(MutationPayload):
    """What became of registerEstate."""

    estate: types.Estate | None


@strawberry.type
class ChangeEstatePayload(MutationPayload):
    """What became of changeEstate."""

    estate: types.Estate | None


@strawberry.type
class ImportEstatesPayload(MutationPayload):
    """What became of importEstates."""

    report: types.ImportReport | None


@strawberry.type
class RegisterBuildingPayload(MutationPayload):
    """What became of registerBuilding."""

    building: types.Building | None


@strawberry.type
class RegisterPartPayload(MutationPayload):
    """What became of registerPart."""

    exclusive_part: types.ExclusivePart | None


@strawberry.type
class RegisterOwnershipPayload(MutationPayload):
    """What became of registerOwnership."""

    exclusive_part: types.ExclusivePart | None


@strawberry.type
class RegisterProviderPayload(MutationPayload):
    """What became of registerProvider."""

    provider: types.Provider | None


@strawberry.type
class FileProviderPayload(MutationPayload):
    """What became of fileProvider."""

    provider: types.Provider | None


@strawberry.type
class FormCongressPayload(MutationPayload):
    """What became of formCongress."""

    congress: types.OwnersCongress | None


@strawberry.type
class OpenOwnersAccountPayload(MutationPayload):
    """What became of openOwnersAccount."""

    congress: types.OwnersCongress | None


@strawberry.type
class OpenDecisionPayload(MutationPayload):
    """What became of openDecision."""

    joint_decision: types.JointDecision | None


@strawberry.type
class ImportExternalResultPayload(MutationPayload):
    """What became of importExternalResult."""

    joint_decision: types.JointDecision | None


@strawberry.type
class RecordCreditLookupPayload(MutationPayload):
    """What became of recordCreditLookup."""

    credit_lookup: types.CreditLookup | None


@strawberry.type
class SignContractPayload(MutationPayload):
    """What became of signContract."""

    contract: types.ServiceContract | None


@strawberry.type
class StartServicePayload(MutationPayload):
    """What became of startService."""

    contract: types.ServiceContract | None


async def _write(
    info: Info, name: str, given: MutationInput, act: Callable[[UnitOfWork, Policies], Awaitable[Outcome]]
) -> WriteResult:
    """Hand the act to the door, with the policies as they are in force inside its unit of work."""

    async def use_case(work: UnitOfWork) -> Outcome:
        return await act(work, await info.context.policies.as_recorded(work))

    return await info.context.door.write(info, name, given, use_case)


@strawberry.type
class Mutation:
    """The registry's mutations."""

    @strawberry.mutation(
        description="Put a mounted policy version in force. Roles: OPERATOR, CITY_OFFICE, DISTRICT_OFFICE."
    )
    async def publish_policy(self, info: Info, input: inputs.PublishPolicyInput) -> PublishPolicyPayload:  # noqa: A002
        result = await _write(
            info,
            "publish_policy",
            input,
            lambda work, policies: publish_policy(work, input.command(), policies=policies),
        )
        policy_id = result.entity_id("policy")
        policy = None if policy_id is None else await types.policy_version(info.context, policy_id)
        return PublishPolicyPayload(policy=policy, **result.payload())

    @strawberry.mutation(
        description="Register a street. Roles: OPERATOR, CITY_OFFICE, DISTRICT_OFFICE, HOUSING_BUREAU."
    )
    async def register_street(self, info: Info, input: inputs.RegisterStreetInput) -> RegisterStreetPayload:  # noqa: A002
        result = await _write(
            info,
            "register_street",
            input,
            lambda work, policies: register_street(work, input.command(), policies=policies),
        )
        return RegisterStreetPayload(
            street=await types.street(info.context, result.entity_id("street")), **result.payload()
        )

    @strawberry.mutation(
        description="Register a community. Roles: OPERATOR, DISTRICT_OFFICE, HOUSING_BUREAU, STREET, COMMUNITY."
    )
    async def register_community(
        self,
        info: Info,
        input: inputs.RegisterCommunityInput,  # noqa: A002
    ) -> RegisterCommunityPayload:
        result = await _write(
            info, "register_community", input, lambda work, _: register_community(work, input.command())
        )
        return RegisterCommunityPayload(
            community=await types.community(info.context, result.entity_id("community")), **result.payload()
        )

    @strawberry.mutation(
        description="Register an estate. Roles: OPERATOR, DISTRICT_OFFICE, HOUSING_BUREAU, STREET, COMMUNITY."
    )
    async def register_estate(self, info: Info, input: inputs.RegisterEstateInput) -> RegisterEstatePayload:  # noqa: A002
        result = await _write(info, "register_estate", input, lambda work, _: register_estate(work, input.command()))
        return RegisterEstatePayload(
            estate=await types.estate(info.context, result.entity_id("estate")), **result.payload()
        )

    @strawberry.mutation(
        description="Change facts of an estate. Roles: OPERATOR, DISTRICT_OFFICE, HOUSING_BUREAU, STREET, COMMUNITY."
    )
    async def change_estate(self, info: Info, input: inputs.ChangeEstateInput) -> ChangeEstatePayload:  # noqa: A002
        result = await _write(info, "change_estate", input, lambda work, _: change_estate(work, input.command()))
        return ChangeEstatePayload(
            estate=await types.estate(info.context, result.entity_id("estate")), **result.payload()
        )

    @strawberry.mutation(
        description="Import an estate ledger; good rows land, bad rows are reported. Roles: OPERATOR, DISTRICT_OFFICE, "
        "HOUSING_BUREAU, STREET, COMMUNITY."
    )
    async def import_estates(self, info: Info, input: inputs.ImportEstatesInput) -> ImportEstatesPayload:  # noqa: A002
        result = await _write(
            info,
            "import_estates",
            input,
            lambda work, policies: import_estates(work, input.command(), policies=policies),
        )
        report = None if result.outcome is None else _report(result.outcome)
        return ImportEstatesPayload(report=report, **result.payload())

    @strawberry.mutation(
        description="Register a building. Roles: OPERATOR, DISTRICT_OFFICE, HOUSING_BUREAU, STREET, COMMUNITY."
    )
    async def register_building(self, info: Info, input: inputs.RegisterBuildingInput) -> RegisterBuildingPayload:  # noqa: A002
        result = await _write(
            info, "register_building", input, lambda work, _: register_building(work, input.command())
        )
        return RegisterBuildingPayload(
            building=await types.building(info.context, result.entity_id("building")), **result.payload()
        )

    @strawberry.mutation(
        description="Register an exclusive part. Roles: OPERATOR, DISTRICT_OFFICE, HOUSING_BUREAU, STREET, COMMUNITY."
    )
    async def register_part(self, info: Info, input: inputs.RegisterPartInput) -> RegisterPartPayload:  # noqa: A002
        result = await _write(info, "register_part", input, lambda work, _: register_part(work, input.command()))
        return RegisterPartPayload(
            exclusive_part=await types.exclusive_part(info.context, result.entity_id("part")), **result.payload()
        )

    @strawberry.mutation(
        description="Register the first owners of a part. Roles: OPERATOR, DISTRICT_OFFICE, HOUSING_BUREAU, STREET, "
        "COMMUNITY."
    )
    async def register_ownership(
        self,
        info: Info,
        input: inputs.RegisterOwnershipInput,  # noqa: A002
    ) -> RegisterOwnershipPayload:
        result = await _write(
            info, "register_ownership", input, lambda work, _: register_ownership(work, input.command())
        )
        return RegisterOwnershipPayload(
            exclusive_part=await types.exclusive_part(info.context, result.entity_id("part")), **result.payload()
        )

    @strawberry.mutation(description="Register a provider. Roles: OPERATOR, DISTRICT_OFFICE, HOUSING_BUREAU, STREET.")
    async def register_provider(self, info: Info, input: inputs.RegisterProviderInput) -> RegisterProviderPayload:  # noqa: A002
        result = await _write(
            info,
            "register_provider",
            input,
            lambda work, policies: register_provider(work, input.command(), policies=policies),
        )
        return RegisterProviderPayload(
            provider=await types.provider(info.context, result.entity_id("provider")), **result.payload()
        )

    @strawberry.mutation(description="File a provider with the authority. Roles: DISTRICT_OFFICE, HOUSING_BUREAU.")
    async def file_provider(self, info: Info, input: inputs.FileProviderInput) -> FileProviderPayload:  # noqa: A002
        result = await _write(info, "file_provider", input, lambda work, _: file_provider(work, input.command()))
        return FileProviderPayload(
            provider=await types.provider(info.context, result.entity_id("provider")), **result.payload()
        )

    @strawberry.mutation(
        description="Record the owners' congress of an estate. Roles: STREET, COMMUNITY, COMMITTEE, HOUSING_BUREAU, "
        "DISTRICT_OFFICE."
    )
    async def form_congress(self, info: Info, input: inputs.FormCongressInput) -> FormCongressPayload:  # noqa: A002
        result = await _write(info, "form_congress", input, lambda work, _: form_congress(work, input.command()))
        return FormCongressPayload(
            congress=await types.congress(info.context, result.entity_id("congress")), **result.payload()
        )

    @strawberry.mutation(
        description="Record the public account of a congress. Roles: STREET, COMMUNITY, COMMITTEE, HOUSING_BUREAU, "
        "DISTRICT_OFFICE."
    )
    async def open_owners_account(
        self,
        info: Info,
        input: inputs.OpenOwnersAccountInput,  # noqa: A002
    ) -> OpenOwnersAccountPayload:
        result = await _write(
            info, "open_owners_account", input, lambda work, _: open_owners_account(work, input.command())
        )
        return OpenOwnersAccountPayload(
            congress=await types.congress(info.context, result.entity_id("congress")), **result.payload()
        )

    @strawberry.mutation(
        description="Open a joint decision. Roles: STREET, COMMUNITY, COMMITTEE, HOUSING_BUREAU, DISTRICT_OFFICE."
    )
    async def open_decision(self, info: Info, input: inputs.OpenDecisionInput) -> OpenDecisionPayload:  # noqa: A002
        result = await _write(
            info, "open_decision", input, lambda work, policies: open_decision(work, input.command(), policies=policies)
        )
        return OpenDecisionPayload(
            joint_decision=await types.joint_decision(info.context, result.entity_id("decision")), **result.payload()
        )

    @strawberry.mutation(
        description="Close a joint decision with an external result. Roles: STREET, COMMUNITY, COMMITTEE, "
        "HOUSING_BUREAU, DISTRICT_OFFICE."
    )
    async def import_external_result(
        self,
        info: Info,
        input: inputs.ImportExternalResultInput,  # noqa: A002
    ) -> ImportExternalResultPayload:
        result = await _write(
            info,
            "import_external_result",
            input,
            lambda work, policies: import_external_result(work, input.command(), policies=policies),
        )
        return ImportExternalResultPayload(
            joint_decision=await types.joint_decision(info.context, result.entity_id("decision")), **result.payload()
        )

    @strawberry.mutation(
        description="Look up a candidate before a selection. Roles: STREET, COMMUNITY, COMMITTEE, HOUSING_BUREAU, "
        "DISTRICT_OFFICE."
    )
    async def record_credit_lookup(
        self,
        info: Info,
        input: inputs.RecordCreditLookupInput,  # noqa: A002
    ) -> RecordCreditLookupPayload:
        result = await _write(
            info, "record_credit_lookup", input, lambda work, _: record_credit_lookup(work, input.command())
        )
        return RecordCreditLookupPayload(
            credit_lookup=await types.credit_lookup(info.context, result.entity_id("lookup")), **result.payload()
        )

    @strawberry.mutation(
        description="Register a signed contract. Roles: STREET, COMMUNITY, COMMITTEE, HOUSING_BUREAU, DISTRICT_OFFICE."
    )
    async def sign_contract(self, info: Info, input: inputs.SignContractInput) -> SignContractPayload:  # noqa: A002
        result = await _write(
            info, "sign_contract", input, lambda work, policies: sign_contract(work, input.command(), policies=policies)
        )
        return SignContractPayload(
            contract=await types.contract(info.context, result.entity_id("contract")), **result.payload()
        )

    @strawberry.mutation(
        description="Record that service began. Roles: STREET, COMMUNITY, COMMITTEE, HOUSING_BUREAU, DISTRICT_OFFICE."
    )
    async def start_service(self, info: Info, input: inputs.StartServiceInput) -> StartServicePayload:  # noqa: A002
        result = await _write(info, "start_service", input, lambda work, _: start_service(work, input.command()))
        return StartServicePayload(
            contract=await types.contract(info.context, result.entity_id("contract")), **result.payload()
        )


def _report(outcome: Outcome) -> types.ImportReport:
    rows = [types.ImportedRow(**{**row, "outcome": RowOutcome(row["outcome"])}) for row in outcome.details["rows"]]
    counts = {wanted: sum(row.outcome is wanted for row in rows) for wanted in RowOutcome}
    return types.ImportReport(
        landed=counts[RowOutcome.LANDED],
        unchanged=counts[RowOutcome.UNCHANGED],
        rejected=counts[RowOutcome.REJECTED],
        rows=rows,
    )
