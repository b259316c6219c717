"""Match what the bank moved in a custody account against the ledger, and compare the balance of a day."""

from dataclasses import dataclass
from datetime import date

from kit.caller import Caller, Role, Scope
from kit.idempotency import Outcome
from kit.ledger.store import assert_bank_balance, book_balance, days_of, standing_assertions
from kit.ledger.transfers import Side
from kit.money import Fen
from kit.mongo import Reader, UnitOfWork
from services.finance.domain.bank_statement import BankLine, NotAtThisDesk
from services.finance.domain.custody import CustodyAccount, CustodyAccountUnknown
from services.finance.domain.custody_money import HOLDS, HeldMoney, NotHeldThere
from services.finance.domain.deposit_ledger import bank_account_id
from services.finance.domain.reconciliation import (
    BankException,
    BankExceptionReason,
    Movement,
    exceptions_of,
    match,
    unproved_openings,
)
from services.finance.events import ReconciliationFailed
from services.finance.store.bank_lines import insert_matches, lines_between, matched_between, movements_between
from services.finance.store.custody_accounts import areas_of_account, find_account
from services.finance.store.fee_payments import find_unplaced_payments
from services.finance.use_cases.record_fee_payment import place_payment

PATH = ("input",)
DESK = (
    Role.STREET,
    Role.COMMITTEE,
    Role.DISTRICT_OFFICE,
    Role.FINANCE_BUREAU,
    Role.HOUSING_BUREAU,
    Role.CITY_OFFICE,
)
"""Who keeps custody accounts."""

READERS = (*DESK, Role.AUDITOR)


@dataclass(frozen=True)
class ReconcileAccount:
    """The command: a month of a custody account, such as "2026-03"."""

    custody_account_id: str
    period: str


@dataclass(frozen=True)
class AssertBankBalance:
    """The command: what the bank says a custody account held at the end of a day."""

    custody_account_id: str
    day: date
    balance: Fen


async def reconcile_account(work: UnitOfWork, command: ReconcileAccount) -> Outcome:
    """Match the month anew, compare the days that differed again, and return the account's id as `custodyAccount`.

    Raises ForbiddenActor for other roles, CustodyAccountUnknown, ValidationFailed for what is no month.
    """
    work.caller.require_role(*DESK)
    account = await account_at_desk(work, command.custody_account_id)
    await reconcile(work, account, command.period)
    return Outcome(entity_ids={"custodyAccount": account.id})


async def assert_balance(work: UnitOfWork, command: AssertBankBalance) -> Outcome:
    """Record what the bank says the account held, and return the account's id as `custodyAccount`.

    A difference of one fen is announced (F24) and stays an exception until the day is asserted again and agrees. Raises
    ForbiddenActor for other roles, CustodyAccountUnknown, DayNotOver, PeriodLocked.
    """
    work.caller.require_role(*DESK)
    account = await account_at_desk(work, command.custody_account_id)
    await assert_day(work, account, command.day, command.balance)
    return Outcome(entity_ids={"custodyAccount": account.id})


async def account_at_desk(work: UnitOfWork, account_id: str) -> CustodyAccount:
    """Return the custody account; raises CustodyAccountUnknown for one that the caller does not see."""
    account = await find_account(work, account_id, scope=work.caller.scope)
    if account is None:
        raise CustodyAccountUnknown("no such custody account", path=(*PATH, "custodyAccountId"), value=account_id)
    return account


async def reconcile(work: UnitOfWork, account: CustodyAccount, period: str) -> None:
    """Match the lines and postings of a month that belong to nothing yet; compare the days that differed again.

    Fees that were recorded without their account lie in the one whose statement has their reference, amount and day.
    """
    lines, movements = await _unmatched(work, account, period)
    told = {reference for movement in movements for reference in movement.references}
    if await _place_fees(work, account, [line for line in lines if line.bank_ref not in told]):
        lines, movements = await _unmatched(work, account, period)
    await insert_matches(
        work, match(lines, movements), areas=await areas_of_account(work, account.id, scope=Scope.everything())
    )
    for assertion in await standing_assertions(work, bank_account_id(account.id), period, scope=Scope.everything()):
        if not assertion.agrees and await book_balance(work, assertion.account, assertion.day) != assertion.book_fen:
            await assert_day(work, account, assertion.day, assertion.statement_fen)


