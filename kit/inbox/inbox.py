"""The inbox of one listener."""

import asyncio
import logging
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any, Final

from pymongo.errors import BulkWriteError, DuplicateKeyError, WriteError

from kit.clock import Clock
from kit.cloud_events import UnreadableCloudEvent, read_message
from kit.errors import Refusal
from kit.event_schemas import EventSchemas
from kit.inbox.blocked_lanes import LANES_AT_ONCE, BlockedLanes
from kit.inbox.burial import Burial
from kit.inbox.heard import (
    DEAD,
    HEARD,
    REFUSED,
    Delivery,
    Followed,
    Heard,
    HeardEvent,
    Listener,
    NeverAnswered,
    PlanOutdated,
    ReactionFailed,
    Refill,
    error_text,
    in_lane_order,
    parked_delivery,
)
from kit.inbox.rows import DEAD_LETTERS, EPOCH, DeadLetterState, LaneState
from kit.inbox.taking_in import TakingIn
from kit.mongo import Mongo
from kit.reactions import Reactions

logger = logging.getLogger(__name__)

MAX_DELIVER: Final = 10
MANY: Final = 20
"""After so many new events at once the next aggregates are taken for new, too: to look each of them up before its first
event would cost as much as to take that in. One that was known after all makes the batch roll back and look."""

BACKOFF: Final = tuple(timedelta(seconds=seconds) for seconds in (1, 2, 5, 10, 30, 60, 120, 300, 600))


