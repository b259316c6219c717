"""The exclusive parts as finance knows them, one document each, with their owners by day."""

from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import partial
from typing import Any, Final

from pymongo import UpdateOne

from kit.area import Area
from kit.caller import Scope
from kit.mongo import Reader, UnitOfWork, scoped
from kit.ratio import Ratio
from services.finance.domain.part import OwnerShare, Part, PartFacts
from services.finance.domain.visibility import areas_of_part
from services.finance.store.billed_lines import line_of
from services.finance.store.estates import find_estates

PARTS: Final = "parts"


async def find_parts(reader: Reader, ids: Sequence[str], *, scope: Scope) -> dict[str, Part]:
    """Return the parts with these ids that the scope sees, by id."""
    cursor = reader.collection(PARTS).find(scoped(scope, {"_id": {"$in": list(ids)}}), session=reader.session)
    return {document["_id"]: _part_of(document) for document in await cursor.to_list(len(ids))}


async def find_part(reader: Reader, part_id: str, *, scope: Scope) -> Part | None:
    """Return the part, or None if it is unknown or outside the scope."""
    return (await find_parts(reader, [part_id], scope=scope)).get(part_id)


async def parts_of_estate(
    reader: Reader, estate_id: str, *, scope: Scope, after: str = "", page_size: int = 500
) -> AsyncIterator[list[Part]]:
    """Give the registered parts of an estate, page by page in the order of their ids, beginning after that id."""
    while True:
        query = {"estate_id": estate_id, "id": {"$gt": after, "$lte": "prt_~"}}
        cursor = reader.collection(PARTS).find(scoped(scope, query), session=reader.session)
        documents = await cursor.sort([("estate_id", 1), ("id", 1)]).limit(page_size).to_list(page_size)
        if not documents:
            return
        yield [part for part in map(_part_of, documents) if part.facts is not None]
        after = documents[-1]["_id"]


@dataclass(frozen=True)
class _Change:
    """What was heard of a part; `first_of` names the kind of fact if it is the first of its kind that can be heard.

    `area_since` is the day from which the facts' area holds, None for facts that hold from the beginning.
    """

    part_id: str
    estate_id: str
    values: Mapping[str, Any]
    first_of: str | None = None
    area_since: date | None = None


FACTS, OWNERS = "facts", "owners"


def keep_facts(
    work: UnitOfWork,
    *,
    estate_id: str,
    part_id: str,
    facts: PartFacts,
    since: date | None = None,
    is_first: bool = False,
) -> None:
    """Keep what a part is; written together with the other parts of this unit of work, before its commit.

    `since` is the day from which another area holds; the one before holds until then.
    """
    document = {
        "building_id": facts.building_id,
        "door_number": facts.door_number,
        "area": facts.area,
        "area_basis": facts.area_basis,
        "has_lift": facts.has_lift,
    }
    change = _Change(part_id, estate_id, {"facts": document}, FACTS if is_first else None, since)
    work.gather(PARTS, change, partial(_write_parts, work))


def keep_owners(
    work: UnitOfWork,
    *,
    estate_id: str,
    part_id: str,
    owners: Sequence[OwnerShare],
    since: date,
    undelivered_by: Sequence[str] = (),
    is_first: bool = False,
) -> None:
    """Keep who owns a part from a day on; written together with the other parts of this unit of work.

    `undelivered_by` are the developers who sold it and have not handed it over.
    """
    shares = [{"owner_id": owner.owner_id, "share": owner.share} for owner in owners]
    values: dict[str, Any] = {f"transfers.{since.isoformat()}": shares}
    if undelivered_by:
        values[f"undelivered.{since.isoformat()}"] = sorted(undelivered_by)
    change = _Change(part_id, estate_id, values, OWNERS if is_first else None)
    work.gather(PARTS, change, partial(_write_parts, work))


def keep_delivery(work: UnitOfWork, *, estate_id: str, part_id: str, delivered_on: date) -> None:
    """Keep that a part was handed over on a day; written together with the other parts of this unit of work."""
    change = _Change(part_id, estate_id, {f"delivered_on.{delivered_on.isoformat()}": True})
    work.gather(PARTS, change, partial(_write_parts, work))


async def move_parts_of_estate(work: UnitOfWork, estate_id: str, *, place: Mapping[str, str]) -> None:
    """Let other grants see an estate's parts: it was registered, or moved. `place` is where the estate lies."""
    async for page in parts_of_estate(work, estate_id, scope=work.caller.scope):
        updates = []
        for part in page:
            areas = areas_of_part(**place, estate_id=estate_id, part_id=part.id, owner_ids=part.owner_ids)
            updates.append(UpdateOne({"_id": part.id}, {"$set": {"areas": list(areas)}}))
        if updates:
            await work.collection(PARTS).bulk_write(updates, session=work.session)


