"""Announced events, from the transaction that announces them to JetStream: rows beside the state, and their relay.

`flush` writes the events inside the unit of work, each under the next version of its aggregate, some to a row: a unit
that announces a thousand parts writes fifty rows and not a thousand. The relay, one per service under a lease,
publishes the rows: an aggregate is one lane and keeps its order, lanes go side by side. A row goes away only after
JetStream acknowledged all of it, so what stands in the outbox is what is still to be published; the stream keeps the
rest. After a crash in between a row is published again under the same ids, and listeners ignore what they know.

Rows are found by `position`, which rises with time and, within an aggregate, with every version. Nothing ever asks for
"the first row": the embedded store reads a whole range however small the limit, so the relay walks through time in
windows that fit its batch.
"""

import asyncio
import logging
import os
import socket
import time
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence, Set
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from functools import cache
from typing import Any, Final, Protocol
from weakref import WeakKeyDictionary

import fastjsonschema
from opentelemetry.trace import SpanKind
from pymongo.errors import BulkWriteError, DuplicateKeyError, PyMongoError
from uuid_utils import uuid7

from kit import telemetry_names as names
from kit.caller import SYSTEM_CALLER
from kit.clock import Clock, SystemClock
from kit.cloud_events import Message, write_message
from kit.events import Event, ReceivedEvent, aggregate_of, event_data, personal_data_fields, schema_of
from kit.lease import Lease, LeaseLost
from kit.metrics import Counter, Gauge
from kit.mongo import ConcurrentChange, Index, Mongo, StoreUnavailable, TooContended, UnitOfWork, run_unit_of_work
from kit.telemetry import context_from_headers, context_headers, span

logger = logging.getLogger(__name__)

OUTBOX: Final = "outbox"
AGGREGATE_VERSIONS: Final = "aggregate_versions"
RELAYS: Final = "relays"

BATCH_ROWS: Final = 200
MESSAGES_IN_ROW: Final = 20
"""Few enough that a full batch of rows stays in memory, and that little is published again after a crash."""

LANES_AT_ONCE: Final = 64
LEASE_TTL: Final = timedelta(seconds=10)
POLL_SECONDS: Final = 1.0
FIRST_PAUSE_SECONDS: Final = 0.1
LONGEST_PAUSE_SECONDS: Final = 5.0
OVERLAP_MS: Final = 60_000
"""How far a window reaches back: a row whose commit was slow appears behind the newest position that was seen."""

AHEAD_MS: Final = 60_000
"""How far a window reaches forward: another process's clock may be ahead."""

FIRST_WINDOW_MS: Final = 1_000

INDEXES: Final = (Index(OUTBOX, (("position", 1),)),)

PUBLISHED = Counter(names.METRIC_EVENTS_PUBLISHED, "Events that JetStream acknowledged.", ["service"])
PUBLISH_FAILURES = Counter(
    names.METRIC_PUBLISH_FAILURES, "Rounds of the relay that could not publish all.", ["service"]
)
OLDEST_UNPUBLISHED = Gauge(
    names.METRIC_OUTBOX_AGE_SECONDS,
    "Age of the oldest row that the relay is about to publish; 0 when none.",
    ["service"],
)


class InvalidAnnouncement(RuntimeError):
    """A service announced an event that its own schema refuses, or one with personal data: a bug of that service."""


class PublishFailed(Exception):
    """JetStream did not acknowledge a message; it may have been stored all the same."""


class Publisher(Protocol):
    """What the relay publishes with."""

    @property
    def is_connected(self) -> bool:
        """Whether publishing has a chance now."""

    async def publish(self, message: Message) -> None:
        """Return once JetStream has stored the message; raises PublishFailed."""


def install(mongo: Mongo) -> None:
    """Let every unit of work of this database write what it announces into the outbox."""
    mongo.flush_announced_with(flush)


