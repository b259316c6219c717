"""The document store: connections, declared indexes, scoped queries, and the unit of work that every write runs in.

The address decides which store it is. A production replica set gets majority writes with journal and majority reads;
the embedded server, whose address says `retryWrites=false`, takes the same calls. Only the store kit and the `store`
rooms may use what is here beyond the types.

A commit whose answer was lost may have been applied, and the embedded server forgets its transactions when it restarts.
So a body that runs in a unit of work keeps a unique key inside its transaction (an idempotency key, an inbox row, the
key of a posting): run again after such a commit, it finds its own work done.
"""

import asyncio
import logging
import random
from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from typing import Any, Final, Protocol, TypeVar

from motor.motor_asyncio import (
    AsyncIOMotorClient,
    AsyncIOMotorClientSession,
    AsyncIOMotorCollection,
    AsyncIOMotorDatabase,
    AsyncIOMotorGridFSBucket,
)
from pymongo import ASCENDING, DESCENDING, IndexModel
from pymongo.errors import (
    AutoReconnect,
    ConfigurationError,
    ConnectionFailure,
    InvalidURI,
    PyMongoError,
    ServerSelectionTimeoutError,
)
from pymongo.read_concern import ReadConcern
from pymongo.read_preferences import ReadPreference
from pymongo.write_concern import WriteConcern

from kit.caller import Caller, Scope
from kit.clock import Clock, business_date
from kit.events import Event
from kit.ids import new_id
from kit.turns import Turns

logger = logging.getLogger(__name__)

T = TypeVar("T")
Document = dict[str, Any]
Collection = AsyncIOMotorCollection[Document]
Session = AsyncIOMotorClientSession

MAX_ATTEMPTS: Final = 60
"""How often a unit of work is tried; with the pauses between the tries, about twenty seconds."""

FIRST_PAUSE_SECONDS: Final = 0.004
LONGEST_PAUSE_SECONDS: Final = 0.5
COMMIT_ATTEMPTS: Final = 5
SERVER_SELECTION_MS: Final = 3_000
LATEST_PERIOD: Final = "9999"
"""Sorts after every ISO date: the upper end of a range of dates that has none of its own."""

_TRANSIENT = "TransientTransactionError"
_UNKNOWN_COMMIT = "UnknownTransactionCommitResult"


class StoreUnavailable(Exception):
    """The store cannot be reached, or kept failing as if it were restarting; nothing is known to be written."""


class StoreAddressInvalid(ValueError):
    """The address of the store is malformed."""


class ConcurrentChange(Exception):
    """Somebody else changed what this unit of work read; it is rolled back and run again with fresh reads.

    A store raises it when a version check fails. It reaches a caller only after the last attempt.
    """


class TooContended(Exception):
    """A unit of work met concurrent changes on every one of its attempts; nothing was written."""


def is_unavailable(problem: BaseException) -> bool:
    """Return whether the problem is that the store cannot be reached, and not a bug: trying again later may help."""
    return isinstance(problem, StoreUnavailable | ConnectionFailure)


class Reader(Protocol):
    """What a store reads with: a `Mongo` for a read of its own, a `UnitOfWork` to see what the unit has written."""

    @property
    def session(self) -> Session | None:
        """The session of the transaction to read in, if there is one."""

    def collection(self, name: str) -> Collection:
        """Return the collection of that name."""


