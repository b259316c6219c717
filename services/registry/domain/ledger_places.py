"""The tables of a ledger about what stands where: the facilities of estates, the property offices of communities."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Final

from kit.area import Area
from kit.tables.cells import is_blank
from policy.vocabulary import PropertyRoomSource
from services.registry.domain import ledger
from services.registry.domain.facility import Facility, FacilityKind
from services.registry.domain.gate import Site
from services.registry.domain.ledger_cells import RawRow, area_cell, require_plain, text_cell, word_cell
from services.registry.domain.ledger_masters import day_cell

FACILITY_KINDS: Final[Mapping[str, FacilityKind]] = {
    "电梯": FacilityKind.LIFT,
    "消防设施": FacilityKind.FIRE_SYSTEM,
    "供水设备": FacilityKind.WATER_PUMP,
    "电气线路": FacilityKind.POWER_LINE,
    "照明": FacilityKind.LIGHTING,
    "道路": FacilityKind.ROAD,
    "排水管网": FacilityKind.DRAIN,
    "化粪池": FacilityKind.SEPTIC_TANK,
    "绿地": FacilityKind.GREEN,
    "停车位": FacilityKind.PARKING,
    "充电设施": FacilityKind.CHARGING_POINT,
    "垃圾投放点": FacilityKind.WASTE_POINT,
    "安防设施": FacilityKind.SECURITY_SYSTEM,
    "公告栏": FacilityKind.NOTICE_BOARD,
    "公厕": FacilityKind.PUBLIC_TOILET,
    "其他": FacilityKind.OTHER,
}
SITES: Final[Mapping[str, Site]] = {
    "单元门内": Site.STAIRWELL,
    "小区场地": Site.ESTATE_GROUNDS,
    "公共区域": Site.PUBLIC_AREA,
}
ROOM_SOURCES: Final[Mapping[str, PropertyRoomSource]] = {
    "改造配建": PropertyRoomSource.RENOVATION,
    "邻里中心配建": PropertyRoomSource.NEIGHBOURHOOD_CENTRE,
    "长期租赁": PropertyRoomSource.LONG_LEASE,
    "合署办公": PropertyRoomSource.SHARED_OFFICE,
    "单位自有房屋": PropertyRoomSource.OWNED_BY_UNIT,
    "一事一议": PropertyRoomSource.ONE_CASE_ONE_DISCUSSION,
}


@dataclass(frozen=True)
class FacilityRow:
    """One row of 设施设备; `building` is None for a facility of the whole estate."""

    estate_code: str
    building: str | None
    facility: Facility


@dataclass(frozen=True)
class PropertyRoomRow:
    """One row of 物业用房."""

    district: str
    street: str
    community: str
    office_area: Area
    source: PropertyRoomSource
    from_: date


def read_facility_row(row: RawRow) -> FacilityRow:
    """Return a row of 设施设备; raises ValidationFailed with the header as its path."""
    require_plain(row)
    return FacilityRow(
        estate_code=text_cell(row, ledger.ESTATE_CODE),
        building=None if is_blank(row.value(ledger.BUILDING)) else text_cell(row, ledger.BUILDING),
        facility=Facility(
            kind=word_cell(row, ledger.FACILITY_KIND, FACILITY_KINDS),
            name=text_cell(row, ledger.FACILITY_NAME),
            site=word_cell(row, ledger.SITE, SITES),
        ),
    )


def read_property_room_row(row: RawRow) -> PropertyRoomRow:
    """Return a row of 物业用房; raises ValidationFailed with the header as its path."""
    require_plain(row)
    return PropertyRoomRow(
        district=ledger.district_cell(row),
        street=text_cell(row, ledger.STREET),
        community=text_cell(row, ledger.COMMUNITY),
        office_area=area_cell(row, ledger.ROOM_AREA),
        source=word_cell(row, ledger.ROOM_SOURCE, ROOM_SOURCES),
        from_=day_cell(row, ledger.FROM),
    )
