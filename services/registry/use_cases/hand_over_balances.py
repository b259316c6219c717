"""Check a file of opening balances against the registry and write what finance takes over: all rows, or nothing."""

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import BinaryIO, Final

from kit.caller import Caller
from kit.clock import Clock, business_date
from kit.errors import Refusal
from kit.money import Fen, format_money
from kit.mongo import Mongo
from services.registry.domain import ledger
from services.registry.domain.handed_over import HandedOverRow, rows_of, tables_of
from services.registry.domain.ledger import RowRepeated, RowResult
from services.registry.domain.ledger_cells import RawRow
from services.registry.domain.opening_balance import (
    COLUMNS,
    OPTIONAL_COLUMNS,
    BalanceRow,
    OpeningFund,
    read_balance_row,
    require_one_day,
    sums_by_fund,
)
from services.registry.store.estates import EstateRecord, find_estates_by_code
from services.registry.store.parts import PartRecord, find_buildings_of_estates, find_parts_by_door
from services.registry.use_cases.landing.parts import BuildingNotRegistered
from services.registry.use_cases.landing.rows import distinct, estate_named
from services.registry.use_cases.roles import KEEP_ESTATES
from services.registry.use_cases.table_rows import table_rows

CODES_OF_A_READ: Final = 500


class DoorNotRegistered(BuildingNotRegistered):
    """The row belongs to a part that the registry does not have."""


@dataclass(frozen=True)
class HandOver:
    """What finance takes over: the checked tables, their hashes, the sums; or the rows that stand against it."""

    rejected: Sequence[RowResult]
    tables: Sequence[bytes]
    manifest: bytes
    sums: dict[OpeningFund, Fen]
    rows: int


@dataclass
class _Known:
    """The estates and parts that the file names and the caller's scope covers."""

    estates: dict[str, EstateRecord]
    buildings: dict[tuple[str, str], str]
    parts: dict[tuple[str, str], PartRecord]

    @classmethod
    async def of(cls, mongo: Mongo, rows: Sequence[BalanceRow], caller: Caller) -> "_Known":
        codes = distinct(row.estate_code for row in rows)
        estates: dict[str, EstateRecord] = {}
        buildings: dict[tuple[str, str], str] = {}
        for start in range(0, len(codes), CODES_OF_A_READ):
            some = await find_estates_by_code(mongo, codes[start : start + CODES_OF_A_READ], scope=caller.scope)
            estates.update(some)
            found = await find_buildings_of_estates(mongo, [estate.id for estate in some.values()], scope=caller.scope)
            buildings.update({(building.estate_id, building.label): building.id for building in found})
        doors: dict[str, set[str]] = {}
        for row in rows:
            if row.door is not None and row.building is not None and row.estate_code in estates:
                building_id = buildings.get((estates[row.estate_code].id, row.building))
                if building_id is not None:
                    doors.setdefault(building_id, set()).add(row.door)
        parts = await find_parts_by_door(
            mongo, {building: sorted(wanted) for building, wanted in doors.items()}, scope=caller.scope
        )
        return cls(estates, buildings, parts)

    def place(self, row: BalanceRow) -> tuple[EstateRecord, str | None]:
        """Return the row's estate and part; raises EstateNotRegistered, BuildingNotRegistered, DoorNotRegistered."""
        estate = estate_named(self.estates, row.estate_code)
        if row.building is None or row.door is None:
            return estate, None
        building_id = self.buildings.get((estate.id, row.building))
        if building_id is None:
            raise BuildingNotRegistered(
                f"the estate has no building {row.building!r}", path=(ledger.BUILDING,), value=row.building
            )
        part = self.parts.get((building_id, row.door))
        if part is None:
            raise DoorNotRegistered(f"the building has no door {row.door!r}", path=(ledger.DOOR,), value=row.door)
        return estate, part.id


async def hand_over_balances(mongo: Mongo, file: BinaryIO, *, caller: Caller, clock: Clock) -> HandOver:
    """Return the checked balances with estate and part ids, or every row that cannot be taken over.

    One bad row keeps the whole file back: sums that lack a row would reconcile with no bank statement. Raises
    ForbiddenActor, and ValidationFailed for a file that cannot be read.
    """
    caller.require_role(*KEEP_ESTATES)
    raw_rows = table_rows(file, required=COLUMNS, optional=OPTIONAL_COLUMNS)
    today = business_date(clock.now())
    rejected: list[RowResult] = []
    read: list[tuple[RawRow, BalanceRow]] = []
    for raw in raw_rows:
        try:
            read.append((raw, read_balance_row(raw, today=today)))
        except Refusal as refusal:
            rejected.append(ledger.rejected(raw, refusal))
    known = await _Known.of(mongo, [row for _, row in read], caller)
    seen: set[tuple[str | None, ...]] = set()
    handed_over: list[HandedOverRow] = []
    for raw, row in read:
        try:
            estate, part_id = known.place(row)
            require_one_day(read[0][1].as_of, row)
            if row.key in seen:
                raise RowRepeated("an earlier row states this balance", path=(ledger.ESTATE_CODE,))
        except Refusal as refusal:
            rejected.append(ledger.rejected(raw, refusal))
            continue
        seen.add(row.key)
        handed_over.append(HandedOverRow(estate.place.district, estate.id, part_id, row))
    if rejected:
        return HandOver(sorted(rejected, key=lambda result: result.row), (), b"", {}, len(raw_rows))
    sums = sums_by_fund(row for _, row in read)
    tables = tables_of(handed_over)
    return HandOver((), tables, _manifest(tables, [row for _, row in read], sums), sums, len(handed_over))


def table_name(number: int) -> str:
    """Return the name of a table's file, by its number from 1."""
    return f"opening-balances-{number}.csv"


def _manifest(tables: Sequence[bytes], rows: Sequence[BalanceRow], sums: dict[OpeningFund, Fen]) -> bytes:
    said = {
        "asOf": rows[0].as_of.isoformat() if rows else None,
        "rows": len(rows),
        "sums": {fund.value: format_money(total) for fund, total in sums.items()},
        "files": [
            {"name": table_name(number), "rows": rows_of(table), "sha256": hashlib.sha256(table).hexdigest()}
            for number, table in enumerate(tables, start=1)
        ],
    }
    return (json.dumps(said, ensure_ascii=False, indent=2) + "\n").encode()
