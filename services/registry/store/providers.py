"""Providers and what inspection announced of their credit: a public register, plus the look-ups that were made."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from kit.caller import Scope
from kit.days import day_of, text_of
from kit.errors import NotFound
from kit.mongo import ConcurrentChange, Reader, UnitOfWork, scoped
from kit.score import Score
from services.registry.domain.credit import Credit, Listing, YearlyScore
from services.registry.domain.provider import CreditCodeTaken, ProviderKind, ProviderSource
from services.registry.domain.welfare_pool import PoolMembership
from services.registry.store.duplicates import refused_when_taken
from services.registry.store.search import search_keys

PROVIDERS = "providers"
PROVIDER_CREDIT = "provider_credit"
CREDIT_LOOKUPS = "credit_lookups"


@dataclass(frozen=True, kw_only=True)
class Filing:
    """The filing with the authority (备案): when, and under which reference."""

    filed_on: date
    reference: str


@dataclass(frozen=True, kw_only=True)
class ProviderRecord:
    """A provider as it is stored."""

    id: str
    district: str
    name: str
    unified_credit_code: str
    kind: ProviderKind
    source: ProviderSource | None = None
    source_body: str | None = None
    registration_number: str | None = None
    self_managed_estate_id: str | None = None
    filing: Filing | None = None
    pool: PoolMembership | None = None
    version: int = 1


@dataclass(frozen=True, kw_only=True)
class CreditLookupRecord:
    """A look-up of a candidate before a selection: who, when, for which estate, and what was shown (ZG-12)."""

    id: str
    provider_id: str
    estate_id: str
    looked_up_by: str
    looked_up_at: datetime
    looked_up_on: date
    filed: bool
    blacklisted: bool
    scores: tuple[YearlyScore, ...]
    areas: tuple[str, ...]


class ProviderNotFound(NotFound):
    """No provider of this id."""


async def add_provider(work: UnitOfWork, provider: ProviderRecord) -> None:
    """Save a new provider; raises CreditCodeTaken when one has the unified credit code."""
    with refused_when_taken(
        CreditCodeTaken(
            "a provider is registered under this unified credit code",
            path=("input", "unifiedCreditCode"),
            value=provider.unified_credit_code,
        )
    ):
        await work.collection(PROVIDERS).insert_one(
            {
                "_id": provider.id,
                "district": provider.district,
                "name": provider.name,
                **search_keys(provider.name, provider.unified_credit_code),
                "unified_credit_code": provider.unified_credit_code,
                "kind": provider.kind.value,
                "source": None if provider.source is None else provider.source.value,
                "source_body": provider.source_body,
                "registration_number": provider.registration_number,
                "self_managed_estate_id": provider.self_managed_estate_id,
                "filing": None,
                "pool": None,
                "version": provider.version,
            },
            session=work.session,
        )


async def provider_of(reader: Reader, provider_id: str) -> ProviderRecord:
    """Return the provider; raises ProviderNotFound."""
    document = await reader.collection(PROVIDERS).find_one({"_id": provider_id}, session=reader.session)
    if document is None:
        raise ProviderNotFound("no provider of this id", path=("input", "providerId"), value=provider_id)
    return provider_record(document)


async def find_providers(reader: Reader, ids: Sequence[str]) -> list[ProviderRecord]:
    """Return the providers of these ids, in any order; unknown ones are left out."""
    cursor = reader.collection(PROVIDERS).find({"_id": {"$in": list(ids)}}, session=reader.session)
    return [provider_record(document) async for document in cursor]


async def save_filing(work: UnitOfWork, provider: ProviderRecord, filing: Filing) -> None:
    """Save the filing; raises ConcurrentChange if the provider changed since it was read."""
    await _update(work, provider, {"filing": {"filed_on": text_of(filing.filed_on), "reference": filing.reference}})


async def save_pool_membership(work: UnitOfWork, provider: ProviderRecord, membership: PoolMembership) -> None:
    """Save that the provider joined or left the pool; raises ConcurrentChange if it changed since it was read."""
    await _update(
        work,
        provider,
        {
            "pool": {
                "joined_on": text_of(membership.joined_on),
                "rank_reference": membership.rank_reference,
                "left_on": text_of(membership.left_on),
                "left_because": membership.left_because,
            }
        },
    )


async def _update(work: UnitOfWork, provider: ProviderRecord, values: dict[str, Any]) -> None:
    result = await work.collection(PROVIDERS).update_one(
        {"_id": provider.id, "version": provider.version},
        {"$set": values, "$inc": {"version": 1}},
        session=work.session,
    )
    if result.matched_count != 1:
        raise ConcurrentChange(f"provider {provider.id} changed")


async def credit_of(reader: Reader, provider_id: str) -> Credit:
    """Return what inspection has announced of a provider's credit so far; empty if nothing."""
    document = await reader.collection(PROVIDER_CREDIT).find_one({"_id": provider_id}, session=reader.session)
    if document is None:
        return Credit()
    return Credit(
        scores=tuple(
            YearlyScore(int(year), Score(entry["score"]), entry["serious_dishonesty"])
            for year, entry in sorted(document.get("scores", {}).items())
        ),
        listings=tuple(
            Listing(entry_id, entry["reason"], date.fromisoformat(entry["listed_on"]), day_of(entry["expires_on"]))
            for entry_id, entry in sorted(document.get("listings", {}).items())
        ),
    )


