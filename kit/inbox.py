"""What a service has heard: each event taken in once, in the order of its aggregate, together with what it caused.

The inbox of one listener (a service listening to another) keeps, in the transaction of the reaction itself, a row per
event that had one, and the version up to which each aggregate was followed. Known versions are ignored; a gap is filled
from the stream.

An event that fails by itself blocks its aggregate's lane, and no other: it is parked, later events of the aggregate
park behind it, and it is tried again with growing pauses. After the last try it is a dead letter, stays at the head of
its lane, and goes to the dead-letter stream. A failing store or network is not the event's fault: it passes through to
the caller, and nothing is counted.
"""

import asyncio
import logging
from collections import defaultdict
from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import Any, Final

from opentelemetry.trace import SpanKind
from pymongo.errors import BulkWriteError, DuplicateKeyError, PyMongoError, WriteError

from kit import telemetry_names as names
from kit.caller import SYSTEM_CALLER
from kit.clock import Clock
from kit.cloud_events import MESSAGE_ID_HEADER, Message, UnreadableCloudEvent, dead_letter_subject, read_message
from kit.errors import Refusal
from kit.event_schemas import EventSchemas, InvalidEventData
from kit.events import ReceivedEvent
from kit.ids import new_id
from kit.metrics import Counter
from kit.mongo import ConcurrentChange, Index, Mongo, StoreUnavailable, TooContended, UnitOfWork, run_unit_of_work
from kit.outbox import enqueue
from kit.reactions import Reactions
from kit.telemetry import context_from_headers, context_headers, span

logger = logging.getLogger(__name__)

INBOX: Final = "inbox"
FOLLOWED_AGGREGATES: Final = "followed_aggregates"
BLOCKED_LANES: Final = "blocked_lanes"
PARKED_EVENTS: Final = "parked_events"
DEAD_LETTERS: Final = "dead_letters"
WORK_ITEMS: Final = "work_items"

KEEP_TAKEN_IN: Final = timedelta(days=90)
"""How long inbox rows stay; an event that comes again later is still known by its aggregate's version."""

MAX_DELIVER: Final = 10
BACKOFF: Final = tuple(timedelta(seconds=seconds) for seconds in (1, 2, 5, 10, 30, 60, 120, 300, 600))

_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_LANES_AT_ONCE: Final = 50

INDEXES: Final = (
    Index(INBOX, (("taken_in_at", 1),), expire_after_seconds=int(KEEP_TAKEN_IN.total_seconds())),
    Index(BLOCKED_LANES, (("listener", 1), ("state", 1), ("next_attempt_at", 1))),
    Index(PARKED_EVENTS, (("lane", 1), ("version", 1))),
    Index(DEAD_LETTERS, (("state", 1), ("died_at", 1))),
    Index(DEAD_LETTERS, (("letter_id", 1),), unique=True),
    Index(WORK_ITEMS, (("state", 1), ("opened_at", 1))),
)

HEARD = Counter(
    names.METRIC_EVENTS_HEARD, "Events heard, by listener and what became of them.", ["listener", "outcome"]
)
DEAD = Counter(names.METRIC_DEAD_LETTERS, "Events that became dead letters.", ["listener"])
REFUSED = Counter(names.METRIC_WORK_ITEMS, "Reactions refused by a rule, left to people as work items.", ["listener"])


class Heard(StrEnum):
    """What became of an event that was heard."""

    APPLIED = "APPLIED"
    ADVANCED = "ADVANCED"
    UNKNOWN_TYPE = "UNKNOWN_TYPE"
    ALREADY_KNOWN = "ALREADY_KNOWN"
    PARKED = "PARKED"
    REFUSED = "REFUSED"


class LaneState(StrEnum):
    """Why an aggregate's lane is blocked: an event is missing, is tried again, or is a dead letter."""

    WAITING = "WAITING"
    RETRYING = "RETRYING"
    DEAD = "DEAD"


class DeadLetterState(StrEnum):
    """A dead letter waits for people, is to be tried again, or was taken in at last."""

    DEAD = "DEAD"
    REDELIVERING = "REDELIVERING"
    TAKEN_IN = "TAKEN_IN"


