"""The cut-over of a legacy city: what each estate's doors, pools, deposits, fees and revenue held on one day.

A file has one row for each claim, in the columns that the registry hands over, and may have more: which of several
funds or deposits is meant, which account the money lies in, and what the bank says that an account held of the estate.
What the bank says is the sum of the claims on it to the fen, or nothing of the file is taken.
"""

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Final

from kit.errors import Refusal, ValidationFailed
from kit.ledger.transfers import canonical_json
from kit.money import ZERO_FEN, Fen, add_fen, format_money
from kit.tables.cells import day_cell, is_empty, money_cell, text_cell
from kit.tables.reading import TableRow
from services.finance.domain.reconciliation import OPENING_PREFIX

DISTRICT, ESTATE, PART, FUND, BALANCE, AS_OF = "district", "estateId", "partId", "fund", "balance", "asOf"
OBJECT, ACCOUNT, FIRST_DEPOSIT, DUE_ON = "objectId", "custodyAccountId", "firstDeposit", "dueOn"
COLUMNS: Final[Mapping[str, tuple[str, ...]]] = {
    DISTRICT: ("district", "区县代码"),
    ESTATE: ("estateId", "小区编号"),
    PART: ("partId", "房屋编号"),
    FUND: ("fund", "资金种类"),
    BALANCE: ("balance", "余额"),
    AS_OF: ("asOf", "截止日期"),
    OBJECT: ("objectId", "对象编号"),
    ACCOUNT: ("custodyAccountId", "账户编号"),
    FIRST_DEPOSIT: ("firstDeposit", "首期交存"),
    DUE_ON: ("dueOn", "应缴日期"),
}
"""Every column with its headers, each also with "(元)" behind it; the registry hands over the first six."""

HANDED_OVER: Final = frozenset({DISTRICT, ESTATE, PART, FUND, BALANCE, AS_OF})
MOST_ROWS: Final = 20_000
LONGEST_ID: Final = 100


class OpeningItem(StrEnum):
    """Whose money a row is, or that it says what the bank says."""

    MAINTENANCE_FUND = "MAINTENANCE_FUND"
    FUND_POOL = "FUND_POOL"
    ARREARS = "ARREARS"
    PREPAID_FEE = "PREPAID_FEE"
    DEPOSIT = "DEPOSIT"
    PUBLIC_REVENUE = "PUBLIC_REVENUE"
    BANK_BALANCE = "BANK_BALANCE"


ITEMS: Final[Mapping[str, OpeningItem]] = {
    **{item.value: item for item in OpeningItem},
    "维修资金": OpeningItem.MAINTENANCE_FUND,
    "维修资金公共账": OpeningItem.FUND_POOL,
    "欠缴物业费": OpeningItem.ARREARS,
    "预收物业费": OpeningItem.PREPAID_FEE,
    "履约保证金": OpeningItem.DEPOSIT,
    "公共收益": OpeningItem.PUBLIC_REVENUE,
    "账户余额": OpeningItem.BANK_BALANCE,
}
OF_PARTS: Final = frozenset({OpeningItem.MAINTENANCE_FUND, OpeningItem.ARREARS, OpeningItem.PREPAID_FEE})


class OpeningRefused(ValidationFailed):
    """A row of the file says nothing that an estate could begin with."""


class OpeningDiffers(ValidationFailed):
    """What the bank says an account held, and the sum of the claims on it, differ by the amount that is the value."""


@dataclass(frozen=True)
class OpeningRow:
    """One row: which money of which estate and part, how much in fen, and whatever else it says; `number` from 1."""

    number: int
    district: str
    estate_id: str
    part_id: str | None
    item: OpeningItem
    balance: Fen
    as_of: date
    object_id: str | None = None
    account_id: str | None = None
    first_deposit: Fen | None = None
    due_on: date | None = None

    @property
    def key(self) -> tuple[str | None, ...]:
        """What may stand in a file once."""
        account = self.account_id if self.item is OpeningItem.BANK_BALANCE else None
        return self.estate_id, self.part_id, self.item.value, self.object_id, account


@dataclass(frozen=True)
class EstateOpening:
    """All rows of one estate, by their numbers, of one day."""

    estate_id: str
    as_of: date
    rows: tuple[OpeningRow, ...]

    @property
    def digest(self) -> str:
        """The SHA-256 over what the rows say, in any order: what tells the same opening from another one."""
        said = sorted(
            [
                row.item.value,
                row.part_id or "",
                row.object_id or "",
                row.account_id or "",
                str(row.balance),
                "" if row.first_deposit is None else str(row.first_deposit),
                "" if row.due_on is None else row.due_on.isoformat(),
            ]
            for row in self.rows
        )
        return hashlib.sha256(canonical_json([self.estate_id, self.as_of.isoformat(), said])).hexdigest()


@dataclass(frozen=True)
class OpeningFile:
    """What a file says, estate by estate, and every row that says nothing that could be taken."""

    estates: tuple[EstateOpening, ...]
    refused: tuple[OpeningRefused, ...]
    row_count: int


def columns_of_opening(headers: Sequence[str]) -> Mapping[str, int] | None:
    """Return the place of every column among the headers; None unless all that the registry hands over are there."""
    plain = [header.removesuffix("(元)") for header in headers]
    places = {column: plain.index(name) for column, names in COLUMNS.items() for name in names[::-1] if name in plain}
    return places if set(places) >= HANDED_OVER else None


