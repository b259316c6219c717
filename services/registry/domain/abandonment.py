"""Estates that nobody serves any more (弃管): from which day, why, and until when."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum
from typing import Final

from kit.errors import StateConflict, ValidationFailed


class AbandonmentReason(StrEnum):
    """Why nobody serves an estate."""

    PROVIDER_LEFT = "PROVIDER_LEFT"
    NO_PROVIDER_WILLING = "NO_PROVIDER_WILLING"
    SELF_MANAGEMENT_FAILED = "SELF_MANAGEMENT_FAILED"
    DEVELOPER_LEFT = "DEVELOPER_LEFT"


class CareState(StrEnum):
    """Whether an estate is on record as one that nobody serves."""

    CARED_FOR = "CARED_FOR"
    ABANDONED = "ABANDONED"


class CareEvent(StrEnum):
    """What is recorded of an estate's care."""

    ABANDON = "ABANDON"
    TAKE_UP = "TAKE_UP"


TRANSITIONS: Final[Mapping[tuple[CareState, CareEvent], CareState]] = {
    (CareState.CARED_FOR, CareEvent.ABANDON): CareState.ABANDONED,
    (CareState.ABANDONED, CareEvent.TAKE_UP): CareState.CARED_FOR,
}
"""State and record → state: neither is recorded twice in a row."""


class AlreadyAbandoned(StateConflict):
    """The estate is recorded as abandoned already, since an earlier day."""


class StillServed(StateConflict):
    """A contract serves the estate, and its provider has not left."""


class NotAbandoned(StateConflict):
    """The estate is not recorded as abandoned, so nobody can take it up again."""


@dataclass(frozen=True)
class Abandonment:
    """One time during which nobody served an estate; `to` is the day on which somebody took it up."""

    reason: AbandonmentReason
    from_: date
    to: date | None = None


def care_of(latest: Abandonment | None) -> CareState:
    """Return whether the estate is on record as abandoned, by its latest abandonment."""
    return CareState.CARED_FOR if latest is None or latest.to is not None else CareState.ABANDONED


def check_abandonment(
    latest: Abandonment | None, *, reason: AbandonmentReason, on: date, is_served: bool, today: date
) -> None:
    """Raise AlreadyAbandoned, StillServed or ValidationFailed unless the estate can be recorded as abandoned (ZG-40).

    A provider that left without notice still has its contract: owners end it, the record does not.
    """
    if on > today:
        raise ValidationFailed("an estate is abandoned when it has happened", path=("input", "abandonedOn"), value=on)
    may_not = (care_of(latest), CareEvent.ABANDON) not in TRANSITIONS
    if latest is not None and (may_not or (latest.to is not None and on < latest.to)):
        raise AlreadyAbandoned(
            f"the estate is recorded as abandoned since {latest.from_.isoformat()}",
            path=("input", "abandonedOn"),
            value=on,
        )
    if is_served and reason is not AbandonmentReason.PROVIDER_LEFT:
        raise StillServed("a provider serves the estate under a contract", path=("input", "reason"), value=reason.value)


def taken_up(latest: Abandonment | None, *, on: date, today: date) -> Abandonment:
    """Return the ended abandonment; raises NotAbandoned, or ValidationFailed for a day before it or to come."""
    if latest is None or (care_of(latest), CareEvent.TAKE_UP) not in TRANSITIONS:
        raise NotAbandoned("the estate is not recorded as abandoned", path=("input", "estateId"))
    if not latest.from_ <= on <= today:
        raise ValidationFailed(
            f"an estate is taken up between {latest.from_.isoformat()} and today", path=("input", "takenUpOn"), value=on
        )
    return replace(latest, to=on)
