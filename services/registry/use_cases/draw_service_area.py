"""Divide a street into property service areas, and say which estates lie in which."""

from dataclasses import dataclass
from datetime import date

from kit.errors import ValidationFailed
from kit.idempotency import Outcome
from kit.ids import new_id
from kit.mongo import UnitOfWork
from services.registry.domain.service_area import EstateOfAnotherStreet
from services.registry.domain.territory import UnknownStreet
from services.registry.domain.text import checked_name
from services.registry.store.estates import EstateNotFound, find_estates
from services.registry.store.service_areas import (
    EstateInArea,
    ServiceAreaRecord,
    add_service_area,
    put_into_area,
    service_area_of,
)
from services.registry.store.territory import find_streets, require_own_area
from services.registry.use_cases.roles import KEEP_ESTATES

MOST_ESTATES_AT_ONCE = 100


@dataclass(frozen=True, kw_only=True)
class DrawServiceArea:
    """A service area of a street with the estates that lie in it."""

    street_id: str
    name: str
    neighbourhood_centre: str | None
    drawn_on: date
    estate_ids: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class PutIntoServiceArea:
    """Estates that lie in a service area from now on."""

    service_area_id: str
    estate_ids: tuple[str, ...]


async def draw_service_area(work: UnitOfWork, command: DrawServiceArea) -> Outcome:
    """Draw a service area of a street, with its neighbourhood centre where there is one (DH-20).

    Raises UnknownStreet, ServiceAreaKnown, ValidationFailed for a day to come, EstateOfAnotherStreet or EstateNotFound.
    """
    work.caller.require_role(*KEEP_ESTATES)
    streets = await find_streets(work, [command.street_id])
    if not streets:
        raise UnknownStreet("no street of this id", path=("input", "streetId"), value=command.street_id)
    if command.drawn_on > work.today:
        raise ValidationFailed(
            "a service area was drawn in the past", path=("input", "drawnOn"), value=command.drawn_on
        )
    centre = command.neighbourhood_centre
    area = ServiceAreaRecord(
        id=new_id("sva"),
        district=streets[0].district,
        street_id=streets[0].id,
        name=checked_name(command.name, path=("input", "name")),
        neighbourhood_centre=None if centre is None else checked_name(centre, path=("input", "neighbourhoodCentre")),
        drawn_on=command.drawn_on,
    )
    require_own_area(work, area.areas, path=("input", "streetId"), value=command.street_id)
    await add_service_area(work, area)
    await _put(work, area, command.estate_ids)
    return Outcome(entity_ids={"service_area": area.id})


async def put_into_service_area(work: UnitOfWork, command: PutIntoServiceArea) -> Outcome:
    """Put estates of its street into a service area; an estate leaves the one it lay in (DH-20).

    Raises ServiceAreaNotFound, EstateOfAnotherStreet or EstateNotFound, naming the estate.
    """
    work.caller.require_role(*KEEP_ESTATES)
    area = await service_area_of(work, command.service_area_id)
    require_own_area(work, area.areas, path=("input", "serviceAreaId"), value=area.id)
    await _put(work, area, command.estate_ids)
    return Outcome(entity_ids={"service_area": area.id})


async def _put(work: UnitOfWork, area: ServiceAreaRecord, estate_ids: tuple[str, ...]) -> None:
    path = ("input", "estateIds")
    if len(estate_ids) > MOST_ESTATES_AT_ONCE:
        raise ValidationFailed(f"at most {MOST_ESTATES_AT_ONCE} estates at once", path=path, value=len(estate_ids))
    found = {estate.id: estate for estate in await find_estates(work, estate_ids, scope=work.caller.scope)}
    for place, estate_id in enumerate(estate_ids):
        if estate_id not in found:
            raise EstateNotFound("no estate of this id", path=(*path, str(place)), value=estate_id)
        if found[estate_id].place.street_id != area.street_id:
            raise EstateOfAnotherStreet("the estate lies in another street", path=(*path, str(place)), value=estate_id)
    await put_into_area(work, [EstateInArea(estate.id, area.id, estate.place) for estate in found.values()])
