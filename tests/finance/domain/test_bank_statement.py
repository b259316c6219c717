"""Bank statements as the files of banks hold them: their headers, their order, and what is no statement."""

import io
from datetime import date

import pytest
from openpyxl import Workbook

from kit.errors import Refusal
from kit.money import Fen
from kit.tables.reading import TableRow
from kit.tables.refusals import RowsRefused
from services.finance.domain.bank_statement import (
    BALANCE,
    DAY,
    MEMO,
    MONEY_IN,
    MONEY_OUT,
    REFERENCE,
    BankLine,
    BankLineChanged,
    Statement,
    StatementRefused,
    check_unchanged,
    columns_of_statement,
    statement_of,
)
from services.finance.use_cases.import_statement import read_statement
from tests.finance.refusals import refusal_of

TODAY = date(2026, 3, 5)
HEADERS = "交易日期,流水号,收入金额,支出金额,余额,摘要"
TWO_DAYS = (
    "2024-03-01,HD-1,10000.00,,10000.00,履约保证金",
    '2024-03-01,HD-2,"20,000.00",,30000.00,履约保证金',
    "2024-03-02,HD-3,,0.01,29999.99,手续费",
)


def read(text: str, encoding: str = "utf-8") -> Statement:
    return read_statement(io.BytesIO(text.encode(encoding)), account_id="cus_1", today=TODAY)


def csv(*lines: str, headers: str = HEADERS) -> str:
    return "\r\n".join((headers, *lines)) + "\r\n"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gbk", "utf-16"])
def test_a_csv_file_is_read_in_every_usual_encoding(encoding: str) -> None:
    statement = read(csv(*TWO_DAYS), encoding)

    assert [(line.bank_ref, line.day, line.amount, line.balance) for line in statement.lines] == [
        ("HD-1", date(2024, 3, 1), 1_000_000, 1_000_000),
        ("HD-2", date(2024, 3, 1), 2_000_000, 3_000_000),
        ("HD-3", date(2024, 3, 2), -1, 2_999_999),
    ]
    assert statement.lines[2].memo == "手续费"
    assert statement.closing == {date(2024, 3, 1): 3_000_000, date(2024, 3, 2): 2_999_999}


def test_a_statement_that_the_bank_wrote_newest_first_is_the_same() -> None:
    assert read(csv(*reversed(TWO_DAYS))) == read(csv(*TWO_DAYS))


def test_lines_that_cancel_out_on_one_day_are_ordered_by_what_was_held_before() -> None:
    newest_first = read(csv("2024-03-01,BACK,,50.00,100.00,", "2024-03-01,IN,50.00,,150.00,"))

    assert (newest_first.reads_both_ways, newest_first.opening) == (True, 15_000)
    told = newest_first.beginning_with([Fen(10_000)])
    assert ([line.bank_ref for line in told.lines], told.closing) == (["IN", "BACK"], {date(2024, 3, 1): 10_000})
    # What fits as it stands, or neither way, is left as the bank wrote it.
    assert newest_first.beginning_with([Fen(10_000), Fen(15_000)]) == newest_first
    assert newest_first.beginning_with([Fen(9_999)]) == newest_first


def test_lines_that_fit_one_way_only_are_never_turned_round() -> None:
    statement = read(csv(*TWO_DAYS))
    single = read(csv(TWO_DAYS[0]))

    assert (statement.reads_both_ways, single.reads_both_ways) == (False, False)
    assert statement.beginning_with([Fen(2_999_999)]) == statement


def test_other_banks_headers_and_a_title_above_them_are_known() -> None:
    headers = "记账日期,交易流水号,借方发生额（元）,贷方发生额（元）,账户余额（元）"

    statement = read("账户明细\r\n" + csv("20240301,0001,--,10000,10000.00", headers=headers))

    assert statement.lines == (BankLine("cus_1", "0001", date(2024, 3, 1), Fen(1_000_000), Fen(1_000_000), ""),)


def test_a_workbook_is_read_with_its_days_and_numbers() -> None:
    workbook = Workbook()
    sheet = workbook.worksheets[0]
    sheet.append(HEADERS.split(","))
    sheet.append([date(2024, 3, 1), "HD-1", 0.1, None, 100.1, None])
    sheet.append([date(2024, 3, 1), "HD-2", None, 100.1, 0, None])
    file = io.BytesIO()
    workbook.save(file)
    file.seek(0)

    statement = read_statement(file, account_id="cus_1", today=TODAY)

    assert [(line.amount, line.balance) for line in statement.lines] == [(10, 10_010), (-10_010, 0)]


