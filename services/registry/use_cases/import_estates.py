"""Import a ledger (台账) of any master data: good rows land, bad rows are reported with cell, value and reason.

The ledger never overwrites: a row that says what the registry has is UNCHANGED, one that says something else is
refused, because the ledger may be the older one. So an import can be repeated, and taken up again after a kill.
"""

import base64
import binascii
import io
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import BinaryIO

from kit.caller import Caller
from kit.clock import Clock
from kit.errors import Duplicate, OutOfRange, ValidationFailed
from kit.idempotency import Outcome
from kit.mongo import ConcurrentChange, Mongo, UnitOfWork, run_unit_of_work
from policy.policies import Policies
from services.registry.domain.ledger import RowResult, Sheet
from services.registry.domain.ledger_cells import RawRow
from services.registry.use_cases.landing.buildings import land_buildings
from services.registry.use_cases.landing.estates import land_estates
from services.registry.use_cases.landing.facilities import land_facilities
from services.registry.use_cases.landing.grid_contacts import land_grid_contacts
from services.registry.use_cases.landing.owners import land_owners
from services.registry.use_cases.landing.parts import land_parts
from services.registry.use_cases.landing.property_rooms import land_property_rooms
from services.registry.use_cases.landing.providers import land_providers
from services.registry.use_cases.landing.rows import ImportRules, part_key
from services.registry.use_cases.landing.territory import land_territory
from services.registry.use_cases.ledger_file import Ledger, LedgerTable, open_ledger
from services.registry.use_cases.roles import KEEP_ESTATES, REGISTER_TERRITORY

Landing = Callable[[UnitOfWork, Sequence[RawRow], ImportRules], Awaitable[dict[int, RowResult]]]

LANDINGS: Mapping[Sheet, Landing] = {
    Sheet.TERRITORY: land_territory,
    Sheet.PROPERTY_ROOMS: land_property_rooms,
    Sheet.PROVIDERS: land_providers,
    Sheet.GRID_CONTACTS: land_grid_contacts,
    Sheet.ESTATES: land_estates,
    Sheet.BUILDINGS: land_buildings,
    Sheet.FACILITIES: land_facilities,
    Sheet.OWNERS: land_owners,
    Sheet.PARTS: land_parts,
}
"""How the rows of each sheet land."""

ROWS_IN_ONE_UNIT = 500
MOST_ROWS_OF_A_MUTATION = 2_000
MOST_ROWS_OF_A_REHEARSAL = 20_000
"""A dry run is one transaction, because later rows stand on earlier ones; a store ends one that takes too long."""

LARGEST_MUTATION_FILE_BYTES = 2 * 1024 * 1024
LARGEST_COMMAND_FILE_BYTES = 200 * 1024 * 1024


class LedgerTooLarge(OutOfRange):
    """The ledger is larger than one request may be; the command imports larger ones."""


@dataclass(frozen=True, kw_only=True)
class ImportEstates:
    """A ledger file in one request; with `register_territory`, unknown streets and communities are registered."""

    content_base64: str
    register_territory: bool


async def import_estates(work: UnitOfWork, command: ImportEstates, *, policies: Policies) -> Outcome:
    """Import a small ledger in one unit of work; `details["rows"]` has every row's result.

    Raises LedgerTooLarge beyond 2 MiB or 2,000 rows, ValidationFailed for content that is no base64 and for a file that
    cannot be read. Nothing of a file that is refused as a whole lands.
    """
    require_importer(work.caller, register_territory=command.register_territory)
    rules = ImportRules(policies, command.register_territory)
    opened = open_ledger(decoded_ledger(command.content_base64))
    results = list(opened.faults)
    count = 0
    for table in opened.tables:
        for rows in batches(table, ROWS_IN_ONE_UNIT):
            count += len(rows)
            if count > MOST_ROWS_OF_A_MUTATION:
                raise LedgerTooLarge(
                    f"one request imports at most {MOST_ROWS_OF_A_MUTATION} rows; use the command for more",
                    path=("input", "contentBase64"),
                    value=count,
                )
            results += await land_rows(work, table.sheet, rows, rules)
    return Outcome(details={"rows": [result_data(result) for result in results]})


async def import_ledger(
    mongo: Mongo,
    opened: Ledger,
    *,
    caller: Caller,
    clock: Clock,
    policies_in: Callable[[UnitOfWork], Awaitable[Policies]],
    register_territory: bool,
    report: Callable[[Sequence[RowResult]], None],
    rows_in_one_unit: int = ROWS_IN_ONE_UNIT,
) -> None:
    """Import a ledger of any size, one unit of work per batch of rows; `report` gets each batch's results.

    What is committed stays when the import is killed; run again, those rows are UNCHANGED.
    """
    async for results in imported_batches(
        mongo,
        opened,
        caller=caller,
        clock=clock,
        policies_in=policies_in,
        register_territory=register_territory,
        rows_in_one_unit=rows_in_one_unit,
    ):
        report(results)


