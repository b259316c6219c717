"""Lists of territory: streets and communities, what communities have, how streets are divided, who leads."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from kit.tables.writing import Cell, Yuan
from services.registry.domain.grid import shown_phone
from services.registry.store.bodies import BodyRecord, find_bodies_of_districts, find_bodies_of_streets, find_persons
from services.registry.store.communities import find_grid_contacts, find_property_rooms
from services.registry.store.donations import find_donations_of_communities
from services.registry.store.estates import find_estates
from services.registry.store.old_estate_ledgers import find_work_plans
from services.registry.store.service_areas import find_estates_of_areas, find_service_areas_of_streets
from services.registry.store.territory import (
    CommunityRecord,
    StreetRecord,
    find_communities_of_streets,
    find_streets_of_districts,
)
from services.registry.use_cases.lists.reading import BETWEEN_WORDS, Reading, Row, square_metres, yes_or_no


@dataclass(frozen=True)
class Territory:
    """The streets of one district that the order is for, and their communities, both by name."""

    district: str
    streets: Sequence[StreetRecord]
    communities: Sequence[CommunityRecord]

    @property
    def street_ids(self) -> list[str]:
        """The ids of the streets."""
        return [street.id for street in self.streets]

    @property
    def community_ids(self) -> list[str]:
        """The ids of the communities."""
        return [community.id for community in self.communities]

    @property
    def places(self) -> Mapping[str, tuple[Cell, ...]]:
        """The cells of district, street and community, by the community's id."""
        streets = {street.id: street.name for street in self.streets}
        return {
            community.id: (self.district, streets[community.street_id], community.name)
            for community in self.communities
        }


async def territory_of(reading: Reading, district: str) -> Territory:
    """Return the part of a district that the order is for."""
    order = reading.order
    streets = await find_streets_of_districts(reading.mongo, [district])
    if order.street_id is not None:
        streets = [street for street in streets if street.id == order.street_id]
    communities = await find_communities_of_streets(reading.mongo, [street.id for street in streets])
    if order.community_id is not None:
        communities = [community for community in communities if community.id == order.community_id]
        streets = [street for street in streets if any(each.street_id == street.id for each in communities)]
    return Territory(district, streets, communities)


async def territory_rows(_: Reading, territory: Territory) -> list[Row]:
    """Return streets and communities in the columns of a ledger; a street without communities has one row."""
    rows: list[Row] = []
    for street in territory.streets:
        communities = [community for community in territory.communities if community.street_id == street.id]
        rows += [(territory.district, street.name, community.name) for community in communities]
        if not communities:
            rows.append((territory.district, street.name, None))
    return rows


async def service_area_rows(reading: Reading, territory: Territory) -> list[Row]:
    """Return how streets are divided for property service, with the estates that the caller may see."""
    streets = {street.id: street.name for street in territory.streets}
    areas = await find_service_areas_of_streets(reading.mongo, territory.street_ids)
    estates_of = await find_estates_of_areas(reading.mongo, [area.id for area in areas], scope=reading.scope)
    ids = [estate_id for some in estates_of.values() for estate_id in some]
    names = {estate.id: estate.facts.name for estate in await find_estates(reading.mongo, ids, scope=reading.scope)}
    return [
        (
            territory.district,
            streets[area.street_id],
            area.name,
            area.neighbourhood_centre,
            area.drawn_on,
            BETWEEN_WORDS.join(sorted(names[each] for each in estates_of.get(area.id, ()) if each in names)),
        )
        for area in areas
    ]


async def grid_contact_rows(reading: Reading, territory: Territory) -> list[Row]:
    """Return who each department names for each community now, in the columns of a ledger."""
    places = territory.places
    found = await find_grid_contacts(reading.mongo, territory.community_ids)
    return [
        (
            *places[record.community_id],
            reading.words(record.contact.department),
            record.contact.person,
            shown_phone(record.contact.phone, caller=reading.caller),
            record.contact.grid_worker,
            record.contact.from_,
        )
        for record in found
    ]


async def property_room_rows(reading: Reading, territory: Territory) -> list[Row]:
    """Return the property offices that communities have and had, the latest first."""
    places = territory.places
    found = await find_property_rooms(reading.mongo, territory.community_ids)
    return [
        (
            *places[record.community_id],
            square_metres(record.room.office_area),
            reading.words(record.room.source),
            record.room.from_,
            square_metres(record.room.minimum),
            yes_or_no(record.room.meets_minimum),
        )
        for record in found
    ]


async def donation_rows(reading: Reading, territory: Territory) -> list[Row]:
    """Return what providers gave for community building, the latest first."""
    places = territory.places
    found = await find_donations_of_communities(reading.mongo, territory.community_ids, scope=reading.scope)
    providers = await reading.provider_names(donation.provider_id for donation in found)
    return [
        (
            *places[donation.community_id],
            providers.get(donation.provider_id),
            Yuan(donation.amount),
            donation.given_on,
        )
        for donation in found
    ]


async def body_rows(reading: Reading, territory: Territory) -> list[Row]:
    """Return the posts of the bodies that lead, each with who holds it on the order's day."""
    streets = {street.id: street.name for street in territory.streets}
    bodies: list[BodyRecord] = []
    if reading.order.street_id is None and reading.order.community_id is None:
        bodies += await find_bodies_of_districts(reading.mongo, [territory.district])
    bodies += await find_bodies_of_streets(reading.mongo, territory.street_ids)
    posts = [(body, post, post.holder_on(reading.order.on)) for body in bodies for post in body.posts]
    held = sorted({holder.person_id for _, _, holder in posts if holder is not None})
    names = {person.id: person.name for person in await find_persons(reading.mongo, held)}
    return [
        (
            body.district,
            streets.get(body.street_id or ""),
            body.name,
            reading.words(body.kind),
            body.seat,
            body.formed_on,
            post.number,
            reading.words(post.role),
            post.office,
            None if holder is None else names.get(holder.person_id),
            None if holder is None else holder.from_,
        )
        for body, post, holder in posts
    ]


async def work_plan_rows(reading: Reading, territory: Territory) -> list[Row]:
    """Return the work plans of streets and their communities, by first day."""
    streets = {street.id: street.name for street in territory.streets}
    communities = {community.id: community.name for community in territory.communities}
    found = await find_work_plans(reading.mongo, territory.street_ids, scope=reading.scope)
    return [
        (
            territory.district,
            streets[record.street_id],
            communities.get(record.community_id or ""),
            record.plan.estate_class,
            record.plan.mode_label,
            record.plan.starts_on,
            record.plan.finishes_on,
            record.plan.measures,
        )
        for record in found
        if reading.order.community_id in (None, record.community_id)
    ]
