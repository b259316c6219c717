"""One effect per key on the real store: replays, concurrent repeats, other bodies, refusals."""

import asyncio
from dataclasses import dataclass
from datetime import date
from typing import ClassVar

import pytest

from kit.caller import SYSTEM_CALLER, Caller, Scope
from kit.clock import FixedClock
from kit.errors import Duplicate, Flag, PreconditionMissing
from kit.events import Event
from kit.idempotency import EventReference, Outcome, with_idempotency
from kit.ids import new_id
from kit.mongo import Mongo, UnitOfWork, run_unit_of_work
from tests.servers import MongoServer

pytestmark = pytest.mark.store


@dataclass(frozen=True, kw_only=True)
class DepositPaid(Event):
    """A deposit was paid."""

    type: ClassVar[str] = "finance.deposit.paid"


async def pay_once(
    mongo: Mongo, clock: FixedClock, *, key: str = "k1", body: str = "digest", caller: Caller = SYSTEM_CALLER
) -> tuple[Outcome, bool]:
    async def act(work: UnitOfWork) -> tuple[Outcome, bool]:
        async def pay() -> Outcome:
            payment_id = new_id("pay")
            await work.collection("payments").insert_one({"_id": payment_id}, session=work.session)
            return Outcome(
                entity_ids={"payment": payment_id},
                warnings=(Flag("WARN:LATE", "the payment is late", ("input", "paidOn"), "2026-03-05"),),
                policy_version_id="360702-v1",
                details={"instalment": 2},
            )

        return await with_idempotency(work, mutation="pay", key=key, body_digest=body, run=pay)

    return await run_unit_of_work(mongo, caller, act, clock=clock)


async def payments(mongo: Mongo) -> list[str]:
    return [payment["_id"] async for payment in mongo.collection("payments").find({})]


async def test_a_repeated_command_gets_the_first_outcome_whole_and_has_no_second_effect(
    mongo: Mongo, clock: FixedClock
) -> None:
    first, first_is_replay = await pay_once(mongo, clock)

    second, second_is_replay = await pay_once(mongo, clock)

    assert (first_is_replay, second_is_replay) == (False, True)
    assert second == first
    assert await payments(mongo) == [first.entity_ids["payment"]]


async def test_thirty_concurrent_repeats_have_one_effect_and_all_get_its_outcome(
    mongo: Mongo, clock: FixedClock
) -> None:
    answers = await asyncio.gather(*(pay_once(mongo, clock) for _ in range(30)))

    assert [replayed for _, replayed in answers].count(False) == 1
    assert len({outcome.entity_ids["payment"] for outcome, _ in answers}) == 1
    assert len(await payments(mongo)) == 1


async def test_the_same_key_with_another_body_is_a_duplicate(mongo: Mongo, clock: FixedClock) -> None:
    await pay_once(mongo, clock, body="one")

    with pytest.raises(Duplicate) as refusal:
        await pay_once(mongo, clock, body="other")

    assert refusal.value.path == ("input", "idempotencyKey")
    assert refusal.value.value == "k1"
    assert len(await payments(mongo)) == 1


async def test_another_callers_same_key_is_another_key(mongo: Mongo, clock: FixedClock) -> None:
    await pay_once(mongo, clock, body="one")

    _, replayed = await pay_once(
        mongo, clock, body="other", caller=Caller("clerk-7", frozenset(), Scope.of(), token_id=None)
    )

    assert replayed is False
    assert len(await payments(mongo)) == 2


async def test_a_refusal_leaves_the_key_free(mongo: Mongo, clock: FixedClock) -> None:
    async def refused(work: UnitOfWork) -> None:
        async def refuse() -> Outcome:
            raise PreconditionMissing("the deposit is not demanded yet")

        await with_idempotency(work, mutation="pay", key="k1", body_digest="digest", run=refuse)

    with pytest.raises(PreconditionMissing):
        await run_unit_of_work(mongo, SYSTEM_CALLER, refused, clock=clock)

    _, replayed = await pay_once(mongo, clock)

    assert replayed is False


async def test_the_outcome_names_the_events_that_the_command_announced(mongo: Mongo, clock: FixedClock) -> None:
    flushed: list[tuple[str, ...]] = []

    async def flush(work: UnitOfWork) -> None:
        flushed.append(work.announced_ids)

    mongo.flush_announced_with(flush)

    async def act(work: UnitOfWork) -> tuple[Outcome, bool]:
        async def pay() -> Outcome:
            work.announce(DepositPaid(district="360702", aggregate_id="dep_1", occurred_on=date(2026, 3, 5)))
            return Outcome()

        return await with_idempotency(work, mutation="pay", key="k1", body_digest="digest", run=pay)

    first, _ = await run_unit_of_work(mongo, SYSTEM_CALLER, act, clock=clock)
    second, _ = await run_unit_of_work(mongo, SYSTEM_CALLER, act, clock=clock)

    assert flushed == [first.event_ids]
    assert first.events == (EventReference(first.event_ids[0], "finance.deposit.paid"),)
    assert second.events == first.events


async def test_an_event_without_an_outbox_is_a_fault_and_nothing_is_written(mongo: Mongo, clock: FixedClock) -> None:
    async def announce(work: UnitOfWork) -> None:
        await work.collection("payments").insert_one({"_id": "p"}, session=work.session)
        work.announce(DepositPaid(district="360702", aggregate_id="dep_1", occurred_on=date(2026, 3, 5)))

    with pytest.raises(RuntimeError, match="no outbox"):
        await run_unit_of_work(mongo, SYSTEM_CALLER, announce, clock=clock)

    assert await payments(mongo) == []


async def test_a_commit_whose_answer_was_lost_in_a_kill_is_found_again_and_not_repeated(
    own_mongo_server: MongoServer, fresh_database: str, clock: FixedClock
) -> None:
    mongo = await Mongo.connect(own_mongo_server.uri, fresh_database)
    await pay_once(mongo, clock, key="before")
    own_mongo_server.restart_after_kill()

    outcome, replayed = await pay_once(mongo, clock, key="before")

    assert replayed is True
    assert await payments(mongo) == [outcome.entity_ids["payment"]]
    mongo.close()
