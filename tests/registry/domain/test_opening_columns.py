"""The columns of opening balances that finance may ask for besides."""

from datetime import date

import pytest

from kit.errors import ValidationFailed
from kit.money import yuan
from services.registry.domain.ledger_cells import RawRow
from services.registry.domain.opening_balance import (
    COLUMNS,
    OPTIONAL_COLUMNS,
    AccountNotNamed,
    BalanceNegative,
    BalanceRow,
    read_balance_row,
)

TODAY = date(2026, 3, 5)
HEADERS = (*COLUMNS, *OPTIONAL_COLUMNS)


def read(*cells: str | None) -> BalanceRow:
    columns = {header: place for place, header in enumerate(HEADERS)}
    return read_balance_row(RawRow("表", 2, columns, cells), today=TODAY)


def test_what_finance_has_to_be_told_is_read() -> None:
    row = read(
        "360702-001", "1号楼", "101室", "维修资金", "6000", "2026-02-28", "fnd_1", "acc_1", "8000.00", "2026-02-28"
    )

    assert (row.object_id, row.account_id, row.first_deposit, row.due_on) == (
        "fnd_1", "acc_1", yuan("8000.00"), date(2026, 2, 28),
    )  # fmt: skip


def test_a_bank_says_it_of_an_account_and_of_each_once() -> None:
    first = read("360702-001", None, None, "账户余额", "6000", "2026-02-28", None, "acc_1")
    second = read("360702-001", None, None, "账户余额", "6000", "2026-02-28", None, "acc_2")
    with pytest.raises(AccountNotNamed) as refused:
        read("360702-001", None, None, "账户余额", "6000", "2026-02-28")

    assert first.key != second.key
    assert (refused.value.code, refused.value.path) == ("VALIDATION", ("账户编号",))


def test_money_of_one_purse_stands_once_whatever_the_account() -> None:
    keys = {read("1", None, None, "公共收益", "6", "2026-02-28", None, account).key for account in ("a", "b")}
    others = {read("1", None, None, "公共收益", "6", "2026-02-28", purse).key for purse in ("a", "b")}

    assert (len(keys), len(others)) == (1, 2)


@pytest.mark.parametrize(("due_on", "is_good"), [("2026-02-27", True), ("2026-02-28", True), ("2026-03-01", False)])
def test_what_is_owed_fell_due_by_the_day(due_on: str, is_good: bool) -> None:
    cells = ("360702-001", "1号楼", "101室", "欠缴物业费", "120", "2026-02-28", None, None, None, due_on)
    if is_good:
        assert read(*cells).due_on == date.fromisoformat(due_on)
        return
    with pytest.raises(ValidationFailed) as refused:
        read(*cells)
    assert (refused.value.path, refused.value.value) == (("应缴日期",), due_on)


def test_a_first_deposit_is_an_amount() -> None:
    with pytest.raises(BalanceNegative) as refused:
        read("360702-001", "1号楼", "101室", "维修资金", "6000", "2026-02-28", None, None, "-1")
    assert refused.value.path == ("首期交存(元)",)
