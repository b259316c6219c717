"""Tables read row by row from workbooks (.xlsx) and CSV files of any usual encoding; what is decoded is never guessed.

Nothing here knows what a column means: whoever reads says by which headers a table is known.
"""

import codecs
import csv
import io
import unicodedata
import zipfile
import zlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from itertools import islice
from typing import Any, BinaryIO, Final, TypeAlias
from xml.etree.ElementTree import ParseError

from openpyxl import Workbook, load_workbook
from openpyxl.utils.exceptions import InvalidFileException

from kit.errors import ValidationFailed

RawCell: TypeAlias = str | int | float | bool | date | datetime | time | None
"""A cell as a file holds it; a CSV file holds texts alone."""

Line: TypeAlias = tuple[int, Sequence[RawCell]]
"""A row's number in the file, from 1, and its cells."""

HEADER_IS_AMONG_ROWS: Final = 10
"""A title or a note may stand above the headers; further down they are not looked for."""

LARGEST_UNPACKED_BYTES: Final = 256 * 1024 * 1024
"""What a workbook may unpack to: a small archive can hold a sheet that fills the memory."""

_CHUNK_BYTES: Final = 256 * 1024
_WORKBOOK_MAGIC: Final = b"PK\x03\x04"
_OLD_WORKBOOK_MAGIC: Final = bytes.fromhex("d0cf11e0a1b11ae1")
DAMAGED: Final = (ParseError, zipfile.BadZipFile, zlib.error, KeyError, ValueError, EOFError, InvalidFileException)


class TableFileRefused(ValidationFailed):
    """The file as a whole cannot be read: its kind, its encoding or its headers."""


@dataclass(frozen=True)
class TableRow:
    """One row as it stands in the file: its number from 1, and its cells by the reader's names of the columns."""

    number: int
    cells: Mapping[str, RawCell]


def read_table(file: BinaryIO, columns_of: Callable[[Sequence[str]], Mapping[str, int] | None]) -> Iterator[TableRow]:
    """Yield the rows below the headers of the first table that has them, empty rows left out.

    `columns_of` gets the plain headers of a row and returns the columns by name, or None where these are no headers.
    The kind of the seekable file is told by its first bytes. Raises TableFileRefused for what is neither a workbook nor
    text, for a text in no known encoding, a damaged file, and when no table has the headers.
    """
    for table in tables(file):
        for number, cells in islice(table, HEADER_IS_AMONG_ROWS):
            columns = columns_of([plain_header(cell) if isinstance(cell, str) else "" for cell in cells])
            if columns is not None:
                return _rows_below(table, number, columns)
    raise TableFileRefused("no table with the expected headers")


def tables(file: BinaryIO) -> Iterator[Iterator[Line]]:
    """Yield the lines of each table of a seekable file: the sheets of a workbook, or the one table of a CSV file.

    Raises TableFileRefused for what is neither, for a text in no known encoding, and for a damaged file.
    """
    if not is_workbook(file):
        yield csv_lines(file)
        return
    for worksheet in open_workbook(file).worksheets:
        yield sheet_lines(worksheet)


def is_workbook(file: BinaryIO) -> bool:
    """Return whether a seekable file is a workbook, by its first bytes; raises TableFileRefused for an old one."""
    file.seek(0)
    head = file.read(len(_OLD_WORKBOOK_MAGIC))
    file.seek(0)
    if head == _OLD_WORKBOOK_MAGIC:
        raise TableFileRefused("an old .xls or a locked workbook: save it as .xlsx without a password", value=".xls")
    return head.startswith(_WORKBOOK_MAGIC)


def plain_header(text: str) -> str:
    """Return a header without spaces and with ASCII brackets, as clerks mean it."""
    return "".join(unicodedata.normalize("NFKC", text).split())


