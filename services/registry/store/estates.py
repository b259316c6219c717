"""Estates, their memberships, and the maintained counts of estates per area."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from pymongo import UpdateOne

from kit.area import Area
from kit.caller import Scope
from kit.days import day_of, text_of
from kit.errors import NotFound
from kit.mongo import ConcurrentChange, Reader, UnitOfWork, scoped
from services.registry.domain.arrears_mark import ArrearsCrossing
from services.registry.domain.estate import Enclosure, EstateCodeTaken, EstateFacts, EstateKind, OwnersBody
from services.registry.domain.fund_custody import FundCustody
from services.registry.domain.mode import ManagementMode
from services.registry.domain.search import SearchTerm, last_old_year
from services.registry.domain.territory import Membership, Place, public_areas
from services.registry.store.duplicates import refused_when_taken
from services.registry.store.estate_money import crossing_document, crossing_of, custodies_of, custody_documents
from services.registry.store.search import search, search_keys

ESTATES = "estates"
ESTATE_COUNTS = "estate_counts"

GRANTS_OF_ESTATES = ("district:", "street:", "community:", "estate:", "manage:")
"""The kinds of grants that an estate's public record carries."""

_LAST_TEXT = "\U0010ffff"
"""Sorts after every text: the upper end of a range of codes."""


@dataclass(frozen=True, kw_only=True)
class EstateRecord:
    """An estate as it is stored; `version` rises with every change and guards it."""

    id: str
    code: str
    facts: EstateFacts
    memberships: tuple[Membership, ...]
    owners_body: OwnersBody = OwnersBody.NONE
    congress_id: str | None = None
    mode: ManagementMode = ManagementMode.NONE
    has_lift: bool = False
    part_count: int = 0
    arrears_crossing: ArrearsCrossing | None = None
    fund_custodies: tuple[FundCustody, ...] = ()
    version: int = 1

    @property
    def place(self) -> Place:
        """Where the estate lies now."""
        latest = self.memberships[-1]
        return Place(latest.district, latest.street_id, latest.community_id)

    @property
    def areas(self) -> list[str]:
        """The grants that see the estate."""
        return public_areas(self.place, self.id)


@dataclass(frozen=True)
class EstateFilter:
    """Which estates a page shows; an empty one shows all that the scope covers."""

    district: str | None = None
    street_id: str | None = None
    community_id: str | None = None
    modes: tuple[ManagementMode, ...] = ()
    enclosure: Enclosure | None = None
    kind: EstateKind | None = None
    last_old_days: Mapping[str, date] | None = None
    """By district the last day of completion of an old estate; None shows old and new ones."""

    def query(self) -> dict[str, str]:
        """Return where the estates lie, as equality conditions."""
        conditions = {"district": self.district, "street_id": self.street_id, "community_id": self.community_id}
        return {name: value for name, value in conditions.items() if value is not None}

    def narrowing(self) -> dict[str, Any]:
        """Return what else is asked of the estates; compared, not looked up."""
        conditions: dict[str, Any] = {}
        if self.modes:
            conditions["mode"] = {"$in": [mode.value for mode in self.modes]}
        if self.enclosure is not None:
            conditions["enclosure"] = self.enclosure.value
        if self.kind is not None:
            conditions["kind"] = self.kind.value
        if self.last_old_days is not None:
            # No district with a bound: nothing can be said to be old.
            conditions["$or"] = [
                condition for district, day in self.last_old_days.items() for condition in _old_in(district, day)
            ] or [{"_id": ""}]
        return conditions


class EstateNotFound(NotFound):
    """No estate of this id, or it lies outside the caller's scope."""


