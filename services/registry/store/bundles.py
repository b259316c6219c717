"""Bundles of near estates; whoever may see one of the estates may see that it is bundled."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from kit.caller import Scope
from kit.days import text_of
from kit.errors import NotFound
from kit.mongo import Reader, UnitOfWork, scoped
from services.registry.domain.bundle import BundleMember, EstateBundled
from services.registry.store.duplicates import refused_when_taken

BUNDLES = "bundles"


@dataclass(frozen=True, kw_only=True)
class BundleRecord:
    """A bundle as it is stored; `areas` are those of all its estates."""

    id: str
    district: str
    name: str
    provider_id: str
    formed_on: date
    members: tuple[BundleMember, ...]
    areas: tuple[str, ...]


class BundleNotFound(NotFound):
    """No bundle of this id, or it lies outside the caller's scope."""


async def add_bundle(work: UnitOfWork, bundle: BundleRecord) -> None:
    """Save a new bundle; raises EstateBundled when an estate belongs to one: the index is unique over all members."""
    with refused_when_taken(
        EstateBundled("an estate belongs to one bundle", path=("input", "members"), value=bundle.name)
    ):
        await work.collection(BUNDLES).insert_one(
            {
                "_id": bundle.id,
                "district": bundle.district,
                "name": bundle.name,
                "provider_id": bundle.provider_id,
                "formed_on": text_of(bundle.formed_on),
                "members": [
                    {"estate_id": member.estate_id, "decision_id": member.decision_id} for member in bundle.members
                ],
                "areas": list(bundle.areas),
            },
            session=work.session,
        )


async def bundle_of(work: UnitOfWork, bundle_id: str) -> BundleRecord:
    """Return the bundle if the caller's scope covers one of its estates; raises BundleNotFound."""
    query = scoped(work.caller.scope, {"_id": bundle_id})
    document = await work.collection(BUNDLES).find_one(query, session=work.session)
    if document is None:
        raise BundleNotFound("no bundle of this id", path=("input", "bundleId"), value=bundle_id)
    return _record(document)


async def find_bundles(reader: Reader, ids: Sequence[str], *, scope: Scope) -> list[BundleRecord]:
    """Return the bundles of these ids that the scope covers, in any order."""
    cursor = reader.collection(BUNDLES).find(scoped(scope, {"_id": {"$in": list(ids)}}), session=reader.session)
    return [_record(document) async for document in cursor]


async def find_bundles_of_estates(reader: Reader, estate_ids: Sequence[str], *, scope: Scope) -> list[BundleRecord]:
    """Return the bundles that the estates belong to and that the scope covers, in any order."""
    query = scoped(scope, {"members.estate_id": {"$in": list(estate_ids)}})
    return [_record(document) async for document in reader.collection(BUNDLES).find(query, session=reader.session)]


def _record(document: Mapping[str, Any]) -> BundleRecord:
    return BundleRecord(
        id=document["_id"],
        district=document["district"],
        name=document["name"],
        provider_id=document["provider_id"],
        formed_on=date.fromisoformat(document["formed_on"]),
        members=tuple(
            BundleMember(estate_id=member["estate_id"], decision_id=member["decision_id"])
            for member in document["members"]
        ),
        areas=tuple(document["areas"]),
    )
