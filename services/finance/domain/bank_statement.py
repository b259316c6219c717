"""A bank's statement of a custody account: its lines, which follow from one another by their balances, and its days.

A line is known by its account and the bank's reference, and never changes. Amounts are signed as the account sees them:
money that came in is above zero. A statement that does not follow is refused as a whole: half of one proves nothing.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from itertools import pairwise
from typing import Final

from kit.errors import Duplicate, ForbiddenActor, Refusal, ValidationFailed
from kit.money import Fen, add_fen, format_money
from kit.tables.cells import day_cell, is_empty, money_cell, shown, text_cell
from kit.tables.reading import TableRow
from kit.tables.refusals import RowsRefused
from services.finance.domain.deposit_ledger import LONGEST_BANK_REFERENCE

MOST_LINES: Final = 5_000
LONGEST_MEMO: Final = 200

DAY, REFERENCE, MONEY_IN, MONEY_OUT, BALANCE, MEMO = "交易日期", "流水号", "收入金额", "支出金额", "余额", "摘要"
COUNTERPARTY: Final = "对方户名"
COLUMNS: Final[Mapping[str, tuple[str, ...]]] = {
    DAY: ("交易日期", "记账日期", "入账日期"),
    REFERENCE: ("流水号", "交易流水号", "银行流水号"),
    MONEY_IN: ("收入金额", "收入", "贷方发生额", "贷方金额"),
    MONEY_OUT: ("支出金额", "支出", "借方发生额", "借方金额"),
    BALANCE: ("余额", "账户余额", "本次余额"),
    MEMO: ("摘要", "附言", "用途"),
    COUNTERPARTY: ("对方户名", "对方名称", "对方账户名称", "交易对手"),
}
"""Every column with the headers that banks give it, each also with "(元)" behind it."""

MAY_BE_MISSING: Final = frozenset({MEMO, COUNTERPARTY})


class StatementRefused(ValidationFailed):
    """The statement cannot be what the bank wrote: a cell is no value, or the balances do not follow."""


class BankLineChanged(Duplicate):
    """The bank's reference is known for this account with another day, amount or balance; a line never changes."""


class NotAtThisDesk(ForbiddenActor):
    """The lines of a bank statement name who paid; they are read by the offices that keep the account."""


@dataclass(frozen=True)
class BankLine:
    """A line of a statement: the bank's reference and day, the signed amount and the balance after it, in fen.

    `memo` is what the bank wrote beside it, `counterparty` who paid or was paid; both are empty where the bank is
    silent.
    """

    account_id: str
    bank_ref: str
    day: date
    amount: Fen
    balance: Fen
    memo: str
    counterparty: str = ""

    @property
    def id(self) -> str:
        """The line's id: its account and the bank's reference."""
        return f"{self.account_id}#{self.bank_ref}"


@dataclass(frozen=True)
class Statement:
    """Lines of one account in the order of time, and the balance at the end of each day that has one.

    `reads_both_ways` is whether the lines, all of one day, follow from one another backwards, too: what came in went
    out again. Which of them was first is then known only by what the account held before.
    """

    lines: tuple[BankLine, ...]
    reads_both_ways: bool = False

    @property
    def opening(self) -> Fen:
        """The balance before the first line, in fen."""
        first = self.lines[0]
        return add_fen(first.balance, Fen(-first.amount))

    def beginning_with(self, balances: Collection[Fen]) -> "Statement":
        """Return the statement turned round if only so it begins with one of the balances that were held before."""
        turned = replace(self, lines=self.lines[::-1])
        is_right = not self.reads_both_ways or self.opening in balances or turned.opening not in balances
        return self if is_right else turned

    @property
    def closing(self) -> Mapping[date, Fen]:
        """The balance after the last line of each day, in fen."""
        return {line.day: line.balance for line in self.lines}


def columns_of_statement(headers: Sequence[str]) -> Mapping[str, int] | None:
    """Return the place of every column among the headers; None unless all that every bank gives are there."""
    places: dict[str, int] = {}
    for column, names in COLUMNS.items():
        for name in names:
            wanted = (name, f"{name}(元)")
            place = next((place for place, header in enumerate(headers) if header in wanted), None)
            if place is not None:
                places[column] = place
                break
    return places if set(COLUMNS) - set(places) <= MAY_BE_MISSING else None


