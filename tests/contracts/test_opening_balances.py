"""Opening balances as the registry hands them over are what finance takes: the same file on both sides."""

import io
from dataclasses import replace
from datetime import date

import pytest

from kit.money import Fen, yuan
from kit.tables.reading import read_table
from services.finance.domain import opening
from services.finance.domain.opening import OpeningItem, OpeningRow, columns_of_opening, read_opening_file
from services.registry.domain.handed_over import ROWS_OF_A_FILE, HandedOverRow, rows_of, tables_of
from services.registry.domain.opening_balance import FUNDS, OF_PARTS, BalanceRow, OpeningFund

AS_OF = date(2026, 2, 28)
TODAY = date(2026, 3, 5)
FUND = BalanceRow("360702-001", "1号楼", "101室", OpeningFund.MAINTENANCE_FUND, yuan("6000.00"), AS_OF)
OF_ESTATE = replace(FUND, building=None, door=None)
DEPOSIT = replace(OF_ESTATE, fund=OpeningFund.DEPOSIT, object_id="dep_1")
SAMPLE = [
    HandedOverRow("360702", "est_1", "prt_1", replace(FUND, first_deposit=yuan("8000.00"), object_id="fnd_1")),
    HandedOverRow("360702", "est_1", None, replace(OF_ESTATE, fund=OpeningFund.FUND_POOL, balance=Fen(1))),
    HandedOverRow("360702", "est_1", "prt_1", replace(FUND, fund=OpeningFund.ARREARS, due_on=AS_OF)),
    HandedOverRow("360702", "est_1", "prt_1", replace(FUND, fund=OpeningFund.PREPAID_FEE, balance=Fen(0))),
    HandedOverRow("360702", "est_2", None, DEPOSIT),
    HandedOverRow("360702", "est_2", None, replace(OF_ESTATE, fund=OpeningFund.PUBLIC_REVENUE)),
    HandedOverRow("360702", "est_2", None, replace(OF_ESTATE, fund=OpeningFund.BANK_BALANCE, account_id="acc_1")),
]


def taken(table: bytes) -> list[OpeningRow]:
    """Return the rows that finance reads out of a table, all of which it takes."""
    file = read_opening_file(list(read_table(io.BytesIO(table), columns_of_opening)), today=TODAY)
    assert file.refused == ()
    return [row for estate in file.estates for row in estate.rows]


def test_what_is_handed_over_is_taken_over_row_by_row() -> None:
    (table,) = tables_of(SAMPLE)

    assert taken(table) == [
        OpeningRow(
            number=number,
            district=row.district,
            estate_id=row.estate_id,
            part_id=row.part_id,
            item=OpeningItem(row.said.fund.value),
            balance=row.said.balance,
            as_of=AS_OF,
            object_id=row.said.object_id,
            account_id=row.said.account_id,
            first_deposit=row.said.first_deposit,
            due_on=row.said.due_on,
        )
        for number, row in enumerate(SAMPLE, start=2)
    ]


def test_both_know_the_same_funds_by_the_same_words_and_keep_the_same_ones_by_door() -> None:
    assert {word: fund.value for word, fund in FUNDS.items()}.items() <= {
        word: item.value for word, item in opening.ITEMS.items()
    }.items()
    assert {fund.value for fund in OpeningFund} == {item.value for item in OpeningItem}
    assert {fund.value for fund in OF_PARTS} == {item.value for item in opening.OF_PARTS}
    assert ROWS_OF_A_FILE <= opening.MOST_ROWS


@pytest.mark.parametrize(("most_rows", "counts"), [(7, [7]), (6, [4, 3]), (3, [4, 3])])
def test_the_rows_of_an_estate_stay_in_one_file(most_rows: int, counts: list[int]) -> None:
    tables = tables_of(SAMPLE, most_rows=most_rows)

    assert [rows_of(table) for table in tables] == counts
    assert [row.estate_id for table in tables for row in taken(table)] == [row.estate_id for row in SAMPLE]


def test_nothing_to_hand_over_makes_no_file() -> None:
    assert tables_of([]) == ()
