"""The base survey of an estate (摸底): its buildings, its households, its infrastructure; and what is weak about it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from kit.area import Area
from kit.errors import ValidationFailed
from services.registry.domain.text import checked_name

MOST_MISSING_THINGS = 3
MOST_FACILITIES = 50


class SurveyBlock(StrEnum):
    """The three blocks of a base survey (NZ-24)."""

    BUILDING_SCALE = "BUILDING_SCALE"
    HOUSEHOLD_STRUCTURE = "HOUSEHOLD_STRUCTURE"
    INFRASTRUCTURE = "INFRASTRUCTURE"


class Condition(StrEnum):
    """How good a facility is."""

    GOOD = "GOOD"
    WORN = "WORN"
    BROKEN = "BROKEN"
    MISSING = "MISSING"


class Weakness(StrEnum):
    """The known weaknesses of an estate's management (NZ-14)."""

    LOW_COLLECTION_RATE = "LOW_COLLECTION_RATE"
    CONGRESS_HARD_TO_RUN = "CONGRESS_HARD_TO_RUN"
    COMMITTEE_HARD_TO_RUN = "COMMITTEE_HARD_TO_RUN"
    STAFF_QUALITY_LOW = "STAFF_QUALITY_LOW"


class Priority(StrEnum):
    """In which order estates are taken on: pilots first, then what is easy (NZ-20)."""

    PILOT = "PILOT"
    EASY = "EASY"
    NORMAL = "NORMAL"
    HARD = "HARD"


WORK_ORDER = tuple(Priority)
"""The order of work (先易后难、试点推进)."""


class ThreeWithoutContradicted(ValidationFailed):
    """An estate is called three-without and nothing is named that it is without, or the other way round (NZ-05)."""


@dataclass(frozen=True, kw_only=True)
class BuildingScale:
    """How much is built."""

    building_count: int
    stairwell_count: int
    gross_area: Area


@dataclass(frozen=True, kw_only=True)
class HouseholdStructure:
    """Who lives there, in households."""

    household_count: int
    owner_occupied: int
    rented: int
    vacant: int


@dataclass(frozen=True)
class SurveyedFacility:
    """One facility as the survey found it."""

    name: str
    condition: Condition


@dataclass(frozen=True, kw_only=True)
class BaseSurvey:
    """What a survey of an estate found on a day; a block that was not surveyed is None (NZ-24)."""

    surveyed_on: date
    scale: BuildingScale | None
    households: HouseholdStructure | None
    infrastructure: tuple[SurveyedFacility, ...] | None

    @property
    def missing_blocks(self) -> tuple[SurveyBlock, ...]:
        """The blocks that were not surveyed; a survey is complete when there is none (NZ-24)."""
        blocks = {
            SurveyBlock.BUILDING_SCALE: self.scale,
            SurveyBlock.HOUSEHOLD_STRUCTURE: self.households,
            SurveyBlock.INFRASTRUCTURE: self.infrastructure,
        }
        return tuple(block for block, found in blocks.items() if not found)

    @property
    def complete(self) -> bool:
        """Whether all three blocks were surveyed."""
        return not self.missing_blocks


@dataclass(frozen=True, kw_only=True)
class Traits:
    """What sets an estate apart: what it is without, where it is weak, and when its turn comes.

    `three_without` is None while nobody has said. The document does not define the three, so they are named in words.
    """

    three_without: bool | None
    without: tuple[str, ...]
    weaknesses: tuple[Weakness, ...]
    priority: Priority


def check_survey(survey: BaseSurvey, *, today: date) -> None:
    """Raise ValidationFailed for a day to come, a negative count, or households that do not add up (NZ-24).

    A missing block is no fault: the survey is kept as incomplete.
    """
    if survey.surveyed_on > today:
        raise ValidationFailed(
            "a survey is recorded when it was made", path=("input", "surveyedOn"), value=survey.surveyed_on
        )
    if survey.scale is not None:
        scale = survey.scale
        for name, count in (("buildingCount", scale.building_count), ("stairwellCount", scale.stairwell_count)):
            _require_count(count, ("input", "scale", name), least=1)
        _require_count(scale.gross_area, ("input", "scale", "grossArea"), least=1)
    if survey.households is not None:
        _check_households(survey.households)
    if survey.infrastructure is not None and len(survey.infrastructure) > MOST_FACILITIES:
        raise ValidationFailed(
            f"a survey names at most {MOST_FACILITIES} facilities",
            path=("input", "infrastructure"),
            value=len(survey.infrastructure),
        )


def _check_households(households: HouseholdStructure) -> None:
    parts = {
        "ownerOccupied": households.owner_occupied,
        "rented": households.rented,
        "vacant": households.vacant,
    }
    for name, count in {"householdCount": households.household_count, **parts}.items():
        _require_count(count, ("input", "households", name), least=0)
    if sum(parts.values()) != households.household_count:
        raise ValidationFailed(
            f"owner-occupied, rented and vacant make {sum(parts.values())} households",
            path=("input", "households", "householdCount"),
            value=households.household_count,
        )


def _require_count(count: int, path: Sequence[str], *, least: int) -> None:
    if count < least:
        raise ValidationFailed(f"this is at least {least}", path=path, value=count)


def checked_traits(
    *,
    three_without: bool | None,
    without: Sequence[str],
    weaknesses: Sequence[Weakness],
    priority: Priority,
) -> Traits:
    """Return the traits; raises ThreeWithoutContradicted unless flag and names go together (NZ-05).

    Weaknesses are codes (NZ-14), kept once each in their own order; the priority is the turn in the work (NZ-20).
    """
    names = tuple(
        checked_name(name, path=("input", "without", str(place)), longest=20) for place, name in enumerate(without)
    )
    if bool(three_without) != bool(names) or len(names) > MOST_MISSING_THINGS or len(set(names)) != len(names):
        raise ThreeWithoutContradicted(
            f"a three-without estate names 1 to {MOST_MISSING_THINGS} different things that it is without, others none",
            path=("input", "without"),
            value="、".join(names),
        )
    known = tuple(weakness for weakness in Weakness if weakness in weaknesses)
    return Traits(three_without=three_without, without=names, weaknesses=known, priority=priority)


def in_work_order(priorities: Sequence[tuple[str, Priority]]) -> list[str]:
    """Return the names, pilots first and the hard ones last; of one priority in the order given (NZ-20)."""
    return [name for name, _ in sorted(priorities, key=lambda pair: WORK_ORDER.index(pair[1]))]