def statement_of(rows: Sequence[TableRow], *, account_id: str, today: date) -> Statement:
    """Return the statement that the rows hold, in the order of time whichever way the bank sorted them.

    Raises RowsRefused with a StatementRefused for every row that is wrong, naming the row and the column: of its first
    cell that is no value, of a reference that occurs twice, of a day to come, of a day or a balance that does not
    follow from the line before. Raises StatementRefused for no line or too many.
    """
    if not 1 <= len(rows) <= MOST_LINES:
        raise StatementRefused(f"a statement has 1 to {MOST_LINES} lines", path=("lines",), value=len(rows))
    places, refused = _read(rows, account_id, today)
    forwards, backwards = _breaks(places), _breaks(places[::-1])
    refused |= forwards if len(forwards) <= len(backwards) else backwards
    if refused:
        raise RowsRefused([refused[number] for number in sorted(refused)])
    lines = tuple(line for _, line in places if line is not None)
    if forwards:
        return Statement(lines[::-1])
    return Statement(lines, reads_both_ways=len(lines) > 1 and not backwards)


def check_unchanged(known: BankLine, line: BankLine) -> None:
    """Raise BankLineChanged unless the line is the known one told again; the summary alone may be worded anew."""
    if (known.day, known.amount, known.balance) != (line.day, line.amount, line.balance):
        raise BankLineChanged(
            f"the reference is known with {format_money(known.amount)} of {known.day.isoformat()}",
            path=(REFERENCE,),
            value=line.bank_ref,
        )


def _read(
    rows: Sequence[TableRow], account_id: str, today: date
) -> tuple[list[tuple[int, BankLine | None]], dict[int, StatementRefused]]:
    """Return the line of each row by its number, None where it is wrong by itself, and why it is."""
    places: list[tuple[int, BankLine | None]] = []
    refused: dict[int, StatementRefused] = {}
    numbers: dict[str, int] = {}
    for row in rows:
        line = None
        try:
            read = _line(row, account_id, today)
            first = numbers.setdefault(read.bank_ref, row.number)
            if first != row.number:
                raise _refused(row.number, REFERENCE, f"the reference stands in row {first}", read.bank_ref)
            line = read
        except StatementRefused as refusal:
            refused[row.number] = refusal
        places.append((row.number, line))
    return places, refused


def _breaks(places: Sequence[tuple[int, BankLine | None]]) -> dict[int, StatementRefused]:
    """Return each line that does not follow from the one before, by its row; what follows a wrong row is not judged.

    Where one balance alone was written wrong, the line after it follows from what it should have been.
    """
    broken: dict[int, StatementRefused] = {}
    held: tuple[Fen, ...] = ()
    for (_, before), (number, line) in pairwise(places):
        if before is None or line is None:
            held = ()
            continue
        expected = [add_fen(balance, line.amount) for balance in held or (before.balance,)]
        held = (line.balance,)
        if line.day < before.day:
            broken[number] = _refused(
                number, DAY, f"the line before is of {before.day.isoformat()}", line.day.isoformat()
            )
        elif line.balance not in expected:
            held = (line.balance, expected[0])
            broken[number] = _refused(
                number,
                BALANCE,
                f"the balance after this line would be {format_money(expected[0])}",
                format_money(line.balance),
            )
    return broken


def _line(row: TableRow, account_id: str, today: date) -> BankLine:
    try:
        day = day_cell(row, DAY)
        if day > today:
            raise ValidationFailed("the day is to come", path=(DAY,), value=day.isoformat())
        money_in, money_out = (
            Fen(0) if is_empty(row.cells[column]) else money_cell(row, column) for column in (MONEY_IN, MONEY_OUT)
        )
        if (money_in == 0) == (money_out == 0):
            raise ValidationFailed(
                "a line has money that came in or that went out", path=(MONEY_IN,), value=shown(row.cells[MONEY_IN])
            )
        return BankLine(
            account_id=account_id,
            bank_ref=text_cell(row, REFERENCE, longest=LONGEST_BANK_REFERENCE),
            day=day,
            amount=add_fen(money_in, Fen(-money_out)),
            balance=money_cell(row, BALANCE),
            memo=_words(row, MEMO),
            counterparty=_words(row, COUNTERPARTY),
        )
    except Refusal as refusal:
        raise _refused(row.number, refusal.path[0], refusal.message, refusal.value) from refusal


def _words(row: TableRow, column: str) -> str:
    return shown(row.cells.get(column)).strip()[:LONGEST_MEMO]


def _refused(number: int, column: str, message: str, value: str | None) -> StatementRefused:
    return StatementRefused(f"row {number}: {message}", path=(f"row {number}", column), value=value)