async def save_score(work: UnitOfWork, provider_id: str, score: YearlyScore) -> None:
    """Save a year's score; the one announced last holds."""
    entry = {"score": score.score, "serious_dishonesty": score.serious_dishonesty}
    await work.collection(PROVIDER_CREDIT).update_one(
        {"_id": provider_id}, {"$set": {f"scores.{score.year}": entry}}, upsert=True, session=work.session
    )


async def save_listing(work: UnitOfWork, provider_id: str, listing: Listing) -> None:
    """Save an entry of the blacklist; the same entry twice is one."""
    entry = {
        "reason": listing.reason,
        "listed_on": text_of(listing.listed_on),
        "expires_on": text_of(listing.expires_on),
    }
    await work.collection(PROVIDER_CREDIT).update_one(
        {"_id": provider_id}, {"$set": {f"listings.{listing.entry_id}": entry}}, upsert=True, session=work.session
    )


async def end_listing(work: UnitOfWork, provider_id: str, entry_id: str, *, last_day: date) -> None:
    """Let an entry of the blacklist that was heard of end on that day."""
    await work.collection(PROVIDER_CREDIT).update_one(
        {"_id": provider_id, f"listings.{entry_id}": {"$exists": True}},
        {"$set": {f"listings.{entry_id}.expires_on": text_of(last_day)}},
        session=work.session,
    )


async def add_credit_lookup(work: UnitOfWork, lookup: CreditLookupRecord) -> None:
    """Save a look-up; it is never changed."""
    await work.collection(CREDIT_LOOKUPS).insert_one(
        {
            "_id": lookup.id,
            "provider_id": lookup.provider_id,
            "estate_id": lookup.estate_id,
            "looked_up_by": lookup.looked_up_by,
            "looked_up_at": lookup.looked_up_at,
            "looked_up_on": text_of(lookup.looked_up_on),
            "filed": lookup.filed,
            "blacklisted": lookup.blacklisted,
            "scores": [
                {"year": score.year, "score": score.score, "serious_dishonesty": score.serious_dishonesty}
                for score in lookup.scores
            ],
            "areas": list(lookup.areas),
        },
        session=work.session,
    )


async def find_credit_lookups(reader: Reader, ids: Sequence[str], *, scope: Scope) -> list[CreditLookupRecord]:
    """Return the look-ups of these ids that the scope covers, in any order."""
    query = scoped(scope, {"_id": {"$in": list(ids)}})
    cursor = reader.collection(CREDIT_LOOKUPS).find(query, session=reader.session)
    return [_lookup(document) async for document in cursor]


async def lookup_days(reader: Reader, *, estate_id: str, provider_id: str, scope: Scope) -> list[date]:
    """Return the days on which the candidate was looked up for the estate."""
    query = scoped(scope, {"estate_id": estate_id, "provider_id": provider_id})
    cursor = reader.collection(CREDIT_LOOKUPS).find(query, session=reader.session)
    return [date.fromisoformat(document["looked_up_on"]) async for document in cursor]


def provider_record(document: Mapping[str, Any]) -> ProviderRecord:
    filing, pool, source = document["filing"], document["pool"], document["source"]
    return ProviderRecord(
        id=document["_id"],
        district=document["district"],
        name=document["name"],
        unified_credit_code=document["unified_credit_code"],
        kind=ProviderKind(document["kind"]),
        source=None if source is None else ProviderSource(source),
        source_body=document["source_body"],
        registration_number=document["registration_number"],
        self_managed_estate_id=document["self_managed_estate_id"],
        filing=None
        if filing is None
        else Filing(filed_on=date.fromisoformat(filing["filed_on"]), reference=filing["reference"]),
        pool=None
        if pool is None
        else PoolMembership(
            joined_on=date.fromisoformat(pool["joined_on"]),
            rank_reference=pool["rank_reference"],
            left_on=day_of(pool["left_on"]),
            left_because=pool["left_because"],
        ),
        version=document["version"],
    )


def _lookup(document: Mapping[str, Any]) -> CreditLookupRecord:
    return CreditLookupRecord(
        id=document["_id"],
        provider_id=document["provider_id"],
        estate_id=document["estate_id"],
        looked_up_by=document["looked_up_by"],
        looked_up_at=document["looked_up_at"],
        looked_up_on=date.fromisoformat(document["looked_up_on"]),
        filed=document["filed"],
        blacklisted=document["blacklisted"],
        scores=tuple(
            YearlyScore(score["year"], Score(score["score"]), score["serious_dishonesty"])
            for score in document["scores"]
        ),
        areas=tuple(document["areas"]),
    )
