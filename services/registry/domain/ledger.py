"""The estate ledger (台账) as clerks keep it: headers, cells and rows, read strictly into what the registry knows.

A row that cannot be read is refused with the cell, its value and the reason; nothing is guessed.
"""

import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from enum import StrEnum
from typing import TypeVar

from kit.area import SCALE as HUNDREDTHS
from kit.area import Area
from kit.errors import Refusal, ValidationFailed
from kit.ratio import ONE, Ratio
from services.registry.domain.estate import (
    Enclosure,
    EstateFacts,
    EstateKind,
    check_area,
    check_built,
    check_household_count,
)
from services.registry.domain.owner import OwnerKind
from services.registry.domain.part import AreaBasis, check_building_area, check_part_area
from services.registry.domain.text import is_readable

T = TypeVar("T")

RawCell = str | int | float | bool | date | datetime | None

LONGEST_CELL = 100
_DISTRICT = re.compile(r"[1-9][0-9]{5}")
_THOUSANDS = re.compile(r"-?[0-9]{1,3}(,[0-9]{3})+(\.[0-9]+)?")
_DATE = re.compile(r"([0-9]{4})[-/.年]([0-9]{1,2})[-/.月]([0-9]{1,2})日?")
_YEAR = re.compile(r"([0-9]{4})年?")


class Sheet(StrEnum):
    """The three tables of a ledger, by the title of their sheet."""

    ESTATES = "小区"
    BUILDINGS = "楼栋"
    PARTS = "房屋"


class RowOutcome(StrEnum):
    """What became of a row."""

    LANDED = "LANDED"
    UNCHANGED = "UNCHANGED"
    REJECTED = "REJECTED"


ESTATE_CODE = "小区编码"
ESTATE_NAME = "小区名称"
DISTRICT = "区划代码"
STREET = "街道"
COMMUNITY = "社区"
ENCLOSURE = "门型"
ESTATE_KIND = "小区类别"
BUILT_ON = "建成日期"
APPROVED_GROSS_AREA = "规划核准总建筑面积(含地下)"
MANAGED_AREA = "物业管理面积"
HOUSEHOLDS = "户数"
BUILDING = "楼栋号"
LIFT = "有无电梯"
AREA = "建筑面积"
DOOR = "门牌号"
AREA_BASIS = "面积依据"
OWNER_CODE = "产权人编号"
OWNER_NAME = "产权人姓名"
OWNER_KIND = "产权人类别"
SHARE = "份额"

HEADERS: Mapping[Sheet, tuple[str, ...]] = {
    Sheet.ESTATES: (
        ESTATE_CODE, ESTATE_NAME, DISTRICT, STREET, COMMUNITY, ENCLOSURE, ESTATE_KIND, BUILT_ON, APPROVED_GROSS_AREA,
        MANAGED_AREA, HOUSEHOLDS,
    ),
    Sheet.BUILDINGS: (ESTATE_CODE, BUILDING, LIFT, AREA),
    Sheet.PARTS: (
        ESTATE_CODE, BUILDING, DOOR, AREA, AREA_BASIS, OWNER_CODE, OWNER_NAME, OWNER_KIND, SHARE,
    ),
}  # fmt: skip

ENCLOSURES = {"封闭": Enclosure.CLOSED, "开放": Enclosure.OPEN}
ESTATE_KINDS = {
    "老旧小区": EstateKind.OLD,
    "新建商品房": EstateKind.NEW_COMMERCIAL,
    "拆迁安置": EstateKind.RESETTLEMENT,
    "保障房": EstateKind.AFFORDABLE,
}
LIFTS = {"有": True, "无": False}
AREA_BASES = {"产权登记": AreaBasis.REGISTER, "测绘": AreaBasis.SURVEY, "合同": AreaBasis.CONTRACT}
OWNER_KINDS = {
    "自然人": OwnerKind.NATURAL,
    "法人": OwnerKind.LEGAL,
    "开发单位": OwnerKind.DEVELOPER,
    "公房单位": OwnerKind.PUBLIC_HOUSING_UNIT,
}


class HeadersMissing(ValidationFailed):
    """A sheet lacks columns of its kind, or has one twice."""


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


@dataclass(frozen=True)
class RowResult:
    """What became of one row; a rejected one names the cell, its header, the value, the code and the reason."""

    sheet: str
    row: int
    outcome: RowOutcome
    cell: str | None = None
    header: str | None = None
    value: str | None = None
    code: str | None = None
    reason: str | None = None


@dataclass(frozen=True)
class EstateRow:
    """One row of 小区."""

    code: str
    district: str
    street: str
    community: str
    facts: EstateFacts


@dataclass(frozen=True)
class BuildingRow:
    """One row of 楼栋."""

    estate_code: str
    label: str
    has_lift: bool
    gross_area: Area


@dataclass(frozen=True)
class OwnerCell:
    """The owner a row of 房屋 names, with the share."""

    code: str
    name: str
    kind: OwnerKind
    share: Ratio