async def add_estates(work: UnitOfWork, estates: Sequence[EstateRecord]) -> None:
    """Save new estates and count them; raises EstateCodeTaken when a code is registered already."""
    with refused_when_taken(EstateCodeTaken("an estate is registered under this code", path=("input", "code"))):
        await work.collection(ESTATES).insert_many([_document(estate) for estate in estates], session=work.session)
    counts: Counter[str] = Counter()
    for estate in estates:
        counts.update(_counted_areas(estate.place))
    await work.collection(ESTATE_COUNTS).bulk_write(
        [UpdateOne({"_id": area}, {"$inc": {"count": count}}, upsert=True) for area, count in counts.items()],
        session=work.session,
    )


async def estate_of(work: UnitOfWork, estate_id: str, *, path: Sequence[str] = ("input", "estateId")) -> EstateRecord:
    """Return the estate if the caller's scope covers it; raises EstateNotFound."""
    document = await work.collection(ESTATES).find_one(
        scoped(work.caller.scope, {"_id": estate_id}), session=work.session
    )
    if document is None:
        raise EstateNotFound("no estate of this id", path=path, value=estate_id)
    return _record(document)


async def find_estates(reader: Reader, ids: Sequence[str], *, scope: Scope) -> list[EstateRecord]:
    """Return the estates of these ids that the scope covers, in any order."""
    cursor = reader.collection(ESTATES).find(scoped(scope, {"_id": {"$in": list(ids)}}), session=reader.session)
    return [_record(document) async for document in cursor]


async def find_estates_by_code(reader: Reader, codes: Sequence[str], *, scope: Scope) -> dict[str, EstateRecord]:
    """Return the estates of these codes that the scope covers, by code."""
    cursor = reader.collection(ESTATES).find(scoped(scope, {"code": {"$in": list(codes)}}), session=reader.session)
    return {document["code"]: _record(document) async for document in cursor}


async def taken_codes(work: UnitOfWork, codes: Sequence[str]) -> set[str]:
    """Return which codes are registered, also outside the caller's scope: a code is unique in the whole city."""
    cursor = work.collection(ESTATES).find({"code": {"$in": list(codes)}}, {"code": 1}, session=work.session)
    return {document["code"] async for document in cursor}


async def find_estates_of_communities(
    reader: Reader, community_ids: Sequence[str], *, scope: Scope
) -> list[EstateRecord]:
    """Return all estates of the communities that the scope covers, by code; a community has some tens."""
    query = {"community_id": {"$in": list(community_ids)}}
    cursor = reader.collection(ESTATES).find(scoped(scope, query), session=reader.session)
    return sorted([_record(document) async for document in cursor], key=lambda estate: estate.code)


async def page_of_estates(
    reader: Reader, estate_filter: EstateFilter, *, scope: Scope, after: str | None, limit: int
) -> list[EstateRecord]:
    """Return at most `limit` estates after a code, in the order of codes; one declared index, bounded at both ends."""
    in_order = {"code": {"$gt": after or "", "$lt": _LAST_TEXT}}
    conditions = estate_filter.query()
    grants = scope.area_filter()
    if grants is None or conditions:
        queries = [scoped(scope, {**conditions, **in_order, **estate_filter.narrowing()})]
    else:
        # One equality per grant walks (areas, code); the embedded store would walk all codes for an `$in` with a sort.
        queries = [
            {"areas": grant, **in_order, **estate_filter.narrowing()}
            for grant in grants
            if grant.startswith(GRANTS_OF_ESTATES)
        ]
    found: dict[str, EstateRecord] = {}
    for query in queries:
        cursor = reader.collection(ESTATES).find(query, session=reader.session).sort("code", 1).limit(limit)
        found.update({document["code"]: _record(document) async for document in cursor})
    return [found[code] for code in sorted(found)[:limit]]


async def search_estates(
    reader: Reader, term: SearchTerm, estate_filter: EstateFilter, *, scope: Scope, after: str | None, limit: int
) -> list[tuple[str, EstateRecord]]:
    """Return at most `limit` estates that the term finds after a key, with their keys, in the order of keys."""
    found = await search(
        reader, ESTATES, term, estate_filter.query(), estate_filter.narrowing(), scope=scope, after=after, limit=limit
    )
    return [(key, _record(document)) for key, document in found]


