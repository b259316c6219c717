"""Two services in small, for the tests of the messaging kit: one announces notes, the other keeps what it hears.

What the listener keeps shows order and repetition: per note the list of its numbers, in the order of the reactions.
"""

import asyncio
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from typing import Any, ClassVar

from kit.caller import SYSTEM_CALLER
from kit.clock import SystemClock
from kit.cloud_events import Message, write_message
from kit.errors import PreconditionMissing
from kit.event_schemas import EventSchemas
from kit.events import Event, ReceivedEvent
from kit.inbox import INDEXES as INBOX_INDEXES
from kit.jetstream import Consumer, JetStream, connect
from kit.mongo import Mongo, UnitOfWork, ensure_indexes, run_unit_of_work
from kit.outbox import INDEXES as OUTBOX_INDEXES
from kit.outbox import OUTBOX, Relay, install
from kit.reactions import Reaction
from tests.servers import NatsServer

DISTRICT = "360702"
BACKOFF = (timedelta(milliseconds=30),)


@dataclass(frozen=True, kw_only=True)
class NoteWritten(Event):
    """A note got a number."""

    type: ClassVar[str] = "registry.note.written"
    number: int


@dataclass(frozen=True, kw_only=True)
class NoteRead(Event):
    """A note was read; nobody reacts."""

    type: ClassVar[str] = "registry.note.read"
    number: int


@dataclass(frozen=True, kw_only=True)
class NoteKept(Event):
    """The listener kept a number."""

    type: ClassVar[str] = "finance.note.kept"
    number: int


class NoteNotWanted(PreconditionMissing):
    """The listener's rules refuse this number."""


SCHEMAS = EventSchemas.of([NoteWritten, NoteRead, NoteKept])


def note_written(note_id: str, number: int) -> NoteWritten:
    """Return the event of a note and a number."""
    return NoteWritten(district=DISTRICT, aggregate_id=note_id, occurred_on=date(2026, 3, 5), number=number)


async def write_notes(mongo: Mongo, *events: NoteWritten) -> None:
    """Announce the events in one unit of work; run again after a commit whose answer was lost, it finds them done."""

    async def write(work: UnitOfWork) -> None:
        key = "|".join(f"{event.aggregate_id}:{event.number}" for event in events)
        written = work.collection("written")
        if await written.find_one({"_id": key}, session=work.session) is None:
            await written.insert_one({"_id": key}, session=work.session)
            for event in events:
                work.announce(event)

    await run_unit_of_work(mongo, SYSTEM_CALLER, write, clock=SystemClock(), correlation_id="saga_1")


def heard_note(note_id: str, version: int, number: int | None = None, **changes: Any) -> ReceivedEvent:
    """Return an event as the stream brings it, without an outbox behind it."""
    values: dict[str, Any] = {
        "id": f"evt_{note_id}_{version}",
        "type": NoteWritten.type,
        "district": DISTRICT,
        "aggregate_id": note_id,
        "aggregate_version": version,
        "time": datetime(2026, 3, 5, 2, 0, tzinfo=UTC),
        "data": {"occurredOn": "2026-03-05", "number": version if number is None else number},
    }
    return ReceivedEvent(**(values | changes))


@dataclass
class Listener:
    """The listening service: keeps numbers, refuses those in `refused`, fails at those in `failing`."""

    mongo: Mongo
    refused: set[int] = field(default_factory=set)
    failing: set[int] = field(default_factory=set)
    calls: list[tuple[str, int]] = field(default_factory=list)

    async def keep(self, work: UnitOfWork, event: ReceivedEvent) -> None:
        """Keep the number of a note, and announce that it was kept."""
        number = event.data["number"]
        self.calls.append((event.aggregate_id, number))
        await work.collection("kept").update_one(
            {"_id": event.aggregate_id}, {"$push": {"numbers": number}}, upsert=True, session=work.session
        )
        work.announce(
            NoteKept(district=event.district, aggregate_id=event.id, occurred_on=event.occurred_on, number=number)
        )
        if number in self.refused:
            raise NoteNotWanted(f"number {number} is not wanted", path=("number",), value=number)
        if number in self.failing:
            raise ZeroDivisionError(f"number {number} breaks the reaction")

    @property
    def reactions(self) -> Sequence[Reaction]:
        """The listener's table of reactions."""
        return (Reaction(NoteWritten.type, self.keep),)

    async def kept(self) -> dict[str, list[int]]:
        """Return the numbers kept per note, in the order of the reactions."""
        return {document["_id"]: document["numbers"] async for document in self.mongo.collection("kept").find({})}


