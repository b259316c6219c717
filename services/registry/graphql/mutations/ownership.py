"""What can be done to who owns a part, and to what is known of parts and buildings."""

import strawberry

from kit.graphql.payloads import MutationPayload
from services.registry.graphql import part_types
from services.registry.graphql.context import Info
from services.registry.graphql.inputs import ownership as inputs
from services.registry.graphql.mutations.write import write
from services.registry.use_cases.change_part import change_building, change_part
from services.registry.use_cases.transfer_ownership import (
    name_voting_representative,
    record_delivery,
    transfer_ownership,
)

_ROLES = "Roles: OPERATOR, DISTRICT_OFFICE, HOUSING_BUREAU, STREET, COMMUNITY."


@strawberry.type
class TransferOwnershipPayload(MutationPayload):
    """What became of transferOwnership."""

    exclusive_part: part_types.ExclusivePart | None


@strawberry.type
class RecordDeliveryPayload(MutationPayload):
    """What became of recordDelivery."""

    exclusive_part: part_types.ExclusivePart | None


@strawberry.type
class NameVotingRepresentativePayload(MutationPayload):
    """What became of nameVotingRepresentative."""

    exclusive_part: part_types.ExclusivePart | None


@strawberry.type
class ChangePartPayload(MutationPayload):
    """What became of changePart."""

    exclusive_part: part_types.ExclusivePart | None


@strawberry.type
class ChangeBuildingPayload(MutationPayload):
    """What became of changeBuilding."""

    building: part_types.Building | None


@strawberry.type
class OwnershipMutations:
    """What can be done to who owns a part, and to what is known of parts and buildings."""

    @strawberry.mutation(description=f"Transfer a part to new owners; who owned it before stays in its past. {_ROLES}")
    async def transfer_ownership(
        self,
        info: Info,
        input: inputs.TransferOwnershipInput,  # noqa: A002
    ) -> TransferOwnershipPayload:
        result = await write(
            info, "transfer_ownership", input, lambda work, _: transfer_ownership(work, input.command())
        )
        return TransferOwnershipPayload(
            exclusive_part=await part_types.exclusive_part(info.context, result.entity_id("part")), **result.payload()
        )

    @strawberry.mutation(description=f"Record that a developer delivered a part it sold. {_ROLES}")
    async def record_delivery(self, info: Info, input: inputs.RecordDeliveryInput) -> RecordDeliveryPayload:  # noqa: A002
        result = await write(info, "record_delivery", input, lambda work, _: record_delivery(work, input.command()))
        return RecordDeliveryPayload(
            exclusive_part=await part_types.exclusive_part(info.context, result.entity_id("part")), **result.payload()
        )

    @strawberry.mutation(description=f"Name the co-owner who votes for a part. {_ROLES}")
    async def name_voting_representative(
        self,
        info: Info,
        input: inputs.NameVotingRepresentativeInput,  # noqa: A002
    ) -> NameVotingRepresentativePayload:
        result = await write(
            info,
            "name_voting_representative",
            input,
            lambda work, _: name_voting_representative(work, input.command()),
        )
        return NameVotingRepresentativePayload(
            exclusive_part=await part_types.exclusive_part(info.context, result.entity_id("part")), **result.payload()
        )

    @strawberry.mutation(description=f"Change a part's door, area or the basis of its area. {_ROLES}")
    async def change_part(self, info: Info, input: inputs.ChangePartInput) -> ChangePartPayload:  # noqa: A002
        result = await write(info, "change_part", input, lambda work, _: change_part(work, input.command()))
        return ChangePartPayload(
            exclusive_part=await part_types.exclusive_part(info.context, result.entity_id("part")), **result.payload()
        )

    @strawberry.mutation(
        description=f"Change a building; a lift it gains or loses is announced for each of its parts. {_ROLES}"
    )
    async def change_building(self, info: Info, input: inputs.ChangeBuildingInput) -> ChangeBuildingPayload:  # noqa: A002
        result = await write(info, "change_building", input, lambda work, _: change_building(work, input.command()))
        return ChangeBuildingPayload(
            building=await part_types.building(info.context, result.entity_id("building")), **result.payload()
        )
