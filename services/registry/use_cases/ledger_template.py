"""An empty ledger for clerks to fill in: one sheet per table, with the words that a column takes."""

import io
from collections.abc import Mapping
from typing import Final

from openpyxl import Workbook
from openpyxl.styles import Font
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.worksheet import Worksheet

from services.registry.domain import ledger, ledger_masters, ledger_places
from services.registry.domain.ledger import HEADERS, Sheet

ROWS_WITH_LISTS: Final = 20_000
"""How many rows offer a column's words; rows below are read all the same."""

WORDS: Final[Mapping[str, tuple[str, ...]]] = {
    ledger.ENCLOSURE: tuple(ledger.ENCLOSURES),
    ledger.ESTATE_KIND: tuple(ledger.ESTATE_KINDS),
    ledger.LIFT: tuple(ledger.LIFTS),
    ledger.AREA_BASIS: tuple(ledger.AREA_BASES),
    ledger.OWNER_KIND: tuple(ledger.OWNER_KINDS),
    ledger.PROVIDER_KIND: tuple(ledger_masters.PROVIDER_KINDS),
    ledger.PROVIDER_SOURCE: tuple(ledger_masters.PROVIDER_SOURCES),
    ledger.GRID_DEPARTMENT: tuple(ledger_masters.GRID_DEPARTMENTS),
    ledger.FACILITY_KIND: tuple(ledger_places.FACILITY_KINDS),
    ledger.SITE: tuple(ledger_places.SITES),
    ledger.ROOM_SOURCE: tuple(ledger_places.ROOM_SOURCES),
}
"""The words of each column that takes no others."""


def ledger_template(sheets: tuple[Sheet, ...] = tuple(Sheet)) -> bytes:
    """Return a workbook with an empty table of each sheet; read back, it is a ledger without rows."""
    workbook = Workbook()
    first = workbook.active
    assert first is not None
    workbook.remove(first)
    for sheet in sheets:
        _add_table(workbook.create_sheet(sheet.value), sheet)
    buffer = io.BytesIO()
    workbook.save(buffer)
    return buffer.getvalue()


def _add_table(worksheet: Worksheet, sheet: Sheet) -> None:
    worksheet.freeze_panes = "A2"
    for column, header in enumerate(HEADERS[sheet], start=1):
        letter = get_column_letter(column)
        cell = worksheet.cell(row=1, column=column, value=header)
        cell.font = Font(bold=True)
        worksheet.column_dimensions[letter].width = max(12, 2 * len(header) + 4)
        if header in WORDS:
            words = DataValidation(type="list", formula1=f'"{",".join(WORDS[header])}"', allow_blank=True)
            worksheet.add_data_validation(words)
            words.add(f"{letter}2:{letter}{ROWS_WITH_LISTS}")
