"""Inspection's entities, and the fields it adds to those of the registry."""

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Annotated

import strawberry

from kit.errors import ValidationFailed
from kit.graphql.scalars import DistrictCode
from kit.score import Score
from services.inspection.domain.credit import BlacklistEntry as EntryRecord
from services.inspection.domain.credit import BlacklistReason, CreditRecord, Rating
from services.inspection.graphql import loaders
from services.inspection.graphql.context import Info

MOST_YEARS = 100

strawberry.enum(BlacklistReason, description="Why a provider is on the blacklist.")

_ProviderRef = Annotated["Provider", strawberry.lazy("services.inspection.graphql.types")]


@strawberry.type(description="A provider's credit score of one year in one district, its latest revision.")
class CreditScore:
    """A yearly rating."""

    district: DistrictCode = strawberry.field(description="The district whose authority rated.")
    year: int
    revision: int = strawberry.field(description="Counted from 1; a correction is a further revision.")
    score: Score
    published_on: date
    serious_dishonesty: bool
    record_expires_on: date | None = strawberry.field(
        description="The last day of the dishonesty record, if one is set."
    )

    @classmethod
    def of(cls, rating: Rating, *, district: str) -> "CreditScore":
        """Return the rating as the schema shows it."""
        return cls(
            district=DistrictCode(district),
            year=rating.year,
            revision=rating.revision,
            score=rating.score,
            published_on=rating.published_on,
            serious_dishonesty=rating.serious_dishonesty,
            record_expires_on=rating.record_expires_on,
        )


@strawberry.federation.type(keys=["id"], description="An entry of a district's blacklist (失信黑名单).")
class BlacklistEntry:
    """Why, since when and until when a provider is on a blacklist."""

    provider_id: strawberry.Private[str]

    id: strawberry.ID
    district: DistrictCode
    reason: BlacklistReason
    years: list[int] = strawberry.field(description="The rated years that led to it.")
    listed_on: date
    expires_on: date | None = strawberry.field(
        description="The last day: the entry lasts as long as the dishonesty record. Null while its end is not set."
    )
    withdrawn_on: date | None = strawberry.field(
        description="The day from which a corrected rating took its ground away."
    )
    policy_version_id: str = strawberry.field(description="The version of the policy that listed it.")

    @classmethod
    def of(cls, record: EntryRecord) -> "BlacklistEntry":
        """Return the entry as the schema shows it."""
        return cls(
            provider_id=record.provider_id,
            id=strawberry.ID(record.id),
            district=DistrictCode(record.district),
            reason=record.reason,
            years=list(record.years),
            listed_on=record.listed_on,
            expires_on=record.expires_on,
            withdrawn_on=record.withdrawn_on,
            policy_version_id=record.policy_version_id,
        )

    @classmethod
    async def resolve_reference(cls, info: Info, id: strawberry.ID) -> "BlacklistEntry | None":  # noqa: A002
        """Return the entry."""
        return await entry_with_id(info, id)

    @strawberry.field(description="The provider that is listed.")
    def provider(self) -> _ProviderRef | None:
        """Return the reference to the provider."""
        return Provider(id=strawberry.ID(self.provider_id))


@strawberry.federation.type(keys=["id"])
class Provider:
    """The registry's provider, as far as inspection answers for it; every field is null for an unknown provider."""

    id: strawberry.ID

    @classmethod
    def resolve_reference(cls, info: Info, id: strawberry.ID) -> "Provider":  # noqa: A002
        """Return the reference."""
        return cls(id=id)

    @strawberry.field(
        description="The scores of the years up to the latest rated one, the latest first; a missing year is a gap."
    )
    async def credit_scores(self, info: Info, last_years: int = 5) -> list[CreditScore] | None:
        """Return the latest scores of every district; null for a provider that inspection does not know."""
        if not 1 <= last_years <= MOST_YEARS:
            raise ValidationFailed(
                f"lastYears is from 1 to {MOST_YEARS}, not {last_years}", path=("lastYears",), value=last_years
            )
        records = await _records_of(info, self.id)
        if records is None:
            return None
        scores = [
            CreditScore.of(rating, district=record.district)
            for record in records
            for rating in record.last_years(last_years)
        ]
        return sorted(scores, key=lambda score: (-score.year, score.district))

    @strawberry.field(
        description="Whether the provider is on any district's blacklist that day, by default today. "
        "Null means unknown, never no."
    )
    async def blacklisted(self, info: Info, on: date | None = None) -> bool | None:
        """Return whether any entry holds on the day; null for a provider that inspection does not know."""
        records = await _records_of(info, self.id)
        if records is None:
            return None
        day = info.context.today if on is None else on
        return any(entry.holds_on(day) for record in records for entry in record.entries)

    @strawberry.field(description="Every entry of the provider, also ended ones, the latest first.")
    async def blacklist_entries(self, info: Info) -> list[BlacklistEntry] | None:
        """Return the entries; null for a provider that inspection does not know."""
        records = await _records_of(info, self.id)
        return None if records is None else shown_entries(records)


def shown_entries(records: Iterable[CreditRecord], *, active_on: date | None = None) -> list[BlacklistEntry]:
    """Return the entries of the records, those that hold on a day if one is given, the latest first."""
    entries = [
        entry for record in records for entry in record.entries if active_on is None or entry.holds_on(active_on)
    ]
    ordered = sorted(entries, key=lambda entry: (entry.listed_on, entry.id), reverse=True)
    return [BlacklistEntry.of(entry) for entry in ordered]


async def entry_with_id(info: Info, id: str) -> BlacklistEntry | None:  # noqa: A002
    """Return the entry."""
    record = await info.context.load(loaders.entries_by_id, str(id))
    return None if record is None else BlacklistEntry.of(record)


async def entries_with_ids(info: Info, ids: Sequence[str]) -> list[BlacklistEntry]:
    """Return the entries in the order of their ids."""
    return [BlacklistEntry.of(record) for record in await info.context.load_many(loaders.entries_by_id, ids)]


async def _records_of(info: Info, provider_id: str) -> list[CreditRecord] | None:
    return await info.context.load(loaders.records_by_provider, str(provider_id))
