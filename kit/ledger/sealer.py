"""The sealer: numbers and hashes committed postings in batches, within a second, into the Merkle tree of their book.

One sealer of a service works at a time, under a lease whose token is confirmed in every batch's transaction. Each batch
leaves a tree head, so that anybody who kept an earlier head can ask for the proof that history only grew.
"""

import asyncio
import logging
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from pymongo.errors import DuplicateKeyError, PyMongoError

from kit.caller import SYSTEM_CALLER
from kit.clock import Clock, SystemClock
from kit.errors import NotFound
from kit.ids import new_id
from kit.lease import Lease, LeaseLost
from kit.ledger.documents import POSTINGS, TREE_HEADS, TREE_NODES, TREES, UNSEALED, sealed_content
from kit.ledger.merkle import (
    Node,
    Tree,
    consistency_ranges,
    hash_of_range,
    inclusion_ranges,
    leaf_hash,
    nodes_of_range,
)
from kit.mongo import (
    ConcurrentChange,
    Document,
    Mongo,
    Reader,
    StoreUnavailable,
    TooContended,
    UnitOfWork,
    run_unit_of_work,
)

logger = logging.getLogger(__name__)

LEASE_NAME: Final = "ledger-sealer"
LEASE_TTL: Final = timedelta(seconds=10)
LARGEST_BATCH: Final = 500
PAUSE_SECONDS: Final = 0.4
"""Between two looks for unsealed postings; with the sealing itself, well within the promised second."""


class PostingNotSealed(NotFound):
    """No such posting in the sealed part of the book; a fresh one is sealed within a second."""


class HeadUnknown(NotFound):
    """The book's tree had no head of this size."""


@dataclass(frozen=True)
class TreeHead:
    """What a book's whole history hashes to after its first `size` postings."""

    book: str
    size: int
    root: bytes
    sealed_at: datetime


@dataclass(frozen=True)
class InclusionProof:
    """That a posting is leaf `position` of the tree of `head`; checked by `kit.ledger.merkle.inclusion_holds`."""

    posting_id: str
    position: int
    leaf: bytes
    path: tuple[bytes, ...]
    head: TreeHead


@dataclass(frozen=True)
class ConsistencyProof:
    """That the tree of `new` begins with the whole tree of `old`; checked by `kit.ledger.merkle.consistency_holds`."""

    old: TreeHead
    new: TreeHead
    path: tuple[bytes, ...]


class Sealer:
    """Seals the books of one service's database; run one in every replica, the lease chooses who works."""

    def __init__(
        self,
        mongo: Mongo,
        *,
        clock: Clock | None = None,
        holder: str | None = None,
        ttl: timedelta = LEASE_TTL,
        largest_batch: int = LARGEST_BATCH,
    ) -> None:
        self._mongo = mongo
        self._largest_batch = largest_batch
        self._clock = clock or SystemClock()
        self._lease = Lease(mongo, LEASE_NAME, holder or new_id("sea"), ttl, self._clock)

    async def run(self) -> None:
        """Seal until cancelled; while the store is away or another replica holds the lease, wait and try again."""
        try:
            while True:
                try:
                    await self.seal_pending()
                except (StoreUnavailable, TooContended, PyMongoError) as error:
                    logger.warning("sealing is held up: %s", error)
                await asyncio.sleep(PAUSE_SECONDS)
        finally:
            await self._release()

    async def seal_pending(self) -> int:
        """Seal every posting that waits and return how many; 0 if another replica holds the lease."""
        if not await self._lease.acquire():
            return 0
        sealed = 0
        while batches := await self._waiting():
            in_this_round = 0
            for book, posting_ids in batches.items():
                try:
                    in_this_round += await self._seal(book, posting_ids)
                except LeaseLost as lost:
                    logger.info("%s", lost)
                    return sealed + in_this_round
            sealed += in_this_round
            # What is left then waits for postings that are gone; `verify` names them.
            if in_this_round == 0 or not await self._lease.renew():
                break
        return sealed

    async def _waiting(self) -> Mapping[str, Sequence[str]]:
        """Return the oldest postings that wait, by book."""
        rows = await self._mongo.collection(UNSEALED).find({}).limit(self._largest_batch * 4).to_list(None)
        by_book: dict[str, list[str]] = defaultdict(list)
        for row in sorted(rows, key=lambda row: (row["posted_at"], row["_id"])):
            if len(by_book[row["book"]]) < self._largest_batch:
                by_book[row["book"]].append(row["_id"])
        return by_book

    async def _seal(self, book: str, posting_ids: Sequence[str]) -> int:
        async def append(work: UnitOfWork) -> int:
            return await self._append(work, book, posting_ids)

        return await run_unit_of_work(self._mongo, SYSTEM_CALLER, append, clock=self._clock)

    async def _append(self, work: UnitOfWork, book: str, posting_ids: Sequence[str]) -> int:
        """Append the postings to the book's tree in this unit of work; those that are gone keep waiting."""
        await self._lease.confirm(work)
        waiting = await _by_id(work, UNSEALED, posting_ids)
        postings = await _by_id(work, POSTINGS, posting_ids)
        missing = [posting_id for posting_id in waiting if posting_id not in postings]
        if missing:
            logger.error("unsealed postings are gone from book %r: %s", book, ", ".join(missing))
        to_seal = [posting_id for posting_id in posting_ids if posting_id in waiting and posting_id in postings]
        if not to_seal:
            return 0
        top = await work.collection(TREES).find_one({"_id": book}, session=work.session)
        tree = Tree() if top is None else Tree(top["size"], tuple(top["peaks"]))
        nodes: list[Document] = []
        for posting_id in to_seal:
            tree, made = tree.append(leaf_hash(sealed_content(postings[posting_id])))
            for node, hashed in made:
                nodes.append(_node_document(book, node, hashed, posting_id))
        try:
            await work.collection(TREE_NODES).insert_many(nodes, session=work.session)
            await work.collection(TREE_HEADS).insert_one(
                {
                    "_id": f"{book}/{tree.size}",
                    "book": book,
                    "size": tree.size,
                    "root": tree.root,
                    "sealed_at": work.now,
                    "lease_token": self._lease.token,
                },
                session=work.session,
            )
        except DuplicateKeyError as error:
            raise ConcurrentChange(f"the tree of book {book!r} grew meanwhile") from error
        await work.collection(TREES).update_one(
            {"_id": book},
            {"$set": {"size": tree.size, "peaks": list(tree.peaks), "root": tree.root, "sealed_at": work.now}},
            upsert=True,
            session=work.session,
        )
        await work.collection(UNSEALED).delete_many({"_id": {"$in": to_seal}}, session=work.session)
        return len(to_seal)

    async def _release(self) -> None:
        try:
            await self._lease.release()
        except PyMongoError as error:
            logger.info("the sealer's lease was left to run out: %s", error)


