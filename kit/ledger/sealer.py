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
from typing import Final

from pymongo.errors import DuplicateKeyError, PyMongoError

from kit.caller import SYSTEM_CALLER
from kit.clock import Clock, SystemClock
from kit.errors import NotFound
from kit.ids import new_id
from kit.lease import Lease, LeaseLost
from kit.ledger.documents import TREE_HEADS, TREE_LEAVES, TREE_NODES, TREES, UNSEALED
from kit.ledger.merkle import (
    Node,
    Tree,
    consistency_ranges,
    hash_of_range,
    inclusion_ranges,
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
        while waiting := await self._waiting():
            for book, rows in waiting.items():
                try:
                    sealed += await self._seal(book, rows)
                except LeaseLost as lost:
                    logger.info("%s", lost)
                    return sealed
            if not await self._lease.renew():
                break
        return sealed

    async def _waiting(self) -> Mapping[str, Sequence[Document]]:
        """Return the oldest postings that wait, by book, in the order of their time."""
        rows = await self._mongo.collection(UNSEALED).find({}).limit(self._largest_batch * 4).to_list(None)
        by_book: dict[str, list[Document]] = defaultdict(list)
        for row in sorted(rows, key=lambda row: (row["posted_at"], row["_id"])):
            if len(by_book[row["book"]]) < self._largest_batch:
                by_book[row["book"]].append(row)
        return by_book

    async def _seal(self, book: str, rows: Sequence[Document]) -> int:
        async def append(work: UnitOfWork) -> int:
            return await self._append(work, book, rows)

        return await run_unit_of_work(self._mongo, SYSTEM_CALLER, append, clock=self._clock)

    async def _append(self, work: UnitOfWork, book: str, rows: Sequence[Document]) -> int:
        """Append the postings to the book's tree; 0 if they were sealed by another who held the lease meanwhile.

        The leaf is the hash that was taken when the posting was committed, so that a posting changed since then is
        found, and a removed one leaves its trace.
        """
        await self._lease.confirm(work)
        ids = [row["_id"] for row in rows]
        taken = await work.collection(UNSEALED).delete_many({"_id": {"$in": ids}}, session=work.session)
        if taken.deleted_count != len(ids):
            raise LeaseLost(f"postings of book {book!r} were sealed by another holder")
        top = await work.collection(TREES).find_one({"_id": book}, session=work.session)
        tree = Tree() if top is None else Tree(top["size"], tuple(top["peaks"]))
        leaves: list[Document] = []
        nodes: list[Document] = []
        for row in rows:
            tree, [(leaf, hashed), *complete] = tree.append(bytes(row["leaf"]))
            leaves.append(
                {
                    "_id": _node_id(book, leaf),
                    "book": book,
                    "offset": leaf.offset,
                    "hash": hashed,
                    "posting": row["_id"],
                }
            )
            nodes += [{"_id": _node_id(book, node), "hash": hashed} for node, hashed in complete]
        try:
            await work.collection(TREE_LEAVES).insert_many(leaves, session=work.session)
            if nodes:
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
        return len(leaves)

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
    leaf = await reader.collection(TREE_LEAVES).find_one({"posting": posting_id}, session=reader.session)
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
    hashes: dict[str, bytes] = {}
    for collection in (TREE_LEAVES, TREE_NODES):
        ids = [_node_id(book, node) for node in needed if (node.level == 0) is (collection == TREE_LEAVES)]
        cursor = reader.collection(collection).find({"_id": {"$in": ids}}, session=reader.session)
        hashes.update({document["_id"]: bytes(document["hash"]) async for document in cursor})
    return tuple(hash_of_range(start, end, lambda node: hashes[_node_id(book, node)]) for start, end in ranges)


def _node_id(book: str, node: Node) -> str:
    return f"{book}/{node.level}/{node.offset}"