def read_opening_file(rows: Sequence[TableRow], *, today: date) -> OpeningFile:
    """Return what the rows say, by estate; a row that cannot be taken is told beside them, with row and column.

    Refused are a cell that is no value, a day that is not over, a part where none belongs or none where one belongs,
    another day than the first row's, and what an earlier row says already. Raises OpeningRefused for no row or too
    many.
    """
    if not 1 <= len(rows) <= MOST_ROWS:
        raise OpeningRefused(f"a file has 1 to {MOST_ROWS} rows", path=("rows",), value=len(rows))
    by_estate: dict[str, list[OpeningRow]] = {}
    seen: dict[tuple[str | None, ...], int] = {}
    first: OpeningRow | None = None
    refused: list[OpeningRefused] = []
    for cells in rows:
        try:
            row = _read(cells, today)
            first = first or row
            if row.as_of != first.as_of:
                raise refused_row(row, AS_OF, f"the file is of {first.as_of.isoformat()}", row.as_of.isoformat())
            if row.key in seen:
                raise refused_row(row, FUND, f"row {seen[row.key]} says so already", row.item.value)
        except OpeningRefused as refusal:
            refused.append(refusal)
            continue
        seen[row.key] = row.number
        by_estate.setdefault(row.estate_id, []).append(row)
    estates = tuple(
        EstateOpening(estate_id, of_estate[0].as_of, tuple(of_estate)) for estate_id, of_estate in by_estate.items()
    )
    return OpeningFile(estates, tuple(refused), len(rows))


def check_bank_balances(claims: Mapping[str, Fen], rows: Iterable[OpeningRow], *, standing: Mapping[str, Fen]) -> None:
    """Raise OpeningDiffers unless what the bank says of each account is the sum of the claims on it, to the fen.

    `claims` are those of one estate by custody account; `standing` is what was asserted for that day of the accounts
    that hold this estate's money alone.
    """
    said = {row.account_id: row.balance for row in rows if row.item is OpeningItem.BANK_BALANCE}
    for account_id, balance in sorted({**standing, **{id_: balance for id_, balance in said.items() if id_}}.items()):
        difference = add_fen(balance, Fen(-claims.get(account_id, ZERO_FEN)))
        if difference != 0:
            raise OpeningDiffers(
                f"account {account_id} held {format_money(balance)}, {format_money(difference)} more than the claims",
                path=(account_id, BALANCE),
                value=format_money(difference),
            )


def opening_key(opening_id: str, number: int) -> str:
    """Return the business key of one of the postings that an estate begins with, by their numbers."""
    return f"{OPENING_PREFIX}{opening_id}:{number}"


def refused_row(row: OpeningRow, column: str, message: str, value: object = None) -> OpeningRefused:
    """Return the refusal of a row, which names the row and the column."""
    return _refused(row.number, column, message, None if value is None else str(value))


def _read(cells: TableRow, today: date) -> OpeningRow:
    try:
        word = text_cell(cells, FUND, longest=LONGEST_ID)
        if word not in ITEMS:
            raise ValidationFailed(f"{FUND} is one of {', '.join(ITEMS)}", path=(FUND,), value=word)
        item = ITEMS[word]
        balance = money_cell(cells, BALANCE)
        if balance < 0:
            raise ValidationFailed("an opening balance is not negative", path=(BALANCE,), value=format_money(balance))
        as_of = day_cell(cells, AS_OF)
        if as_of > today:
            raise ValidationFailed("the day is to come", path=(AS_OF,), value=as_of.isoformat())
        _check_part(cells, item)
        if item is OpeningItem.BANK_BALANCE and _is_empty(cells, ACCOUNT):
            raise ValidationFailed("a balance of the bank names its account", path=(ACCOUNT,))
        due_on = None if _is_empty(cells, DUE_ON) else day_cell(cells, DUE_ON)
        if due_on is not None and due_on > as_of:
            raise ValidationFailed("what is owed fell due by the day", path=(DUE_ON,), value=due_on.isoformat())
        first_deposit = None if _is_empty(cells, FIRST_DEPOSIT) else money_cell(cells, FIRST_DEPOSIT)
        if first_deposit is not None and first_deposit < 0:
            raise ValidationFailed(
                "a first deposit is not negative", path=(FIRST_DEPOSIT,), value=format_money(first_deposit)
            )
        return OpeningRow(
            number=cells.number,
            district=text_cell(cells, DISTRICT, longest=LONGEST_ID),
            estate_id=text_cell(cells, ESTATE, longest=LONGEST_ID),
            part_id=_text(cells, PART),
            item=item,
            balance=balance,
            as_of=as_of,
            object_id=_text(cells, OBJECT),
            account_id=_text(cells, ACCOUNT),
            first_deposit=first_deposit,
            due_on=due_on,
        )
    except Refusal as refusal:
        raise _refused(cells.number, refusal.path[0], refusal.message, refusal.value) from refusal


def _check_part(cells: TableRow, item: OpeningItem) -> None:
    is_of_part = item in OF_PARTS
    if _is_empty(cells, PART) is is_of_part:
        wanted = "needs" if is_of_part else "is kept by estate and has no"
        raise ValidationFailed(f"{item.value} {wanted} {PART}", path=(PART,))


def _is_empty(cells: TableRow, column: str) -> bool:
    return is_empty(cells.cells.get(column))


def _text(cells: TableRow, column: str) -> str | None:
    return None if _is_empty(cells, column) else text_cell(cells, column, longest=LONGEST_ID)


def _refused(number: int, column: str, message: str, value: str | None) -> OpeningRefused:
    return OpeningRefused(f"row {number}: {message}", path=(f"row {number}", column), value=value)
