"""Follow a service's subscription in a test: its outbox is relayed to the real NATS, and its feed tells of it."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import aclosing, asynccontextmanager
from dataclasses import dataclass
from typing import Any

from kit.caller import Caller
from kit.change_feed import ChangeFeed
from kit.changes import Changes
from kit.clock import Clock
from kit.errors import Refusal
from kit.graphql.door import Door, RequestContext
from kit.graphql.schema import Schema
from kit.ids import new_id
from kit.jetstream import ensure_streams
from kit.mongo import Mongo
from tests.messaging import a_relay, connected, running
from tests.servers import NatsServer

PATIENCE_SECONDS = 20.0


@dataclass
class Events:
    """What a subscriber receives."""

    results: Any

    async def next(self) -> dict[str, Any]:
        """Return the data of the next event, which has no errors."""
        result = await self._next()
        assert result.errors is None, result.errors
        return dict(result.data)

    async def until(self, field: str, **wanted: Any) -> dict[str, Any]:
        """Return the first event whose `field` has these values; what was seen already may be told again."""
        while True:
            event: dict[str, Any] = (await self.next())[field]
            if {name: event[name] for name in wanted} == wanted:
                return event

    async def refusal(self) -> str:
        """Return the code that ends the stream."""
        [error] = (await self._next()).errors
        assert isinstance(error.original_error, Refusal), error
        return error.original_error.code

    async def _next(self) -> Any:
        return await asyncio.wait_for(anext(self.results), PATIENCE_SECONDS)


@dataclass
class Subscribed:
    """A service whose announcements reach its own subscribers."""

    schema: Schema
    door: Door[Any]

    @asynccontextmanager
    async def events(self, query: str, *, by: Caller, **variables: Any) -> AsyncIterator[Events]:
        """Subscribe as this caller for the length of the block."""
        context = RequestContext(door=self.door, caller=by, correlation_id=new_id("cor"))
        results = await self.schema.subscribe(query, variable_values=variables, context_value=context)
        async with aclosing(results):
            yield Events(results)


@asynccontextmanager
async def subscribed(
    service: str, schema: Schema, *, mongo: Mongo, clock: Clock, policies: Any, nats_server: NatsServer
) -> AsyncIterator[Subscribed]:
    """Run a service's relay and its feed until the block ends."""
    changes = Changes()
    async with connected(nats_server) as jetstream:
        await ensure_streams(jetstream, [service])
        feed = ChangeFeed(jetstream, service, changes, pull_seconds=0.2)
        async with running(a_relay(mongo, jetstream, service=service).run(), feed.run()):
            yield Subscribed(schema, Door(mongo=mongo, clock=clock, policies=policies, changes=changes))
