"""An estate (小区): its class, its areas and its age."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from kit.area import Area, format_area
from kit.errors import Duplicate, OutOfRange, ValidationFailed
from policy.instruments.estates import OldEstatePolicy

EARLIEST_BUILT_ON = date(1900, 1, 1)
"""Nothing older is an estate under property management: an earlier date is a slip of the pen."""

LARGEST_ESTATE_M2 = Area(100_000_000_00)
"""Hundredths of m² of a hundred square kilometres: more than any estate, so more is a slip of the pen."""

LARGEST_HOUSEHOLD_COUNT = 1_000_000


class Enclosure(StrEnum):
    """Whether the estate has a gate (门型)."""

    CLOSED = "CLOSED"
    OPEN = "OPEN"


class EstateKind(StrEnum):
    """The four classes of estates (ZG-01)."""

    OLD = "OLD"
    NEW_COMMERCIAL = "NEW_COMMERCIAL"
    RESETTLEMENT = "RESETTLEMENT"
    AFFORDABLE = "AFFORDABLE"


class OwnersBody(StrEnum):
    """Which body of its owners an estate has."""

    NONE = "NONE"
    CONGRESS_WITH_COMMITTEE = "CONGRESS_WITH_COMMITTEE"
    CONGRESS_ONLY = "CONGRESS_ONLY"
    MANAGEMENT_COMMITTEE = "MANAGEMENT_COMMITTEE"
    ACTING_COMMUNITY = "ACTING_COMMUNITY"


class EstateCodeTaken(Duplicate):
    """Another estate, or the same one with other facts, is registered under this code."""


class NothingToChange(ValidationFailed):
    """A change names no field, or only values that hold already."""


class ImplausibleDate(ValidationFailed):
    """The day of completion lies before any estate or after today."""


@dataclass(frozen=True, kw_only=True)
class EstateFacts:
    """What is known of an estate itself; `None` is unknown, never zero."""

    name: str
    enclosure: Enclosure
    kind: EstateKind
    built_on: date | None
    built_year: int | None
    approved_gross_area: Area | None
    managed_area: Area
    household_count: int


def check_estate_facts(facts: EstateFacts, *, today: date, path: Sequence[str] = ("input",)) -> None:
    """Raise ValidationFailed or OutOfRange, naming field and value, unless the facts can be an estate's."""
    check_area(facts.managed_area, path=(*path, "managedArea"))
    if facts.approved_gross_area is not None:
        check_area(facts.approved_gross_area, path=(*path, "approvedGrossArea"))
    check_household_count(facts.household_count, path=(*path, "householdCount"))
    check_built(facts.built_on, facts.built_year, today=today, path=path)


def check_area(area: Area, *, path: Sequence[str]) -> None:
    """Raise ValidationFailed for an area of nothing, OutOfRange for one no estate has."""
    if area <= 0:
        raise ValidationFailed("an area is more than nothing", path=path, value=format_area(area))
    if area > LARGEST_ESTATE_M2:
        raise OutOfRange(
            f"no estate is larger than {format_area(LARGEST_ESTATE_M2)} m2", path=path, value=format_area(area)
        )


def check_household_count(count: int, *, path: Sequence[str]) -> None:
    """Raise ValidationFailed for a negative count of households, OutOfRange for one no estate has."""
    if count < 0:
        raise ValidationFailed("a count of households is not negative", path=path, value=count)
    if count > LARGEST_HOUSEHOLD_COUNT:
        raise OutOfRange(f"no estate has more than {LARGEST_HOUSEHOLD_COUNT} households", path=path, value=count)


def check_built(built_on: date | None, built_year: int | None, *, today: date, path: Sequence[str]) -> None:
    """Raise ImplausibleDate for a completion before 1900 or after today, ValidationFailed when day and year differ."""
    if built_on is not None and not EARLIEST_BUILT_ON <= built_on <= today:
        raise ImplausibleDate(
            f"an estate was completed between {EARLIEST_BUILT_ON.isoformat()} and today",
            path=(*path, "builtOn"),
            value=built_on.isoformat(),
        )
    if built_year is not None and not EARLIEST_BUILT_ON.year <= built_year <= today.year:
        raise ImplausibleDate(
            f"an estate was completed between {EARLIEST_BUILT_ON.year} and this year",
            path=(*path, "builtYear"),
            value=built_year,
        )
    if built_on is not None and built_year is not None and built_on.year != built_year:
        raise ValidationFailed("day and year of completion differ", path=(*path, "builtYear"), value=built_year)


def is_old_estate(facts: EstateFacts, policy: OldEstatePolicy | None) -> bool | None:
    """Return whether the estate is an old one by its district's bound of the day of completion (ZG-02, G-25).

    None when the district's document has no such bound, or when the completion is not known well enough to tell.
    """
    if policy is None:
        return None
    return policy.is_old(built_on=facts.built_on, built_year=facts.built_year)
