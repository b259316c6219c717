"""Keep what communities have: their property office, and the person each department names for them."""

from dataclasses import dataclass
from datetime import date

from kit.area import Area
from kit.errors import InstrumentNotAvailable
from kit.idempotency import Outcome
from kit.mongo import UnitOfWork
from policy.bodies import GridDepartment
from policy.instruments import PropertyRoomPolicy
from policy.policies import Policies
from policy.vocabulary import PropertyRoomSource
from services.registry.domain.grid import (
    GridContact,
    check_contact,
    missing_contact_flags,
    missing_departments,
)
from services.registry.domain.property_room import PropertyRoom, checked_room
from services.registry.domain.territory import UnknownCommunity
from services.registry.domain.text import checked_name
from services.registry.events import PropertyRoomChanged
from services.registry.store.communities import (
    add_grid_contact,
    add_property_room,
    find_grid_contacts,
    find_property_rooms,
)
from services.registry.store.territory import CommunityRecord, find_communities, require_own_area
from services.registry.use_cases.roles import KEEP_ESTATES


@dataclass(frozen=True, kw_only=True)
class ProvidePropertyRoom:
    """The property office of a community from a day on."""

    community_id: str
    office_area: Area
    source: PropertyRoomSource
    from_: date


@dataclass(frozen=True, kw_only=True)
class NameGridContact:
    """The person whom a department names for a community from a day on."""

    community_id: str
    department: GridDepartment
    person: str
    phone: str
    grid_worker: str | None
    from_: date


async def provide_property_room(work: UnitOfWork, command: ProvidePropertyRoom, *, policies: Policies) -> Outcome:
    """Record a community's property office; one below the district's minimum is recorded as such (DH-27).

    Raises UnknownCommunity, ValidationFailed, OutOfRange, SourceNotAllowed or RoomOutOfOrder.
    """
    work.caller.require_role(*KEEP_ESTATES)
    community = await _own_community(work, command.community_id)
    rooms = await find_property_rooms(work, [community.id])
    policy, version_id = room_policy(policies, community.district, command.from_)
    room = checked_room(
        office_area=command.office_area,
        source=command.source,
        from_=command.from_,
        policy=policy,
        present=rooms[0].room if rooms else None,
        today=work.today,
    )
    await keep_property_room(work, community, room)
    return Outcome(entity_ids={"community": community.id}, policy_version_id=version_id)


async def keep_property_room(work: UnitOfWork, community: CommunityRecord, room: PropertyRoom) -> None:
    """Save a community's new office and announce it; raises RoomOutOfOrder when it has one of the same first day."""
    await add_property_room(work, community, room)
    work.announce(
        PropertyRoomChanged(
            district=community.district,
            aggregate_id=community.id,
            occurred_on=room.from_,
            street_id=community.street_id,
            community_id=community.id,
            office_area=room.office_area,
            source=room.source,
            meets_minimum=room.meets_minimum,
        )
    )


def room_policy(policies: Policies, district: str, on: date) -> tuple[PropertyRoomPolicy | None, str | None]:
    """Return what the district asks of an office on that day and by which version; None where it asks nothing."""
    try:
        version = policies.at(district, on)
        return version.property_room, version.id
    except InstrumentNotAvailable:
        return None, None


async def name_grid_contact(work: UnitOfWork, command: NameGridContact, *, policies: Policies) -> Outcome:
    """Record the person a department names; departments that named nobody yet are warnings (DH-37).

    Raises UnknownCommunity, DepartmentNotInGrid, ContactOutOfOrder or ValidationFailed, and InstrumentNotAvailable
    where the district's document has no grid.
    """
    work.caller.require_role(*KEEP_ESTATES)
    community = await _own_community(work, command.community_id)
    version = policies.at(community.district, command.from_)
    departments = version.grid.departments
    contact = GridContact(
        department=command.department,
        person=checked_name(command.person, path=("input", "person")),
        phone=checked_name(command.phone, path=("input", "phone")),
        grid_worker=None
        if command.grid_worker is None
        else checked_name(command.grid_worker, path=("input", "gridWorker")),
        from_=command.from_,
    )
    known = [found.contact for found in await find_grid_contacts(work, [community.id])]
    present = next((found for found in known if found.department is contact.department), None)
    check_contact(contact, departments=departments, present=present, today=work.today)
    await add_grid_contact(work, community, contact)
    return Outcome(
        entity_ids={"community": community.id},
        policy_version_id=version.id,
        warnings=missing_contact_flags(missing_departments(departments, [*known, contact])),
    )


async def _own_community(work: UnitOfWork, community_id: str) -> CommunityRecord:
    communities = await find_communities(work, [community_id])
    if not communities:
        raise UnknownCommunity("no community of this id", path=("input", "communityId"), value=community_id)
    require_own_area(work, communities[0].areas, path=("input", "communityId"), value=community_id)
    return communities[0]
