"""Posting and reversing: the state of each account changes under a version check, and nothing is shared by all."""

from typing import Final

from pymongo import UpdateOne
from pymongo.errors import DuplicateKeyError

from kit.errors import Duplicate, NotFound, StateConflict
from kit.ids import new_id
from kit.ledger.accounts import AccountUnknown
from kit.ledger.documents import (
    ACCOUNTS,
    ENTRIES,
    PERIOD_LOCKS,
    POSTINGS,
    UNSEALED,
    PostedPosting,
    account_state_of,
    entry_documents,
    posted_posting_of,
    posting_document,
)
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
    accounts = await account_documents(work, posting.book, posting.accounts)
    legs = legs_of(posting.transfers, map(account_state_of, accounts.values()))
    posted = PostedPosting(
        id=new_id(POSTING_PREFIX),
        posting=posting,
        # Never before an account's last entry, whatever the clocks say: its entries are in the order of time.
        posted_at=max(work.now, *(account["last_posted_at"] for account in accounts.values())),
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
    await change_accounts(work, accounts, changes)
    document = posting_document(posted)
    try:
        await work.collection(POSTINGS).insert_one(document, session=work.session)
        await work.collection(ENTRIES).insert_many(entry_documents(document), session=work.session)
        await work.collection(UNSEALED).insert_one(
            {"_id": posted.id, "book": posting.book, "posted_at": posted.posted_at}, session=work.session
        )
    except DuplicateKeyError as error:
        raise ConcurrentChange(f"the key {posting.key!r} is being posted") from error
    return posted


async def reverse(work: UnitOfWork, posting_id: str, *, reason: str) -> PostedPosting:
    """Take a posting back by one with all its sides swapped, dated today; the original stays as it is.

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
            occurred_on=work.today,
            memo=reason,
            district=original.district,
            policy_id=original.policy_id,
            reverses=posting_id,
        ),
    )


async def account_documents(
    work: UnitOfWork, book: str, account_ids: tuple[AccountRef, ...]
) -> dict[AccountRef, Document]:
    """Return the documents of a posting's accounts by id; raises AccountUnknown, InvalidPosting if of another book."""
    found = (
        await work.collection(ACCOUNTS).find({"_id": {"$in": list(account_ids)}}, session=work.session).to_list(None)
    )
    by_id: dict[AccountRef, Document] = {document["_id"]: document for document in found}
    for account_id in account_ids:
        if account_id not in by_id:
            raise AccountUnknown("no such account", value=account_id)
        if by_id[account_id]["book"] != book:
            raise InvalidPosting(f"the account is not of the book {book!r}", value=account_id)
    return by_id


async def change_accounts(
    work: UnitOfWork, accounts: dict[AccountRef, Document], changes: dict[AccountRef, Document]
) -> None:
    """Set the changed fields of the accounts that were read, under their versions; raises ConcurrentChange."""
    updated = await work.collection(ACCOUNTS).bulk_write(
        [
            UpdateOne(
                {"_id": account_id, "version": accounts[account_id]["version"]},
                {"$set": {**change, "version": accounts[account_id]["version"] + 1}},
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
