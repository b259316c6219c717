"""Opening accounts and reading them: states, entries by page, and balances at any past instant."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from pymongo.errors import DuplicateKeyError

from kit.caller import Scope
from kit.errors import Duplicate, NotFound, ValidationFailed
from kit.ledger.documents import (
    ACCOUNTS,
    BALANCES,
    ENTRIES,
    Entry,
    account_document,
    account_of,
    balance_document,
    entry_of,
    holding_of,
)
from kit.ledger.transfers import Account, Holding
from kit.money import ZERO_FEN, Fen
from kit.mongo import ConcurrentChange, Document, Reader, UnitOfWork, scoped

LONGEST_PAGE: Final = 100
_AFTER_EVERY_CODE: Final = "\U0010ffff"


class AccountUnknown(NotFound):
    """No such account, or it is outside what the caller may see."""


class AccountOpenedDifferently(Duplicate):
    """An account with this id exists with another book, side or right to go negative."""


@dataclass(frozen=True)
class AccountState:
    """An account and what it holds: `balance_fen` on its normal side, and how much of it is reserved."""

    account: Account
    holding: Holding

    @property
    def balance_fen(self) -> Fen:
        """The balance, reserved amounts included."""
        return self.holding.balance_fen

    @property
    def reserved_fen(self) -> Fen:
        """What is set aside for decided payments."""
        return self.holding.reserved_fen

    @property
    def available_fen(self) -> Fen:
        """What may still be taken out: the balance less what is reserved."""
        return self.holding.available_fen

    @property
    def entry_count(self) -> int:
        """How many entries the account has."""
        return self.holding.entry_count


@dataclass(frozen=True)
class EntryPage:
    """Entries of one account in the order that was asked for, and whether there are more beyond the last one."""

    entries: tuple[Entry, ...]
    has_next: bool
    total_count: int


@dataclass(frozen=True)
class AccountPage:
    """Accounts of a book by id, and whether there are more beyond the last one."""

    accounts: tuple[AccountState, ...]
    has_next: bool


async def open_account(work: UnitOfWork, account: Account) -> Account:
    """Open the account with a balance of zero; opening it again changes nothing and returns what stands.

    Raises AccountOpenedDifferently if it stands with another book, side, district or right to go negative.
    """
    known = await work.collection(ACCOUNTS).find_one({"_id": account.id}, session=work.session)
    if known is None:
        await _insert(work, [account])
        return account
    opened = account_of(known)
    _refuse_other_terms(opened, account)
    return opened


async def open_accounts(work: UnitOfWork, accounts: Sequence[Account]) -> int:
    """Open many accounts at once, leaving out those that stand already; returns how many were new.

    Raises AccountOpenedDifferently as `open_account` does.
    """
    by_id = {account.id: account for account in accounts}
    known = await work.collection(ACCOUNTS).find({"_id": {"$in": list(by_id)}}, session=work.session).to_list(None)
    for document in known:
        _refuse_other_terms(account_of(document), by_id[document["_id"]])
    standing = {document["_id"] for document in known}
    missing = [account for account_id, account in by_id.items() if account_id not in standing]
    if missing:
        await _insert(work, missing)
    return len(missing)


async def change_areas(work: UnitOfWork, account_id: str, areas: Iterable[str]) -> None:
    """Set the grants that may see the account and its entries, such as after a sale; raises AccountUnknown."""
    changed = await work.collection(ACCOUNTS).update_one(
        {"_id": account_id}, {"$set": {"areas": sorted(areas)}}, session=work.session
    )
    if changed.matched_count == 0:
        raise AccountUnknown("no such account", value=account_id)


async def account_state(reader: Reader, account_id: str, *, scope: Scope) -> AccountState:
    """Return what the account holds now; raises AccountUnknown."""
    account = account_of(await _account_document(reader, account_id, scope))
    return AccountState(account, await _holding(reader, account_id))


async def account_states(reader: Reader, account_ids: Sequence[str], *, scope: Scope) -> dict[str, AccountState]:
    """Return what the accounts hold now, by id; those that are unknown or out of scope are left out."""
    query = scoped(scope, {"_id": {"$in": list(account_ids)}})
    documents = await reader.collection(ACCOUNTS).find(query, session=reader.session).to_list(None)
    return {state.account.id: state for state in await _states(reader, documents)}


async def accounts_of_book(
    reader: Reader, book: str, *, first: int, after: str | None = None, scope: Scope
) -> AccountPage:
    """Return the next accounts of a book by id, up to `first` of them (1 to 100), after the id `after`."""
    _check_page(first)
    query = scoped(scope, {"book": book, "code": {"$gt": after or "", "$lt": _AFTER_EVERY_CODE}})
    cursor = reader.collection(ACCOUNTS).find(query, session=reader.session).sort("code", 1).limit(first + 1)
    documents = await cursor.to_list(None)
    return AccountPage(accounts=await _states(reader, documents[:first]), has_next=len(documents) > first)


async def balance(reader: Reader, account_id: str, *, at: datetime | None = None, scope: Scope) -> Fen:
    """Return the account's balance on its normal side: now, or after the last entry posted at or before `at`.

    Before the first entry it is zero. Raises AccountUnknown.
    """
    await _account_document(reader, account_id, scope)
    holding = await _holding(reader, account_id)
    if at is None:
        return holding.balance_fen
    last = await _last_entry_until(reader, account_id, holding.entry_count, at)
    return ZERO_FEN if last is None else last.balance_fen


async def entries(
    reader: Reader,
    account_id: str,
    *,
    first: int,
    after: int | None = None,
    newest_first: bool = False,
    scope: Scope,
) -> EntryPage:
    """Return up to `first` (1 to 100) entries of the account, in the order of posting, after the entry number `after`.

    With `newest_first` they run backwards. Raises AccountUnknown.
    """
    _check_page(first)
    await _account_document(reader, account_id, scope)
    count = (await _holding(reader, account_id)).entry_count
    # The entries of an account are numbered without gaps, so a page is a range with both ends bounded.
    if newest_first:
        highest = count if after is None else min(after - 1, count)
        lowest = max(highest - first + 1, 1)
    else:
        lowest = 1 if after is None else max(after + 1, 1)
        highest = min(lowest + first - 1, count)
    page = await _entries_between(reader, account_id, lowest, highest)
    return EntryPage(
        entries=tuple(reversed(page)) if newest_first else tuple(page),
        has_next=lowest > 1 if newest_first else highest < count,
        total_count=count,
    )


async def _insert(work: UnitOfWork, accounts: Sequence[Account]) -> None:
    try:
        await work.collection(ACCOUNTS).insert_many(
            [account_document(account, opened_at=work.now) for account in accounts], session=work.session
        )
        await work.collection(BALANCES).insert_many(
            [balance_document(account, opened_at=work.now) for account in accounts], session=work.session
        )
    except DuplicateKeyError as error:
        raise ConcurrentChange("one of the accounts is being opened") from error


async def _holding(reader: Reader, account_id: str) -> Holding:
    document = await reader.collection(BALANCES).find_one({"_id": account_id}, session=reader.session)
    if document is None:
        raise AccountUnknown("no such account", value=account_id)
    return holding_of(document)


async def _states(reader: Reader, accounts: Sequence[Document]) -> tuple[AccountState, ...]:
    query = {"_id": {"$in": [account["_id"] for account in accounts]}}
    holdings = {
        document["_id"]: holding_of(document)
        async for document in reader.collection(BALANCES).find(query, session=reader.session)
    }
    return tuple(AccountState(account_of(account), holdings[account["_id"]]) for account in accounts)


def _refuse_other_terms(opened: Account, asked: Account) -> None:
    for name in ("book", "side", "district", "may_go_negative"):
        if getattr(opened, name) != getattr(asked, name):
            raise AccountOpenedDifferently(f"the account stands with another {name}", value=asked.id)


async def _account_document(reader: Reader, account_id: str, scope: Scope) -> Document:
    query = scoped(scope, {"_id": account_id})
    document = await reader.collection(ACCOUNTS).find_one(query, session=reader.session)
    if document is None:
        raise AccountUnknown("no such account", value=account_id)
    return document


async def _entries_between(reader: Reader, account_id: str, lowest: int, highest: int) -> list[Entry]:
    if lowest > highest:
        return []
    query = {"account": account_id, "sequence": {"$gte": lowest, "$lte": highest}}
    cursor = reader.collection(ENTRIES).find(query, session=reader.session).sort("sequence", 1)
    return [entry_of(document) for document in await cursor.to_list(None)]


async def _last_entry_until(reader: Reader, account_id: str, count: int, at: datetime) -> Entry | None:
    """Return the last entry posted at or before `at`, by halving: an account's entries are in the order of time."""
    found: Entry | None = None
    lowest, highest = 1, count
    while lowest <= highest:
        middle = (lowest + highest) // 2
        [entry] = await _entries_between(reader, account_id, middle, middle)
        if entry.posted_at <= at:
            found, lowest = entry, middle + 1
        else:
            highest = middle - 1
    return found


def _check_page(first: int) -> None:
    if not 1 <= first <= LONGEST_PAGE:
        raise ValidationFailed(f"a page has 1 to {LONGEST_PAGE} lines", path=("first",), value=first)
