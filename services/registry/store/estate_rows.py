"""What every dated row of an estate has: whose it is, where it lies, from which day, and who may see it.

The surveys, the ledgers and the coverage of estates are such rows. A row of a new day is added beside the old ones, so
that what was known on a day stays known.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Generic, TypeVar

from kit.caller import Scope
from kit.errors import Refusal
from kit.ids import new_id
from kit.mongo import Reader, UnitOfWork, scoped
from services.registry.domain.territory import Place, private_areas, public_areas
from services.registry.store.duplicates import refused_when_taken

RowT = TypeVar("RowT")


@dataclass(frozen=True)
class RowOfEstate(Generic[RowT]):
    """A row, the estate it is about, and its id."""

    id: str
    estate_id: str
    row: RowT


async def add_row(
    work: UnitOfWork,
    collection: str,
    *,
    prefix: str,
    estate_id: str,
    place: Place,
    on: date,
    content: Mapping[str, Any],
    taken: Refusal,
    public: bool = True,
) -> str:
    """Save a row of an estate and return its id; raises `taken` when there is one of the same day.

    One that is not public is seen by the offices and who manages the estate, not by its neighbours.
    """
    areas = public_areas(place, estate_id) if public else private_areas(place, estate_id, part_id=None, owner_ids=[])
    row_id = new_id(prefix)
    with refused_when_taken(taken):
        await work.collection(collection).insert_one(
            {
                "_id": row_id,
                "estate_id": estate_id,
                "district": place.district,
                "street_id": place.street_id,
                "community_id": place.community_id,
                "on": on.isoformat(),
                **content,
                "areas": areas,
            },
            session=work.session,
        )
    return row_id


async def find_rows(
    reader: Reader, collection: str, estate_ids: Sequence[str], *, scope: Scope
) -> list[Mapping[str, Any]]:
    """Return the documents of the estates' rows that the scope covers, the latest first; an estate has some tens."""
    query = scoped(scope, {"estate_id": {"$in": list(estate_ids)}})
    cursor = reader.collection(collection).find(query, session=reader.session)
    return sorted([document async for document in cursor], key=lambda document: document["on"], reverse=True)


def day_of_row(document: Mapping[str, Any]) -> date:
    """Return the day of a row's document."""
    return date.fromisoformat(document["on"])
