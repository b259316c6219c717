"""Owners; an owner is seen from every estate where a part is owned."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from pymongo import UpdateOne

from kit.caller import Scope
from kit.errors import NotFound
from kit.mongo import Reader, UnitOfWork, scoped
from services.registry.domain.owner import OwnerCodeTaken, OwnerKind
from services.registry.store.duplicates import refused_when_taken
from services.registry.store.search import search_keys

OWNERS = "owners"


@dataclass(frozen=True, kw_only=True)
class OwnerRecord:
    """An owner as stored; `code` is the district's own number for the person, unique within it."""

    id: str
    district: str
    code: str
    name: str
    kind: OwnerKind
    areas: tuple[str, ...]


class OwnerNotFound(NotFound):
    """No owner of this id, or outside the caller's scope."""


async def add_owners(work: UnitOfWork, owners: Sequence[OwnerRecord]) -> None:
    """Save new owners; raises OwnerCodeTaken when the district has one of the code."""
    if not owners:
        return
    documents = [
        {
            "_id": owner.id,
            "district": owner.district,
            "code": owner.code,
            "name": owner.name,
            **search_keys(owner.name, owner.code),
            "kind": owner.kind.value,
            "areas": list(owner.areas),
        }
        for owner in owners
    ]
    with refused_when_taken(OwnerCodeTaken("the district has an owner of this code", path=("input", "owners"))):
        await work.collection(OWNERS).insert_many(documents, session=work.session)


async def let_see_owners(work: UnitOfWork, areas_by_owner: Mapping[str, Sequence[str]]) -> None:
    """Add the grants of further estates and parts to owners that are registered already."""
    if areas_by_owner:
        await work.collection(OWNERS).bulk_write(
            [
                UpdateOne({"_id": owner_id}, {"$addToSet": {"areas": {"$each": list(areas)}}})
                for owner_id, areas in areas_by_owner.items()
            ],
            session=work.session,
        )


async def see_owners_only_from(work: UnitOfWork, areas_by_owner: Mapping[str, Sequence[str]]) -> None:
    """Replace the grants of owners, whose parts now lie elsewhere, by these."""
    if areas_by_owner:
        await work.collection(OWNERS).bulk_write(
            [
                UpdateOne({"_id": owner_id}, {"$set": {"areas": list(areas)}})
                for owner_id, areas in areas_by_owner.items()
            ],
            session=work.session,
        )


async def find_owners(reader: Reader, ids: Sequence[str], *, scope: Scope) -> list[OwnerRecord]:
    """Return the owners of these ids that the scope covers, in any order."""
    cursor = reader.collection(OWNERS).find(scoped(scope, {"_id": {"$in": list(ids)}}), session=reader.session)
    return [owner_record(document) async for document in cursor]


async def find_owners_by_code(work: UnitOfWork, district: str, codes: Sequence[str]) -> dict[str, OwnerRecord]:
    """Return the district's owners of these codes, by code, also those of estates outside the caller's scope.

    One owner may have parts in several estates: a clerk who registers the second part must meet the same owner.
    """
    query = {"district": district, "code": {"$in": list(codes)}}
    cursor = work.collection(OWNERS).find(query, session=work.session)
    return {document["code"]: owner_record(document) async for document in cursor}


def owner_record(document: Mapping[str, Any]) -> OwnerRecord:
    return OwnerRecord(
        id=document["_id"],
        district=document["district"],
        code=document["code"],
        name=document["name"],
        kind=OwnerKind(document["kind"]),
        areas=tuple(document["areas"]),
    )
