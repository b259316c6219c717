"""Ledger files as they come: workbooks and CSV files of any usual encoding, read row by row.

Nothing here knows what a row means (`domain/ledger.py` does); it says which sheet a table is by its headers, and never
hands out text it decoded by guess.
"""

import csv
import io
import re
import zipfile
import zlib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import islice
from typing import Any, BinaryIO
from xml.etree.ElementTree import ParseError

from openpyxl import load_workbook
from openpyxl.utils.cell import range_boundaries
from openpyxl.utils.exceptions import InvalidFileException

from kit.errors import Refusal, ValidationFailed
from kit.tables.reading import TableFileRefused, encoding_of
from services.registry.domain.ledger import (
    HEADERS,
    RowOutcome,
    RowResult,
    Sheet,
    columns_of,
    require_headers,
    sheet_of,
)
from services.registry.domain.ledger_cells import RawCell, RawRow

HEADER_IS_AMONG_ROWS = 10
"""A title or a note may stand above the headers; further down they are not looked for."""

FEWEST_KNOWN_HEADERS = 2
"""A table with fewer headers of a ledger is another table, not a ledger that lacks columns."""

LARGEST_UNPACKED_BYTES = 1024 * 1024 * 1024
_CHUNK_BYTES = 256 * 1024
_WORKBOOK_MAGIC = b"PK\x03\x04"
_OLD_WORKBOOK_MAGIC = bytes.fromhex("d0cf11e0a1b11ae1")
_MERGED = re.compile(rb'<mergeCell\s[^>]*?ref="([A-Z]+[0-9]+:[A-Z]+[0-9]+)"')
_LONGEST_MERGE_TAG = 200
_DAMAGED = (ParseError, zipfile.BadZipFile, zlib.error, KeyError, ValueError, EOFError, InvalidFileException)


class LedgerFileRefused(ValidationFailed):
    """The file as a whole cannot be read: its kind, its encoding or its tables."""


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
    """Return the ledger of a seekable file, told by its first bytes: a workbook (.xlsx), else a CSV file.

    Rows are read when they are asked for, table after table. Raises LedgerFileRefused for what is neither, for a CSV
    file in no known encoding, and when no table has a ledger's headers.
    """
    head = file.read(len(_OLD_WORKBOOK_MAGIC))
    file.seek(0)
    if head == _OLD_WORKBOOK_MAGIC:
        raise LedgerFileRefused("an old .xls or a locked workbook: save it as .xlsx without a password", value=".xls")
    ledger = _open_workbook(file) if head.startswith(_WORKBOOK_MAGIC) else _open_csv(file)
    if not ledger.tables and not ledger.faults:
        known = "; ".join(f"{sheet.value}: {'、'.join(headers)}" for sheet, headers in HEADERS.items())
        raise LedgerFileRefused(f"no table with a ledger's headers ({known})")
    order = list(Sheet)
    return Ledger(tuple(sorted(ledger.tables, key=lambda table: order.index(table.sheet))), ledger.faults)


def _open_workbook(file: BinaryIO) -> Ledger:
    tables: list[LedgerTable] = []
    faults: list[RowResult] = []
    try:
        with zipfile.ZipFile(file) as archive:
            if sum(entry.file_size for entry in archive.infolist()) > LARGEST_UNPACKED_BYTES:
                raise LedgerFileRefused(f"the workbook unpacks to more than {LARGEST_UNPACKED_BYTES} bytes")
        file.seek(0)
        workbook = load_workbook(file, read_only=True, data_only=True, keep_links=False)
        for worksheet in workbook.worksheets:
            about_rows = worksheet.max_row or 0
            # A wrong <dimension> of the writing program would cut rows off.
            worksheet.reset_dimensions()
            merges = _merged_ranges(file, worksheet._worksheet_path)  # type: ignore[attr-defined]
            table = _table(worksheet.title, _workbook_rows(worksheet), about_rows, merges)
            if isinstance(table, LedgerTable):
                tables.append(table)
            elif table is not None:
                faults.append(table)
    except _DAMAGED as fault:
        raise LedgerFileRefused("the workbook is damaged and cannot be read", value=type(fault).__name__) from fault
    return Ledger(tables, faults)


def _workbook_rows(worksheet: Any) -> Iterator[tuple[int, Sequence[RawCell]]]:
    for number, cells in enumerate(worksheet.iter_rows(values_only=True), start=1):
        yield number, [cell if isinstance(cell, RawCell) else str(cell) for cell in cells]


def ledger_encoding(file: BinaryIO) -> tuple[str, int]:
    """Return the encoding that the whole file is valid in, and its count of lines; raises LedgerFileRefused."""
    try:
        return encoding_of(file)
    except TableFileRefused as refusal:
        raise LedgerFileRefused(refusal.message, value=refusal.value) from refusal


def _open_csv(file: BinaryIO) -> Ledger:
    encoding, lines = ledger_encoding(file)
    file.seek(0)
    text = io.TextIOWrapper(file, encoding=encoding, newline="")
    first_line = text.readline()
    text.seek(0)
    delimiter = max(",\t;", key=first_line.count)
    table = _table("CSV", _csv_rows(text, delimiter), lines, ())
    if isinstance(table, LedgerTable):
        return Ledger((table,))
    return Ledger((), (table,) if table is not None else ())


def _csv_rows(text: io.TextIOWrapper, delimiter: str) -> Iterator[tuple[int, Sequence[RawCell]]]:
    reader = csv.reader(text, delimiter=delimiter, strict=True)
    number = 1
    try:
        for record in reader:
            yield number, [cell if cell.strip() else None for cell in record]
            number = reader.line_num + 1
    except csv.Error as fault:
        raise LedgerFileRefused(f"line {number} is no CSV: {fault}", value=f"line {number}") from fault


def _table(
    title: str,
    rows: Iterator[tuple[int, Sequence[RawCell]]],
    about_rows: int,
    merges: Sequence[tuple[int, int, int, str]],
) -> LedgerTable | RowResult | None:
    """Return the table under its headers; a result that says what is wrong with them; None for another sheet."""
    looked_at: list[tuple[int, Sequence[RawCell]]] = []
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
    rows: Iterator[tuple[int, Sequence[RawCell]]],
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
    rows: Iterable[tuple[int, Sequence[RawCell]]],
    merges: Sequence[tuple[int, int, int, str]],
) -> Iterator[RawRow]:
    waiting = iter(merges)
    coming = next(waiting, None)
    covering: list[tuple[int, str]] = []
    try:
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
    except _DAMAGED as damage:
        raise LedgerFileRefused(f"sheet {title!r} is damaged", value=type(damage).__name__) from damage


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
