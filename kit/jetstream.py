"""NATS JetStream: the connection, the streams, and the consumers that bring facts to the inbox.

`connect` returns at once and keeps trying: a service starts and takes writes while NATS is down. A listener is a
durable pull consumer of a source stream, filtered on whole aggregates. It acknowledges a message only after the inbox
has taken it in; while the store is down it holds what it has, tells the server so, and pulls nothing.
"""

import asyncio
import json
import logging
import ssl
from collections.abc import Awaitable, Callable, Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Any, Final

import nats.errors
import nats.js.errors
from nats.aio.client import Client
from nats.aio.msg import Msg
from nats.aio.subscription import Subscription
from nats.js import JetStreamContext
from nats.js.api import (
    AckPolicy,
    ConsumerConfig,
    DeliverPolicy,
    DiscardPolicy,
    RetentionPolicy,
    StorageType,
    StreamConfig,
)

from kit import telemetry_names as names
from kit.clock import Clock, SystemClock
from kit.cloud_events import Message, UnreadableCloudEvent, read_message, subjects_of_aggregate, subjects_of_service
from kit.event_schemas import EventSchemas
from kit.events import ReceivedEvent
from kit.inbox import BACKOFF, MAX_DELIVER, Delivery, Inbox, is_infrastructure_failure
from kit.metrics import Gauge
from kit.mongo import Mongo
from kit.outbox import PublishFailed
from kit.reactions import Reaction, Reactions

logger = logging.getLogger(__name__)

DEAD_LETTER_STREAM: Final = "ANJU_DLQ"
ADVISORY_STREAM: Final = "ANJU_ADVISORIES"

DUPLICATE_WINDOW: Final = timedelta(minutes=2)
ACK_WAIT: Final = timedelta(seconds=30)
BATCH_EVENTS: Final = 200
MAX_ACK_PENDING: Final = 1_000
PULL_SECONDS: Final = 1.0
"""How long one pull waits for a first message; short, because a pull that a restart swallowed waits its whole time."""

RESPONSE_SECONDS: Final = 2.0
PUBLISH_SECONDS: Final = 5.0
RECONNECT_SECONDS: Final = 0.5
REFILL_BATCH: Final = 500
FIRST_PAUSE_SECONDS: Final = 0.2
LONGEST_PAUSE_SECONDS: Final = 5.0

_ADVISORIES: Final = "$JS.EVENT.ADVISORY.CONSUMER.MAX_DELIVERIES"

LISTENING = Gauge(
    names.METRIC_LISTENING, "1 while a listener pulls; 0 while it pauses for the store or NATS.", ["listener"]
)


class NatsUnavailable(Exception):
    """NATS or its JetStream does not answer, or the connection is down."""


@dataclass
class JetStream:
    """One process's connection to NATS; gives `connected()` to wait for, and publishes with acknowledgement."""

    client: Client
    name: str
    _up: asyncio.Event = field(default_factory=asyncio.Event)
    _connecting: asyncio.Task[None] | None = None
    _is_draining: bool = False
    _last_error: str | None = None
    """What the server complained about last: a permission violation reaches the caller only as a timeout."""

    def __post_init__(self) -> None:
        self.context: JetStreamContext = self.client.jetstream(timeout=PUBLISH_SECONDS)
        """The JetStream calls of the connection."""

    @property
    def is_connected(self) -> bool:
        """Whether the connection is up at the moment."""
        return self.client.is_connected

    async def connected(self) -> None:
        """Return once the connection is up."""
        await self._up.wait()

    async def publish(self, message: Message) -> None:
        """Return once JetStream has stored the message; raises PublishFailed, when it may be stored all the same."""
        try:
            await self.context.publish(message.subject, message.body, headers=dict(message.headers))
        except (nats.errors.Error, TimeoutError, OSError) as error:
            raise PublishFailed(self.explained(error)) from error

    def explained(self, error: BaseException) -> str:
        """Return the error's text, with what the server last complained about when the error is only a silence."""
        text = f"{type(error).__name__}: {error}"
        if isinstance(error, TimeoutError) and self._last_error is not None:
            return f"{text} (the server said: {self._last_error})"
        return text

    async def drain(self) -> None:
        """Let what is under way finish and close the connection; does nothing to one that never came up."""
        self._is_draining = True
        if self._connecting is not None:
            self._connecting.cancel()
            await asyncio.gather(self._connecting, return_exceptions=True)
        if self.client.is_connected:
            await self.client.drain()
        elif not self.client.is_closed:
            await self.client.close()


