"""Territory as the schema shows it, beyond streets and communities themselves."""

from dataclasses import asdict
from datetime import date
from typing import TYPE_CHECKING, Annotated

import strawberry

from kit.area import Area
from kit.errors import InstrumentNotAvailable, PreconditionMissing
from services.registry.domain.duty import Duty, territorial_duties
from services.registry.domain.estate import Enclosure
from services.registry.domain.gate import is_inside, payer_of, sides_of
from services.registry.domain.governing_body import Holder
from services.registry.domain.governing_body import Post as PostOfBody
from services.registry.domain.grid import GridContact as Contact
from services.registry.domain.grid import missing_departments, shown_phone
from services.registry.domain.property_room import PropertyRoom as Room
from services.registry.domain.property_room import allows_completion
from services.registry.domain.territory import Membership
from services.registry.graphql import district_types, estate_types, loaders, part_types, territory_loaders, types
from services.registry.graphql.context import Context, Info
from services.registry.graphql.territory_enums import (
    BodyKind,
    DutyBody,
    DutySide,
    FacilityKind,
    GridDepartment,
    Payer,
    PostRole,
    PropertyRoomSource,
    Side,
    Site,
)
from services.registry.store.bodies import BodyRecord
from services.registry.store.facilities import FacilityRecord
from services.registry.store.service_areas import ServiceAreaRecord

if TYPE_CHECKING:
    from services.registry.graphql.district_types import Community, Street
    from services.registry.graphql.estate_types import Estate
    from services.registry.graphql.part_types import Building

_Street = Annotated["Street", strawberry.lazy("services.registry.graphql.district_types")]
_Estate = Annotated["Estate", strawberry.lazy("services.registry.graphql.estate_types")]
_Building = Annotated["Building", strawberry.lazy("services.registry.graphql.part_types")]
_Community = Annotated["Community", strawberry.lazy("services.registry.graphql.district_types")]


@strawberry.type(description="The street and the community an estate belongs to, from a day until another.")
class EstateMembership:
    """A membership of an estate."""

    membership: strawberry.Private[Membership]
    from_: date | None = strawberry.field(name="from", description="The first day; null since ever.")
    to: date | None = strawberry.field(description="The day on which it ended; null while it holds.")

    @classmethod
    def of(cls, membership: Membership) -> "EstateMembership":
        """Return the membership as the schema shows it."""
        return cls(membership=membership, from_=membership.from_, to=membership.to)

    @strawberry.field(description="The street that was responsible.")
    async def street(self, info: Info) -> _Street:
        found = await info.context.load(loaders.streets_by_id, self.membership.street_id)
        return district_types.Street.of(loaders.there(found))

    @strawberry.field(description="The community.")
    async def community(self, info: Info) -> _Community:
        found = await info.context.load(loaders.communities_by_id, self.membership.community_id)
        return district_types.Community.of(loaders.there(found))


@strawberry.type(description="A community's property office, and what its district asks of one.")
class PropertyRoom:
    """A property office."""

    office_area: Area = strawberry.field(description="Its floor area in m2.")
    source: PropertyRoomSource = strawberry.field(description="Where it comes from.")
    from_: date = strawberry.field(name="from", description="Since when the community has it.")
    meets_minimum: bool = strawberry.field(
        description="Whether it has the area that the district asks for; true where it asks for none."
    )
    minimum: Area | None = strawberry.field(description='The area asked for, e.g. "120.00"; null where none is.')
    completes_renovation: bool = strawberry.field(
        description="Whether a renovation's checklist may be complete with it."
    )

    @classmethod
    def of(cls, room: Room) -> "PropertyRoom":
        """Return the office as the schema shows it."""
        return cls(
            office_area=room.office_area,
            source=room.source,
            from_=room.from_,
            meets_minimum=room.meets_minimum,
            minimum=room.minimum,
            completes_renovation=allows_completion(room),
        )


