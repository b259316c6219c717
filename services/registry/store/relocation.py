"""What moves with an estate: all that is kept of it carries its street, its community, and who may see it there."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from kit.mongo import Reader, UnitOfWork
from services.registry.domain.territory import Place, private_areas
from services.registry.store.bundles import BUNDLES
from services.registry.store.estates import ESTATES
from services.registry.store.indexes import INDEXES
from services.registry.store.owners import OWNERS, see_owners_only_from
from services.registry.store.parts import BUILDINGS, PARTS

RECORDS_OF_AN_ESTATE = sorted({index.collection for index in INDEXES if index.keys[0][0] == "estate_id"})
"""The collections that are read by estate; taken from the declared indexes, so that a new one is never left behind."""

_IDS_AT_ONCE = 50
"""The embedded store compares every document with every id of a list: ten times as many ids take a hundred times."""


async def move_records(work: UnitOfWork, estate_id: str, *, origin: Place, destination: Place) -> None:
    """Put all records of an estate into its new street and community, the grants that see them included.

    The estate itself has moved already.
    """
    for collection in RECORDS_OF_AN_ESTATE:
        of_estate = {"estate_id": estate_id}
        lying_there = {**of_estate, "street_id": origin.street_id, "community_id": origin.community_id}
        await work.collection(collection).update_many(
            lying_there, {"$set": _place_fields(destination)}, session=work.session
        )
        await _move_grants(work, collection, of_estate, origin, destination)
    buildings = work.collection(BUILDINGS).find({"estate_id": estate_id}, {"_id": 1}, session=work.session)
    building_ids = [document["_id"] async for document in buildings]
    for some in _some_at_once(building_ids):
        of_buildings = {"building_id": {"$in": some}}
        await _move_grants(work, PARTS, of_buildings, origin, destination, beside=_place_fields(destination))
    # Only now all parts lie where the owners of several of them are to be seen from.
    for some in _some_at_once(building_ids):
        await _move_owners(work, some, estate_id, origin, destination)
    await _see_bundle_anew(work, estate_id)


async def _move_grants(
    work: UnitOfWork,
    collection: str,
    query: Mapping[str, Any],
    origin: Place,
    destination: Place,
    *,
    beside: Mapping[str, str] | None = None,
) -> None:
    """Exchange the grants of the place that an estate leaves, in one pass: each index entry is written once."""
    exchanged: dict[str, Any] = {"areas.$[community]": f"community:{destination.community_id}"}
    places: list[Mapping[str, Any]] = [{"community": f"community:{origin.community_id}"}]
    if origin.street_id != destination.street_id:
        exchanged["areas.$[street]"] = f"street:{destination.street_id}"
        places.append({"street": f"street:{origin.street_id}"})
    await work.collection(collection).update_many(
        {**query, "areas": f"community:{origin.community_id}"},
        {"$set": {**exchanged, **(beside or {})}},
        array_filters=places,
        session=work.session,
    )


async def _see_bundle_anew(work: UnitOfWork, estate_id: str) -> None:
    """Let the bundle that the estate belongs to be seen from where its estates lie now, and from nowhere else."""
    bundle = await work.collection(BUNDLES).find_one({"members.estate_id": estate_id}, session=work.session)
    if bundle is None:
        return
    estate_ids = [member["estate_id"] for member in bundle["members"]]
    estates = work.collection(ESTATES).find({"_id": {"$in": estate_ids}}, {"areas": 1}, session=work.session)
    areas = {area async for estate in estates for area in estate["areas"]}
    await work.collection(BUNDLES).update_one(
        {"_id": bundle["_id"]}, {"$set": {"areas": sorted(areas)}}, session=work.session
    )


async def _move_owners(
    work: UnitOfWork, building_ids: Sequence[str], estate_id: str, origin: Place, destination: Place
) -> None:
    """Let each owner of the buildings be seen from where the owner's parts lie now, and from nowhere else."""
    parts = work.collection(PARTS).find(
        {"building_id": {"$in": list(building_ids)}}, {"ownerships.owner_id": 1}, session=work.session
    )
    owner_ids = sorted({share["owner_id"] async for document in parts for share in document["ownerships"]})
    for some in _some_at_once(owner_ids):
        elsewhere = await _owners_elsewhere(work, some, estate_id)
        of_this_estate = [owner_id for owner_id in some if owner_id not in elsewhere]
        await _move_grants(work, OWNERS, {"_id": {"$in": of_this_estate}}, origin, destination)
        await see_owners_only_from(work, await _areas_of_owners(work, sorted(elsewhere)))


def _place_fields(place: Place) -> dict[str, str]:
    return {"street_id": place.street_id, "community_id": place.community_id}


def _some_at_once(ids: Sequence[str]) -> Iterator[list[str]]:
    return (list(ids[first : first + _IDS_AT_ONCE]) for first in range(0, len(ids), _IDS_AT_ONCE))


async def _owners_elsewhere(reader: Reader, owner_ids: Sequence[str], estate_id: str) -> set[str]:
    """Return which of the owners hold or held a part of another estate too; most owners have one estate."""
    cursor = reader.collection(PARTS).find(
        {"ownerships.owner_id": {"$in": list(owner_ids)}},
        {"estate_id": 1, "ownerships.owner_id": 1},
        session=reader.session,
    )
    held = [document async for document in cursor if document["estate_id"] != estate_id]
    return {share["owner_id"] for document in held for share in document["ownerships"]} & set(owner_ids)


async def _areas_of_owners(reader: Reader, owner_ids: Sequence[str]) -> dict[str, list[str]]:
    areas: dict[str, set[str]] = {owner_id: {f"owner:{owner_id}"} for owner_id in owner_ids}
    fields = {"district": 1, "street_id": 1, "community_id": 1, "estate_id": 1, "ownerships.owner_id": 1}
    cursor = reader.collection(PARTS).find(
        {"ownerships.owner_id": {"$in": list(owner_ids)}}, fields, session=reader.session
    )
    async for document in cursor:
        place = Place(document["district"], document["street_id"], document["community_id"])
        seen_from = private_areas(place, document["estate_id"], part_id=None, owner_ids=[])
        for owner_id in areas.keys() & {share["owner_id"] for share in document["ownerships"]}:
            areas[owner_id].update(seen_from)
    return {owner_id: sorted(grants) for owner_id, grants in areas.items()}
