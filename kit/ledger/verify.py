"""Verification: replay a book from its entries, rehash its postings, and name everything that does not fit.

It may run while postings go on. Entries never change and an account numbers its own without gaps, so an account that is
read first is compared with exactly the entries it had then.
"""

from collections.abc import AsyncIterator, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any, Final

from kit.caller import SYSTEM_CALLER
from kit.clock import Clock, SystemClock
from kit.ledger.documents import (
    ACCOUNTS,
    ENTRIES,
    POSTINGS,
    RESERVATIONS,
    TREE_HEADS,
    TREE_NODES,
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
    """The book as it stood at one instant: its tree, what waited for it, its accounts and its open reservations."""

    tree: Document | None
    waiting: tuple[Document, ...]
    accounts: tuple[Document, ...]
    reservations: tuple[Document, ...]
    at: datetime


async def verify(mongo: Mongo, book: str, *, clock: Clock | None = None) -> VerificationReport:
    """Check the whole book and return what was found; changes nothing and never stops at the first break."""
    clock = clock or SystemClock()
    snapshot = await run_unit_of_work(mongo, SYSTEM_CALLER, lambda work: _snapshot(work, book), clock=clock)
    findings: list[Finding] = []
    sealed_size = snapshot.tree["size"] if snapshot.tree else 0
    root = await _check_seal(mongo, book, sealed_size, findings)
    if snapshot.tree is not None and bytes(snapshot.tree["root"]) != root:
        findings.append(Finding(Break.SEAL_BROKEN, f"{book}/{sealed_size}", "the latest root differs from the leaves"))
    await _check_waiting(mongo, snapshot.waiting, findings)
    entry_count = 0
    for account in snapshot.accounts:
        entry_count += await _check_account(mongo, account, findings)
    _check_trial_balance(book, snapshot.accounts, findings)
    _check_reserved(snapshot, findings)
    oldest = min((row["posted_at"] for row in snapshot.waiting), default=None)
    return VerificationReport(
        book=book,
        sealed_size=sealed_size,
        root=root,
        sealed_at=snapshot.tree["sealed_at"] if snapshot.tree else None,
        unsealed_count=len(snapshot.waiting),
        oldest_unsealed_age=None if oldest is None else snapshot.at - oldest,
        account_count=len(snapshot.accounts),
        entry_count=entry_count,
        findings=tuple(dict.fromkeys(findings)),
    )


async def _snapshot(work: UnitOfWork, book: str) -> _Snapshot:
    async def read(collection: str, query: Mapping[str, Any]) -> tuple[Document, ...]:
        return tuple(await work.collection(collection).find(query, session=work.session).to_list(None))

    return _Snapshot(
        tree=await work.collection(TREES).find_one({"_id": book}, session=work.session),
        waiting=await read(UNSEALED, {"book": book}),
        accounts=await read(ACCOUNTS, {"book": book}),
        reservations=await read(RESERVATIONS, {"book": book, "state": ReservationState.RESERVED.value}),
        at=work.now,
    )


async def _check_seal(mongo: Mongo, book: str, size: int, findings: list[Finding]) -> bytes:
    """Rehash every sealed posting and regrow the tree past every head; return the root of the stored leaves."""
    tree = Tree()
    async for start, leaves in _leaves(mongo, book, size):
        heads = await _heads(mongo, book, start, start + len(leaves))
        postings = await _by_id(mongo, POSTINGS, [leaf["posting"] for leaf in leaves if "posting" in leaf])
        for number, leaf in enumerate(leaves):
            if leaf["offset"] != start + number or "posting" not in leaf:
                findings.append(
                    Finding(Break.SEAL_BROKEN, f"{book}/{start + number}", "the leaf of this position is gone")
                )
                return tree.root
            posting = postings.get(leaf["posting"])
            if posting is None:
                findings.append(
                    Finding(Break.POSTING_REMOVED, leaf["posting"], f"sealed as {leaf['offset']}, and gone")
                )
            elif leaf_hash(sealed_content(posting)) != bytes(leaf["hash"]):
                findings.append(
                    Finding(Break.POSTING_CHANGED, leaf["posting"], f"differs from its seal at {leaf['offset']}")
                )
            tree, _ = tree.append(bytes(leaf["hash"]))
            head = heads.pop(tree.size, None)
            if head is not None and bytes(head["root"]) != tree.root:
                findings.append(
                    Finding(Break.SEAL_BROKEN, f"{book}/{tree.size}", "the head's root differs from the leaves")
                )
        await _check_entries_of(mongo, postings.values(), findings)
    if tree.size < size:
        findings.append(
            Finding(Break.SEAL_BROKEN, f"{book}/{tree.size}", f"only {tree.size} of {size} leaves are left")
        )
    return tree.root


async def _check_waiting(mongo: Mongo, waiting: Sequence[Document], findings: list[Finding]) -> None:
    """Check that the postings that wait for their seal are there, with their entries."""
    for start in range(0, len(waiting), _BATCH):
        ids = [row["_id"] for row in waiting[start : start + _BATCH]]
        postings = await _by_id(mongo, POSTINGS, ids)
        findings += [
            Finding(Break.POSTING_REMOVED, posting_id, "waits for its seal, and is gone")
            for posting_id in ids
            if posting_id not in postings
        ]
        await _check_entries_of(mongo, postings.values(), findings)


async def _check_entries_of(mongo: Mongo, postings: Iterable[Document], findings: list[Finding]) -> None:
    """Compare the postings' entries with those that the postings say they made."""
    documents = list(postings)
    query = {"posting": {"$in": [document["_id"] for document in documents]}}
    found = {entry["_id"]: entry for entry in await mongo.collection(ENTRIES).find(query).to_list(None)}
    for document in documents:
        try:
            made = entry_documents(document)
        except (KeyError, TypeError) as error:
            findings.append(Finding(Break.POSTING_CHANGED, document["_id"], f"is malformed: {error!r}"))
            continue
        for expected in made:
            entry = found.pop(expected["_id"], None)
            if entry is None:
                findings.append(Finding(Break.ENTRY_REMOVED, expected["_id"], f"made by {document['_id']}, and gone"))
            elif entry != expected:
                changed = ", ".join(sorted(name for name in expected if entry.get(name) != expected[name]))
                findings.append(
                    Finding(Break.ENTRY_CHANGED, expected["_id"], f"differs from {document['_id']} in {changed}")
                )
    findings += [
        Finding(Break.ENTRY_ADDED, entry_id, f"{entry['posting']} did not make it") for entry_id, entry in found.items()
    ]


async def _check_account(mongo: Mongo, account: Document, findings: list[Finding]) -> int:
    """Replay the account from its entries; return how many it has."""
    balance_fen = 0
    expected = 1
    for start in range(1, account["entry_count"] + 1, _BATCH):
        end = min(start + _BATCH - 1, account["entry_count"])
        query = {"account": account["_id"], "sequence": {"$gte": start, "$lte": end}}
        entries = await mongo.collection(ENTRIES).find(query).sort("sequence", 1).to_list(None)
        for entry in entries:
            findings += _gap(account["_id"], expected, entry["sequence"])
            balance_fen += entry["amount_fen"] if entry["side"] == account["side"] else -entry["amount_fen"]
            if balance_fen != entry["balance_fen"]:
                findings.append(
                    Finding(
                        Break.ENTRY_CHANGED,
                        entry["_id"],
                        f"the replay reaches {balance_fen} fen here, the entry says {entry['balance_fen']}",
                    )
                )
                # From here on as the entries say, so that one break is not reported at every later entry.
                balance_fen = entry["balance_fen"]
            expected = entry["sequence"] + 1
        await _check_sealed(mongo, [entry["posting"] for entry in entries], findings)
    findings += _gap(account["_id"], expected, account["entry_count"] + 1)
    if balance_fen != account["balance_fen"]:
        findings.append(
            Finding(
                Break.BALANCE_CHANGED,
                account["_id"],
                f"the entries add up to {balance_fen} fen, the account says {account['balance_fen']}",
            )
        )
    count: int = account["entry_count"]
    return count


def _gap(account_id: str, expected: int, found: int) -> list[Finding]:
    return [
        Finding(Break.ENTRY_REMOVED, f"{account_id}#{sequence}", "the account's numbering has a gap here")
        for sequence in range(expected, found)
    ]


async def _check_sealed(mongo: Mongo, posting_ids: Sequence[str], findings: list[Finding]) -> None:
    """Check that each posting is sealed or waits for it."""
    unknown = set(posting_ids)
    # The tree is asked again, since a posting may move from the queue into the tree between the two questions.
    for collection, name in ((TREE_NODES, "posting"), (UNSEALED, "_id"), (TREE_NODES, "posting")):
        if unknown:
            found = await mongo.collection(collection).find({name: {"$in": sorted(unknown)}}).to_list(None)
            unknown -= {document[name] for document in found}
    findings += [
        Finding(Break.POSTING_OUTSIDE_SEAL, posting_id, "is neither sealed nor waiting for its seal")
        for posting_id in sorted(unknown)
    ]


def _check_trial_balance(book: str, accounts: Sequence[Document], findings: list[Finding]) -> None:
    sums = {side: sum(account["balance_fen"] for account in accounts if account["side"] == side.value) for side in Side}
    if sums[Side.DEBIT] != sums[Side.CREDIT]:
        findings.append(
            Finding(Break.NOT_BALANCED, book, f"debits are {sums[Side.DEBIT]} fen, credits are {sums[Side.CREDIT]} fen")
        )


def _check_reserved(snapshot: _Snapshot, findings: list[Finding]) -> None:
    held: dict[str, int] = {}
    for reservation in snapshot.reservations:
        for part in reservation["held_fen"]:
            held[part["account"]] = held.get(part["account"], 0) + part["amount_fen"]
    for account in snapshot.accounts:
        expected = held.get(account["_id"], 0)
        if account["reserved_fen"] != expected:
            findings.append(
                Finding(
                    Break.RESERVED_CHANGED,
                    account["_id"],
                    f"the reservations hold {expected} fen, the account says {account['reserved_fen']}",
                )
            )


async def _leaves(mongo: Mongo, book: str, size: int) -> AsyncIterator[tuple[int, list[Document]]]:
    for start in range(0, size, _BATCH):
        query = {"book": book, "level": 0, "offset": {"$gte": start, "$lt": min(start + _BATCH, size)}}
        yield start, await mongo.collection(TREE_NODES).find(query).sort("offset", 1).to_list(None)


async def _heads(mongo: Mongo, book: str, start: int, end: int) -> dict[int, Document]:
    query = {"book": book, "size": {"$gt": start, "$lte": end}}
    return {head["size"]: head async for head in mongo.collection(TREE_HEADS).find(query)}


async def _by_id(mongo: Mongo, collection: str, ids: Sequence[str]) -> dict[str, Document]:
    return {
        document["_id"]: document async for document in mongo.collection(collection).find({"_id": {"$in": list(ids)}})
    }
