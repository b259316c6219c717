"""Opening balances: what a row may say, and what a file adds up to."""

from datetime import date
from typing import Any

import pytest

from kit.errors import OutOfRange, Refusal
from kit.exact import MAX_STORED
from kit.money import Fen
from services.registry.domain import ledger
from services.registry.domain.ledger_cells import RawRow
from services.registry.domain.opening_balance import (
    AS_OF,
    BALANCE,
    COLUMNS,
    FUND,
    FUNDS,
    OF_PARTS,
    BalanceRow,
    DaysDiffer,
    DoorNotWanted,
    OpeningFund,
    read_balance_row,
    require_one_day,
    sums_by_fund,
)

TODAY = date(2026, 3, 5)
PART = {ledger.ESTATE_CODE: "360702-001", ledger.BUILDING: "1号楼", ledger.DOOR: "101室", FUND: "维修资金",
        BALANCE: "6000.00", AS_OF: "2026-02-28"}  # fmt: skip
ESTATE = {ledger.ESTATE_CODE: "360702-001", FUND: "履约保证金", BALANCE: 20000, AS_OF: "2026-03-05"}


def row(cells: dict[str, Any]) -> RawRow:
    return RawRow("表", 2, {header: place for place, header in enumerate(COLUMNS)}, [cells.get(h) for h in COLUMNS])


def balance(fen: int, fund: OpeningFund = OpeningFund.DEPOSIT, as_of: date = TODAY) -> BalanceRow:
    return BalanceRow("360702-001", None, None, fund, Fen(fen), as_of)


def test_a_balance_of_a_door_and_one_of_an_estate_are_read_in_fen() -> None:
    of_part = read_balance_row(row(PART), today=TODAY)
    of_estate = read_balance_row(row(ESTATE), today=TODAY)

    assert of_part == BalanceRow(
        "360702-001", "1号楼", "101室", OpeningFund.MAINTENANCE_FUND, Fen(600_000), date(2026, 2, 28)
    )
    assert of_estate == BalanceRow("360702-001", None, None, OpeningFund.DEPOSIT, Fen(2_000_000), TODAY)


@pytest.mark.parametrize(
    ("cells", "code", "header", "value"),
    [
        ({**PART, ledger.DOOR: None}, "VALIDATION", ledger.DOOR, None),
        ({**ESTATE, ledger.DOOR: "101室"}, "VALIDATION", ledger.DOOR, None),
        ({**ESTATE, ledger.BUILDING: "1号楼"}, "VALIDATION", ledger.BUILDING, None),
        ({**ESTATE, FUND: "小金库"}, "VALIDATION", FUND, "小金库"),
        ({**ESTATE, BALANCE: "-0.01"}, "VALIDATION", BALANCE, None),
        ({**ESTATE, BALANCE: "0.001"}, "VALIDATION", BALANCE, None),
        ({**ESTATE, BALANCE: "92233720368547758.08"}, "OUT_OF_RANGE", BALANCE, None),
        ({**ESTATE, AS_OF: "2026-03-06"}, "VALIDATION", AS_OF, "2026-03-06"),
        ({**ESTATE, AS_OF: "2026"}, "VALIDATION", AS_OF, "2026"),
    ],
)
def test_a_row_that_cannot_be_taken_over_names_its_column(
    cells: dict[str, Any], code: str, header: str, value: str | None
) -> None:
    with pytest.raises(Refusal) as refusal:
        read_balance_row(row(cells), today=TODAY)

    assert (refusal.value.code, refusal.value.path, refusal.value.value) == (code, (header,), value)


@pytest.mark.parametrize(
    ("cells", "message"),
    [
        ({**PART, ledger.DOOR: None}, "this fund needs 门牌号"),
        ({**ESTATE, ledger.DOOR: "101室"}, "this fund is kept by estate and has no 门牌号"),
    ],
)
def test_a_clerk_is_told_whether_the_fund_wants_a_door(cells: dict[str, Any], message: str) -> None:
    with pytest.raises(DoorNotWanted) as refusal:
        read_balance_row(row(cells), today=TODAY)

    assert refusal.value.message == message


@pytest.mark.parametrize(("text", "fen"), [("0", 0), ("0.01", 1), ("92233720368547758.07", MAX_STORED)])
def test_the_bounds_of_a_balance_are_included(text: str, fen: int) -> None:
    assert read_balance_row(row({**ESTATE, BALANCE: text}), today=TODAY).balance == fen


def test_every_fund_has_its_word_and_is_kept_by_door_or_by_estate() -> None:
    assert set(FUNDS.values()) == set(OpeningFund)
    assert {OpeningFund.MAINTENANCE_FUND, OpeningFund.ARREARS, OpeningFund.PREPAID_FEE} == OF_PARTS


def test_a_file_is_of_one_day() -> None:
    require_one_day(TODAY, balance(1))
    with pytest.raises(DaysDiffer) as refusal:
        require_one_day(TODAY, balance(1, as_of=date(2026, 3, 4)))

    assert (refusal.value.code, refusal.value.path, refusal.value.value) == ("VALIDATION", (AS_OF,), "2026-03-04")


def test_the_sums_are_by_fund_and_fit_an_account() -> None:
    rows = [balance(3), balance(4), balance(5, OpeningFund.ARREARS)]

    assert sums_by_fund(rows) == {OpeningFund.ARREARS: 5, OpeningFund.DEPOSIT: 7}
    assert sums_by_fund([balance(MAX_STORED)]) == {OpeningFund.DEPOSIT: MAX_STORED}
    with pytest.raises(OutOfRange) as refusal:
        sums_by_fund([balance(MAX_STORED), balance(1)])
    assert (refusal.value.code, refusal.value.path, refusal.value.value) == ("OUT_OF_RANGE", (BALANCE,), "DEPOSIT")
