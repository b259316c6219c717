"""How rows of 物业用房 land: the property office that a community has from a day on."""

from collections.abc import Sequence

from kit.errors import Refusal
from kit.mongo import UnitOfWork
from services.registry.domain import ledger
from services.registry.domain.ledger import RowOutcome, RowResult
from services.registry.domain.ledger_cells import RawRow
from services.registry.domain.ledger_places import PropertyRoomRow, read_property_room_row
from services.registry.domain.property_room import PropertyRoom, checked_room
from services.registry.store.communities import find_property_rooms
from services.registry.store.territory import CommunityRecord, require_own_area
from services.registry.use_cases.keep_communities import keep_property_room, room_policy
from services.registry.use_cases.landing.communities import NamedCommunities
from services.registry.use_cases.landing.rows import ImportRules, readable, row_result

_HEADER_OF_FIELD = {"officeArea": ledger.ROOM_AREA, "source": ledger.ROOM_SOURCE, "from": ledger.FROM}


async def land_property_rooms(work: UnitOfWork, rows: Sequence[RawRow], rules: ImportRules) -> dict[int, RowResult]:
    """Land rows of 物业用房 and return their results by row number."""
    results: dict[int, RowResult] = {}
    read = readable(rows, read_property_room_row, results)
    places = await NamedCommunities.of(work, [row.district for _, row in read])
    known: dict[str, list[PropertyRoom]] = {}
    for found in await find_property_rooms(work, places.ids):
        known.setdefault(found.community_id, []).append(found.room)
    for raw, row in read:
        try:
            community = places.named(row.district, row.street, row.community)
            rooms = known.setdefault(community.id, [])
            if any(_says_the_same(row, room) for room in rooms):
                results[raw.number] = row_result(raw, RowOutcome.UNCHANGED)
                continue
            room = _checked(work, community, row, rooms[0] if rooms else None, rules)
        except Refusal as refusal:
            results[raw.number] = ledger.rejected(raw, refusal)
            continue
        await keep_property_room(work, community, room)
        rooms.insert(0, room)
        results[raw.number] = row_result(raw, RowOutcome.LANDED)
    return results


def _says_the_same(row: PropertyRoomRow, room: PropertyRoom) -> bool:
    return (row.office_area, row.source, row.from_) == (room.office_area, room.source, room.from_)


def _checked(
    work: UnitOfWork, community: CommunityRecord, row: PropertyRoomRow, present: PropertyRoom | None, rules: ImportRules
) -> PropertyRoom:
    require_own_area(work, community.areas, path=(ledger.COMMUNITY,), value=row.community)
    policy, _ = room_policy(rules.policies, community.district, row.from_)
    try:
        return checked_room(
            office_area=row.office_area,
            source=row.source,
            from_=row.from_,
            policy=policy,
            present=present,
            today=work.today,
        )
    except Refusal as refusal:
        refusal.path = (_HEADER_OF_FIELD[refusal.path[-1]],)
        raise
