"""Tables written to a file on disk row by row, so that a table of any length takes the same memory."""

import csv
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Final, Protocol

from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.styles import Font
from openpyxl.worksheet._write_only import WriteOnlyWorksheet

from kit.money import Fen, format_money

ROWS_OF_A_SHEET: Final = 1_000_000
"""A sheet of a workbook holds 1,048,576 rows; what is more goes on in another sheet."""

WORKBOOK_TYPE: Final = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"

_RUN_BY_SPREADSHEETS: Final = ("=", "+", "-", "@", "\t", "\r")
_YUAN_FORMAT: Final = "#,##0.00"


@dataclass(frozen=True)
class Yuan:
    """An amount for a cell: a number of yuan with two decimals, exact to the fen."""

    fen: Fen

    @property
    def number(self) -> Decimal:
        """The amount in yuan."""
        return Decimal(format_money(self.fen))


Cell = str | int | Decimal | date | Yuan | None
"""What a table puts into a cell; a day is written as ISO text, which sorts as days do."""


class TableWriter(Protocol):
    """Writes one table with its headers."""

    def write(self, rows: Iterable[Sequence[Cell]]) -> None:
        """Write some more rows."""

    def close(self) -> None:
        """Finish the file."""


def safe_text(text: str) -> str:
    """Return the text as a cell that no spreadsheet takes for a formula: an apostrophe stands before what it would run.

    Names and references come from people; "=HYPERLINK(…)" in a name must stay a name on the reader's desk.
    """
    return f"'{text}" if text.startswith(_RUN_BY_SPREADSHEETS) else text


class CsvWriter:
    """A CSV file in UTF-8 with a byte order mark, without which spreadsheets take Chinese for nonsense."""

    def __init__(self, path: Path, headers: Sequence[str]) -> None:
        self._file = path.open("w", encoding="utf-8-sig", newline="")
        self._writer = csv.writer(self._file)
        self._writer.writerow(headers)

    def write(self, rows: Iterable[Sequence[Cell]]) -> None:
        self._writer.writerows([_plain(cell) for cell in row] for row in rows)

    def close(self) -> None:
        self._file.close()


class WorkbookWriter:
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
            self._sheet.append([self._cell(cell) for cell in row])
            self._rows += 1

    def close(self) -> None:
        self._workbook.save(self._path)

    def _cell(self, cell: Cell) -> object:
        if not isinstance(cell, Yuan):
            return _plain(cell)
        shown = WriteOnlyCell(self._sheet)
        shown.value = cell.number
        shown.number_format = _YUAN_FORMAT
        return shown

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
    if isinstance(cell, Yuan):
        return cell.number
    if isinstance(cell, date):
        return cell.isoformat()
    return safe_text(cell) if isinstance(cell, str) else cell