def connected(server: NatsServer) -> AbstractAsyncContextManager[JetStream]:
    """Give a connection to a server, drained at the end."""
    return connected_to(server.url)


@asynccontextmanager
async def connected_to(url: str) -> AsyncIterator[JetStream]:
    """Give a connection to the server at an address, drained at the end."""
    jetstream = await connect(url, name="test", on_closed=lambda: None)
    try:
        async with asyncio.timeout(10):
            await jetstream.connected()
        yield jetstream
    finally:
        await jetstream.drain()


@asynccontextmanager
async def service_database(uri: str, name: str) -> AsyncIterator[Mongo]:
    """Give a service's database with the messaging kit's indexes and its outbox installed; dropped at the end."""
    mongo = await Mongo.connect(uri, name)
    install(mongo)
    await ensure_indexes(mongo, (*OUTBOX_INDEXES, *INBOX_INDEXES))
    try:
        yield mongo
    finally:
        await mongo.drop()
        mongo.close()


@asynccontextmanager
async def running(*tasks: Awaitable[None]) -> AsyncIterator[None]:
    """Run endless tasks for the length of the block; one that ends or fails fails the block at its end."""
    started = [asyncio.ensure_future(task) for task in tasks]
    try:
        yield
        for task in started:
            if task.done():
                await task
                raise AssertionError("a task that should run for ever has ended")
    finally:
        for task in started:
            task.cancel()
        await asyncio.gather(*started, return_exceptions=True)


async def until(condition: Callable[[], Awaitable[bool]], *, seconds: float = 20) -> None:
    """Return once the condition holds; raises TimeoutError."""
    give_up_at = time.monotonic() + seconds
    while not await condition():
        if time.monotonic() > give_up_at:
            raise TimeoutError("the condition did not come to hold")
        await asyncio.sleep(0.03)


def a_relay(mongo: Mongo, jetstream: JetStream, **changes: Any) -> Relay:
    """Return a relay of the announcing service that polls often."""
    values: dict[str, Any] = {"service": "registry", "poll_seconds": 0.1, "lease_ttl": timedelta(seconds=2)}
    return Relay(mongo, jetstream, **(values | changes))


def a_consumer(listener: Listener, jetstream: JetStream, **changes: Any) -> Consumer:
    """Return the listening service's consumer, with short pauses."""
    values: dict[str, Any] = {
        "service": "finance",
        "reactions": listener.reactions,
        "schemas": SCHEMAS,
        "max_deliver": 3,
        "backoff": BACKOFF,
        "ack_wait": timedelta(seconds=2),
        "pull_seconds": 0.1,
    }
    return Consumer(listener.mongo, jetstream, **(values | changes))


async def outbox_entries(mongo: Mongo) -> list[dict[str, Any]]:
    """Return the messages that wait in the outbox, in the order in which they were announced."""
    rows = await mongo.collection(OUTBOX).find({}).to_list(None)
    return [entry for row in sorted(rows, key=lambda row: str(row["position"])) for entry in row["entries"]]


async def put(jetstream: JetStream, *events: ReceivedEvent | Message) -> None:
    """Publish events or raw messages straight to the stream, in this order."""
    for event in events:
        await jetstream.publish(event if isinstance(event, Message) else write_message(event))
