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
from services.registry.domain import ledger
from services.registry.domain.ledger_cells import RawRow, is_empty, number_cell, require_plain, text_cell, word_cell
from services.registry.domain.ledger_masters import day_cell

FUND: Final = "资金种类"
BALANCE: Final = "余额(元)"
AS_OF: Final = "截止日期"
COLUMNS: Final = (ledger.ESTATE_CODE, ledger.BUILDING, ledger.DOOR, FUND, BALANCE, AS_OF)


class OpeningFund(StrEnum):
    """Whose purse an opening balance belongs to."""

    MAINTENANCE_FUND = "MAINTENANCE_FUND"
    FUND_POOL = "FUND_POOL"
    ARREARS = "ARREARS"
    PREPAID_FEE = "PREPAID_FEE"
    DEPOSIT = "DEPOSIT"
    PUBLIC_REVENUE = "PUBLIC_REVENUE"


FUNDS: Final[Mapping[str, OpeningFund]] = {
    "维修资金": OpeningFund.MAINTENANCE_FUND,
    "维修资金公共账": OpeningFund.FUND_POOL,
    "欠缴物业费": OpeningFund.ARREARS,
    "预收物业费": OpeningFund.PREPAID_FEE,
    "履约保证金": OpeningFund.DEPOSIT,
    "公共收益": OpeningFund.PUBLIC_REVENUE,
}
OF_PARTS: Final = frozenset({OpeningFund.MAINTENANCE_FUND, OpeningFund.ARREARS, OpeningFund.PREPAID_FEE})
"""Funds that are kept by door; the others are kept by estate."""


class BalanceNegative(ValidationFailed):
    """An opening balance is not negative: what somebody owes is a balance of arrears."""


class DoorNotWanted(ValidationFailed):
    """A fund that is kept by estate names a door, or one that is kept by door names none."""


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

    @property
    def key(self) -> tuple[str | None, ...]:
        """What may stand in a file once."""
        return self.estate_code, self.building, self.door, self.fund


def read_balance_row(row: RawRow, *, today: date) -> BalanceRow:
    """Return a row of opening balances; raises ValidationFailed with the header as its path."""
    require_plain(row)
    fund = word_cell(row, FUND, FUNDS)
    is_of_part = fund in OF_PARTS
    for header in (ledger.BUILDING, ledger.DOOR):
        if is_empty(row.value(header)) is is_of_part:
            wanted = "needs" if is_of_part else "is kept by estate and has no"
            raise DoorNotWanted(f"this fund {wanted} {header}", path=(header,))
    as_of = day_cell(row, AS_OF)
    if as_of > today:
        raise CutOverAhead("opening balances are of a day that is over", path=(AS_OF,), value=as_of.isoformat())
    return BalanceRow(
        estate_code=text_cell(row, ledger.ESTATE_CODE),
        building=text_cell(row, ledger.BUILDING) if is_of_part else None,
        door=text_cell(row, ledger.DOOR) if is_of_part else None,
        fund=fund,
        balance=_balance(row),
        as_of=as_of,
    )


def _balance(row: RawRow) -> Fen:
    fen = number_cell(row, BALANCE) * 100
    if fen != fen.to_integral_value():
        raise ValidationFailed(f"{BALANCE} has at most 2 digits", path=(BALANCE,))
    if fen < 0:
        raise BalanceNegative("an opening balance is not negative", path=(BALANCE,))
    if fen > MAX_STORED:
        raise OutOfRange("the balance is larger than any account holds", path=(BALANCE,))
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
