"""The estate ledger (台账) as clerks keep it: headers, cells and rows, read strictly into what the registry knows.

A row that cannot be read is refused with the cell, its value and the reason; nothing is guessed.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from kit.area import Area
from kit.errors import Duplicate, Refusal, ValidationFailed
from kit.ratio import Ratio
from kit.tables.cells import is_blank, shown
from kit.tables.reading import RawCell, plain_header
from services.registry.domain.estate import (
    Enclosure,
    EstateFacts,
    EstateKind,
    check_area,
    check_built,
    check_household_count,
)
from services.registry.domain.ledger_cells import (
    RawRow,
    area_cell,
    count_cell,
    day_or_year_cell,
    require_plain,
    share_cell,
    text_cell,
    word_cell,
)
from services.registry.domain.owner import OwnerKind
from services.registry.domain.part import AreaBasis, check_building_area, check_part_area

_DISTRICT = re.compile(r"[1-9][0-9]{5}")


class Sheet(StrEnum):
    """The tables of a ledger, by the title of their sheet, in the order in which they land."""

    TERRITORY = "街道社区"
    PROPERTY_ROOMS = "物业用房"
    PROVIDERS = "物业服务人"
    GRID_CONTACTS = "网格联系人"
    ESTATES = "小区"
    BUILDINGS = "楼栋"
    FACILITIES = "设施设备"
    OWNERS = "产权人"
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
PROVIDER_NAME = "名称"
CREDIT_CODE = "统一社会信用代码"
PROVIDER_KIND = "类型"
PROVIDER_SOURCE = "来源"
SOURCE_BODY = "出资或改制主体"
REGISTRATION_NUMBER = "民办非企业登记号"
GRID_DEPARTMENT = "部门"
GRID_PERSON = "联系人"
GRID_PHONE = "电话"
GRID_WORKER = "社区网格员"
FROM = "起始日期"
FACILITY_KIND = "设施类型"
FACILITY_NAME = "设施名称"
SITE = "位置"
ROOM_AREA = "用房面积"
ROOM_SOURCE = "用房来源"

HEADERS: Mapping[Sheet, tuple[str, ...]] = {
    Sheet.TERRITORY: (DISTRICT, STREET, COMMUNITY),
    Sheet.PROPERTY_ROOMS: (DISTRICT, STREET, COMMUNITY, ROOM_AREA, ROOM_SOURCE, FROM),
    Sheet.PROVIDERS: (
        DISTRICT, PROVIDER_NAME, CREDIT_CODE, PROVIDER_KIND, PROVIDER_SOURCE, SOURCE_BODY, REGISTRATION_NUMBER,
    ),
    Sheet.GRID_CONTACTS: (
        DISTRICT, STREET, COMMUNITY, GRID_DEPARTMENT, GRID_PERSON, GRID_PHONE, GRID_WORKER, FROM,
    ),
    Sheet.ESTATES: (
        ESTATE_CODE, ESTATE_NAME, DISTRICT, STREET, COMMUNITY, ENCLOSURE, ESTATE_KIND, BUILT_ON, APPROVED_GROSS_AREA,
        MANAGED_AREA, HOUSEHOLDS,
    ),
    Sheet.BUILDINGS: (ESTATE_CODE, BUILDING, LIFT, AREA),
    Sheet.FACILITIES: (ESTATE_CODE, BUILDING, FACILITY_KIND, FACILITY_NAME, SITE),
    Sheet.OWNERS: (DISTRICT, OWNER_CODE, OWNER_NAME, OWNER_KIND),
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


class RowRepeated(Duplicate):
    """An earlier row of the same file is about the same thing."""


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

    The kind with the most headers in the row is meant; it is returned only when all its headers are there. An estate
    sheet that lacks a column also has all the columns of streets and communities, and must not be taken for them.
    """
    columns = columns_of(headers)
    present = {sheet: sum(header in columns for header in needed) for sheet, needed in HEADERS.items()}
    most = max(present.values())
    complete = [sheet for sheet, needed in HEADERS.items() if present[sheet] == most == len(needed)]
    if not complete:
        return None
    sheet = complete[0]
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


def rejected(row: RawRow, refusal: Refusal) -> RowResult:
    """Return the result of a refused row; its path names the header of the offending cell, if there is one."""
    header = next((name for name in refusal.path if name in row.columns), None)
    value = refusal.value
    if value is None and header is not None:
        value = shown(row.value(header))
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


def district_cell(row: RawRow) -> str:
    """Return the six-digit area code of a row; raises ValidationFailed for any other text."""
    district = text_cell(row, DISTRICT)
    if not _DISTRICT.fullmatch(district):
        raise ValidationFailed("an area code has six digits", path=(DISTRICT,), value=district)
    return district


def read_estate_row(row: RawRow, *, today: date) -> EstateRow:
    """Return the estate of a row of 小区; raises ValidationFailed or OutOfRange with the header as its path."""
    require_plain(row)
    district = district_cell(row)
    built_on, built_year = day_or_year_cell(row, BUILT_ON)
    approved = None if is_blank(row.value(APPROVED_GROSS_AREA)) else area_cell(row, APPROVED_GROSS_AREA)
    facts = EstateFacts(
        name=text_cell(row, ESTATE_NAME),
        enclosure=word_cell(row, ENCLOSURE, ENCLOSURES),
        kind=word_cell(row, ESTATE_KIND, ESTATE_KINDS),
        built_on=built_on,
        built_year=built_year,
        approved_gross_area=approved,
        managed_area=area_cell(row, MANAGED_AREA),
        household_count=count_cell(row, HOUSEHOLDS),
    )
    check_built(built_on, built_year, today=today, path=(BUILT_ON,))
    if approved is not None:
        check_area(approved, path=(APPROVED_GROSS_AREA,))
    check_area(facts.managed_area, path=(MANAGED_AREA,))
    check_household_count(facts.household_count, path=(HOUSEHOLDS,))
    return EstateRow(
        code=text_cell(row, ESTATE_CODE),
        district=district,
        street=text_cell(row, STREET),
        community=text_cell(row, COMMUNITY),
        facts=facts,
    )


def read_building_row(row: RawRow) -> BuildingRow:
    """Return the building of a row of 楼栋; raises ValidationFailed or OutOfRange with the header as its path."""
    require_plain(row)
    area = area_cell(row, AREA)
    check_building_area(area, path=(AREA,))
    return BuildingRow(
        estate_code=text_cell(row, ESTATE_CODE),
        label=text_cell(row, BUILDING),
        has_lift=word_cell(row, LIFT, LIFTS),
        gross_area=area,
    )


def read_part_row(row: RawRow) -> PartRow:
    """Return the part and owner of a row of 房屋; raises ValidationFailed or OutOfRange with the header as its path."""
    require_plain(row)
    area = area_cell(row, AREA)
    check_part_area(area, path=(AREA,))
    owner = None
    if any(not is_blank(row.value(header)) for header in (OWNER_CODE, OWNER_NAME, OWNER_KIND, SHARE)):
        owner = OwnerCell(
            code=text_cell(row, OWNER_CODE),
            name=text_cell(row, OWNER_NAME),
            kind=word_cell(row, OWNER_KIND, OWNER_KINDS),
            share=share_cell(row, SHARE),
        )
    return PartRow(
        estate_code=text_cell(row, ESTATE_CODE),
        building=text_cell(row, BUILDING),
        door=text_cell(row, DOOR),
        area=area,
        area_basis=word_cell(row, AREA_BASIS, AREA_BASES),
        owner=owner,
    )
