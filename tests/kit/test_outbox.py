"""The outbox: rows in the transaction of the state, published in order per aggregate, once in effect."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any, ClassVar

import pytest

from kit.caller import SYSTEM_CALLER
from kit.clock import SystemClock
from kit.cloud_events import Message
from kit.events import Event
from kit.lease import LEASES, LeaseLost
from kit.mongo import Mongo, UnitOfWork, run_unit_of_work
from kit.outbox import AGGREGATE_VERSIONS, OUTBOX, InvalidAnnouncement, PublishFailed, Relay
from tests.messaging import (
    DISTRICT,
    NoteRead,
    a_relay,
    note_written,
    outbox_entries,
    running,
    service_database,
    until,
    write_notes,
)
from tests.servers import MongoServer

pytestmark = pytest.mark.store


@dataclass(frozen=True, kw_only=True)
class NoteAnnotated(Event):
    """A note got free remarks."""

    type: ClassVar[str] = "registry.note.annotated"
    remarks: dict[str, str]


@dataclass
class RecordingPublisher:
    """Stands where NATS stands, and can be told to fail, to be away or to lose its relay's lease."""

    published: list[Message] = field(default_factory=list)
    is_connected: bool = True
    failing_subject_ids: set[str] = field(default_factory=set)
    before_publish: Any = None

    async def publish(self, message: Message) -> None:
        """Keep the message, unless its aggregate is told to fail."""
        if self.before_publish is not None:
            await self.before_publish(message)
        if message.headers["ce-subject"] in self.failing_subject_ids:
            raise PublishFailed("told to fail")
        self.published.append(message)

    def versions(self) -> dict[str, list[int]]:
        """Return what was published per aggregate, in order."""
        versions: dict[str, list[int]] = {}
        for message in self.published:
            versions.setdefault(message.headers["ce-subject"], []).append(int(message.headers["ce-aggversion"]))
        return versions


@pytest.fixture
async def store(mongo_server: MongoServer, fresh_database: str) -> AsyncIterator[Mongo]:
    async with service_database(mongo_server.uri, fresh_database) as mongo:
        yield mongo


async def held(relay: Relay) -> Relay:
    """Return the relay, holding its lease."""
    await relay._wait_until_held()
    return relay


async def unpublished(mongo: Mongo) -> int:
    return len(await outbox_entries(mongo))


async def test_each_aggregate_counts_its_own_versions_across_units_of_work(store: Mongo) -> None:
    await write_notes(store, note_written("nte_1", 1), note_written("nte_2", 1), note_written("nte_1", 2))
    await write_notes(store, note_written("nte_1", 3), note_written("nte_3", 1))

    entries = [(entry["lane"], entry["version"]) for entry in await outbox_entries(store)]

    assert entries == [
        ("registry.note|nte_1", 1),
        ("registry.note|nte_2", 1),
        ("registry.note|nte_1", 2),
        ("registry.note|nte_1", 3),
        ("registry.note|nte_3", 1),
    ]


async def test_concurrent_writers_of_one_aggregate_leave_no_gap_and_no_double_version(store: Mongo) -> None:
    await asyncio.gather(*(write_notes(store, note_written("nte_1", number)) for number in range(12)))

    assert [entry["version"] for entry in await outbox_entries(store)] == list(range(1, 13))
    counter = await store.collection(AGGREGATE_VERSIONS).find_one({"_id": "registry.note|nte_1"})
    assert counter is not None
    assert counter["version"] == 12


async def test_a_unit_of_work_that_fails_leaves_no_row(store: Mongo) -> None:
    async def write_and_fail(work: UnitOfWork) -> None:
        work.announce(note_written("nte_1", 1))
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        await run_unit_of_work(store, SYSTEM_CALLER, write_and_fail, clock=SystemClock())

    assert await store.collection(OUTBOX).count_documents({}) == 0
    assert await store.collection(AGGREGATE_VERSIONS).count_documents({}) == 0


@pytest.mark.parametrize(
    ("event", "complaint"),
    [
        (NoteRead(district=DISTRICT, aggregate_id="n", occurred_on=date(2026, 3, 5), number="one"), "number"),  # type: ignore[arg-type]
        (
            NoteAnnotated(district=DISTRICT, aggregate_id="n", occurred_on=date(2026, 3, 5), remarks={"phone": "1"}),
            "phone",
        ),
    ],
)
async def test_an_event_that_its_schema_refuses_or_with_personal_data_is_a_bug_and_writes_nothing(
    store: Mongo, event: Event, complaint: str
) -> None:
    async def write(work: UnitOfWork) -> None:
        await work.collection("written").insert_one({"_id": "n"}, session=work.session)
        work.announce(event)

    with pytest.raises(InvalidAnnouncement, match=complaint):
        await run_unit_of_work(store, SYSTEM_CALLER, write, clock=SystemClock())

    assert await store.collection("written").count_documents({}) == 0
    assert await store.collection(OUTBOX).count_documents({}) == 0


async def test_rows_are_published_once_and_removed(store: Mongo) -> None:
    publisher = RecordingPublisher()
    relay = await held(a_relay(store, publisher))
    await write_notes(store, *(note_written(f"nte_{number % 3}", number) for number in range(9)))

    first, second = await relay.publish_pending(), await relay.publish_pending()

    assert (first, second) == (9, 0)
    assert publisher.versions() == {"nte_0": [1, 2, 3], "nte_1": [1, 2, 3], "nte_2": [1, 2, 3]}
    assert await unpublished(store) == 0


