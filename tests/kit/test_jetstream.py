"""From one service's commit to the other's reaction, over the real store and the real NATS."""

import json
import random
from collections.abc import AsyncIterator
from dataclasses import replace

import pytest

from kit.cloud_events import Message, write_message
from kit.event_schemas import EventSchemas
from kit.events import ReceivedEvent, schema_of
from kit.inbox import BLOCKED_LANES, INBOX, PARKED_EVENTS
from kit.jetstream import ADVISORY_STREAM, JetStream, Pull, ensure_streams
from kit.mongo import Mongo, UnitOfWork
from kit.reactions import Reaction
from tests.messaging import (
    Listener,
    NoteRead,
    NoteWritten,
    a_consumer,
    a_relay,
    connected,
    heard_note,
    note_written,
    outbox_entries,
    put,
    running,
    service_database,
    until,
    write_notes,
)
from tests.servers import MongoServer, NatsServer

pytestmark = pytest.mark.store


@pytest.fixture
async def announcing(mongo_server: MongoServer, fresh_database: str) -> AsyncIterator[Mongo]:
    async with service_database(mongo_server.uri, f"{fresh_database}_a") as mongo:
        yield mongo


@pytest.fixture
async def listener(mongo_server: MongoServer, fresh_database: str) -> AsyncIterator[Listener]:
    async with service_database(mongo_server.uri, f"{fresh_database}_l") as mongo:
        yield Listener(mongo)


@pytest.fixture
async def jetstream(own_nats_server: NatsServer) -> AsyncIterator[JetStream]:
    async with connected(own_nats_server) as jetstream:
        await ensure_streams(jetstream, ["registry", "finance"])
        yield jetstream


async def test_what_one_service_announces_the_other_reacts_to(
    announcing: Mongo, listener: Listener, jetstream: JetStream
) -> None:
    async with running(a_relay(announcing, jetstream).run(), a_consumer(listener, jetstream).run()):
        await write_notes(announcing, note_written("nte_1", 1), note_written("nte_2", 7))
        await write_notes(announcing, note_written("nte_1", 2))

        async def all_kept() -> bool:
            return await listener.kept() == {"nte_1": [1, 2], "nte_2": [7]}

        await until(all_kept)

    caused, *_ = await outbox_entries(listener.mongo)
    heard = caused["headers"]["ce-causationid"]
    assert await listener.mongo.collection(INBOX).find_one({"_id": f"finance_from_registry|{heard}"}) is not None
    assert caused["headers"]["ce-correlationid"] == "saga_1"


async def test_shuffled_duplicated_and_redelivered_events_end_in_the_state_of_the_ordered_run(
    listener: Listener, jetstream: JetStream
) -> None:
    events = [heard_note(f"nte_{note}", version) for note in range(4) for version in range(1, 8)]
    random.Random(7).shuffle(events)
    again = random.Random(8).sample(events, 12)

    async with running(a_consumer(listener, jetstream, batch_events=5).run()):
        await put(jetstream, *events)
        await put(jetstream, *(replace(write_message(event), headers=_without_message_id(event)) for event in again))

        async def all_kept() -> bool:
            return await listener.kept() == {f"nte_{note}": list(range(1, 8)) for note in range(4)}

        await until(all_kept)

        async def no_lane_blocked() -> bool:
            return await listener.mongo.collection(BLOCKED_LANES).find_one({}) is None

        await until(no_lane_blocked)
    assert await listener.mongo.collection(PARKED_EVENTS).find_one({}) is None


async def test_replaying_the_whole_stream_changes_nothing(listener: Listener, jetstream: JetStream) -> None:
    await put(jetstream, *(heard_note("nte_1", version) for version in range(1, 6)))

    async def all_kept() -> bool:
        return await listener.kept() == {"nte_1": [1, 2, 3, 4, 5]}

    async with running(a_consumer(listener, jetstream).run()):
        await until(all_kept)
    await jetstream.context.delete_consumer("ANJU_REGISTRY", "finance_from_registry")
    async with running(a_consumer(listener, jetstream).run()):
        await put(jetstream, heard_note("nte_2", 1))

        async def second_kept() -> bool:
            return "nte_2" in await listener.kept()

        await until(second_kept)

    assert await listener.kept() == {"nte_1": [1, 2, 3, 4, 5], "nte_2": [1]}
    assert len(listener.calls) == 6


