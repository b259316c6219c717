"""Donations of providers to community building, as they were given."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from kit.caller import Scope
from kit.days import text_of
from kit.money import Fen
from kit.mongo import Reader, UnitOfWork, scoped

DONATIONS = "donations"


@dataclass(frozen=True, kw_only=True)
class DonationRecord:
    """A donation as it is stored (DH-29)."""

    id: str
    provider_id: str
    community_id: str
    amount: Fen
    given_on: date
    document_id: str
    areas: tuple[str, ...]


async def add_donation(work: UnitOfWork, donation: DonationRecord) -> None:
    """Save a donation; it is never changed."""
    await work.collection(DONATIONS).insert_one(
        {
            "_id": donation.id,
            "provider_id": donation.provider_id,
            "community_id": donation.community_id,
            "amount": donation.amount,
            "given_on": text_of(donation.given_on),
            "document_id": donation.document_id,
            "areas": list(donation.areas),
        },
        session=work.session,
    )


async def find_donations(reader: Reader, ids: Sequence[str], *, scope: Scope) -> list[DonationRecord]:
    """Return the donations of these ids that the scope covers, in any order."""
    cursor = reader.collection(DONATIONS).find(scoped(scope, {"_id": {"$in": list(ids)}}), session=reader.session)
    return [_record(document) async for document in cursor]


async def find_donations_of_communities(
    reader: Reader, community_ids: Sequence[str], *, scope: Scope
) -> list[DonationRecord]:
    """Return the donations to the communities that the scope covers, the latest first; a community has some tens."""
    query = scoped(scope, {"community_id": {"$in": list(community_ids)}})
    found = [_record(document) async for document in reader.collection(DONATIONS).find(query, session=reader.session)]
    return sorted(found, key=lambda donation: (donation.given_on, donation.id), reverse=True)


def _record(document: Mapping[str, Any]) -> DonationRecord:
    return DonationRecord(
        id=document["_id"],
        provider_id=document["provider_id"],
        community_id=document["community_id"],
        amount=Fen(document["amount"]),
        given_on=date.fromisoformat(document["given_on"]),
        document_id=document["document_id"],
        areas=tuple(document["areas"]),
    )
