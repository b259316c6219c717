"""Ledger files as they come: workbooks and CSV files of any usual encoding, read row by row.

Nothing here knows what a row means (`domain/ledger.py` does); it says which sheet a table is by its headers, and never
hands out text it decoded by guess.
"""

import re
import zipfile
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import islice
from typing import BinaryIO

from openpyxl.utils.cell import range_boundaries

from kit.errors import Refusal, ValidationFailed
from kit.tables.reading import (
    DAMAGED,
    HEADER_IS_AMONG_ROWS,
    Line,
    RawCell,
    TableFileRefused,
    csv_lines,
    damaged,
    encoding_of,
    is_workbook,
    open_workbook,
    sheet_lines,
)
from services.registry.domain.ledger import (
    HEADERS,
    RowOutcome,
    RowResult,
    Sheet,
    columns_of,
    require_headers,
    sheet_of,
)
from services.registry.domain.ledger_cells import RawRow

FEWEST_KNOWN_HEADERS = 2
"""A table with fewer headers of a ledger is another table, not a ledger that lacks columns."""

LARGEST_UNPACKED_BYTES = 1024 * 1024 * 1024
_CHUNK_BYTES = 256 * 1024
_MERGED = re.compile(rb'<mergeCell\s[^>]*?ref="([A-Z]+[0-9]+:[A-Z]+[0-9]+)"')
_LONGEST_MERGE_TAG = 200


@dataclass(frozen=True)
class LedgerTable:
    """One table of a ledger: what it is, its rows, and about how many there are (for the progress bar alone)."""

    title: str
    sheet: Sheet
    rows: Iterator[RawRow]
    about_rows: int


@dataclass(frozen=True)
class Ledger:
    """A ledger's tables in the order in which they have to land, and the tables that cannot be read."""

    tables: Sequence[LedgerTable]
    faults: Sequence[RowResult] = field(default=())


def open_ledger(file: BinaryIO) -> Ledger:
    """Return the ledger of a seekable file: a workbook (.xlsx) by its first bytes, else a CSV file.

    Rows are read when they are asked for, table after table. Raises TableFileRefused for what is neither, for a CSV
    file in no known encoding, and when no table has a ledger's headers.
    """
    ledger = _open_workbook(file) if is_workbook(file) else _open_csv(file)
    if not ledger.tables and not ledger.faults:
        known = "; ".join(f"{sheet.value}: {'、'.join(headers)}" for sheet, headers in HEADERS.items())
        raise TableFileRefused(f"no table with a ledger's headers ({known})")
    order = list(Sheet)
    return Ledger(tuple(sorted(ledger.tables, key=lambda table: order.index(table.sheet))), ledger.faults)


def _open_workbook(file: BinaryIO) -> Ledger:
    tables: list[LedgerTable] = []
    faults: list[RowResult] = []
    workbook = open_workbook(file, most_bytes=LARGEST_UNPACKED_BYTES)
    try:
        for worksheet in workbook.worksheets:
            about_rows = worksheet.max_row or 0
            merges = _merged_ranges(file, worksheet._worksheet_path)  # type: ignore[attr-defined]
            table = _table(worksheet.title, sheet_lines(worksheet), about_rows, merges)
            if isinstance(table, LedgerTable):
                tables.append(table)
            elif table is not None:
                faults.append(table)
    except DAMAGED as fault:
        raise damaged(fault) from fault
    return Ledger(tables, faults)


def _open_csv(file: BinaryIO) -> Ledger:
    _, lines = encoding_of(file)
    table = _table("CSV", csv_lines(file), lines, ())
    if isinstance(table, LedgerTable):
        return Ledger((table,))
    return Ledger((), (table,) if table is not None else ())


def _table(
    title: str,
    rows: Iterator[Line],
    about_rows: int,
    merges: Sequence[tuple[int, int, int, str]],
) -> LedgerTable | RowResult | None:
    """Return the table under its headers; a result that says what is wrong with them; None for another sheet."""
    looked_at: list[Line] = []
    for number, cells in islice(rows, HEADER_IS_AMONG_ROWS):
        looked_at.append((number, cells))
        found = sheet_of(cells)
        if found is not None:
            return _table_below(title, number, found[0], cells, rows, about_rows, merges)
    nearest = max(looked_at, key=lambda row: sum(cell is not None for cell in row[1]), default=None)
    if nearest is None:
        return None
    meant = next((sheet for sheet in Sheet if sheet.value == title.strip()), None) or _nearest_sheet(nearest[1])
    if meant is None:
        return None
    return _header_fault(title, nearest[0], meant, nearest[1])


