"""What can be done to providers."""

import strawberry

from kit.graphql.payloads import MutationPayload
from services.registry.graphql import provider_types
from services.registry.graphql.context import Info
from services.registry.graphql.inputs import providers as inputs
from services.registry.graphql.mutations.write import write
from services.registry.use_cases.keep_welfare_pool import join_welfare_pool, leave_welfare_pool
from services.registry.use_cases.record_credit_lookup import record_credit_lookup
from services.registry.use_cases.register_provider import file_provider, register_provider


@strawberry.type
class RegisterProviderPayload(MutationPayload):
    """What became of registerProvider."""

    provider: provider_types.Provider | None


@strawberry.type
class FileProviderPayload(MutationPayload):
    """What became of fileProvider."""

    provider: provider_types.Provider | None


@strawberry.type
class RecordCreditLookupPayload(MutationPayload):
    """What became of recordCreditLookup."""

    credit_lookup: provider_types.CreditLookup | None


@strawberry.type
class JoinWelfarePoolPayload(MutationPayload):
    """What became of joinWelfarePool."""

    provider: provider_types.Provider | None


@strawberry.type
class LeaveWelfarePoolPayload(MutationPayload):
    """What became of leaveWelfarePool."""

    provider: provider_types.Provider | None


@strawberry.type
class ProviderMutations:
    """What can be done to providers."""

    @strawberry.mutation(description="Register a provider. Roles: OPERATOR, DISTRICT_OFFICE, HOUSING_BUREAU, STREET.")
    async def register_provider(self, info: Info, input: inputs.RegisterProviderInput) -> RegisterProviderPayload:  # noqa: A002
        result = await write(
            info,
            "register_provider",
            input,
            lambda work, policies: register_provider(work, input.command(), policies=policies),
        )
        return RegisterProviderPayload(
            provider=await provider_types.provider(info.context, result.entity_id("provider")), **result.payload()
        )

    @strawberry.mutation(description="File a provider with the authority. Roles: DISTRICT_OFFICE, HOUSING_BUREAU.")
    async def file_provider(self, info: Info, input: inputs.FileProviderInput) -> FileProviderPayload:  # noqa: A002
        result = await write(info, "file_provider", input, lambda work, _: file_provider(work, input.command()))
        return FileProviderPayload(
            provider=await provider_types.provider(info.context, result.entity_id("provider")), **result.payload()
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
        result = await write(
            info, "record_credit_lookup", input, lambda work, _: record_credit_lookup(work, input.command())
        )
        return RecordCreditLookupPayload(
            credit_lookup=await provider_types.credit_lookup(info.context, result.entity_id("lookup")),
            **result.payload(),
        )

    @strawberry.mutation(description="Let a provider enter the welfare pool. Roles: HOUSING_BUREAU, DISTRICT_OFFICE.")
    async def join_welfare_pool(
        self,
        info: Info,
        input: inputs.JoinWelfarePoolInput,  # noqa: A002
    ) -> JoinWelfarePoolPayload:
        result = await write(
            info,
            "join_welfare_pool",
            input,
            lambda work, policies: join_welfare_pool(work, input.command(), policies=policies),
        )
        return JoinWelfarePoolPayload(
            provider=await provider_types.provider(info.context, result.entity_id("provider")), **result.payload()
        )

    @strawberry.mutation(description="Let a provider leave the welfare pool. Roles: HOUSING_BUREAU, DISTRICT_OFFICE.")
    async def leave_welfare_pool(
        self,
        info: Info,
        input: inputs.LeaveWelfarePoolInput,  # noqa: A002
    ) -> LeaveWelfarePoolPayload:
        result = await write(
            info, "leave_welfare_pool", input, lambda work, _: leave_welfare_pool(work, input.command())
        )
        return LeaveWelfarePoolPayload(
            provider=await provider_types.provider(info.context, result.entity_id("provider")), **result.payload()
        )
