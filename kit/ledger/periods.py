"""The daily comparison with the bank, and the lock that closes a month.

A day's book balance counts the entries whose fact is of that day or before, however late they were posted. A difference
stays open until the same day is asserted again and agrees.

Postings read the locks, but share no document with them. So a lock counts as later than every posting that began before
it was committed: such a posting may still land in the month, and nothing that begins afterwards can.
"""

from calendar import monthrange
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, Final

from pymongo.errors import DuplicateKeyError

from kit.caller import Scope
from kit.errors import StateConflict, ValidationFailed
from kit.ids import new_id
from kit.ledger.accounts import AccountUnknown
from kit.ledger.documents import ACCOUNTS, BALANCES, BANK_ASSERTIONS, ENTRIES, PERIOD_LOCKS
from kit.ledger.postings import PeriodLocked
from kit.ledger.transfers import period_of
from kit.money import Fen, add_fen, check_fen, format_money, sum_fen
from kit.mongo import LATEST_PERIOD, ConcurrentChange, Reader, UnitOfWork, scoped

_ASSERTION_PREFIX: Final = "bas"
_MONTH_CHARACTERS: Final = 7
_EARLIEST_DAY: Final = "0001-01-01"


class PeriodNotOver(StateConflict):
    """The month still runs: only a past one is closed."""


class PeriodAlreadyLocked(StateConflict):
    """The month was closed before."""


class BankDifferenceOpen(StateConflict):
    """Book and bank differ on a day of the month, by the fen that the refusal names."""


class DayNotOver(StateConflict):
    """A day in the future has no bank statement yet."""


@dataclass(frozen=True)
class BankAssertion:
    """What the bank said an account held at the end of a day, and what the book held; the difference is bank less book.

    `revision` counts the assertions of the same day from 1; the last one stands.
    """

    id: str
    account: str
    day: date
    statement_fen: Fen
    book_fen: Fen
    difference_fen: Fen
    revision: int

    @property
    def agrees(self) -> bool:
        """Whether book and bank agree to the fen."""
        return self.difference_fen == 0


@dataclass(frozen=True)
class PeriodLock:
    """A closed month of a book, such as "2026-03"."""

    book: str
    period: str
    locked_by: str


async def assert_bank_balance(work: UnitOfWork, account_id: str, *, day: date, statement_fen: Fen) -> BankAssertion:
    """Record what the bank says the account held at the end of the day, and the difference from the book, in fen.

    A difference is a result, not a refusal. Raises AccountUnknown, DayNotOver, PeriodLocked.
    """
    check_fen(statement_fen)
    if day > work.today:
        raise DayNotOver("a bank statement is of today or before", path=("day",), value=day.isoformat())
    account = await work.collection(ACCOUNTS).find_one({"_id": account_id}, session=work.session)
    if account is None:
        raise AccountUnknown("no such account", value=account_id)
    if await is_locked(work, account["book"], period_of(day)):
        raise PeriodLocked(f"{period_of(day)} is closed", path=("day",), value=day.isoformat())
    book_fen = await book_balance(work, account_id, day)
    former = [
        assertion
        async for assertion in work.collection(BANK_ASSERTIONS).find(
            {"account": account_id, "day": day.isoformat()}, session=work.session
        )
    ]
    assertion = BankAssertion(
        id=new_id(_ASSERTION_PREFIX),
        account=account_id,
        day=day,
        statement_fen=statement_fen,
        book_fen=book_fen,
        difference_fen=add_fen(statement_fen, Fen(-book_fen)),
        revision=len(former) + 1,
    )
    await work.collection(BANK_ASSERTIONS).update_many(
        {"account": account_id, "day": day.isoformat()}, {"$set": {"is_latest": False}}, session=work.session
    )
    try:
        await work.collection(BANK_ASSERTIONS).insert_one(
            {
                "_id": assertion.id,
                "book": account["book"],
                "account": account_id,
                "areas": account["areas"],
                "day": day.isoformat(),
                "statement_fen": statement_fen,
                "book_fen": book_fen,
                "difference_fen": assertion.difference_fen,
                "revision": assertion.revision,
                "is_latest": True,
                "asserted_at": work.now,
                "asserted_by": work.caller.subject,
            },
            session=work.session,
        )
    except DuplicateKeyError as error:
        raise ConcurrentChange(f"{account_id!r} is being asserted for the same day") from error
    return assertion


async def bank_differences(reader: Reader, book: str, period: str, *, scope: Scope) -> list[BankAssertion]:
    """Return the standing assertions of the month that do not agree, by day and account: the exception list."""
    first, last = days_of(period)
    query = scoped(scope, {"book": book, "is_latest": True, "day": _between(first, last)})
    cursor = reader.collection(BANK_ASSERTIONS).find(query, session=reader.session).sort("day", 1)
    standing = [_assertion_of(document) for document in await cursor.to_list(None)]
    return [assertion for assertion in standing if not assertion.agrees]


