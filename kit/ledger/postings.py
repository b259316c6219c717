"""Posting and reversing: the state of each account changes under a version check, and nothing is shared by all."""

from collections.abc import Mapping
from datetime import date
from typing import Final

from pymongo import UpdateOne
from pymongo.errors import DuplicateKeyError

from kit.errors import Duplicate, NotFound, StateConflict
from kit.ids import new_id
from kit.ledger.accounts import AccountUnknown
from kit.ledger.documents import (
    BALANCES,
    ENTRIES,
    PERIOD_LOCKS,
    POSTINGS,
    UNSEALED,
    PostedPosting,
    entry_documents,
    holding_of,
    posted_posting_of,
    posting_document,
    sealed_content,
)
from kit.ledger.merkle import leaf_hash
from kit.ledger.transfers import REVERSAL_PREFIX, AccountRef, InvalidPosting, Posting, legs_of
from kit.mongo import ConcurrentChange, Document, UnitOfWork

POSTING_PREFIX: Final = "pst"


class PostingKeyUsed(Duplicate):
    """The key was posted in this book with another content."""


class PostingUnknown(NotFound):
    """No such posting."""


class AlreadyReversed(StateConflict):
    """The posting was taken back before; a posting is reversed once."""


class ReversalIsFinal(StateConflict):
    """The posting is itself a reversal: post anew instead of reversing it."""


class PeriodLocked(StateConflict):
    """The month of the fact is closed in this book."""


async def post(work: UnitOfWork, posting: Posting) -> PostedPosting:
    """Post the linked transfers in this unit of work, all or nothing, and return them with the entries they made.

    The same posting again, told by its key and content, has no effect and returns the first one, `replayed`. Raises
    PostingKeyUsed for another content, PeriodLocked, AccountUnknown, InvalidPosting for an account of another book,
    AccountOverdrawn naming the account and what is available, OutOfRange beyond 64 bits.
    """
    known = await work.collection(POSTINGS).find_one({"book": posting.book, "key": posting.key}, session=work.session)
    if known is not None:
        if known["digest"] != posting.digest:
            raise PostingKeyUsed("this key was posted with another content", path=("key",), value=posting.key)
        return posted_posting_of(known, replayed=True)
    await _refuse_locked_period(work, posting)
    balances = await balance_documents(work, posting.book, posting.accounts)
    legs = legs_of(posting.transfers, map(holding_of, balances.values()))
    posted = PostedPosting(
        id=new_id(POSTING_PREFIX),
        posting=posting,
        # Never before an account's last entry, whatever the clocks say: its entries are in the order of time.
        posted_at=max(work.now, *(balance["last_posted_at"] for balance in balances.values())),
        posted_by=work.caller.subject,
        correlation_id=work.correlation_id,
        legs=legs,
    )
    changes = {
        leg.account: {
            "balance_fen": leg.balance_fen,
            "entry_count": leg.sequence,
            "last_posted_at": posted.posted_at,
        }
        for leg in legs
    }
    await change_balances(work, balances, changes)
    document = posting_document(posted)
    try:
        await work.collection(POSTINGS).insert_one(document, session=work.session)
        await work.collection(ENTRIES).insert_many(entry_documents(document), session=work.session)
        await work.collection(UNSEALED).insert_one(
            {
                "_id": posted.id,
                "book": posting.book,
                "posted_at": posted.posted_at,
                "leaf": leaf_hash(sealed_content(document)),
            },
            session=work.session,
        )
    except DuplicateKeyError as error:
        raise ConcurrentChange(f"the key {posting.key!r} is being posted") from error
    return posted


async def reverse(work: UnitOfWork, posting_id: str, *, reason: str, occurred_on: date | None = None) -> PostedPosting:
    """Take a posting back by one with all its sides swapped; the original stays as it is.

    It is dated today, or on the day that is given: what never was true is taken back on its own day.

    Raises PostingUnknown, AlreadyReversed at the second time, ReversalIsFinal for a reversal, and what `post` raises:
    money that has left an account since cannot be taken back from it.
    """
    document = await work.collection(POSTINGS).find_one({"_id": posting_id}, session=work.session)
    if document is None:
        raise PostingUnknown("no such posting", value=posting_id)
    original = posted_posting_of(document).posting
    if original.reverses is not None:
        raise ReversalIsFinal("a reversal is not reversed", value=posting_id)
    key = f"{REVERSAL_PREFIX}{posting_id}"
    known = await work.collection(POSTINGS).find_one({"book": original.book, "key": key}, session=work.session)
    if known is not None:
        raise AlreadyReversed(f"the posting was taken back by {known['_id']}", value=posting_id)
    return await post(
        work,
        Posting(
            book=original.book,
            key=key,
            transfers=tuple(transfer.reversed() for transfer in reversed(original.transfers)),
            occurred_on=occurred_on or work.today,
            memo=reason,
            district=original.district,
            policy_id=original.policy_id,
            reverses=posting_id,
        ),
    )


async def balance_documents(
    work: UnitOfWork, book: str, account_ids: tuple[AccountRef, ...]
) -> dict[AccountRef, Document]:
    """Return what a posting's accounts hold, by id; raises AccountUnknown, InvalidPosting for one of another book.

    Who is about to change the same accounts in this process goes one after the other from here on.
    """
    work.touches(f"{BALANCES}:{account_id}" for account_id in account_ids)
    cursor = work.collection(BALANCES).find({"_id": {"$in": list(account_ids)}}, session=work.session)
    by_id: dict[AccountRef, Document] = {document["_id"]: document async for document in cursor}
    for account_id in account_ids:
        if account_id not in by_id:
            raise AccountUnknown("no such account", value=account_id)
        if by_id[account_id]["book"] != book:
            raise InvalidPosting(f"the account is not of the book {book!r}", value=account_id)
    return by_id


async def change_balances(
    work: UnitOfWork, balances: Mapping[AccountRef, Document], changes: Mapping[AccountRef, Document]
) -> None:
    """Set the changed fields of the balances that were read, under their versions; raises ConcurrentChange."""
    updated = await work.collection(BALANCES).bulk_write(
        [
            UpdateOne(
                {"_id": account_id, "version": balances[account_id]["version"]},
                {"$set": {**change, "version": balances[account_id]["version"] + 1}},
            )
            for account_id, change in sorted(changes.items())
        ],
        session=work.session,
    )
    if updated.matched_count != len(changes):
        raise ConcurrentChange(f"one of the accounts {', '.join(sorted(changes))} was changed meanwhile")


async def _refuse_locked_period(work: UnitOfWork, posting: Posting) -> None:
    lock = await work.collection(PERIOD_LOCKS).find_one(
        {"book": posting.book, "period": posting.period}, session=work.session
    )
    if lock is not None:
        raise PeriodLocked(
            f"{posting.period} is closed in the book {posting.book!r}",
            path=("occurredOn",),
            value=posting.occurred_on.isoformat(),
        )
