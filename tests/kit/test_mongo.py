"""The unit of work on the real store: all or nothing, run again on conflicts, nothing abandoned."""

import asyncio
from datetime import UTC, datetime

import pytest
from pymongo.errors import DuplicateKeyError

from kit.caller import SYSTEM_CALLER, Scope
from kit.clock import FixedClock
from kit.errors import StateConflict
from kit.mongo import (
    ConcurrentChange,
    Index,
    Mongo,
    StoreAddressInvalid,
    StoreUnavailable,
    TooContended,
    UnitOfWork,
    ensure_indexes,
    pause_seconds,
    run_unit_of_work,
    scoped,
)
from tests.servers import MongoServer, free_port

pytestmark = pytest.mark.store


async def test_a_unit_of_work_commits_everything_it_wrote(mongo: Mongo, clock: FixedClock) -> None:
    async def register(work: UnitOfWork) -> str:
        await work.collection("estates").insert_one({"_id": "a"}, session=work.session)
        await work.collection("buildings").insert_one({"_id": "b"}, session=work.session)
        return "registered"

    result = await run_unit_of_work(mongo, SYSTEM_CALLER, register, clock=clock)

    assert result == "registered"
    assert await mongo.collection("estates").find_one({"_id": "a"}) == {"_id": "a"}
    assert await mongo.collection("buildings").find_one({"_id": "b"}) == {"_id": "b"}


async def test_a_refusal_rolls_everything_back_and_passes_through(mongo: Mongo, clock: FixedClock) -> None:
    async def refuse(work: UnitOfWork) -> None:
        await work.collection("estates").insert_one({"_id": "a"}, session=work.session)
        raise StateConflict("the estate is closed")

    with pytest.raises(StateConflict):
        await run_unit_of_work(mongo, SYSTEM_CALLER, refuse, clock=clock)

    assert await mongo.collection("estates").find_one({"_id": "a"}) is None


async def test_what_waits_for_the_commit_runs_inside_the_transaction_and_may_refuse(
    mongo: Mongo, clock: FixedClock
) -> None:
    async def write_then_refuse_late(work: UnitOfWork) -> None:
        await work.collection("estates").insert_one({"_id": "a"}, session=work.session)

        async def refuse() -> None:
            raise StateConflict("too late")

        work.before_commit(refuse)

    with pytest.raises(StateConflict):
        await run_unit_of_work(mongo, SYSTEM_CALLER, write_then_refuse_late, clock=clock)

    assert await mongo.collection("estates").find_one({"_id": "a"}) is None


async def test_after_commit_runs_once_and_only_after_a_commit(mongo: Mongo, clock: FixedClock) -> None:
    woken: list[int] = []

    async def conflict_twice(work: UnitOfWork) -> None:
        work.after_commit(lambda: woken.append(work.attempt))
        if work.attempt < 3:
            raise ConcurrentChange("somebody was faster")

    await run_unit_of_work(mongo, SYSTEM_CALLER, conflict_twice, clock=clock)

    assert woken == [3]


async def test_a_unit_that_always_conflicts_is_given_up_after_its_attempts(mongo: Mongo, clock: FixedClock) -> None:
    attempts: list[int] = []

    async def conflict(work: UnitOfWork) -> None:
        attempts.append(work.attempt)
        raise ConcurrentChange("somebody was faster")

    with pytest.raises(TooContended):
        await run_unit_of_work(mongo, SYSTEM_CALLER, conflict, clock=clock, max_attempts=4)

    assert attempts == [1, 2, 3, 4]


async def test_twenty_writers_of_one_counter_lose_no_increment(mongo: Mongo, clock: FixedClock) -> None:
    await mongo.collection("counters").insert_one({"_id": "c", "value": 0})

    async def increase(work: UnitOfWork) -> None:
        counter = await work.collection("counters").find_one({"_id": "c"}, session=work.session)
        assert counter is not None
        await work.collection("counters").update_one(
            {"_id": "c"}, {"$set": {"value": counter["value"] + 1}}, session=work.session
        )

    await asyncio.gather(*(run_unit_of_work(mongo, SYSTEM_CALLER, increase, clock=clock) for _ in range(20)))

    counter = await mongo.collection("counters").find_one({"_id": "c"})
    assert counter is not None
    assert counter["value"] == 20


async def test_a_cancelled_unit_leaves_no_open_transaction_behind(mongo: Mongo, clock: FixedClock) -> None:
    entered = asyncio.Event()

    async def hang(work: UnitOfWork) -> None:
        await work.collection("estates").insert_one({"_id": "a"}, session=work.session)
        entered.set()
        await asyncio.Event().wait()

    hanging = asyncio.create_task(run_unit_of_work(mongo, SYSTEM_CALLER, hang, clock=clock))
    await entered.wait()
    hanging.cancel()
    with pytest.raises(asyncio.CancelledError):
        await hanging

    await asyncio.wait_for(mongo.collection("estates").insert_one({"_id": "a"}), timeout=5)
    assert await mongo.collection("estates").find_one({"_id": "a"}) == {"_id": "a"}


