"""What the mutations of `mutations.governing` are given."""

from datetime import date

import strawberry

from kit.area import Area
from kit.graphql.payloads import MutationInput
from kit.graphql.scalars import DistrictCode
from services.registry.graphql.territory_enums import GridDepartment, PostRole, PropertyRoomSource
from services.registry.use_cases.draw_service_area import DrawServiceArea, PutIntoServiceArea
from services.registry.use_cases.keep_communities import NameGridContact, ProvidePropertyRoom
from services.registry.use_cases.lead_district import AddPost, AppointToPost, FormBody, VacatePost


@strawberry.input(description="Form a body that the district's document sets up, with the posts it prints.")
class FormBodyInput(MutationInput):
    """A body."""

    district: DistrictCode = strawberry.field(description="The district whose document sets it up.")
    street_id: strawberry.ID | None = strawberry.field(
        default=None, description="The street that forms it, for a body that each street has; null for the district's."
    )
    code: str = strawberry.field(description='The document\'s code for it, e.g. "leadingGroup", "office", "taskGroup".')
    formed_on: date = strawberry.field(description="The day; not in the future.")

    def command(self) -> FormBody:
        """Return the use case's command."""
        return FormBody(district=self.district, street_id=self.street_id, code=self.code, formed_on=self.formed_on)


@strawberry.input(description="Add a post to a body whose document does not print it.")
class AddPostInput(MutationInput):
    """A post."""

    body_id: strawberry.ID = strawberry.field(description="The body; it has at most 200 posts.")
    role: PostRole = strawberry.field(description="What its holder does in the body.")
    office: str = strawberry.field(description="The office that fills it, at most 100 characters; never a person.")

    def command(self) -> AddPost:
        """Return the use case's command."""
        return AddPost(body_id=self.body_id, role=self.role, office=self.office)


@strawberry.input(description="Appoint a person to a post from a day on; nobody else holds it on any of these days.")
class AppointToPostInput(MutationInput):
    """A holder of a post."""

    body_id: strawberry.ID = strawberry.field(description="The body.")
    post: int = strawberry.field(description="The post's number within the body, from 1.")
    person_number: str = strawberry.field(description="The district's own number for the person.")
    person_name: str = strawberry.field(description="The person's name, always the same for one number.")
    from_: date = strawberry.field(name="from", description="The first day.")
    to: date | None = strawberry.field(default=None, description="The day of leaving, after the first; null for still.")

    def command(self) -> AppointToPost:
        """Return the use case's command."""
        return AppointToPost(
            body_id=self.body_id,
            post=self.post,
            person_number=self.person_number,
            person_name=self.person_name,
            from_=self.from_,
            to=self.to,
        )


@strawberry.input(description="Record that the holder of a post left it.")
class VacatePostInput(MutationInput):
    """A departure."""

    body_id: strawberry.ID = strawberry.field(description="The body.")
    post: int = strawberry.field(description="The post's number within the body, from 1.")
    to: date = strawberry.field(description="The day of leaving, after the holder's first.")

    def command(self) -> VacatePost:
        """Return the use case's command."""
        return VacatePost(body_id=self.body_id, post=self.post, to=self.to)


@strawberry.input(description="Record a community's property office from a day on.")
class ProvidePropertyRoomInput(MutationInput):
    """A property office."""

    community_id: strawberry.ID = strawberry.field(description="The community.")
    office_area: Area = strawberry.field(
        description="Its floor area in m2, 0 to 10,000; one below the district's minimum, e.g. 120.00, is recorded too."
    )
    source: PropertyRoomSource = strawberry.field(
        description="Where it comes from; one that the document lists, where it prescribes a list."
    )
    from_: date = strawberry.field(name="from", description="The first day; after the present office's, not to come.")

    def command(self) -> ProvidePropertyRoom:
        """Return the use case's command."""
        return ProvidePropertyRoom(
            community_id=self.community_id, office_area=self.office_area, source=self.source, from_=self.from_
        )


@strawberry.input(description="Record the person whom a department of the grid names for a community.")
class NameGridContactInput(MutationInput):
    """A person of the grid."""

    community_id: strawberry.ID = strawberry.field(description="The community.")
    department: GridDepartment = strawberry.field(description="Whose person it is; one of the district's grid.")
    person: str = strawberry.field(description="The person's name, at most 100 characters.")
    phone: str = strawberry.field(description="A number of 3 to 15 digits; shown masked to others than the offices.")
    grid_worker: str | None = strawberry.field(default=None, description="The community's own grid worker.")
    from_: date = strawberry.field(name="from", description="The first day; after the present person's, not to come.")

    def command(self) -> NameGridContact:
        """Return the use case's command."""
        return NameGridContact(
            community_id=self.community_id,
            department=self.department,
            person=self.person,
            phone=self.phone,
            grid_worker=self.grid_worker,
            from_=self.from_,
        )


@strawberry.input(description="Draw a property service area of a street.")
class DrawServiceAreaInput(MutationInput):
    """A service area."""

    street_id: strawberry.ID = strawberry.field(description="The street.")
    name: str = strawberry.field(description="Its name, unique within the street.")
    neighbourhood_centre: str | None = strawberry.field(default=None, description="Its neighbourhood centre.")
    drawn_on: date = strawberry.field(description="The day; not in the future.")
    estate_ids: list[strawberry.ID] = strawberry.field(
        default_factory=list, description="The estates of the street that lie in it, at most 100 at once."
    )

    def command(self) -> DrawServiceArea:
        """Return the use case's command."""
        return DrawServiceArea(
            street_id=self.street_id,
            name=self.name,
            neighbourhood_centre=self.neighbourhood_centre,
            drawn_on=self.drawn_on,
            estate_ids=tuple(self.estate_ids),
        )


@strawberry.input(description="Put estates into a service area; each leaves the one it lay in.")
class PutIntoServiceAreaInput(MutationInput):
    """Estates of a service area."""

    service_area_id: strawberry.ID = strawberry.field(description="The service area.")
    estate_ids: list[strawberry.ID] = strawberry.field(description="Estates of its street, at most 100 at once.")

    def command(self) -> PutIntoServiceArea:
        """Return the use case's command."""
        return PutIntoServiceArea(service_area_id=self.service_area_id, estate_ids=tuple(self.estate_ids))
