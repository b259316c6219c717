"""What communities have: their property offices and the persons of the grid. Both are posted in public."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from kit.area import Area
from kit.days import day_of, text_of
from kit.ids import new_id
from kit.mongo import Reader, UnitOfWork
from policy.bodies import GridDepartment
from policy.vocabulary import PropertyRoomSource
from services.registry.domain.grid import ContactOutOfOrder, GridContact
from services.registry.domain.property_room import PropertyRoom, RoomOutOfOrder
from services.registry.store.duplicates import refused_when_taken
from services.registry.store.territory import CommunityRecord

PROPERTY_ROOMS = "property_rooms"
GRID_CONTACTS = "grid_contacts"


@dataclass(frozen=True)
class RoomOfCommunity:
    """A property office and the community that has it."""

    community_id: str
    room: PropertyRoom


@dataclass(frozen=True)
class ContactOfCommunity:
    """A person of the grid and the community that the person looks after."""

    community_id: str
    contact: GridContact


async def add_property_room(work: UnitOfWork, community: CommunityRecord, room: PropertyRoom) -> None:
    """Save a community's new office; raises RoomOutOfOrder when it has one of the same first day."""
    taken = RoomOutOfOrder("the community has an office from this day", path=("input", "from"), value=room.from_)
    with refused_when_taken(taken):
        await work.collection(PROPERTY_ROOMS).insert_one(
            {
                "_id": new_id("rom"),
                "community_id": community.id,
                "from": text_of(room.from_),
                "office_area": room.office_area,
                "source": room.source.value,
                "minimum": room.minimum,
                "areas": community.areas,
            },
            session=work.session,
        )


async def find_property_rooms(reader: Reader, community_ids: Sequence[str]) -> list[RoomOfCommunity]:
    """Return all offices that the communities have and had, the latest first; a community has a few."""
    query = {"community_id": {"$in": list(community_ids)}}
    cursor = reader.collection(PROPERTY_ROOMS).find(query, session=reader.session)
    rooms = [RoomOfCommunity(document["community_id"], _room(document)) async for document in cursor]
    return sorted(rooms, key=lambda found: found.room.from_, reverse=True)


async def add_grid_contact(work: UnitOfWork, community: CommunityRecord, contact: GridContact) -> None:
    """Save the person a department names; raises ContactOutOfOrder when it named one from the same day."""
    taken = ContactOutOfOrder("a person is named from this day", path=("input", "from"), value=contact.from_)
    with refused_when_taken(taken):
        await work.collection(GRID_CONTACTS).insert_one(
            {
                "_id": new_id("grd"),
                "community_id": community.id,
                "department": contact.department.value,
                "from": text_of(contact.from_),
                "person": contact.person,
                "phone": contact.phone,
                "grid_worker": contact.grid_worker,
                "areas": community.areas,
            },
            session=work.session,
        )


async def find_grid_contacts(reader: Reader, community_ids: Sequence[str]) -> list[ContactOfCommunity]:
    """Return the person each department names for each community now, by department; a community has four."""
    query = {"community_id": {"$in": list(community_ids)}}
    cursor = reader.collection(GRID_CONTACTS).find(query, session=reader.session)
    latest: dict[tuple[str, GridDepartment], ContactOfCommunity] = {}
    async for document in cursor:
        found = ContactOfCommunity(document["community_id"], _contact(document))
        key = (found.community_id, found.contact.department)
        if key not in latest or latest[key].contact.from_ < found.contact.from_:
            latest[key] = found
    order = list(GridDepartment)
    return sorted(latest.values(), key=lambda found: (found.community_id, order.index(found.contact.department)))


def _room(document: Mapping[str, Any]) -> PropertyRoom:
    from_ = day_of(document["from"])
    assert from_ is not None
    minimum = document["minimum"]
    return PropertyRoom(
        office_area=Area(document["office_area"]),
        source=PropertyRoomSource(document["source"]),
        from_=from_,
        minimum=None if minimum is None else Area(minimum),
    )


def _contact(document: Mapping[str, Any]) -> GridContact:
    from_ = day_of(document["from"])
    assert from_ is not None
    return GridContact(
        department=GridDepartment(document["department"]),
        person=document["person"],
        phone=document["phone"],
        grid_worker=document["grid_worker"],
        from_=from_,
    )
