"""Tables written to a file on disk row by row, so that a table of any length takes the same memory."""

import csv
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Final, Protocol, cast

from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.styles import Font
from openpyxl.utils import get_column_letter
from openpyxl.worksheet._write_only import WriteOnlyWorksheet
from openpyxl.worksheet.header_footer import HeaderFooterItem
from openpyxl.worksheet.properties import PageSetupProperties
from openpyxl.worksheet.worksheet import Worksheet

from kit.money import Fen, format_money

ROWS_OF_A_SHEET: Final = 1_000_000
"""A sheet of a workbook holds 1,048,576 rows; what is more goes on in another sheet."""

WORKBOOK_TYPE: Final = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"

_RUN_BY_SPREADSHEETS: Final = ("=", "+", "-", "@", "\t", "\r")
_YUAN_FORMAT: Final = "#,##0.00"
_WIDE: Final = ("F", "W")
_NARROWEST: Final = 14
"""Columns hold "999,999,999.99": a spreadsheet shows a number that is wider than its column as "####"."""

_WIDEST: Final = 60
_A4: Final = 9


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
    """A workbook that is streamed to disk; a table longer than a sheet goes on in the next one.

    Its columns are as wide as the headers and the first rows need. It prints on A4 across, all columns on one page's
    width, the headers and the page's number on every page.
    """

    def __init__(self, path: Path, title: str, headers: Sequence[str]) -> None:
        self._path = path
        self._title = title
        self._headers = headers
        self._workbook = Workbook(write_only=True)
        self._sheet: WriteOnlyWorksheet | None = None
        self._widths: list[int] = []
        self._rows = 0

    def write(self, rows: Iterable[Sequence[Cell]]) -> None:
        page = list(rows)
        if self._sheet is None:
            self._widths = _widths(self._headers, page)
            self._sheet = self._new_sheet(1)
        for row in page:
            if self._rows and self._rows % ROWS_OF_A_SHEET == 0:
                self._sheet = self._new_sheet(self._rows // ROWS_OF_A_SHEET + 1)
            self._sheet.append([self._cell(self._sheet, cell) for cell in row])
            self._rows += 1

    def close(self) -> None:
        self.write(())
        self._workbook.save(self._path)

    def _cell(self, sheet: WriteOnlyWorksheet, cell: Cell) -> object:
        plain = _plain(cell)
        if not isinstance(plain, Decimal):
            return plain
        # The library writes sixteen digits of a float, 0.07 as 0.07000000000000001: the digits go in as they are.
        shown = WriteOnlyCell(sheet, value=f"{plain:f}")
        shown.data_type = "n"
        if isinstance(cell, Yuan):
            shown.number_format = _YUAN_FORMAT
        return shown

    def _new_sheet(self, number: int) -> WriteOnlyWorksheet:
        sheet: WriteOnlyWorksheet = self._workbook.create_sheet(
            self._title if number == 1 else f"{self._title}{number}"
        )
        _lay_out(sheet, self._widths, title=self._title)
        cells = []
        for header in self._headers:
            cell = WriteOnlyCell(sheet, value=header)
            cell.font = Font(bold=True)
            cells.append(cell)
        sheet.append(cells)
        return sheet


def _lay_out(sheet: WriteOnlyWorksheet, widths: Sequence[int], *, title: str) -> None:
    """Set up columns and pages: a file has them before its rows, so this comes before the first of them."""
    # It has what an ordinary sheet has of these, though its types do not say so.
    page = cast(Worksheet, sheet)
    page.freeze_panes = "A2"
    for place, width in enumerate(widths, start=1):
        page.column_dimensions[get_column_letter(place)].width = width
    page.print_title_rows = "1:1"
    page.page_setup.orientation = "landscape"
    page.page_setup.paperSize = _A4
    page.page_setup.fitToHeight = 0
    page.sheet_properties.pageSetUpPr = PageSetupProperties(fitToPage=True)
    foot = HeaderFooterItem()
    foot.center.text = f"{title}　第 &P 页，共 &N 页"
    page.HeaderFooter.oddFooter = foot


def _widths(headers: Sequence[str], rows: Sequence[Sequence[Cell]]) -> list[int]:
    """Return how wide each column is, in letters: a Chinese one is as wide as two others."""
    needed = [_letters(header) for header in headers]
    for row in rows:
        needed = [max(width, _letters(_shown(cell))) for width, cell in zip(needed, row, strict=True)]
    return [min(max(width + 2, _NARROWEST), _WIDEST) for width in needed]


def _letters(text: str) -> int:
    return sum(2 if unicodedata.east_asian_width(letter) in _WIDE else 1 for letter in text)


def _shown(cell: Cell) -> str:
    return f"{cell.number:,.2f}" if isinstance(cell, Yuan) else str(_plain(cell) or "")


def _plain(cell: Cell) -> str | int | Decimal | None:
    if isinstance(cell, Yuan):
        return cell.number
    if isinstance(cell, date):
        return cell.isoformat()
    return safe_text(cell) if isinstance(cell, str) else cell
