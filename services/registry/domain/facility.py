"""Facilities of an estate or a building, each on a site that lies inside or outside the gate."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from kit.errors import Duplicate, ValidationFailed
from services.registry.domain.gate import Site


class FacilityKind(StrEnum):
    """What kind of facility it is."""

    LIFT = "LIFT"
    FIRE_SYSTEM = "FIRE_SYSTEM"
    WATER_PUMP = "WATER_PUMP"
    POWER_LINE = "POWER_LINE"
    LIGHTING = "LIGHTING"
    ROAD = "ROAD"
    DRAIN = "DRAIN"
    SEPTIC_TANK = "SEPTIC_TANK"
    GREEN = "GREEN"
    PARKING = "PARKING"
    CHARGING_POINT = "CHARGING_POINT"
    WASTE_POINT = "WASTE_POINT"
    SECURITY_SYSTEM = "SECURITY_SYSTEM"
    NOTICE_BOARD = "NOTICE_BOARD"
    PUBLIC_TOILET = "PUBLIC_TOILET"
    OTHER = "OTHER"


class FacilityKnown(Duplicate):
    """The estate has a facility of this name."""


class LiftOutsideBuilding(ValidationFailed):
    """A lift belongs to a building, and stands in its stairwell."""


class BuildingOfAnotherEstate(ValidationFailed):
    """The building that is named belongs to another estate."""


@dataclass(frozen=True)
class Facility:
    """A facility; whether it lies inside the gate follows from its site and the estate's enclosure (DH-01)."""

    kind: FacilityKind
    name: str
    site: Site


def check_facility(facility: Facility, *, in_a_building: bool, path: Sequence[str] = ("input",)) -> None:
    """Raise LiftOutsideBuilding for a lift that is in no stairwell, ValidationFailed for a building on the road."""
    if facility.kind is FacilityKind.LIFT and not (in_a_building and facility.site is Site.STAIRWELL):
        raise LiftOutsideBuilding(
            "a lift stands in the stairwell of a building", path=(*path, "site"), value=facility.site.value
        )
    if in_a_building and facility.site is Site.PUBLIC_AREA:
        raise ValidationFailed(
            "a building's facility does not stand on public ground", path=(*path, "site"), value=facility.site.value
        )
