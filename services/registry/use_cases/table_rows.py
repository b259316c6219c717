"""Tables of other columns than a ledger's, out of a workbook or a CSV file: each row under headers that are named."""

import csv
import io
import zipfile
from collections.abc import Iterator, Sequence
from typing import BinaryIO, Final
from xml.etree.ElementTree import ParseError

from openpyxl import load_workbook
from openpyxl.utils.exceptions import InvalidFileException

from services.registry.domain.ledger import columns_of
from services.registry.domain.ledger_cells import RawCell, RawRow
from services.registry.use_cases.ledger_file import LARGEST_UNPACKED_BYTES, LedgerFileRefused, ledger_encoding

_WORKBOOK_MAGIC: Final = b"PK\x03\x04"
_DAMAGED: Final = (ParseError, zipfile.BadZipFile, KeyError, ValueError, EOFError, InvalidFileException)


def table_rows(file: BinaryIO, *, required: Sequence[str], optional: Sequence[str]) -> list[RawRow]:
    """Return the rows below the first line of a small file, its first sheet of a workbook.

    Every row has all the named columns; one that the file lacks is empty. Raises LedgerFileRefused when a required
    column is missing, when a column is none of those named, or when the file cannot be read.
    """
    lines = list(_lines(file))
    headers = columns_of(lines[0][1]) if lines else {}
    missing = [header for header in required if header not in headers]
    if missing:
        raise LedgerFileRefused(f"the table lacks the columns {'、'.join(missing)}", value="、".join(headers))
    foreign = [header for header in headers if header not in (*required, *optional)]
    if foreign:
        raise LedgerFileRefused(f"the table has columns that are not taken: {'、'.join(foreign)}", value=foreign[0])
    width = max(len(cells) for _, cells in lines)
    columns = {header: headers.get(header, width) for header in (*required, *optional)}
    return [
        RawRow("表", number, columns, cells)
        for number, cells in lines[1:]
        if any(cell is not None and str(cell).strip() for cell in cells)
    ]


def _lines(file: BinaryIO) -> Iterator[tuple[int, Sequence[RawCell]]]:
    head = file.read(len(_WORKBOOK_MAGIC))
    file.seek(0)
    try:
        if head == _WORKBOOK_MAGIC:
            yield from _workbook_lines(file)
        else:
            yield from _csv_lines(file)
    except _DAMAGED as fault:
        raise LedgerFileRefused("the file is damaged and cannot be read", value=type(fault).__name__) from fault


def _workbook_lines(file: BinaryIO) -> Iterator[tuple[int, Sequence[RawCell]]]:
    with zipfile.ZipFile(file) as archive:
        if sum(entry.file_size for entry in archive.infolist()) > LARGEST_UNPACKED_BYTES:
            raise LedgerFileRefused(f"the workbook unpacks to more than {LARGEST_UNPACKED_BYTES} bytes")
    file.seek(0)
    worksheet = load_workbook(file, read_only=True, data_only=True, keep_links=False).worksheets[0]
    worksheet.reset_dimensions()
    for number, cells in enumerate(worksheet.iter_rows(values_only=True), start=1):
        yield number, [cell if isinstance(cell, RawCell) else str(cell) for cell in cells]


def _csv_lines(file: BinaryIO) -> Iterator[tuple[int, Sequence[RawCell]]]:
    encoding, _ = ledger_encoding(file)
    file.seek(0)
    text = io.TextIOWrapper(file, encoding=encoding, newline="")
    try:
        for number, record in enumerate(csv.reader(text, strict=True), start=1):
            yield number, [cell if cell.strip() else None for cell in record]
    except csv.Error as fault:
        raise LedgerFileRefused(f"the text is no CSV: {fault}") from fault
    finally:
        text.detach()
