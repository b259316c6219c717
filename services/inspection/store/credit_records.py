"""The credit records, one document for each provider and district: every revision of every year, and the blacklist.

One document, so that two ratings of neighbouring years cannot miss each other. Scores and the blacklist are published
facts (ZG-15): everybody reads them.
"""

from collections.abc import Sequence
from datetime import date
from typing import Any, Final

from kit.days import day_of, text_of
from kit.mongo import ConcurrentChange, Reader, UnitOfWork
from kit.score import Score
from services.inspection.domain.credit import BlacklistEntry, BlacklistReason, CreditRecord, Rating

CREDIT_RECORDS: Final = "credit_records"


async def find_credit_record(reader: Reader, *, district: str, provider_id: str) -> CreditRecord:
    """Return the provider's record in the district; an empty one if it was never rated there."""
    document = await reader.collection(CREDIT_RECORDS).find_one(
        {"_id": _key(district, provider_id)}, session=reader.session
    )
    return CreditRecord(district, provider_id) if document is None else _record_of(document)


async def find_records_of_providers(reader: Reader, provider_ids: Sequence[str]) -> dict[str, list[CreditRecord]]:
    """Return the records of providers in all districts, by provider, in the order of districts."""
    query = {"provider_id": {"$in": list(provider_ids)}}
    documents = await reader.collection(CREDIT_RECORDS).find(query, session=reader.session).to_list(None)
    found: dict[str, list[CreditRecord]] = {}
    for document in sorted(documents, key=lambda one: str(one["district"])):
        found.setdefault(document["provider_id"], []).append(_record_of(document))
    return found


async def find_listed_records(reader: Reader, district: str) -> list[CreditRecord]:
    """Return the records of a district that have a blacklist entry, also an ended one, by provider."""
    query = {"district": district, "is_listed": True}
    documents = await reader.collection(CREDIT_RECORDS).find(query, session=reader.session).to_list(None)
    return [_record_of(document) for document in sorted(documents, key=lambda one: str(one["provider_id"]))]


async def find_entries(reader: Reader, ids: Sequence[str]) -> dict[str, BlacklistEntry]:
    """Return the blacklist entries with these ids, by id."""
    query = {"entries.id": {"$in": list(ids)}}
    documents = await reader.collection(CREDIT_RECORDS).find(query, session=reader.session).to_list(len(ids))
    entries = [entry for document in documents for entry in _record_of(document).entries]
    return {entry.id: entry for entry in entries if entry.id in ids}


async def save_credit_record(work: UnitOfWork, record: CreditRecord, *, read_revisions: int) -> None:
    """Keep the record; raises ConcurrentChange if it was rated since it was read with that many revisions."""
    document = {
        "district": record.district,
        "provider_id": record.provider_id,
        "revisions": len(record.ratings),
        "ratings": [
            {
                "year": rating.year,
                "revision": rating.revision,
                "score": rating.score,
                "serious_dishonesty": rating.serious_dishonesty,
                "published_on": rating.published_on.isoformat(),
                "record_expires_on": text_of(rating.record_expires_on),
            }
            for rating in record.ratings
        ],
        "is_listed": bool(record.entries),
        "entries": [
            {
                "id": entry.id,
                "reason": entry.reason.value,
                "years": list(entry.years),
                "listed_on": entry.listed_on.isoformat(),
                "expires_on": text_of(entry.expires_on),
                "policy_version_id": entry.policy_version_id,
                "withdrawn_on": text_of(entry.withdrawn_on),
            }
            for entry in record.entries
        ],
    }
    key = _key(record.district, record.provider_id)
    if read_revisions == 0:
        await work.collection(CREDIT_RECORDS).update_one(
            {"_id": key}, {"$set": document}, upsert=True, session=work.session
        )
        return
    saved = await work.collection(CREDIT_RECORDS).update_one(
        {"_id": key, "revisions": read_revisions}, {"$set": document}, session=work.session
    )
    if saved.matched_count != 1:
        raise ConcurrentChange(f"provider {record.provider_id} was rated meanwhile")


def _key(district: str, provider_id: str) -> str:
    return f"{district}:{provider_id}"


def _record_of(document: dict[str, Any]) -> CreditRecord:
    district, provider_id = document["district"], document["provider_id"]
    return CreditRecord(
        district=district,
        provider_id=provider_id,
        ratings=tuple(
            Rating(
                year=rating["year"],
                revision=rating["revision"],
                score=Score(rating["score"]),
                serious_dishonesty=rating["serious_dishonesty"],
                published_on=date.fromisoformat(rating["published_on"]),
                record_expires_on=day_of(rating["record_expires_on"]),
            )
            for rating in document["ratings"]
        ),
        entries=tuple(
            BlacklistEntry(
                id=entry["id"],
                district=district,
                provider_id=provider_id,
                reason=BlacklistReason(entry["reason"]),
                years=tuple(entry["years"]),
                listed_on=date.fromisoformat(entry["listed_on"]),
                expires_on=day_of(entry["expires_on"]),
                policy_version_id=entry["policy_version_id"],
                withdrawn_on=day_of(entry["withdrawn_on"]),
            )
            for entry in document["entries"]
        ),
    )