async def flush(work: UnitOfWork) -> None:
    """Write the announced events as rows of the outbox, inside the unit's transaction.

    Raises InvalidAnnouncement for an event that its schema refuses, ConcurrentChange when another transaction announced
    on the same aggregate meanwhile.
    """
    announcements = work.announcements
    lanes = {announced.id: lane_of(announced.event) for announced in announcements}
    counters = await _load_counters(work, tuple(dict.fromkeys(lanes.values())))
    trace_parent = context_headers().get("traceparent")
    entries = []
    for announced in announcements:
        counter = counters[lanes[announced.id]]
        counter.advance()
        event = ReceivedEvent(
            id=announced.id,
            type=announced.event.type,
            district=announced.event.district,
            aggregate_id=announced.event.aggregate_id,
            aggregate_version=counter.version,
            time=work.now,
            data=_checked_data(announced.event),
            correlation_id=announced.correlation_id,
            causation_id=announced.causation_id,
            policy_id=announced.event.policy_id,
            actor_id=work.caller.subject,
            trace_parent=announced.trace_parent or trace_parent,
        )
        entries.append(_Entry(announced.id, lanes[announced.id], counter.version, write_message(event)))
    position = await _save_counters(work, counters)
    await _insert_rows(work, entries, position)


async def enqueue(work: UnitOfWork, *, row_id: str, lane: str, message: Message) -> None:
    """Write a ready message into the outbox, in order behind what its lane has; for dead letters."""
    counters = await _load_counters(work, (lane,))
    counters[lane].advance()
    position = await _save_counters(work, counters)
    await _insert_rows(work, [_Entry(row_id, lane, counters[lane].version, message)], position)


def lane_of(event: Event) -> str:
    """Return the lane of an event: its aggregate and the aggregate's id."""
    return f"{aggregate_of(event.type)}|{event.aggregate_id}"


_BELLS: WeakKeyDictionary[Mongo, asyncio.Event] = WeakKeyDictionary()


def commit_bell(mongo: Mongo) -> asyncio.Event:
    """Return what is set after every commit of this process that wrote rows."""
    return _BELLS.setdefault(mongo, asyncio.Event())


def _ringer(mongo: Mongo) -> Callable[[], None]:
    return commit_bell(mongo).set


@dataclass
class _Counter:
    """The version of an aggregate's last event, as it was read and as it becomes, and the position of its row."""

    read_version: int
    version: int
    position: str

    def advance(self) -> None:
        """Move to the next version."""
        self.version += 1


async def _load_counters(work: UnitOfWork, lanes: Sequence[str]) -> dict[str, _Counter]:
    counters = {lane: _Counter(0, 0, "0") for lane in lanes}
    known = work.collection(AGGREGATE_VERSIONS).find({"_id": {"$in": list(lanes)}}, session=work.session)
    async for document in known:
        counters[document["_id"]] = _Counter(document["version"], document["version"], document["position"])
    return counters


async def _save_counters(work: UnitOfWork, counters: Mapping[str, _Counter]) -> str:
    """Insert the new counters and advance the known ones; returns the position for what the unit announces.

    It lies behind every aggregate's last one, whatever this process's clock says.
    """
    versions = work.collection(AGGREGATE_VERSIONS)
    position = max(uuid7().hex, *(_behind(counter.position) for counter in counters.values()))
    new = [lane for lane, counter in counters.items() if counter.read_version == 0]
    steps: dict[tuple[int, int], list[str]] = defaultdict(list)
    for lane, counter in counters.items():
        if counter.read_version:
            steps[counter.read_version, counter.version].append(lane)
    try:
        if new:
            await versions.insert_many(
                [{"_id": lane, "version": counters[lane].version, "position": position} for lane in new],
                session=work.session,
            )
    except (BulkWriteError, DuplicateKeyError) as error:
        if error.has_error_label("TransientTransactionError"):
            raise
        raise ConcurrentChange("another transaction announced the first event of the same aggregate") from error
    for (read_version, version), lanes in steps.items():
        updated = await versions.update_many(
            {"_id": {"$in": lanes}, "version": read_version},
            {"$set": {"version": version, "position": position}},
            session=work.session,
        )
        if updated.matched_count != len(lanes):
            raise ConcurrentChange("another transaction announced an event of the same aggregate")
    return position


def _behind(position: str) -> str:
    return f"{int(position, 16) + 1:032x}"


@dataclass(frozen=True)
class _Entry:
    """One message of a row."""

    id: str
    lane: str
    version: int
    message: Message


