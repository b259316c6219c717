"""The times during which nobody served an estate."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from kit.caller import Scope
from kit.days import day_of, text_of
from kit.ids import new_id
from kit.mongo import ConcurrentChange, Reader, UnitOfWork, scoped
from services.registry.domain.abandonment import Abandonment, AbandonmentReason, AlreadyAbandoned
from services.registry.domain.territory import Place, public_areas
from services.registry.store.duplicates import refused_when_taken

ABANDONMENTS = "abandonments"


@dataclass(frozen=True)
class AbandonmentOfEstate:
    """One abandonment of an estate."""

    estate_id: str
    abandonment: Abandonment


async def add_abandonment(work: UnitOfWork, estate_id: str, place: Place, abandonment: Abandonment) -> None:
    """Save that nobody serves an estate; raises AlreadyAbandoned for one of the same day."""
    taken = AlreadyAbandoned("the estate is recorded as abandoned from this day", path=("input", "abandonedOn"))
    with refused_when_taken(taken):
        await work.collection(ABANDONMENTS).insert_one(
            {
                "_id": new_id("abn"),
                "estate_id": estate_id,
                "district": place.district,
                "street_id": place.street_id,
                "community_id": place.community_id,
                "from": text_of(abandonment.from_),
                "to": text_of(abandonment.to),
                "reason": abandonment.reason.value,
                "areas": public_areas(place, estate_id),
            },
            session=work.session,
        )


async def end_abandonment(work: UnitOfWork, estate_id: str, ended: Abandonment) -> None:
    """Save that somebody took the estate up; raises ConcurrentChange if somebody recorded it meanwhile."""
    result = await work.collection(ABANDONMENTS).update_one(
        {"estate_id": estate_id, "from": text_of(ended.from_), "to": None},
        {"$set": {"to": text_of(ended.to)}},
        session=work.session,
    )
    if result.matched_count != 1:
        raise ConcurrentChange(f"the abandonment of estate {estate_id} changed")


async def find_abandonments(reader: Reader, estate_ids: Sequence[str], *, scope: Scope) -> list[AbandonmentOfEstate]:
    """Return all abandonments of the estates that the scope covers, the latest first; an estate has a few."""
    query = scoped(scope, {"estate_id": {"$in": list(estate_ids)}})
    cursor = reader.collection(ABANDONMENTS).find(query, session=reader.session)
    found = [AbandonmentOfEstate(document["estate_id"], _abandonment(document)) async for document in cursor]
    return sorted(found, key=lambda record: record.abandonment.from_, reverse=True)


def _abandonment(document: Mapping[str, Any]) -> Abandonment:
    from_ = day_of(document["from"])
    assert from_ is not None
    return Abandonment(AbandonmentReason(document["reason"]), from_, day_of(document["to"]))
