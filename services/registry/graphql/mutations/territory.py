"""What can be done to streets and communities."""

import strawberry

from kit.graphql.payloads import MutationPayload
from services.registry.graphql import district_types, estate_types
from services.registry.graphql.context import Info
from services.registry.graphql.inputs import territory as inputs
from services.registry.graphql.mutations.write import write
from services.registry.use_cases.move_estate import move_estate
from services.registry.use_cases.register_territory import register_community, register_street


@strawberry.type
class RegisterStreetPayload(MutationPayload):
    """What became of registerStreet."""

    street: district_types.Street | None


@strawberry.type
class RegisterCommunityPayload(MutationPayload):
    """What became of registerCommunity."""

    community: district_types.Community | None


@strawberry.type
class MoveEstatePayload(MutationPayload):
    """What became of moveEstate."""

    estate: estate_types.Estate | None


@strawberry.type
class TerritoryMutations:
    """What can be done to streets and communities."""

    @strawberry.mutation(
        description="Register a street. Roles: OPERATOR, CITY_OFFICE, DISTRICT_OFFICE, HOUSING_BUREAU."
    )
    async def register_street(self, info: Info, input: inputs.RegisterStreetInput) -> RegisterStreetPayload:  # noqa: A002
        result = await write(
            info,
            "register_street",
            input,
            lambda work, policies: register_street(work, input.command(), policies=policies),
        )
        return RegisterStreetPayload(
            street=await district_types.street(info.context, result.entity_id("street")), **result.payload()
        )

    @strawberry.mutation(
        description="Register a community. Roles: OPERATOR, DISTRICT_OFFICE, HOUSING_BUREAU, STREET, COMMUNITY."
    )
    async def register_community(
        self,
        info: Info,
        input: inputs.RegisterCommunityInput,  # noqa: A002
    ) -> RegisterCommunityPayload:
        result = await write(
            info, "register_community", input, lambda work, _: register_community(work, input.command())
        )
        return RegisterCommunityPayload(
            community=await district_types.community(info.context, result.entity_id("community")), **result.payload()
        )

    @strawberry.mutation(
        description="Move an estate to another community, with all that is kept of it. Roles: OPERATOR, "
        "DISTRICT_OFFICE, HOUSING_BUREAU, STREET, COMMUNITY; the caller's area covers both communities."
    )
    async def move_estate(self, info: Info, input: inputs.MoveEstateInput) -> MoveEstatePayload:  # noqa: A002
        result = await write(info, "move_estate", input, lambda work, _: move_estate(work, input.command()))
        return MoveEstatePayload(
            estate=await estate_types.estate(info.context, result.entity_id("estate")), **result.payload()
        )
