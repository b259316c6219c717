"""Buildings and exclusive parts (专有部分): what owners own, and on which basis its area rests."""

from collections.abc import Sequence
from enum import StrEnum

from kit.area import Area, format_area
from kit.errors import Duplicate, OutOfRange, PreconditionMissing, ValidationFailed

LARGEST_BUILDING_M2 = 2_000_000_00
"""Hundredths of m²; larger than any building, so more is a slip of the pen."""

LARGEST_PART_M2 = 200_000_00
"""Hundredths of m²; larger than any single part, a shopping hall included."""


class AreaBasis(StrEnum):
    """What an area rests on: the register before a survey before a contract of sale (Interpretation, art. 8)."""

    REGISTER = "REGISTER"
    SURVEY = "SURVEY"
    CONTRACT = "CONTRACT"


_STRENGTH = {AreaBasis.CONTRACT: 0, AreaBasis.SURVEY: 1, AreaBasis.REGISTER: 2}


class WeakerAreaBasis(PreconditionMissing):
    """An area on a better basis would be replaced by one on a worse basis, and nobody says why (Interpretation, 8)."""


class BuildingKnown(Duplicate):
    """The estate has a building of this label."""


class PartKnown(Duplicate):
    """The building has a part with this door number."""


def check_building_area(area: Area, *, path: Sequence[str]) -> None:
    """Raise ValidationFailed for an area of nothing, OutOfRange for one no building has."""
    _check(area, LARGEST_BUILDING_M2, "building", path)


def check_part_area(area: Area, *, path: Sequence[str]) -> None:
    """Raise ValidationFailed for an area of nothing, OutOfRange for one no part has."""
    _check(area, LARGEST_PART_M2, "exclusive part", path)


def require_basis(*, known: AreaBasis, named: AreaBasis, reason: str | None) -> None:
    """Raise WeakerAreaBasis when the basis named is worse than the one known, unless a reason is given.

    The register goes before a survey, and a survey before a contract of sale (Interpretation, art. 8).
    """
    if _STRENGTH[named] < _STRENGTH[known] and not (reason or "").strip():
        raise WeakerAreaBasis(
            f"{known.value} is a better basis than {named.value}: replacing it needs a reason",
            path=("input", "reason"),
            value=named.value,
        )


def _check(area: Area, largest: int, thing: str, path: Sequence[str]) -> None:
    if area <= 0:
        raise ValidationFailed("an area is more than nothing", path=path, value=format_area(area))
    if area > largest:
        raise OutOfRange(
            f"no {thing} is larger than {format_area(Area(largest))} m2", path=path, value=format_area(area)
        )
