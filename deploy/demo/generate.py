"""Write the demonstration ledger: `python -m deploy.demo.generate [DIRECTORY]` (default: this directory).

The workbook `demo-city.xlsx` has the sheets 小区, 楼栋 and 房屋; `sample-*.csv` is one small further estate in the
form of one file per sheet (UTF-8 with BOM, as a spreadsheet program saves it). Written again, the files are the same.
"""

from __future__ import annotations

import csv
import re
import sys
import zipfile
from collections.abc import Iterator, Sequence
from datetime import date
from io import BytesIO
from pathlib import Path

from openpyxl import Workbook

from deploy.demo.city import (
    BUILDING_HEADERS,
    ESTATE_HEADERS,
    PART_HEADERS,
    City,
    demo_city,
    sample_estate,
)

WORKBOOK_NAME = "demo-city.xlsx"
CSV_NAMES = {"小区": "sample-estates.csv", "楼栋": "sample-buildings.csv", "房屋": "sample-parts.csv"}
Cell = str | int | float | date | None

_WRITTEN_AT = (2024, 1, 1, 0, 0, 0)
_TIMESTAMP = re.compile(rb"(<dcterms:(?:created|modified)[^>]*>)[^<]*")


def square_metres(hundredths: int) -> str:
    """Return an area of whole hundredths as the ledger's text, e.g. 8345 as "83.45"."""
    return f"{hundredths // 100}.{hundredths % 100:02d}"


def sheets(city: City) -> dict[str, tuple[Sequence[str], Iterator[tuple[Cell, ...]]]]:
    """Return each sheet's headers and rows; areas are text with two decimals, dates are dates."""
    estates: Iterator[tuple[Cell, ...]] = (
        (
            row.code,
            row.name,
            row.district,
            row.street,
            row.community,
            row.enclosure,
            row.kind,
            row.built_on,
            None if row.approved_gross_area is None else square_metres(row.approved_gross_area),
            square_metres(row.managed_area),
            row.households,
        )
        for row in city.estates
    )
    buildings: Iterator[tuple[Cell, ...]] = (
        (row.estate_code, row.label, "有" if row.has_lift else "无", square_metres(row.area)) for row in city.buildings
    )
    ownerships: Iterator[tuple[Cell, ...]] = (
        (
            row.estate_code,
            row.building,
            row.door,
            square_metres(row.area),
            row.area_basis,
            row.owner_code,
            row.owner_name,
            row.owner_kind,
            row.share,
        )
        for row in city.ownerships
    )
    return {
        "小区": (ESTATE_HEADERS, estates),
        "楼栋": (BUILDING_HEADERS, buildings),
        "房屋": (PART_HEADERS, ownerships),
    }


def write_workbook(city: City, path: Path) -> None:
    """Write the ledger as one workbook whose bytes depend on the rows alone (no time of writing inside)."""
    workbook = Workbook(write_only=True)
    for title, (headers, rows) in sheets(city).items():
        sheet = workbook.create_sheet(title)
        sheet.append(list(headers))
        for row in rows:
            sheet.append([_as_number(header, cell) for header, cell in zip(headers, row, strict=True)])
    written = BytesIO()
    workbook.save(written)
    with zipfile.ZipFile(written) as source, zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as out:
        for name in sorted(source.namelist()):
            body = _TIMESTAMP.sub(rb"\g<1>2024-01-01T00:00:00Z", source.read(name))
            out.writestr(zipfile.ZipInfo(name, _WRITTEN_AT), body, zipfile.ZIP_DEFLATED, 9)


def write_csv_files(city: City, directory: Path) -> None:
    """Write the ledger as one CSV file per sheet, with the workbook's headers."""
    for title, (headers, rows) in sheets(city).items():
        with (directory / CSV_NAMES[title]).open("w", encoding="utf-8-sig", newline="") as file:
            writer = csv.writer(file)
            writer.writerow(headers)
            writer.writerows(["" if cell is None else cell for cell in row] for row in rows)


def _as_number(header: str, cell: Cell) -> Cell:
    """Return an area as a spreadsheet number, as clerks type it; everything else, codes above all, stays as it is."""
    if header.startswith(("建筑面积", "规划核准", "物业管理面积")) and isinstance(cell, str):
        return float(cell)
    return cell


def main(arguments: Sequence[str]) -> int:
    """Write all files into the directory named first, or into this package's own."""
    directory = Path(arguments[0]) if arguments else Path(__file__).parent
    directory.mkdir(parents=True, exist_ok=True)
    city = demo_city()
    write_workbook(city, directory / WORKBOOK_NAME)
    write_csv_files(sample_estate(), directory)
    print(
        f"{directory / WORKBOOK_NAME}: {len(city.estates)} estates, {len(city.buildings)} buildings, "
        f"{city.part_count} parts, {len(city.ownerships)} ownership rows"
    )
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
