"""How an event becomes a dead letter: kept with its cause, and told to the dead-letter stream."""

import logging
from dataclasses import dataclass
from typing import Any

from kit.caller import SYSTEM_CALLER
from kit.cloud_events import MESSAGE_ID_HEADER, Message, dead_letter_subject
from kit.ids import new_id
from kit.inbox.heard import DEAD, Delivery, HeardEvent, Listener, dead_letter_key, error_text
from kit.inbox.rows import BLOCKED_LANES, DEAD_LETTERS, DeadLetterState, LaneState
from kit.mongo import UnitOfWork, run_unit_of_work
from kit.outbox import enqueue

logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class Burial:
    """The transactions that make dead letters."""

    listener: Listener

    async def of_head(self, head: HeardEvent, cause: Exception, *, failures: int) -> None:
        """Make the head of a lane a dead letter: it stays where it is, and people are told."""

        async def die(work: UnitOfWork) -> None:
            await work.collection(BLOCKED_LANES).update_one(
                {"_id": head.lane},
                {"$set": {"state": LaneState.DEAD.value, "error": error_text(cause)}},
                session=work.session,
            )
            key = dead_letter_key(head.lane, head.event.aggregate_version)
            await self._write(work, key, head.delivery, cause, failures=failures, heard=head)

        await run_unit_of_work(self.listener.mongo, SYSTEM_CALLER, die, clock=self.listener.clock)

    async def of_unreadable(self, delivery: Delivery, cause: Exception) -> None:
        """Make a message that is no event of ours a dead letter at once; it belongs to no lane."""

        async def bury(work: UnitOfWork) -> None:
            key = f"{self.listener.name}|sequence|{delivery.sequence}"
            await self._write(work, key, delivery, cause, failures=1, heard=None)

        await run_unit_of_work(self.listener.mongo, SYSTEM_CALLER, bury, clock=self.listener.clock)

    async def _write(
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
            "listener": self.listener.name,
            "lane": None if heard is None else heard.lane,
            "event_id": None if heard is None else heard.event.id,
            "event_type": None if heard is None else heard.event.type,
            "version": None if heard is None else heard.event.aggregate_version,
            "sequence": delivery.sequence,
            "subject": message.subject,
            "headers": dict(message.headers),
            "body": message.body,
            "error": error_text(cause),
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
            message=Message(dead_letter_subject(self.listener.service, message.subject), headers, message.body),
        )
        DEAD.labels(self.listener.name).inc()
        logger.error("%s has a new dead letter %s: %s", self.listener.name, letter["letter_id"], letter["error"])
