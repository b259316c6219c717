"""Verification on the real store: an honest book is intact, and each way of tampering is found and named."""

from collections.abc import Awaitable, Callable
from datetime import timedelta
from typing import Any

import pytest

from kit.clock import FixedClock
from kit.ledger.documents import (
    BALANCES,
    ENTRIES,
    POSTINGS,
    TREE_HEADS,
    TREE_LEAVES,
    TREES,
    UNSEALED,
)
from kit.ledger.merkle import leaf_hash
from kit.ledger.sealer import Sealer
from kit.ledger.store import reserve, reverse
from kit.ledger.verify import Break, verify
from kit.mongo import Mongo
from tests.kit.ledger.ledger_builders import (
    BANK,
    BOOK,
    DOOR_A,
    DOOR_B,
    deposit,
    open_book,
    post_one,
    posting,
    write,
)

pytestmark = pytest.mark.store

Tamper = Callable[[Mongo, list[str]], Awaitable[object]]


async def honest_book(mongo: Mongo, clock: FixedClock) -> list[str]:
    """Five postings of which the first four are sealed, a reversal among them, and one reservation."""
    await open_book(mongo, clock)
    first = await post_one(mongo, clock, deposit("k1", DOOR_A, 1_000))
    second = await post_one(mongo, clock, deposit("k2", DOOR_B, 500))
    third = await post_one(mongo, clock, posting("k3", (DOOR_A, DOOR_B, 300)))
    fourth = await write(mongo, clock, lambda work: reverse(work, third.id, reason="录入错误"))
    await Sealer(mongo, clock=clock).seal_pending()
    await write(mongo, clock, lambda work: reserve(work, posting("r", (DOOR_B, BANK, 200))))
    fifth = await post_one(mongo, clock, deposit("k5", DOOR_A, 1))
    return [first.id, second.id, third.id, fourth.id, fifth.id]


async def test_an_honest_book_is_intact_and_says_how_far_it_is_sealed(mongo: Mongo, clock: FixedClock) -> None:
    await honest_book(mongo, clock)
    clock.advance(timedelta(milliseconds=700))

    report = await verify(mongo, BOOK, clock=clock)

    assert report.findings == ()
    assert report.is_intact is True
    assert (report.sealed_size, report.unsealed_count) == (4, 1)
    assert report.oldest_unsealed_age == timedelta(milliseconds=700)
    assert (report.account_count, report.entry_count) == (4, 10)


async def test_an_empty_book_is_intact(mongo: Mongo, clock: FixedClock) -> None:
    await open_book(mongo, clock)

    report = await verify(mongo, BOOK, clock=clock)

    assert report.is_intact is True
    assert (report.sealed_size, report.unsealed_count, report.oldest_unsealed_age) == (0, 0, None)


def change(collection: str, id_: str | int, changes: dict[str, Any]) -> Tamper:
    """Return a tampering that sets fields of a document, named by its id or by the number of a posting."""

    async def tamper(mongo: Mongo, postings: list[str]) -> None:
        target = postings[id_] if isinstance(id_, int) else id_
        changed = await mongo.collection(collection).update_one({"_id": target}, {"$set": changes})
        assert changed.modified_count == 1

    return tamper


def remove(collection: str, id_: str | int) -> Tamper:
    """Return a tampering that removes a document."""

    async def tamper(mongo: Mongo, postings: list[str]) -> None:
        target = postings[id_] if isinstance(id_, int) else id_
        removed = await mongo.collection(collection).delete_one({"_id": target})
        assert removed.deleted_count == 1

    return tamper


async def forge_an_entry(mongo: Mongo, postings: list[str]) -> None:
    """Give door a a credit that no posting made, and its balance with it."""
    entry = await mongo.collection(ENTRIES).find_one({"_id": f"{DOOR_A}#4"})
    assert entry is not None
    forged = {**entry, "_id": f"{DOOR_A}#5", "sequence": 5, "posting": "pst_forged", "balance_fen": 1_002}
    await mongo.collection(ENTRIES).insert_one(forged)
    await mongo.collection(BALANCES).update_one({"_id": DOOR_A}, {"$set": {"entry_count": 5, "balance_fen": 1_002}})


