"""How rows of 设施设备 land: each facility in its estate, or in one of its buildings."""

from collections.abc import Sequence
from dataclasses import replace

from kit.errors import Refusal
from kit.ids import new_id
from kit.mongo import UnitOfWork
from services.registry.domain import ledger
from services.registry.domain.facility import FacilityKnown, check_facility
from services.registry.domain.ledger import RowOutcome, RowResult
from services.registry.domain.ledger_cells import RawRow
from services.registry.domain.ledger_places import FacilityRow, read_facility_row
from services.registry.domain.text import checked_name
from services.registry.store.estates import EstateRecord, find_estates_by_code
from services.registry.store.facilities import FacilityRecord, add_facility, find_facilities_of_estates
from services.registry.store.parts import find_buildings_of_estates
from services.registry.use_cases.landing.parts import BuildingNotRegistered
from services.registry.use_cases.landing.rows import ImportRules, distinct, estate_named, readable, row_result


async def land_facilities(work: UnitOfWork, rows: Sequence[RawRow], _: ImportRules) -> dict[int, RowResult]:
    """Land rows of 设施设备 and return their results by row number."""
    results: dict[int, RowResult] = {}
    read = readable(rows, read_facility_row, results)
    scope = work.caller.scope
    estates = await find_estates_by_code(work, distinct(row.estate_code for _, row in read), scope=scope)
    estate_ids = [estate.id for estate in estates.values()]
    buildings = {
        (building.estate_id, building.label): building.id
        for building in await find_buildings_of_estates(work, estate_ids, scope=scope)
    }
    known = {
        (record.estate_id, record.facility.name): record
        for record in await find_facilities_of_estates(work, estate_ids, scope=scope)
    }
    for raw, row in read:
        try:
            estate = estate_named(estates, row.estate_code)
            new = _record(estate, row, buildings)
            registered = known.get((estate.id, new.facility.name))
            if registered is not None:
                _require_same_facility(registered, new)
                results[raw.number] = row_result(raw, RowOutcome.UNCHANGED)
                continue
        except Refusal as refusal:
            results[raw.number] = ledger.rejected(raw, refusal)
            continue
        await add_facility(work, new)
        known[(estate.id, new.facility.name)] = new
        results[raw.number] = row_result(raw, RowOutcome.LANDED)
    return results


def _record(estate: EstateRecord, row: FacilityRow, buildings: dict[tuple[str, str], str]) -> FacilityRecord:
    building_id = None
    if row.building is not None:
        building_id = buildings.get((estate.id, row.building))
        if building_id is None:
            raise BuildingNotRegistered(
                f"the estate has no building {row.building!r}", path=(ledger.BUILDING,), value=row.building
            )
    name = checked_name(row.facility.name, path=(ledger.FACILITY_NAME,))
    facility = replace(row.facility, name=name)
    try:
        check_facility(facility, in_a_building=building_id is not None)
    except Refusal as refusal:
        refusal.path = (ledger.SITE,)
        raise
    return FacilityRecord(
        id=new_id("fac"), estate_id=estate.id, building_id=building_id, place=estate.place, facility=facility
    )


def _require_same_facility(registered: FacilityRecord, new: FacilityRecord) -> None:
    if (registered.facility, registered.building_id) != (new.facility, new.building_id):
        raise FacilityKnown(
            "a facility of this name is registered otherwise; a ledger does not overwrite",
            path=(ledger.FACILITY_NAME,),
            value=new.facility.name,
        )