async def _insert_rows(work: UnitOfWork, entries: Sequence[_Entry], position: str) -> None:
    """Write the entries, in their order, all at one position: rows of one unit are told apart by their number."""
    rows = [
        {
            "_id": chunk[0].id,
            "position": f"{position}.{number:06}",
            "written_at": work.now,
            "entries": [
                {
                    "id": entry.id,
                    "lane": entry.lane,
                    "version": entry.version,
                    "subject": entry.message.subject,
                    "headers": dict(entry.message.headers),
                    "body": entry.message.body,
                }
                for entry in chunk
            ],
        }
        for number, chunk in enumerate(_chunks(entries))
    ]
    await work.collection(OUTBOX).insert_many(rows, session=work.session)
    work.after_commit(_ringer(work.mongo))


def _chunks(entries: Sequence[_Entry]) -> list[Sequence[_Entry]]:
    return [entries[start : start + MESSAGES_IN_ROW] for start in range(0, len(entries), MESSAGES_IN_ROW)]


@cache
def _schema_check(event_class: type) -> Callable[[Any], Any]:
    check: Callable[[Any], Any] = fastjsonschema.compile(schema_of(event_class), use_formats=False)
    return check


def _checked_data(event: Event) -> dict[str, Any]:
    event_class: type = type(event)
    try:
        data = event_data(event)
        _schema_check(event_class)(data)
    except (fastjsonschema.JsonSchemaValueException, TypeError, ValueError, AttributeError) as error:
        raise InvalidAnnouncement(f"{event.type} of {event.aggregate_id}: {error}") from error
    personal = personal_data_fields(event.type, data)
    if personal:
        raise InvalidAnnouncement(f"{event.type} would carry personal data: {', '.join(personal)}")
    return data


@dataclass(frozen=True)
class _Row:
    id: str
    position: str
    entries: tuple[_Entry, ...]
    written_at: datetime