class GapNotFilled(Exception):
    """A version of an aggregate never arrived and is not in the stream."""


class NeverAnswered(Exception):
    """The stream delivered an event as often as it may and got no answer: the process may have died of it each time."""


class ReactionFailed(Exception):
    """A reaction raised inside a batch; the batch is rolled back. `position` is that of its event."""

    def __init__(self, position: int, cause: Exception) -> None:
        super().__init__(f"event {position} of the batch: {cause}")
        self.position = position
        self.cause = cause


@dataclass(frozen=True)
class Delivery:
    """A message of a source stream and its sequence there."""

    sequence: int
    message: Message


@dataclass(frozen=True)
class HeardEvent:
    """A delivery that is a readable event."""

    delivery: Delivery
    event: ReceivedEvent
    lane: str


Refill = Callable[[ReceivedEvent, int, int, int | None], Awaitable[list[Delivery]]]
"""`refill(event, first_missing_version, from_sequence, until_sequence)` returns what the stream has of the missing.

They are the versions before the event's; `until_sequence` None looks to the end of the stream.
"""


@dataclass
class _Followed:
    """Up to where an aggregate was followed, as it was read and as the plan goes on."""

    read_version: int
    version: int
    sequence: int
    is_blocked: bool
    is_stored: bool


@dataclass
class _Plan:
    """What is to be done with a batch, in order: events to take in, and events to park."""

    take_in: list[HeardEvent] = field(default_factory=list)
    park: list[HeardEvent] = field(default_factory=list)
    followed: Mapping[str, _Followed] = field(default_factory=dict)
    already_known: int = 0


