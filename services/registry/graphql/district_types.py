"""Districts with their streets and communities, as the schema shows them."""

from datetime import date
from typing import TYPE_CHECKING, Annotated

import strawberry

from kit.graphql.scalars import DistrictCode
from services.registry.graphql import (
    base_ledger_types,
    estate_types,
    loaders,
    staff_types,
    territory_loaders,
    territory_types,
    types,
)
from services.registry.graphql.context import Context, Info
from services.registry.graphql.node import Node
from services.registry.graphql.territory_enums import GridDepartment
from services.registry.store.estates import EstateFilter as EstateConditions
from services.registry.store.territory import CommunityRecord, StreetRecord

if TYPE_CHECKING:
    from services.registry.graphql.estate_types import Estate, EstateConnection
    from services.registry.graphql.staff_types import CommunityDonation
    from services.registry.graphql.territory_types import DutyRow, GoverningBody, GridContact, PropertyRoom, ServiceArea
    from services.registry.graphql.types import PolicyVersion

_ESTATE = strawberry.lazy("services.registry.graphql.estate_types")
_EstateConnectionRef = Annotated["EstateConnection", _ESTATE]
_EstateRef = Annotated["Estate", _ESTATE]
_PolicyVersionRef = Annotated["PolicyVersion", strawberry.lazy("services.registry.graphql.types")]
_DonationRef = Annotated["CommunityDonation", strawberry.lazy("services.registry.graphql.staff_types")]
_TERRITORY = strawberry.lazy("services.registry.graphql.territory_types")
_DutyRef = Annotated["DutyRow", _TERRITORY]
_GoverningBodyRef = Annotated["GoverningBody", _TERRITORY]
_GridContactRef = Annotated["GridContact", _TERRITORY]
_PropertyRoomRef = Annotated["PropertyRoom", _TERRITORY]
_ServiceAreaRef = Annotated["ServiceArea", _TERRITORY]


@strawberry.federation.type(keys=["code"], description="A district with a policy document.")
class District:
    """A district by its area code."""

    code: DistrictCode = strawberry.field(description='The six-digit area code, e.g. "360702".')
    name: str = strawberry.field(description="As its document names it.")

    @classmethod
    async def resolve_reference(cls, info: Info, code: str) -> "District | None":
        """Return the district of this code; null when no policy of it is mounted."""
        return await district_of(info.context, code)

    @strawberry.field(description="Its towns, streets and management offices, by name; some tens.")
    async def streets(self, info: Info) -> list["Street"]:
        found = await info.context.load(loaders.streets_by_district, str(self.code))
        return [Street.of(street) for street in found or ()]

    @strawberry.field(description="The bodies that lead its work, in the order in which they were formed.")
    async def bodies(self, info: Info) -> list[_GoverningBodyRef]:
        found = await info.context.load(territory_loaders.bodies_by_district, str(self.code))
        return [territory_types.GoverningBody.of(body) for body in found or ()]

    @strawberry.field(description="The versions of its policy that are in force from some day on, by number.")
    async def policies(self, info: Info) -> list[_PolicyVersionRef]:
        policies = await types.policies_of(info.context)
        ids = [policy_file.id for policy_file in policies.files if policy_file.area == self.code]
        versions = [await types.policy_version(info.context, version_id) for version_id in ids]
        return [version for version in versions if version is not None]


async def district_of(context: Context, code: str) -> District | None:
    """Return the district if a policy of it is mounted."""
    policies = await types.policies_of(context)
    name = next((policy_file.area_name for policy_file in policies.files if policy_file.area == code), None)
    return None if name is None or code not in policies.districts else District(code=DistrictCode(code), name=name)


