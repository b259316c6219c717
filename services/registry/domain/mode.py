"""How an estate is managed (管理模式): one mode on each day, from one dated record to the next."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from enum import StrEnum

from kit.errors import StateConflict, ValidationFailed
from policy.vocabulary import CostBearer, ModeMeans

UNMANAGED_LABEL = "无物业管理"
"""What an estate without a mode is called everywhere; no district's document has a name of its own for it."""


class ManagementMode(StrEnum):
    """The canonical modes of the policies, and NONE for an estate that nobody manages."""

    NONE = "NONE"
    MARKET = "MARKET"
    OWNER_SELF = "OWNER_SELF"
    UNIT_SELF = "UNIT_SELF"
    TRUST = "TRUST"
    COMMUNITY_FALLBACK = "COMMUNITY_FALLBACK"
    TAKEOVER_FIRST = "TAKEOVER_FIRST"


class BasicItem(StrEnum):
    """The items of basic service that the policies name."""

    CLEANING = "CLEANING"
    ORDER = "ORDER"
    SECURITY = "SECURITY"
    GREENING = "GREENING"
    REPAIR = "REPAIR"
    PARKING = "PARKING"
    WASTE_REMOVAL = "WASTE_REMOVAL"
    SHARED_PARTS_UPKEEP = "SHARED_PARTS_UPKEEP"


class ModeEvent(StrEnum):
    """What brings an estate under another mode."""

    SERVICE_STARTED = "SERVICE_STARTED"
    TRUST_STARTED = "TRUST_STARTED"
    OWNERS_TOOK_OVER = "OWNERS_TOOK_OVER"
    UNIT_TOOK_OVER = "UNIT_TOOK_OVER"
    TAKEN_OVER_FIRST = "TAKEN_OVER_FIRST"
    TAKEN_OVER_NEARBY = "TAKEN_OVER_NEARBY"
    MERGED_INTO_PROJECT = "MERGED_INTO_PROJECT"
    GIVEN_INTO_CUSTODY = "GIVEN_INTO_CUSTODY"
    FELL_BACK = "FELL_BACK"
    SERVICE_ENDED = "SERVICE_ENDED"
    ABANDONED = "ABANDONED"


_LEADS_TO: Mapping[ModeEvent, ManagementMode] = {
    ModeEvent.SERVICE_STARTED: ManagementMode.MARKET,
    ModeEvent.TRUST_STARTED: ManagementMode.TRUST,
    ModeEvent.OWNERS_TOOK_OVER: ManagementMode.OWNER_SELF,
    ModeEvent.UNIT_TOOK_OVER: ManagementMode.UNIT_SELF,
    ModeEvent.TAKEN_OVER_FIRST: ManagementMode.TAKEOVER_FIRST,
    ModeEvent.TAKEN_OVER_NEARBY: ManagementMode.MARKET,
    ModeEvent.MERGED_INTO_PROJECT: ManagementMode.MARKET,
    ModeEvent.GIVEN_INTO_CUSTODY: ManagementMode.COMMUNITY_FALLBACK,
    ModeEvent.FELL_BACK: ManagementMode.COMMUNITY_FALLBACK,
    ModeEvent.SERVICE_ENDED: ManagementMode.NONE,
    ModeEvent.ABANDONED: ManagementMode.NONE,
}

_IMPOSSIBLE = frozenset({(ManagementMode.NONE, ModeEvent.SERVICE_ENDED), (ManagementMode.NONE, ModeEvent.ABANDONED)})

TRANSITIONS: Mapping[tuple[ManagementMode, ModeEvent], ManagementMode] = {
    (mode, event): target
    for mode in ManagementMode
    for event, target in _LEADS_TO.items()
    if (mode, event) not in _IMPOSSIBLE
}
"""Mode and event → mode: any mode may follow any other, but what nobody manages can be neither left nor abandoned."""

MODES_UNDER_REVIEW = frozenset({ManagementMode.TAKEOVER_FIRST, ManagementMode.COMMUNITY_FALLBACK})
"""The modes that are meant to pass: each record of them has a day on which it is looked at again."""


class ModeNotReached(StateConflict):
    """This event leads nowhere from the mode that the estate is in."""


class PastNotRewritten(StateConflict):
    """A record begins after the one before it; what is past is corrected by a reversal of the latest record alone."""


class NoModeRecorded(StateConflict):
    """The estate has no record of a mode."""


@dataclass(frozen=True, kw_only=True)
class ServiceTerms:
    """What is served, at which fee and how it is paid, where no contract with a provider says so."""

    content: str
    fee_standard: str
    payment_way: str | None = None


@dataclass(frozen=True, kw_only=True)
class ModeReview:
    """A look at a passing mode: what was done towards a lasting one, and when it is looked at next."""

    reviewed_on: date
    action: str
    review_on: date