@dataclass
class Inbox:
    """The inbox of one listener: a service and the stream it listens to, such as "finance_from_registry"."""

    mongo: Mongo
    service: str
    source: str
    reactions: Reactions
    schemas: EventSchemas
    refill: Refill
    clock: Clock
    max_deliver: int = MAX_DELIVER
    backoff: Sequence[timedelta] = BACKOFF

    def __post_init__(self) -> None:
        self._turn = asyncio.Lock()
        self._interrupted_lanes: set[str] = set()
        # Shown as 0 from the start, so that the first of them is seen as a growth.
        for metric in (DEAD, REFUSED):
            metric.labels(self.listener)

    @property
    def listener(self) -> str:
        """The name of this listener, in rows and as the durable consumer's name."""
        return f"{self.service}_from_{self.source}"

    async def take_in(self, deliveries: Sequence[Delivery]) -> None:
        """Take in a batch: when this returns, every event is applied, known, refused, parked or a dead letter.

        Passes failures of the store through, with nothing counted; call it again then.
        """
        async with self._turn:
            heard = []
            for delivery in deliveries:
                try:
                    event = read_message(delivery.message)
                except UnreadableCloudEvent as error:
                    await self._bury_unreadable(delivery, error)
                else:
                    heard.append(HeardEvent(delivery, event, self._lane(event)))
            await self._take_in_heard(_in_lane_order(heard))

    async def try_blocked_lanes(self) -> None:
        """Try the lanes and redelivered dead letters that are due; passes failures of the store through."""
        async with self._turn:
            await self._try_unreadable_again()
            now = self.clock.now()
            for state in (LaneState.RETRYING, LaneState.WAITING):
                due = self.mongo.collection(BLOCKED_LANES).find(
                    {"listener": self.listener, "state": state.value, "next_attempt_at": {"$gte": _EPOCH, "$lte": now}}
                )
                for lane in await due.limit(_LANES_AT_ONCE).to_list(_LANES_AT_ONCE):
                    await self._try_lane(lane["_id"])

    async def block_unanswered(self, delivery: Delivery) -> None:
        """Park an event that the stream delivers no more; it is tried once more, and is a dead letter if it fails."""
        async with self._turn:
            try:
                event = read_message(delivery.message)
            except UnreadableCloudEvent as error:
                await self._bury_unreadable(delivery, error)
                return
            heard = HeardEvent(delivery, event, self._lane(event))
            followed = (await self._load_followed([heard]))[heard.lane]
            if event.aggregate_version > followed.version:
                silence = NeverAnswered(f"{event.id} was delivered {self.max_deliver} times without an answer")
                await self._park([heard], LaneState.RETRYING, failures=self.max_deliver - 1, error=silence)

    def _lane(self, event: ReceivedEvent) -> str:
        return f"{self.listener}|{event.aggregate}|{event.aggregate_id}"

    async def _take_in_heard(self, heard: Sequence[HeardEvent]) -> None:
        """Take in events in lane order: all in one transaction, or, where that fails, around the one that fails."""
        segments = [list(heard)]
        while segments:
            segment = segments.pop()
            if not segment:
                continue
            plan = await self._plan(segment)
            try:
                await self._carry_out(plan)
                continue
            except _PlanOutdated as outdated:
                logger.info("%s plans again: %s", self.listener, outdated)
                segments.append(segment)
                continue
            except ReactionFailed as failed:
                position, cause = failed.position, failed.cause
            except (DuplicateKeyError, BulkWriteError, WriteError) as error:
                position, cause = len(plan.take_in) // 2, error
            if len(plan.take_in) == 1:
                await self._settle_failure(plan.take_in[0], cause, plan.followed)
                segments.append(plan.park)
            else:
                segments.append(plan.take_in[position + 1 :] + plan.park)
                segments.append(plan.take_in[position : position + 1])
                segments.append(plan.take_in[:position])

    async def _plan(self, heard: Sequence[HeardEvent]) -> _Plan:
        followed = await self._load_followed(heard)
        plan = _Plan(followed=followed)
        for item in heard:
            state = followed[item.lane]
            version = item.event.aggregate_version
            if version <= state.version:
                plan.already_known += 1
                continue
            if not state.is_blocked and version > state.version + 1:
                # A relay publishes in order: what is missing lies before this event, if anywhere.
                for missing in await self._refilled(item, state, item.delivery.sequence):
                    plan.take_in.append(missing)
                    state.version = missing.event.aggregate_version
            if not state.is_blocked and version == state.version + 1:
                plan.take_in.append(item)
                state.version = version
            else:
                # A gap, or a lane that is already blocked: nothing overtakes.
                plan.park.append(item)
                state.is_blocked = True
        return plan

    async def _refilled(self, item: HeardEvent, state: _Followed, until: int | None) -> list[HeardEvent]:
        """Return the versions between the followed one and this event that the stream has, without a gap."""
        by_version = {}
        for delivery in await self.refill(item.event, state.version + 1, state.sequence, until):
            event = read_message(delivery.message)
            by_version[event.aggregate_version] = HeardEvent(delivery, event, item.lane)
        filled = []
        for version in range(state.version + 1, item.event.aggregate_version):
            if version not in by_version:
                break
            filled.append(by_version[version])
        return filled

    async def _load_followed(self, heard: Iterable[HeardEvent]) -> dict[str, _Followed]:
        followed = {item.lane: _Followed(0, 0, 0, is_blocked=False, is_stored=False) for item in heard}
        known = self.mongo.collection(FOLLOWED_AGGREGATES).find({"_id": {"$in": list(followed)}})
        async for document in known:
            version = document["version"]
            followed[document["_id"]] = _Followed(
                version, version, document["sequence"], is_blocked=document["is_blocked"], is_stored=True
            )
        return followed

    async def _carry_out(self, plan: _Plan) -> None:
        """Take in the plan's events in one transaction, then park the others."""
        if plan.take_in:
            await self._commit(plan.take_in, plan.followed)
        by_lane: dict[str, list[HeardEvent]] = defaultdict(list)
        for item in plan.park:
            by_lane[item.lane].append(item)
        for items in by_lane.values():
            await self._park(items, LaneState.WAITING)
        HEARD.labels(self.listener, Heard.ALREADY_KNOWN.value).inc(plan.already_known)
        HEARD.labels(self.listener, Heard.PARKED.value).inc(len(plan.park))

    async def _commit(
        self, items: Sequence[HeardEvent], followed: Mapping[str, _Followed], *, parked: bool = False
    ) -> None:
        """React to events and keep that they were taken in, in one transaction; `parked` says they come from a lane."""

        async def take_in(work: UnitOfWork) -> Mapping[Heard, int]:
            counts, rows = await self._react_to_all(work, items)
            if rows:
                await work.collection(INBOX).insert_many(rows, session=work.session)
            await self._save_followed(work, items, followed, parked=parked)
            return counts

        counts = await run_unit_of_work(self.mongo, SYSTEM_CALLER, take_in, clock=self.clock)
        for outcome, count in counts.items():
            HEARD.labels(self.listener, outcome.value).inc(count)

    async def _react_to_all(
        self, work: UnitOfWork, heard: Sequence[HeardEvent]
    ) -> tuple[dict[Heard, int], list[dict[str, Any]]]:
        counts: dict[Heard, int] = defaultdict(int)
        rows = []
        for position, item in enumerate(heard):
            try:
                outcome = await self._react(work, item)
            except Exception as error:
                if is_infrastructure_failure(error):
                    raise
                raise ReactionFailed(position, error) from error
            counts[outcome] += 1
            if outcome is Heard.APPLIED:
                rows.append(self._inbox_row(item, work.now, outcome))
        return counts, rows

    async def _react(self, work: UnitOfWork, item: HeardEvent) -> Heard:
        event = item.event
        reactions = self.reactions.to(event.type)
        if not reactions:
            return Heard.ADVANCED if self.schemas.knows(event.type) else Heard.UNKNOWN_TYPE
        self.schemas.check(event.type, event.data)
        parent = context_from_headers({"traceparent": event.trace_parent} if event.trace_parent else {})
        attributes = {
            "messaging.system": "nats",
            "messaging.destination.name": item.delivery.message.subject,
            "messaging.message.id": event.id,
        }
        with span(names.SPAN_EVENT_REACT, kind=SpanKind.CONSUMER, parent=parent, attributes=attributes):
            work.correlation_id = event.correlation_id or event.id
            work.causation_id = event.id
            work.trace_parent = context_headers().get("traceparent") or event.trace_parent
            for react in reactions:
                await react(work, event)
        return Heard.APPLIED

    def _inbox_row(self, item: HeardEvent, now: datetime, outcome: Heard) -> dict[str, Any]:
        return {
            "_id": f"{self.listener}|{item.event.id}",
            "event_type": item.event.type,
            "outcome": outcome.value,
            "taken_in_at": now,
        }

    async def _save_followed(
        self, work: UnitOfWork, items: Sequence[HeardEvent], followed: Mapping[str, _Followed], *, parked: bool
    ) -> None:
        """Advance what is followed; raises _PlanOutdated when it is no longer what the plan was made from."""
        collection = work.collection(FOLLOWED_AGGREGATES)
        # A lower bound serves as well as each one's own: it only says where to begin to look for a missing version.
        sequence = min(item.delivery.sequence for item in items)
        new: dict[str, int] = {}
        steps: dict[tuple[int, int], list[str]] = defaultdict(list)
        for lane, version in {item.lane: item.event.aggregate_version for item in items}.items():
            if followed[lane].is_stored:
                steps[followed[lane].read_version, version].append(lane)
            else:
                new[lane] = version
        if new:
            documents = [
                {"_id": lane, "version": version, "sequence": sequence, "is_blocked": False}
                for lane, version in new.items()
            ]
            try:
                await collection.insert_many(documents, session=work.session)
            except BulkWriteError as error:
                if error.has_error_label("TransientTransactionError"):
                    raise
                raise _PlanOutdated("another replica began to follow the same aggregate") from error
        for (read_version, version), lanes in steps.items():
            updated = await collection.update_many(
                {"_id": {"$in": lanes}, "version": read_version, "is_blocked": parked},
                {"$set": {"version": version, "sequence": sequence}},
                session=work.session,
            )
            if updated.matched_count != len(lanes):
                raise _PlanOutdated("another replica took in an event of the same aggregate")
        if parked:
            await self._unpark(work, items[0])

    async def _settle_failure(self, item: HeardEvent, cause: Exception, followed: Mapping[str, _Followed]) -> None:
        """Settle an event that fails by itself: a refusal becomes a work item, anything else blocks the lane."""
        if isinstance(cause, Refusal):
            try:
                await self._commit_refusal(item, cause, followed, parked=False)
            except _PlanOutdated as outdated:
                logger.info("%s leaves %s to another replica: %s", self.listener, item.event.id, outdated)
        elif not await self._advance_if_known(item, cause, followed):
            logger.warning("%s could not take in %s %s: %r", self.listener, item.event.type, item.event.id, cause)
            await self._park([item], LaneState.RETRYING, failures=1, error=cause)

    async def _advance_if_known(self, item: HeardEvent, cause: Exception, followed: Mapping[str, _Followed]) -> bool:
        """Only advance the version if the store refused the inbox row as a second one: it was taken in before."""
        if not isinstance(cause, (DuplicateKeyError, BulkWriteError)):
            return False
        if await self.mongo.collection(INBOX).find_one({"_id": f"{self.listener}|{item.event.id}"}) is None:
            return False

        async def advance(work: UnitOfWork) -> None:
            await self._save_followed(work, [item], followed, parked=False)

        await run_unit_of_work(self.mongo, SYSTEM_CALLER, advance, clock=self.clock)
        HEARD.labels(self.listener, Heard.ALREADY_KNOWN.value).inc()
        return True

    async def _commit_refusal(
        self, item: HeardEvent, refusal: Refusal, followed: Mapping[str, _Followed], *, parked: bool
    ) -> None:
        async def commit(work: UnitOfWork) -> None:
            row = self._inbox_row(item, work.now, Heard.REFUSED)
            await work.collection(INBOX).insert_one(row | {"refusal": refusal.code}, session=work.session)
            await work.collection(WORK_ITEMS).insert_one(
                self._work_item(item.event, refusal, work.now), session=work.session
            )
            await self._save_followed(work, [item], followed, parked=parked)

        await run_unit_of_work(self.mongo, SYSTEM_CALLER, commit, clock=self.clock)
        HEARD.labels(self.listener, Heard.REFUSED.value).inc()
        REFUSED.labels(self.listener).inc()

    def _work_item(self, event: ReceivedEvent, refusal: Refusal, now: datetime) -> dict[str, Any]:
        return {
            "_id": new_id("wrk"),
            "areas": [f"district:{event.district}"],
            "state": "OPEN",
            "listener": self.listener,
            "event_id": event.id,
            "event_type": event.type,
            "district": event.district,
            "aggregate_id": event.aggregate_id,
            "estate_id": event.estate_id,
            "code": refusal.code,
            "message": refusal.message,
            "path": list(refusal.path),
            "value": refusal.value,
            "opened_at": now,
        }

    async def _park(
        self, items: Sequence[HeardEvent], state: LaneState, *, failures: int = 0, error: Exception | None = None
    ) -> None:
        """Park events of one lane and block it, if it is not blocked yet; an event that is parked stays parked once."""

        async def park(work: UnitOfWork) -> None:
            lane = items[0].lane
            parked = work.collection(PARKED_EVENTS)
            keys = {_parked_key(item): item for item in items}
            known = parked.find({"_id": {"$in": list(keys)}}, session=work.session)
            async for document in known:
                del keys[document["_id"]]
            if keys:
                await parked.insert_many(
                    [_parked_document(key, item, work.now) for key, item in keys.items()], session=work.session
                )
            blocked_lanes, followed_aggregates = work.collection(BLOCKED_LANES), work.collection(FOLLOWED_AGGREGATES)
            followed = await followed_aggregates.find_one({"_id": lane}, session=work.session)
            next_version = 1 + (0 if followed is None else int(followed["version"]))
            change: dict[str, Any] = {"$inc": {"parked": len(keys)}}
            if any(item.event.aggregate_version == next_version for item in keys.values()):
                # What the lane waited for has come.
                change["$set"] = {"state": LaneState.WAITING.value, "failures": 0, "next_attempt_at": work.now}
            known_lane = await blocked_lanes.update_one({"_id": lane}, change, session=work.session)
            if known_lane.matched_count == 0:
                await blocked_lanes.insert_one(
                    {
                        "_id": lane,
                        "listener": self.listener,
                        "state": state.value,
                        "parked": len(keys),
                        "failures": failures,
                        "next_attempt_at": work.now + self._pause(failures),
                        "blocked_at": work.now,
                        "error": _error_text(error),
                    },
                    session=work.session,
                )
                await followed_aggregates.update_one(
                    {"_id": lane},
                    {"$set": {"is_blocked": True}, "$setOnInsert": {"version": 0, "sequence": 0}},
                    upsert=True,
                    session=work.session,
                )

        await run_unit_of_work(self.mongo, SYSTEM_CALLER, park, clock=self.clock)
        if isinstance(error, InvalidEventData):
            # Trying again cannot help: the same data meet the same schema.
            await self._die(items[0], error, failures=failures)

    def _pause(self, failures: int) -> timedelta:
        return self.backoff[min(max(failures, 1), len(self.backoff)) - 1]

    async def _try_lane(self, lane: str) -> None:
        """Take in what is parked in a lane, in order, until it is empty or its head fails."""
        while True:
            document = await self.mongo.collection(FOLLOWED_AGGREGATES).find_one({"_id": lane})
            if document is None or not document["is_blocked"]:
                return
            version = int(document["version"])
            state = _Followed(version, version, document["sequence"], is_blocked=True, is_stored=True)
            await self._forget_parked_up_to(lane, version)
            head = await self._head(lane)
            if head is None:
                if await self._open(lane):
                    return
            elif head.event.aggregate_version == version + 1:
                if not await self._try_head(head, {lane: state}):
                    return
            else:
                missing = await self._refilled(head, state, None)
                if not missing:
                    await self._count_gap(head, version + 1)
                    return
                await self._park(missing, LaneState.WAITING)

    async def _head(self, lane: str) -> HeardEvent | None:
        parked = self.mongo.collection(PARKED_EVENTS).find({"lane": lane, "version": {"$gte": 0, "$lt": 2**31}})
        first = await parked.sort("version", 1).limit(1).to_list(1)
        if not first:
            return None
        delivery = _parked_delivery(first[0])
        return HeardEvent(delivery, read_message(delivery.message), lane)

    async def _forget_parked_up_to(self, lane: str, version: int) -> None:
        """Remove what was parked and is known meanwhile: a replica filled the gap from the stream."""

        async def forget(work: UnitOfWork) -> None:
            removed = await work.collection(PARKED_EVENTS).delete_many(
                {"lane": lane, "version": {"$gte": 0, "$lte": version}}, session=work.session
            )
            if removed.deleted_count:
                await work.collection(BLOCKED_LANES).update_one(
                    {"_id": lane}, {"$inc": {"parked": -removed.deleted_count}}, session=work.session
                )

        await run_unit_of_work(self.mongo, SYSTEM_CALLER, forget, clock=self.clock)

    async def _try_head(self, head: HeardEvent, followed: Mapping[str, _Followed]) -> bool:
        """Try the head of a lane; returns whether the lane may go on. The try counts beforehand: so does a crash."""
        lanes = self.mongo.collection(BLOCKED_LANES)
        blocked = await lanes.find_one({"_id": head.lane})
        failures = 0 if blocked is None else int(blocked["failures"])
        if head.lane in self._interrupted_lanes:
            self._interrupted_lanes.remove(head.lane)
        else:
            failures += 1
        if failures > self.max_deliver:
            await self._die(head, NeverAnswered("the process ended during the last try"), failures=failures - 1)
            return False
        pause = self._pause(failures)
        await lanes.update_one(
            {"_id": head.lane},
            {
                "$set": {
                    "failures": failures,
                    "state": LaneState.RETRYING.value,
                    "next_attempt_at": self.clock.now() + pause,
                }
            },
        )
        try:
            try:
                await self._commit([head], followed, parked=True)
            except ReactionFailed as failed:
                if not isinstance(failed.cause, Refusal):
                    raise
                await self._commit_refusal(head, failed.cause, followed, parked=True)
        except ReactionFailed as failed:
            cause = failed.cause
        except (DuplicateKeyError, BulkWriteError, WriteError) as error:
            cause = error
        except Exception:
            # Not the event's fault: the next try is this one over again.
            self._interrupted_lanes.add(head.lane)
            raise
        else:
            return True
        logger.warning("%s failed again at %s: %r", self.listener, head.event.id, cause)
        if failures >= self.max_deliver or isinstance(cause, InvalidEventData):
            await self._die(head, cause, failures=failures)
        else:
            await lanes.update_one({"_id": head.lane}, {"$set": {"error": _error_text(cause)}})
        return False

    async def _unpark(self, work: UnitOfWork, head: HeardEvent) -> None:
        await work.collection(PARKED_EVENTS).delete_one({"_id": _parked_key(head)}, session=work.session)
        await work.collection(BLOCKED_LANES).update_one(
            {"_id": head.lane}, {"$inc": {"parked": -1}, "$set": {"failures": 0, "error": None}}, session=work.session
        )
        await work.collection(DEAD_LETTERS).update_one(
            {"_id": _dead_letter_key(head.lane, head.event.aggregate_version)},
            {"$set": {"state": DeadLetterState.TAKEN_IN.value, "taken_in_at": work.now}},
            session=work.session,
        )

    async def _open(self, lane: str) -> bool:
        """Open an empty lane; returns False if something was parked in it meanwhile."""

        async def open_lane(work: UnitOfWork) -> bool:
            gone = await work.collection(BLOCKED_LANES).delete_one({"_id": lane, "parked": 0}, session=work.session)
            if gone.deleted_count:
                await work.collection(FOLLOWED_AGGREGATES).update_one(
                    {"_id": lane}, {"$set": {"is_blocked": False}}, session=work.session
                )
            return bool(gone.deleted_count)

        return await run_unit_of_work(self.mongo, SYSTEM_CALLER, open_lane, clock=self.clock)

    async def _count_gap(self, head: HeardEvent, missing_version: int) -> None:
        lanes = self.mongo.collection(BLOCKED_LANES)
        blocked = await lanes.find_one({"_id": head.lane})
        failures = (0 if blocked is None else int(blocked["failures"])) + 1
        error = GapNotFilled(f"version {missing_version} of {head.lane} is not in the stream")
        await lanes.update_one(
            {"_id": head.lane},
            {
                "$set": {
                    "failures": failures,
                    "next_attempt_at": self.clock.now() + self._pause(failures),
                    "error": _error_text(error),
                }
            },
        )
        if failures >= self.max_deliver:
            await self._die(head, error, failures=failures)

    async def _die(self, head: HeardEvent, cause: Exception, *, failures: int) -> None:
        """Make the head of a lane a dead letter: it stays where it is, and people are told."""

        async def die(work: UnitOfWork) -> None:
            await work.collection(BLOCKED_LANES).update_one(
                {"_id": head.lane},
                {"$set": {"state": LaneState.DEAD.value, "error": _error_text(cause)}},
                session=work.session,
            )
            key = _dead_letter_key(head.lane, head.event.aggregate_version)
            await self._write_dead_letter(work, key, head.delivery, cause, failures=failures, heard=head)

        await run_unit_of_work(self.mongo, SYSTEM_CALLER, die, clock=self.clock)

    async def _bury_unreadable(self, delivery: Delivery, cause: Exception) -> None:
        """Make a message that is no event of ours a dead letter at once; it belongs to no lane."""

        async def bury(work: UnitOfWork) -> None:
            key = f"{self.listener}|sequence|{delivery.sequence}"
            await self._write_dead_letter(work, key, delivery, cause, failures=1, heard=None)

        await run_unit_of_work(self.mongo, SYSTEM_CALLER, bury, clock=self.clock)

    async def _write_dead_letter(
        self,
        work: UnitOfWork,
        key: str,
        delivery: Delivery,
        cause: Exception,
        *,
        failures: int,
        heard: HeardEvent | None,
    ) -> None:
        letters = work.collection(DEAD_LETTERS)
        known = await letters.find_one({"_id": key}, session=work.session)
        if known is not None and (heard is None or known["state"] == DeadLetterState.DEAD.value):
            return
        deaths = 1 if known is None else int(known["deaths"]) + 1
        message = delivery.message
        letter: dict[str, Any] = {
            "_id": key,
            "letter_id": new_id("dlt") if known is None else known["letter_id"],
            "state": DeadLetterState.DEAD.value,
            "deaths": deaths,
            "listener": self.listener,
            "lane": None if heard is None else heard.lane,
            "event_id": None if heard is None else heard.event.id,
            "event_type": None if heard is None else heard.event.type,
            "version": None if heard is None else heard.event.aggregate_version,
            "sequence": delivery.sequence,
            "subject": message.subject,
            "headers": dict(message.headers),
            "body": message.body,
            "error": _error_text(cause),
            "failures": failures,
            "died_at": work.now,
        }
        await letters.replace_one({"_id": key}, letter, upsert=True, session=work.session)
        message_id = f"{letter['letter_id']}-{deaths}"
        headers = dict(message.headers) | {MESSAGE_ID_HEADER: message_id, "anju-dead-letter": letter["letter_id"]}
        await enqueue(
            work,
            row_id=message_id,
            lane=f"dlq|{key}",
            message=Message(dead_letter_subject(self.service, message.subject), headers, message.body),
        )
        DEAD.labels(self.listener).inc()
        logger.error("%s has a new dead letter %s: %s", self.listener, letter["letter_id"], letter["error"])

    async def _try_unreadable_again(self) -> None:
        """Take in redelivered dead letters that belong to no lane; one that is still unreadable is dead again."""
        letters = self.mongo.collection(DEAD_LETTERS)
        query = {
            "state": DeadLetterState.REDELIVERING.value,
            "listener": self.listener,
            "lane": None,
            "died_at": {"$gte": _EPOCH, "$lte": self.clock.now()},
        }
        for letter in await letters.find(query).limit(_LANES_AT_ONCE).to_list(_LANES_AT_ONCE):
            delivery = _parked_delivery(letter)
            changed: dict[str, Any]
            try:
                event = read_message(delivery.message)
            except UnreadableCloudEvent as error:
                changed = {"state": DeadLetterState.DEAD.value, "error": _error_text(error)}
            else:
                await self._take_in_heard([HeardEvent(delivery, event, self._lane(event))])
                changed = {"state": DeadLetterState.TAKEN_IN.value, "taken_in_at": self.clock.now()}
            await letters.update_one({"_id": letter["_id"]}, {"$set": changed})


