"""The cells of a ledger: each kind is read exactly, and refused with its header and what stands in it."""

from collections.abc import Callable
from datetime import date, datetime
from decimal import Decimal
from typing import Any

import pytest

from kit.errors import ValidationFailed
from kit.tables.cells import shown
from kit.tables.reading import RawCell
from services.registry.domain.ledger_cells import (
    RawRow,
    area_cell,
    count_cell,
    day_or_year_cell,
    number_cell,
    require_plain,
    share_cell,
    text_cell,
    word_cell,
)

HEADER = "列"
MOMENT = datetime(2004, 12, 31, 8, 30)  # noqa: DTZ001 - as a workbook holds it.
WORDS = {"有": True, "无": False}


def cell(value: RawCell) -> RawRow:
    return RawRow("表", 2, {"编码": 0, HEADER: 1}, ["360702-001", value])


def word(row: RawRow, header: str) -> bool:
    return word_cell(row, header, WORDS)


@pytest.mark.parametrize(
    ("read", "value", "expected"),
    [
        (text_cell, " 丹枫小区 ", "丹枫小区"),
        (text_cell, "甲" * 100, "甲" * 100),
        (text_cell, 360702, "360702"),
        (text_cell, 360702001.0, "360702001"),
        (text_cell, 1e15, "1000000000000000"),
        (text_cell, 12.5, "12.5"),
        (word, "有", True),
        (word, " 无", False),
        (number_cell, " 12.50 ", Decimal("12.5")),
        (number_cell, "999999999999999999", Decimal(999_999_999_999_999_999)),
        (number_cell, "1,234,567.8", Decimal("1234567.8")),
        (area_cell, "0.01", 1),
        (share_cell, "0.0001", 1),
        (share_cell, 1, 10_000),
        (count_cell, "120", 120),
        (count_cell, 120.0, 120),
        (day_or_year_cell, MOMENT, (date(2004, 12, 31), None)),
        (day_or_year_cell, "2004年", (None, 2004)),
        (day_or_year_cell, " ", (None, None)),
    ],
)
def test_a_cell_is_read_exactly(read: Callable[[RawRow, str], Any], value: RawCell, expected: object) -> None:
    assert read(cell(value), HEADER) == expected


@pytest.mark.parametrize(
    ("read", "value", "told"),
    [
        (text_cell, None, ""),
        (text_cell, "  ", ""),
        (text_cell, True, "True"),
        (text_cell, date(2004, 12, 31), "2004-12-31"),
        (text_cell, MOMENT, "2004-12-31T08:30:00"),
        (text_cell, "甲" * 101, "甲" * 101),
        (text_cell, "丹枫\x07", "丹枫\x07"),
        (word, "电梯", "电梯"),
        (number_cell, None, ""),
        (number_cell, False, "False"),
        (number_cell, date(2004, 12, 31), "2004-12-31"),
        (number_cell, "约一万", "约一万"),
        (number_cell, "1,23", "1,23"),
        (number_cell, "1000000000000000000", "1000000000000000000"),
        (number_cell, "-1000000000000000000", "-1000000000000000000"),
        (number_cell, "NaN", "NaN"),
        (area_cell, "0.001", "0.001"),
        (share_cell, "0.00001", "0.00001"),
        (share_cell, 0, "0"),
        (share_cell, "1.0001", "1.0001"),
        (count_cell, 3.5, "3.5"),
        (day_or_year_cell, "2004-02-30", "2004-02-30"),
        (day_or_year_cell, "2004-1", "2004-1"),
    ],
)
def test_a_cell_that_says_something_else_is_refused_with_what_stands_in_it(
    read: Callable[[RawRow, str], Any], value: RawCell, told: str
) -> None:
    with pytest.raises(ValidationFailed) as refused:
        read(cell(value), HEADER)

    assert (refused.value.code, refused.value.path, refused.value.value) == ("VALIDATION", (HEADER,), told)


@pytest.mark.parametrize("cells", [[], ["360702-001"]])
def test_a_row_that_ends_before_the_column_has_nothing_there(cells: list[RawCell]) -> None:
    assert RawRow("表", 2, {"编码": 0, HEADER: 1}, cells).value(HEADER) is None


def test_a_row_in_merged_cells_is_refused_with_the_reason_and_the_cell() -> None:
    require_plain(cell("丹枫小区"))
    merged = RawRow("表", 2, {}, [], fault="the cells are merged", fault_cell="A2:A3")

    with pytest.raises(ValidationFailed) as refused:
        require_plain(merged)

    assert (refused.value.message, refused.value.path, refused.value.value) == ("the cells are merged", (), "A2:A3")


@pytest.mark.parametrize(
    ("value", "text"),
    [(None, ""), (0, "0"), (True, "True"), (date(2004, 12, 31), "2004-12-31"), (MOMENT, "2004-12-31T08:30:00")],
)
def test_a_cell_is_shown_as_a_text(value: RawCell, text: str) -> None:
    assert shown(value) == text
