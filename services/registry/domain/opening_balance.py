"""Opening balances of a legacy city (期初余额): what a row may say, and what a whole file must add up to.

The registry checks whose money it is, by its own estates and doors; the books are finance's.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Final

from kit.errors import OutOfRange, ValidationFailed
from kit.exact import MAX_STORED
from kit.money import Fen
from kit.tables.cells import is_blank
from services.registry.domain import ledger
from services.registry.domain.ledger_cells import (
    RawRow,
    number_cell,
    require_plain,
    text_cell,
    word_cell,
)
from services.registry.domain.ledger_masters import day_cell

FUND: Final = "资金种类"
BALANCE: Final = "余额(元)"
AS_OF: Final = "截止日期"
OBJECT: Final = "对象编号"
ACCOUNT: Final = "账户编号"
FIRST_DEPOSIT: Final = "首期交存(元)"
DUE_ON: Final = "应缴日期"
COLUMNS: Final = (ledger.ESTATE_CODE, ledger.BUILDING, ledger.DOOR, FUND, BALANCE, AS_OF)
OPTIONAL_COLUMNS: Final = (OBJECT, ACCOUNT, FIRST_DEPOSIT, DUE_ON)
"""What finance may ask besides: which fund, deposit, creditor or purse; which account; and two facts of a door."""


class OpeningFund(StrEnum):
    """Whose purse an opening balance belongs to."""

    MAINTENANCE_FUND = "MAINTENANCE_FUND"
    FUND_POOL = "FUND_POOL"
    ARREARS = "ARREARS"
    PREPAID_FEE = "PREPAID_FEE"
    DEPOSIT = "DEPOSIT"
    PUBLIC_REVENUE = "PUBLIC_REVENUE"
    BANK_BALANCE = "BANK_BALANCE"


FUNDS: Final[Mapping[str, OpeningFund]] = {
    "维修资金": OpeningFund.MAINTENANCE_FUND,
    "维修资金公共账": OpeningFund.FUND_POOL,
    "欠缴物业费": OpeningFund.ARREARS,
    "预收物业费": OpeningFund.PREPAID_FEE,
    "履约保证金": OpeningFund.DEPOSIT,
    "公共收益": OpeningFund.PUBLIC_REVENUE,
    # No purse, but what the bank says that an account held of the estate.
    "账户余额": OpeningFund.BANK_BALANCE,
}
OF_PARTS: Final = frozenset({OpeningFund.MAINTENANCE_FUND, OpeningFund.ARREARS, OpeningFund.PREPAID_FEE})
"""Funds that are kept by door; the others are kept by estate."""


class BalanceNegative(ValidationFailed):
    """An opening balance is not negative: what somebody owes is a balance of arrears."""


class DoorNotWanted(ValidationFailed):
    """A fund that is kept by estate names a door, or one that is kept by door names none."""


class AccountNotNamed(ValidationFailed):
    """What a bank says is said of an account."""


class DaysDiffer(ValidationFailed):
    """Two rows are of different days: one file is one cut-over."""


class CutOverAhead(ValidationFailed):
    """The balances are of a day to come."""


@dataclass(frozen=True)
class BalanceRow:
    """One row; `building` and `door` are None for a fund that is kept by estate."""

    estate_code: str
    building: str | None
    door: str | None
    fund: OpeningFund
    balance: Fen
    as_of: date
    object_id: str | None = None
    account_id: str | None = None
    first_deposit: Fen | None = None
    due_on: date | None = None

    @property
    def key(self) -> tuple[str | None, ...]:
        """What may stand in a file once."""
        account = self.account_id if self.fund is OpeningFund.BANK_BALANCE else None
        return self.estate_code, self.building, self.door, self.fund, self.object_id, account


def read_balance_row(row: RawRow, *, today: date) -> BalanceRow:
    """Return a row of opening balances; raises ValidationFailed with the header as its path."""
    require_plain(row)
    fund = word_cell(row, FUND, FUNDS)
    is_of_part = fund in OF_PARTS
    for header in (ledger.BUILDING, ledger.DOOR):
        if is_blank(row.value(header)) is is_of_part:
            wanted = "needs" if is_of_part else "is kept by estate and has no"
            raise DoorNotWanted(f"this fund {wanted} {header}", path=(header,))
    as_of = day_cell(row, AS_OF)
    if as_of > today:
        raise CutOverAhead("opening balances are of a day that is over", path=(AS_OF,), value=as_of.isoformat())
    account_id = _text(row, ACCOUNT)
    if fund is OpeningFund.BANK_BALANCE and account_id is None:
        raise AccountNotNamed("a balance of the bank names its account", path=(ACCOUNT,))
    due_on = day_cell(row, DUE_ON) if _is_stated(row, DUE_ON) else None
    if due_on is not None and due_on > as_of:
        raise ValidationFailed("what is owed fell due by the day", path=(DUE_ON,), value=due_on.isoformat())
    return BalanceRow(
        estate_code=text_cell(row, ledger.ESTATE_CODE),
        building=text_cell(row, ledger.BUILDING) if is_of_part else None,
        door=text_cell(row, ledger.DOOR) if is_of_part else None,
        fund=fund,
        balance=_balance(row, BALANCE),
        as_of=as_of,
        object_id=_text(row, OBJECT),
        account_id=account_id,
        first_deposit=_balance(row, FIRST_DEPOSIT) if _is_stated(row, FIRST_DEPOSIT) else None,
        due_on=due_on,
    )


def _is_stated(row: RawRow, header: str) -> bool:
    return header in row.columns and not is_blank(row.value(header))


def _text(row: RawRow, header: str) -> str | None:
    return text_cell(row, header) if _is_stated(row, header) else None


def _balance(row: RawRow, header: str) -> Fen:
    fen = number_cell(row, header) * 100
    if fen != fen.to_integral_value():
        raise ValidationFailed(f"{header} has at most 2 digits", path=(header,))
    if fen < 0:
        raise BalanceNegative("an opening balance is not negative", path=(header,))
    if fen > MAX_STORED:
        raise OutOfRange("the balance is larger than any account holds", path=(header,))
    return Fen(int(fen))


def require_one_day(first: date, row: BalanceRow) -> None:
    """Raise DaysDiffer unless the row is of the same day as the first one."""
    if row.as_of != first:
        raise DaysDiffer(f"the file is of {first.isoformat()}", path=(AS_OF,), value=row.as_of.isoformat())


def sums_by_fund(rows: Iterable[BalanceRow]) -> dict[OpeningFund, Fen]:
    """Return the sum of each fund that occurs, in the order of funds; raises OutOfRange beyond 64 bits."""
    sums: dict[OpeningFund, int] = {}
    for row in rows:
        sums[row.fund] = sums.get(row.fund, 0) + row.balance
        if sums[row.fund] > MAX_STORED:
            raise OutOfRange("the sum is larger than any account holds", path=(BALANCE,), value=row.fund)
    return {fund: Fen(sums[fund]) for fund in OpeningFund if fund in sums}
