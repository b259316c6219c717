"""Rows of a ledger: read strictly, refused with header and value."""

from datetime import date, datetime

import pytest

from kit.area import Area, square_metres
from kit.errors import OutOfRange, Refusal, ValidationFailed
from kit.ratio import Ratio
from services.registry.domain.estate import Enclosure, EstateKind
from services.registry.domain.ledger import (
    HEADERS,
    BuildingRow,
    HeadersMissing,
    OwnerCell,
    PartRow,
    RowOutcome,
    RowResult,
    Sheet,
    read_building_row,
    read_estate_row,
    read_part_row,
    rejected,
    require_headers,
    sheet_of,
)
from services.registry.domain.ledger_cells import RawRow, column_letters
from services.registry.domain.owner import OwnerKind
from services.registry.domain.part import AreaBasis, BuildingKnown
from tests.registry.ledgers import BUILDING, ESTATE, PART, Cell, changed, raw_row

TODAY = date(2026, 3, 5)


@pytest.mark.parametrize("sheet", list(Sheet))
def test_a_table_is_told_by_its_headers(sheet: Sheet) -> None:
    found = sheet_of(HEADERS[sheet])

    assert found == (sheet, {header: place for place, header in enumerate(HEADERS[sheet])})


def test_headers_are_known_in_any_order_with_spaces_and_wide_brackets() -> None:
    headers = ["备注", *reversed(HEADERS[Sheet.ESTATES])]
    typed = [header.replace("(", "（").replace(")", "）").replace("小区", "小 区") for header in headers]

    found = sheet_of(typed)

    assert found is not None
    assert found[0] is Sheet.ESTATES
    assert found[1]["小区编码"] == len(headers) - 1


def test_missing_headers_are_named() -> None:
    with pytest.raises(HeadersMissing) as refused:
        require_headers(Sheet.BUILDINGS, ["小区编码", "楼栋号"])

    assert (refused.value.path, refused.value.value) == ((), "小区编码、楼栋号")
    assert refused.value.message == "the sheet lacks the columns 有无电梯、建筑面积"


@pytest.mark.parametrize(("repeated", "value"), [(["楼栋号"], "楼栋号"), (["建筑面积", "楼栋号"], "楼栋号、建筑面积")])
def test_a_header_that_stands_twice_is_refused(repeated: list[str], value: str) -> None:
    with pytest.raises(HeadersMissing) as refused:
        require_headers(Sheet.BUILDINGS, [*HEADERS[Sheet.BUILDINGS], *repeated])

    assert (refused.value.code, refused.value.path, refused.value.value) == ("VALIDATION", (), value)


def test_the_columns_of_a_sheet_are_found_beside_empty_and_unknown_headers() -> None:
    headers = [None, " ", "备注", 2024, *HEADERS[Sheet.BUILDINGS], "备注"]

    assert require_headers(Sheet.BUILDINGS, headers) == {"小区编码": 4, "楼栋号": 5, "有无电梯": 6, "建筑面积": 7}


def test_a_refused_row_says_where_it_stands_what_it_holds_and_why() -> None:
    row = raw_row(Sheet.BUILDINGS, changed(Sheet.BUILDINGS, BUILDING, 有无电梯="电梯"), number=5)
    refusal = BuildingKnown("the estate has this building", path=("input", "楼栋号"))

    assert rejected(row, refusal) == RowResult(
        sheet="楼栋",
        row=5,
        outcome=RowOutcome.REJECTED,
        cell="B5",
        header="楼栋号",
        value="1号楼",
        code="DUPLICATE",
        reason="the estate has this building",
    )


def test_a_row_that_is_refused_as_a_whole_names_the_cell_of_its_fault_or_none() -> None:
    plain = raw_row(Sheet.BUILDINGS, BUILDING)
    merged = RawRow(plain.sheet, 2, plain.columns, plain.cells, fault="the cells are merged", fault_cell="A2:A3")

    of_merged = rejected(merged, ValidationFailed("the cells are merged", value="A2:A3"))
    of_plain = rejected(plain, ValidationFailed("the file is not of one day", path=("input", "file")))

    assert (of_merged.cell, of_merged.header, of_merged.value) == ("A2:A3", None, "A2:A3")
    assert (of_plain.cell, of_plain.header, of_plain.value) == (None, None, None)