async def count_of_estates(reader: Reader, area: str, *, scope: Scope, covering: Sequence[str]) -> int | None:
    """Return the maintained count of an area such as "street:str_…"; None unless the scope covers the whole area."""
    if not scope.covers(covering):
        return None
    document = await reader.collection(ESTATE_COUNTS).find_one({"_id": area}, session=reader.session)
    return 0 if document is None else int(document["count"])


async def count_of_all_estates(reader: Reader, districts: Sequence[str], *, scope: Scope) -> int | None:
    """Return the maintained count over all districts; None for a scope with bounds."""
    if scope.area_filter() is not None:
        return None
    areas = [f"district:{district}" for district in districts]
    cursor = reader.collection(ESTATE_COUNTS).find({"_id": {"$in": areas}}, session=reader.session)
    return sum([int(document["count"]) async for document in cursor])


async def save_facts(work: UnitOfWork, estate: EstateRecord, facts: EstateFacts) -> None:
    """Save changed facts; raises ConcurrentChange if the estate changed since it was read."""
    await _update(work, estate, {"$set": {**_facts_document(facts), **search_keys(facts.name, estate.code)}})


async def save_memberships(work: UnitOfWork, estate: EstateRecord, memberships: tuple[Membership, ...]) -> EstateRecord:
    """Save where the estate lies, count it there, and return it; raises ConcurrentChange if it changed since."""
    moved = replace(estate, memberships=memberships, version=estate.version + 1)
    document = _document(moved)
    where = ("district", "street_id", "community_id", "memberships", "areas")
    await _update(work, estate, {"$set": {name: document[name] for name in where}})
    counts: Counter[str] = Counter(_counted_areas(moved.place))
    counts.subtract(_counted_areas(estate.place))
    await work.collection(ESTATE_COUNTS).bulk_write(
        [UpdateOne({"_id": area}, {"$inc": {"count": count}}, upsert=True) for area, count in counts.items() if count],
        session=work.session,
    )
    return moved


async def save_lift(work: UnitOfWork, estate: EstateRecord, *, has_lift: bool) -> None:
    """Save whether any building has a lift; raises ConcurrentChange if the estate changed since it was read."""
    await _update(work, estate, {"$set": {"has_lift": has_lift}})


async def save_congress(work: UnitOfWork, estate: EstateRecord, *, congress_id: str, body: OwnersBody) -> None:
    """Save which body the owners have now; raises ConcurrentChange if the estate changed since it was read."""
    await _update(work, estate, {"$set": {"owners_body": body.value, "congress_id": congress_id}})


async def save_mode(work: UnitOfWork, estate: EstateRecord, mode: ManagementMode) -> None:
    """Save the mode the estate is in now; raises ConcurrentChange if the estate changed since it was read."""
    await _update(work, estate, {"$set": {"mode": mode.value}})


async def save_arrears_crossing(work: UnitOfWork, estate: EstateRecord, crossing: ArrearsCrossing) -> None:
    """Save the latest crossing of the threshold of arrears, if it is another; raises ConcurrentChange."""
    if crossing != estate.arrears_crossing:
        await _update(work, estate, {"$set": {"arrears_crossing": crossing_document(crossing)}})


async def save_fund_custodies(work: UnitOfWork, estate: EstateRecord, custodies: tuple[FundCustody, ...]) -> None:
    """Save where the estate's funds are kept, if that changed; raises ConcurrentChange."""
    if custodies != estate.fund_custodies:
        await _update(work, estate, {"$set": {"fund_custodies": custody_documents(custodies)}})