@dataclass(frozen=True, kw_only=True)
class ModeRecord:
    """The mode of an estate from `from_` to `to`, both days included; `to` is None while it holds.

    `label` is the district's own name of it. `review_on` is the day on which it is looked at next; None for a mode
    that is meant to last.
    """

    mode: ManagementMode
    event: ModeEvent
    label: str
    from_: date
    to: date | None = None
    means: ModeMeans | None = None
    decision_id: str | None = None
    contract_id: str | None = None
    consultation_id: str | None = None
    provider_id: str | None = None
    items: tuple[BasicItem, ...] = ()
    cost_bearer: CostBearer | None = None
    terms: ServiceTerms | None = None
    is_pilot: bool = False
    analysis: str | None = None
    review_on: date | None = None
    reviews: tuple[ModeReview, ...] = ()
    policy_version_id: str | None = None

    def covers(self, day: date) -> bool:
        """Return whether the record holds on that day."""
        return self.from_ <= day and (self.to is None or day <= self.to)


@dataclass(frozen=True, kw_only=True)
class ReversedRecord:
    """A record that was entered by mistake: it stays on file, with the reason, and counts for no day."""

    record: ModeRecord
    reason: str
    reversed_on: date


def next_mode(mode: ManagementMode, event: ModeEvent) -> ManagementMode:
    """Return the mode that the event leads to; raises ModeNotReached where it leads nowhere."""
    target = TRANSITIONS.get((mode, event))
    if target is None:
        raise ModeNotReached(f"an estate in mode {mode.value} cannot have {event.value}", value=mode)
    return target


def label_of(history: Sequence[ModeRecord]) -> str:
    """Return the name of the mode that holds now."""
    return history[-1].label if history else UNMANAGED_LABEL


def mode_on(history: Sequence[ModeRecord], day: date) -> ManagementMode:
    """Return the mode of that day; NONE before the first record."""
    return next((record.mode for record in history if record.covers(day)), ManagementMode.NONE)


def continued(history: Sequence[ModeRecord], record: ModeRecord, *, today: date) -> tuple[ModeRecord, ...]:
    """Return the history with the record at its end; the one before ends on the day before: no gap and no overlap.

    Who takes over on the day on which a service ended continues it: the end of the service is then no mode of any day.
    Raises ValidationFailed for a day to come, PastNotRewritten unless the record begins after the latest one.
    """
    path = ("input", "effectiveOn")
    if record.from_ > today:
        raise ValidationFailed("a mode is recorded when it has begun", path=path, value=record.from_)
    if not history:
        return (record,)
    latest = history[-1]
    if record.from_ == latest.from_ and latest.event is ModeEvent.SERVICE_ENDED:
        return (*history[:-1], record)
    if record.from_ <= latest.from_:
        raise PastNotRewritten(
            f"the estate is in mode {latest.mode.value} since {latest.from_.isoformat()}: another begins later",
            path=path,
            value=record.from_,
        )
    return (*history[:-1], replace(latest, to=record.from_ - timedelta(days=1)), record)


def without_latest(history: Sequence[ModeRecord]) -> tuple[tuple[ModeRecord, ...], ModeRecord]:
    """Return the history as it was before its latest record, and that record; raises NoModeRecorded."""
    if not history:
        raise NoModeRecorded("the estate has no record of a mode")
    if len(history) == 1:
        return (), history[-1]
    return (*history[:-2], replace(history[-2], to=None)), history[-1]


def require_review_day(mode: ManagementMode, *, review_on: date | None, effective_on: date) -> None:
    """Raise ValidationFailed unless a mode that is meant to pass has a day of review, after it began (XY-08, PZ-30)."""
    path = ("input", "reviewOn")
    if mode in MODES_UNDER_REVIEW and review_on is None:
        raise ValidationFailed(f"{mode.value} has a day on which it is looked at again", path=path, value=mode)
    if review_on is not None and review_on <= effective_on:
        raise ValidationFailed("a mode is looked at again after it began", path=path, value=review_on)


def is_past_review(record: ModeRecord, *, today: date) -> bool:
    """Return whether the day of review has passed with nothing done; the day itself is still in time (PZ-30)."""
    return record.to is None and record.review_on is not None and record.review_on < today


def reviewed(record: ModeRecord, review: ModeReview, *, today: date) -> ModeRecord:
    """Return the record after a review, which sets the next day of review (PZ-30).

    Raises StateConflict for a mode without a day of review, ValidationFailed for a review to come or before the mode,
    or a next day that is not after the review.
    """
    if record.review_on is None:
        raise StateConflict(f"{record.mode.value} has no day of review", value=record.mode)
    earliest = max((record.from_, *(past.reviewed_on for past in record.reviews)))
    if not earliest <= review.reviewed_on <= today:
        raise ValidationFailed(
            f"a review took place between {earliest.isoformat()} and today",
            path=("input", "reviewedOn"),
            value=review.reviewed_on,
        )
    if review.review_on <= review.reviewed_on:
        raise ValidationFailed("the next review is after this one", path=("input", "reviewOn"), value=review.review_on)
    return replace(record, review_on=review.review_on, reviews=(*record.reviews, review))
