"""Ledger files of every good and bad shape, read row by row."""

import io
import zipfile
from pathlib import Path

import pytest

from kit.tables.reading import TableFileRefused
from services.registry.domain.ledger import HEADERS, RowOutcome, Sheet
from services.registry.use_cases import ledger_file
from services.registry.use_cases.ledger_file import Ledger, open_ledger
from tests.registry.ledgers import (
    BUILDING,
    ESTATE,
    PART,
    Rows,
    changed,
    csv_bytes,
    ledger_tables,
    part_rows,
    write_workbook,
)

ESTATE_TABLE: Rows = [HEADERS[Sheet.ESTATES], ESTATE]


def opened(path: Path) -> Ledger:
    return open_ledger(io.BytesIO(path.read_bytes()))


def names_in(ledger: Ledger) -> list[object]:
    return [row.value("小区名称") for table in ledger.tables for row in table.rows]


def test_the_sheets_of_a_workbook_come_in_the_order_they_have_to_land(tmp_path: Path) -> None:
    tables = ledger_tables()
    path = write_workbook(tmp_path / "l.xlsx", {title: tables[title] for title in ("房屋", "楼栋", "小区")})

    ledger = opened(path)

    assert [table.sheet for table in ledger.tables] == [Sheet.ESTATES, Sheet.BUILDINGS, Sheet.PARTS]
    assert [[row.number for row in table.rows] for table in ledger.tables] == [[2], [2], [2]]


def test_a_title_above_the_headers_and_foreign_sheets_do_no_harm(tmp_path: Path) -> None:
    tables: dict[str, Rows] = {
        "说明": [["填表说明"], ["请勿合并单元格"]],
        "小区": [["章贡区住宅小区台账"], [], *ESTATE_TABLE],
    }
    path = write_workbook(tmp_path / "l.xlsx", tables, merges={"小区": ["A1:K1"]})

    ledger = opened(path)

    assert names_in(ledger) == ["丹枫小区"]
    assert ledger.faults == []


def test_a_sheet_of_any_title_is_told_by_its_headers(tmp_path: Path) -> None:
    assert names_in(opened(write_workbook(tmp_path / "l.xlsx", {"Sheet1": ESTATE_TABLE}))) == ["丹枫小区"]


def test_a_sheet_that_lacks_columns_is_reported_and_the_others_are_read(tmp_path: Path) -> None:
    tables = {**ledger_tables(), "楼栋": [["小区编码", "楼栋号"], ["360702-001", "1号楼"]]}

    ledger = opened(write_workbook(tmp_path / "l.xlsx", tables))

    assert [table.sheet for table in ledger.tables] == [Sheet.ESTATES, Sheet.PARTS]
    (fault,) = ledger.faults
    assert (fault.sheet, fault.row, fault.code) == ("楼栋", 1, "VALIDATION")
    assert fault.reason == "the sheet lacks the columns 有无电梯、建筑面积"


@pytest.mark.parametrize("merged", ["A2:A3", "B3:C3", "A3:A4"])
def test_rows_in_merged_cells_are_told_apart_from_plain_ones(tmp_path: Path, merged: str) -> None:
    rows = [changed(Sheet.BUILDINGS, BUILDING, 楼栋号=f"{number}号楼") for number in range(1, 5)]
    path = write_workbook(tmp_path / "l.xlsx", {"楼栋": [HEADERS[Sheet.BUILDINGS], *rows]}, merges={"楼栋": [merged]})
    first, last = (int(cell[1:]) for cell in merged.split(":"))

    (table,) = opened(path).tables
    faulty = [row for row in table.rows if row.fault is not None]

    assert [row.number for row in faulty] == list(range(first, last + 1))
    assert {row.fault_cell for row in faulty} == {merged}


def test_merged_cells_beside_the_table_do_no_harm(tmp_path: Path) -> None:
    rows = [
        [*HEADERS[Sheet.BUILDINGS], "备注"],
        [*BUILDING, "x"],
        [*changed(Sheet.BUILDINGS, BUILDING, 楼栋号="2号楼"), None],
    ]
    path = write_workbook(tmp_path / "l.xlsx", {"楼栋": rows}, merges={"楼栋": ["E2:E3"]})

    (table,) = opened(path).tables

    assert [row.fault for row in table.rows] == [None, None]


def test_headers_in_merged_cells_are_refused(tmp_path: Path) -> None:
    path = write_workbook(
        tmp_path / "l.xlsx", {"楼栋": [HEADERS[Sheet.BUILDINGS], BUILDING]}, merges={"楼栋": ["A1:A2"]}
    )

    (fault,) = opened(path).faults

    assert (fault.cell, fault.reason) == ("A1:A2", "the headers are in merged cells")


def test_a_merge_is_found_across_the_chunks_it_is_read_in(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ledger_file, "_CHUNK_BYTES", 64)
    rows = [changed(Sheet.BUILDINGS, BUILDING, 楼栋号=f"{number}号楼") for number in range(1, 5)]
    merges = ["A2:A3", "B4:B5"]
    path = write_workbook(tmp_path / "l.xlsx", {"楼栋": [HEADERS[Sheet.BUILDINGS], *rows]}, merges={"楼栋": merges})

    (table,) = opened(path).tables

    assert [row.fault_cell for row in table.rows] == ["A2:A3", "A2:A3", "B4:B5", "B4:B5"]