async def standing_assertions(reader: Reader, account_id: str, period: str, *, scope: Scope) -> list[BankAssertion]:
    """Return the standing assertions of an account in a month, by day."""
    first, last = days_of(period)
    query = scoped(scope, {"account": account_id, "day": _between(first, last)})
    cursor = reader.collection(BANK_ASSERTIONS).find(query, session=reader.session).sort("day", 1)
    return [_assertion_of(document) for document in await cursor.to_list(None) if document["is_latest"]]


async def latest_assertion(reader: Reader, account_id: str) -> BankAssertion | None:
    """Return what the bank said last of an account, by its day; None if it never said anything."""
    query = {"account": account_id, "day": {"$gte": _EARLIEST_DAY, "$lt": LATEST_PERIOD}}
    cursor = reader.collection(BANK_ASSERTIONS).find(query, session=reader.session)
    found = await cursor.sort([("account", -1), ("day", -1), ("revision", -1)]).limit(1).to_list(1)
    return _assertion_of(found[0]) if found else None


async def lock_period(work: UnitOfWork, book: str, period: str) -> PeriodLock:
    """Close a month ("2026-03") of a book: from now on nothing is posted or asserted into it.

    Every standing bank assertion of the month is compared again with the book as it is now. Raises ValidationFailed
    for a malformed month, PeriodNotOver, PeriodAlreadyLocked, BankDifferenceOpen naming account, day and difference.
    """
    first, last = days_of(period)
    if last >= work.today:
        raise PeriodNotOver(f"{period} is over after {last.isoformat()}", path=("period",), value=period)
    if await is_locked(work, book, period):
        raise PeriodAlreadyLocked(f"{period} is closed in the book {book!r}", path=("period",), value=period)
    query = {"book": book, "is_latest": True, "day": _between(first, last)}
    for document in await work.collection(BANK_ASSERTIONS).find(query, session=work.session).to_list(None):
        book_fen = await book_balance(work, document["account"], date.fromisoformat(document["day"]))
        difference_fen = add_fen(Fen(document["statement_fen"]), Fen(-book_fen))
        if difference_fen != 0:
            raise BankDifferenceOpen(
                f"account {document['account']!r} differs from the bank on {document['day']} "
                f"by {format_money(difference_fen)}",
                path=(document["account"], document["day"]),
                value=format_money(difference_fen),
            )
    lock = PeriodLock(book=book, period=period, locked_by=work.caller.subject)
    try:
        await work.collection(PERIOD_LOCKS).insert_one(
            {
                "_id": f"{book}/{period}",
                "book": book,
                "period": period,
                "locked_at": work.now,
                "locked_by": lock.locked_by,
            },
            session=work.session,
        )
    except DuplicateKeyError as error:
        raise ConcurrentChange(f"{period} is being closed") from error
    return lock


async def is_locked(reader: Reader, book: str, period: str) -> bool:
    """Return whether the month is closed in the book."""
    query = {"book": book, "period": period}
    return await reader.collection(PERIOD_LOCKS).find_one(query, session=reader.session) is not None


async def book_balance(reader: Reader, account_id: str, day: date) -> Fen:
    """Return the balance by the facts up to the end of `day`: today's, less what happened after it."""
    balance = await reader.collection(BALANCES).find_one({"_id": account_id}, session=reader.session)
    if balance is None:
        raise AccountUnknown("no such account", value=account_id)
    later = reader.collection(ENTRIES).find(
        {"account": account_id, "occurred_on": {"$gt": day.isoformat(), "$lt": LATEST_PERIOD}},
        session=reader.session,
    )
    changes = [
        Fen(entry["amount_fen"] if balance["side"] == entry["side"] else -entry["amount_fen"]) async for entry in later
    ]
    return add_fen(Fen(balance["balance_fen"]), Fen(-sum_fen(changes)))


def days_of(period: str) -> tuple[date, date]:
    """Return the first and the last day of a month such as "2026-03"; raises ValidationFailed."""
    try:
        first = date.fromisoformat(f"{period}-01")
    except ValueError:
        raise ValidationFailed("a period is a month such as '2026-03'", path=("period",), value=period) from None
    if len(period) != _MONTH_CHARACTERS:
        raise ValidationFailed("a period is a month such as '2026-03'", path=("period",), value=period)
    return first, first.replace(day=monthrange(first.year, first.month)[1])


def _between(first: date, last: date) -> dict[str, str]:
    """Return the condition for a day from the first to the last one, both included."""
    # Below the next day: where more fields follow in an index, the embedded server loses what equals an upper bound.
    return {"$gte": first.isoformat(), "$lt": (last + timedelta(days=1)).isoformat()}


def _assertion_of(document: Mapping[str, Any]) -> BankAssertion:
    return BankAssertion(
        id=document["_id"],
        account=document["account"],
        day=date.fromisoformat(document["day"]),
        statement_fen=Fen(document["statement_fen"]),
        book_fen=Fen(document["book_fen"]),
        difference_fen=Fen(document["difference_fen"]),
        revision=document["revision"],
    )
