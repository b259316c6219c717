"""Owners' congresses and their public accounts."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from kit.caller import Scope
from kit.days import day_of, text_of
from kit.errors import NotFound
from kit.mongo import ConcurrentChange, Reader, UnitOfWork, scoped
from services.registry.domain.congress import CongressFormed
from services.registry.domain.territory import Place, public_areas
from services.registry.store.duplicates import refused_when_taken

CONGRESSES = "congresses"


@dataclass(frozen=True, kw_only=True)
class OwnersAccount:
    """The congress's public account, by a reference of the bank's, never its number."""

    reference: str
    opened_on: date


@dataclass(frozen=True, kw_only=True)
class CongressRecord:
    """A congress as it is stored."""

    id: str
    estate_id: str
    place: Place
    formed_on: date
    filed_on: date | None
    decision_id: str | None
    account: OwnersAccount | None = None
    version: int = 1


class CongressNotFound(NotFound):
    """No congress of this id, or it lies outside the caller's scope."""


async def add_congress(work: UnitOfWork, congress: CongressRecord) -> None:
    """Save a new congress; raises CongressFormed when the estate has one."""
    with refused_when_taken(CongressFormed("the estate has its owners' congress already")):
        await work.collection(CONGRESSES).insert_one(
            {
                "_id": congress.id,
                "estate_id": congress.estate_id,
                "district": congress.place.district,
                "street_id": congress.place.street_id,
                "community_id": congress.place.community_id,
                "formed_on": text_of(congress.formed_on),
                "filed_on": text_of(congress.filed_on),
                "decision_id": congress.decision_id,
                "account": None,
                "version": congress.version,
                "areas": public_areas(congress.place, congress.estate_id),
            },
            session=work.session,
        )


async def congress_of(work: UnitOfWork, congress_id: str) -> CongressRecord:
    """Return the congress if the caller's scope covers it; raises CongressNotFound."""
    query = scoped(work.caller.scope, {"_id": congress_id})
    document = await work.collection(CONGRESSES).find_one(query, session=work.session)
    if document is None:
        raise CongressNotFound("no owners' congress of this id", path=("input", "congressId"), value=congress_id)
    return _congress(document)


async def find_congresses(reader: Reader, ids: Sequence[str], *, scope: Scope) -> list[CongressRecord]:
    """Return the congresses of these ids that the scope covers, in any order."""
    cursor = reader.collection(CONGRESSES).find(scoped(scope, {"_id": {"$in": list(ids)}}), session=reader.session)
    return [_congress(document) async for document in cursor]


async def save_account(work: UnitOfWork, congress: CongressRecord, account: OwnersAccount) -> None:
    """Save the public account; raises ConcurrentChange if the congress changed since it was read."""
    result = await work.collection(CONGRESSES).update_one(
        {"_id": congress.id, "version": congress.version},
        {
            "$set": {"account": {"reference": account.reference, "opened_on": text_of(account.opened_on)}},
            "$inc": {"version": 1},
        },
        session=work.session,
    )
    if result.matched_count != 1:
        raise ConcurrentChange(f"congress {congress.id} changed")


def _congress(document: Mapping[str, Any]) -> CongressRecord:
    account = document["account"]
    return CongressRecord(
        id=document["_id"],
        estate_id=document["estate_id"],
        place=Place(document["district"], document["street_id"], document["community_id"]),
        formed_on=date.fromisoformat(document["formed_on"]),
        filed_on=day_of(document["filed_on"]),
        decision_id=document["decision_id"],
        account=None
        if account is None
        else OwnersAccount(reference=account["reference"], opened_on=date.fromisoformat(account["opened_on"])),
        version=document["version"],
    )