async def connect(
    url: str,
    *,
    name: str,
    on_closed: Callable[[], None],
    tls: ssl.SSLContext | None = None,
    credentials: Path | None = None,
    inbox_prefix: str = "_INBOX",
) -> JetStream:
    """Begin to connect and return at once; the connection comes up when NATS does, and again after every loss.

    `on_closed` is called when the client has given up for ever; the process must end then, to be started anew.
    """
    jetstream = JetStream(Client(), name)

    async def on_error(error: Exception) -> None:
        jetstream._last_error = str(error) or type(error).__name__
        logger.warning("NATS: %s", jetstream._last_error)

    async def on_disconnected() -> None:
        jetstream._up.clear()
        logger.warning("the connection of %s to NATS is lost", name)

    async def on_reconnected() -> None:
        jetstream._last_error = None
        jetstream._up.set()
        logger.info("the connection of %s to NATS is back", name)

    async def on_client_closed() -> None:
        if not jetstream._is_draining:
            logger.critical("the NATS client of %s has closed for ever", name)
            on_closed()

    async def keep_connecting() -> None:
        while not jetstream.client.is_connected:
            try:
                await jetstream.client.connect(
                    url.split(","),
                    name=name,
                    max_reconnect_attempts=-1,
                    reconnect_time_wait=RECONNECT_SECONDS,  # type: ignore[arg-type]  # A float works.
                    connect_timeout=2,
                    error_cb=on_error,
                    disconnected_cb=on_disconnected,
                    reconnected_cb=on_reconnected,
                    closed_cb=on_client_closed,
                    tls=tls,
                    user_credentials=None if credentials is None else str(credentials),
                    inbox_prefix=inbox_prefix,
                )
            except (nats.errors.Error, OSError, TimeoutError) as error:
                logger.warning("%s cannot reach NATS yet: %s", name, error)
                await asyncio.sleep(RECONNECT_SECONDS)
            else:
                jetstream._up.set()

    jetstream._connecting = asyncio.create_task(keep_connecting(), name="nats-connect")
    return jetstream


def stream_of(service: str) -> str:
    """Return the name of a service's stream: "ANJU_REGISTRY"."""
    return f"ANJU_{service.upper()}"


async def ensure_streams(jetstream: JetStream, services: Iterable[str], *, replicas: int = 1) -> None:
    """Make or update the streams of these services, that of the dead letters and that of the advisories.

    Event streams keep everything on disk, and refuse rather than lose. `replicas` is 3 in production.
    """
    configurations = [_stream(stream_of(service), subjects_of_service(service), replicas) for service in services]
    configurations.append(_stream(DEAD_LETTER_STREAM, subjects_of_service("dlq"), replicas))
    configurations.append(_stream(ADVISORY_STREAM, f"{_ADVISORIES}.>", replicas))
    for configuration in configurations:
        await _ensure_stream(jetstream.context, configuration)


def _stream(name: str, subject: str, replicas: int) -> StreamConfig:
    return StreamConfig(
        name=name,
        subjects=[subject],
        storage=StorageType.FILE,
        retention=RetentionPolicy.LIMITS,
        discard=DiscardPolicy.NEW,
        max_age=0,
        num_replicas=replicas,
        duplicate_window=DUPLICATE_WINDOW.total_seconds(),
    )


async def _ensure_stream(context: JetStreamContext, wanted: StreamConfig) -> None:
    name = str(wanted.name)
    try:
        known = (await context.stream_info(name)).config
    except nats.js.errors.NotFoundError:
        await context.add_stream(wanted)
        return
    differs = [
        attribute
        for attribute in ("subjects", "discard", "num_replicas", "duplicate_window", "retention")
        if getattr(known, attribute) != getattr(wanted, attribute)
    ]
    if differs:
        logger.warning("stream %s is changed in %s", name, ", ".join(differs))
        await context.update_stream(wanted)