def encoding_of(file: BinaryIO) -> tuple[str, int]:
    """Return the encoding that the whole file is valid in, and its count of lines.

    A byte order mark decides; else UTF-8, else GB18030, which GBK and GB2312 are part of. No other is tried: any file
    is valid Latin-1, and would read as nonsense. Raises TableFileRefused naming the first byte that fits neither.
    """
    file.seek(0)
    head = file.read(4)
    if head.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        candidates = ["utf-16"]
    elif head.startswith(codecs.BOM_UTF8):
        candidates = ["utf-8-sig"]
    else:
        candidates = ["utf-8", "gb18030"]
    broken_at = 0
    for encoding in candidates:
        file.seek(0)
        decoder = codecs.getincrementaldecoder(encoding)()
        lines = position = 0
        try:
            while chunk := file.read(_CHUNK_BYTES):
                lines += decoder.decode(chunk).count("\n")
                position += len(chunk)
            decoder.decode(b"", final=True)
        except UnicodeDecodeError as fault:
            broken_at = position + fault.start
            continue
        return encoding, lines
    raise TableFileRefused(
        f"the text is neither UTF-8 nor GBK/GB18030: byte {broken_at} fits neither", value=f"byte {broken_at}"
    )


def _rows_below(table: Iterator[Line], header_number: int, columns: Mapping[str, int]) -> Iterator[TableRow]:
    for number, cells in table:
        if number > header_number and any(cell is not None for cell in cells):
            yield TableRow(
                number, {name: cells[place] if place < len(cells) else None for name, place in columns.items()}
            )


def open_workbook(file: BinaryIO, *, most_bytes: int = LARGEST_UNPACKED_BYTES) -> Workbook:
    """Return a workbook to be read sheet by sheet; raises TableFileRefused for one too large or damaged."""
    try:
        with zipfile.ZipFile(file) as archive:
            if sum(entry.file_size for entry in archive.infolist()) > most_bytes:
                raise TableFileRefused(f"the workbook unpacks to more than {most_bytes} bytes")
        file.seek(0)
        return load_workbook(file, read_only=True, data_only=True, keep_links=False)
    except DAMAGED as fault:
        raise damaged(fault) from fault


def sheet_lines(worksheet: Any) -> Iterator[Line]:
    """Yield the rows of a sheet as values, from its top; raises TableFileRefused for damage."""
    # A wrong <dimension> of the writing program would cut rows off.
    worksheet.reset_dimensions()
    try:
        for number, cells in enumerate(worksheet.iter_rows(values_only=True), start=1):
            yield number, [_raw(cell) for cell in cells]
    except DAMAGED as fault:
        raise damaged(fault) from fault


def csv_lines(file: BinaryIO) -> Iterator[Line]:
    """Yield the records of a CSV file of any usual encoding and delimiter, with the line that each begins on.

    Raises TableFileRefused for a text in no known encoding, and for what is no CSV.
    """
    encoding, _ = encoding_of(file)
    file.seek(0)
    text = io.TextIOWrapper(file, encoding=encoding, newline="")
    try:
        first_line = text.readline()
        text.seek(0)
        reader = csv.reader(text, delimiter=max(",\t;", key=first_line.count), strict=True)
        number = 1
        try:
            for record in reader:
                yield number, [cell if cell.strip() else None for cell in record]
                number = reader.line_num + 1
        except csv.Error as fault:
            raise TableFileRefused(f"line {number} is no CSV: {fault}", value=f"line {number}") from fault
    finally:
        # The file is the caller's to close.
        text.detach()


def _raw(cell: object) -> RawCell:
    if isinstance(cell, str) and not cell.strip():
        return None
    return cell if cell is None or isinstance(cell, str | int | float | bool | date | time) else str(cell)


def damaged(fault: Exception) -> TableFileRefused:
    """Return the refusal of a workbook whose reading ended in one of the faults of DAMAGED."""
    return TableFileRefused("the workbook is damaged and cannot be read", value=type(fault).__name__)