async def _write_parts(work: UnitOfWork, changes: list[_Change]) -> None:
    """Write the changes of many parts: one read, one insertion of the new, one command for those known.

    Of a part whose first facts and first owners are both among them nothing was written before: it is not looked up.
    """
    estate_of = {change.part_id: change.estate_id for change in changes}
    firsts: dict[str, set[str]] = {}
    for change in changes:
        if change.first_of is not None:
            firsts.setdefault(change.part_id, set()).add(change.first_of)
    scope = work.caller.scope
    perhaps_known = [part_id for part_id in estate_of if firsts.get(part_id) != {FACTS, OWNERS}]
    known = await find_parts(work, perhaps_known, scope=scope) if perhaps_known else {}
    merged = _merged(changes, known)
    estates = await find_estates(work, sorted(set(estate_of.values())), scope=scope)
    new: list[dict[str, Any]] = []
    updates: list[UpdateOne] = []
    for part_id, values in merged.items():
        part = _part_of(_document_with(part_id, estate_of[part_id], known.get(part_id), values))
        estate = estates.get(part.estate_id)
        areas: tuple[str, ...] = ()
        if estate is not None:
            areas = areas_of_part(
                district=estate.district,
                street_id=estate.street_id,
                community_id=estate.community_id,
                estate_id=estate.id,
                part_id=part_id,
                owner_ids=part.owner_ids,
            )
        if part_id in known:
            changed = {**values, "billed_as": line_of(part), "areas": list(areas)}
            updates.append(UpdateOne({"_id": part_id}, {"$set": changed}))
        else:
            new.append({**_document_of(part), "areas": list(areas)})
    if updates:
        await work.collection(PARTS).bulk_write(updates, session=work.session)
    if new:
        await work.collection(PARTS).insert_many(new, session=work.session)


def _merged(changes: Sequence[_Change], known: Mapping[str, Part]) -> dict[str, dict[str, Any]]:
    """Return what the changes set of each part, in their order; an area that holds from a day on joins those before."""
    merged: dict[str, dict[str, Any]] = {}
    for change in changes:
        values = merged.setdefault(change.part_id, {})
        if change.area_since is not None:
            so_far = _part_of(_document_with(change.part_id, change.estate_id, known.get(change.part_id), values))
            after = so_far.with_area(Area(change.values["facts"]["area"]), change.area_since)
            if after != so_far:
                values["measured"] = _days_of(after.measured)
        values.update(change.values)
    return merged


def _days_of(measured: Mapping[date, Area]) -> dict[str, int]:
    return {day.isoformat(): area for day, area in measured.items()}


def _document_with(part_id: str, estate_id: str, known: Part | None, change: Mapping[str, Any]) -> dict[str, Any]:
    document = _document_of(known or Part(id=part_id, estate_id=estate_id))
    for path, value in change.items():
        name, _, key = path.partition(".")
        if key:
            document.setdefault(name, {})[key] = value
        else:
            document[name] = value
    return document


def _document_of(part: Part) -> dict[str, Any]:
    """Return the document of a part; of what nearly no part has nothing is kept."""
    facts = part.facts
    document: dict[str, Any] = {
        "_id": part.id,
        "id": part.id,
        "estate_id": part.estate_id,
        "facts": None
        if facts is None
        else {
            "building_id": facts.building_id,
            "door_number": facts.door_number,
            "area": facts.area,
            "area_basis": facts.area_basis,
            "has_lift": facts.has_lift,
        },
        "transfers": {
            day.isoformat(): [{"owner_id": owner.owner_id, "share": owner.share} for owner in owners]
            for day, owners in part.transfers.items()
        },
        "billed_as": line_of(part),
    }
    if part.undelivered:
        document["undelivered"] = {day.isoformat(): list(ids) for day, ids in part.undelivered.items()}
    if part.delivered_on:
        document["delivered_on"] = {day.isoformat(): True for day in part.delivered_on}
    if part.measured:
        document["measured"] = _days_of(part.measured)
    return document


def _part_of(document: Mapping[str, Any]) -> Part:
    facts = document["facts"]
    return Part(
        id=document["_id"],
        estate_id=document["estate_id"],
        facts=None
        if facts is None
        else PartFacts(
            building_id=facts["building_id"],
            door_number=facts["door_number"],
            area=Area(facts["area"]),
            area_basis=facts["area_basis"],
            has_lift=facts["has_lift"],
        ),
        transfers={
            date.fromisoformat(day): tuple(OwnerShare(one["owner_id"], Ratio(one["share"])) for one in owners)
            for day, owners in document["transfers"].items()
        },
        undelivered={date.fromisoformat(day): tuple(ids) for day, ids in document.get("undelivered", {}).items()},
        delivered_on=frozenset(date.fromisoformat(day) for day in document.get("delivered_on", ())),
        measured={date.fromisoformat(day): Area(area) for day, area in document.get("measured", {}).items()},
    )
