"""Ledger files for tests: rows as clerks would type them, written as workbooks or CSV files."""

import csv
import io
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from pathlib import Path

from openpyxl import Workbook

from services.registry.domain.ledger import HEADERS, Sheet
from services.registry.domain.ledger_cells import RawRow

Cell = str | int | float | bool | date | None
Rows = Sequence[Sequence[Cell]]

ESTATE: tuple[Cell, ...] = (
    "360702-001", "丹枫小区", "360702", "解放街道", "金桂社区", "封闭", "老旧小区", date(1998, 5, 1),
    12000.5, "11000.00", 3,
)  # fmt: skip
BUILDING: tuple[Cell, ...] = ("360702-001", "1号楼", "无", 300)
PART: tuple[Cell, ...] = (
    "360702-001", "1号楼", "101室", 82.86, "产权登记", "360702-Z00001", "示例业主一", "自然人", "1.0000",
)  # fmt: skip


def changed(sheet: Sheet, row: Sequence[Cell], **cells: Cell) -> tuple[Cell, ...]:
    """Return the row with other cells, named by their header (brackets left out of the name)."""
    names = [header.split("(")[0] for header in HEADERS[sheet]]
    return tuple(cells.get(name, cell) for name, cell in zip(names, row, strict=True))


def raw_row(sheet: Sheet, row: Sequence[Cell], *, number: int = 2) -> RawRow:
    """Return a row as the file reader hands it out."""
    columns = {header: place for place, header in enumerate(HEADERS[sheet])}
    return RawRow(sheet=sheet.value, number=number, columns=columns, cells=list(row))


def part_rows(count: int) -> list[tuple[Cell, ...]]:
    """Return rows of as many different parts, each with an owner of its own."""
    return [
        changed(
            Sheet.PARTS,
            PART,
            门牌号=f"{number:04d}室",
            产权人编号=f"360702-Z{number:05d}",
            产权人姓名=f"示例业主{number}",
        )
        for number in range(count)
    ]


def write_workbook(
    path: Path, tables: Mapping[str, Rows], *, merges: Mapping[str, Iterable[str]] | None = None
) -> Path:
    """Write one sheet per title, each with its rows as they are, headers included."""
    workbook = Workbook()
    workbook.remove(workbook.worksheets[0])
    for title, rows in tables.items():
        worksheet = workbook.create_sheet(title)
        for row in rows:
            worksheet.append(list(row))
        for merged in (merges or {}).get(title, ()):
            worksheet.merge_cells(merged)
    workbook.save(path)
    return path


def ledger_tables(
    *, estates: Rows = (ESTATE,), buildings: Rows = (BUILDING,), parts: Rows = (PART,)
) -> dict[str, Rows]:
    """Return the three sheets with their headers."""
    return {
        sheet.value: [HEADERS[sheet], *rows]
        for sheet, rows in ((Sheet.ESTATES, estates), (Sheet.BUILDINGS, buildings), (Sheet.PARTS, parts))
    }


def csv_bytes(rows: Rows, *, encoding: str = "utf-8", delimiter: str = ",") -> bytes:
    """Return a CSV file of the rows."""
    text = io.StringIO()
    csv.writer(text, delimiter=delimiter).writerows(["" if cell is None else cell for cell in row] for row in rows)
    return text.getvalue().encode(encoding)
