"""Kills and outages between any two steps: nothing acknowledged is lost, nothing has a double effect, order is kept."""

import asyncio
import os
import signal
import subprocess
import sys
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from pymongo.errors import ConnectionFailure

from kit.jetstream import DEAD_LETTER_STREAM, JetStream, connect, ensure_streams
from kit.mongo import Mongo, StoreUnavailable
from kit.outbox import OUTBOX
from tests.messaging import (
    Listener,
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

ROOT = Path(__file__).resolve().parents[2]

DYING_RELAY = """
import asyncio, os, signal, sys
from kit.mongo import Mongo
from tests.messaging import a_relay, connected_to

class DiesAfterThirdAcknowledgement:
    def __init__(self, jetstream):
        self.jetstream, self.count = jetstream, 0
    @property
    def is_connected(self):
        return self.jetstream.is_connected
    async def publish(self, message):
        await self.jetstream.publish(message)
        self.count += 1
        if self.count == 3:
            os.kill(os.getpid(), signal.SIGKILL)

async def main(uri, database, url):
    mongo = await Mongo.connect(uri, database)
    async with connected_to(url) as jetstream:
        await a_relay(mongo, DiesAfterThirdAcknowledgement(jetstream)).run()

asyncio.run(main(*sys.argv[1:]))
"""

DYING_LISTENER = """
import asyncio, os, signal, sys
from kit.inbox import Inbox
from kit.mongo import Mongo
from kit.outbox import install
from tests.messaging import Listener, a_consumer, connected_to

take_in = Inbox.take_in

async def take_in_and_die(self, deliveries):
    await take_in(self, deliveries)
    if deliveries:
        os.kill(os.getpid(), signal.SIGKILL)

Inbox.take_in = take_in_and_die

async def main(uri, database, url):
    mongo = await Mongo.connect(uri, database)
    install(mongo)
    async with connected_to(url) as jetstream:
        await a_consumer(Listener(mongo), jetstream).run()

asyncio.run(main(*sys.argv[1:]))
"""


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


async def run_until_killed(program: str, *arguments: str) -> None:
    """Run a program that ends itself with `kill -9`, and check that it did."""
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-c",
        program,
        *arguments,
        cwd=ROOT,
        stderr=subprocess.PIPE,
        env=os.environ | {"PYTHONPATH": "."},
    )
    try:
        async with asyncio.timeout(30):
            _, errors = await process.communicate()
    finally:
        if process.returncode is None:
            process.kill()
    assert process.returncode == -signal.SIGKILL, errors.decode()


async def test_a_relay_process_killed_between_publish_and_removal_has_no_double_effect(
    announcing: Mongo,
    listener: Listener,
    jetstream: JetStream,
    mongo_server: MongoServer,
    own_nats_server: NatsServer,
) -> None:
    await write_notes(announcing, *(note_written("nte_1", number) for number in range(1, 7)))
    await run_until_killed(DYING_RELAY, mongo_server.uri, announcing.name, own_nats_server.url)
    assert (await jetstream.context.stream_info("ANJU_REGISTRY")).state.messages == 3
    assert len(await outbox_entries(announcing)) == 6

    async with running(a_relay(announcing, jetstream).run(), a_consumer(listener, jetstream).run()):

        async def all_kept() -> bool:
            return await listener.kept() == {"nte_1": [1, 2, 3, 4, 5, 6]}

        await until(all_kept)

        async def all_removed() -> bool:
            return await announcing.collection(OUTBOX).count_documents({}) == 0

        await until(all_removed)
    assert await listener.kept() == {"nte_1": [1, 2, 3, 4, 5, 6]}