@dataclass
class Pull:
    """Pulls batches from a durable consumer over one subscription of its own.

    The client library's fetch of several messages can stall after an empty one; this asks for what is there, and only
    when nothing is there waits for a first message.
    """

    client: Client
    stream: str
    consumer: str
    _inbox: str = ""
    _requests: int = 0
    _subscription: Subscription | None = None
    _arrived: asyncio.Queue[Msg] = field(default_factory=asyncio.Queue)

    async def take(self, batch: int, *, wait_seconds: float) -> list[Msg]:
        """Return up to `batch` messages, waiting for the first one at most so long; empty when there is none.

        Raises NatsUnavailable when the consumer is gone or the connection is down.
        """
        if not self.client.is_connected:
            raise NatsUnavailable("the connection to NATS is down")
        if self._subscription is None:
            self._inbox = self.client.new_inbox()
            self._subscription = await self.client.subscribe(f"{self._inbox}.*", cb=self._arrived.put)
        messages = await self._ask({"batch": batch, "no_wait": True}, batch, RESPONSE_SECONDS)
        if not messages and wait_seconds > 0:
            expires = {"batch": 1, "expires": int(wait_seconds * 1_000_000_000)}
            messages = await self._ask(expires, 1, wait_seconds + RESPONSE_SECONDS)
            if messages and batch > 1:
                messages += await self._ask({"batch": batch - 1, "no_wait": True}, batch - 1, RESPONSE_SECONDS)
        return messages

    async def close(self) -> None:
        """End the subscription; what was delivered and not acknowledged comes again."""
        if self._subscription is not None and not self.client.is_closed:
            with suppress(nats.errors.Error):
                await self._subscription.unsubscribe()
        self._subscription = None

    async def _ask(self, request: dict[str, Any], wanted: int, seconds: float) -> list[Msg]:
        self._requests += 1
        reply = f"{self._inbox}.{self._requests}"
        subject = f"$JS.API.CONSUMER.MSG.NEXT.{self.stream}.{self.consumer}"
        messages: list[Msg] = []
        try:
            await self.client.publish(subject, json.dumps(request).encode(), reply=reply)
        except nats.errors.Error as error:
            raise NatsUnavailable(f"{self.stream}/{self.consumer}: {type(error).__name__}: {error}") from error
        stop_if_cancelled()
        # When the answer is lost with the connection, what did arrive is good.
        with suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                while len(messages) < wanted:
                    message = await self._arrived.get()
                    status = _status(message)
                    if status is None:
                        messages.append(message)
                    elif message.subject == reply:
                        if status[0] in ("404", "408"):
                            break
                        raise NatsUnavailable(f"{self.stream}/{self.consumer}: {status[0]} {status[1]}")
        return messages


def stop_if_cancelled() -> None:
    """Raise the cancellation that the client library swallows when it comes while a write is being flushed."""
    task = asyncio.current_task()
    if task is not None and task.cancelling():
        raise asyncio.CancelledError


def _status(message: Msg) -> tuple[str, str] | None:
    """Return status and description of an answer that is no message, such as ("404", "No Messages")."""
    headers = message.headers
    if message.data or not headers or "Status" not in headers:
        return None
    return headers["Status"], headers.get("Description", "")


@dataclass
class Consumer:
    """Everything a service hears: a listener per service it listens to, and one for what was delivered too often."""

    mongo: Mongo
    jetstream: JetStream
    service: str
    reactions: Sequence[Reaction]
    schemas: EventSchemas
    clock: Clock = field(default_factory=SystemClock)
    replicas: int = 1
    max_deliver: int = MAX_DELIVER
    backoff: Sequence[timedelta] = BACKOFF
    ack_wait: timedelta = ACK_WAIT
    batch_events: int = BATCH_EVENTS
    pull_seconds: float = PULL_SECONDS

    def __post_init__(self) -> None:
        known = Reactions(self.reactions)
        self._listeners = [
            _Listener(
                jetstream=self.jetstream,
                source=source,
                inbox=Inbox(
                    mongo=self.mongo,
                    service=self.service,
                    source=source,
                    reactions=known,
                    schemas=self.schemas,
                    refill=_Refill(self.jetstream, source).missing_before,
                    clock=self.clock,
                    max_deliver=self.max_deliver,
                    backoff=self.backoff,
                ),
                subjects=[subjects_of_aggregate(aggregate) for aggregate in known.aggregates_of(source)],
                max_deliver=self.max_deliver,
                ack_wait=self.ack_wait,
                batch_events=self.batch_events,
                pull_seconds=self.pull_seconds,
            )
            for source in known.services
        ]

    async def run(self) -> None:
        """Listen until cancelled; failures of the store or of NATS only pause it."""
        await _until_available(f"the streams of {self.service}", self._ensure_streams)
        tasks = [asyncio.create_task(run()) for each in self._listeners for run in (each.run, each.run_advisories)]
        try:
            if not tasks:
                await asyncio.Event().wait()
            done, _ = await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
            for task in done:
                await task
        finally:
            await _end(tasks)

    async def _ensure_streams(self) -> None:
        await self.jetstream.connected()
        sources = [listener.source for listener in self._listeners]
        await ensure_streams(self.jetstream, sorted({self.service, *sources}), replicas=self.replicas)