@dataclass
class Relay:
    """Publishes a service's outbox for as long as it runs and holds the lease; any number of replicas may run one."""

    mongo: Mongo
    publisher: Publisher
    service: str
    clock: Clock = field(default_factory=SystemClock)
    holder: str = field(default_factory=lambda: f"{socket.gethostname()}:{os.getpid()}:{uuid7().hex[-8:]}")
    batch_rows: int = BATCH_ROWS
    lease_ttl: timedelta = LEASE_TTL
    poll_seconds: float = POLL_SECONDS

    def __post_init__(self) -> None:
        # Shown as 0 from the start: whoever waits for the relay would miss figures that are not there yet.
        for metric in (PUBLISHED, PUBLISH_FAILURES, OLDEST_UNPUBLISHED):
            metric.labels(self.service)
        self._lease = Lease(self.mongo, f"relay:{self.service}", self.holder, self.lease_ttl, self.clock)
        self._renewing = asyncio.Lock()
        self._held_until = 0.0
        self._renew_at = 0.0
        self._clean_ms: int | None = None
        self._window_ms = FIRST_WINDOW_MS

    async def run(self) -> None:
        """Publish until cancelled; failures of the store or of JetStream only pause it."""
        pause_seconds = FIRST_PAUSE_SECONDS
        try:
            while True:
                try:
                    await self._wait_until_held()
                    await self.publish_pending()
                    pause_seconds = FIRST_PAUSE_SECONDS
                except LeaseLost as error:
                    self._forget_lease()
                    logger.info("the relay of %s stands back: %s", self.service, error)
                except (PublishFailed, StoreUnavailable, TooContended, PyMongoError) as error:
                    PUBLISH_FAILURES.labels(self.service).inc()
                    logger.warning("the relay of %s pauses %.1f s: %s", self.service, pause_seconds, error)
                    await asyncio.sleep(pause_seconds)
                    pause_seconds = min(pause_seconds * 2, LONGEST_PAUSE_SECONDS)
                else:
                    await self._wait_for_work()
        finally:
            await asyncio.shield(self._give_up_lease())

    async def publish_pending(self) -> int:
        """Publish everything committed so far and return how much; raises LeaseLost when another relay took over."""
        bell = commit_bell(self.mongo)
        published = 0
        while True:
            bell.clear()
            rows, is_last_window = await self._claim()
            published += sum(len(row.entries) for row in rows)
            if rows:
                await self._publish_and_remove(rows)
            elif is_last_window:
                OLDEST_UNPUBLISHED.labels(self.service).set(0)
                return published

    async def _wait_for_work(self) -> None:
        try:
            async with asyncio.timeout(self.poll_seconds):
                await commit_bell(self.mongo).wait()
        except TimeoutError:
            return

    async def _wait_until_held(self) -> None:
        """Return once this relay is connected and holds the lease; a relay without connection leaves it to others."""
        while True:
            if not self.publisher.is_connected:
                await self._give_up_lease()
            elif time.monotonic() < self._renew_at:
                return
            else:
                asked_at = time.monotonic()
                if await self._lease.acquire():
                    self._note_held(asked_at)
                    return
            await asyncio.sleep(self.poll_seconds)

    def _note_held(self, asked_at: float) -> None:
        ttl = self.lease_ttl.total_seconds()
        self._held_until = asked_at + ttl * 0.8
        self._renew_at = asked_at + ttl / 3

    async def _require_lease(self) -> None:
        """Renew the lease when it is due; raises LeaseLost when it is gone or could not be renewed in time."""
        if time.monotonic() < self._renew_at:
            return
        async with self._renewing:
            asked_at = time.monotonic()
            if asked_at < self._renew_at:
                return
            if asked_at >= self._held_until or not await self._lease.renew():
                raise LeaseLost(f"the lease of the relay of {self.service} has run out")
            self._note_held(asked_at)

    def _forget_lease(self) -> None:
        """Publish no more, and look anew where the unpublished rows begin when the lease comes back."""
        self._held_until = self._renew_at = 0.0
        self._clean_ms = None

    async def _give_up_lease(self) -> None:
        self._forget_lease()
        try:
            await self._lease.release()
        except PyMongoError as error:
            # It runs out by itself.
            logger.info("the lease of the relay of %s was not given back: %s", self.service, error)

    async def _claim(self) -> tuple[list[_Row], bool]:
        """Return the next rows in order, and whether there is no later window to look at yet."""
        await self._require_lease()
        if self._clean_ms is None:
            self._clean_ms = await self._first_unpublished_ms()
            self._window_ms = FIRST_WINDOW_MS
        now_ms = _now_ms()
        end_ms = min(self._clean_ms + self._window_ms, now_ms + AHEAD_MS)
        rows = await self._read_window(self._clean_ms - OVERLAP_MS, end_ms)
        if len(rows) == self.batch_rows:
            first_ms, last_ms = _milliseconds(rows[0].position), _milliseconds(rows[-1].position)
            self._window_ms = max(1, 2 * (last_ms - first_ms))
            return rows, False
        if not rows:
            self._window_ms *= 4
            self._clean_ms = max(self._clean_ms, min(end_ms, now_ms))
        return rows, end_ms >= now_ms

    async def _read_window(self, start_ms: int, end_ms: int) -> list[_Row]:
        async def read(work: UnitOfWork) -> list[_Row]:
            # One snapshot: a version is seen only together with all the versions before it.
            cursor = (
                work.collection(OUTBOX)
                .find(
                    {"position": {"$gte": f"{max(0, start_ms):012x}", "$lt": f"{end_ms + 1:012x}"}},
                    session=work.session,
                )
                .sort("position", 1)
                .limit(self.batch_rows)
            )
            return [_read_row(document) for document in await cursor.to_list(self.batch_rows)]

        return await run_unit_of_work(self.mongo, SYSTEM_CALLER, read, clock=self.clock)

    async def _first_unpublished_ms(self) -> int:
        known = await self.mongo.collection(RELAYS).find_one({"_id": self.service})
        if known is not None:
            return int(known["clean_ms"])
        # Once in a service's life, the whole range is read.
        cursor = self.mongo.collection(OUTBOX).find({"position": {"$gte": "0", "$lt": "g"}})
        first = await cursor.sort("position", 1).limit(1).to_list(1)
        return _milliseconds(first[0]["position"]) if first else _now_ms()

    async def _publish_and_remove(self, rows: Sequence[_Row]) -> None:
        age = datetime.now(UTC) - rows[0].written_at
        OLDEST_UNPUBLISHED.labels(self.service).set(max(0.0, age.total_seconds()))
        lanes: dict[str, list[_Entry]] = defaultdict(list)
        for row in rows:
            for entry in row.entries:
                lanes[entry.lane].append(entry)
        acknowledged: set[str] = set()
        at_once = asyncio.Semaphore(LANES_AT_ONCE)
        outcomes = await asyncio.gather(
            *(self._publish_lane(lane, acknowledged, at_once) for lane in lanes.values()), return_exceptions=True
        )
        failures = [outcome for outcome in outcomes if isinstance(outcome, BaseException)]
        for failure in failures:
            if isinstance(failure, LeaseLost) or not isinstance(failure, PublishFailed):
                raise failure
        PUBLISHED.labels(self.service).inc(len(acknowledged))
        if acknowledged:
            await self._remove(rows, acknowledged)
        if failures:
            raise failures[0]
        self._clean_ms = max(self._clean_ms or 0, _milliseconds(rows[-1].position))

    async def _publish_lane(
        self, entries: Sequence[_Entry], acknowledged: set[str], at_once: asyncio.Semaphore
    ) -> None:
        async with at_once:
            for entry in sorted(entries, key=lambda entry: entry.version):
                await self._require_lease()
                await self._publish(entry.message)
                acknowledged.add(entry.id)

    async def _publish(self, message: Message) -> None:
        attributes = {"messaging.system": "nats", "messaging.destination.name": message.subject}
        parent = context_from_headers(message.headers)
        with span(names.SPAN_EVENT_PUBLISH, kind=SpanKind.PRODUCER, parent=parent, attributes=attributes):
            headers = dict(message.headers)
            trace_parent = context_headers().get("traceparent")
            if trace_parent is not None:
                headers |= {"traceparent": trace_parent, "ce-traceparent": trace_parent}
            await self.publisher.publish(replace(message, headers=headers))

    async def _remove(self, claimed: Sequence[_Row], acknowledged: Set[str]) -> None:
        """Remove what was acknowledged of the claimed rows; raises LeaseLost, removing none, when the lease is gone."""
        done = [row for row in claimed if acknowledged >= {entry.id for entry in row.entries}]
        by_id = {"_id": {"$in": [row.id for row in done]}}
        if len(done) < len(claimed):
            rest = [row for row in claimed if row not in done]
            await self._remove_found(by_id, len(done), claimed[0], rest, acknowledged)
            return
        # The embedded store removes a range several times faster than the same rows by their ids.
        between = {"position": {"$gte": claimed[0].position, "$lte": claimed[-1].position}}
        try:
            await self._remove_found(between, len(claimed), claimed[0])
        except _OtherRowsFound:
            # A slow commit has put a row between them that was not published.
            await self._remove_found(by_id, len(done), claimed[0])

    async def _remove_found(
        self,
        query: Mapping[str, Any],
        expected: int,
        first: _Row,
        partly_done: Sequence[_Row] = (),
        acknowledged: Set[str] = frozenset(),
    ) -> None:
        async def remove(work: UnitOfWork) -> None:
            await self._lease.confirm(work)
            outbox = work.collection(OUTBOX)
            removed = await outbox.delete_many(query, session=work.session)
            if removed.deleted_count != expected:
                raise _OtherRowsFound(f"{removed.deleted_count} rows instead of {expected}")
            for row in partly_done:
                published = [entry.id for entry in row.entries if entry.id in acknowledged]
                await outbox.update_one(
                    {"_id": row.id}, {"$pull": {"entries": {"id": {"$in": published}}}}, session=work.session
                )
            # What is still to be published lies at or behind the first of these rows.
            await work.collection(RELAYS).update_one(
                {"_id": self.service},
                {"$set": {"clean_ms": _milliseconds(first.position)}},
                upsert=True,
                session=work.session,
            )

        await run_unit_of_work(self.mongo, SYSTEM_CALLER, remove, clock=self.clock)


class _OtherRowsFound(Exception):
    """What is to be removed is not exactly what was published; nothing was removed."""


def _now_ms() -> int:
    """Return the machine's time, from which positions are made, whatever clock the units of work are given."""
    return time.time_ns() // 1_000_000


def _milliseconds(position: str) -> int:
    """Return the milliseconds since 1970 that a position begins with."""
    return int(position[:12], 16)


def _read_row(document: Mapping[str, Any]) -> _Row:
    return _Row(
        id=document["_id"],
        position=document["position"],
        entries=tuple(
            _Entry(
                entry["id"],
                entry["lane"],
                entry["version"],
                Message(entry["subject"], entry["headers"], bytes(entry["body"])),
            )
            for entry in document["entries"]
        ),
        written_at=document["written_at"],
    )
