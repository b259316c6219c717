"""The inbox: each event taken in once, in order; failures, refusals and gaps settled per aggregate."""

from collections.abc import AsyncIterator
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta

import pytest

from kit.clock import FixedClock
from kit.cloud_events import Message, write_message
from kit.dead_letters import list_blocked_lanes, list_dead_letters, list_work_items, redeliver
from kit.events import ReceivedEvent
from kit.inbox import FOLLOWED_AGGREGATES, INBOX, Delivery, Inbox, LaneState
from kit.mongo import Mongo
from kit.reactions import Reactions
from tests.messaging import SCHEMAS, Listener, heard_note, outbox_entries, service_database
from tests.servers import MongoServer

pytestmark = pytest.mark.store


@dataclass
class Stream:
    """The source stream as a list; a delivery's sequence is its place."""

    deliveries: list[Delivery] = field(default_factory=list)
    looked_up_to: list[int | None] = field(default_factory=list)

    def add(self, *events: ReceivedEvent | Message) -> list[Delivery]:
        """Append events and return their deliveries."""
        added = [
            Delivery(len(self.deliveries) + 1 + offset, event if isinstance(event, Message) else write_message(event))
            for offset, event in enumerate(events)
        ]
        self.deliveries += added
        return added

    async def refill(self, event: ReceivedEvent, first: int, start: int, until: int | None) -> list[Delivery]:
        """Return the missing versions of the event's aggregate between two sequences."""
        self.looked_up_to.append(until)
        return [
            delivery
            for delivery in self.deliveries
            if delivery.message.headers["ce-subject"] == event.aggregate_id
            and first <= int(delivery.message.headers["ce-aggversion"]) < event.aggregate_version
            and start <= delivery.sequence
            and (until is None or delivery.sequence <= until)
        ]


@dataclass
class World:
    """A listener, its inbox over a stream, and its clock."""

    listener: Listener
    inbox: Inbox
    stream: Stream
    clock: FixedClock

    async def hear(self, *events: ReceivedEvent | Message) -> None:
        """Put events into the stream and take them in as one batch."""
        await self.inbox.take_in(self.stream.add(*events))

    async def try_after_pauses(self, times: int = 1) -> None:
        """Let the longest pause pass and try what is blocked, so many times."""
        for _ in range(times):
            self.clock.advance(timedelta(hours=1))
            await self.inbox.try_blocked_lanes()

    async def lanes(self) -> dict[str, tuple[LaneState, int]]:
        """Return the blocked lanes with their state and the number of parked events."""
        lanes = await list_blocked_lanes(self.listener.mongo, listener=self.inbox.listener)
        return {lane.lane.rpartition("|")[2]: (lane.state, lane.parked) for lane in lanes}


@pytest.fixture
async def store(mongo_server: MongoServer, fresh_database: str) -> AsyncIterator[Mongo]:
    async with service_database(mongo_server.uri, fresh_database) as mongo:
        yield mongo


@pytest.fixture
def world(store: Mongo) -> World:
    listener, stream, clock = Listener(store), Stream(), FixedClock(datetime(2026, 3, 5, 2, 0, tzinfo=UTC))
    inbox = Inbox(
        mongo=store,
        service="finance",
        source="registry",
        reactions=Reactions(listener.reactions),
        schemas=SCHEMAS,
        refill=stream.refill,
        clock=clock,
        max_deliver=3,
        backoff=(timedelta(seconds=1), timedelta(minutes=10)),
    )
    return World(listener, inbox, stream, clock)


async def test_a_batch_is_taken_in_once_with_inbox_rows_versions_and_caused_events(world: World) -> None:
    events = [heard_note(f"nte_{note}", version) for version in (1, 2) for note in (1, 2)]
    await world.hear(*events)
    await world.inbox.take_in(world.stream.deliveries)

    assert await world.listener.kept() == {"nte_1": [1, 2], "nte_2": [1, 2]}
    store = world.listener.mongo
    assert await store.collection(INBOX).count_documents({"outcome": "APPLIED"}) == 4
    assert {row["_id"]: row["version"] async for row in store.collection(FOLLOWED_AGGREGATES).find({})} == {
        "finance_from_registry|registry.note|nte_1": 2,
        "finance_from_registry|registry.note|nte_2": 2,
    }
    causes = {entry["headers"]["ce-causationid"] for entry in await outbox_entries(store)}
    assert causes == {event.id for event in events}