@strawberry.type(description="The person whom a department names for a community.")
class GridContact:
    """A person of the grid."""

    contact: strawberry.Private[Contact]
    department: GridDepartment = strawberry.field(description="Whose person it is.")
    person: str = strawberry.field(description="Who.")
    grid_worker: str | None = strawberry.field(description="The community's own grid worker; null when none is named.")
    from_: date = strawberry.field(name="from", description="Since when.")

    @classmethod
    def of(cls, contact: Contact) -> "GridContact":
        """Return the person as the schema shows them."""
        return cls(
            contact=contact,
            department=contact.department,
            person=contact.person,
            grid_worker=contact.grid_worker,
            from_=contact.from_,
        )

    @strawberry.field(description="The number; for others than the offices only its last four characters.")
    def phone_masked(self, info: Info) -> str:
        return shown_phone(self.contact.phone, caller=info.context.caller)


@strawberry.type(description="A property service area of a street.")
class ServiceArea:
    """A service area."""

    record: strawberry.Private[ServiceAreaRecord]
    id: strawberry.ID = strawberry.field(description="Its id.")
    name: str = strawberry.field(description="Its name, unique within the street.")
    neighbourhood_centre: str | None = strawberry.field(description="Its neighbourhood centre; null when it has none.")
    drawn_on: date = strawberry.field(description="When it was drawn.")

    @classmethod
    def of(cls, record: ServiceAreaRecord) -> "ServiceArea":
        """Return the area as the schema shows it."""
        return cls(
            record=record,
            id=strawberry.ID(record.id),
            name=record.name,
            neighbourhood_centre=record.neighbourhood_centre,
            drawn_on=record.drawn_on,
        )

    @strawberry.field(description="The street that drew it.")
    async def street(self, info: Info) -> _Street:
        return district_types.Street.of(
            loaders.there(await info.context.load(loaders.streets_by_id, self.record.street_id))
        )

    @strawberry.field(description="Its estates that the caller may see; some tens.")
    async def estates(self, info: Info) -> list[_Estate]:
        ids = await info.context.load(territory_loaders.estate_ids_by_service_area, self.record.id)
        found = await info.context.load_many(loaders.estates_by_id, ids or [])
        return [estate_types.Estate.of(record) for record in found]


@strawberry.type(description="Who holds a post, from a day until another.")
class PostHolder:
    """A holder of a post."""

    person_id: strawberry.ID = strawberry.field(description="The person; one may hold several posts.")
    from_: date = strawberry.field(name="from", description="The first day.")
    to: date | None = strawberry.field(description="The day of leaving; null while the post is held.")

    @classmethod
    def of(cls, holder: Holder) -> "PostHolder":
        """Return the holder as the schema shows them."""
        return cls(person_id=strawberry.ID(holder.person_id), from_=holder.from_, to=holder.to)

    @strawberry.field(description="The person's name.")
    async def name(self, info: Info) -> str:
        return loaders.there(await info.context.load(territory_loaders.persons_by_id, str(self.person_id))).name


@strawberry.type(description="A post of a body.")
class BodyPost:
    """A post."""

    post: strawberry.Private[PostOfBody]
    number: int = strawberry.field(description="Its number within the body, from 1.")
    role: PostRole = strawberry.field(description="What its holder does in the body.")
    office: str = strawberry.field(description='The office that fills it, e.g. "区政府分管副区长"; never a person.')

    @classmethod
    def of(cls, post: PostOfBody) -> "BodyPost":
        """Return the post as the schema shows it."""
        return cls(post=post, number=post.number, role=post.role, office=post.office)

    @strawberry.field(description="Who holds it on a day, today when none is named; null while it is vacant.")
    def holder(self, info: Info, at: date | None = None) -> PostHolder | None:
        found = self.post.holder_on(at or info.context.today)
        return None if found is None else PostHolder.of(found)

    @strawberry.field(description="All who held it, the earliest first.")
    def holders(self) -> list[PostHolder]:
        return [PostHolder.of(holder) for holder in self.post.holders]


@strawberry.type(description="A leading group, a joint meeting, an office or a task group.")
class GoverningBody:
    """A governing body."""

    id: strawberry.ID = strawberry.field(description="Its id.")
    code: str = strawberry.field(description="The document's code for it.")
    kind: BodyKind = strawberry.field(description="What it is.")
    name: str = strawberry.field(description="As the document names it.")
    seat: str | None = strawberry.field(description="The department that houses it; null where none does.")
    formed_on: date = strawberry.field(description="The day it was formed.")
    policy_version_id: str = strawberry.field(description="The policy version whose document set it up.")
    posts: list[BodyPost] = strawberry.field(description="Its posts, by number.")

    @classmethod
    def of(cls, record: BodyRecord) -> "GoverningBody":
        """Return the body as the schema shows it."""
        return cls(
            id=strawberry.ID(record.id),
            code=record.code,
            kind=record.kind,
            name=record.name,
            seat=record.seat,
            formed_on=record.formed_on,
            policy_version_id=record.policy_version_id,
            posts=[BodyPost.of(post) for post in record.posts],
        )


