"""The cells of a ledger as clerks fill them: read strictly, never guessed, refused with the header as the path."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from decimal import Decimal
from typing import TypeVar

from kit.area import SCALE as HUNDREDTHS
from kit.area import Area
from kit.errors import ValidationFailed
from kit.ratio import ONE, Ratio
from kit.tables.cells import exact_number, is_blank, shown, written_day
from kit.tables.reading import RawCell
from services.registry.domain.text import is_readable

T = TypeVar("T")

LONGEST_CELL = 100
_TOO_LARGE = Decimal(10) ** 18
_YEAR = re.compile(r"([0-9]{4})年?")


@dataclass(frozen=True)
class RawRow:
    """One row as it stands in the file: its sheet's title, its number and its cells by header."""

    sheet: str
    number: int
    columns: Mapping[str, int]
    cells: Sequence[RawCell]
    fault: str | None = None
    """Why the row cannot be read at all, such as a merged cell; None for a plain row."""

    fault_cell: str | None = None

    def value(self, header: str) -> RawCell:
        """Return the cell under the header; None where the row ends earlier."""
        column = self.columns[header]
        return self.cells[column] if column < len(self.cells) else None

    def reference(self, header: str) -> str:
        """Return the cell's name as a spreadsheet shows it, such as "D5"."""
        return f"{column_letters(self.columns[header])}{self.number}"


def column_letters(column: int) -> str:
    """Return the letters of a column counted from zero: 0 is "A", 26 is "AA"."""
    letters = ""
    number = column + 1
    while number:
        number, place = divmod(number - 1, 26)
        letters = chr(ord("A") + place) + letters
    return letters


def require_plain(row: RawRow) -> None:
    """Raise ValidationFailed for a row that cannot be read at all, such as one in merged cells."""
    if row.fault is not None:
        raise ValidationFailed(row.fault, value=row.fault_cell)


def text_cell(row: RawRow, header: str) -> str:
    """Return a cell's text; raises ValidationFailed for an empty, overlong or unreadable one, and for a date."""
    value = row.value(header)
    if is_blank(value):
        raise ValidationFailed(f"{header} is missing", path=(header,), value="")
    if isinstance(value, bool | date | time):
        raise ValidationFailed(f"{header} is a text", path=(header,), value=shown(value))
    text = value.strip() if isinstance(value, str) else _plain_number(row, header)
    if len(text) > LONGEST_CELL:
        raise ValidationFailed(f"{header} has at most {LONGEST_CELL} characters", path=(header,), value=text)
    if not is_readable(text):
        raise ValidationFailed(f"{header} holds characters that cannot be read", path=(header,), value=text)
    return text


def _plain_number(row: RawRow, header: str) -> str:
    return format(number_cell(row, header), "f")


def word_cell(row: RawRow, header: str, words: Mapping[str, T]) -> T:
    """Return what a cell's word stands for; raises ValidationFailed for any other word."""
    text = text_cell(row, header)
    if text not in words:
        raise ValidationFailed(f"{header} is one of {'、'.join(words)}", path=(header,), value=text)
    return words[text]


def number_cell(row: RawRow, header: str) -> Decimal:
    """Return a cell's number exactly; raises ValidationFailed for what is none, or has more than 18 digits."""
    value = row.value(header)
    if is_blank(value):
        raise ValidationFailed(f"{header} is missing", path=(header,), value="")
    number = exact_number(value)
    if number is None or abs(number) >= _TOO_LARGE:
        raise ValidationFailed(f"{header} is a number of at most 18 digits", path=(header,), value=shown(value).strip())
    return number


def _exact(row: RawRow, header: str, scale: int) -> int:
    number = number_cell(row, header) * scale
    if number != number.to_integral_value():
        raise ValidationFailed(
            f"{header} has at most {len(str(scale)) - 1} digits after the point",
            path=(header,),
            value=shown(row.value(header)),
        )
    return int(number)


def area_cell(row: RawRow, header: str) -> Area:
    """Return a cell's area in hundredths of m2; raises ValidationFailed beyond two digits."""
    return Area(_exact(row, header, HUNDREDTHS))


def share_cell(row: RawRow, header: str) -> Ratio:
    """Return a cell's share in ten-thousandths; raises ValidationFailed unless it is above 0 and at most 1."""
    share = _exact(row, header, ONE)
    if not 0 < share <= ONE:
        raise ValidationFailed(f"{header} is more than 0 and at most 1", path=(header,), value=shown(row.value(header)))
    return Ratio(share)


def count_cell(row: RawRow, header: str) -> int:
    """Return a cell's whole number; raises ValidationFailed for any other."""
    number = number_cell(row, header)
    if number != number.to_integral_value():
        raise ValidationFailed(f"{header} is a whole number", path=(header,), value=shown(row.value(header)))
    return int(number)


def day_or_year_cell(row: RawRow, header: str) -> tuple[date | None, int | None]:
    """Return the day of completion, or the year alone where only that is known, or neither."""
    value = row.value(header)
    if is_blank(value):
        return None, None
    if isinstance(value, datetime):
        return value.date(), None
    if isinstance(value, date):
        return value, None
    text = value.strip() if isinstance(value, str) else _plain_number(row, header)
    if year := _YEAR.fullmatch(text):
        return None, int(year.group(1))
    if day := written_day(text, header):
        return day, None
    raise ValidationFailed(f"{header} is a date such as 2004-12-31, or a year", path=(header,), value=text)
