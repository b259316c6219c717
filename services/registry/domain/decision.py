"""Joint decisions of owners (业主共同决定): the roll, the count by area and by persons, the result.

Quorum and majorities are those of the Civil Code, art. 278, as the policies carry them, compared between whole numbers;
area and persons are tested separately and never averaged.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from typing import Final

from kit.area import Area, sum_area
from kit.errors import StateConflict, ValidationFailed
from policy.instruments.decisions import VotingPolicy


class DecisionMatter(StrEnum):
    """What owners decide jointly (Civil Code, art. 278, nos. 1-9)."""

    RULES_OF_PROCEDURE = "RULES_OF_PROCEDURE"
    REGULATIONS = "REGULATIONS"
    ELECT_COMMITTEE = "ELECT_COMMITTEE"
    HIRE_OR_DISMISS_PROVIDER = "HIRE_OR_DISMISS_PROVIDER"
    USE_MAINTENANCE_FUND = "USE_MAINTENANCE_FUND"
    RAISE_MAINTENANCE_FUND = "RAISE_MAINTENANCE_FUND"
    REBUILD = "REBUILD"
    CHANGE_COMMON_USE = "CHANGE_COMMON_USE"
    OTHER_MAJOR = "OTHER_MAJOR"


class DecisionState(StrEnum):
    """Where a joint decision stands."""

    NOTICED = "NOTICED"
    CLOSED_PASSED = "CLOSED_PASSED"
    CLOSED_FAILED = "CLOSED_FAILED"
    CLOSED_NO_QUORUM = "CLOSED_NO_QUORUM"


class DecisionEvent(StrEnum):
    """What the count of a vote brings about."""

    PASSED = "PASSED"
    FAILED = "FAILED"
    WITHOUT_QUORUM = "WITHOUT_QUORUM"


TRANSITIONS: Final[Mapping[tuple[DecisionState, DecisionEvent], DecisionState]] = {
    (DecisionState.NOTICED, DecisionEvent.PASSED): DecisionState.CLOSED_PASSED,
    (DecisionState.NOTICED, DecisionEvent.FAILED): DecisionState.CLOSED_FAILED,
    (DecisionState.NOTICED, DecisionEvent.WITHOUT_QUORUM): DecisionState.CLOSED_NO_QUORUM,
}
"""State and count → state: a result is never replaced."""


class NoticeTooShort(ValidationFailed):
    """The vote begins sooner after the notice than the law allows (Property Management Regulations, art. 14)."""


class DecisionClosed(StateConflict):
    """The decision has its result already; a result is never replaced."""


class CountsDisagree(ValidationFailed):
    """The counts of a result cannot be: more agree than took part, or more took part than there are."""


@dataclass(frozen=True)
class RollEntry:
    """One exclusive part on the roll: its area and its owners, in any order; no owner is known for some."""

    part_id: str
    area: Area
    owner_ids: tuple[str, ...]


@dataclass(frozen=True)
class Roll:
    """Who may vote: the area of all exclusive parts in whole hundredths of m², and the number of persons."""

    total_area: Area
    total_persons: int


@dataclass(frozen=True)
class Count:
    """The votes of a closed decision, in whole hundredths of m² and persons."""

    participating_area: Area
    participating_persons: int
    agree_area: Area
    agree_persons: int


@dataclass(frozen=True)
class Result:
    """What the count says by art. 278."""

    quorum_met: bool
    passed: bool

    @property
    def event(self) -> DecisionEvent:
        """What the count brings about."""
        if not self.quorum_met:
            return DecisionEvent.WITHOUT_QUORUM
        return DecisionEvent.PASSED if self.passed else DecisionEvent.FAILED

    @property
    def state(self) -> DecisionState:
        """The state that a noticed decision closes in."""
        return TRANSITIONS[(DecisionState.NOTICED, self.event)]


def is_special(matter: DecisionMatter, voting: VotingPolicy) -> bool:
    """Return whether the matter needs the special majority of those who take part (art. 278, nos. 6-8)."""
    return matter.value in {special.value for special in voting.special_matters}


def count_roll(entries: Iterable[RollEntry]) -> Roll:
    """Return the roll of the parts (Interpretation, arts. 8-9; G-22).

    Area adds up over all parts. One part is one person, but an owner of several parts, a developer with unsold parts
    among them, is one person; the co-owners of a part are one person together.
    """
    areas: list[Area] = []
    persons: set[tuple[str, ...]] = set()
    for entry in entries:
        areas.append(entry.area)
        persons.add(tuple(sorted(entry.owner_ids)) or (entry.part_id,))
    return Roll(total_area=sum_area(areas), total_persons=len(persons))


def check_calendar(*, notice_on: date, voting_from: date, voting_to: date, notice_days_min: int) -> None:
    """Raise NoticeTooShort unless so many days lie between notice and vote, ValidationFailed for an early end."""
    if voting_from < notice_on + timedelta(days=notice_days_min):
        raise NoticeTooShort(
            f"owners are told at least {notice_days_min} days before they vote",
            path=("input", "votingFrom"),
            value=voting_from,
        )
    if voting_to < voting_from:
        raise ValidationFailed("the vote ends after it begins", path=("input", "votingTo"), value=voting_to)


def check_counts(roll: Roll, count: Count, *, path: Sequence[str] = ("input",)) -> None:
    """Raise CountsDisagree, naming the field, unless 0 ≤ agreeing ≤ participating ≤ total in area and in persons."""
    rows = (
        ("totalArea", roll.total_area, "participatingArea", count.participating_area, "agreeArea", count.agree_area),
        (
            "totalPersons",
            roll.total_persons,
            "participatingPersons",
            count.participating_persons,
            "agreePersons",
            count.agree_persons,
        ),
    )
    for total_name, total, participating_name, participating, agree_name, agree in rows:
        if total <= 0:
            raise CountsDisagree("a roll is not empty", path=(*path, total_name), value=total)
        if not 0 <= participating <= total:
            raise CountsDisagree(
                "no more take part than are on the roll", path=(*path, participating_name), value=participating
            )
        if not 0 <= agree <= participating:
            raise CountsDisagree("no more agree than take part", path=(*path, agree_name), value=agree)


def check_closing(*, closed_on: date, voting_to: date, today: date, state: DecisionState) -> None:
    """Raise DecisionClosed for a second result, ValidationFailed for a result before the end of the vote or to come."""
    if all(before is not state for before, _ in TRANSITIONS):
        raise DecisionClosed(f"the decision is closed: {state.value}", value=state.value)
    if not voting_to <= closed_on <= today:
        raise ValidationFailed(
            "a decision closes between the last day of the vote and today", path=("input", "closedOn"), value=closed_on
        )


def result_of(roll: Roll, count: Count, *, special: bool, voting: VotingPolicy) -> Result:
    """Return quorum and majority by art. 278 (G-22, G-23, G-24), in whole numbers.

    Quorum: two thirds of area and of persons take part (the bound included). Then, of those who take part, more than
    half of area and of persons agree, or, for a special matter, three quarters of both (the bound included).
    """
    pairs = (
        (roll.total_area, count.participating_area, count.agree_area),
        (roll.total_persons, count.participating_persons, count.agree_persons),
    )
    # Comparing with a Fraction stays exact: it multiplies whole numbers crosswise.
    quorum_met = all(participating >= total * voting.quorum for total, participating, _ in pairs)
    if special:
        agreed = all(agree >= participating * voting.special_majority for _, participating, agree in pairs)
    else:
        agreed = all(agree > participating * voting.ordinary_majority_above for _, participating, agree in pairs)
    return Result(quorum_met=quorum_met, passed=quorum_met and agreed)
