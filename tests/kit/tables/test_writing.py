"""Table files as spreadsheets read them: texts that stay texts, amounts as numbers with two decimals."""

import re
from decimal import Decimal
from pathlib import Path
from zipfile import ZipFile

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


def test_an_amount_is_written_digit_by_digit_as_far_as_a_spreadsheet_keeps_digits(tmp_path: Path) -> None:
    amounts = ["0.01", "0.07", "0.29", "1.10", "4.35", "1234567.89", "9999999999999.99", "-0.07"]
    writer = WorkbookWriter(tmp_path / "a.xlsx", "金额", ("元",))
    writer.write([(Yuan(yuan(amount)),) for amount in amounts])
    writer.write([(Decimal("63.57"),)])
    writer.close()

    with ZipFile(tmp_path / "a.xlsx") as parts:
        sheet = parts.read("xl/worksheets/sheet1.xml").decode()
    assert re.findall(r't="n"><v>(.*?)</v>', sheet) == [*amounts, "63.57"]


def test_a_sheet_is_as_wide_as_its_first_rows_and_prints_with_its_headers_on_every_page(tmp_path: Path) -> None:
    writer = WorkbookWriter(tmp_path / "a.xlsx", "台账", ("小区名称", "年末余额（元）", "合同编号"))
    writer.write([("青年路社区原钨业公司职工住宅", Yuan(yuan("12345678901.00")), "x" * 70)])
    writer.write([("后来的一行", Yuan(yuan("1.00")), "y")])
    writer.close()

    sheet = load_workbook(tmp_path / "a.xlsx")["台账"]
    assert [sheet.column_dimensions[column].width for column in "ABC"] == [30, 19, 60]
    assert (sheet.print_title_rows, sheet.freeze_panes) == ("$1:$1", "A2")
    assert (sheet.page_setup.orientation, str(sheet.page_setup.paperSize)) == ("landscape", "9")
    fits, foot = sheet.sheet_properties.pageSetUpPr, sheet.oddFooter
    assert fits is not None and (fits.fitToPage, str(sheet.page_setup.fitToHeight)) == (True, "0")
    assert foot is not None and foot.center.text == "台账　第 &P 页，共 &N 页"


def test_a_table_without_a_row_has_its_headers(tmp_path: Path) -> None:
    WorkbookWriter(tmp_path / "a.xlsx", "台账", ("小区名称", "期末")).close()

    assert list(load_workbook(tmp_path / "a.xlsx")["台账"].iter_rows(values_only=True)) == [("小区名称", "期末")]
