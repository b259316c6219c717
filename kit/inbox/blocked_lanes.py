"""Blocked lanes: an aggregate whose next event fails or is missing waits, tries again, and blocks nobody else."""

import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any, Final

from pymongo.errors import BulkWriteError, DuplicateKeyError, WriteError

from kit.caller import SYSTEM_CALLER
from kit.cloud_events import read_message
from kit.errors import Refusal
from kit.event_schemas import InvalidEventData
from kit.inbox.burial import Burial
from kit.inbox.heard import (
    Followed,
    GapNotFilled,
    HeardEvent,
    Listener,
    NeverAnswered,
    ReactionFailed,
    error_text,
    parked_delivery,
    parked_document,
    parked_key,
)
from kit.inbox.rows import BLOCKED_LANES, EPOCH, FOLLOWED_AGGREGATES, PARKED_EVENTS, LaneState
from kit.inbox.taking_in import TakingIn
from kit.mongo import UnitOfWork, run_unit_of_work

logger = logging.getLogger(__name__)

LANES_AT_ONCE: Final = 50


@dataclass
class BlockedLanes:
    """The lanes of one listener that wait, are tried again, or have a dead letter at their head."""

    listener: Listener
    taking_in: TakingIn
    burial: Burial
    max_deliver: int
    backoff: Sequence[timedelta]
    _interrupted: set[str] = field(default_factory=set)

    async def try_due(self) -> None:
        """Try the lanes that are due; passes failures of the store through."""
        now = self.listener.clock.now()
        for state in (LaneState.RETRYING, LaneState.WAITING):
            due = self.listener.mongo.collection(BLOCKED_LANES).find(
                {"listener": self.listener.name, "state": state.value, "next_attempt_at": {"$gte": EPOCH, "$lte": now}}
            )
            for lane in await due.limit(LANES_AT_ONCE).to_list(LANES_AT_ONCE):
                await self._try(lane["_id"])

    async def park(
        self, items: Sequence[HeardEvent], state: LaneState, *, failures: int = 0, error: Exception | None = None
    ) -> None:
        """Park events of one lane and block it, if it is not blocked yet; an event that is parked stays parked once."""

        async def park(work: UnitOfWork) -> None:
            lane = items[0].lane
            parked = work.collection(PARKED_EVENTS)
            keys = {parked_key(item): item for item in items}
            known = parked.find({"_id": {"$in": list(keys)}}, session=work.session)
            async for document in known:
                del keys[document["_id"]]
            if keys:
                await parked.insert_many(
                    [parked_document(key, item, work.now) for key, item in keys.items()], session=work.session
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
                        "listener": self.listener.name,
                        "state": state.value,
                        "parked": len(keys),
                        "failures": failures,
                        "next_attempt_at": work.now + self._pause(failures),
                        "blocked_at": work.now,
                        "error": error_text(error),
                    },
                    session=work.session,
                )
                await followed_aggregates.update_one(
                    {"_id": lane},
                    {"$set": {"is_blocked": True}, "$setOnInsert": {"version": 0, "sequence": 0}},
                    upsert=True,
                    session=work.session,
                )

        await run_unit_of_work(self.listener.mongo, SYSTEM_CALLER, park, clock=self.listener.clock)
        if isinstance(error, InvalidEventData):
            # Trying again cannot help: the same data meet the same schema.
            await self.burial.of_head(items[0], error, failures=failures)

    async def _try(self, lane: str) -> None:
        """Take in what is parked in a lane, in order, until it is empty or its head fails."""
        while True:
            document = await self.listener.mongo.collection(FOLLOWED_AGGREGATES).find_one({"_id": lane})
            if document is None or not document["is_blocked"]:
                return
            version = int(document["version"])
            state = Followed(version, version, document["sequence"], is_blocked=True, is_stored=True)
            await self._forget_parked_up_to(lane, version)
            head = await self._head(lane)
            if head is None:
                if await self._open(lane):
                    return
            elif head.event.aggregate_version == version + 1:
                if not await self._try_head(head, {lane: state}):
                    return
            else:
                missing = await self.taking_in.refilled(head, state, None)
                if not missing:
                    await self._count_gap(head, version + 1)
                    return
                await self.park(missing, LaneState.WAITING)

    async def _head(self, lane: str) -> HeardEvent | None:
        parked = self.listener.mongo.collection(PARKED_EVENTS).find(
            {"lane": lane, "version": {"$gte": 0, "$lt": 2**31}}
        )
        first = await parked.sort("version", 1).limit(1).to_list(1)
        if not first:
            return None
        delivery = parked_delivery(first[0])
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

        await run_unit_of_work(self.listener.mongo, SYSTEM_CALLER, forget, clock=self.listener.clock)

    async def _try_head(self, head: HeardEvent, followed: Mapping[str, Followed]) -> bool:
        """Try the head of a lane; returns whether the lane may go on. The try counts beforehand: so does a crash."""
        lanes = self.listener.mongo.collection(BLOCKED_LANES)
        blocked = await lanes.find_one({"_id": head.lane})
        failures = 0 if blocked is None else int(blocked["failures"])
        if head.lane in self._interrupted:
            self._interrupted.remove(head.lane)
        else:
            failures += 1
        if failures > self.max_deliver:
            await self.burial.of_head(
                head, NeverAnswered("the process ended during the last try"), failures=failures - 1
            )
            return False
        pause = self._pause(failures)
        await lanes.update_one(
            {"_id": head.lane},
            {
                "$set": {
                    "failures": failures,
                    "state": LaneState.RETRYING.value,
                    "next_attempt_at": self.listener.clock.now() + pause,
                }
            },
        )
        try:
            try:
                await self.taking_in.commit([head], followed, parked=True)
            except ReactionFailed as failed:
                if not isinstance(failed.cause, Refusal):
                    raise
                await self.taking_in.commit_refusal(head, failed.cause, followed, parked=True)
        except ReactionFailed as failed:
            cause = failed.cause
        except (DuplicateKeyError, BulkWriteError, WriteError) as error:
            cause = error
        except Exception:
            # Not the event's fault: the next try is this one over again.
            self._interrupted.add(head.lane)
            raise
        else:
            return True
        logger.warning("%s failed again at %s: %r", self.listener.name, head.event.id, cause)
        if failures >= self.max_deliver or isinstance(cause, InvalidEventData):
            await self.burial.of_head(head, cause, failures=failures)
        else:
            await lanes.update_one({"_id": head.lane}, {"$set": {"error": error_text(cause)}})
        return False

    async def _open(self, lane: str) -> bool:
        """Open an empty lane; returns False if something was parked in it meanwhile."""

        async def open_lane(work: UnitOfWork) -> bool:
            gone = await work.collection(BLOCKED_LANES).delete_one({"_id": lane, "parked": 0}, session=work.session)
            if gone.deleted_count:
                await work.collection(FOLLOWED_AGGREGATES).update_one(
                    {"_id": lane}, {"$set": {"is_blocked": False}}, session=work.session
                )
            return bool(gone.deleted_count)

        return await run_unit_of_work(self.listener.mongo, SYSTEM_CALLER, open_lane, clock=self.listener.clock)

    async def _count_gap(self, head: HeardEvent, missing_version: int) -> None:
        lanes = self.listener.mongo.collection(BLOCKED_LANES)
        blocked = await lanes.find_one({"_id": head.lane})
        failures = (0 if blocked is None else int(blocked["failures"])) + 1
        error = GapNotFilled(f"version {missing_version} of {head.lane} is not in the stream")
        await lanes.update_one(
            {"_id": head.lane},
            {
                "$set": {
                    "failures": failures,
                    "next_attempt_at": self.listener.clock.now() + self._pause(failures),
                    "error": error_text(error),
                }
            },
        )
        if failures >= self.max_deliver:
            await self.burial.of_head(head, error, failures=failures)

    def _pause(self, failures: int) -> timedelta:
        return self.backoff[min(max(failures, 1), len(self.backoff)) - 1]