@dataclass
class _Plan:
    """What is to be done with a batch, in order: events to take in, and events to park."""

    take_in: list[HeardEvent] = field(default_factory=list)
    park: list[HeardEvent] = field(default_factory=list)
    followed: Mapping[str, Followed] = field(default_factory=dict)
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
        self._trusts_first_versions = False
        self._listener = Listener(
            self.mongo, self.service, self.source, self.reactions, self.schemas, self.refill, self.clock
        )
        self._taking_in = TakingIn(self._listener)
        self._burial = Burial(self._listener)
        self._lanes = BlockedLanes(self._listener, self._taking_in, self._burial, self.max_deliver, self.backoff)
        # Shown as 0 from the start, so that the first of them is seen as a growth.
        for metric in (DEAD, REFUSED):
            metric.labels(self.listener)

    @property
    def listener(self) -> str:
        """The name of this listener, in rows and as the durable consumer's name."""
        return self._listener.name

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
                    await self._burial.of_unreadable(delivery, error)
                else:
                    heard.append(self._listener.heard(delivery, event))
            await self._take_in_heard(in_lane_order(heard))

    async def try_blocked_lanes(self) -> None:
        """Try the lanes and redelivered dead letters that are due; passes failures of the store through."""
        async with self._turn:
            await self._try_unreadable_again()
            await self._lanes.try_due()

    async def block_unanswered(self, delivery: Delivery) -> None:
        """Park an event that the stream delivers no more; it is tried once more, and is a dead letter if it fails."""
        async with self._turn:
            try:
                event = read_message(delivery.message)
            except UnreadableCloudEvent as error:
                await self._burial.of_unreadable(delivery, error)
                return
            heard = self._listener.heard(delivery, event)
            followed = (await self._taking_in.followed([heard]))[heard.lane]
            if event.aggregate_version > followed.version:
                silence = NeverAnswered(f"{event.id} was delivered {self.max_deliver} times without an answer")
                await self._lanes.park([heard], LaneState.RETRYING, failures=self.max_deliver - 1, error=silence)

    async def _take_in_heard(self, heard: Sequence[HeardEvent]) -> None:
        """Take in events in lane order: all in one transaction, or, where that fails, around the one that fails."""
        segments = [list(heard)]
        while segments:
            segment = segments.pop()
            if not segment:
                continue
            is_trusting = self._trusts_first_versions
            plan = await self._plan(segment, trusting=is_trusting)
            self._trusts_first_versions = plan.already_known == 0 and len(segment) >= MANY
            try:
                await self._carry_out(plan)
                continue
            except PlanOutdated as outdated:
                logger.info("%s plans again: %s", self.listener, outdated)
                segments.append(segment)
                self._trusts_first_versions = False
                continue
            except ReactionFailed as failed:
                position, cause = failed.position, failed.cause
            except (DuplicateKeyError, BulkWriteError, WriteError) as error:
                position, cause = len(plan.take_in) // 2, error
            if is_trusting:
                # Perhaps it failed only because it was taken in before: look first.
                segments.append(segment)
                self._trusts_first_versions = False
                continue
            if len(plan.take_in) == 1:
                await self._settle_failure(plan.take_in[0], cause, plan.followed)
                segments.append(plan.park)
            else:
                segments.append(plan.take_in[position + 1 :] + plan.park)
                segments.append(plan.take_in[position : position + 1])
                segments.append(plan.take_in[:position])

    async def _plan(self, heard: Sequence[HeardEvent], *, trusting: bool) -> _Plan:
        followed = await self._taking_in.followed(heard, trusting=trusting)
        plan = _Plan(followed=followed)
        for item in heard:
            state = followed[item.lane]
            version = item.event.aggregate_version
            if version <= state.version:
                plan.already_known += 1
                continue
            if not state.is_blocked and version > state.version + 1:
                # A relay publishes in order: what is missing lies before this event, if anywhere.
                for missing in await self._taking_in.refilled(item, state, item.delivery.sequence):
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

    async def _carry_out(self, plan: _Plan) -> None:
        """Take in the plan's events in one transaction, then park the others."""
        if plan.take_in:
            await self._taking_in.commit(plan.take_in, plan.followed)
        by_lane: dict[str, list[HeardEvent]] = defaultdict(list)
        for item in plan.park:
            by_lane[item.lane].append(item)
        for items in by_lane.values():
            await self._lanes.park(items, LaneState.WAITING)
        HEARD.labels(self.listener, Heard.ALREADY_KNOWN.value).inc(plan.already_known)
        HEARD.labels(self.listener, Heard.PARKED.value).inc(len(plan.park))

    async def _settle_failure(self, item: HeardEvent, cause: Exception, followed: Mapping[str, Followed]) -> None:
        """Settle an event that fails by itself: a refusal becomes a work item, anything else blocks the lane."""
        if isinstance(cause, Refusal):
            try:
                await self._taking_in.commit_refusal(item, cause, followed, parked=False)
            except PlanOutdated as outdated:
                logger.info("%s leaves %s to another replica: %s", self.listener, item.event.id, outdated)
        elif not await self._taking_in.advance_if_known(item, cause, followed):
            logger.warning("%s could not take in %s %s: %r", self.listener, item.event.type, item.event.id, cause)
            await self._lanes.park([item], LaneState.RETRYING, failures=1, error=cause)

    async def _try_unreadable_again(self) -> None:
        """Take in redelivered dead letters that belong to no lane; one that is still unreadable is dead again."""
        letters = self.mongo.collection(DEAD_LETTERS)
        query = {
            "state": DeadLetterState.REDELIVERING.value,
            "listener": self.listener,
            "lane": None,
            "died_at": {"$gte": EPOCH, "$lte": self.clock.now()},
        }
        for letter in await letters.find(query).limit(LANES_AT_ONCE).to_list(LANES_AT_ONCE):
            delivery = parked_delivery(letter)
            changed: dict[str, Any]
            try:
                event = read_message(delivery.message)
            except UnreadableCloudEvent as error:
                changed = {"state": DeadLetterState.DEAD.value, "error": error_text(error)}
            else:
                await self._take_in_heard([self._listener.heard(delivery, event)])
                changed = {"state": DeadLetterState.TAKEN_IN.value, "taken_in_at": self.clock.now()}
            await letters.update_one({"_id": letter["_id"]}, {"$set": changed})
