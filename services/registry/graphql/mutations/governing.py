"""What can be done to who leads the work, and to what communities and streets have."""

import strawberry

from kit.graphql.payloads import MutationPayload
from services.registry.graphql import district_types, territory_types
from services.registry.graphql.context import Info
from services.registry.graphql.inputs import governing as inputs
from services.registry.graphql.mutations.write import write
from services.registry.use_cases.draw_service_area import draw_service_area, put_into_service_area
from services.registry.use_cases.keep_communities import name_grid_contact, provide_property_room
from services.registry.use_cases.lead_district import add_post, appoint_to_post, form_body, vacate_post

_LEAD = "Roles: OPERATOR, CITY_OFFICE, DISTRICT_OFFICE, HOUSING_BUREAU, STREET."
_KEEP = "Roles: OPERATOR, DISTRICT_OFFICE, HOUSING_BUREAU, STREET, COMMUNITY."


@strawberry.type
class FormBodyPayload(MutationPayload):
    """What became of formBody."""

    governing_body: territory_types.GoverningBody | None


@strawberry.type
class AddPostPayload(MutationPayload):
    """What became of addPost."""

    governing_body: territory_types.GoverningBody | None


@strawberry.type
class AppointToPostPayload(MutationPayload):
    """What became of appointToPost."""

    governing_body: territory_types.GoverningBody | None


@strawberry.type
class VacatePostPayload(MutationPayload):
    """What became of vacatePost."""

    governing_body: territory_types.GoverningBody | None


@strawberry.type
class ProvidePropertyRoomPayload(MutationPayload):
    """What became of providePropertyRoom."""

    community: district_types.Community | None


@strawberry.type
class NameGridContactPayload(MutationPayload):
    """What became of nameGridContact."""

    community: district_types.Community | None


@strawberry.type
class DrawServiceAreaPayload(MutationPayload):
    """What became of drawServiceArea."""

    service_area: territory_types.ServiceArea | None


@strawberry.type
class PutIntoServiceAreaPayload(MutationPayload):
    """What became of putIntoServiceArea."""

    service_area: territory_types.ServiceArea | None


@strawberry.type
class GoverningMutations:
    """What can be done to bodies, property offices, the grid and service areas."""

    @strawberry.mutation(
        description=f"Form a leading group, an office or a task group with the posts its document prints. {_LEAD}"
    )
    async def form_body(self, info: Info, input: inputs.FormBodyInput) -> FormBodyPayload:  # noqa: A002
        result = await write(
            info, "form_body", input, lambda work, policies: form_body(work, input.command(), policies=policies)
        )
        return FormBodyPayload(
            governing_body=await territory_types.governing_body(info.context, result.entity_id("body")),
            **result.payload(),
        )

    @strawberry.mutation(description=f"Add a post to a body. {_LEAD}")
    async def add_post(self, info: Info, input: inputs.AddPostInput) -> AddPostPayload:  # noqa: A002
        result = await write(info, "add_post", input, lambda work, _: add_post(work, input.command()))
        return AddPostPayload(
            governing_body=await territory_types.governing_body(info.context, result.entity_id("body")),
            **result.payload(),
        )

    @strawberry.mutation(
        description=f"Appoint a person to a post; overlapping holders of one post are refused. {_LEAD}"
    )
    async def appoint_to_post(self, info: Info, input: inputs.AppointToPostInput) -> AppointToPostPayload:  # noqa: A002
        result = await write(info, "appoint_to_post", input, lambda work, _: appoint_to_post(work, input.command()))
        return AppointToPostPayload(
            governing_body=await territory_types.governing_body(info.context, result.entity_id("body")),
            **result.payload(),
        )

    @strawberry.mutation(description=f"Record that the holder of a post left. {_LEAD}")
    async def vacate_post(self, info: Info, input: inputs.VacatePostInput) -> VacatePostPayload:  # noqa: A002
        result = await write(info, "vacate_post", input, lambda work, _: vacate_post(work, input.command()))
        return VacatePostPayload(
            governing_body=await territory_types.governing_body(info.context, result.entity_id("body")),
            **result.payload(),
        )

    @strawberry.mutation(description=f"Record a community's property office. {_KEEP}")
    async def provide_property_room(
        self,
        info: Info,
        input: inputs.ProvidePropertyRoomInput,  # noqa: A002
    ) -> ProvidePropertyRoomPayload:
        result = await write(
            info,
            "provide_property_room",
            input,
            lambda work, policies: provide_property_room(work, input.command(), policies=policies),
        )
        return ProvidePropertyRoomPayload(
            community=await district_types.community(info.context, result.entity_id("community")), **result.payload()
        )

    @strawberry.mutation(
        description=f"Record the person a department names for a community; who is missing is a warning. {_KEEP}"
    )
    async def name_grid_contact(self, info: Info, input: inputs.NameGridContactInput) -> NameGridContactPayload:  # noqa: A002
        result = await write(
            info,
            "name_grid_contact",
            input,
            lambda work, policies: name_grid_contact(work, input.command(), policies=policies),
        )
        return NameGridContactPayload(
            community=await district_types.community(info.context, result.entity_id("community")), **result.payload()
        )

    @strawberry.mutation(description=f"Draw a property service area of a street. {_KEEP}")
    async def draw_service_area(self, info: Info, input: inputs.DrawServiceAreaInput) -> DrawServiceAreaPayload:  # noqa: A002
        result = await write(info, "draw_service_area", input, lambda work, _: draw_service_area(work, input.command()))
        return DrawServiceAreaPayload(
            service_area=await territory_types.service_area(info.context, result.entity_id("service_area")),
            **result.payload(),
        )

    @strawberry.mutation(description=f"Put estates into a service area. {_KEEP}")
    async def put_into_service_area(
        self,
        info: Info,
        input: inputs.PutIntoServiceAreaInput,  # noqa: A002
    ) -> PutIntoServiceAreaPayload:
        result = await write(
            info, "put_into_service_area", input, lambda work, _: put_into_service_area(work, input.command())
        )
        return PutIntoServiceAreaPayload(
            service_area=await territory_types.service_area(info.context, result.entity_id("service_area")),
            **result.payload(),
        )