async def test_among_many_new_events_known_ones_are_still_taken_in_once(world: World) -> None:
    many = [heard_note(f"nte_{note}", 1) for note in range(25)]
    await world.hear(*many)
    looked_up_first = len(world.listener.calls)

    await world.hear(*(heard_note(f"nte_{note}", 1) for note in range(20, 45)))
    await world.hear(*(heard_note(f"nte_{note}", 1) for note in range(45, 70)))

    assert looked_up_first == 25
    assert await world.listener.kept() == {f"nte_{note}": [1] for note in range(70)}
    assert await world.lanes() == {}


async def test_one_lane_out_of_order_within_a_batch_is_taken_in_in_order(world: World) -> None:
    await world.hear(heard_note("nte_1", 3), heard_note("nte_2", 1), heard_note("nte_1", 1), heard_note("nte_1", 2))

    assert await world.listener.kept() == {"nte_1": [1, 2, 3], "nte_2": [1]}


async def test_a_refusal_inside_a_batch_becomes_a_work_item_and_undoes_only_itself(world: World) -> None:
    world.listener.refused = {2}
    await world.hear(heard_note("nte_1", 1), heard_note("nte_1", 2), heard_note("nte_1", 3), heard_note("nte_2", 1))

    assert await world.listener.kept() == {"nte_1": [1, 3], "nte_2": [1]}
    items = await list_work_items(world.listener.mongo)
    assert [(item.event_id, item.code, item.path, item.value) for item in items] == [
        ("evt_nte_1_2", "PRECONDITION", ("number",), "2")
    ]
    row = await world.listener.mongo.collection(INBOX).find_one({"_id": "finance_from_registry|evt_nte_1_2"})
    assert row is not None
    assert (row["outcome"], row["refusal"]) == ("REFUSED", "PRECONDITION")
    assert await world.lanes() == {}
    assert len(await outbox_entries(world.listener.mongo)) == 3


async def test_a_batch_around_a_failing_event_is_taken_in_and_only_its_lane_waits(world: World) -> None:
    world.listener.failing = {5}
    await world.hear(
        *(heard_note(f"nte_{number}", 1, number) for number in range(4)),
        heard_note("nte_bad", 1, 5),
        heard_note("nte_bad", 2, 6),
        *(heard_note(f"nte_{number}", 1, number) for number in range(6, 9)),
    )

    assert await world.listener.kept() == {f"nte_{number}": [number] for number in (0, 1, 2, 3, 6, 7, 8)}
    assert await world.lanes() == {"nte_bad": (LaneState.RETRYING, 2)}


async def test_poison_is_a_dead_letter_after_max_deliver_and_nothing_of_its_lane_overtakes_it(world: World) -> None:
    world.listener.failing = {1}
    await world.hear(heard_note("nte_1", 1))
    await world.hear(heard_note("nte_1", 2), heard_note("nte_2", 1, 7))
    await world.try_after_pauses(1)
    assert await world.lanes() == {"nte_1": (LaneState.RETRYING, 2)}

    await world.try_after_pauses(1)
    await world.hear(heard_note("nte_1", 3))
    await world.try_after_pauses(3)

    assert await world.lanes() == {"nte_1": (LaneState.DEAD, 3)}
    assert world.listener.calls.count(("nte_1", 1)) == 3
    assert await world.listener.kept() == {"nte_2": [7]}
    (letter,) = await list_dead_letters(world.listener.mongo)
    assert (letter.event_id, letter.version, letter.failures) == ("evt_nte_1_1", 1, 3)
    assert letter.error == "ZeroDivisionError: number 1 breaks the reaction"
    (told,) = [entry for entry in await outbox_entries(world.listener.mongo) if entry["lane"].startswith("dlq")]
    assert told["subject"] == "anju.v1.360702.dlq.finance.registry.note.written"


async def test_a_redelivered_dead_letter_replays_its_lane_in_order(world: World) -> None:
    world.listener.failing = {1}
    await world.hear(heard_note("nte_1", 1), heard_note("nte_1", 2), heard_note("nte_1", 3))
    await world.try_after_pauses(2)
    (letter,) = await list_dead_letters(world.listener.mongo)

    world.listener.failing.clear()
    await redeliver(world.listener.mongo, letter.id, clock=world.clock)
    await world.inbox.try_blocked_lanes()
    await world.hear(heard_note("nte_1", 4))

    assert await world.listener.kept() == {"nte_1": [1, 2, 3, 4]}
    assert await world.lanes() == {}
    assert await list_dead_letters(world.listener.mongo) == ()