@pytest.mark.parametrize(("column", "letters"), [(0, "A"), (25, "Z"), (26, "AA"), (701, "ZZ"), (702, "AAA")])
def test_columns_have_the_letters_of_a_spreadsheet(column: int, letters: str) -> None:
    assert column_letters(column) == letters


def test_an_estate_row_is_read() -> None:
    estate = read_estate_row(raw_row(Sheet.ESTATES, ESTATE), today=TODAY)

    assert (estate.code, estate.district, estate.street, estate.community) == (
        "360702-001", "360702", "解放街道", "金桂社区",
    )  # fmt: skip
    assert (estate.facts.enclosure, estate.facts.kind) == (Enclosure.CLOSED, EstateKind.OLD)
    assert (estate.facts.built_on, estate.facts.built_year) == (date(1998, 5, 1), None)
    assert estate.facts.approved_gross_area == square_metres("12000.50")
    assert (estate.facts.managed_area, estate.facts.household_count) == (square_metres("11000.00"), 3)


def test_an_estate_whose_approved_area_nobody_knows_has_none() -> None:
    row = changed(Sheet.ESTATES, ESTATE, 规划核准总建筑面积=None)

    assert read_estate_row(raw_row(Sheet.ESTATES, row), today=TODAY).facts.approved_gross_area is None


def test_a_building_row_is_read() -> None:
    row = changed(Sheet.BUILDINGS, BUILDING, 有无电梯="有")

    assert read_building_row(raw_row(Sheet.BUILDINGS, row)) == BuildingRow("360702-001", "1号楼", True, Area(30_000))


@pytest.mark.parametrize(
    ("area", "refusal", "value"),
    [(0, ValidationFailed, "0.00"), ("2000000.01", OutOfRange, "2000000.01")],
)
def test_a_building_of_nothing_or_beyond_any_is_refused_by_its_cell(
    area: Cell, refusal: type[Refusal], value: str
) -> None:
    with pytest.raises(refusal) as refused:
        read_building_row(raw_row(Sheet.BUILDINGS, changed(Sheet.BUILDINGS, BUILDING, 建筑面积=area)))

    assert (refused.value.path, refused.value.value) == (("建筑面积",), value)


@pytest.mark.parametrize(
    ("area", "refusal", "value"),
    [(0, ValidationFailed, "0.00"), ("200000.01", OutOfRange, "200000.01")],
)
def test_a_part_of_nothing_or_beyond_any_is_refused_by_its_cell(area: Cell, refusal: type[Refusal], value: str) -> None:
    with pytest.raises(refusal) as refused:
        read_part_row(raw_row(Sheet.PARTS, changed(Sheet.PARTS, PART, 建筑面积=area)))

    assert (refused.value.path, refused.value.value) == (("建筑面积",), value)


@pytest.mark.parametrize(
    ("cell", "built_on", "built_year"),
    [
        (datetime(2004, 12, 31, 0, 0), date(2004, 12, 31), None),  # noqa: DTZ001 - as a workbook holds it.
        ("2004-12-31", date(2004, 12, 31), None),
        ("2004/12/31", date(2004, 12, 31), None),
        ("2004年12月31日", date(2004, 12, 31), None),
        ("2004.1.5", date(2004, 1, 5), None),
        ("2004", None, 2004),
        ("2004年", None, 2004),
        (2004, None, 2004),
        (None, None, None),
        ("  ", None, None),
    ],
)
def test_a_completion_is_a_day_a_year_or_unknown(cell: Cell, built_on: date | None, built_year: int | None) -> None:
    facts = read_estate_row(raw_row(Sheet.ESTATES, changed(Sheet.ESTATES, ESTATE, 建成日期=cell)), today=TODAY).facts

    assert (facts.built_on, facts.built_year) == (built_on, built_year)


@pytest.mark.parametrize(
    ("cell", "hundredths"),
    [
        (2496.82, 249_682),
        (0.1 + 0.2, 30),  # A spreadsheet shows 0.3 and means it.
        (300, 30_000),
        ("300", 30_000),
        ("12,000.50", 1_200_050),
        ("83.4", 8_340),
    ],
)
def test_areas_are_read_exactly(cell: Cell, hundredths: int) -> None:
    building = read_building_row(raw_row(Sheet.BUILDINGS, changed(Sheet.BUILDINGS, BUILDING, 建筑面积=cell)))

    assert building.gross_area == hundredths