async def test_events_without_a_reaction_and_of_unknown_type_only_advance_the_version(
    listener: Listener, jetstream: JetStream
) -> None:
    async with running(a_consumer(listener, jetstream).run()):
        await put(
            jetstream,
            heard_note("nte_1", 1, type=NoteRead.type),
            heard_note("nte_1", 2, type="registry.note.burnt", data={"anything": 1}),
            heard_note("nte_1", 3),
        )

        async def kept() -> bool:
            return await listener.kept() == {"nte_1": [3]}

        await until(kept)


async def test_structured_mode_is_heard_and_unknown_fields_are_ignored(
    listener: Listener, jetstream: JetStream
) -> None:
    binary = write_message(heard_note("nte_1", 1))
    attributes = {name[3:]: value for name, value in binary.headers.items() if name.startswith("ce-")}
    body = json.dumps({**attributes, "data": {"occurredOn": "2026-03-05", "number": 9, "colour": "红"}}).encode()
    structured = Message(binary.subject, {"Content-Type": "application/cloudevents+json"}, body)

    async with running(a_consumer(listener, jetstream).run()):
        await put(jetstream, structured)

        async def kept() -> bool:
            return await listener.kept() == {"nte_1": [9]}

        await until(kept)


async def test_a_gap_is_filled_from_the_stream(listener: Listener, jetstream: JetStream) -> None:
    async with running(a_consumer(listener, jetstream).run()):
        await put(jetstream, heard_note("nte_1", 1))

        async def first_kept() -> bool:
            return await listener.kept() == {"nte_1": [1]}

        await until(first_kept)
    # Versions 2 and 3 are in the stream, but the server holds them for settled.
    await put(jetstream, heard_note("nte_1", 2), heard_note("nte_1", 3))
    pull = Pull(jetstream.client, "ANJU_REGISTRY", "finance_from_registry")
    lost = await pull.take(10, wait_seconds=1)
    for message in lost:
        await message.ack()
    await pull.close()
    assert len(lost) == 2

    async with running(a_consumer(listener, jetstream).run()):
        await put(jetstream, heard_note("nte_1", 4))

        async def all_kept() -> bool:
            return await listener.kept() == {"nte_1": [1, 2, 3, 4]}

        await until(all_kept)


async def test_a_listener_that_follows_a_further_aggregate_hears_its_history(
    listener: Listener, jetstream: JetStream
) -> None:
    await put(jetstream, heard_note("nte_1", 1), heard_note("mmo_1", 1, type="registry.memo.written"))

    async def note_kept() -> bool:
        return "nte_1" in await listener.kept()

    async with running(a_consumer(listener, jetstream).run()):
        await until(note_kept)

    memos: list[str] = []

    async def when_memo_is_written(work: UnitOfWork, event: ReceivedEvent) -> None:
        memos.append(event.aggregate_id)

    schemas = EventSchemas({NoteWritten.type: schema_of(NoteWritten), "registry.memo.written": {}})
    reactions = (*listener.reactions, Reaction("registry.memo.written", when_memo_is_written))
    async with running(a_consumer(listener, jetstream, reactions=reactions, schemas=schemas).run()):

        async def memo_heard() -> bool:
            return memos == ["mmo_1"]

        await until(memo_heard)
    assert await listener.kept() == {"nte_1": [1]}


async def test_what_the_server_delivered_too_often_is_tried_once_more(listener: Listener, jetstream: JetStream) -> None:
    async with running(a_consumer(listener, jetstream).run()):
        await put(jetstream, heard_note("nte_0", 1))

        async def first_kept() -> bool:
            return "nte_0" in await listener.kept()

        await until(first_kept)
    await put(jetstream, heard_note("nte_1", 1))
    pull = Pull(jetstream.client, "ANJU_REGISTRY", "finance_from_registry")
    for _ in range(3):
        for message in await pull.take(10, wait_seconds=2):
            await message.nak()
    assert await pull.take(10, wait_seconds=0.2) == []
    await pull.close()
    assert (await jetstream.context.stream_info(ADVISORY_STREAM)).state.messages == 1

    async with running(a_consumer(listener, jetstream).run()):

        async def kept() -> bool:
            return await listener.kept() == {"nte_0": [1], "nte_1": [1]}

        await until(kept)


def _without_message_id(event: ReceivedEvent) -> dict[str, str]:
    return {name: value for name, value in write_message(event).headers.items() if name != "Nats-Msg-Id"}