def test_empty_rows_are_passed_over(tmp_path: Path) -> None:
    rows = [HEADERS[Sheet.BUILDINGS], [None, None], BUILDING, [], [None]]

    (table,) = opened(write_workbook(tmp_path / "l.xlsx", {"楼栋": rows})).tables

    assert [row.number for row in table.rows] == [3]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gbk", "gb18030", "utf-16"])
@pytest.mark.parametrize("delimiter", [",", "\t", ";"])
def test_a_csv_file_is_read_in_every_usual_encoding(encoding: str, delimiter: str) -> None:
    ledger = open_ledger(io.BytesIO(csv_bytes(ESTATE_TABLE, encoding=encoding, delimiter=delimiter)))

    assert names_in(ledger) == ["丹枫小区"]


def test_rare_characters_of_names_survive_gb18030() -> None:
    table: Rows = [HEADERS[Sheet.PARTS], changed(Sheet.PARTS, PART, 产权人姓名="𠮷㐂䶮")]

    (parts,) = open_ledger(io.BytesIO(csv_bytes(table, encoding="gb18030"))).tables

    assert [row.value("产权人姓名") for row in parts.rows] == ["𠮷㐂䶮"]


def test_text_in_no_known_encoding_is_refused_with_its_place() -> None:
    body = csv_bytes(ESTATE_TABLE) + b"\xff\xfe\xff"

    with pytest.raises(TableFileRefused) as refused:
        open_ledger(io.BytesIO(body))

    assert refused.value.code == "VALIDATION"
    assert refused.value.value is not None
    assert refused.value.value.startswith("byte ")


@pytest.mark.parametrize("encoding", ["big5", "shift_jis"])
def test_a_file_of_another_encoding_never_becomes_nonsense_rows(encoding: str) -> None:
    headers = [
        header.translate(str.maketrans("区编码称划门别积", "區編碼稱劃門別積")) for header in HEADERS[Sheet.ESTATES]
    ]
    body = ",".join(headers).encode(encoding, errors="ignore")

    with pytest.raises(TableFileRefused):
        open_ledger(io.BytesIO(body))


def test_a_csv_file_that_lacks_a_column_is_reported() -> None:
    (fault,) = open_ledger(io.BytesIO(csv_bytes([HEADERS[Sheet.ESTATES][:-1], ESTATE[:-1]]))).faults

    assert (fault.outcome, fault.reason) == (RowOutcome.REJECTED, "the sheet lacks the columns 户数")


def test_a_quote_that_never_ends_is_refused_with_its_line() -> None:
    body = csv_bytes(ESTATE_TABLE) + '"丹枫'.encode()

    (table,) = open_ledger(io.BytesIO(body)).tables

    with pytest.raises(TableFileRefused) as refused:
        list(table.rows)
    assert refused.value.value == "line 3"


def test_a_cell_may_hold_a_line_break() -> None:
    table: Rows = [HEADERS[Sheet.BUILDINGS], changed(Sheet.BUILDINGS, BUILDING, 楼栋号="1\n号楼"), BUILDING]

    (buildings,) = open_ledger(io.BytesIO(csv_bytes(table))).tables

    assert [row.number for row in buildings.rows] == [2, 4]


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"\x00\x01\x02",
        bytes.fromhex("d0cf11e0a1b11ae1") + b"\x00" * 100,  # An .xls file, or a locked workbook.
        b"PK\x03\x04 no archive",
        "姓名,电话\n张三,1\n".encode(),
    ],
    ids=["empty", "binary", "xls", "broken archive", "another table"],
)
def test_what_is_no_ledger_is_refused(body: bytes) -> None:
    with pytest.raises(TableFileRefused) as refused:
        open_ledger(io.BytesIO(body))

    assert refused.value.code == "VALIDATION"


def test_an_archive_that_is_no_workbook_is_refused() -> None:
    body = io.BytesIO()
    with zipfile.ZipFile(body, "w") as archive:
        archive.writestr("readme.txt", "x")

    with pytest.raises(TableFileRefused):
        open_ledger(io.BytesIO(body.getvalue()))


def test_an_archive_that_unpacks_beyond_reason_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = write_workbook(tmp_path / "l.xlsx", ledger_tables(parts=part_rows(50)))
    monkeypatch.setattr(ledger_file, "LARGEST_UNPACKED_BYTES", 1_000)

    with pytest.raises(TableFileRefused) as refused:
        opened(path)

    assert "unpacks" in refused.value.message


def test_a_workbook_cut_off_in_the_middle_is_refused(tmp_path: Path) -> None:
    body = write_workbook(tmp_path / "l.xlsx", ledger_tables(parts=part_rows(200))).read_bytes()

    with pytest.raises(TableFileRefused):
        open_ledger(io.BytesIO(body[: len(body) // 2]))