@pytest.mark.parametrize(
    ("header", "cell", "refusal", "value"),
    [
        ("小区编码", None, ValidationFailed, ""),
        ("小区编码", "A" * 101, ValidationFailed, "A" * 101),
        ("小区名称", "丹枫�区", ValidationFailed, "丹枫�区"),
        ("小区名称", "丹枫\x07", ValidationFailed, "丹枫\x07"),
        ("区划代码", "3607", ValidationFailed, "3607"),
        ("门型", "半开放", ValidationFailed, "半开放"),
        ("小区类别", "别墅", ValidationFailed, "别墅"),
        ("建成日期", "2004-02-30", ValidationFailed, "2004-02-30"),
        ("建成日期", "改革后", ValidationFailed, "改革后"),
        ("建成日期", "1899", ValidationFailed, "1899"),
        ("建成日期", "2027年", ValidationFailed, "2027"),
        ("建成日期", date(1899, 12, 31), ValidationFailed, "1899-12-31"),
        ("建成日期", date(2026, 3, 6), ValidationFailed, "2026-03-06"),
        ("规划核准总建筑面积", "-5.00", ValidationFailed, "-5.00"),
        ("规划核准总建筑面积", 0, ValidationFailed, "0.00"),
        ("物业管理面积", "12.345", ValidationFailed, "12.345"),
        ("物业管理面积", "约一万", ValidationFailed, "约一万"),
        ("物业管理面积", "#REF!", ValidationFailed, "#REF!"),
        ("物业管理面积", float("nan"), ValidationFailed, "nan"),
        ("物业管理面积", 1e30, ValidationFailed, "1e+30"),
        ("物业管理面积", "100000000.01", OutOfRange, "100000000.01"),
        ("物业管理面积", True, ValidationFailed, "True"),
        ("户数", -1, ValidationFailed, "-1"),
        ("户数", 3.5, ValidationFailed, "3.5"),
        ("户数", 1_000_001, OutOfRange, "1000001"),
        ("户数", date(2004, 1, 1), ValidationFailed, "2004-01-01"),
    ],
)
@pytest.mark.rule("ZG-01")
def test_a_bad_cell_is_refused_with_header_and_value(
    header: str, cell: Cell, refusal: type[ValidationFailed], value: str
) -> None:
    row = raw_row(Sheet.ESTATES, changed(Sheet.ESTATES, ESTATE, **{header: cell}), number=7)

    with pytest.raises(refusal) as refused:
        read_estate_row(row, today=TODAY)
    result = rejected(row, refused.value)

    assert (result.outcome, result.row, result.value) == (RowOutcome.REJECTED, 7, value)
    assert result.header is not None
    assert result.header.startswith(header)
    assert result.cell == f"{column_letters(row.columns[result.header])}7"
    assert result.code == refusal.code


def test_codes_that_a_spreadsheet_turned_into_numbers_are_texts_again() -> None:
    row = raw_row(Sheet.ESTATES, changed(Sheet.ESTATES, ESTATE, 小区编码=360702001.0, 区划代码=360702))

    estate = read_estate_row(row, today=TODAY)

    assert (estate.code, estate.district) == ("360702001", "360702")


def test_a_part_row_is_read_with_its_owner() -> None:
    assert read_part_row(raw_row(Sheet.PARTS, PART)) == PartRow(
        estate_code="360702-001",
        building="1号楼",
        door="101室",
        area=square_metres("82.86"),
        area_basis=AreaBasis.REGISTER,
        owner=OwnerCell("360702-Z00001", "示例业主一", OwnerKind.NATURAL, Ratio(10_000)),
    )


def test_a_part_whose_owner_nobody_knows_has_none() -> None:
    row = changed(Sheet.PARTS, PART, 产权人编号=None, 产权人姓名=None, 产权人类别=None, 份额=None)

    assert read_part_row(raw_row(Sheet.PARTS, row)).owner is None


@pytest.mark.parametrize(
    ("header", "cell", "value"),
    [
        ("产权人姓名", None, ""),
        ("产权人类别", "个人", "个人"),
        ("份额", "0.33333", "0.33333"),
        ("份额", 0, "0"),
        ("份额", "1.0001", "1.0001"),
        ("面积依据", "估计", "估计"),
    ],
)
def test_a_bad_owner_cell_is_refused(header: str, cell: Cell, value: str | None) -> None:
    with pytest.raises(ValidationFailed) as refused:
        read_part_row(raw_row(Sheet.PARTS, changed(Sheet.PARTS, PART, **{header: cell})))

    assert refused.value.value == value
    assert refused.value.path == (header,)
