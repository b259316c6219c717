"""Property service areas: how streets divide their territory. They are public, as the streets are."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from kit.caller import Scope
from kit.days import day_of, text_of
from kit.errors import NotFound
from kit.mongo import Reader, UnitOfWork, scoped
from services.registry.domain.service_area import ServiceAreaKnown
from services.registry.domain.territory import Place, public_areas
from services.registry.store.duplicates import refused_when_taken

SERVICE_AREAS = "service_areas"
ESTATES_OF_SERVICE_AREAS = "service_area_estates"


@dataclass(frozen=True, kw_only=True)
class ServiceAreaRecord:
    """A service area of a street; `neighbourhood_centre` is the centre it belongs to, None where there is none."""

    id: str
    district: str
    street_id: str
    name: str
    neighbourhood_centre: str | None
    drawn_on: date

    @property
    def areas(self) -> list[str]:
        """The grants that cover the whole street."""
        return [f"district:{self.district}", f"street:{self.street_id}"]


@dataclass(frozen=True)
class EstateInArea:
    """An estate that lies in a service area; an estate lies in one at most."""

    estate_id: str
    service_area_id: str
    place: Place


class ServiceAreaNotFound(NotFound):
    """No service area of this id."""


async def add_service_area(work: UnitOfWork, area: ServiceAreaRecord) -> None:
    """Save a new service area; raises ServiceAreaKnown when the street has one of the name."""
    with refused_when_taken(ServiceAreaKnown("the street has a service area of this name", path=("input", "name"))):
        await work.collection(SERVICE_AREAS).insert_one(
            {
                "_id": area.id,
                "district": area.district,
                "street_id": area.street_id,
                "name": area.name,
                "neighbourhood_centre": area.neighbourhood_centre,
                "drawn_on": text_of(area.drawn_on),
                "areas": area.areas,
            },
            session=work.session,
        )


async def put_into_area(work: UnitOfWork, estates: Sequence[EstateInArea]) -> None:
    """Save which estates lie in an area; an estate leaves the one it lay in."""
    for estate in estates:
        await work.collection(ESTATES_OF_SERVICE_AREAS).replace_one(
            {"_id": estate.estate_id},
            {
                "estate_id": estate.estate_id,
                "service_area_id": estate.service_area_id,
                "district": estate.place.district,
                "street_id": estate.place.street_id,
                "community_id": estate.place.community_id,
                "areas": public_areas(estate.place, estate.estate_id),
            },
            upsert=True,
            session=work.session,
        )


async def leave_service_area(work: UnitOfWork, estate_id: str) -> None:
    """Take an estate out of its service area, if it lies in one."""
    await work.collection(ESTATES_OF_SERVICE_AREAS).delete_one({"_id": estate_id}, session=work.session)


async def service_area_of(reader: Reader, area_id: str) -> ServiceAreaRecord:
    """Return a service area; raises ServiceAreaNotFound."""
    found = await find_service_areas(reader, [area_id])
    if not found:
        raise ServiceAreaNotFound("no service area of this id", path=("input", "serviceAreaId"), value=area_id)
    return found[0]


async def find_service_areas(reader: Reader, ids: Sequence[str]) -> list[ServiceAreaRecord]:
    """Return the service areas of these ids, in any order; unknown ones are left out."""
    cursor = reader.collection(SERVICE_AREAS).find({"_id": {"$in": list(ids)}}, session=reader.session)
    return [_service_area(document) async for document in cursor]


async def find_service_areas_of_streets(reader: Reader, street_ids: Sequence[str]) -> list[ServiceAreaRecord]:
    """Return all service areas of the streets, by name; a street has some tens."""
    cursor = reader.collection(SERVICE_AREAS).find({"street_id": {"$in": list(street_ids)}}, session=reader.session)
    return sorted([_service_area(document) async for document in cursor], key=lambda area: area.name)


async def find_area_of_estates(reader: Reader, estate_ids: Sequence[str], *, scope: Scope) -> dict[str, str]:
    """Return the id of the service area of each estate that lies in one and that the scope covers, by estate."""
    query = scoped(scope, {"estate_id": {"$in": list(estate_ids)}})
    cursor = reader.collection(ESTATES_OF_SERVICE_AREAS).find(query, session=reader.session)
    return {document["estate_id"]: document["service_area_id"] async for document in cursor}


async def find_estates_of_areas(reader: Reader, area_ids: Sequence[str], *, scope: Scope) -> dict[str, list[str]]:
    """Return the ids of the estates of each area that the scope covers, by area; an area has some tens."""
    found: dict[str, list[str]] = {}
    query = scoped(scope, {"service_area_id": {"$in": list(area_ids)}})
    async for document in reader.collection(ESTATES_OF_SERVICE_AREAS).find(query, session=reader.session):
        found.setdefault(document["service_area_id"], []).append(document["estate_id"])
    return {area_id: sorted(estate_ids) for area_id, estate_ids in found.items()}


def _service_area(document: Mapping[str, Any]) -> ServiceAreaRecord:
    drawn_on = day_of(document["drawn_on"])
    assert drawn_on is not None
    return ServiceAreaRecord(
        id=document["_id"],
        district=document["district"],
        street_id=document["street_id"],
        name=document["name"],
        neighbourhood_centre=document["neighbourhood_centre"],
        drawn_on=drawn_on,
    )
