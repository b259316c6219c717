"""Who serves on estates, and what providers give back."""

import strawberry

from kit.graphql.payloads import MutationPayload
from services.registry.graphql import staff_types
from services.registry.graphql.context import Info
from services.registry.graphql.inputs import staff as inputs
from services.registry.graphql.mutations.write import write
from services.registry.use_cases.assign_staff import assign_staff
from services.registry.use_cases.record_donation import record_donation


@strawberry.type
class AssignStaffPayload(MutationPayload):
    """What became of assignStaff."""

    staff: staff_types.StaffCount | None


@strawberry.type
class RecordDonationPayload(MutationPayload):
    """What became of recordDonation."""

    donation: staff_types.CommunityDonation | None


@strawberry.type
class StaffMutations:
    """Who serves on estates, and what providers give back."""

    @strawberry.mutation(
        description="Record who serves on an estate. "
        "Roles: STREET, COMMUNITY, COMMITTEE, HOUSING_BUREAU, DISTRICT_OFFICE, PROVIDER."
    )
    async def assign_staff(self, info: Info, input: inputs.AssignStaffInput) -> AssignStaffPayload:  # noqa: A002
        result = await write(info, "assign_staff", input, lambda work, _: assign_staff(work, input.command()))
        return AssignStaffPayload(
            staff=await staff_types.staff_count(info.context, result.entity_id("staff")), **result.payload()
        )

    @strawberry.mutation(description="Record a provider's donation to a community. Roles: STREET, COMMUNITY.")
    async def record_donation(self, info: Info, input: inputs.RecordDonationInput) -> RecordDonationPayload:  # noqa: A002
        result = await write(info, "record_donation", input, lambda work, _: record_donation(work, input.command()))
        return RecordDonationPayload(
            donation=await staff_types.donation(info.context, result.entity_id("donation")), **result.payload()
        )
