"""The source of `kit.changes`: a service's own stream, read from now on by one ephemeral consumer per process.

It reads only while somebody follows. After a lost connection it goes on behind the last event it saw; when it cannot
know what it missed, every follower looks anew. So a committed change reaches every follower, once or more.
"""

import asyncio
import logging
from dataclasses import dataclass
from typing import Final

import nats.errors
from nats.aio.msg import Msg
from nats.js.api import AckPolicy, ConsumerConfig, DeliverPolicy

from kit.changes import Change, Changes
from kit.cloud_events import Message, UnreadableCloudEvent, read_message
from kit.jetstream import (
    BATCH_EVENTS,
    FIRST_PAUSE_SECONDS,
    PULL_SECONDS,
    JetStream,
    NatsUnavailable,
    Pull,
    stop_if_cancelled,
    stream_of,
)

logger = logging.getLogger(__name__)

INACTIVE_SECONDS: Final = 30.0
"""After so long without a pull the server forgets the consumer of a process that is gone."""


@dataclass
class ChangeFeed:
    """Tells the followers of one process what the service announces about their estates."""

    jetstream: JetStream
    service: str
    changes: Changes
    pull_seconds: float = PULL_SECONDS
    _seen: int | None = None
    """The stream sequence up to which the followers were told; None while there were none."""

    async def run(self) -> None:
        """Read and tell until cancelled; failures of NATS only pause it."""
        while True:
            if not self.changes.followed.is_set():
                self._seen = None
            await self.changes.followed.wait()
            try:
                await self._read()
            except (NatsUnavailable, nats.errors.Error, TimeoutError) as error:
                logger.warning("the changes of %s pause: %s", self.service, self.jetstream.explained(error))
                await asyncio.sleep(FIRST_PAUSE_SECONDS)
            stop_if_cancelled()

    async def _read(self) -> None:
        """Read until nobody follows any more; raises NatsUnavailable when the consumer or the connection is lost."""
        await self.jetstream.connected()
        # Counted first: a connection lost from here on may have lost what was on its way.
        connection = self._connection
        consumer = await self._consumer()
        pull = Pull(self.jetstream.client, stream_of(self.service), consumer)
        self.changes.live.set()
        try:
            while self.changes.followed.is_set():
                messages = await pull.take(BATCH_EVENTS, wait_seconds=self.pull_seconds)
                for message in messages:
                    self._tell(message)
                if self._connection != connection:
                    raise NatsUnavailable("the connection was lost for a moment")
        finally:
            self.changes.live.clear()
            await pull.close()

    @property
    def _connection(self) -> int:
        return self.jetstream.client.stats["reconnects"]

    async def _consumer(self) -> str:
        """Make a consumer behind the last event that was told, or from now on, and return its name."""
        stream = stream_of(self.service)
        context = self.jetstream.context
        last = (await context.stream_info(stream)).state.last_seq
        if self._seen is None or last < self._seen:
            self._seen = last
            self.changes.tell_everything()
        consumer = await context.add_consumer(
            stream,
            ConsumerConfig(
                deliver_policy=DeliverPolicy.BY_START_SEQUENCE,
                opt_start_seq=self._seen + 1,
                ack_policy=AckPolicy.NONE,
                inactive_threshold=INACTIVE_SECONDS,
                mem_storage=True,
            ),
        )
        return str(consumer.name)

    def _tell(self, message: Msg) -> None:
        self._seen = message.metadata.sequence.stream
        try:
            event = read_message(Message(message.subject, message.headers or {}, message.data))
        except UnreadableCloudEvent as error:
            logger.error("message %d of %s tells nothing: %s", self._seen, stream_of(self.service), error)
            self.changes.tell_everything()
            return
        if event.estate_id is not None:
            self.changes.tell(Change(event.estate_id, event.aggregate, event.aggregate_id))
