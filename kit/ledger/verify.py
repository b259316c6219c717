"""Verification: replay a book from its entries, rehash its postings, and name everything that does not fit.

It may run while postings go on: what is compared is one snapshot of the tree, the queue for the sealer and the balances
with postings and entries that never change.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any, Final

from kit.caller import SYSTEM_CALLER
from kit.clock import Clock, SystemClock
from kit.ledger.documents import (
    BALANCES,
    ENTRIES,
    POSTINGS,
    RESERVATIONS,
    TREE_HEADS,
    TREE_LEAVES,
    TREES,
    UNSEALED,
    entry_documents,
    sealed_content,
)
from kit.ledger.merkle import Tree, leaf_hash
from kit.ledger.reservations import ReservationState
from kit.ledger.transfers import Side
from kit.mongo import Document, Mongo, UnitOfWork, run_unit_of_work

_BATCH: Final = 500


class Break(StrEnum):
    """What can be wrong with a book."""

    POSTING_REMOVED = "POSTING_REMOVED"
    POSTING_CHANGED = "POSTING_CHANGED"
    POSTING_OUTSIDE_SEAL = "POSTING_OUTSIDE_SEAL"
    ENTRY_REMOVED = "ENTRY_REMOVED"
    ENTRY_CHANGED = "ENTRY_CHANGED"
    ENTRY_ADDED = "ENTRY_ADDED"
    BALANCE_CHANGED = "BALANCE_CHANGED"
    RESERVED_CHANGED = "RESERVED_CHANGED"
    NOT_BALANCED = "NOT_BALANCED"
    SEAL_BROKEN = "SEAL_BROKEN"


@dataclass(frozen=True)
class Finding:
    """One broken thing: what is wrong, with which posting, entry ("account#number"), account or head, and how."""

    kind: Break
    subject: str
    message: str


@dataclass(frozen=True)
class VerificationReport:
    """What a verification found: how far the book is sealed, what still waits, and every break, in the order found."""

    book: str
    sealed_size: int
    root: bytes
    sealed_at: datetime | None
    unsealed_count: int
    oldest_unsealed_age: timedelta | None
    account_count: int
    entry_count: int
    findings: tuple[Finding, ...]

    @property
    def is_intact(self) -> bool:
        """Whether nothing is broken."""
        return not self.findings


@dataclass(frozen=True)
class _Snapshot:
    """The book as it stood at one instant: its tree, what waited for it, its balances and its open reservations."""

    tree: Document | None
    waiting: tuple[Document, ...]
    balances: tuple[Document, ...]
    reservations: tuple[Document, ...]
    at: datetime


async def verify(mongo: Mongo, book: str, *, clock: Clock | None = None) -> VerificationReport:
    """Check the whole book and return what was found; changes nothing and never stops at the first break."""
    clock = clock or SystemClock()
    snapshot = await run_unit_of_work(mongo, SYSTEM_CALLER, lambda work: _snapshot(work, book), clock=clock)
    check = _Check(mongo)
    sealed_size = snapshot.tree["size"] if snapshot.tree else 0
    root = await check.seal(book, sealed_size)
    if snapshot.tree is not None and bytes(snapshot.tree["root"]) != root:
        check.found(Break.SEAL_BROKEN, f"{book}/{sealed_size}", "the latest root differs from the leaves")
    await check.waiting(snapshot.waiting)
    for balance in snapshot.balances:
        await check.account(balance)
    check.trial_balance(book, snapshot.balances)
    check.reserved(snapshot)
    oldest = min((row["posted_at"] for row in snapshot.waiting), default=None)
    return VerificationReport(
        book=book,
        sealed_size=sealed_size,
        root=root,
        sealed_at=snapshot.tree["sealed_at"] if snapshot.tree else None,
        unsealed_count=len(snapshot.waiting),
        oldest_unsealed_age=None if oldest is None else snapshot.at - oldest,
        account_count=len(snapshot.balances),
        entry_count=sum(balance["entry_count"] for balance in snapshot.balances),
        findings=tuple(dict.fromkeys(check.findings)),
    )


async def _snapshot(work: UnitOfWork, book: str) -> _Snapshot:
    async def read(collection: str, query: Mapping[str, Any]) -> tuple[Document, ...]:
        return tuple(await work.collection(collection).find(query, session=work.session).to_list(None))

    return _Snapshot(
        tree=await work.collection(TREES).find_one({"_id": book}, session=work.session),
        waiting=await read(UNSEALED, {"book": book}),
        balances=await read(BALANCES, {"book": book}),
        reservations=await read(RESERVATIONS, {"book": book, "state": ReservationState.RESERVED.value}),
        at=work.now,
    )


class _Check:
    """One run over a book: what was found so far, and how many entries the postings say each account has.

    Tree, queue and balances are of one snapshot, so these numbers are those of the accounts.
    """

    def __init__(self, mongo: Mongo) -> None:
        self._mongo = mongo
        self._claimed: Counter[str] = Counter()
        self.findings: list[Finding] = []

    def found(self, kind: Break, subject: str, message: str) -> None:
        """Add a finding."""
        self.findings.append(Finding(kind, subject, message))

    async def seal(self, book: str, size: int) -> bytes:
        """Rehash every sealed posting and regrow the tree past every head; return the root of the stored leaves."""
        tree = Tree()
        for start in range(0, size, _BATCH):
            end = min(start + _BATCH, size)
            leaves = await self._leaves(book, start, end)
            heads = await self._heads(book, start, end)
            postings = await self._postings([leaf["posting"] for leaf in leaves])
            for position, leaf in zip(range(start, end), leaves, strict=False):
                if leaf["offset"] != position:
                    break
                self._posting(leaf["posting"], postings.get(leaf["posting"]), bytes(leaf["hash"]))
                tree, _ = tree.append(bytes(leaf["hash"]))
                head = heads.get(tree.size)
                if head is not None and bytes(head["root"]) != tree.root:
                    self.found(Break.SEAL_BROKEN, f"{book}/{tree.size}", "the head's root differs from the leaves")
            await self._entries_of(postings.values())
            if tree.size < end:
                self.found(Break.SEAL_BROKEN, f"{book}/{tree.size}", "the leaf of this position is gone")
                break
        return tree.root

    async def waiting(self, rows: Sequence[Document]) -> None:
        """Check the postings that wait for their seal in the same way."""
        for start in range(0, len(rows), _BATCH):
            batch = rows[start : start + _BATCH]
            postings = await self._postings([row["_id"] for row in batch])
            for row in batch:
                self._posting(row["_id"], postings.get(row["_id"]), bytes(row["leaf"]))
            await self._entries_of(postings.values())

    async def account(self, balance: Document) -> None:
        """Replay the account from its entries, and compare their number with what the postings made."""
        account_id: str = balance["_id"]
        replayed_fen, expected = 0, 1
        unclaimed = balance["entry_count"] != self._claimed[account_id]
        for start in range(1, balance["entry_count"] + 1, _BATCH):
            end = min(start + _BATCH - 1, balance["entry_count"])
            query = {"account": account_id, "sequence": {"$gte": start, "$lte": end}}
            entries = await self._mongo.collection(ENTRIES).find(query).sort("sequence", 1).to_list(None)
            for entry in entries:
                self._gap(account_id, expected, entry["sequence"])
                expected = entry["sequence"] + 1
                replayed_fen += entry["amount_fen"] if entry["side"] == balance["side"] else -entry["amount_fen"]
                if replayed_fen != entry["balance_fen"]:
                    self.found(
                        Break.ENTRY_CHANGED,
                        entry["_id"],
                        f"the replay reaches {replayed_fen} fen here, the entry says {entry['balance_fen']}",
                    )
                    # From here on as the entries say, so that one break is not reported at every later entry.
                    replayed_fen = entry["balance_fen"]
            if unclaimed:
                await self._name_unclaimed(entries)
        self._gap(account_id, expected, balance["entry_count"] + 1)
        if replayed_fen != balance["balance_fen"]:
            self.found(
                Break.BALANCE_CHANGED,
                account_id,
                f"the entries add up to {replayed_fen} fen, the account says {balance['balance_fen']}",
            )

    def trial_balance(self, book: str, balances: Sequence[Document]) -> None:
        """Compare what stands on the two sides of the whole book."""
        debits, credits_ = (
            sum(balance["balance_fen"] for balance in balances if balance["side"] == side.value)
            for side in (Side.DEBIT, Side.CREDIT)
        )
        if debits != credits_:
            self.found(Break.NOT_BALANCED, book, f"debits are {debits} fen, credits are {credits_} fen")

    def reserved(self, snapshot: _Snapshot) -> None:
        """Compare what is reserved on each account with the open reservations."""
        held: Counter[str] = Counter()
        for reservation in snapshot.reservations:
            for part in reservation["held_fen"]:
                held[part["account"]] += part["amount_fen"]
        for balance in snapshot.balances:
            if balance["reserved_fen"] != held[balance["_id"]]:
                self.found(
                    Break.RESERVED_CHANGED,
                    balance["_id"],
                    f"the reservations hold {held[balance['_id']]} fen, the account says {balance['reserved_fen']}",
                )

    def _posting(self, posting_id: str, posting: Document | None, leaf: bytes) -> None:
        if posting is None:
            self.found(Break.POSTING_REMOVED, posting_id, "its leaf is there, and the posting is gone")
        elif leaf_hash(sealed_content(posting)) != leaf:
            self.found(Break.POSTING_CHANGED, posting_id, "differs from its leaf, taken when it was committed")

    async def _entries_of(self, postings: Iterable[Document]) -> None:
        """Compare the postings' entries with those that the postings say they made."""
        made: dict[str, Document] = {}
        for posting in postings:
            try:
                made.update({entry["_id"]: entry for entry in entry_documents(posting)})
            except (KeyError, TypeError) as error:
                self.found(Break.POSTING_CHANGED, posting["_id"], f"is malformed: {error!r}")
        ids = list(made)
        for start in range(0, len(ids), _BATCH):
            query = {"_id": {"$in": ids[start : start + _BATCH]}}
            there = {entry["_id"]: entry async for entry in self._mongo.collection(ENTRIES).find(query)}
            for entry_id in ids[start : start + _BATCH]:
                self._claimed[made[entry_id]["account"]] += 1
                self._entry(made[entry_id], there.get(entry_id))

    def _entry(self, made: Document, entry: Document | None) -> None:
        if entry is None:
            self.found(Break.ENTRY_REMOVED, made["_id"], f"made by {made['posting']}, and gone")
        elif entry != made:
            changed = ", ".join(sorted(name for name in made | entry if entry.get(name) != made.get(name)))
            self.found(Break.ENTRY_CHANGED, made["_id"], f"differs from {made['posting']} in {changed}")

    def _gap(self, account_id: str, expected: int, found: int) -> None:
        for sequence in range(expected, found):
            self.found(Break.ENTRY_REMOVED, f"{account_id}#{sequence}", "the account's numbering has a gap here")

    async def _name_unclaimed(self, entries: Sequence[Document]) -> None:
        """Name the entries whose posting is neither sealed nor waiting, and those that their posting did not make."""
        ids = sorted({entry["posting"] for entry in entries})
        query = {"posting": {"$in": ids}}
        known = {leaf["posting"] async for leaf in self._mongo.collection(TREE_LEAVES).find(query)}
        known |= {row["_id"] async for row in self._mongo.collection(UNSEALED).find({"_id": {"$in": ids}})}
        postings = await self._postings(sorted(known))
        for entry in entries:
            if entry["posting"] not in known:
                self.found(Break.POSTING_OUTSIDE_SEAL, entry["posting"], "is neither sealed nor waiting for its seal")
            elif entry["posting"] in postings and entry["_id"] not in {
                made["_id"] for made in entry_documents(postings[entry["posting"]])
            }:
                self.found(Break.ENTRY_ADDED, entry["_id"], f"{entry['posting']} did not make it")

    async def _leaves(self, book: str, start: int, end: int) -> list[Document]:
        query = {"book": book, "offset": {"$gte": start, "$lt": end}}
        return await self._mongo.collection(TREE_LEAVES).find(query).sort("offset", 1).to_list(None)

    async def _heads(self, book: str, start: int, end: int) -> dict[int, Document]:
        query = {"book": book, "size": {"$gt": start, "$lte": end}}
        return {head["size"]: head async for head in self._mongo.collection(TREE_HEADS).find(query)}

    async def _postings(self, ids: Sequence[str]) -> dict[str, Document]:
        query = {"_id": {"$in": list(ids)}}
        return {document["_id"]: document async for document in self._mongo.collection(POSTINGS).find(query)}
