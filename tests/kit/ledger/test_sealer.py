"""The sealer on the real store: every posting once, one sealer at a time, proofs that hold."""

import asyncio
from datetime import timedelta

import pytest

from kit.clock import FixedClock, SystemClock
from kit.errors import NotFound
from kit.ledger.documents import POSTINGS, TREE_HEADS, TREE_LEAVES, UNSEALED, sealed_content
from kit.ledger.merkle import consistency_holds, inclusion_holds, leaf_hash
from kit.ledger.sealer import (
    Sealer,
    consistency_proof,
    inclusion_proof,
    tree_head,
)
from kit.ledger.store import PostedPosting, open_accounts, post
from kit.ledger.transfers import Side
from kit.mongo import Mongo, UnitOfWork
from tests.kit.ledger.ledger_builders import BOOK, DOOR_A, account, deposit, open_book, post_one, posting, write

pytestmark = pytest.mark.store


async def post_many(mongo: Mongo, clock: FixedClock, count: int, *, start: int = 0) -> list[PostedPosting]:
    async def body(work: UnitOfWork) -> list[PostedPosting]:
        return [await post(work, deposit(f"k{start + number}", DOOR_A, 1 + number)) for number in range(count)]

    return await write(mongo, clock, body)


async def test_every_posting_is_sealed_once_and_none_waits_afterwards(mongo: Mongo, clock: FixedClock) -> None:
    await open_book(mongo, clock)
    posted = await post_many(mongo, clock, 7)

    assert await Sealer(mongo, clock=clock).seal_pending() == 7

    leaves = [leaf async for leaf in mongo.collection(TREE_LEAVES).find({"book": BOOK})]
    assert sorted(leaf["posting"] for leaf in leaves) == sorted(each.id for each in posted)
    assert sorted(leaf["offset"] for leaf in leaves) == list(range(7))
    assert await mongo.collection(UNSEALED).find_one({}) is None
    assert await Sealer(mongo, clock=clock).seal_pending() == 0


async def test_postings_are_numbered_in_the_order_of_their_time(mongo: Mongo, clock: FixedClock) -> None:
    await open_book(mongo, clock)
    posted = []
    for number in range(4):
        clock.advance(timedelta(seconds=1))
        posted.append(await post_one(mongo, clock, deposit(f"k{number}", DOOR_A, 1)))

    await Sealer(mongo, clock=clock).seal_pending()

    assert [(await inclusion_proof(mongo, BOOK, each.id)).position for each in posted] == [0, 1, 2, 3]


async def test_a_batch_larger_than_the_largest_is_sealed_in_parts_with_a_head_each(
    mongo: Mongo, clock: FixedClock
) -> None:
    await open_book(mongo, clock)
    await post_many(mongo, clock, 7)

    assert await Sealer(mongo, clock=clock, largest_batch=3).seal_pending() == 7

    sizes = [head["size"] async for head in mongo.collection(TREE_HEADS).find({"book": BOOK})]
    assert sorted(sizes) == [3, 6, 7]


async def test_each_book_has_its_own_tree(mongo: Mongo, clock: FixedClock) -> None:
    await open_book(mongo, clock)
    other = (
        account("bank-2", Side.DEBIT, book="fund:est_2"),
        account("door-2", Side.CREDIT, book="fund:est_2"),
    )
    await write(mongo, clock, lambda work: open_accounts(work, other))
    await post_one(mongo, clock, deposit("k", DOOR_A, 1))
    await post_one(mongo, clock, posting("k", ("bank-2", "door-2", 1), book="fund:est_2"))

    await Sealer(mongo, clock=clock).seal_pending()

    first, second = await tree_head(mongo, BOOK), await tree_head(mongo, "fund:est_2")
    assert first is not None
    assert second is not None
    assert (first.size, second.size) == (1, 1)
    assert first.root != second.root