async def test_a_redelivered_dead_letter_that_fails_again_is_told_again(world: World) -> None:
    world.listener.failing = {1}
    await world.hear(heard_note("nte_1", 1))
    await world.try_after_pauses(2)
    (letter,) = await list_dead_letters(world.listener.mongo)

    await redeliver(world.listener.mongo, letter.id, clock=world.clock)
    await world.try_after_pauses(3)

    assert [again.id for again in await list_dead_letters(world.listener.mongo)] == [letter.id]
    told = [entry for entry in await outbox_entries(world.listener.mongo) if entry["lane"].startswith("dlq")]
    assert len(told) == 2


async def test_a_failing_event_waits_its_pauses(world: World) -> None:
    world.listener.failing = {1}
    await world.hear(heard_note("nte_1", 1))

    world.clock.advance(timedelta(milliseconds=999))
    await world.inbox.try_blocked_lanes()
    assert world.listener.calls.count(("nte_1", 1)) == 1

    world.clock.advance(timedelta(milliseconds=1))
    await world.inbox.try_blocked_lanes()
    assert world.listener.calls.count(("nte_1", 1)) == 2

    world.clock.advance(timedelta(minutes=9))
    await world.inbox.try_blocked_lanes()
    assert world.listener.calls.count(("nte_1", 1)) == 2


async def test_an_event_without_a_required_field_is_a_dead_letter_at_once(world: World) -> None:
    await world.hear(heard_note("nte_1", 1, data={"occurredOn": "2026-03-05"}), heard_note("nte_1", 2))

    (letter,) = await list_dead_letters(world.listener.mongo)
    assert "number" in letter.error
    assert world.listener.calls == []
    assert await world.lanes() == {"nte_1": (LaneState.DEAD, 2)}


async def test_a_message_that_is_no_event_is_a_dead_letter_once_and_others_go_on(world: World) -> None:
    readable = write_message(heard_note("nte_1", 1))
    unreadable = replace(readable, headers={"Content-Type": "application/json"})
    batch = world.stream.add(unreadable, heard_note("nte_2", 1))

    await world.inbox.take_in(batch)
    await world.inbox.take_in(batch)

    (letter,) = await list_dead_letters(world.listener.mongo)
    assert (letter.lane, letter.sequence) == (None, 1)
    assert await world.listener.kept() == {"nte_2": [1]}


async def test_a_gap_waits_for_its_event_and_nothing_overtakes(world: World) -> None:
    await world.hear(heard_note("nte_1", 1))
    await world.hear(heard_note("nte_1", 3))
    await world.hear(heard_note("nte_1", 4))
    assert await world.listener.kept() == {"nte_1": [1]}
    assert await world.lanes() == {"nte_1": (LaneState.WAITING, 2)}

    await world.hear(heard_note("nte_1", 2))
    await world.inbox.try_blocked_lanes()

    assert await world.listener.kept() == {"nte_1": [1, 2, 3, 4]}
    assert await world.lanes() == {}


async def test_a_gap_that_is_never_filled_is_a_dead_letter_until_the_missing_event_comes(world: World) -> None:
    await world.hear(heard_note("nte_1", 2))
    await world.try_after_pauses(3)
    (letter,) = await list_dead_letters(world.listener.mongo)
    assert letter.error == "GapNotFilled: version 1 of finance_from_registry|registry.note|nte_1 is not in the stream"

    await world.hear(heard_note("nte_1", 1))
    await world.try_after_pauses(1)

    assert await world.listener.kept() == {"nte_1": [1, 2]}
    assert await world.lanes() == {}


async def test_a_gap_is_looked_for_before_the_event_and_nowhere_else(world: World) -> None:
    await world.hear(heard_note("nte_1", 1))
    world.stream.add(heard_note("nte_1", 2))

    await world.hear(heard_note("nte_1", 3))

    assert await world.listener.kept() == {"nte_1": [1, 2, 3]}
    assert world.stream.looked_up_to == [3]


async def test_an_event_whose_inbox_row_exists_only_advances_its_aggregate(world: World) -> None:
    await world.hear(heard_note("nte_1", 1))
    await world.listener.mongo.collection(FOLLOWED_AGGREGATES).delete_many({})

    await world.inbox.take_in(world.stream.deliveries)
    await world.hear(heard_note("nte_1", 2))

    assert await world.listener.kept() == {"nte_1": [1, 2]}


async def test_what_never_got_an_answer_is_tried_once_and_then_a_dead_letter(world: World) -> None:
    world.listener.failing = {1}
    (delivery,) = world.stream.add(heard_note("nte_1", 1))

    await world.inbox.block_unanswered(delivery)
    await world.try_after_pauses(1)

    assert world.listener.calls == [("nte_1", 1)]
    assert await world.lanes() == {"nte_1": (LaneState.DEAD, 1)}
