"""How owners come to a provider."""

import strawberry

from kit.graphql.payloads import MutationPayload
from services.registry.graphql import selection_types
from services.registry.graphql.context import Info
from services.registry.graphql.inputs import selections as inputs
from services.registry.graphql.mutations.write import write
from services.registry.use_cases.select_provider import amend_menu, fix_service_plan, record_tender


@strawberry.type
class FixServicePlanPayload(MutationPayload):
    """What became of fixServicePlan."""

    selection: selection_types.ProviderSelection | None


@strawberry.type
class AmendMenuPayload(MutationPayload):
    """What became of amendMenu."""

    selection: selection_types.ProviderSelection | None


@strawberry.type
class RecordTenderPayload(MutationPayload):
    """What became of recordTender."""

    selection: selection_types.ProviderSelection | None


@strawberry.type
class SelectionMutations:
    """How owners come to a provider."""

    @strawberry.mutation(
        description="Fix service content and fee standard. "
        "Roles: STREET, COMMUNITY, COMMITTEE, HOUSING_BUREAU, DISTRICT_OFFICE."
    )
    async def fix_service_plan(self, info: Info, input: inputs.FixServicePlanInput) -> FixServicePlanPayload:  # noqa: A002
        result = await write(info, "fix_service_plan", input, lambda work, _: fix_service_plan(work, input.command()))
        return FixServicePlanPayload(
            selection=await selection_types.selection(info.context, result.entity_id("selection")), **result.payload()
        )

    @strawberry.mutation(
        description="Change or add a menu of a plan. "
        "Roles: STREET, COMMUNITY, COMMITTEE, HOUSING_BUREAU, DISTRICT_OFFICE."
    )
    async def amend_menu(self, info: Info, input: inputs.AmendMenuInput) -> AmendMenuPayload:  # noqa: A002
        result = await write(info, "amend_menu", input, lambda work, _: amend_menu(work, input.command()))
        return AmendMenuPayload(
            selection=await selection_types.selection(info.context, result.entity_id("selection")), **result.payload()
        )

    @strawberry.mutation(
        description="Record how candidates were found and what they offer. "
        "Roles: STREET, COMMUNITY, COMMITTEE, HOUSING_BUREAU, DISTRICT_OFFICE."
    )
    async def record_tender(self, info: Info, input: inputs.RecordTenderInput) -> RecordTenderPayload:  # noqa: A002
        result = await write(info, "record_tender", input, lambda work, _: record_tender(work, input.command()))
        return RecordTenderPayload(
            selection=await selection_types.selection(info.context, result.entity_id("selection")), **result.payload()
        )
