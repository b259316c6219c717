"""The further tables of a ledger: what a row says in full, and which cell is refused."""

from collections.abc import Callable
from datetime import date, datetime
from typing import Any

import pytest

from kit.errors import ValidationFailed
from policy.bodies import GridDepartment
from services.registry.domain.ledger import Sheet
from services.registry.domain.ledger_cells import RawRow
from services.registry.domain.ledger_masters import (
    GridContactRow,
    OwnerRow,
    ProviderRow,
    TerritoryRow,
    read_grid_contact_row,
    read_owner_row,
    read_provider_row,
    read_territory_row,
)
from services.registry.domain.owner import OwnerKind
from services.registry.domain.provider import ProviderKind, ProviderSource
from tests.registry.ledgers import Cell, changed, raw_row

TERRITORY: tuple[Cell, ...] = ("360702", "解放街道", "金桂社区")
OWNER: tuple[Cell, ...] = ("360702", "360702-Z00001", "示例业主一", "自然人")
PROVIDER: tuple[Cell, ...] = (
    "360702", "示例国资物业", "91360702MA35XXXX0A", "国有企业", "改制", "区国资办", "民证字第01号",
)  # fmt: skip
GRID_CONTACT: tuple[Cell, ...] = (
    "360702", "解放街道", "金桂社区", "消防", "联系人甲", "0797-5550001", "网格员乙", "2026-03-01",
)  # fmt: skip
READERS: dict[Sheet, Callable[[RawRow], Any]] = {
    Sheet.TERRITORY: read_territory_row,
    Sheet.OWNERS: read_owner_row,
    Sheet.PROVIDERS: read_provider_row,
    Sheet.GRID_CONTACTS: read_grid_contact_row,
}
ROWS = {
    Sheet.TERRITORY: TERRITORY,
    Sheet.OWNERS: OWNER,
    Sheet.PROVIDERS: PROVIDER,
    Sheet.GRID_CONTACTS: GRID_CONTACT,
}


@pytest.mark.parametrize(
    ("sheet", "read"),
    [
        (Sheet.TERRITORY, TerritoryRow("360702", "解放街道", "金桂社区")),
        (Sheet.OWNERS, OwnerRow("360702", "360702-Z00001", "示例业主一", OwnerKind.NATURAL)),
        (
            Sheet.PROVIDERS,
            ProviderRow(
                "360702",
                "示例国资物业",
                "91360702MA35XXXX0A",
                ProviderKind.STATE_OWNED,
                ProviderSource.RESTRUCTURED,
                "区国资办",
                "民证字第01号",
            ),
        ),
        (
            Sheet.GRID_CONTACTS,
            GridContactRow(
                "360702",
                "解放街道",
                "金桂社区",
                GridDepartment.FIRE,
                "联系人甲",
                "0797-5550001",
                "网格员乙",
                date(2026, 3, 1),
            ),
        ),
    ],
)
def test_a_full_row_is_read_as_it_stands(sheet: Sheet, read: object) -> None:
    assert READERS[sheet](raw_row(sheet, ROWS[sheet])) == read


def test_a_street_without_communities_has_a_row_of_its_own() -> None:
    row = raw_row(Sheet.TERRITORY, changed(Sheet.TERRITORY, TERRITORY, 社区=" "))

    assert read_territory_row(row) == TerritoryRow("360702", "解放街道", None)


def test_a_provider_of_whose_making_the_row_says_nothing_has_neither_source_nor_body_nor_number() -> None:
    row = changed(Sheet.PROVIDERS, PROVIDER, 来源=None, 出资或改制主体="", 民办非企业登记号=None)

    read = read_provider_row(raw_row(Sheet.PROVIDERS, row))

    assert (read.source, read.source_body, read.registration_number) == (None, None, None)


def test_a_grid_contact_may_lack_the_communitys_grid_worker() -> None:
    row = changed(Sheet.GRID_CONTACTS, GRID_CONTACT, 社区网格员=None)

    assert read_grid_contact_row(raw_row(Sheet.GRID_CONTACTS, row)).grid_worker is None


@pytest.mark.parametrize("word", ["生态环境", "环保"])
def test_the_environment_department_is_known_by_either_name(word: str) -> None:
    row = changed(Sheet.GRID_CONTACTS, GRID_CONTACT, 部门=word)

    assert read_grid_contact_row(raw_row(Sheet.GRID_CONTACTS, row)).department is GridDepartment.ENVIRONMENT


@pytest.mark.parametrize(
    ("sheet", "header", "cell", "value"),
    [
        (Sheet.TERRITORY, "区划代码", "3607", "3607"),
        (Sheet.TERRITORY, "街道", None, ""),
        (Sheet.TERRITORY, "社区", True, "True"),
        (Sheet.OWNERS, "区划代码", "036070", "036070"),
        (Sheet.OWNERS, "产权人编号", None, ""),
        (Sheet.OWNERS, "产权人姓名", None, ""),
        (Sheet.OWNERS, "产权人类别", "个人", "个人"),
        (Sheet.PROVIDERS, "区划代码", None, ""),
        (Sheet.PROVIDERS, "名称", None, ""),
        (Sheet.PROVIDERS, "统一社会信用代码", None, ""),
        (Sheet.PROVIDERS, "类型", "公司", "公司"),
        (Sheet.PROVIDERS, "来源", "新建", "新建"),
        (Sheet.GRID_CONTACTS, "区划代码", "360702x", "360702x"),
        (Sheet.GRID_CONTACTS, "街道", None, ""),
        (Sheet.GRID_CONTACTS, "社区", None, ""),
        (Sheet.GRID_CONTACTS, "部门", "教育", "教育"),
        (Sheet.GRID_CONTACTS, "联系人", None, ""),
        (Sheet.GRID_CONTACTS, "电话", None, ""),
        (Sheet.GRID_CONTACTS, "起始日期", None, ""),
        (Sheet.GRID_CONTACTS, "起始日期", "2026", "2026"),
        (Sheet.GRID_CONTACTS, "起始日期", 2026, "2026"),
        (Sheet.GRID_CONTACTS, "起始日期", "2026-02-29", "2026-02-29"),
    ],
)
def test_a_cell_that_is_missing_or_says_something_else_is_refused_by_its_header(
    sheet: Sheet, header: str, cell: Cell, value: str
) -> None:
    with pytest.raises(ValidationFailed) as refused:
        READERS[sheet](raw_row(sheet, changed(sheet, ROWS[sheet], **{header: cell})))

    assert (refused.value.code, refused.value.path, refused.value.value) == ("VALIDATION", (header,), value)


def test_a_workbooks_moment_is_its_day() -> None:
    moment = datetime(2026, 3, 1, 8, 30)  # noqa: DTZ001 - as a workbook holds it.
    row = raw_row(Sheet.GRID_CONTACTS, changed(Sheet.GRID_CONTACTS, GRID_CONTACT, 起始日期=moment))

    assert read_grid_contact_row(row).from_ == date(2026, 3, 1)


@pytest.mark.parametrize("sheet", list(READERS))
def test_a_row_in_merged_cells_is_not_read(sheet: Sheet) -> None:
    plain = raw_row(sheet, ROWS[sheet])
    merged = RawRow(plain.sheet, 2, plain.columns, plain.cells, fault="the cells are merged", fault_cell="A2:A3")

    with pytest.raises(ValidationFailed) as refused:
        READERS[sheet](merged)

    assert (refused.value.message, refused.value.path, refused.value.value) == ("the cells are merged", (), "A2:A3")