async def test_a_listener_process_killed_between_apply_and_ack_has_no_double_effect(
    listener: Listener, jetstream: JetStream, mongo_server: MongoServer, own_nats_server: NatsServer
) -> None:
    await put(jetstream, *(heard_note("nte_1", version) for version in range(1, 6)))
    await run_until_killed(DYING_LISTENER, mongo_server.uri, listener.mongo.name, own_nats_server.url)
    assert await listener.kept() == {"nte_1": [1, 2, 3, 4, 5]}
    unacknowledged = await jetstream.context.consumer_info("ANJU_REGISTRY", "finance_from_registry")
    assert unacknowledged.num_ack_pending == 5

    async with running(a_consumer(listener, jetstream).run()):

        async def all_acknowledged() -> bool:
            known = await jetstream.context.consumer_info("ANJU_REGISTRY", "finance_from_registry")
            return known.num_ack_pending == 0 and known.num_pending == 0

        await until(all_acknowledged)
    assert await listener.kept() == {"nte_1": [1, 2, 3, 4, 5]}


async def test_nats_stopped_under_writes_loses_nothing_and_keeps_the_order_of_every_aggregate(
    announcing: Mongo, listener: Listener, jetstream: JetStream, own_nats_server: NatsServer
) -> None:
    async with running(a_relay(announcing, jetstream).run(), a_consumer(listener, jetstream).run()):
        await write_notes(announcing, *(note_written(f"nte_{note}", 0) for note in range(3)))
        own_nats_server.kill()
        for number in range(1, 11):
            await write_notes(announcing, *(note_written(f"nte_{note}", number) for note in range(3)))
        own_nats_server.start()

        async def all_kept() -> bool:
            return await listener.kept() == {f"nte_{note}": list(range(11)) for note in range(3)}

        await until(all_kept, seconds=30)


async def test_nats_that_is_down_at_the_start_is_waited_for(
    announcing: Mongo, listener: Listener, own_nats_server: NatsServer
) -> None:
    own_nats_server.stop()
    jetstream = await connect(own_nats_server.url, name="early", on_closed=lambda: None)
    try:
        async with running(a_relay(announcing, jetstream).run(), a_consumer(listener, jetstream).run()):
            await write_notes(announcing, note_written("nte_1", 1))
            own_nats_server.start()

            async def kept() -> bool:
                return await listener.kept() == {"nte_1": [1]}

            await until(kept, seconds=30)
    finally:
        await jetstream.drain()


async def test_kills_of_store_and_nats_under_load_lose_nothing_and_double_nothing(
    own_mongo_server: MongoServer, own_nats_server: NatsServer, fresh_database: str
) -> None:
    """Two rounds of killing each server while notes are written, relayed and heard."""
    acknowledged: dict[str, list[int]] = {"nte_1": [], "nte_2": []}
    uri = own_mongo_server.uri
    async with (
        service_database(uri, f"{fresh_database}_a") as announcing,
        service_database(uri, f"{fresh_database}_l") as listening,
        connected(own_nats_server) as jetstream,
    ):
        listener = Listener(listening)

        async def write(start: int) -> None:
            for number in range(start, start + 8):
                for note, numbers in acknowledged.items():
                    try:
                        await write_notes(announcing, note_written(note, number))
                    except StoreUnavailable:
                        continue
                    numbers.append(number)

        async with running(a_relay(announcing, jetstream).run(), a_consumer(listener, jetstream).run()):
            for round_number in range(2):
                writing = asyncio.create_task(write(round_number * 8))
                await asyncio.sleep(0.15)
                await asyncio.to_thread(own_nats_server.restart_after_kill)
                await asyncio.sleep(0.1)
                await asyncio.to_thread(own_mongo_server.restart_after_kill)
                await writing

            async def all_kept() -> bool:
                try:
                    kept = await listener.kept()
                except ConnectionFailure:
                    return False
                return all(set(numbers) <= set(kept.get(note, [])) for note, numbers in acknowledged.items())

            await until(all_kept, seconds=40)

        kept = await listener.kept()
        assert {note: sorted(set(numbers)) for note, numbers in kept.items()} == kept
        assert await announcing.collection("dead_letters").count_documents({}) == 0
        assert (await jetstream.context.stream_info(DEAD_LETTER_STREAM)).state.messages == 0