async def add_an_entry_to_a_real_posting(mongo: Mongo, postings: list[str]) -> None:
    """Give door a a credit in the name of a posting that did not make it, and its balance with it."""
    entry = await mongo.collection(ENTRIES).find_one({"_id": f"{DOOR_A}#4"})
    assert entry is not None
    await mongo.collection(ENTRIES).insert_one(
        {**entry, "_id": f"{DOOR_A}#5", "sequence": 5, "posting": postings[0], "balance_fen": 1_002}
    )
    await mongo.collection(BALANCES).update_one({"_id": DOOR_A}, {"$set": {"entry_count": 5, "balance_fen": 1_002}})


async def drop_the_last_entry_and_its_trace(mongo: Mongo, postings: list[str]) -> None:
    """Remove door b's last entry and set its account back to what it was before."""
    await mongo.collection(ENTRIES).delete_one({"_id": f"{DOOR_B}#3"})
    await mongo.collection(BALANCES).update_one({"_id": DOOR_B}, {"$set": {"entry_count": 2, "balance_fen": 800}})


async def lower_the_amount_everywhere(mongo: Mongo, postings: list[str]) -> None:
    """Change a sealed posting and its entries consistently, as somebody with the whole database could."""
    posting_id = postings[1]
    legs = [
        {"account": BANK, "sequence": 2, "side": "DEBIT", "amount_fen": 400, "balance_fen": 1_400},
        {"account": DOOR_B, "sequence": 1, "side": "CREDIT", "amount_fen": 400, "balance_fen": 400},
    ]
    await mongo.collection(POSTINGS).update_one({"_id": posting_id}, {"$set": {"legs": legs}})
    for leg in legs:
        await mongo.collection(ENTRIES).update_one(
            {"_id": f"{leg['account']}#{leg['sequence']}"},
            {"$set": {"amount_fen": 400, "balance_fen": leg["balance_fen"]}},
        )


async def rewrite_the_leaf_as_well(mongo: Mongo, postings: list[str]) -> None:
    """Change a sealed posting and put the fitting leaf hash into the tree."""
    await mongo.collection(TREE_LEAVES).update_one(
        {"posting": postings[2]}, {"$set": {"hash": leaf_hash(b"another content")}}
    )