@strawberry.type(description="One duty of one body, as the district's document says it.")
class DutyRow:
    """A row of the duty matrix."""

    body: DutyBody = strawberry.field(description="Who has it, by what it is.")
    name: str = strawberry.field(description="Who has it, as the document names it.")
    duty: str = strawberry.field(description="What the duty is.")
    side: DutySide | None = strawberry.field(
        description="On which side of the gate; null where the document does not tell the sides apart."
    )
    clause: str = strawberry.field(description="The clause of the document.")
    document: str = strawberry.field(description="The document.")

    @classmethod
    def of(cls, duty: Duty) -> "DutyRow":
        """Return the duty as the schema shows it."""
        return cls(**asdict(duty))


@strawberry.type(description="A facility of an estate or of one of its buildings.")
class EstateFacility:
    """A facility."""

    record: strawberry.Private[FacilityRecord]
    id: strawberry.ID = strawberry.field(description="Its id.")
    kind: FacilityKind = strawberry.field(description="What it is.")
    name: str = strawberry.field(description="Its name, unique within the estate.")
    site: Site = strawberry.field(description="Where it stands.")
    inside: bool = strawberry.field(description="Whether it lies inside the gate, by its site and the enclosure.")
    payer: Payer = strawberry.field(description="Whose money may pay for its upkeep.")
    sides: list[Side] = strawberry.field(description="Which work is done there; administration covers both sides.")

    @classmethod
    def of(cls, record: FacilityRecord, *, enclosure: Enclosure) -> "EstateFacility":
        """Return the facility as the schema shows it."""
        facility = record.facility
        inside = is_inside(enclosure=enclosure, site=facility.site)
        return cls(
            record=record,
            id=strawberry.ID(record.id),
            kind=facility.kind,
            name=facility.name,
            site=facility.site,
            inside=inside,
            payer=payer_of(inside=inside),
            sides=sorted(sides_of(inside=inside)),
        )

    @strawberry.field(description="Its building; null when it belongs to the whole estate.")
    async def building(self, info: Info) -> _Building | None:
        return await part_types.building(info.context, self.record.building_id)


async def governing_body(context: Context, body_id: str | None) -> GoverningBody | None:
    """Return a governing body by id."""
    record = await context.load(territory_loaders.bodies_by_id, body_id)
    return None if record is None else GoverningBody.of(record)


async def service_area(context: Context, area_id: str | None) -> ServiceArea | None:
    """Return a service area by id."""
    record = await context.load(territory_loaders.service_areas_by_id, area_id)
    return None if record is None else ServiceArea.of(record)


async def grid_contacts(context: Context, community_id: str) -> list[GridContact]:
    """Return the person each department names for a community now."""
    found = await context.load(territory_loaders.contacts_by_community, community_id)
    return [GridContact.of(contact) for contact in found or ()]


async def duties_for_area(context: Context, *, district: str, at: date | None) -> list[DutyRow]:
    """Return what street and community answer for by the district's document of the day; none where it is silent."""
    policies = await types.policies_of(context)
    try:
        duties = policies.at(district, at or context.today).duties
    except (InstrumentNotAvailable, PreconditionMissing):
        return []
    return [DutyRow.of(duty) for duty in territorial_duties(duties)]


async def missing_grid_contacts(context: Context, *, district: str, community_id: str) -> list[GridDepartment]:
    """Return the departments of the district's grid that named nobody; none where its document has no grid."""
    policies = loaders.there(await context.load(loaders.policies_in_force, "now"))
    try:
        departments = policies.at(district, context.today).grid.departments
    except (InstrumentNotAvailable, PreconditionMissing):
        return []
    found = await context.load(territory_loaders.contacts_by_community, community_id)
    return list(missing_departments(departments, found or ()))