class Mongo:
    """One service's database and the connections to it; belongs to the event loop that it was connected in."""

    def __init__(self, client: AsyncIOMotorClient[Document], database: str) -> None:
        self._client = client
        self._database: AsyncIOMotorDatabase[Document] = client.get_database(
            database,
            write_concern=WriteConcern(w="majority", j=True),
            read_concern=ReadConcern("majority"),
            read_preference=ReadPreference.PRIMARY,
        )
        self._flush: Callable[[UnitOfWork], Awaitable[None]] | None = None
        self.turns = Turns()

    @classmethod
    async def connect(cls, uri: str, database: str) -> "Mongo":
        """Return a connected store; raises StoreAddressInvalid if malformed, StoreUnavailable if none answers.

        Instants come back aware, in UTC. Where the address does not say it, retryable writes stay on as the driver has
        them; the embedded server's address turns them off.
        """
        try:
            options: dict[str, Any] = {"tz_aware": True, "tzinfo": UTC, "appname": database}
            # An option given here would override the address, which has the last word.
            if "serverselectiontimeoutms" not in uri.lower():
                options["serverSelectionTimeoutMS"] = SERVER_SELECTION_MS
            client: AsyncIOMotorClient[Document] = AsyncIOMotorClient(uri, **options)
        except (InvalidURI, ConfigurationError, ValueError) as error:
            raise StoreAddressInvalid(f"the store's address is malformed: {error}") from error
        mongo = cls(client, database)
        try:
            await mongo.ping()
        except StoreUnavailable:
            mongo.close()
            raise
        return mongo

    @property
    def name(self) -> str:
        """The name of the database."""
        return self._database.name

    @property
    def session(self) -> Session | None:
        """None: a read of the store itself runs outside any transaction."""
        return None

    def collection(self, name: str) -> Collection:
        """Return the collection of that name."""
        return self._database[name]

    def bucket(self, name: str) -> AsyncIOMotorGridFSBucket:
        """Return the GridFS bucket of that name; only the content kit reads and writes file content."""
        return AsyncIOMotorGridFSBucket(self._database, bucket_name=name)

    async def ping(self) -> None:
        """Raise StoreUnavailable unless the store answers."""
        try:
            await self._database.command("ping")
        except PyMongoError as error:
            raise StoreUnavailable(f"the store does not answer: {error}") from error

    async def drop(self) -> None:
        """Remove the whole database; for tests and for taking down a demonstration."""
        await self._client.drop_database(self.name)

    def close(self) -> None:
        """Close the connections."""
        self._client.close()

    async def start_session(self) -> Session:
        """Return a session of its own; whoever starts one ends it."""
        return await self._client.start_session()

    def flush_announced_with(self, flush: Callable[["UnitOfWork"], Awaitable[None]]) -> None:
        """Name what writes a unit's announced events before its commit: the outbox. A unit that announces needs one."""
        self._flush = flush

    @property
    def announced_flush(self) -> Callable[["UnitOfWork"], Awaitable[None]] | None:
        """What writes a unit's announced events, if the outbox was installed."""
        return self._flush


@dataclass(frozen=True)
class Index:
    """An index that a store's queries need: fields with 1 (ascending) or -1, declared beside the store.

    `partial` is a filter of the documents in the index; a `unique` index with `partial` is unique among those.
    `expire_after_seconds` removes documents that long after the instant in the index's one field.
    """

    collection: str
    keys: tuple[tuple[str, int], ...]
    unique: bool = False
    partial: Mapping[str, Any] | None = None
    expire_after_seconds: int | None = None

    def __post_init__(self) -> None:
        if not self.keys or any(direction not in (ASCENDING, DESCENDING) for _, direction in self.keys):
            raise ValueError(f"an index of {self.collection!r} needs fields with 1 or -1, not {self.keys!r}")

    @property
    def name(self) -> str:
        """The name in the store, as the driver would give it, with a mark for what is unique or partial."""
        fields = "_".join(f"{name}_{direction}" for name, direction in self.keys)
        return fields + ("_unique" if self.unique else "") + ("_partial" if self.partial is not None else "")


async def ensure_indexes(mongo: Mongo, indexes: Iterable[Index]) -> None:
    """Make the declared indexes that are missing; safe to run at every start."""
    by_collection: dict[str, list[Index]] = {}
    for index in indexes:
        by_collection.setdefault(index.collection, []).append(index)
    for collection, declared in by_collection.items():
        await mongo.collection(collection).create_indexes([_index_model(index) for index in declared])


def scoped(scope: Scope, query: Mapping[str, Any]) -> Document:
    """Return the query narrowed to what the scope may see: documents that share a grant with it in `areas`."""
    areas = scope.area_filter()
    return dict(query) if areas is None else {**query, "areas": {"$in": areas}}


@dataclass(frozen=True)
class Announced:
    """An event that a unit of work announced, with what it was caused by at that moment."""

    id: str
    event: Event
    correlation_id: str
    causation_id: str | None
    trace_parent: str | None


