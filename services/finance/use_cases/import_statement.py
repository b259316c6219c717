"""A bank statement comes in: new lines are kept, matched, and the balance of each of their days is compared."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import BinaryIO

from kit.caller import Role, Scope
from kit.errors import Refusal
from kit.ids import new_id
from kit.ledger.store import PeriodLocked, book_balance, is_locked
from kit.ledger.transfers import period_of
from kit.mongo import UnitOfWork
from kit.tables.reading import read_table
from kit.tables.refusals import RowsRefused
from services.finance.domain.bank_statement import (
    MOST_LINES,
    BankLine,
    BankLineChanged,
    Statement,
    StatementRefused,
    check_unchanged,
    columns_of_statement,
    statement_of,
)
from services.finance.domain.books import BOOK_OF_CUSTODY
from services.finance.domain.custody import CustodyAccount
from services.finance.domain.deposit_ledger import bank_account_id
from services.finance.store.bank_lines import insert_lines, lines_between
from services.finance.store.custody_accounts import areas_of_account
from services.finance.use_cases.reconcile_account import DESK, account_at_desk, assert_day, open_exceptions, reconcile


@dataclass(frozen=True)
class ImportedStatement:
    """What an import brought: how many lines were new, how many known, and what is left to settle in their months."""

    statement_id: str
    new_lines: int
    unchanged_lines: int
    open_exceptions: int


def read_statement(file: BinaryIO, *, account_id: str, today: date) -> Statement:
    """Return the statement in a file (.xlsx, or .csv in any usual encoding).

    Raises TableFileRefused for a file that cannot be read, and what `statement_of` raises.
    """
    rows = []
    for row in read_table(file, columns_of_statement):
        rows.append(row)
        if len(rows) > MOST_LINES:
            raise StatementRefused(f"a statement has at most {MOST_LINES} lines", path=("lines",), value=len(rows))
    return statement_of(rows, account_id=account_id, today=today)


async def import_statement(work: UnitOfWork, account_id: str, statement: Statement) -> ImportedStatement:
    """Keep the lines that are new, match their months, and compare the balances of their days.

    The same statement again changes nothing. Raises ForbiddenActor for other roles, CustodyAccountUnknown, RowsRefused
    with a BankLineChanged for every known reference with another content and a PeriodLocked for every new line in a
    closed month.
    """
    work.caller.require_role(*DESK, Role.SERVICE)
    account = await account_at_desk(work, account_id)
    days = [line.day for line in statement.lines]
    known = {
        line.id: line for line in await lines_between(work, account.id, min(days), max(days), scope=Scope.everything())
    }
    statement = await _in_time(work, account, statement, known)
    new, refused = _new_lines(statement, known)
    refused += await _in_closed_months(work, account, new)
    if refused:
        raise RowsRefused(refused)
    statement_id = new_id("stm")
    areas = await areas_of_account(work, account.id, scope=Scope.everything())
    await insert_lines(work, new, statement_id=statement_id, areas=areas)
    changed_days = {line.day for line in new}
    for day, balance in statement.closing.items():
        if day in changed_days:
            await assert_day(work, account, day, balance)
    left = 0
    for period in sorted({period_of(day) for day in days}):
        if any(period_of(day) == period for day in changed_days):
            await reconcile(work, account, period)
        left += len(await open_exceptions(work, account, period))
    return ImportedStatement(statement_id, len(new), len(statement.lines) - len(new), left)


async def _in_time(
    work: UnitOfWork, account: CustodyAccount, statement: Statement, known: Mapping[str, BankLine]
) -> Statement:
    """Return the statement in the order of time, also where only what was held before tells which line was first."""
    if not statement.reads_both_ways:
        return statement
    day = statement.lines[0].day
    told = {line.id for line in statement.lines}
    before = {line.balance for line in known.values() if line.id not in told}
    held = await book_balance(work, bank_account_id(account.id), day - timedelta(days=1))
    return statement.beginning_with({held, *before})


def _new_lines(statement: Statement, known: Mapping[str, BankLine]) -> tuple[list[BankLine], list[Refusal]]:
    """Return the lines that are not known, and why known ones are told otherwise."""
    new: list[BankLine] = []
    refused: list[Refusal] = []
    for line in statement.lines:
        former = known.get(line.id)
        if former is None:
            new.append(line)
            continue
        try:
            check_unchanged(former, line)
        except BankLineChanged as changed:
            refused.append(changed)
    return new, refused


async def _in_closed_months(work: UnitOfWork, account: CustodyAccount, lines: Sequence[BankLine]) -> list[Refusal]:
    book = BOOK_OF_CUSTODY[account.kind](account.district)
    periods = sorted({period_of(line.day) for line in lines})
    locked = {period for period in periods if await is_locked(work, book, period)}
    return [
        PeriodLocked(f"{period_of(line.day)} is closed", path=("lines", line.bank_ref), value=line.day.isoformat())
        for line in lines
        if period_of(line.day) in locked
    ]
