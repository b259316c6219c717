"""Table files as spreadsheets read them."""

from datetime import date
from decimal import Decimal
from pathlib import Path

from openpyxl import load_workbook

from services.registry.domain.export import TableFormat
from services.registry.use_cases.table_files import table_writer

HEADERS = ("名称", "面积", "户数", "日期", "空")
ROWS = [("=1+1", Decimal("80012.35"), 120, date(2004, 12, 31), None), ("丹枫小区", Decimal("0.50"), 0, None, "是")]


def test_a_csv_file_is_utf_8_with_a_mark_that_spreadsheets_know(tmp_path: Path) -> None:
    writer = table_writer(tmp_path / "list", TableFormat.CSV, title="小区", headers=HEADERS)
    writer.write(ROWS)
    writer.close()

    assert (tmp_path / "list").read_bytes() == (
        b"\xef\xbb\xbf" + "名称,面积,户数,日期,空\r\n'=1+1,80012.35,120,2004-12-31,\r\n丹枫小区,0.50,0,,是\r\n".encode()
    )


def test_a_workbook_holds_numbers_as_numbers_and_formulas_as_texts(tmp_path: Path) -> None:
    path = tmp_path / "list.xlsx"
    writer = table_writer(path, TableFormat.XLSX, title="小区", headers=HEADERS)
    writer.write(ROWS)
    writer.close()

    sheet = load_workbook(path)["小区"]
    assert list(sheet.iter_rows(values_only=True)) == [
        HEADERS,
        ("'=1+1", 80012.35, 120, "2004-12-31", None),
        ("丹枫小区", 0.5, 0, None, "是"),
    ]
    assert sheet["A2"].data_type == "s"
