"""A provider's yearly credit scores in one district, every revision of them, and the blacklist (ZG-14 to ZG-16)."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum

from kit.errors import Duplicate, NotFound, PreconditionMissing, ValidationFailed
from kit.score import Score
from policy.instruments.oversight import CreditPolicy
from policy.vocabulary import BlacklistClasses

FIRST_RATED_YEAR = 2000


class ProviderUnknown(NotFound):
    """The registry has announced no provider of this id."""


class DistrictOutOfScope(NotFound):
    """The district is outside what the caller may see."""


class RatingNotPossible(ValidationFailed):
    """The year or a day of the rating cannot be."""


class RecordExpiryMissing(ValidationFailed):
    """A serious dishonesty act comes with the day on which its record ends; the blacklist lasts as long (ZG-16)."""


class RatingUnchanged(Duplicate):
    """The year is rated exactly so already."""


class CorrectionWithoutReason(PreconditionMissing):
    """A published rating is only corrected with a reason for the record."""


@dataclass(frozen=True)
class Rating:
    """One revision of one year's rating. `record_expires_on` is the last day of the dishonesty record behind it."""

    year: int
    revision: int
    score: Score
    serious_dishonesty: bool
    published_on: date
    record_expires_on: date | None = None


class BlacklistReason(StrEnum):
    """Why a provider is on the blacklist (ZG-14); either is enough (A-13)."""

    LOW_SCORES = "LOW_SCORES"
    SERIOUS_DISHONESTY = "SERIOUS_DISHONESTY"


@dataclass(frozen=True)
class Ground:
    """A reason to be listed that the ratings give: which years, and until when the record behind it lives."""

    reason: BlacklistReason
    years: tuple[int, ...]
    expires_on: date | None


@dataclass(frozen=True)
class BlacklistEntry:
    """One entry of the blacklist (失信黑名单) of a district.

    `expires_on` is the last day of the dishonesty record, None while its end is not set; `withdrawn_on` is the day from
    which a corrected rating took the entry's ground away.
    """

    id: str
    district: str
    provider_id: str
    reason: BlacklistReason
    years: tuple[int, ...]
    listed_on: date
    expires_on: date | None
    policy_version_id: str
    withdrawn_on: date | None = None

    @property
    def ground(self) -> Ground:
        """The ground that the entry rests on."""
        return Ground(self.reason, self.years, self.expires_on)

    def holds_on(self, day: date) -> bool:
        """Return whether this entry lists the provider on that day; the last day of the record counts (ZG-16)."""
        return (
            self.listed_on <= day
            and (self.expires_on is None or day <= self.expires_on)
            and (self.withdrawn_on is None or day < self.withdrawn_on)
        )


@dataclass(frozen=True)
class CreditRecord:
    """All ratings of one provider in one district, in the order they were made, and what they led to."""

    district: str
    provider_id: str
    ratings: tuple[Rating, ...] = ()
    entries: tuple[BlacklistEntry, ...] = ()

    @property
    def in_force(self) -> Mapping[int, Rating]:
        """The latest revision of each year, by year."""
        return {rating.year: rating for rating in sorted(self.ratings, key=lambda rating: rating.revision)}

    def last_years(self, count: int) -> tuple[Rating, ...]:
        """Return the ratings in force of the `count` years that end with the latest rated one, the latest first.

        A year without rating leaves a gap; it is not filled with an older one.
        """
        in_force = self.in_force
        if not in_force:
            return ()
        oldest = max(in_force) - count
        return tuple(in_force[year] for year in sorted(in_force, reverse=True) if year > oldest)


