"""The facilities of estates and of their buildings."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from kit.caller import Scope
from kit.mongo import Reader, UnitOfWork, scoped
from services.registry.domain.facility import Facility, FacilityKind, FacilityKnown
from services.registry.domain.gate import Site
from services.registry.domain.territory import Place, public_areas
from services.registry.store.duplicates import refused_when_taken

FACILITIES = "facilities"


@dataclass(frozen=True, kw_only=True)
class FacilityRecord:
    """A facility as it is stored; `building_id` is None for one of the whole estate."""

    id: str
    estate_id: str
    building_id: str | None
    place: Place
    facility: Facility


async def add_facility(work: UnitOfWork, record: FacilityRecord) -> None:
    """Save a new facility; raises FacilityKnown when the estate has one of the name."""
    with refused_when_taken(FacilityKnown("the estate has a facility of this name", path=("input", "name"))):
        await work.collection(FACILITIES).insert_one(
            {
                "_id": record.id,
                "estate_id": record.estate_id,
                "building_id": record.building_id,
                "district": record.place.district,
                "street_id": record.place.street_id,
                "community_id": record.place.community_id,
                "kind": record.facility.kind.value,
                "name": record.facility.name,
                "site": record.facility.site.value,
                "areas": public_areas(record.place, record.estate_id),
            },
            session=work.session,
        )


async def find_facilities_of_estates(
    reader: Reader, estate_ids: Sequence[str], *, scope: Scope
) -> list[FacilityRecord]:
    """Return all facilities of the estates that the scope covers, by name; an estate has some hundreds at most."""
    query = scoped(scope, {"estate_id": {"$in": list(estate_ids)}})
    cursor = reader.collection(FACILITIES).find(query, session=reader.session)
    return sorted([_record(document) async for document in cursor], key=lambda record: record.facility.name)


def _record(document: Mapping[str, Any]) -> FacilityRecord:
    return FacilityRecord(
        id=document["_id"],
        estate_id=document["estate_id"],
        building_id=document["building_id"],
        place=Place(document["district"], document["street_id"], document["community_id"]),
        facility=Facility(FacilityKind(document["kind"]), document["name"], Site(document["site"])),
    )