class _PlanOutdated(Exception):
    """Another replica, or the lane's own tries, moved an aggregate on after the plan was made."""


def is_infrastructure_failure(error: BaseException) -> bool:
    """Return whether the store or the network failed, and not the event or the reaction to it."""
    if isinstance(error, (DuplicateKeyError, BulkWriteError, WriteError)):
        return error.has_error_label("TransientTransactionError")
    return isinstance(
        error,
        (PyMongoError, StoreUnavailable, TooContended, ConcurrentChange, _PlanOutdated, ConnectionError, TimeoutError),
    )


def _in_lane_order(heard: Sequence[HeardEvent]) -> list[HeardEvent]:
    """Return the events with those of one lane in the order of their versions, at the places they had between them."""
    by_lane: dict[str, list[HeardEvent]] = defaultdict(list)
    for item in heard:
        by_lane[item.lane].append(item)
    ordered = {
        lane: iter(sorted(items, key=lambda item: item.event.aggregate_version)) for lane, items in by_lane.items()
    }
    return [next(ordered[item.lane]) for item in heard]


def _parked_key(item: HeardEvent) -> str:
    return f"{item.lane}|{item.event.aggregate_version}"


def _dead_letter_key(lane: str, version: int) -> str:
    return f"{lane}|{version}"


def _parked_document(key: str, item: HeardEvent, now: datetime) -> dict[str, Any]:
    return {
        "_id": key,
        "lane": item.lane,
        "version": item.event.aggregate_version,
        "event_id": item.event.id,
        "sequence": item.delivery.sequence,
        "subject": item.delivery.message.subject,
        "headers": dict(item.delivery.message.headers),
        "body": item.delivery.message.body,
        "parked_at": now,
    }


def _parked_delivery(document: Mapping[str, Any]) -> Delivery:
    message = Message(document["subject"], document["headers"], bytes(document["body"]))
    return Delivery(document["sequence"], message)


def _error_text(error: Exception | None) -> str | None:
    return None if error is None else f"{type(error).__name__}: {error}"[:1000]
