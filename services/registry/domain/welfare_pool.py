"""The pool of public-welfare companies (公益性物业服务企业库): who serves at low price where others fail."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Final

from kit.errors import PreconditionMissing, StateConflict, ValidationFailed
from policy.instruments import WelfarePoolPolicy
from services.registry.domain.credit import Credit
from services.registry.domain.text import checked_name


class PoolState(StrEnum):
    """Whether a company is in the pool."""

    OUTSIDE = "OUTSIDE"
    MEMBER = "MEMBER"


class PoolEvent(StrEnum):
    """What is recorded of a company and the pool."""

    JOIN = "JOIN"
    LEAVE = "LEAVE"


TRANSITIONS: Final[Mapping[tuple[PoolState, PoolEvent], PoolState]] = {
    (PoolState.OUTSIDE, PoolEvent.JOIN): PoolState.MEMBER,
    (PoolState.MEMBER, PoolEvent.LEAVE): PoolState.OUTSIDE,
}
"""State and record → state: who left may join again."""


class BadRecord(PreconditionMissing):
    """The company has a bad record, or nothing is known of its credit: unknown is not good (ZG-39)."""


class InPoolAlready(StateConflict):
    """The company is in the pool."""


class NotInPool(StateConflict):
    """The company is not in the pool."""


@dataclass(frozen=True, kw_only=True)
class PoolMembership:
    """A membership of the pool; `rank_reference` is the rating that the entry rests on, `left_on` the first day out."""

    joined_on: date
    rank_reference: str | None
    left_on: date | None = None
    left_because: str | None = None


def entry_to_pool(
    credit: Credit,
    current: PoolMembership | None,
    *,
    joined_on: date,
    rank_reference: str | None,
    needs: WelfarePoolPolicy,
    today: date,
) -> PoolMembership:
    """Return the new membership: no bad record, and a high credit rank that a rating shows (ZG-39).

    Raises BadRecord when the blacklist holds the company, a serious act of dishonesty stands in its ratings, or it has
    no rating at all; InPoolAlready for a member; ValidationFailed for an entry to come or without a rating's reference.
    """
    path = ("input", "providerId")
    if (state_in_pool(current), PoolEvent.JOIN) not in TRANSITIONS:
        raise InPoolAlready("the company is in the pool already", path=path)
    if joined_on > today:
        raise ValidationFailed("an entry is a fact of the past", path=("input", "joinedOn"), value=joined_on)
    if needs.needs_clean_record:
        _require_clean_record(credit, joined_on=joined_on)
    if needs.needs_rank and not credit.scores:
        raise BadRecord("nothing is known of the company's credit", path=path, value="UNRATED")
    reference = checked_name(rank_reference or "", path=("input", "rankReference")) if needs.needs_rank else None
    return PoolMembership(joined_on=joined_on, rank_reference=reference)


def _require_clean_record(credit: Credit, *, joined_on: date) -> None:
    path = ("input", "providerId")
    if credit.is_blacklisted_on(joined_on):
        raise BadRecord("the company is blacklisted", path=path, value="BLACKLISTED")
    dishonest = [score.year for score in credit.scores if score.serious_dishonesty]
    if dishonest:
        raise BadRecord("the company has a serious act of dishonesty on record", path=path, value=dishonest[-1])


def leaving_pool(current: PoolMembership | None, *, left_on: date, because: str, today: date) -> PoolMembership:
    """Return the ended membership; raises NotInPool, or ValidationFailed for a day to come or before the entry."""
    if current is None or (state_in_pool(current), PoolEvent.LEAVE) not in TRANSITIONS:
        raise NotInPool("the company is not in the pool", path=("input", "providerId"))
    if not current.joined_on <= left_on <= today:
        raise ValidationFailed("a company leaves after it joined", path=("input", "leftOn"), value=left_on)
    return PoolMembership(
        joined_on=current.joined_on,
        rank_reference=current.rank_reference,
        left_on=left_on,
        left_because=checked_name(because, path=("input", "reason")),
    )


def is_member(membership: PoolMembership | None) -> bool:
    """Return whether the company is in the pool."""
    return state_in_pool(membership) is PoolState.MEMBER


def state_in_pool(membership: PoolMembership | None) -> PoolState:
    """Return where the company stands, by its latest membership."""
    return PoolState.OUTSIDE if membership is None or membership.left_on is not None else PoolState.MEMBER