@dataclass(frozen=True)
class PartRow:
    """One row of 房屋: a part and one of its owners; a part without a known owner has none."""

    estate_code: str
    building: str
    door: str
    area: Area
    area_basis: AreaBasis
    owner: OwnerCell | None


def sheet_of(headers: Sequence[RawCell]) -> tuple[Sheet, dict[str, int]] | None:
    """Return the sheet that a row of headers belongs to, with the column of each header; None if it is no header row.

    The kind with the most known headers is meant; it is returned only when all its headers are there.
    """
    columns = columns_of(headers)
    complete = [sheet for sheet, needed in HEADERS.items() if all(header in columns for header in needed)]
    if not complete:
        return None
    sheet = max(complete, key=lambda kind: len(HEADERS[kind]))
    return sheet, {header: columns[header] for header in HEADERS[sheet]}


def columns_of(headers: Sequence[RawCell]) -> dict[str, int]:
    """Return the column of each header text; of a header that stands twice, the first."""
    columns: dict[str, int] = {}
    for place, header in enumerate(headers):
        if isinstance(header, str) and header.strip():
            columns.setdefault(plain_header(header), place)
    return columns


def require_headers(sheet: Sheet, headers: Sequence[RawCell]) -> dict[str, int]:
    """Return the column of each header of the sheet; raises HeadersMissing naming those that are missing or twice."""
    names = [plain_header(header) for header in headers if isinstance(header, str)]
    missing = [header for header in HEADERS[sheet] if header not in names]
    if missing:
        raise HeadersMissing(f"the sheet lacks the columns {'、'.join(missing)}", value="、".join(names))
    twice = [header for header in HEADERS[sheet] if names.count(header) > 1]
    if twice:
        raise HeadersMissing(f"the sheet has the columns {'、'.join(twice)} twice", value="、".join(twice))
    columns = columns_of(headers)
    return {header: columns[header] for header in HEADERS[sheet]}


def plain_header(text: str) -> str:
    """Return a header without spaces and with ASCII brackets, as clerks mean it."""
    return "".join(unicodedata.normalize("NFKC", text).split())


def column_letters(column: int) -> str:
    """Return the letters of a column counted from zero: 0 is "A", 26 is "AA"."""
    letters = ""
    number = column + 1
    while number:
        number, place = divmod(number - 1, 26)
        letters = chr(ord("A") + place) + letters
    return letters


def rejected(row: RawRow, refusal: Refusal) -> RowResult:
    """Return the result of a refused row; its path names the header of the offending cell, if there is one."""
    header = next((name for name in refusal.path if name in row.columns), None)
    value = refusal.value
    if value is None and header is not None:
        value = _shown(row.value(header))
    return RowResult(
        sheet=row.sheet,
        row=row.number,
        outcome=RowOutcome.REJECTED,
        cell=row.reference(header) if header is not None else row.fault_cell,
        header=header,
        value=value,
        code=refusal.code,
        reason=refusal.message,
    )


def read_estate_row(row: RawRow, *, today: date) -> EstateRow:
    """Return the estate of a row of 小区; raises ValidationFailed or OutOfRange with the header as its path."""
    _require_plain(row)
    district = _text(row, DISTRICT)
    if not _DISTRICT.fullmatch(district):
        raise ValidationFailed("an area code has six digits", path=(DISTRICT,), value=district)
    built_on, built_year = _built(row, BUILT_ON)
    approved = None if _is_empty(row.value(APPROVED_GROSS_AREA)) else _area(row, APPROVED_GROSS_AREA)
    facts = EstateFacts(
        name=_text(row, ESTATE_NAME),
        enclosure=_word(row, ENCLOSURE, ENCLOSURES),
        kind=_word(row, ESTATE_KIND, ESTATE_KINDS),
        built_on=built_on,
        built_year=built_year,
        approved_gross_area=approved,
        managed_area=_area(row, MANAGED_AREA),
        household_count=_count(row, HOUSEHOLDS),
    )
    check_built(built_on, built_year, today=today, path=(BUILT_ON,))
    if approved is not None:
        check_area(approved, path=(APPROVED_GROSS_AREA,))
    check_area(facts.managed_area, path=(MANAGED_AREA,))
    check_household_count(facts.household_count, path=(HOUSEHOLDS,))
    return EstateRow(
        code=_text(row, ESTATE_CODE),
        district=district,
        street=_text(row, STREET),
        community=_text(row, COMMUNITY),
        facts=facts,
    )


def read_building_row(row: RawRow) -> BuildingRow:
    """Return the building of a row of 楼栋; raises ValidationFailed or OutOfRange with the header as its path."""
    _require_plain(row)
    area = _area(row, AREA)
    check_building_area(area, path=(AREA,))
    return BuildingRow(
        estate_code=_text(row, ESTATE_CODE),
        label=_text(row, BUILDING),
        has_lift=_word(row, LIFT, LIFTS),
        gross_area=area,
    )


