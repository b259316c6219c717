"""The ledgers that streets keep of old estates: the base ledger (基础台账), the unmanaged ones, and the work plans."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from kit.errors import Duplicate, Flag, PreconditionMissing, StateConflict, ValidationFailed
from kit.ratio import Ratio
from policy.instruments import CampaignPolicy, ModesPolicy, OldEstatePolicy
from policy.vocabulary import CampaignPhase
from services.registry.domain.estate import EstateFacts, EstateKind, OwnersBody, is_old_estate

SURVEYED_LATE = "WARN:SURVEYED_LATE"


class NotOldEstate(PreconditionMissing):
    """The estate is not an old one by its district's bound, or its year is not known (ZG-02, PZ-05)."""


class RowOutOfOrder(StateConflict):
    """The ledger has a row of this estate of the same day or a later one."""


class StillManaged(StateConflict):
    """A contract serves the estate, so it is none without management (XY-18)."""


class PlanWithoutDates(ValidationFailed):
    """A work plan lacks its days, or they run backwards (PZ-06)."""


class PlanKnown(Duplicate):
    """The street, or the community, has a plan of this class from this day (PZ-06)."""


class RunningState(StrEnum):
    """How the management of an estate runs."""

    GOOD = "GOOD"
    FAIR = "FAIR"
    POOR = "POOR"
    NONE = "NONE"


@dataclass(frozen=True, kw_only=True)
class BaseLedgerRow:
    """What the base ledger says of an old estate as of a day (PZ-05); `collection_rate` is None when not known."""

    as_of: date
    owners_body: OwnersBody
    mode_label: str | None
    running_state: RunningState
    collection_rate: Ratio | None
    problems: str


@dataclass(frozen=True, kw_only=True)
class UnmanagedRow:
    """What the work ledger says of an estate without management (XY-18)."""

    surveyed_on: date
    estate_class: EstateKind
    household_count: int
    problem: str
    late: bool


@dataclass(frozen=True, kw_only=True)
class WorkPlan:
    """How and when management comes to one class of estates of a street or community (PZ-06)."""

    estate_class: str
    mode_label: str
    starts_on: date
    finishes_on: date
    measures: str


def require_old_estate(
    facts: EstateFacts, policy: OldEstatePolicy | None, *, path: Sequence[str] = ("input", "estateId")
) -> None:
    """Raise NotOldEstate unless the estate is old by its district's bound: every old-estate instrument asks (ZG-02).

    An unknown year refuses as well: what cannot be told is not taken for old.
    """
    old = is_old_estate(facts, policy)
    if old is None:
        raise NotOldEstate("it cannot be told whether this is an old estate", path=path, value=_built(facts))
    if not old:
        raise NotOldEstate("the estate is not an old one by its district's bound", path=path, value=_built(facts))


def _built(facts: EstateFacts) -> str:
    if facts.built_on is not None:
        return facts.built_on.isoformat()
    return "unknown" if facts.built_year is None else str(facts.built_year)


def check_base_row(row: BaseLedgerRow, *, modes: ModesPolicy | None, latest_as_of: date | None, today: date) -> None:
    """Raise RowOutOfOrder, ValidationFailed or UnknownModeLabel unless the row can follow the latest one (PZ-05).

    The ledger is adjusted and updated regularly: each update is a row of its own day, and the old ones stay.
    """
    if row.as_of > today:
        raise ValidationFailed("a ledger says what is", path=("input", "asOf"), value=row.as_of)
    if latest_as_of is not None and row.as_of <= latest_as_of:
        raise RowOutOfOrder(
            f"the ledger has a row as of {latest_as_of.isoformat()}", path=("input", "asOf"), value=row.as_of
        )
    if row.mode_label is not None and modes is not None:
        modes.row(row.mode_label)


def survey_deadline(policy: CampaignPolicy) -> date:
    """Return the last day of the campaign's survey phase, or of the campaign where it has no such phase (XY-18)."""
    ends = (window.ends_on for window in policy.phases if window.phase is CampaignPhase.SURVEY)
    return next(ends, policy.deadline)


def unmanaged_row(
    *,
    surveyed_on: date,
    estate_class: EstateKind,
    household_count: int,
    problem: str,
    deadline: date,
    is_served: bool,
    latest: date | None,
    today: date,
) -> UnmanagedRow:
    """Return the row of an estate without management; one after the survey's last day is late (XY-18).

    Raises StillManaged for an estate that a contract serves, RowOutOfOrder, or ValidationFailed.
    """
    path = ("input", "surveyedOn")
    if surveyed_on > today:
        raise ValidationFailed("a survey is recorded when it was made", path=path, value=surveyed_on)
    if household_count < 0:
        raise ValidationFailed(
            "a count of households is not negative", path=("input", "householdCount"), value=household_count
        )
    if is_served:
        raise StillManaged("a contract serves the estate", path=("input", "estateId"))
    if latest is not None and surveyed_on <= latest:
        raise RowOutOfOrder(f"the ledger has a row of {latest.isoformat()}", path=path, value=surveyed_on)
    return UnmanagedRow(
        surveyed_on=surveyed_on,
        estate_class=estate_class,
        household_count=household_count,
        problem=problem,
        late=surveyed_on > deadline,
    )


def late_flags(row: UnmanagedRow, *, deadline: date) -> tuple[Flag, ...]:
    """Return the warning of a late row (XY-18); none for one within the survey's days."""
    if not row.late:
        return ()
    message = f"the survey ended on {deadline.isoformat()}"
    return (Flag(SURVEYED_LATE, message, ("input", "surveyedOn"), row.surveyed_on.isoformat()),)


def work_plan(
    *,
    estate_class: str,
    mode_label: str,
    starts_on: date | None,
    finishes_on: date | None,
    measures: str,
    modes: ModesPolicy,
) -> WorkPlan:
    """Return the plan of a class; raises PlanWithoutDates without both days in order, UnknownModeLabel (PZ-06)."""
    for name, day in (("startsOn", starts_on), ("finishesOn", finishes_on)):
        if day is None:
            raise PlanWithoutDates("a work plan says when", path=("input", name))
    assert starts_on is not None and finishes_on is not None  # Checked above.
    if finishes_on < starts_on:
        raise PlanWithoutDates("a work plan ends after it begins", path=("input", "finishesOn"), value=finishes_on)
    modes.row(mode_label)
    return WorkPlan(
        estate_class=estate_class,
        mode_label=mode_label,
        starts_on=starts_on,
        finishes_on=finishes_on,
        measures=measures,
    )