@dataclass
class _Listener:
    """One service listening to one other: a durable consumer of the other's stream, feeding an inbox."""

    jetstream: JetStream
    source: str
    inbox: Inbox
    subjects: list[str]
    max_deliver: int
    ack_wait: timedelta
    batch_events: int
    pull_seconds: float

    async def run(self) -> None:
        """Take in what is published, and try what is blocked, until cancelled."""
        while True:
            await _until_available(self.inbox.listener, self._ensure_durable)
            pull = Pull(self.jetstream.client, stream_of(self.source), self.inbox.listener)
            try:
                while True:
                    LISTENING.labels(self.inbox.listener).set(1)
                    messages = await pull.take(self.batch_events, wait_seconds=self.pull_seconds)
                    await self._take_in(messages)
                    await self.inbox.try_blocked_lanes()
            except Exception as error:
                if not _is_outage(error):
                    raise
                LISTENING.labels(self.inbox.listener).set(0)
                logger.warning("%s pauses: %s", self.inbox.listener, self.jetstream.explained(error))
                await asyncio.sleep(FIRST_PAUSE_SECONDS)
            finally:
                await pull.close()

    async def run_advisories(self) -> None:
        """Take over what the server delivers no more, until cancelled."""
        durable = f"{self.inbox.listener}_advisories"
        configuration = self._durable(durable, [f"{_ADVISORIES}.{stream_of(self.source)}.{self.inbox.listener}"])
        configuration.max_deliver = -1
        while True:
            await _until_available(durable, lambda: self._ensure(ADVISORY_STREAM, configuration))
            pull = Pull(self.jetstream.client, ADVISORY_STREAM, durable)
            try:
                while True:
                    for message in await pull.take(self.batch_events, wait_seconds=self.pull_seconds):
                        await self._take_over(int(json.loads(message.data)["stream_seq"]))
                        await message.ack()
            except Exception as error:
                if not _is_outage(error):
                    raise
                logger.warning("%s pauses: %s", durable, self.jetstream.explained(error))
                await asyncio.sleep(FIRST_PAUSE_SECONDS)
            finally:
                await pull.close()

    async def _take_over(self, sequence: int) -> None:
        stream = stream_of(self.source)
        stored = await self.jetstream.context.get_msg(stream, sequence)
        message = Message(str(stored.subject), dict(stored.headers or {}), stored.data or b"")
        logger.warning("%s got no answer for message %d of %s", self.inbox.listener, sequence, stream)
        await self.inbox.block_unanswered(Delivery(sequence, message))

    async def _take_in(self, messages: Sequence[Msg]) -> None:
        """Take in messages and acknowledge them; while the store is down, hold them and tell the server so."""
        if not messages:
            return
        deliveries = [_delivery(message) for message in messages]
        holding = asyncio.create_task(self._hold(messages))
        pause_seconds = FIRST_PAUSE_SECONDS
        try:
            while True:
                try:
                    await self.inbox.take_in(deliveries)
                    break
                except Exception as error:
                    if not _is_outage(error):
                        raise
                    LISTENING.labels(self.inbox.listener).set(0)
                    logger.warning("%s holds %d events: %s", self.inbox.listener, len(messages), error)
                await asyncio.sleep(pause_seconds)
                pause_seconds = min(pause_seconds * 2, LONGEST_PAUSE_SECONDS)
        finally:
            holding.cancel()
            await asyncio.gather(holding, return_exceptions=True)
        for message in messages:
            await message.ack()

    async def _hold(self, messages: Sequence[Msg]) -> None:
        """Tell the server again and again that these messages are being worked on, so that none is delivered anew."""
        while True:
            await asyncio.sleep(self.ack_wait.total_seconds() / 3)
            try:
                for message in messages:
                    await message.in_progress()
            except nats.errors.Error as error:
                # Delivered anew then, and known by then.
                logger.info("%s could not hold its messages: %s", self.inbox.listener, error)

    async def _ensure_durable(self) -> None:
        await self._ensure(stream_of(self.source), self._durable(self.inbox.listener, self.subjects))

    def _durable(self, name: str, subjects: list[str]) -> ConsumerConfig:
        return ConsumerConfig(
            name=name,
            durable_name=name,
            deliver_policy=DeliverPolicy.ALL,
            ack_policy=AckPolicy.EXPLICIT,
            ack_wait=self.ack_wait.total_seconds(),
            max_deliver=self.max_deliver,
            max_ack_pending=MAX_ACK_PENDING,
            filter_subjects=subjects,
        )

    async def _ensure(self, stream: str, wanted: ConsumerConfig) -> None:
        """Make the durable consumer, or change it; one that follows further aggregates begins the stream anew."""
        await self.jetstream.connected()
        context = self.jetstream.context
        name = str(wanted.durable_name)
        try:
            known = (await context.consumer_info(stream, name)).config
        except nats.js.errors.NotFoundError:
            await context.add_consumer(stream, wanted)
            return
        known_subjects = set(known.filter_subjects or ([known.filter_subject] if known.filter_subject else []))
        if not set(wanted.filter_subjects or []) <= known_subjects:
            # Their earlier events would never come; what is known already is ignored by its version.
            logger.warning("%s follows further aggregates and begins %s anew", name, stream)
            await context.delete_consumer(stream, name)
            await context.add_consumer(stream, wanted)
        elif (
            set(wanted.filter_subjects or []) != known_subjects
            or known.ack_wait != wanted.ack_wait
            or known.max_deliver != wanted.max_deliver
            or known.max_ack_pending != wanted.max_ack_pending
        ):
            await context.add_consumer(stream, wanted)


