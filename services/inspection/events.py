"""What inspection announces: one class per fact, all on one page."""

from dataclasses import dataclass
from datetime import date
from typing import ClassVar, Self

from kit.events import Event
from kit.score import Score
from services.inspection.domain.credit import BlacklistEntry, BlacklistReason, CreditRecord, Rating


@dataclass(frozen=True, kw_only=True)
class CreditScored(Event):
    """A provider's credit was rated for a year; a higher revision replaces a lower one."""

    type: ClassVar[str] = "inspection.credit.scored"

    provider_id: str
    year: int
    revision: int
    score: Score
    serious_dishonesty: bool

    @classmethod
    def of(cls, rating: Rating, *, record: CreditRecord, policy_id: str) -> Self:
        """Return the fact of a rating; the provider is the aggregate."""
        return cls(
            district=record.district,
            aggregate_id=record.provider_id,
            occurred_on=rating.published_on,
            policy_id=policy_id,
            provider_id=record.provider_id,
            year=rating.year,
            revision=rating.revision,
            score=rating.score,
            serious_dishonesty=rating.serious_dishonesty,
        )


@dataclass(frozen=True, kw_only=True)
class BlacklistListed(Event):
    """A provider was put on a district's blacklist; `expires_on` is the last day, absent while none is set."""

    type: ClassVar[str] = "inspection.blacklist.listed"

    entry_id: str
    provider_id: str
    reason: BlacklistReason
    years: tuple[int, ...]
    listed_on: date
    expires_on: date | None = None

    @classmethod
    def of(cls, entry: BlacklistEntry) -> Self:
        """Return the fact of a new entry."""
        return cls(
            district=entry.district,
            aggregate_id=entry.id,
            occurred_on=entry.listed_on,
            policy_id=entry.policy_version_id,
            entry_id=entry.id,
            provider_id=entry.provider_id,
            reason=entry.reason,
            years=entry.years,
            listed_on=entry.listed_on,
            expires_on=entry.expires_on,
        )


@dataclass(frozen=True, kw_only=True)
class BlacklistExpired(Event):
    """An entry ended because the rating behind it was corrected; it holds no more from `ended_on`."""

    type: ClassVar[str] = "inspection.blacklist.expired"

    entry_id: str
    provider_id: str
    ended_on: date

    @classmethod
    def of(cls, entry: BlacklistEntry, *, ended_on: date) -> Self:
        """Return the fact of an entry that a corrected rating ended."""
        return cls(
            district=entry.district,
            aggregate_id=entry.id,
            occurred_on=ended_on,
            policy_id=entry.policy_version_id,
            entry_id=entry.id,
            provider_id=entry.provider_id,
            ended_on=ended_on,
        )
