"""The gate (门): what lies inside it, and who pays and answers for what lies on either side."""

from collections.abc import Sequence
from enum import StrEnum

from kit.errors import PreconditionMissing
from services.registry.domain.estate import Enclosure


class GateBoundary(StrEnum):
    """Where the gate of an estate stands (DH-01)."""

    ESTATE_GATE = "ESTATE_GATE"
    STAIRWELL_DOOR = "STAIRWELL_DOOR"


class Site(StrEnum):
    """Where a service is done or a facility stands, from the homes outwards."""

    STAIRWELL = "STAIRWELL"
    ESTATE_GROUNDS = "ESTATE_GROUNDS"
    PUBLIC_AREA = "PUBLIC_AREA"


class Payer(StrEnum):
    """Whose money may pay for a service: nothing else may (DH-02)."""

    OWNERS = "OWNERS"
    PUBLIC_FUNDS = "PUBLIC_FUNDS"


class Side(StrEnum):
    """Which work is done on a side of the gate; administration covers both (DH-02)."""

    PROPERTY_SERVICE = "PROPERTY_SERVICE"
    PUBLIC_SERVICE = "PUBLIC_SERVICE"
    ADMINISTRATION = "ADMINISTRATION"


class PublicService(StrEnum):
    """The services outside the gate that move to street and community, as the document lists them (DH-34)."""

    ROAD_UPKEEP = "ROAD_UPKEEP"
    ROAD_CLEANING = "ROAD_CLEANING"
    GREENING = "GREENING"
    STREET_LIGHTS = "STREET_LIGHTS"
    PUBLIC_TOILETS = "PUBLIC_TOILETS"
    MUNICIPAL_PIPES = "MUNICIPAL_PIPES"
    SEPTIC_TANKS = "SEPTIC_TANKS"


class EnclosureUnknown(PreconditionMissing):
    """The estate's enclosure is not known, so nothing can be said to lie inside or outside its gate (DH-01)."""


def boundary_of(enclosure: Enclosure | None, *, path: Sequence[str] = ()) -> GateBoundary:
    """Return where the gate stands: a closed estate's main gate, an open one's stairwell door (DH-01).

    Raises EnclosureUnknown, at `path`, for an estate whose enclosure is not known.
    """
    if enclosure is None:
        raise EnclosureUnknown("the estate's enclosure is not known, so it has no gate", path=path)
    return GateBoundary.ESTATE_GATE if enclosure is Enclosure.CLOSED else GateBoundary.STAIRWELL_DOOR


def is_inside(*, enclosure: Enclosure | None, site: Site, path: Sequence[str] = ()) -> bool:
    """Return whether a service item or facility of this site lies inside the estate's gate (DH-01).

    A stairwell is inside and a public area outside, whatever the estate; its grounds are inside only when it is closed.
    Raises EnclosureUnknown, at `path`, for an estate whose enclosure is not known.
    """
    boundary = boundary_of(enclosure, path=path)
    return site is Site.STAIRWELL or (site is Site.ESTATE_GROUNDS and boundary is GateBoundary.ESTATE_GATE)


def payer_of(*, inside: bool) -> Payer:
    """Return who pays: the owners inside the gate, public funds outside (DH-02); finance bills nobody else."""
    return Payer.OWNERS if inside else Payer.PUBLIC_FUNDS


def sides_of(*, inside: bool) -> frozenset[Side]:
    """Return the work of a side: property service inside, public service outside, administration on both (DH-02)."""
    return frozenset({Side.ADMINISTRATION, Side.PROPERTY_SERVICE if inside else Side.PUBLIC_SERVICE})


def is_public_duty(code: str, *, inside: bool) -> bool:
    """Return whether street and community do this service: it is on the list and lies outside the gate (DH-34)."""
    return not inside and code in PublicService.__members__