async def count_parts_and_lifts(
    work: UnitOfWork, *, new_parts: Mapping[str, int], estates_with_lift: Sequence[str]
) -> None:
    """Add to the count of parts by estate, and mark the estates that have a building with a lift."""
    updates = [
        UpdateOne({"_id": estate_id}, {"$inc": {"part_count": count, "version": 1}})
        for estate_id, count in new_parts.items()
        if count
    ]
    updates += [
        UpdateOne({"_id": estate_id, "has_lift": False}, {"$set": {"has_lift": True}, "$inc": {"version": 1}})
        for estate_id in estates_with_lift
    ]
    if updates:
        await work.collection(ESTATES).bulk_write(updates, session=work.session)


def _old_in(district: str, last_day: date) -> tuple[dict[str, Any], dict[str, Any]]:
    by_day = {"district": district, "built_on": {"$gt": "", "$lte": last_day.isoformat()}}
    by_year = {"district": district, "built_on": None, "built_year": {"$gt": 0, "$lte": last_old_year(last_day)}}
    return by_day, by_year


def _counted_areas(place: Place) -> tuple[str, str, str]:
    return f"district:{place.district}", f"street:{place.street_id}", f"community:{place.community_id}"


async def _update(work: UnitOfWork, estate: EstateRecord, change: dict[str, Any]) -> None:
    result = await work.collection(ESTATES).update_one(
        {"_id": estate.id, "version": estate.version}, {**change, "$inc": {"version": 1}}, session=work.session
    )
    if result.matched_count != 1:
        raise ConcurrentChange(f"estate {estate.id} changed")


def _facts_document(facts: EstateFacts) -> dict[str, Any]:
    return {
        "name": facts.name,
        "enclosure": facts.enclosure.value,
        "kind": facts.kind.value,
        "built_on": text_of(facts.built_on),
        "built_year": facts.built_year,
        "approved_gross_area": facts.approved_gross_area,
        "managed_area": facts.managed_area,
        "household_count": facts.household_count,
    }


def _document(estate: EstateRecord) -> dict[str, Any]:
    place = estate.place
    return {
        "_id": estate.id,
        "code": estate.code,
        **_facts_document(estate.facts),
        **search_keys(estate.facts.name, estate.code),
        "district": place.district,
        "street_id": place.street_id,
        "community_id": place.community_id,
        "memberships": [
            {
                "district": membership.district,
                "street_id": membership.street_id,
                "community_id": membership.community_id,
                "from": text_of(membership.from_),
                "to": text_of(membership.to),
            }
            for membership in estate.memberships
        ],
        "owners_body": estate.owners_body.value,
        "congress_id": estate.congress_id,
        "mode": estate.mode.value,
        "has_lift": estate.has_lift,
        "part_count": estate.part_count,
        "arrears_crossing": crossing_document(estate.arrears_crossing),
        "fund_custodies": custody_documents(estate.fund_custodies),
        "version": estate.version,
        "areas": estate.areas,
    }


def _record(document: Mapping[str, Any]) -> EstateRecord:
    approved = document["approved_gross_area"]
    return EstateRecord(
        id=document["_id"],
        code=document["code"],
        facts=EstateFacts(
            name=document["name"],
            enclosure=Enclosure(document["enclosure"]),
            kind=EstateKind(document["kind"]),
            built_on=day_of(document["built_on"]),
            built_year=document["built_year"],
            approved_gross_area=None if approved is None else Area(approved),
            managed_area=Area(document["managed_area"]),
            household_count=document["household_count"],
        ),
        memberships=tuple(
            Membership(
                district=membership["district"],
                street_id=membership["street_id"],
                community_id=membership["community_id"],
                from_=day_of(membership["from"]),
                to=day_of(membership["to"]),
            )
            for membership in document["memberships"]
        ),
        owners_body=OwnersBody(document["owners_body"]),
        congress_id=document["congress_id"],
        mode=ManagementMode(document["mode"]),
        has_lift=document["has_lift"],
        part_count=document["part_count"],
        # Estates that were saved before finance's facts about them were heard have neither.
        arrears_crossing=crossing_of(document.get("arrears_crossing")),
        fund_custodies=custodies_of(document.get("fund_custodies", ())),
        version=document["version"],
    )