def rate(
    record: CreditRecord,
    *,
    year: int,
    score: Score,
    serious_dishonesty: bool,
    published_on: date,
    record_expires_on: date | None,
    today: date,
    reason: str | None,
    path: Sequence[str] = (),
) -> Rating:
    """Return the rating of a year as its first or next revision.

    Raises RatingNotPossible for a year or a day that cannot be, RecordExpiryMissing for a serious act without the end
    of its record (ZG-16), CorrectionWithoutReason for a further revision without reason, RatingUnchanged for one that
    says the same.
    """
    if published_on > today:
        raise RatingNotPossible(
            "a rating was published in the past", path=(*path, "publishedOn"), value=published_on.isoformat()
        )
    if not FIRST_RATED_YEAR <= year <= published_on.year:
        raise RatingNotPossible(
            f"the rated year lies between {FIRST_RATED_YEAR} and the year of publication",
            path=(*path, "year"),
            value=year,
        )
    if serious_dishonesty and record_expires_on is None:
        raise RecordExpiryMissing(
            "a serious dishonesty act names the last day of its record", path=(*path, "recordExpiresOn")
        )
    if record_expires_on is not None and record_expires_on < published_on:
        raise RatingNotPossible(
            "a record ends after the rating is published",
            path=(*path, "recordExpiresOn"),
            value=record_expires_on.isoformat(),
        )
    known = record.in_force.get(year)
    rating = Rating(
        year=year,
        revision=1 if known is None else known.revision + 1,
        score=score,
        serious_dishonesty=serious_dishonesty,
        published_on=published_on,
        record_expires_on=record_expires_on,
    )
    if known is None:
        return rating
    if replace(rating, revision=known.revision, published_on=known.published_on) == known:
        raise RatingUnchanged(f"{year} is rated so already, in revision {known.revision}", path=(*path, "score"))
    if reason is None or not reason.strip():
        raise CorrectionWithoutReason(
            f"{year} is rated already; a correction needs a reason", path=(*path, "reason"), value=year
        )
    if published_on < known.published_on:
        raise RatingNotPossible(
            "a correction is published after what it corrects",
            path=(*path, "publishedOn"),
            value=published_on.isoformat(),
        )
    return rating


def grounds(ratings: Mapping[int, Rating], policy: CreditPolicy) -> tuple[Ground, ...]:
    """Return why these ratings put a provider on the blacklist; empty if they do not (ZG-14, G-20).

    A serious act lists by its year. Scores at or below the policy's bound list by each row of consecutive years as long
    as the policy says, so that a further bad year is a ground of its own, with its own record; a year without rating
    breaks the row. Where the policy asks for both classes, only a provider with both has a ground.
    """
    serious = [
        Ground(BlacklistReason.SERIOUS_DISHONESTY, (year,), ratings[year].record_expires_on)
        for year in sorted(ratings)
        if policy.serious_dishonesty_lists and ratings[year].serious_dishonesty
    ]
    low_years = {year for year, rating in ratings.items() if rating.score <= policy.max_score}
    rows = [tuple(range(first, first + policy.consecutive_years)) for first in sorted(low_years)]
    low = [
        Ground(BlacklistReason.LOW_SCORES, row, _end_of_record(ratings[year] for year in row))
        for row in rows
        if low_years.issuperset(row)
    ]
    if policy.classes is BlacklistClasses.BOTH and not (serious and low):
        return ()
    return (*low, *serious)


@dataclass(frozen=True)
class BlacklistChange:
    """What a rating did to the blacklist: the entries as they now are, and which are new or withdrawn by it."""

    entries: tuple[BlacklistEntry, ...]
    listed: tuple[BlacklistEntry, ...]
    withdrawn: tuple[BlacklistEntry, ...]


def revise_blacklist(
    record: CreditRecord, *, policy: CreditPolicy, changed_on: date, entry_ids: Iterable[str]
) -> BlacklistChange:
    """Return the blacklist entries that the record's ratings in force give, listing or withdrawing as of `changed_on`.

    A published entry never changes but by its end: it goes on while its ground stands, with these years and this end of
    the record, and is withdrawn when a corrected rating takes the ground away; a new ground is a new entry. The same
    ratings again list nobody twice. `entry_ids` gives the ids of new entries.
    """
    standing = grounds(record.in_force, policy)
    kept: list[BlacklistEntry] = []
    withdrawn: list[BlacklistEntry] = []
    for entry in record.entries:
        if entry.withdrawn_on is None and entry.ground not in standing:
            ended = replace(entry, withdrawn_on=changed_on)
            kept.append(ended)
            withdrawn.append(ended)
        else:
            kept.append(entry)
    listed_grounds = {entry.ground for entry in kept if entry.withdrawn_on is None}
    new_grounds = [ground for ground in standing if ground not in listed_grounds]
    listed = tuple(
        BlacklistEntry(
            id=entry_id,
            district=record.district,
            provider_id=record.provider_id,
            reason=ground.reason,
            years=ground.years,
            listed_on=changed_on,
            expires_on=ground.expires_on,
            policy_version_id=policy.source.policy_version_id,
        )
        for ground, entry_id in zip(new_grounds, entry_ids, strict=False)
    )
    return BlacklistChange(entries=(*kept, *listed), listed=listed, withdrawn=tuple(withdrawn))


def _end_of_record(ratings: Iterable[Rating]) -> date | None:
    """Return the last day of the longest record behind a row of years; None if the end of one is not set."""
    ends = [rating.record_expires_on for rating in ratings]
    known = [end for end in ends if end is not None]
    return max(known) if len(known) == len(ends) else None
