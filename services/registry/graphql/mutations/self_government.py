"""What the owners' bodies decide and have."""

import strawberry

from kit.graphql.payloads import MutationPayload
from services.registry.graphql import congress_types, decision_types
from services.registry.graphql.context import Info
from services.registry.graphql.inputs import self_government as inputs
from services.registry.graphql.mutations.write import write
from services.registry.use_cases.decide_jointly import import_external_result, open_decision
from services.registry.use_cases.form_congress import form_congress, open_owners_account


@strawberry.type
class FormCongressPayload(MutationPayload):
    """What became of formCongress."""

    congress: congress_types.OwnersCongress | None


@strawberry.type
class OpenOwnersAccountPayload(MutationPayload):
    """What became of openOwnersAccount."""

    congress: congress_types.OwnersCongress | None


@strawberry.type
class OpenDecisionPayload(MutationPayload):
    """What became of openDecision."""

    joint_decision: decision_types.JointDecision | None


@strawberry.type
class ImportExternalResultPayload(MutationPayload):
    """What became of importExternalResult."""

    joint_decision: decision_types.JointDecision | None


@strawberry.type
class SelfGovernmentMutations:
    """What the owners' bodies decide and have."""

    @strawberry.mutation(
        description="Record the owners' congress of an estate. Roles: STREET, COMMUNITY, COMMITTEE, HOUSING_BUREAU, "
        "DISTRICT_OFFICE."
    )
    async def form_congress(self, info: Info, input: inputs.FormCongressInput) -> FormCongressPayload:  # noqa: A002
        result = await write(
            info, "form_congress", input, lambda work, policies: form_congress(work, input.command(), policies=policies)
        )
        return FormCongressPayload(
            congress=await congress_types.congress(info.context, result.entity_id("congress")), **result.payload()
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
        result = await write(
            info, "open_owners_account", input, lambda work, _: open_owners_account(work, input.command())
        )
        return OpenOwnersAccountPayload(
            congress=await congress_types.congress(info.context, result.entity_id("congress")), **result.payload()
        )

    @strawberry.mutation(
        description="Open a joint decision. Roles: STREET, COMMUNITY, COMMITTEE, HOUSING_BUREAU, DISTRICT_OFFICE."
    )
    async def open_decision(self, info: Info, input: inputs.OpenDecisionInput) -> OpenDecisionPayload:  # noqa: A002
        result = await write(
            info, "open_decision", input, lambda work, policies: open_decision(work, input.command(), policies=policies)
        )
        return OpenDecisionPayload(
            joint_decision=await decision_types.joint_decision(info.context, result.entity_id("decision")),
            **result.payload(),
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
        result = await write(
            info,
            "import_external_result",
            input,
            lambda work, policies: import_external_result(work, input.command(), policies=policies),
        )
        return ImportExternalResultPayload(
            joint_decision=await decision_types.joint_decision(info.context, result.entity_id("decision")),
            **result.payload(),
        )