async def tree_head(reader: Reader, book: str, *, size: int | None = None) -> TreeHead | None:
    """Return the book's head of that size, or its latest one; None if there is none. Heads hold no business data."""
    if size is None:
        document = await reader.collection(TREES).find_one({"_id": book}, session=reader.session)
    else:
        document = await reader.collection(TREE_HEADS).find_one({"book": book, "size": size}, session=reader.session)
    if document is None:
        return None
    return TreeHead(book, document["size"], bytes(document["root"]), document["sealed_at"])


async def inclusion_proof(reader: Reader, book: str, posting_id: str) -> InclusionProof:
    """Return the proof that the posting is in the book's latest tree; raises PostingNotSealed."""
    head = await tree_head(reader, book)
    leaf = await reader.collection(TREE_NODES).find_one({"posting": posting_id}, session=reader.session)
    if head is None or leaf is None or leaf["book"] != book or leaf["offset"] >= head.size:
        raise PostingNotSealed("the posting is not sealed in this book", value=posting_id)
    path = await _path(reader, book, inclusion_ranges(leaf["offset"], head.size))
    return InclusionProof(posting_id, leaf["offset"], bytes(leaf["hash"]), path, head)


async def consistency_proof(reader: Reader, book: str, *, old_size: int) -> ConsistencyProof:
    """Return the proof that the book's latest tree begins with its head of `old_size`; raises HeadUnknown."""
    old = await tree_head(reader, book, size=old_size)
    new = await tree_head(reader, book)
    if old is None or new is None:
        raise HeadUnknown("the book has no head of this size", value=old_size)
    return ConsistencyProof(old, new, await _path(reader, book, consistency_ranges(old.size, new.size)))


async def _path(reader: Reader, book: str, ranges: Sequence[tuple[int, int]]) -> tuple[bytes, ...]:
    needed = [node for start, end in ranges for node in nodes_of_range(start, end)]
    ids = [_node_id(book, node) for node in needed]
    found = await reader.collection(TREE_NODES).find({"_id": {"$in": ids}}, session=reader.session).to_list(None)
    hashes = {Node(document["level"], document["offset"]): bytes(document["hash"]) for document in found}
    return tuple(hash_of_range(start, end, hashes.__getitem__) for start, end in ranges)


async def _by_id(work: UnitOfWork, collection: str, ids: Sequence[str]) -> dict[str, Document]:
    cursor = work.collection(collection).find({"_id": {"$in": list(ids)}}, session=work.session)
    return {document["_id"]: document async for document in cursor}


def _node_document(book: str, node: Node, hashed: bytes, posting_id: str) -> dict[str, Any]:
    document = {
        "_id": _node_id(book, node),
        "book": book,
        "level": node.level,
        "offset": node.offset,
        "hash": hashed,
    }
    # Only a leaf stands for a posting.
    return {**document, "posting": posting_id} if node.level == 0 else document


def _node_id(book: str, node: Node) -> str:
    return f"{book}/{node.level}/{node.offset}"