async def test_of_two_sealers_one_works_and_the_other_takes_over_when_it_falls_silent(
    mongo: Mongo, clock: FixedClock
) -> None:
    await open_book(mongo, clock)
    first = Sealer(mongo, clock=clock, holder="first", ttl=timedelta(seconds=10))
    second = Sealer(mongo, clock=clock, holder="second", ttl=timedelta(seconds=10))
    await post_many(mongo, clock, 2)
    assert await first.seal_pending() == 2
    await post_many(mongo, clock, 3, start=2)

    assert await second.seal_pending() == 0
    clock.advance(timedelta(seconds=10))
    assert await second.seal_pending() == 3
    await post_many(mongo, clock, 1, start=5)
    assert await first.seal_pending() == 0


async def test_concurrent_sealers_and_writers_seal_every_posting_once(mongo: Mongo, clock: FixedClock) -> None:
    await open_book(mongo, clock)
    sealers = [Sealer(mongo, clock=clock, holder=f"s{number}") for number in range(3)]

    await asyncio.gather(
        *(post_one(mongo, clock, deposit(f"k{number}", DOOR_A, 1)) for number in range(15)),
        *(sealer.seal_pending() for sealer in sealers),
    )
    await asyncio.gather(*(sealer.seal_pending() for sealer in sealers))

    leaves = [leaf["posting"] async for leaf in mongo.collection(TREE_LEAVES).find({"book": BOOK})]
    assert len(leaves) == len(set(leaves)) == 15


async def test_a_running_sealer_seals_by_itself_and_gives_its_lease_up_at_the_end(mongo: Mongo) -> None:
    clock = SystemClock()
    await open_book(mongo, clock)
    running = asyncio.create_task(Sealer(mongo, holder="first").run())
    posted = await post_one(mongo, clock, deposit("k", DOOR_A, 1))

    for _ in range(500):
        if await mongo.collection(TREE_LEAVES).find_one({"posting": posted.id}) is not None:
            break
        await asyncio.sleep(0.02)
    running.cancel()
    await asyncio.gather(running, return_exceptions=True)

    assert (await inclusion_proof(mongo, BOOK, posted.id)).position == 0
    await post_one(mongo, clock, deposit("k2", DOOR_A, 1))
    assert await Sealer(mongo, holder="second").seal_pending() == 1


async def test_the_inclusion_proof_of_every_posting_holds_for_its_own_content_only(
    mongo: Mongo, clock: FixedClock
) -> None:
    await open_book(mongo, clock)
    posted = await post_many(mongo, clock, 11)
    await Sealer(mongo, clock=clock).seal_pending()

    for each in posted:
        proof = await inclusion_proof(mongo, BOOK, each.id)
        document = await mongo.collection(POSTINGS).find_one({"_id": each.id})
        assert document is not None
        for content, expected in ((document, True), ({**document, "memo": "另一笔"}, False)):
            holds = inclusion_holds(
                leaf=leaf_hash(sealed_content(content)),
                position=proof.position,
                size=proof.head.size,
                path=proof.path,
                root=proof.head.root,
            )
            assert holds is expected


async def test_the_latest_tree_is_proved_to_begin_with_every_earlier_one(mongo: Mongo, clock: FixedClock) -> None:
    await open_book(mongo, clock)
    sealer = Sealer(mongo, clock=clock)
    for start, count in ((0, 3), (3, 1), (4, 5)):
        await post_many(mongo, clock, count, start=start)
        await sealer.seal_pending()

    for old_size in (3, 4, 9):
        proof = await consistency_proof(mongo, BOOK, old_size=old_size)
        assert (proof.old.size, proof.new.size) == (old_size, 9)
        for old_root, expected in ((proof.old.root, True), (b"\x00" * 32, False)):
            holds = consistency_holds(
                old_size=old_size, old_root=old_root, size=9, root=proof.new.root, path=proof.path
            )
            assert holds is expected


async def test_there_is_no_proof_of_what_is_not_sealed(mongo: Mongo, clock: FixedClock) -> None:
    await open_book(mongo, clock)
    posted = await post_one(mongo, clock, deposit("k", DOOR_A, 1))

    with pytest.raises(NotFound):
        await inclusion_proof(mongo, BOOK, posted.id)
    await Sealer(mongo, clock=clock).seal_pending()
    with pytest.raises(NotFound):
        await inclusion_proof(mongo, "fund:est_2", posted.id)
    with pytest.raises(NotFound):
        await consistency_proof(mongo, BOOK, old_size=2)
