"""Staff who serve on estates, counted by source; the latest count of a source and work holds."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from kit.caller import Scope
from kit.days import text_of
from kit.mongo import Reader, UnitOfWork, scoped
from services.registry.domain.staff import StaffCount, StaffSource
from services.registry.domain.territory import Place, public_areas

STAFF_COUNTS = "staff_counts"


@dataclass(frozen=True, kw_only=True)
class StaffRecord:
    """A count of staff as it is stored."""

    id: str
    estate_id: str
    place: Place
    count: StaffCount


async def add_staff(work: UnitOfWork, staff: StaffRecord) -> None:
    """Save a count; earlier ones stay as the history."""
    count = staff.count
    await work.collection(STAFF_COUNTS).insert_one(
        {
            "_id": staff.id,
            "estate_id": staff.estate_id,
            "district": staff.place.district,
            "street_id": staff.place.street_id,
            "community_id": staff.place.community_id,
            "source": count.source.value,
            "work": count.work,
            "headcount": count.headcount,
            "trained": count.trained,
            "residents": count.residents,
            "from": text_of(count.from_),
            "areas": public_areas(staff.place, staff.estate_id),
        },
        session=work.session,
    )


async def find_staff(reader: Reader, ids: Sequence[str], *, scope: Scope) -> list[StaffRecord]:
    """Return the counts of these ids that the scope covers, in any order."""
    cursor = reader.collection(STAFF_COUNTS).find(scoped(scope, {"_id": {"$in": list(ids)}}), session=reader.session)
    return [_record(document) async for document in cursor]


async def find_staff_of_estates(reader: Reader, estate_ids: Sequence[str], *, scope: Scope) -> list[StaffRecord]:
    """Return all counts of the estates that the scope covers, the latest first; an estate has some tens."""
    query = scoped(scope, {"estate_id": {"$in": list(estate_ids)}})
    cursor = reader.collection(STAFF_COUNTS).find(query, session=reader.session)
    found = [_record(document) async for document in cursor]
    return sorted(found, key=lambda staff: (staff.count.from_, staff.id), reverse=True)


def _record(document: Mapping[str, Any]) -> StaffRecord:
    return StaffRecord(
        id=document["_id"],
        estate_id=document["estate_id"],
        place=Place(document["district"], document["street_id"], document["community_id"]),
        count=StaffCount(
            source=StaffSource(document["source"]),
            work=document["work"],
            headcount=document["headcount"],
            trained=document["trained"],
            residents=document["residents"],
            from_=date.fromisoformat(document["from"]),
        ),
    )
