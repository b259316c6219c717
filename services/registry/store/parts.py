"""Buildings and exclusive parts; a part carries its ownerships, so that its shares change in one atomic write."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from pymongo import UpdateOne

from kit.area import Area
from kit.caller import Scope
from kit.days import day_of, text_of
from kit.errors import NotFound
from kit.mongo import ConcurrentChange, Reader, UnitOfWork, scoped
from kit.ratio import Ratio
from services.registry.domain.owner import Share
from services.registry.domain.ownership import Representative, Sale
from services.registry.domain.part import AreaBasis, BuildingKnown, PartKnown
from services.registry.domain.territory import Place, private_areas, public_areas
from services.registry.store.duplicates import refused_when_taken

BUILDINGS = "buildings"
PARTS = "parts"


@dataclass(frozen=True, kw_only=True)
class BuildingRecord:
    """A building as it is stored."""

    id: str
    estate_id: str
    place: Place
    label: str
    has_lift: bool
    gross_area: Area


@dataclass(frozen=True, kw_only=True)
class PartRecord:
    """An exclusive part as it is stored, with all its ownerships, past ones included."""

    id: str
    estate_id: str
    building_id: str
    place: Place
    door_number: str
    area: Area
    area_basis: AreaBasis
    ownerships: tuple[Share, ...] = ()
    sale: Sale | None = None
    representative: Representative | None = None
    version: int = 1

    @property
    def areas(self) -> list[str]:
        """The grants that see the part: the offices, who manages the estate, and its owners."""
        owner_ids = sorted({share.owner_id for share in self.ownerships})
        return private_areas(self.place, self.estate_id, part_id=self.id, owner_ids=owner_ids)


class BuildingNotFound(NotFound):
    """No building of this id, or it lies outside the caller's scope."""


class PartNotFound(NotFound):
    """No exclusive part of this id, or it lies outside the caller's scope."""


async def add_buildings(work: UnitOfWork, buildings: Sequence[BuildingRecord]) -> None:
    """Save new buildings; raises BuildingKnown when the estate has one of the label."""
    documents = [
        {
            "_id": building.id,
            "estate_id": building.estate_id,
            "district": building.place.district,
            "street_id": building.place.street_id,
            "community_id": building.place.community_id,
            "label": building.label,
            "has_lift": building.has_lift,
            "gross_area": building.gross_area,
            "areas": public_areas(building.place, building.estate_id),
        }
        for building in buildings
    ]
    with refused_when_taken(BuildingKnown("the estate has a building of this label", path=("input", "label"))):
        await work.collection(BUILDINGS).insert_many(documents, session=work.session)


async def add_parts(work: UnitOfWork, parts: Sequence[PartRecord]) -> None:
    """Save new parts; raises PartKnown when the building has one with the door number."""
    with refused_when_taken(PartKnown("the building has a part with this door number", path=("input", "doorNumber"))):
        await work.collection(PARTS).insert_many([_part_document(part) for part in parts], session=work.session)


async def building_of(work: UnitOfWork, building_id: str) -> BuildingRecord:
    """Return the building if the caller's scope covers it; raises BuildingNotFound."""
    query = scoped(work.caller.scope, {"_id": building_id})
    document = await work.collection(BUILDINGS).find_one(query, session=work.session)
    if document is None:
        raise BuildingNotFound("no building of this id", path=("input", "buildingId"), value=building_id)
    return _building(document)


async def part_of(work: UnitOfWork, part_id: str) -> PartRecord:
    """Return the part if the caller's scope covers it; raises PartNotFound."""
    document = await work.collection(PARTS).find_one(scoped(work.caller.scope, {"_id": part_id}), session=work.session)
    if document is None:
        raise PartNotFound("no exclusive part of this id", path=("input", "partId"), value=part_id)
    return _part(document)


async def find_buildings(reader: Reader, ids: Sequence[str], *, scope: Scope) -> list[BuildingRecord]:
    """Return the buildings of these ids that the scope covers, in any order."""
    cursor = reader.collection(BUILDINGS).find(scoped(scope, {"_id": {"$in": list(ids)}}), session=reader.session)
    return [_building(document) async for document in cursor]


async def find_buildings_of_estates(reader: Reader, estate_ids: Sequence[str], *, scope: Scope) -> list[BuildingRecord]:
    """Return all buildings of the estates that the scope covers, by label; an estate has some tens."""
    query = scoped(scope, {"estate_id": {"$in": list(estate_ids)}})
    cursor = reader.collection(BUILDINGS).find(query, session=reader.session)
    return sorted([_building(document) async for document in cursor], key=lambda building: building.label)


async def find_parts(reader: Reader, ids: Sequence[str], *, scope: Scope) -> list[PartRecord]:
    """Return the parts of these ids that the scope covers, in any order."""
    cursor = reader.collection(PARTS).find(scoped(scope, {"_id": {"$in": list(ids)}}), session=reader.session)
    return [_part(document) async for document in cursor]


async def find_parts_of_buildings(reader: Reader, building_ids: Sequence[str], *, scope: Scope) -> list[PartRecord]:
    """Return all parts of the buildings that the scope covers, by door; a building has some hundreds."""
    query = scoped(scope, {"building_id": {"$in": list(building_ids)}})
    cursor = reader.collection(PARTS).find(query, session=reader.session)
    return sorted([_part(document) async for document in cursor], key=lambda part: part.door_number)


async def find_parts_of_owners(reader: Reader, owner_ids: Sequence[str], *, scope: Scope) -> list[PartRecord]:
    """Return all parts that the owners hold or held and the scope covers, by door."""
    query = scoped(scope, {"ownerships.owner_id": {"$in": list(owner_ids)}})
    cursor = reader.collection(PARTS).find(query, session=reader.session)
    return sorted([_part(document) async for document in cursor], key=lambda part: part.door_number)


