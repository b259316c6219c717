"""The tables that finance takes over: what a row says, and how rows are parted."""

from datetime import date

import pytest

from kit.money import Fen, yuan
from services.registry.domain.handed_over import ROWS_OF_A_FILE, HandedOverRow, rows_of, tables_of
from services.registry.domain.opening_balance import BalanceRow, OpeningFund

AS_OF = date(2026, 2, 28)
HEADERS = "district,estateId,partId,fund,balance,asOf,objectId,custodyAccountId,firstDeposit,dueOn\n"


def row(estate_id: str = "est_1", *, fen: int = 1) -> HandedOverRow:
    said = BalanceRow("360702-001", None, None, OpeningFund.DEPOSIT, Fen(fen), AS_OF)
    return HandedOverRow("360702", estate_id, None, said)


def estates_in(table: bytes) -> list[str]:
    return [line.split(",")[1] for line in table.decode().splitlines()[1:]]


def test_a_row_that_says_everything_stands_in_the_table_in_full() -> None:
    said = BalanceRow(
        "360702-001",
        "1号楼",
        "101室",
        OpeningFund.ARREARS,
        yuan("1200.00"),
        AS_OF,
        object_id="obj_1",
        account_id="acc_1",
        first_deposit=yuan("8000.50"),
        due_on=date(2025, 12, 31),
    )

    (table,) = tables_of([HandedOverRow("360702", "est_1", "prt_1", said)])

    assert table.decode() == (
        HEADERS + "360702,est_1,prt_1,ARREARS,1200.00,2026-02-28,obj_1,acc_1,8000.50,2025-12-31\n"
    )


def test_what_a_row_does_not_say_is_empty() -> None:
    (table,) = tables_of([row(fen=2_000_000)])

    assert table.decode() == HEADERS + "360702,est_1,,DEPOSIT,20000.00,2026-02-28,,,,\n"


def test_without_rows_there_is_no_table() -> None:
    assert tables_of([]) == ()


@pytest.mark.parametrize(
    ("most_rows", "parted"),
    [
        (6, [["a", "a", "b", "b", "b", "c"]]),
        (5, [["a", "a", "b", "b", "b"], ["c"]]),
        (4, [["a", "a"], ["b", "b", "b", "c"]]),
        (3, [["a", "a"], ["b", "b", "b"], ["c"]]),
        (1, [["a", "a"], ["b", "b", "b"], ["c"]]),
    ],
)
def test_the_rows_of_an_estate_stay_in_one_table_and_tables_are_as_full_as_they_may_be(
    most_rows: int, parted: list[list[str]]
) -> None:
    rows = [row(estate) for estate in "abbcab"]

    tables = tables_of(rows, most_rows=most_rows)

    assert [estates_in(table) for table in tables] == parted
    assert [rows_of(table) for table in tables] == [len(estates) for estates in parted]


def test_finance_takes_twenty_thousand_rows_at_a_time() -> None:
    rows = [row("a"), *[row("b")] * (ROWS_OF_A_FILE - 1), row("c")]

    assert [rows_of(table) for table in tables_of(rows)] == [20_000, 1]