@pytest.mark.parametrize(
    ("lines", "path", "value"),
    [
        ((TWO_DAYS[0], "2024-03-01,HD-2,20000.00,,29999.99,"), ("row 3", "余额"), "29999.99"),
        ((TWO_DAYS[0], "2024-03-01,HD-1,20000.00,,30000.00,"), ("row 3", "流水号"), "HD-1"),
        (("2024-03-01,HD-1,1.00,1.00,10.00,",), ("row 2", "收入金额"), "1.00"),
        (("2024-03-01,HD-1,,,10.00,",), ("row 2", "收入金额"), ""),
        (("2024-03-01,HD-1,1.001,,10.00,",), ("row 2", "收入金额"), "1.001"),
        (("2024-03-01,HD-1,1e3,,1000.00,",), ("row 2", "收入金额"), "1e3"),
        (("2024-03-01,HD-1,1.00,,,",), ("row 2", "余额"), ""),
        (("2024-03-01,,1.00,,1.00,",), ("row 2", "流水号"), ""),
        (("2024-02-30,HD-1,1.00,,1.00,",), ("row 2", "交易日期"), "2024-02-30"),
        (("2026-03-06,HD-1,1.00,,1.00,",), ("row 2", "交易日期"), "2026-03-06"),
        (("2024-03-01,HD-1,,92233720368547758.08,1.00,",), ("row 2", "支出金额"), "92233720368547758.08"),
        ((TWO_DAYS[0], "2024-02-29,HD-2,1.00,,10001.00,"), ("row 3", "交易日期"), "2024-02-29"),
        (("2024-03-01 noon,HD-1,1.00,,1.00,",), ("row 2", "交易日期"), "2024-03-01 noon"),
        ((), ("lines",), "0"),
    ],
)
def test_what_does_not_follow_is_refused_as_a_whole_by_row_and_column(
    lines: tuple[str, ...], path: tuple[str, ...], value: str
) -> None:
    with pytest.raises(Refusal) as refused:
        read(csv(*lines))

    assert (refused.value.code, refused.value.path, refused.value.value) == ("VALIDATION", path, value)