async def find_parts_by_door(
    reader: Reader, doors_by_building: Mapping[str, Sequence[str]], *, scope: Scope
) -> dict[tuple[str, str], PartRecord]:
    """Return the parts of these doors that the scope covers, by (building id, door number)."""
    found: dict[tuple[str, str], PartRecord] = {}
    for building_id, doors in doors_by_building.items():
        query = scoped(scope, {"building_id": building_id, "door_number": {"$in": list(doors)}})
        async for document in reader.collection(PARTS).find(query, session=reader.session):
            found[(building_id, document["door_number"])] = _part(document)
    return found


async def save_first_owners(work: UnitOfWork, parts: Sequence[PartRecord]) -> None:
    """Save the first ownerships of parts that had none; raises ConcurrentChange if one changed since it was read."""
    if not parts:
        return
    result = await work.collection(PARTS).bulk_write(
        [
            UpdateOne(
                {"_id": part.id, "version": part.version},
                {
                    "$set": {"ownerships": _ownership_documents(part), "areas": part.areas},
                    "$inc": {"version": 1},
                },
            )
            for part in parts
        ],
        session=work.session,
    )
    if result.matched_count != len(parts):
        raise ConcurrentChange("a part got its owners meanwhile")


async def save_part(work: UnitOfWork, part: PartRecord) -> None:
    """Save what changed of a part; raises PartKnown for a door that is taken, ConcurrentChange if it changed since."""
    changed = _part_document(part)
    unchanging = ("_id", "estate_id", "building_id", "district", "street_id", "community_id", "version")
    with refused_when_taken(PartKnown("the building has a part with this door number", path=("input", "doorNumber"))):
        result = await work.collection(PARTS).update_one(
            {"_id": part.id, "version": part.version},
            {
                "$set": {name: value for name, value in changed.items() if name not in unchanging},
                "$inc": {"version": 1},
            },
            session=work.session,
        )
    if result.matched_count != 1:
        raise ConcurrentChange(f"part {part.id} changed")


async def save_building(work: UnitOfWork, known: BuildingRecord, changed: BuildingRecord) -> None:
    """Save a changed building; raises BuildingKnown for a label that is taken, ConcurrentChange if it changed since."""
    with refused_when_taken(BuildingKnown("the estate has a building of this label", path=("input", "label"))):
        result = await work.collection(BUILDINGS).update_one(
            {
                "_id": known.id,
                "label": known.label,
                "has_lift": known.has_lift,
                "gross_area": known.gross_area,
            },
            {"$set": {"label": changed.label, "has_lift": changed.has_lift, "gross_area": changed.gross_area}},
            session=work.session,
        )
    if result.matched_count != 1:
        raise ConcurrentChange(f"building {known.id} changed")


def _part_document(part: PartRecord) -> dict[str, Any]:
    return {
        "_id": part.id,
        "estate_id": part.estate_id,
        "building_id": part.building_id,
        "district": part.place.district,
        "street_id": part.place.street_id,
        "community_id": part.place.community_id,
        "door_number": part.door_number,
        "area": part.area,
        "area_basis": part.area_basis.value,
        "ownerships": _ownership_documents(part),
        "sale": None
        if part.sale is None
        else {
            "developer_ids": list(part.sale.developer_ids),
            "sold_on": text_of(part.sale.sold_on),
            "delivered_on": text_of(part.sale.delivered_on),
        },
        "representative": None
        if part.representative is None
        else {"owner_id": part.representative.owner_id, "from": text_of(part.representative.from_)},
        "version": part.version,
        "areas": part.areas,
    }


def _ownership_documents(part: PartRecord) -> list[dict[str, Any]]:
    return [
        {
            "owner_id": share.owner_id,
            "share": share.share,
            "from": text_of(share.from_),
            "to": text_of(share.to),
        }
        for share in part.ownerships
    ]


def _building(document: Mapping[str, Any]) -> BuildingRecord:
    return BuildingRecord(
        id=document["_id"],
        estate_id=document["estate_id"],
        place=_place(document),
        label=document["label"],
        has_lift=document["has_lift"],
        gross_area=Area(document["gross_area"]),
    )


def _part(document: Mapping[str, Any]) -> PartRecord:
    return PartRecord(
        id=document["_id"],
        estate_id=document["estate_id"],
        building_id=document["building_id"],
        place=_place(document),
        door_number=document["door_number"],
        area=Area(document["area"]),
        area_basis=AreaBasis(document["area_basis"]),
        ownerships=tuple(_share(ownership) for ownership in document["ownerships"]),
        sale=_sale(document.get("sale")),
        representative=_representative(document.get("representative")),
        version=document["version"],
    )


def _share(document: Mapping[str, Any]) -> Share:
    from_ = day_of(document["from"])
    assert from_ is not None
    return Share(owner_id=document["owner_id"], share=Ratio(document["share"]), from_=from_, to=day_of(document["to"]))


def _sale(document: Mapping[str, Any] | None) -> Sale | None:
    if document is None:
        return None
    sold_on = day_of(document["sold_on"])
    assert sold_on is not None
    return Sale(tuple(document["developer_ids"]), sold_on, day_of(document["delivered_on"]))


def _representative(document: Mapping[str, Any] | None) -> Representative | None:
    if document is None:
        return None
    from_ = day_of(document["from"])
    assert from_ is not None
    return Representative(document["owner_id"], from_)


def _place(document: Mapping[str, Any]) -> Place:
    return Place(document["district"], document["street_id"], document["community_id"])
