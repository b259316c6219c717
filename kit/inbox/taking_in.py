"""Taking events in: the reactions, the inbox rows and the followed versions, in one transaction."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from opentelemetry.trace import SpanKind
from pymongo.errors import BulkWriteError, DuplicateKeyError

from kit import telemetry_names as names
from kit.caller import SYSTEM_CALLER
from kit.cloud_events import read_message
from kit.errors import Refusal
from kit.events import ReceivedEvent
from kit.ids import new_id
from kit.inbox.heard import (
    HEARD,
    REFUSED,
    Followed,
    Heard,
    HeardEvent,
    Listener,
    PlanOutdated,
    ReactionFailed,
    dead_letter_key,
    is_infrastructure_failure,
    parked_key,
)
from kit.inbox.rows import (
    BLOCKED_LANES,
    DEAD_LETTERS,
    FOLLOWED_AGGREGATES,
    INBOX,
    PARKED_EVENTS,
    WORK_ITEMS,
    DeadLetterState,
)
from kit.mongo import UnitOfWork, run_unit_of_work
from kit.telemetry import context_from_headers, context_headers, span


@dataclass(frozen=True)
class TakingIn:
    """The transactions that take events in, be they new or parked before."""

    listener: Listener

    async def followed(self, heard: Iterable[HeardEvent], *, trusting: bool = False) -> dict[str, Followed]:
        """Return by lane up to where the events' aggregates were followed; version 0 where nothing was heard yet.

        `trusting`: an aggregate whose first event is among them is taken for new, without looking.
        """
        followed: dict[str, Followed] = {}
        looked_up = []
        for item in heard:
            if item.lane not in followed:
                followed[item.lane] = Followed(0, 0, 0, is_blocked=False, is_stored=False)
                if not (trusting and item.event.aggregate_version == 1):
                    looked_up.append(item.lane)
        if not looked_up:
            return followed
        known = self.listener.mongo.collection(FOLLOWED_AGGREGATES).find({"_id": {"$in": looked_up}})
        async for document in known:
            version = document["version"]
            followed[document["_id"]] = Followed(
                version, version, document["sequence"], is_blocked=document["is_blocked"], is_stored=True
            )
        return followed

    async def refilled(self, item: HeardEvent, state: Followed, until: int | None) -> list[HeardEvent]:
        """Return the versions between the followed one and this event that the stream has, without a gap."""
        by_version = {}
        for delivery in await self.listener.refill(item.event, state.version + 1, state.sequence, until):
            event = read_message(delivery.message)
            by_version[event.aggregate_version] = HeardEvent(delivery, event, item.lane)
        filled = []
        for version in range(state.version + 1, item.event.aggregate_version):
            if version not in by_version:
                break
            filled.append(by_version[version])
        return filled

    async def commit(
        self, items: Sequence[HeardEvent], followed: Mapping[str, Followed], *, parked: bool = False
    ) -> None:
        """React to events and keep that they were taken in, in one transaction; `parked` says they come from a lane."""

        async def take_in(work: UnitOfWork) -> Mapping[Heard, int]:
            counts, rows = await self._react_to_all(work, items)
            if rows:
                await work.collection(INBOX).insert_many(rows, session=work.session)
            await self._save_followed(work, items, followed, parked=parked)
            return counts

        counts = await run_unit_of_work(self.listener.mongo, SYSTEM_CALLER, take_in, clock=self.listener.clock)
        for outcome, count in counts.items():
            HEARD.labels(self.listener.name, outcome.value).inc(count)

    async def commit_refusal(
        self, item: HeardEvent, refusal: Refusal, followed: Mapping[str, Followed], *, parked: bool
    ) -> None:
        """Keep that a rule refused the reaction: a work item for people instead of what it would have written."""

        async def commit(work: UnitOfWork) -> None:
            row = self._inbox_row(item, work.now, Heard.REFUSED)
            await work.collection(INBOX).insert_one(row | {"refusal": refusal.code}, session=work.session)
            await work.collection(WORK_ITEMS).insert_one(
                self._work_item(item.event, refusal, work.now), session=work.session
            )
            await self._save_followed(work, [item], followed, parked=parked)

        await run_unit_of_work(self.listener.mongo, SYSTEM_CALLER, commit, clock=self.listener.clock)
        HEARD.labels(self.listener.name, Heard.REFUSED.value).inc()
        REFUSED.labels(self.listener.name).inc()

    async def advance_if_known(self, item: HeardEvent, cause: Exception, followed: Mapping[str, Followed]) -> bool:
        """Only advance the version if the store refused the inbox row as a second one: it was taken in before."""
        if not isinstance(cause, (DuplicateKeyError, BulkWriteError)):
            return False
        if (
            await self.listener.mongo.collection(INBOX).find_one({"_id": f"{self.listener.name}|{item.event.id}"})
            is None
        ):
            return False

        async def advance(work: UnitOfWork) -> None:
            await self._save_followed(work, [item], followed, parked=False)

        await run_unit_of_work(self.listener.mongo, SYSTEM_CALLER, advance, clock=self.listener.clock)
        HEARD.labels(self.listener.name, Heard.ALREADY_KNOWN.value).inc()
        return True

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
        reactions = self.listener.reactions.to(event.type)
        if not reactions:
            return Heard.ADVANCED if self.listener.schemas.knows(event.type) else Heard.UNKNOWN_TYPE
        self.listener.schemas.check(event.type, event.data)
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

    async def _save_followed(
        self, work: UnitOfWork, items: Sequence[HeardEvent], followed: Mapping[str, Followed], *, parked: bool
    ) -> None:
        """Advance what is followed; raises PlanOutdated when it is no longer what the plan was made from."""
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
                raise PlanOutdated("another replica began to follow the same aggregate") from error
        for (read_version, version), lanes in steps.items():
            updated = await collection.update_many(
                {"_id": {"$in": lanes}, "version": read_version, "is_blocked": parked},
                {"$set": {"version": version, "sequence": sequence}},
                session=work.session,
            )
            if updated.matched_count != len(lanes):
                raise PlanOutdated("another replica took in an event of the same aggregate")
        if parked:
            await self._unpark(work, items[0])

    async def _unpark(self, work: UnitOfWork, head: HeardEvent) -> None:
        await work.collection(PARKED_EVENTS).delete_one({"_id": parked_key(head)}, session=work.session)
        await work.collection(BLOCKED_LANES).update_one(
            {"_id": head.lane}, {"$inc": {"parked": -1}, "$set": {"failures": 0, "error": None}}, session=work.session
        )
        await work.collection(DEAD_LETTERS).update_one(
            {"_id": dead_letter_key(head.lane, head.event.aggregate_version)},
            {"$set": {"state": DeadLetterState.TAKEN_IN.value, "taken_in_at": work.now}},
            session=work.session,
        )

    def _inbox_row(self, item: HeardEvent, now: datetime, outcome: Heard) -> dict[str, Any]:
        return {
            "_id": f"{self.listener.name}|{item.event.id}",
            "event_type": item.event.type,
            "outcome": outcome.value,
            "taken_in_at": now,
        }

    def _work_item(self, event: ReceivedEvent, refusal: Refusal, now: datetime) -> dict[str, Any]:
        return {
            "_id": new_id("wrk"),
            "areas": [f"district:{event.district}"],
            "state": "OPEN",
            "listener": self.listener.name,
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