@dataclass
class _Refill:
    """Finds the events of one aggregate in a source stream, to fill a gap in its versions."""

    jetstream: JetStream
    source: str

    async def missing_before(
        self, event: ReceivedEvent, first_missing: int, from_sequence: int, until_sequence: int | None
    ) -> list[Delivery]:
        """Return the versions from `first_missing` up to before the event, as far as the stream has them."""
        stream = stream_of(self.source)
        if not self.jetstream.is_connected:
            raise NatsUnavailable("the connection to NATS is down")
        try:
            reader = await self.jetstream.context.add_consumer(
                stream,
                ConsumerConfig(
                    deliver_policy=DeliverPolicy.BY_START_SEQUENCE,
                    opt_start_seq=max(1, from_sequence),
                    ack_policy=AckPolicy.NONE,
                    filter_subject=subjects_of_aggregate(event.aggregate, event.district),
                    inactive_threshold=10,
                    mem_storage=True,
                ),
            )
        except (nats.errors.Error, TimeoutError) as error:
            raise NatsUnavailable(f"{stream}: {self.jetstream.explained(error)}") from error
        pull = Pull(self.jetstream.client, stream, str(reader.name))
        wanted = set(range(first_missing, event.aggregate_version))
        found: dict[int, Delivery] = {}
        try:
            while wanted:
                messages = await pull.take(REFILL_BATCH, wait_seconds=0)
                for message in messages:
                    delivery = _delivery(message)
                    version = _version_of(delivery, event.aggregate_id)
                    if version in wanted:
                        wanted.remove(version)
                        found[version] = delivery
                if not messages or (
                    until_sequence is not None and messages[-1].metadata.sequence.stream >= until_sequence
                ):
                    break
        finally:
            await pull.close()
            with suppress(nats.errors.Error, TimeoutError):
                await self.jetstream.context.delete_consumer(stream, str(reader.name))
        return [found[version] for version in sorted(found)]


def _delivery(message: Msg) -> Delivery:
    return Delivery(message.metadata.sequence.stream, Message(message.subject, message.headers or {}, message.data))


def _version_of(delivery: Delivery, aggregate_id: str) -> int:
    """Return the version of a delivery of that aggregate, 0 of anything else."""
    try:
        event = read_message(delivery.message)
    except UnreadableCloudEvent:
        return 0
    return event.aggregate_version if event.aggregate_id == aggregate_id else 0


def _is_outage(error: BaseException) -> bool:
    """Return whether NATS or the store failed, and not the kit itself."""
    return isinstance(error, (NatsUnavailable, nats.errors.Error)) or is_infrastructure_failure(error)


async def _until_available(what: str, attempt: Callable[[], Awaitable[None]]) -> None:
    """Run the attempt again and again until NATS lets it succeed."""
    pause_seconds = FIRST_PAUSE_SECONDS
    while True:
        try:
            await attempt()
            stop_if_cancelled()
            return
        except (NatsUnavailable, nats.errors.Error, TimeoutError) as error:
            logger.warning("%s: not yet available: %s: %s", what, type(error).__name__, error)
        await asyncio.sleep(pause_seconds)
        pause_seconds = min(pause_seconds * 2, LONGEST_PAUSE_SECONDS)


async def _end(tasks: Sequence[asyncio.Task[None]]) -> None:
    """Cancel the tasks until they have ended.

    Once is not enough: the client library loses a cancellation that comes while it flushes a write, and, before Python
    3.12, one that comes together with an answer.
    """
    pending = set(tasks)
    while pending:
        for task in pending:
            task.cancel()
        _, pending = await asyncio.wait(pending, timeout=0.5)
