"""Cells as clerks and banks fill them: what is read, and what is refused with its column as the path."""

from datetime import date, datetime

import pytest

from kit.errors import Refusal
from kit.tables.cells import day_cell, is_empty, money_cell, text_cell
from kit.tables.reading import RawCell, TableRow


def row(cell: RawCell) -> TableRow:
    return TableRow(2, {"列": cell})


@pytest.mark.parametrize(
    ("cell", "fen"),
    [
        ("0.01", 1),
        ("-0.01", -1),
        ("20000", 2_000_000),
        ("1,234,567.80", 123_456_780),
        ("¥12.5", 1250),
        (0.1, 10),
        (100.1, 10_010),
        (7, 700),
    ],
)
def test_an_amount_is_exact_to_the_fen(cell: RawCell, fen: int) -> None:
    assert money_cell(row(cell), "列") == fen


@pytest.mark.parametrize("cell", ["0.001", 0.001, "1e3", "12,34.00", "１２", "元", "", None, True, float("inf")])
def test_what_is_no_amount_is_refused(cell: RawCell) -> None:
    with pytest.raises(Refusal) as refused:
        money_cell(row(cell), "列")

    assert (refused.value.code, refused.value.path) == ("VALIDATION", ("列",))


@pytest.mark.parametrize("cell", ["92233720368547758.08", "-92233720368547758.08", 1e30])
def test_an_amount_beyond_64_bits_is_refused_by_its_column(cell: RawCell) -> None:
    assert money_cell(row("92233720368547758.07"), "列") == 2**63 - 1
    with pytest.raises(Refusal) as refused:
        money_cell(row(cell), "列")

    assert (refused.value.code, refused.value.path) == ("OUT_OF_RANGE", ("列",))


@pytest.mark.parametrize(
    "cell",
    [
        "2024-03-01",
        "2024/3/1",
        "2024.03.01",
        "2024年3月1日",
        "20240301",
        "2024-03-01 09:30:00",
        "2024-3-1T9:30",
        "20240301 093000",
        "2024/03/01 09:30:00.123",
        date(2024, 3, 1),
        datetime(2024, 3, 1, 9, 30),  # noqa: DTZ001 - as a workbook gives it.
        20240301,
    ],
)
def test_a_day_is_read_in_the_forms_that_banks_print(cell: RawCell) -> None:
    assert day_cell(row(cell), "列") == date(2024, 3, 1)


@pytest.mark.parametrize(
    "cell",
    [
        "2024-02-30",
        "2024031",
        "202403011",
        "03-01",
        "2024-03/01",
        "2024年3-1",
        "2024-03-01 noon",
        "2024-03-01 9",
        "2024-03-0109:30",
        "",
        None,
        1.5,
    ],
)
def test_what_is_no_day_is_refused(cell: RawCell) -> None:
    with pytest.raises(Refusal) as refused:
        day_cell(row(cell), "列")

    assert (refused.value.code, refused.value.path) == ("VALIDATION", ("列",))


@pytest.mark.parametrize(
    ("cell", "is_refused"), [(" HD ", False), ("HDXX", True), ("", True), ("a\x00", True), (1.5, True)]
)
def test_a_text_has_an_end(cell: RawCell, is_refused: bool) -> None:
    if not is_refused:
        assert text_cell(row(cell), "列", longest=3) == "HD"
        return
    with pytest.raises(Refusal) as refused:
        text_cell(row(cell), "列", longest=3)
    assert (refused.value.code, refused.value.path) == ("VALIDATION", ("列",))


@pytest.mark.parametrize(
    ("cell", "expected"), [(None, True), (" ", True), ("-", True), ("--", True), (0, False), ("0", False)]
)
def test_banks_print_a_dash_for_nothing(cell: RawCell, expected: bool) -> None:
    assert is_empty(cell) is expected