def _nearest_sheet(headers: Sequence[RawCell]) -> Sheet | None:
    """Return the sheet that most headers are there of, of several the shortest; None when not even two are there."""
    known = columns_of(headers)
    present = {sheet: sum(header in known for header in needed) for sheet, needed in HEADERS.items()}
    sheet = max(Sheet, key=lambda kind: (present[kind], -len(HEADERS[kind])))
    return sheet if present[sheet] >= FEWEST_KNOWN_HEADERS else None


def _table_below(
    title: str,
    header_number: int,
    sheet: Sheet,
    headers: Sequence[RawCell],
    rows: Iterator[Line],
    about_rows: int,
    merges: Sequence[tuple[int, int, int, str]],
) -> LedgerTable | RowResult:
    fault = _header_fault(title, header_number, sheet, headers)
    if fault is not None:
        return fault
    columns = require_headers(sheet, headers)
    last_column = max(columns.values()) + 1
    in_reach = sorted(merge for merge in merges if merge[2] <= last_column and merge[1] > header_number)
    for first_row, _, _, reference in in_reach:
        if first_row <= header_number:
            return _fault(title, header_number, "the headers are in merged cells", cell=reference, value=reference)
    return LedgerTable(
        title=title,
        sheet=sheet,
        rows=_raw_rows(title, columns, rows, in_reach),
        about_rows=max(about_rows - header_number, 0),
    )


def _raw_rows(
    title: str,
    columns: dict[str, int],
    rows: Iterable[Line],
    merges: Sequence[tuple[int, int, int, str]],
) -> Iterator[RawRow]:
    waiting = iter(merges)
    coming = next(waiting, None)
    covering: list[tuple[int, str]] = []
    for number, cells in rows:
        while coming is not None and coming[0] <= number:
            covering.append((coming[1], coming[3]))
            coming = next(waiting, None)
        covering = [(last, reference) for last, reference in covering if last >= number]
        if covering:
            merged = covering[0][1]
            fault = f"the row is in the merged cells {merged}: write every row's value into its own cell"
            yield RawRow(title, number, columns, cells, fault=fault, fault_cell=merged)
        elif any(cell is not None for cell in cells):
            yield RawRow(title, number, columns, cells)


def _merged_ranges(file: BinaryIO, sheet_path: str) -> list[tuple[int, int, int, str]]:
    """Return a worksheet's merged ranges as (first row, last row, first column, "A2:A5").

    The streaming reader does not report them: they stand behind the rows, so the sheet's bytes are scanned for them.
    """
    found: list[tuple[int, int, int, str]] = []
    with zipfile.ZipFile(file) as archive, archive.open(sheet_path) as source:
        rest = b""
        while chunk := source.read(_CHUNK_BYTES):
            window = rest + chunk
            end = 0
            for match in _MERGED.finditer(window):
                reference = match.group(1).decode()
                first_column, first_row, _, last_row = range_boundaries(reference)
                found.append((int(first_row or 1), int(last_row or 1), int(first_column or 1), reference))
                end = match.end()
            rest = window[max(end, len(window) - _LONGEST_MERGE_TAG) :]
    return found


def _header_fault(title: str, number: int, sheet: Sheet, headers: Sequence[RawCell]) -> RowResult | None:
    try:
        require_headers(sheet, headers)
    except Refusal as refusal:
        return _fault(title, number, refusal.message, code=refusal.code, value=refusal.value)
    return None


def _fault(
    title: str,
    number: int,
    reason: str,
    *,
    code: str = ValidationFailed.code,
    cell: str | None = None,
    value: str | None = None,
) -> RowResult:
    return RowResult(
        sheet=title, row=number, outcome=RowOutcome.REJECTED, cell=cell, value=value, code=code, reason=reason
    )