@dataclass
class UnitOfWork:
    """One transaction: who writes, when, and what is to be announced if it commits.

    Writes use `session=work.session`. `now` has the store's precision, whole milliseconds, and `today` is its business
    date in China; both are one and the same for the whole unit and are taken anew at each attempt.
    """

    mongo: Mongo
    session: Session
    caller: Caller
    now: datetime
    correlation_id: str
    causation_id: str | None = None
    attempt: int = 1
    trace_parent: str | None = None
    """The trace that what is announced belongs to; None means the one that is current at the commit."""

    held_turns: frozenset[str] = frozenset()
    touched: set[str] = field(default_factory=set)
    _announced: list[Announced] = field(default_factory=list)
    _before_commit: list[Callable[[], Awaitable[None]]] = field(default_factory=list)
    _after_commit: list[Callable[[], None]] = field(default_factory=list)
    _gathered: dict[str, list[Any]] = field(default_factory=dict)

    @property
    def today(self) -> date:
        """The business date of `now` in China."""
        return business_date(self.now)

    def collection(self, name: str) -> Collection:
        """Return the collection of that name."""
        return self.mongo.collection(name)

    def touches(self, names: Iterable[str]) -> None:
        """Say what this unit is about to change that others often change, too, such as an account.

        After a conflict the unit waits for its turn with all it touched before it runs again. Raises ConcurrentChange
        at once where others already stand in line: to go on would only make one of them fail.
        """
        wanted = set(names)
        self.touched |= wanted
        if self.mongo.turns.are_taken(wanted - self.held_turns):
            raise ConcurrentChange("others stand in line for what this unit is about to change")

    def announce(self, event: Event) -> str:
        """Keep an event for the outbox, to be published after the commit; returns the id it travels under."""
        event_id = new_id("evt")
        self._announced.append(Announced(event_id, event, self.correlation_id, self.causation_id, self.trace_parent))
        return event_id

    @property
    def announced(self) -> tuple[Event, ...]:
        """The events announced so far, in order."""
        return tuple(announced.event for announced in self._announced)

    @property
    def announced_ids(self) -> tuple[str, ...]:
        """The ids that the announced events travel under, in the same order."""
        return tuple(announced.id for announced in self._announced)

    @property
    def announcements(self) -> tuple[Announced, ...]:
        """The announced events with their ids and causes, for the outbox."""
        return tuple(self._announced)

    def before_commit(self, act: Callable[[], Awaitable[None]]) -> None:
        """Run `act` inside the transaction after the body, before the outbox is written; it may write and refuse."""
        self._before_commit.append(act)

    def gather(self, name: str, item: Any, write: Callable[[list[Any]], Awaitable[None]]) -> None:
        """Keep an item, to be written before the commit together with all others that were gathered under its name.

        A batch of events writes thousands of small documents; one by one, the way to the store would cost most.
        """
        items = self._gathered.setdefault(name, [])
        items.append(item)
        if len(items) == 1:

            async def write_all() -> None:
                await write(self._gathered.pop(name))

            self.before_commit(write_all)

    def after_commit(self, act: Callable[[], None]) -> None:
        """Run `act` once the commit is acknowledged; it only wakes others up: a kill may come before it."""
        self._after_commit.append(act)

    async def _finish(self) -> None:
        """Run what waits for the end of the body, what that adds included; then write the announced events."""
        while self._before_commit:
            await self._before_commit.pop(0)()
        if self._announced:
            flush = self.mongo.announced_flush
            if flush is None:
                raise RuntimeError(f"events were announced, but database {self.mongo.name!r} has no outbox installed")
            await flush(self)

    def _committed(self) -> None:
        for act in self._after_commit:
            act()


async def run_unit_of_work(
    mongo: Mongo,
    caller: Caller,
    body: Callable[[UnitOfWork], Awaitable[T]],
    *,
    clock: Clock,
    correlation_id: str | None = None,
    causation_id: str | None = None,
    max_attempts: int = MAX_ATTEMPTS,
) -> T:
    """Run `body` in one transaction and return what it returns, once the commit is acknowledged.

    When others changed what it read, or the store restarts, everything is rolled back and `body` runs again on a new
    unit of work, after a pause that grows and is drawn at random; so it keeps no state outside the unit. A refusal,
    like any other exception, rolls back and passes through. Raises TooContended or StoreUnavailable after the last
    attempt.
    """
    correlation = correlation_id or new_id("cor")
    failure: Exception = ConcurrentChange("the unit of work was never tried")
    touched: frozenset[str] = frozenset()
    for attempt in range(1, max_attempts + 1):
        held = touched
        unit = _Attempt(clock, caller, correlation, causation_id, attempt, held)
        try:
            async with mongo.turns.taken(held):
                return await unit.run(mongo, body)
        except ConcurrentChange as error:
            failure = error
        except PyMongoError as error:
            if not _may_run_again(error):
                raise
            failure = error
        touched = held | unit.touched
        # Who has a turn to wait for needs no pause, unless even having it did not help: then the rival is elsewhere.
        if attempt < max_attempts and touched == held:
            await asyncio.sleep(pause_seconds(attempt))
    if isinstance(failure, AutoReconnect):
        raise StoreUnavailable(f"the store failed on {max_attempts} attempts: {failure}") from failure
    raise TooContended(f"concurrent changes on {max_attempts} attempts: {failure}") from failure