@pytest.mark.parametrize(
    "content", [b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1....", b"PK\x03\x04broken", b"\xff\x81\xff", b"a,b\r\n1,2\r\n", b""]
)
def test_what_is_no_statement_file_is_refused(content: bytes) -> None:
    with pytest.raises(Refusal) as refused:
        read_statement(io.BytesIO(content), account_id="cus_1", today=TODAY)

    assert refused.value.code == "VALIDATION"


def test_a_line_says_who_paid_where_the_bank_does() -> None:
    headers = "记账日期,交易流水号,贷方金额,借方金额,账户余额,附言,对方名称"
    content = f"{headers}\r\n2024-03-01,HD-1,1.00,,1.00,房费, 王某 \r\n2024-03-01,HD-2,1.00,,2.00,,".encode()

    statement = read_statement(io.BytesIO(content), account_id="cus_1", today=TODAY)

    assert [(line.memo, line.counterparty) for line in statement.lines] == [("房费", "王某"), ("", "")]


def test_a_known_line_may_be_worded_anew_and_nothing_else() -> None:
    known = BankLine("cus_1", "HD-1", date(2024, 3, 1), Fen(100), Fen(100), "存入")

    check_unchanged(known, BankLine("cus_1", "HD-1", date(2024, 3, 1), Fen(100), Fen(100), "转账存入"))
    for changed in (
        BankLine("cus_1", "HD-1", date(2024, 3, 2), Fen(100), Fen(100), "存入"),
        BankLine("cus_1", "HD-1", date(2024, 3, 1), Fen(101), Fen(100), "存入"),
        BankLine("cus_1", "HD-1", date(2024, 3, 1), Fen(100), Fen(101), "存入"),
    ):
        with pytest.raises(BankLineChanged, match=r"known with 1\.00 of 2024-03-01") as refused:
            check_unchanged(known, changed)
        assert (refused.value.code, refused.value.path, refused.value.value) == ("DUPLICATE", ("流水号",), "HD-1")


@pytest.mark.parametrize(
    ("lines", "message"),
    [
        (
            (TWO_DAYS[0], "2024-03-01,HD-2,20000.00,,29999.99,"),
            "row 3: the balance after this line would be 30000.00",
        ),
        ((*TWO_DAYS, "2024-03-02,HD-2,0.01,,30000.00,"), "row 5: the reference stands in row 3"),
        (("2024-03-01,HD-1,,,10.00,",), "row 2: a line has money that came in or that went out"),
        ((TWO_DAYS[0], "2024-02-29,HD-2,1.00,,10001.00,"), "row 3: the line before is of 2024-03-01"),
    ],
)
def test_a_clerk_is_told_the_row_and_what_is_wrong_with_it(lines: tuple[str, ...], message: str) -> None:
    with pytest.raises(RowsRefused, match=message):
        read(csv(*lines))


def wrong_rows(*lines: str) -> list[tuple[tuple[str, ...], str | None]]:
    """Return the path and the value of every row that stands against a statement."""
    with pytest.raises(RowsRefused) as refused:
        read(csv(*lines))
    assert all(isinstance(row, StatementRefused) for row in refused.value.rows)
    return [(row.path, row.value) for row in refused.value.rows]


def test_every_wrong_row_is_told_by_what_is_wrong_with_it_first() -> None:
    assert wrong_rows(
        "2024-03-01,HD-1,100.00,,100.00,",
        "2024-02-30,HD-2,x,,200.00,",
        "2024-03-02,HD-3,100.00,,300.00,",
        "2024-03-02,HD-1,100.00,,400.00,",
        "2024-03-03,HD-5,100.00,,500.00,",
        "2024-03-03,HD-6,100.00,,600.01,",
        "2024-03-03,HD-7,,,600.00,",
    ) == [
        (("row 3", "交易日期"), "2024-02-30"),
        (("row 5", "流水号"), "HD-1"),
        (("row 7", "余额"), "600.01"),
        (("row 8", "收入金额"), ""),
    ]


@pytest.mark.parametrize("newest_first", [False, True])
def test_one_balance_that_was_written_wrong_is_one_wrong_row(newest_first: bool) -> None:
    lines = [
        "2024-03-01,HD-1,100.00,,100.00,",
        "2024-03-02,HD-2,100.00,,200.01,",
        "2024-03-03,HD-3,100.00,,300.00,",
        "2024-03-04,HD-4,100.00,,400.00,",
        "2024-03-05,HD-5,100.00,,500.02,",
    ]

    if newest_first:
        assert wrong_rows(*lines[::-1]) == [(("row 2", "余额"), "500.02"), (("row 5", "余额"), "200.01")]
    else:
        assert wrong_rows(*lines) == [(("row 3", "余额"), "200.01"), (("row 6", "余额"), "500.02")]


def test_a_line_that_is_missing_is_one_wrong_row() -> None:
    assert wrong_rows(
        "2024-03-01,HD-1,100.00,,100.00,",
        "2024-03-03,HD-3,100.00,,300.00,",
        "2024-03-04,HD-4,100.00,,400.00,",
    ) == [(("row 3", "余额"), "300.00")]


def test_a_line_of_today_is_taken() -> None:
    [line] = read(csv("2026-03-05,HD-1,1.00,,1.00,")).lines

    assert line.day == TODAY


def row(number: int, balance: int = 0) -> TableRow:
    cells = ("2024-03-01", f"HD-{number}", "0.01", None, f"{balance / 100:.2f}")
    return TableRow(number, dict(zip((DAY, REFERENCE, MONEY_IN, MONEY_OUT, BALANCE), cells, strict=True)))


def test_a_statement_has_up_to_5000_lines() -> None:
    rows = [row(number, number) for number in range(1, 5_002)]

    assert len(statement_of(rows[:-1], account_id="cus_1", today=TODAY).lines) == 5_000
    assert refusal_of(lambda: statement_of(rows, account_id="cus_1", today=TODAY)) == ("VALIDATION", ("lines",), "5001")


def test_what_the_bank_wrote_beside_a_line_is_kept_up_to_200_characters() -> None:
    headers = "交易日期,流水号,收入,支出,余额,附言,对方户名"

    statement = read(csv(f"2024-03-01,HD-1,1.00,,1.00, {'x' * 201} ,{'y' * 200}", headers=headers))

    assert [(line.memo, line.counterparty) for line in statement.lines] == [("x" * 200, "y" * 200)]


def test_a_line_is_known_by_its_account_and_reference() -> None:
    assert BankLine("cus_1", "HD-1", TODAY, Fen(1), Fen(1), "").id == "cus_1#HD-1"


HEADERS_OF_A_BANK = ("记账日期", "流水号", "贷方金额", "借方金额", "余额(元)")


def test_a_column_is_found_by_the_first_header_that_a_bank_gives_it() -> None:
    found = columns_of_statement((*HEADERS_OF_A_BANK, "用途", "交易日期(元)"))

    assert found == {DAY: 6, REFERENCE: 1, MONEY_IN: 2, MONEY_OUT: 3, BALANCE: 4, MEMO: 5}


@pytest.mark.parametrize("missing", HEADERS_OF_A_BANK)
def test_without_one_of_the_columns_that_every_bank_gives_these_are_no_headers(missing: str) -> None:
    assert columns_of_statement(HEADERS_OF_A_BANK) is not None
    assert columns_of_statement([header for header in HEADERS_OF_A_BANK if header != missing]) is None
