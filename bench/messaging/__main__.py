"""Throughput of the relay (events published per second) and of a listener (events applied per second).

Starts the real store and the real NATS in private directories, writes a backlog, publishes it, lets a listener take it
in, and prints one line per figure. Run as `python -m bench.messaging [--events 4000] [--aggregates 4000]`.
"""

import argparse
import asyncio
import time
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from kit.caller import SYSTEM_CALLER
from kit.clock import SystemClock
from kit.events import ReceivedEvent
from kit.inbox import INBOX
from kit.jetstream import Consumer, JetStream, ensure_streams, stream_of
from kit.mongo import Mongo, UnitOfWork, run_unit_of_work
from kit.outbox import Relay
from kit.reactions import Reaction
from tests.messaging import SCHEMAS, NoteWritten, connected, note_written, service_database
from tests.servers import MongoServer, NatsServer

EVENTS_PER_WRITE = 100


async def write_backlog(mongo: Mongo, events: int, aggregates: int) -> float:
    """Announce the events, a hundred in one unit of work, and return the events per second."""
    started = time.perf_counter()
    for start in range(0, events, EVENTS_PER_WRITE):

        async def write(work: UnitOfWork, start: int = start) -> None:
            for number in range(start, min(start + EVENTS_PER_WRITE, events)):
                work.announce(note_written(f"nte_{number % aggregates}", number))

        await run_unit_of_work(mongo, SYSTEM_CALLER, write, clock=SystemClock())
    return events / (time.perf_counter() - started)


async def publish_backlog(mongo: Mongo, jetstream: JetStream, events: int) -> float:
    """Publish the whole outbox and return the events per second."""
    relay = Relay(mongo, jetstream, "registry")
    running = asyncio.create_task(relay.run())
    started = time.perf_counter()
    await until_count(lambda: count_messages(jetstream), events)
    rate = events / (time.perf_counter() - started)
    running.cancel()
    await asyncio.gather(running, return_exceptions=True)
    return rate


async def apply_backlog(mongo: Mongo, jetstream: JetStream, events: int, batch: int) -> float:
    """Take in the whole stream with a reaction that writes one document, and return the events per second."""

    async def react(work: UnitOfWork, event: ReceivedEvent) -> None:
        document: dict[str, Any] = {"_id": event.id, "number": event.data["number"]}
        await work.collection("noted").insert_one(document, session=work.session)

    consumer = Consumer(
        mongo, jetstream, f"finance{batch}", [Reaction(NoteWritten.type, react)], SCHEMAS, batch_events=batch
    )
    running = asyncio.create_task(consumer.run())
    started = time.perf_counter()
    await until_count(mongo.collection(INBOX).estimated_document_count, events)
    rate = events / (time.perf_counter() - started)
    running.cancel()
    await asyncio.gather(running, return_exceptions=True)
    return rate


async def count_messages(jetstream: JetStream) -> int:
    """Return how many events the announcing service's stream holds."""
    return (await jetstream.context.stream_info(stream_of("registry"))).state.messages


async def until_count(count: Callable[[], Awaitable[int]], wanted: int) -> None:
    """Return once the count has reached what is wanted."""
    while await count() < wanted:  # noqa: ASYNC110 - what is counted lives in another process.
        await asyncio.sleep(0.02)


async def measure(events: int, aggregates: int) -> None:
    """Run every measurement once and print the figures."""
    print(f"{datetime.now(UTC):%Y-%m-%d %H:%M}Z  {events} events of {aggregates} aggregates")
    with (
        TemporaryDirectory(prefix="anju-bench-") as directory,
        MongoServer(Path(directory) / "mongo") as store,
        NatsServer(Path(directory) / "nats") as server,
    ):
        async with connected(server) as jetstream, service_database(store.uri, "bench_announcing") as announcing:
            await ensure_streams(jetstream, ["registry"])
            written = await write_backlog(announcing, events, aggregates)
            print(f"written to the outbox   {written:8.0f} events/s ({EVENTS_PER_WRITE} in one unit of work)")
            published = await publish_backlog(announcing, jetstream, events)
            print(f"published by the relay  {published:8.0f} events/s")
            for batch in (200, 1):
                async with service_database(store.uri, f"bench_listening_{batch}") as listening:
                    applied = await apply_backlog(listening, jetstream, events, batch)
                    print(f"applied by a listener   {applied:8.0f} events/s (up to {batch} in one transaction)")


def main() -> None:
    """Read the sizes from the command line and measure."""
    parser = argparse.ArgumentParser(prog="python -m bench.messaging", description=__doc__)
    parser.add_argument("--events", type=int, default=4_000)
    parser.add_argument("--aggregates", type=int, default=4_000)
    chosen = parser.parse_args()
    asyncio.run(measure(chosen.events, chosen.aggregates))


if __name__ == "__main__":
    main()