async def test_a_backlog_larger_than_a_batch_keeps_the_order_of_every_aggregate(store: Mongo) -> None:
    publisher = RecordingPublisher()
    for start in range(0, 60, 20):
        await write_notes(store, *(note_written(f"nte_{number % 4}", number) for number in range(start, start + 20)))

    published = await (await held(a_relay(store, publisher, batch_rows=7))).publish_pending()

    assert published == 60
    assert publisher.versions() == {f"nte_{note}": list(range(1, 16)) for note in range(4)}


async def test_an_aggregate_that_cannot_be_published_holds_up_itself_alone(store: Mongo) -> None:
    publisher = RecordingPublisher(failing_subject_ids={"nte_1"})
    relay = await held(a_relay(store, publisher))
    await write_notes(store, note_written("nte_1", 1), note_written("nte_1", 2), note_written("nte_2", 1))

    with pytest.raises(PublishFailed):
        await relay.publish_pending()
    assert publisher.versions() == {"nte_2": [1]}

    publisher.failing_subject_ids.clear()
    await relay.publish_pending()
    assert publisher.versions() == {"nte_2": [1], "nte_1": [1, 2]}


async def test_a_relay_that_died_before_removing_is_followed_by_one_that_publishes_under_the_same_ids(
    store: Mongo,
) -> None:
    class Killed(BaseException):
        """The process ends here."""

    async def die(_: Message) -> None:
        if len(publisher.published) == 2:
            raise Killed

    publisher = RecordingPublisher(before_publish=die)
    await write_notes(store, note_written("nte_1", 1), note_written("nte_1", 2), note_written("nte_1", 3))
    with pytest.raises(Killed):
        await (await held(a_relay(store, publisher, lease_ttl=timedelta(milliseconds=200)))).publish_pending()

    publisher.before_publish = None
    await (await held(a_relay(store, publisher))).publish_pending()

    assert publisher.versions() == {"nte_1": [1, 2, 1, 2, 3]}
    ids = [message.headers["Nats-Msg-Id"] for message in publisher.published]
    assert ids[:2] == ids[2:4]
    assert await unpublished(store) == 0


@pytest.mark.parametrize(
    ("lease_ttl", "published_before_it_knows"),
    [
        (timedelta(milliseconds=300), 2),  # It has to renew between two publishes, and cannot.
        (timedelta(seconds=60), 5),  # It learns of the loss when it removes.
    ],
)
async def test_a_relay_that_lost_its_lease_removes_nothing_and_stops_publishing(
    store: Mongo, lease_ttl: timedelta, published_before_it_knows: int
) -> None:
    async def lose_lease(_: Message) -> None:
        if len(publisher.published) == 1:
            await store.collection(LEASES).update_one(
                {"_id": "relay:registry"}, {"$set": {"holder": "another"}, "$inc": {"token": 1}}
            )
            await asyncio.sleep(0.2)

    publisher = RecordingPublisher(before_publish=lose_lease)
    relay = await held(a_relay(store, publisher, lease_ttl=lease_ttl))
    await write_notes(store, *(note_written("nte_1", number) for number in range(5)))

    with pytest.raises(LeaseLost):
        await relay.publish_pending()

    assert len(publisher.published) == published_before_it_knows
    assert await unpublished(store) == 5


async def test_a_row_that_a_slow_commit_puts_between_published_ones_is_not_removed_with_them(store: Mongo) -> None:
    async def commit_late(_: Message) -> None:
        if not publisher.published:
            first = await store.collection(OUTBOX).find_one({"entries.version": 1})
            assert first is not None
            await store.collection(OUTBOX).insert_one(first | {"_id": "evt_late", "position": first["position"] + "0"})

    publisher = RecordingPublisher(before_publish=commit_late)
    relay = await held(a_relay(store, publisher, batch_rows=2))
    await write_notes(store, note_written("nte_1", 1))
    await write_notes(store, note_written("nte_1", 2))

    rows, _ = await relay._claim()
    await relay._publish_and_remove(rows)

    left = [row["_id"] async for row in store.collection(OUTBOX).find({})]
    assert left == ["evt_late"]


async def test_of_two_relays_one_publishes_and_the_other_takes_over(store: Mongo) -> None:
    first, second = RecordingPublisher(), RecordingPublisher()

    async def all_published() -> bool:
        return await unpublished(store) == 0

    async with running(a_relay(store, second).run()):
        async with running(a_relay(store, first).run()):
            await write_notes(store, note_written("nte_1", 1))
            await until(all_published)
        await write_notes(store, note_written("nte_1", 2))
        await until(all_published)

    assert sorted(first.versions().get("nte_1", []) + second.versions().get("nte_1", [])) == [1, 2]


async def test_a_relay_without_connection_leaves_the_lease_to_another(store: Mongo) -> None:
    away, near = RecordingPublisher(is_connected=False), RecordingPublisher()

    async def all_published() -> bool:
        return await unpublished(store) == 0

    async with running(a_relay(store, away).run(), a_relay(store, near).run()):
        await write_notes(store, note_written("nte_1", 1))
        await until(all_published)

    assert (away.versions(), near.versions()) == ({}, {"nte_1": [1]})


async def test_a_commit_wakes_the_relay_before_its_poll(store: Mongo) -> None:
    publisher = RecordingPublisher()

    async def first_published() -> bool:
        return len(publisher.published) == 1

    async with running(a_relay(store, publisher, poll_seconds=3600.0).run()):
        await write_notes(store, note_written("nte_1", 1))
        await until(first_published)
        await write_notes(store, note_written("nte_1", 2))

        async def second_published() -> bool:
            return len(publisher.published) == 2

        await until(second_published)