@pytest.mark.parametrize(
    ("tamper", "expected"),
    [
        pytest.param(change(POSTINGS, 0, {"memo": "x"}), [("POSTING_CHANGED", 0)], id="memo of a sealed posting"),
        pytest.param(
            change(POSTINGS, 0, {"transfers.0.amount_fen": 999}), [("POSTING_CHANGED", 0)], id="amount of a sealed one"
        ),
        pytest.param(remove(POSTINGS, 1), [("POSTING_REMOVED", 1)], id="a sealed posting is gone"),
        pytest.param(remove(POSTINGS, 4), [("POSTING_REMOVED", 4)], id="an unsealed posting is gone"),
        pytest.param(
            change(ENTRIES, f"{DOOR_A}#2", {"amount_fen": 299}),
            [("ENTRY_CHANGED", f"{DOOR_A}#2")],
            id="amount of an entry",
        ),
        pytest.param(
            change(ENTRIES, f"{DOOR_A}#4", {"memo": "x"}), [("ENTRY_CHANGED", f"{DOOR_A}#4")], id="an unsealed entry"
        ),
        pytest.param(
            remove(ENTRIES, f"{DOOR_B}#2"), [("ENTRY_REMOVED", f"{DOOR_B}#2")], id="an entry in the middle is gone"
        ),
        pytest.param(remove(ENTRIES, f"{DOOR_B}#3"), [("ENTRY_REMOVED", f"{DOOR_B}#3")], id="the last entry is gone"),
        pytest.param(
            drop_the_last_entry_and_its_trace,
            [("ENTRY_REMOVED", f"{DOOR_B}#3"), ("NOT_BALANCED", BOOK)],
            id="the last entry is gone and the account agrees",
        ),
        pytest.param(
            forge_an_entry, [("POSTING_OUTSIDE_SEAL", "pst_forged"), ("NOT_BALANCED", BOOK)], id="an entry is added"
        ),
        pytest.param(
            add_an_entry_to_a_real_posting,
            [("ENTRY_ADDED", f"{DOOR_A}#5"), ("NOT_BALANCED", BOOK)],
            id="an entry is added to a posting",
        ),
        pytest.param(
            change(BALANCES, DOOR_A, {"balance_fen": 1_002}),
            [("BALANCE_CHANGED", DOOR_A), ("NOT_BALANCED", BOOK)],
            id="one fen on an account",
        ),
        pytest.param(
            change(BALANCES, DOOR_B, {"reserved_fen": 199}), [("RESERVED_CHANGED", DOOR_B)], id="one fen less reserved"
        ),
        pytest.param(lower_the_amount_everywhere, [("POSTING_CHANGED", 1)], id="posting and entries agree on a lie"),
        pytest.param(rewrite_the_leaf_as_well, [("SEAL_BROKEN", f"{BOOK}/4")], id="the leaf is changed too"),
        pytest.param(remove(TREE_LEAVES, f"{BOOK}/0/1"), [("SEAL_BROKEN", f"{BOOK}/1")], id="a leaf is gone"),
        pytest.param(
            change(TREE_HEADS, f"{BOOK}/4", {"root": b"\0" * 32}), [("SEAL_BROKEN", f"{BOOK}/4")], id="an old head"
        ),
        pytest.param(change(TREES, BOOK, {"root": b"\0" * 32}), [("SEAL_BROKEN", f"{BOOK}/4")], id="the latest head"),
        pytest.param(remove(UNSEALED, 4), [("POSTING_OUTSIDE_SEAL", 4)], id="a posting is kept from its seal"),
    ],
)
async def test_each_tampering_is_found_and_named(
    mongo: Mongo, clock: FixedClock, tamper: Tamper, expected: list[tuple[str, str | int]]
) -> None:
    postings = await honest_book(mongo, clock)

    await tamper(mongo, postings)

    report = await verify(mongo, BOOK, clock=clock)
    found = {(finding.kind.value, finding.subject) for finding in report.findings}
    named = {(kind, postings[subject] if isinstance(subject, int) else subject) for kind, subject in expected}
    assert report.is_intact is False
    assert named <= found


async def test_one_changed_memo_is_one_finding(mongo: Mongo, clock: FixedClock) -> None:
    postings = await honest_book(mongo, clock)
    await change(ENTRIES, f"{DOOR_A}#1", {"memo": "x"})(mongo, postings)

    report = await verify(mongo, BOOK, clock=clock)

    assert [(finding.kind, finding.subject) for finding in report.findings] == [(Break.ENTRY_CHANGED, f"{DOOR_A}#1")]
    assert report.findings[0].message == f"differs from {postings[0]} in memo"


async def test_a_posting_that_was_removed_before_its_seal_leaves_its_trace_in_the_tree(
    mongo: Mongo, clock: FixedClock
) -> None:
    postings = await honest_book(mongo, clock)
    await remove(POSTINGS, 4)(mongo, postings)
    clock.advance(timedelta(seconds=10))

    assert await Sealer(mongo, clock=clock).seal_pending() == 1

    report = await verify(mongo, BOOK, clock=clock)
    assert (report.sealed_size, report.unsealed_count) == (5, 0)
    assert (Break.POSTING_REMOVED, postings[4]) in {(finding.kind, finding.subject) for finding in report.findings}


async def test_a_posting_that_was_changed_before_its_seal_is_found_before_and_after_it(
    mongo: Mongo, clock: FixedClock
) -> None:
    postings = await honest_book(mongo, clock)
    await change(POSTINGS, 4, {"memo": "x"})(mongo, postings)
    clock.advance(timedelta(seconds=10))

    before = await verify(mongo, BOOK, clock=clock)
    await Sealer(mongo, clock=clock).seal_pending()
    after = await verify(mongo, BOOK, clock=clock)

    for report in (before, after):
        assert (Break.POSTING_CHANGED, postings[4]) in {(found.kind, found.subject) for found in report.findings}
