"""How rows of 楼栋 land: each building in its estate."""

from collections.abc import Sequence

from kit.area import format_area
from kit.errors import Refusal
from kit.ids import new_id
from kit.mongo import UnitOfWork
from services.registry.domain import ledger
from services.registry.domain.ledger import BuildingRow, RowOutcome, RowResult
from services.registry.domain.ledger_cells import RawRow
from services.registry.domain.part import BuildingKnown
from services.registry.store.estates import count_parts_and_lifts, find_estates_by_code
from services.registry.store.parts import BuildingRecord, add_buildings, find_buildings_of_estates
from services.registry.use_cases.landing.rows import (
    ImportRules,
    distinct,
    estate_named,
    readable,
    row_result,
)


async def land_buildings(work: UnitOfWork, rows: Sequence[RawRow], rules: ImportRules) -> dict[int, RowResult]:
    """Land rows of 楼栋 and return their results by row number."""
    results: dict[int, RowResult] = {}
    read = readable(rows, ledger.read_building_row, results)
    estates = await find_estates_by_code(work, distinct(row.estate_code for _, row in read), scope=work.caller.scope)
    known = {
        (building.estate_id, building.label): building
        for building in await find_buildings_of_estates(
            work, [estate.id for estate in estates.values()], scope=work.caller.scope
        )
    }
    added: list[BuildingRecord] = []
    for row, building in read:
        try:
            estate = estate_named(estates, building.estate_code)
            registered = known.get((estate.id, building.label))
            if registered is not None:
                _require_same_building(registered, building)
                results[row.number] = row_result(row, RowOutcome.UNCHANGED)
                continue
        except Refusal as refusal:
            results[row.number] = ledger.rejected(row, refusal)
            continue
        new = BuildingRecord(
            id=new_id("bld"),
            estate_id=estate.id,
            place=estate.place,
            label=building.label,
            has_lift=building.has_lift,
            gross_area=building.gross_area,
        )
        known[(estate.id, building.label)] = new
        added.append(new)
        results[row.number] = row_result(row, RowOutcome.LANDED)
    if added:
        await add_buildings(work, added)
        with_lift = distinct(building.estate_id for building in added if building.has_lift)
        await count_parts_and_lifts(work, new_parts={}, estates_with_lift=with_lift)
    return results


def _require_same_building(registered: BuildingRecord, row: BuildingRow) -> None:
    if registered.gross_area != row.gross_area:
        raise BuildingKnown(
            f"the building is registered with {format_area(registered.gross_area)} m2; a ledger does not overwrite",
            path=(ledger.AREA,),
        )
    if registered.has_lift != row.has_lift:
        raise BuildingKnown("the building is registered otherwise; a ledger does not overwrite", path=(ledger.LIFT,))