async def _place_fees(work: UnitOfWork, account: CustodyAccount, lines: list[BankLine]) -> bool:
    """Bring fees that were recorded without an account into this one, and return whether there were any."""
    by_reference = {line.bank_ref: line for line in lines if line.amount > 0}
    if not by_reference or HeldMoney.FEES not in HOLDS.get(account.kind, ()):
        return False
    placed = False
    for payment in await find_unplaced_payments(work, account.district, sorted(by_reference), scope=Scope.everything()):
        line = by_reference[payment.bank_ref]
        if (line.amount, line.day) != (payment.amount, payment.paid_on):
            continue
        try:
            await place_payment(work, payment, account)
        except NotHeldThere:
            continue  # Fees of another street or estate: the line stays an exception.
        placed = True
    return placed


async def assert_day(work: UnitOfWork, account: CustodyAccount, day: date, balance: Fen) -> None:
    """Record what the bank says the account held at the end of a day, and announce a difference that is new (F24)."""
    ledger_account = bank_account_id(account.id)
    before = [
        assertion
        for assertion in await standing_assertions(work, ledger_account, day.isoformat()[:7], scope=Scope.everything())
        if assertion.day == day
    ]
    assertion = await assert_bank_balance(work, ledger_account, day=day, statement_fen=balance)
    is_told = any(former.difference_fen == assertion.difference_fen for former in before)
    if not assertion.agrees and not is_told:
        work.announce(ReconciliationFailed.of(account, day=day, difference=assertion.difference_fen))


async def exceptions_seen_by(
    reader: Reader, caller: Caller, custody_account_id: str, period: str
) -> list[BankException]:
    """Return the exceptions of a month of an account; of an account that the caller does not see, none.

    Raises NotAtThisDesk for who neither keeps nor audits custody accounts, ValidationFailed for what is no month.
    """
    if not caller.has_role(*READERS):
        raise NotAtThisDesk("only who keeps or audits the account reads what its bank wrote")
    account = await find_account(reader, custody_account_id, scope=caller.scope)
    return [] if account is None else await open_exceptions(reader, account, period)


async def open_exceptions(reader: Reader, account: CustodyAccount, period: str) -> list[BankException]:
    """Return what a person must settle in a month of the account: lines, postings, and days whose balances differ."""
    lines, movements = await _unmatched(reader, account, period)
    assertions = await standing_assertions(reader, bank_account_id(account.id), period, scope=Scope.everything())
    found = list(exceptions_of(account.id, lines, movements))
    found += unproved_openings(account.id, movements, asserted={assertion.day for assertion in assertions})
    for assertion in assertions:
        if not assertion.agrees:
            found.append(
                BankException(account.id, BankExceptionReason.BALANCE_DIFFERS, assertion.day, assertion.difference_fen)
            )
    return sorted(found, key=lambda one: one.day)


async def _unmatched(reader: Reader, account: CustodyAccount, period: str) -> tuple[list[BankLine], list[Movement]]:
    first, last = days_of(period)
    everything = Scope.everything()
    lines = await lines_between(reader, account.id, first, last, scope=everything)
    movements = await movements_between(reader, bank_account_id(account.id), side=Side.DEBIT, first=first, last=last)
    done_lines, done_postings = await matched_between(reader, account.id, first, last, scope=everything)
    return (
        [line for line in lines if line.id not in done_lines],
        [movement for movement in movements if movement.posting_id not in done_postings],
    )