async def test_now_is_one_instant_in_whole_milliseconds_and_today_is_its_day_in_china(mongo: Mongo) -> None:
    clock = FixedClock(datetime(2026, 3, 5, 16, 30, 0, 123_456, tzinfo=UTC))

    async def read_clock(work: UnitOfWork) -> UnitOfWork:
        await work.collection("estates").insert_one({"_id": "a", "at": work.now}, session=work.session)
        return work

    work = await run_unit_of_work(mongo, SYSTEM_CALLER, read_clock, clock=clock)

    stored = await mongo.collection("estates").find_one({"_id": "a"})
    assert stored is not None
    assert stored["at"] == work.now == datetime(2026, 3, 5, 16, 30, 0, 123_000, tzinfo=UTC)
    assert work.today.isoformat() == "2026-03-06"


async def test_declared_indexes_are_made_once_and_a_unique_one_refuses_a_second(mongo: Mongo) -> None:
    indexes = (
        Index("estates", (("code", 1),), unique=True),
        Index("estates", (("areas", 1), ("name", -1))),
    )

    await ensure_indexes(mongo, indexes)
    await ensure_indexes(mongo, indexes)

    assert set(await mongo.collection("estates").index_information()) == {"_id_", "code_1_unique", "areas_1_name_-1"}
    await mongo.collection("estates").insert_one({"code": "E1"})
    with pytest.raises(DuplicateKeyError):
        await mongo.collection("estates").insert_one({"code": "E1"})


async def test_a_partial_unique_index_is_unique_among_its_documents_only(mongo: Mongo) -> None:
    await ensure_indexes(
        mongo, [Index("contracts", (("estate", 1),), unique=True, partial={"state": {"$eq": "IN_FORCE"}})]
    )
    contracts = mongo.collection("contracts")

    await contracts.insert_many([{"estate": "e", "state": "ENDED"}, {"estate": "e", "state": "ENDED"}])
    await contracts.insert_one({"estate": "e", "state": "IN_FORCE"})

    with pytest.raises(DuplicateKeyError):
        await contracts.insert_one({"estate": "e", "state": "IN_FORCE"})


async def test_an_address_without_a_server_says_that_the_store_is_unavailable(fresh_database: str) -> None:
    uri = f"mongodb://127.0.0.1:{free_port()}/?replicaSet=secantus&retryWrites=false&serverSelectionTimeoutMS=200"

    with pytest.raises(StoreUnavailable):
        await Mongo.connect(uri, fresh_database)


async def test_a_malformed_address_is_told_apart_from_a_silent_store(fresh_database: str) -> None:
    with pytest.raises(StoreAddressInvalid):
        await Mongo.connect("http://127.0.0.1/", fresh_database)


async def test_a_unit_of_work_outlives_the_death_and_return_of_the_store(
    own_mongo_server: MongoServer, fresh_database: str, clock: FixedClock
) -> None:
    mongo = await Mongo.connect(own_mongo_server.uri, fresh_database)

    async def kill_the_store_at_first(work: UnitOfWork) -> int:
        await work.collection("estates").insert_one({"_id": "a"}, session=work.session)
        if work.attempt == 1:
            await asyncio.to_thread(own_mongo_server.restart_after_kill)
        return work.attempt

    attempts = await run_unit_of_work(mongo, SYSTEM_CALLER, kill_the_store_at_first, clock=clock)

    assert attempts > 1
    assert await mongo.collection("estates").find_one({"_id": "a"}) == {"_id": "a"}
    mongo.close()


def test_a_scope_narrows_a_query_to_shared_grants_and_everything_leaves_it_as_it_is() -> None:
    assert scoped(Scope.everything(), {"code": "E1"}) == {"code": "E1"}
    assert scoped(Scope.of("district:360702"), {"code": "E1"}) == {
        "code": "E1",
        "areas": {"$in": ["district:360702"]},
    }
    assert scoped(Scope.of(), {"code": "E1"}) == {"code": "E1", "areas": {"$in": []}}


def test_the_pause_between_attempts_grows_to_half_a_second_and_no_further() -> None:
    assert max(pause_seconds(1) for _ in range(100)) <= 0.008
    assert max(pause_seconds(50) for _ in range(100)) <= 0.5
    assert max(pause_seconds(50) for _ in range(100)) > 0.1


async def test_what_is_gathered_under_one_name_is_written_at_once_before_the_commit(
    mongo: Mongo, clock: FixedClock
) -> None:
    written: list[list[str]] = []

    async def gather_two(work: UnitOfWork) -> None:
        async def write(names: list[str]) -> None:
            written.append(names)
            await work.collection("estates").insert_many([{"_id": name} for name in names], session=work.session)

        work.gather("estates", "a", write)
        work.gather("estates", "b", write)
        assert await mongo.collection("estates").find_one({"_id": "a"}) is None

    await run_unit_of_work(mongo, SYSTEM_CALLER, gather_two, clock=clock)

    assert written == [["a", "b"]]
    assert {row["_id"] for row in await mongo.collection("estates").find({}).to_list(10)} == {"a", "b"}
