"""Tables written to a file on disk row by row, so that a list of any length takes the same memory."""

import csv
from collections.abc import Iterable, Sequence
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Protocol

from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.styles import Font
from openpyxl.worksheet._write_only import WriteOnlyWorksheet

from services.registry.domain.content import MediaType
from services.registry.domain.export import ROWS_OF_A_SHEET, TableFormat, safe_text

Cell = str | int | Decimal | date | None
"""What a list puts into a cell; a day is written as ISO text, which sorts as days do."""


class TableWriter(Protocol):
    """Writes one table with its headers."""

    def write(self, rows: Iterable[Sequence[Cell]]) -> None:
        """Write some more rows."""

    def close(self) -> None:
        """Finish the file."""


def table_writer(path: Path, table_format: TableFormat, *, title: str, headers: Sequence[str]) -> TableWriter:
    """Return a writer of a new file at the path."""
    if table_format is TableFormat.XLSX:
        return _WorkbookWriter(path, title, headers)
    return _CsvWriter(path, headers)


def media_type_of(table_format: TableFormat) -> MediaType:
    """Return the media type of a table file."""
    return MediaType.WORKBOOK if table_format is TableFormat.XLSX else MediaType.CSV


class _CsvWriter:
    """A CSV file in UTF-8 with a byte order mark, without which spreadsheets take Chinese for nonsense."""

    def __init__(self, path: Path, headers: Sequence[str]) -> None:
        self._file = path.open("w", encoding="utf-8-sig", newline="")
        self._writer = csv.writer(self._file)
        self._writer.writerow(headers)

    def write(self, rows: Iterable[Sequence[Cell]]) -> None:
        self._writer.writerows([_plain(cell) for cell in row] for row in rows)

    def close(self) -> None:
        self._file.close()


class _WorkbookWriter:
    """A workbook that is streamed to disk; a table longer than a sheet goes on in the next one."""

    def __init__(self, path: Path, title: str, headers: Sequence[str]) -> None:
        self._path = path
        self._title = title
        self._headers = headers
        self._workbook = Workbook(write_only=True)
        self._sheet = self._new_sheet(1)
        self._rows = 0

    def write(self, rows: Iterable[Sequence[Cell]]) -> None:
        for row in rows:
            if self._rows and self._rows % ROWS_OF_A_SHEET == 0:
                self._sheet = self._new_sheet(self._rows // ROWS_OF_A_SHEET + 1)
            self._sheet.append([_plain(cell) for cell in row])
            self._rows += 1

    def close(self) -> None:
        self._workbook.save(self._path)

    def _new_sheet(self, number: int) -> WriteOnlyWorksheet:
        sheet: WriteOnlyWorksheet = self._workbook.create_sheet(
            self._title if number == 1 else f"{self._title}{number}"
        )
        sheet.freeze_panes = "A2"
        cells = []
        for header in self._headers:
            cell = WriteOnlyCell(sheet, value=header)
            cell.font = Font(bold=True)
            cells.append(cell)
        sheet.append(cells)
        return sheet


def _plain(cell: Cell) -> str | int | Decimal | None:
    if isinstance(cell, date):
        return cell.isoformat()
    return safe_text(cell) if isinstance(cell, str) else cell