async def imported_batches(
    mongo: Mongo,
    opened: Ledger,
    *,
    caller: Caller,
    clock: Clock,
    policies_in: Callable[[UnitOfWork], Awaitable[Policies]],
    register_territory: bool,
    rows_in_one_unit: int = ROWS_IN_ONE_UNIT,
) -> AsyncIterator[Sequence[RowResult]]:
    """Import a ledger and yield the results of each batch of rows once it is committed."""
    require_importer(caller, register_territory=register_territory)
    yield opened.faults
    for table in opened.tables:
        for rows in batches(table, rows_in_one_unit):

            async def land(
                work: UnitOfWork, sheet: Sheet = table.sheet, batch: Sequence[RawRow] = rows
            ) -> list[RowResult]:
                rules = ImportRules(await policies_in(work), register_territory)
                return await land_rows(work, sheet, batch, rules)

            yield await run_unit_of_work(mongo, caller, land, clock=clock)


class _Rehearsed(Exception):
    """Rolls a dry run back, and carries what it found."""

    def __init__(self, results: list[RowResult]) -> None:
        super().__init__("a dry run writes nothing")
        self.results = results


async def rehearse_ledger(
    mongo: Mongo,
    open_file: Callable[[], Ledger],
    *,
    caller: Caller,
    clock: Clock,
    policies_in: Callable[[UnitOfWork], Awaitable[Policies]],
    register_territory: bool,
) -> list[RowResult]:
    """Return what an import of the ledger would report, and write nothing: one unit of work, rolled back.

    `open_file` opens the ledger anew for each attempt. Raises LedgerTooLarge beyond 20,000 rows.
    """
    require_importer(caller, register_territory=register_territory)

    async def rehearse(work: UnitOfWork) -> None:
        rules = ImportRules(await policies_in(work), register_territory)
        opened = open_file()
        results = list(opened.faults)
        for table in opened.tables:
            for rows in batches(table, ROWS_IN_ONE_UNIT):
                results += await land_rows(work, table.sheet, rows, rules)
                if len(results) > MOST_ROWS_OF_A_REHEARSAL:
                    raise LedgerTooLarge(
                        f"a dry run reads at most {MOST_ROWS_OF_A_REHEARSAL} rows: part the file", value=len(results)
                    )
        raise _Rehearsed(results)

    try:
        await run_unit_of_work(mongo, caller, rehearse, clock=clock)
    except _Rehearsed as rehearsed:
        return rehearsed.results
    raise AssertionError("a dry run always ends in its roll-back")


def require_importer(caller: Caller, *, register_territory: bool) -> None:
    """Raise ForbiddenActor unless the caller may keep estates, and register territory where that is asked for."""
    caller.require_role(*KEEP_ESTATES)
    if register_territory:
        caller.require_role(*REGISTER_TERRITORY)


def batches(table: LedgerTable, size: int) -> Iterator[list[RawRow]]:
    """Return the rows of a table in batches of about `size`; the rows of one part stay together."""
    batch: list[RawRow] = []
    for _, rows in groupby(table.rows, key=lambda row: part_key(row) if table.sheet is Sheet.PARTS else row.number):
        batch.extend(rows)
        if len(batch) >= size:
            yield batch
            batch = []
    if batch:
        yield batch


async def land_rows(work: UnitOfWork, sheet: Sheet, rows: Sequence[RawRow], rules: ImportRules) -> list[RowResult]:
    """Land a batch of rows of one sheet and return their results in the order of the rows."""
    if sheet is Sheet.TERRITORY:
        work.caller.require_role(*REGISTER_TERRITORY)
    try:
        results = await LANDINGS[sheet](work, rows, rules)
    except Duplicate as refusal:
        # Checked just before, so somebody else registered the same thing meanwhile: read again.
        raise ConcurrentChange(refusal.message) from refusal
    return [results[row.number] for row in rows]


def decoded_ledger(content: str) -> BinaryIO:
    """Return the file in a base64 text; raises LedgerTooLarge beyond 2 MiB, ValidationFailed for no base64."""
    path = ("input", "contentBase64")
    if len(content) > LARGEST_MUTATION_FILE_BYTES * 4 // 3 + 4:
        raise LedgerTooLarge(
            f"one request imports a file of at most {LARGEST_MUTATION_FILE_BYTES} bytes; use the command for more",
            path=path,
            value=f"{len(content)} characters",
        )
    try:
        return io.BytesIO(base64.b64decode(content, validate=True))
    except (binascii.Error, ValueError):
        raise ValidationFailed("the content is no base64", path=path, value=content[:40]) from None


def result_data(result: RowResult) -> dict[str, str | int | None]:
    """Return a row's result as an outcome keeps it."""
    return {
        "sheet": result.sheet,
        "row": result.row,
        "outcome": result.outcome.value,
        "cell": result.cell,
        "header": result.header,
        "value": result.value,
        "code": result.code,
        "reason": result.reason,
    }