@strawberry.federation.type(keys=["id"], description="A town, street or management office of a district.")
class Street(Node):
    """A street."""

    record: strawberry.Private[StreetRecord]
    name: str = strawberry.field(description="Its name, unique within the district.")

    @classmethod
    def of(cls, record: StreetRecord) -> "Street":
        """Return the street as the schema shows it."""
        return cls(id=strawberry.ID(record.id), record=record, name=record.name)

    @classmethod
    async def resolve_reference(cls, info: Info, id: strawberry.ID) -> "Street | None":  # noqa: A002
        """Return the street of this id."""
        return await street(info.context, id)

    @strawberry.field(description="The district it belongs to.")
    async def district(self, info: Info) -> District:
        found = await district_of(info.context, self.record.district)
        return found or District(code=DistrictCode(self.record.district), name=self.record.district)

    @strawberry.field(description="Its communities, by name; some tens.")
    async def communities(self, info: Info) -> list["Community"]:
        found = await info.context.load(loaders.communities_by_street, self.record.id)
        return [Community.of(community) for community in found or ()]

    @strawberry.field(description="How it is divided for property service, by name; some tens.")
    async def service_areas(self, info: Info) -> list[_ServiceAreaRef]:
        found = await info.context.load(territory_loaders.service_areas_by_street, self.record.id)
        return [territory_types.ServiceArea.of(area) for area in found or ()]

    @strawberry.field(description="Its own task groups, in the order in which they were formed.")
    async def bodies(self, info: Info) -> list[_GoverningBodyRef]:
        found = await info.context.load(territory_loaders.bodies_by_street, self.record.id)
        return [territory_types.GoverningBody.of(body) for body in found or ()]

    @strawberry.field(
        description="What it and its communities answer for because the area is theirs, by the district's document in "
        "force on a day, today when none is named; none where the document is silent."
    )
    async def duties(self, info: Info, at: date | None = None) -> list[_DutyRef]:
        return list(await territory_types.duties_for_area(info.context, district=self.record.district, at=at))

    @strawberry.field(description="Its work plans and those of its communities that the caller may see, by first day.")
    async def work_plans(self, info: Info) -> list[base_ledger_types.WorkPlan]:
        found = await info.context.load(territory_loaders.plans_by_street, self.record.id)
        return [base_ledger_types.WorkPlan.of(plan) for plan in found or ()]

    @strawberry.field(description="Its estates that the caller may see, by code, a page of 1 to 100.")
    async def estates(self, info: Info, first: int = 20, after: str | None = None) -> _EstateConnectionRef:
        return await estate_types.estate_page(
            info, EstateConditions(street_id=self.record.id), first=first, after=after
        )


@strawberry.federation.type(keys=["id"], description="A community of a street.")
class Community(Node):
    """A community."""

    record: strawberry.Private[CommunityRecord]
    name: str = strawberry.field(description="Its name, unique within the street.")

    @classmethod
    def of(cls, record: CommunityRecord) -> "Community":
        """Return the community as the schema shows it."""
        return cls(id=strawberry.ID(record.id), record=record, name=record.name)

    @classmethod
    async def resolve_reference(cls, info: Info, id: strawberry.ID) -> "Community | None":  # noqa: A002
        """Return the community of this id."""
        return await community(info.context, id)

    @strawberry.field(description="The street it belongs to.")
    async def street(self, info: Info) -> Street:
        return Street.of(loaders.there(await info.context.load(loaders.streets_by_id, self.record.street_id)))

    @strawberry.field(description="Its estates that the caller may see, by code; some tens.")
    async def estates(self, info: Info) -> list[_EstateRef]:
        found = await info.context.load(loaders.estates_by_community, self.record.id)
        return [estate_types.Estate.of(estate) for estate in found or ()]

    @strawberry.field(description="Its property office; null while it has none.")
    async def property_room(self, info: Info) -> _PropertyRoomRef | None:
        found = await info.context.load(territory_loaders.rooms_by_community, self.record.id)
        return territory_types.PropertyRoom.of(found[0]) if found else None

    @strawberry.field(description="The property offices it has and had, the latest first.")
    async def property_rooms(self, info: Info) -> list[_PropertyRoomRef]:
        found = await info.context.load(territory_loaders.rooms_by_community, self.record.id)
        return [territory_types.PropertyRoom.of(room) for room in found or ()]

    @strawberry.field(description="The person each department of the grid names for it, by department.")
    async def grid_contacts(self, info: Info) -> list[_GridContactRef]:
        return list(await territory_types.grid_contacts(info.context, self.record.id))

    @strawberry.field(
        description="The departments of the district's grid that named nobody for it; none where it has no grid."
    )
    async def missing_grid_contacts(self, info: Info) -> list[GridDepartment]:
        return await territory_types.missing_grid_contacts(
            info.context, district=self.record.district, community_id=self.record.id
        )

    @strawberry.field(description="What providers gave for community building, the latest first; as far as seen.")
    async def donations(self, info: Info) -> list[_DonationRef]:
        return await staff_types.donations_to_community(info.context, self.record.id)


async def street(context: Context, street_id: str | None) -> Street | None:
    """Return a street by id."""
    record = await context.load(loaders.streets_by_id, street_id)
    return None if record is None else Street.of(record)


async def community(context: Context, community_id: str | None) -> Community | None:
    """Return a community by id."""
    record = await context.load(loaders.communities_by_id, community_id)
    return None if record is None else Community.of(record)
