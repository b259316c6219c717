"""Rows of facilities and property offices, read strictly."""

from datetime import date

import pytest

from kit.area import Area
from kit.errors import ValidationFailed
from policy.vocabulary import PropertyRoomSource
from services.registry.domain.facility import Facility, FacilityKind
from services.registry.domain.gate import Site
from services.registry.domain.ledger import Sheet
from services.registry.domain.ledger_places import (
    FACILITY_KINDS,
    ROOM_SOURCES,
    SITES,
    FacilityRow,
    PropertyRoomRow,
    read_facility_row,
    read_property_room_row,
)
from tests.registry.ledgers import Cell, changed, raw_row

FACILITY: tuple[Cell, ...] = ("360702-001", "1号楼", "电梯", "1号楼电梯", "单元门内")
ROOM: tuple[Cell, ...] = ("360702", "解放街道", "金桂社区", "120.00", "长期租赁", "2025-01-01")


def test_rows_are_read_as_they_stand() -> None:
    assert read_facility_row(raw_row(Sheet.FACILITIES, FACILITY)) == FacilityRow(
        "360702-001", "1号楼", Facility(FacilityKind.LIFT, "1号楼电梯", Site.STAIRWELL)
    )
    assert read_property_room_row(raw_row(Sheet.PROPERTY_ROOMS, ROOM)) == PropertyRoomRow(
        "360702", "解放街道", "金桂社区", Area(120_00), PropertyRoomSource.LONG_LEASE, date(2025, 1, 1)
    )


def test_a_facility_of_the_whole_estate_names_no_building() -> None:
    row = changed(Sheet.FACILITIES, FACILITY, 楼栋号=" ", 设施类型="照明", 设施名称="路灯", 位置="公共区域")

    assert read_facility_row(raw_row(Sheet.FACILITIES, row)) == FacilityRow(
        "360702-001", None, Facility(FacilityKind.LIGHTING, "路灯", Site.PUBLIC_AREA)
    )


@pytest.mark.parametrize("header", ["小区编码", "设施类型", "设施名称", "位置"])
def test_a_facility_lacks_nothing_else(header: str) -> None:
    with pytest.raises(ValidationFailed) as refused:
        read_facility_row(raw_row(Sheet.FACILITIES, changed(Sheet.FACILITIES, FACILITY, **{header: None})))
    assert refused.value.path == (header,)


@pytest.mark.parametrize(
    ("header", "cell"),
    [("用房来源", "租"), ("用房面积", "120.001"), ("起始日期", "2025"), ("区划代码", "36070"), ("社区", None)],
)
def test_a_room_that_cannot_be_read_is_refused_at_its_column(header: str, cell: Cell) -> None:
    with pytest.raises(ValidationFailed) as refused:
        read_property_room_row(raw_row(Sheet.PROPERTY_ROOMS, changed(Sheet.PROPERTY_ROOMS, ROOM, **{header: cell})))
    assert refused.value.path == (header,)


def test_every_kind_source_and_site_has_its_word() -> None:
    assert set(FACILITY_KINDS.values()) == set(FacilityKind)
    assert set(ROOM_SOURCES.values()) == set(PropertyRoomSource)
    assert set(SITES.values()) == set(Site)
