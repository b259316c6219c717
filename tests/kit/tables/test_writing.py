"""Table files as spreadsheets read them: texts that stay texts, amounts as numbers with two decimals."""

from pathlib import Path

import pytest
from openpyxl import load_workbook

from kit.money import yuan
from kit.tables import writing
from kit.tables.writing import CsvWriter, WorkbookWriter, Yuan, safe_text


@pytest.mark.parametrize("text", ["=1+1", "+86", "-1", "@name", "\tx", "\rx", '=HYPERLINK("http://x","点我")'])
def test_a_text_that_a_spreadsheet_would_run_becomes_a_plain_one(text: str) -> None:
    assert safe_text(text) == f"'{text}"


@pytest.mark.parametrize("text", ["", "丹枫小区", "3号楼", "a=b", "360702-001", "'quoted"])
def test_other_texts_stay_as_they_are(text: str) -> None:
    assert safe_text(text) == text


def test_an_amount_is_a_number_with_two_decimals_in_both_kinds_of_files(tmp_path: Path) -> None:
    amounts = [(Yuan(yuan("20000.00")),), (Yuan(yuan("-0.01")),), (Yuan(yuan("92233720368547758.07")),)]
    workbook, csv = WorkbookWriter(tmp_path / "a.xlsx", "金额", ("元",)), CsvWriter(tmp_path / "a.csv", ("元",))
    for writer in (workbook, csv):
        writer.write(amounts)
        writer.close()

    sheet = load_workbook(tmp_path / "a.xlsx")["金额"]
    assert [(sheet[name].value, sheet[name].number_format) for name in ("A2", "A3")] == [
        (20000, "#,##0.00"),
        (-0.01, "#,##0.00"),
    ]
    assert (tmp_path / "a.csv").read_text("utf-8-sig").split() == ["元", "20000.00", "-0.01", "92233720368547758.07"]


def test_a_table_longer_than_a_sheet_goes_on_in_the_next(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(writing, "ROWS_OF_A_SHEET", 2)
    path = tmp_path / "list.xlsx"
    writer = WorkbookWriter(path, "房屋", ("编号",))
    writer.write([(1,), (2,), (3,)])
    writer.close()

    workbook = load_workbook(path)
    assert {sheet.title: list(sheet.iter_rows(values_only=True)) for sheet in workbook} == {
        "房屋": [("编号",), (1,), (2,)],
        "房屋2": [("编号",), (3,)],
    }
