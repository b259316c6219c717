"""Cells as clerks and banks fill them, read strictly: never guessed, refused with the column as the path."""

import re
from datetime import date, datetime, time
from decimal import Decimal
from typing import Final

from kit.errors import ValidationFailed
from kit.money import Fen, check_fen
from kit.tables.reading import RawCell, TableRow

_THOUSANDS: Final = re.compile(r"[-+]?[0-9]{1,3}(,[0-9]{3})+(\.[0-9]+)?")
_NUMBER: Final = re.compile(r"[-+]?[0-9]+(\.[0-9]+)?")
_TIME: Final = r"(?:[ T]+[0-9]{1,2}:?[0-9]{2}(?::?[0-9]{2}(?:\.[0-9]+)?)?)?"
_DAYS: Final = tuple(
    re.compile(form + _TIME)
    for form in (
        r"(?P<year>[0-9]{4})(?P<sign>[-/.])(?P<month>[0-9]{1,2})(?P=sign)(?P<day>[0-9]{1,2})",
        r"(?P<year>[0-9]{4})年(?P<month>[0-9]{1,2})月(?P<day>[0-9]{1,2})日?",
        r"(?P<year>[0-9]{4})(?P<month>[0-9]{2})(?P<day>[0-9]{2})",
    )
)
_FEN_OF_A_YUAN: Final = 100


def is_blank(cell: RawCell) -> bool:
    """Return whether a cell holds nothing but space."""
    return cell is None or (isinstance(cell, str) and not cell.strip())


def is_empty(cell: RawCell) -> bool:
    """Return whether a cell holds nothing, or the dash that banks print for nothing."""
    return is_blank(cell) or (isinstance(cell, str) and cell.strip() in ("-", "--"))


def text_cell(row: TableRow, column: str, *, longest: int) -> str:
    """Return a cell's trimmed text; raises ValidationFailed for an empty, overlong or unreadable one."""
    cell = row.cells[column]
    if isinstance(cell, float | bool | date | time):
        raise ValidationFailed(f"{column} is a text", path=(column,), value=shown(cell))
    text = "" if cell is None else str(cell).strip()
    if not 1 <= len(text) <= longest or not text.isprintable():
        raise ValidationFailed(f"{column} has 1 to {longest} readable characters", path=(column,), value=text)
    return text


def money_cell(row: TableRow, column: str) -> Fen:
    """Return a cell's amount of yuan in fen, also below zero; raises ValidationFailed beyond two decimals.

    Raises OutOfRange beyond 64 bits.
    """
    cell = row.cells[column]
    if isinstance(cell, bool | date | time) or is_empty(cell):
        raise ValidationFailed(f"{column} is an amount", path=(column,), value=shown(cell))
    number = exact_number(cell.strip().removeprefix("¥") if isinstance(cell, str) else cell)
    if number is None:
        raise ValidationFailed(f"{column} is an amount such as 20000.00", path=(column,), value=shown(cell).strip())
    fen = number * _FEN_OF_A_YUAN
    if fen != fen.to_integral_value():
        raise ValidationFailed(f"{column} has at most two decimals", path=(column,), value=shown(cell).strip())
    return check_fen(int(fen), path=(column,))


def exact_number(cell: RawCell) -> Decimal | None:
    """Return a cell's number as it is written, with or without thousands' commas; None for what is no number."""
    if cell is None or isinstance(cell, bool | date | time):
        return None
    # A spreadsheet keeps fifteen significant digits; what a float has beyond them is noise of its binary form.
    text = format(cell, ".15g") if isinstance(cell, float) else str(cell).strip()
    if _THOUSANDS.fullmatch(text):
        text = text.replace(",", "")
    if isinstance(cell, str) and not _NUMBER.fullmatch(text):
        return None
    number = Decimal(text)
    return number if number.is_finite() else None


def day_cell(row: TableRow, column: str) -> date:
    """Return a cell's day; raises ValidationFailed for any other.

    It is a day of a workbook, or written 2024-03-01, 2024/3/1, 2024.3.1, 2024年3月1日 or 20240301; a time may follow.
    """
    cell = row.cells[column]
    if isinstance(cell, datetime):
        return cell.date()
    if isinstance(cell, date):
        return cell
    text = shown(cell).strip()
    day = written_day(text, column)
    if day is None:
        raise ValidationFailed(f"{column} is a day such as 2024-03-01", path=(column,), value=text)
    return day


def written_day(text: str, column: str) -> date | None:
    """Return the day of a text, None for what is written as none; raises ValidationFailed for one of no calendar."""
    found = next((match for pattern in _DAYS if (match := pattern.fullmatch(text))), None)
    if found is None:
        return None
    try:
        return date(int(found["year"]), int(found["month"]), int(found["day"]))
    except ValueError:
        raise ValidationFailed(f"{column} is no day of the calendar", path=(column,), value=text) from None


def shown(cell: RawCell) -> str:
    """Return a cell as a text for a message."""
    if isinstance(cell, date | time):
        return cell.isoformat()
    return "" if cell is None else str(cell)