def pause_seconds(attempt: int) -> float:
    """Return how long to wait after the failed attempt: at random, up to twice as long each time, at most 0.5 s."""
    ceiling = min(LONGEST_PAUSE_SECONDS, FIRST_PAUSE_SECONDS * 2.0 ** min(attempt, 16))
    return random.uniform(FIRST_PAUSE_SECONDS, ceiling)


class _Attempt:
    """One attempt at a unit of work, and what it touched."""

    def __init__(
        self,
        clock: Clock,
        caller: Caller,
        correlation_id: str,
        causation_id: str | None,
        number: int,
        held_turns: frozenset[str],
    ) -> None:
        self._clock = clock
        self._caller = caller
        self._correlation_id = correlation_id
        self._causation_id = causation_id
        self._number = number
        self._held_turns = held_turns
        self.touched: set[str] = set()

    async def run(self, mongo: Mongo, body: Callable[[UnitOfWork], Awaitable[T]]) -> T:
        """Run the body in a transaction of its own and commit it."""
        session = await mongo.start_session()
        try:
            session.start_transaction(
                read_concern=ReadConcern("snapshot"),
                write_concern=WriteConcern(w="majority", j=True),
                read_preference=ReadPreference.PRIMARY,
            )
            work = UnitOfWork(
                mongo=mongo,
                session=session,
                caller=self._caller,
                now=to_milliseconds(self._clock.now()),
                correlation_id=self._correlation_id,
                causation_id=self._causation_id,
                attempt=self._number,
                held_turns=self._held_turns,
                touched=self.touched,
            )
            result = await body(work)
            await work._finish()
            await _commit(session)
        finally:
            # Also when the caller is cancelled: an abandoned transaction would block plain writes of others.
            await asyncio.shield(_close(session))
        work._committed()
        return result


async def _commit(session: Session) -> None:
    """Commit, asking again while the answer is lost; the last error passes through."""
    for attempt in range(1, COMMIT_ATTEMPTS + 1):
        try:
            await session.commit_transaction()
            return
        except PyMongoError as error:
            if attempt == COMMIT_ATTEMPTS or not error.has_error_label(_UNKNOWN_COMMIT):
                raise
        await asyncio.sleep(pause_seconds(attempt))


async def _close(session: Session) -> None:
    """Roll back what is still open and end the session."""
    try:
        if session.delegate.in_transaction:
            await session.abort_transaction()
    except PyMongoError as error:
        # The store rolls an unfinished transaction back by itself; what made the unit fail is already on its way up.
        logger.info("a transaction was left for the store to roll back: %s", error)
    finally:
        await session.end_session()


def _may_run_again(error: PyMongoError) -> bool:
    """Return whether the transaction had no effect, or one that the body's unique key will find."""
    return (
        error.has_error_label(_TRANSIENT)
        or error.has_error_label(_UNKNOWN_COMMIT)
        or isinstance(error, AutoReconnect | ServerSelectionTimeoutError)
    )


def to_milliseconds(instant: datetime) -> datetime:
    """Return the instant cut to whole milliseconds, which is what the store keeps."""
    return instant.replace(microsecond=instant.microsecond // 1000 * 1000)


def _index_model(index: Index) -> IndexModel:
    options: dict[str, Any] = {"name": index.name}
    if index.unique:
        options["unique"] = True
    if index.partial is not None:
        options["partialFilterExpression"] = dict(index.partial)
    if index.expire_after_seconds is not None:
        options["expireAfterSeconds"] = index.expire_after_seconds
    keys: Sequence[tuple[str, int]] = list(index.keys)
    return IndexModel(keys, **options)