def read_part_row(row: RawRow) -> PartRow:
    """Return the part and owner of a row of 房屋; raises ValidationFailed or OutOfRange with the header as its path."""
    _require_plain(row)
    area = _area(row, AREA)
    check_part_area(area, path=(AREA,))
    owner = None
    if any(not _is_empty(row.value(header)) for header in (OWNER_CODE, OWNER_NAME, OWNER_KIND, SHARE)):
        owner = OwnerCell(
            code=_text(row, OWNER_CODE),
            name=_text(row, OWNER_NAME),
            kind=_word(row, OWNER_KIND, OWNER_KINDS),
            share=_share(row, SHARE),
        )
    return PartRow(
        estate_code=_text(row, ESTATE_CODE),
        building=_text(row, BUILDING),
        door=_text(row, DOOR),
        area=area,
        area_basis=_word(row, AREA_BASIS, AREA_BASES),
        owner=owner,
    )


def _require_plain(row: RawRow) -> None:
    if row.fault is not None:
        raise ValidationFailed(row.fault, value=row.fault_cell)


def _is_empty(value: RawCell) -> bool:
    return value is None or (isinstance(value, str) and not value.strip())


def _shown(value: RawCell) -> str:
    if isinstance(value, datetime | date):
        return value.isoformat()
    return "" if value is None else str(value)


def _text(row: RawRow, header: str) -> str:
    value = row.value(header)
    if _is_empty(value):
        raise ValidationFailed(f"{header} is missing", path=(header,), value="")
    if isinstance(value, bool | date | datetime):
        raise ValidationFailed(f"{header} is a text", path=(header,), value=_shown(value))
    text = value.strip() if isinstance(value, str) else _plain_number(row, header)
    if len(text) > LONGEST_CELL:
        raise ValidationFailed(f"{header} has at most {LONGEST_CELL} characters", path=(header,), value=text)
    if not is_readable(text):
        raise ValidationFailed(f"{header} holds characters that cannot be read", path=(header,), value=text)
    return text


def _plain_number(row: RawRow, header: str) -> str:
    return format(_number(row, header), "f")


def _word(row: RawRow, header: str, words: Mapping[str, T]) -> T:
    text = _text(row, header)
    if text not in words:
        raise ValidationFailed(f"{header} is one of {'、'.join(words)}", path=(header,), value=text)
    return words[text]


def _number(row: RawRow, header: str) -> Decimal:
    value = row.value(header)
    if _is_empty(value):
        raise ValidationFailed(f"{header} is missing", path=(header,), value="")
    if isinstance(value, bool | date | datetime):
        raise ValidationFailed(f"{header} is a number", path=(header,), value=_shown(value))
    # A spreadsheet keeps fifteen significant digits; what a float has beyond them is noise of its binary form.
    text = format(value, ".15g") if isinstance(value, float) else str(value).strip()
    if _THOUSANDS.fullmatch(text):
        text = text.replace(",", "")
    try:
        number = Decimal(text)
    except InvalidOperation:
        raise ValidationFailed(f"{header} is a number", path=(header,), value=text) from None
    if not number.is_finite() or abs(number) >= Decimal(10) ** 18:
        raise ValidationFailed(f"{header} is a number of at most 18 digits", path=(header,), value=text)
    return number.normalize() if number == number.to_integral_value() else number


def _exact(row: RawRow, header: str, scale: int, digits: int) -> int:
    number = _number(row, header) * scale
    if number != number.to_integral_value():
        raise ValidationFailed(f"{header} has at most {digits} digits", path=(header,), value=_shown(row.value(header)))
    return int(number)


def _area(row: RawRow, header: str) -> Area:
    return Area(_exact(row, header, HUNDREDTHS, 2))


def _share(row: RawRow, header: str) -> Ratio:
    share = _exact(row, header, ONE, 4)
    if not 0 < share <= ONE:
        raise ValidationFailed(
            f"{header} is more than 0 and at most 1", path=(header,), value=_shown(row.value(header))
        )
    return Ratio(share)


def _count(row: RawRow, header: str) -> int:
    number = _number(row, header)
    if number != number.to_integral_value():
        raise ValidationFailed(f"{header} is a whole number", path=(header,), value=_shown(row.value(header)))
    return int(number)


def _built(row: RawRow, header: str) -> tuple[date | None, int | None]:
    """Return the day of completion, or the year alone where only that is known, or neither."""
    value = row.value(header)
    if _is_empty(value):
        return None, None
    if isinstance(value, datetime):
        return value.date(), None
    if isinstance(value, date):
        return value, None
    text = value.strip() if isinstance(value, str) else _plain_number(row, header)
    if year := _YEAR.fullmatch(text):
        return None, int(year.group(1))
    if day := _DATE.fullmatch(text):
        try:
            return date(int(day.group(1)), int(day.group(2)), int(day.group(3))), None
        except ValueError:
            raise ValidationFailed(f"{header} is no day of the calendar", path=(header,), value=text) from None
    raise ValidationFailed(f"{header} is a date such as 2004-12-31, or a year", path=(header,), value=text)
