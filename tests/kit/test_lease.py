"""A lease on the real store: one holder at a time, and no commit by a former one."""

import asyncio
from datetime import timedelta

import pytest

from kit.caller import SYSTEM_CALLER
from kit.clock import FixedClock
from kit.lease import Lease, LeaseLost
from kit.mongo import Mongo, UnitOfWork, run_unit_of_work

pytestmark = pytest.mark.store

TTL = timedelta(seconds=10)


def lease_of(mongo: Mongo, clock: FixedClock, holder: str) -> Lease:
    return Lease(mongo, "relay", holder, TTL, clock)


async def test_of_twenty_replicas_one_gets_the_lease(mongo: Mongo, clock: FixedClock) -> None:
    leases = [lease_of(mongo, clock, f"replica-{number}") for number in range(20)]

    acquired = await asyncio.gather(*(lease.acquire() for lease in leases))

    assert acquired.count(True) == 1
    assert [lease.token for lease in leases if lease.token is not None] == [1]


@pytest.mark.parametrize(
    ("silent_for", "is_taken_over"),
    [(TTL - timedelta(milliseconds=1), False), (TTL, True), (TTL + timedelta(milliseconds=1), True)],
)
async def test_a_lease_passes_on_when_it_has_run_out_and_its_token_rises(
    mongo: Mongo, clock: FixedClock, silent_for: timedelta, is_taken_over: bool
) -> None:
    await lease_of(mongo, clock, "first").acquire()
    clock.advance(silent_for)
    second = lease_of(mongo, clock, "second")

    assert await second.acquire() is is_taken_over
    assert second.token == (2 if is_taken_over else None)


async def test_renewing_keeps_the_lease_and_its_token(mongo: Mongo, clock: FixedClock) -> None:
    first = lease_of(mongo, clock, "first")
    await first.acquire()
    clock.advance(TTL / 2)

    assert await first.renew() is True
    clock.advance(TTL / 2)

    assert await lease_of(mongo, clock, "second").acquire() is False
    assert first.token == 1


async def test_a_released_lease_is_free_at_once(mongo: Mongo, clock: FixedClock) -> None:
    first = lease_of(mongo, clock, "first")
    await first.acquire()

    await first.release()

    assert first.token is None
    assert await lease_of(mongo, clock, "second").acquire() is True


async def test_a_restarted_holder_of_the_same_name_waits_for_the_former_one(mongo: Mongo, clock: FixedClock) -> None:
    await lease_of(mongo, clock, "first").acquire()

    assert await lease_of(mongo, clock, "first").acquire() is False


async def test_a_holder_that_was_replaced_cannot_commit_and_knows_it(mongo: Mongo, clock: FixedClock) -> None:
    first = lease_of(mongo, clock, "first")
    await first.acquire()
    clock.advance(TTL)
    await lease_of(mongo, clock, "second").acquire()

    async def publish(work: UnitOfWork) -> None:
        await work.collection("rows").insert_one({"_id": "published"}, session=work.session)
        await first.confirm(work)

    with pytest.raises(LeaseLost):
        await run_unit_of_work(mongo, SYSTEM_CALLER, publish, clock=clock)

    assert await mongo.collection("rows").find_one({"_id": "published"}) is None
    assert first.token is None
    assert await first.renew() is False


async def test_a_take_over_between_confirming_and_committing_undoes_the_commit(mongo: Mongo, clock: FixedClock) -> None:
    first = lease_of(mongo, clock, "first")
    second = lease_of(mongo, clock, "second")
    await first.acquire()

    async def publish(work: UnitOfWork) -> None:
        if work.attempt == 1:
            # Reads its snapshot first, then loses the lease before it confirms.
            await work.collection("rows").find_one({"_id": "published"}, session=work.session)
            clock.advance(TTL)
            assert await second.acquire() is True
        await first.confirm(work)
        await work.collection("rows").insert_one({"_id": "published"}, session=work.session)

    with pytest.raises(LeaseLost):
        await run_unit_of_work(mongo, SYSTEM_CALLER, publish, clock=clock)

    assert await mongo.collection("rows").find_one({"_id": "published"}) is None
