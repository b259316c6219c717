"""One client's subscription: a subgraph's events, each completed from the other subgraphs.

It outlives what happens behind the gateway: when the subgraph restarts it subscribes again, when the supergraph changes
it is planned anew. The client's connection is not touched by either.
"""

import asyncio
import random
from collections.abc import AsyncGenerator, AsyncIterator, Callable, Mapping
from contextlib import aclosing
from dataclasses import dataclass
from typing import Any

from gateway.executor.errors import ErrorCollector
from gateway.executor.run_plan import CompiledRequest, failure_path, request_body
from gateway.executor.subgraph_client import SubgraphAnswer, SubgraphFailure
from gateway.executor.subgraph_stream import ACCEPTED, StreamBroken
from gateway.pipeline import Answer, GraphQLRequest, Pipeline, PreparedPlan
from gateway.subscriptions.served import Served
from gateway.telemetry import RESUBSCRIPTIONS, SUBGRAPH_FAILURES, SUBSCRIPTION_EVENTS

Subscribe = Callable[[str, bytes, Mapping[str, str]], AsyncGenerator[SubgraphAnswer, None]]


@dataclass(frozen=True, slots=True)
class Patience:
    """How long a subscription waits for others; drawn at random up to the bound, so that not all act at once."""

    first_pause_seconds: float = 0.2
    longest_pause_seconds: float = 5.0
    attempts_max: int = 30
    replan_seconds: float = 10.0


PATIENCE = Patience()


class Moved(Exception):
    """The supergraph changed so that the stream must be begun anew."""


class Subscription:
    """The answers to one operation: one for a query or mutation, one per event for a subscription."""

    def __init__(self, request: GraphQLRequest, served: Served, subscribe: Subscribe) -> None:
        self._request = request
        self._served = served
        self._subscribe = subscribe
        self._patience = PATIENCE
        self._accepted = False

    async def answers(self) -> AsyncGenerator[Answer, None]:
        """Yield the answers until the subgraph completes the stream or fails for good."""
        failures = 0
        while True:
            pipeline, replaced = self._served.pipeline, self._served.replaced
            resolved = pipeline.resolve_stream(self._request)
            if isinstance(resolved, Answer):
                yield resolved
                return
            if resolved.compiled.plan.operation != "subscription" or not resolved.compiled.levels:
                yield await pipeline.run(self._request, resolved)
                return
            asked = _asked(pipeline, resolved)
            name = pipeline.names[asked.root.request.graph]
            try:
                async with aclosing(self._events(asked, replaced)) as events:
                    async for event in events:
                        failures = 0
                        pipeline, resolved = self._latest(asked, pipeline, resolved)
                        SUBSCRIPTION_EVENTS.inc()
                        yield await pipeline.run(self._request, resolved, event)
                return
            except Moved:
                failures = 0
            except StreamBroken:
                failures += 1
                # A subgraph that was never there is told at once; one that was there may be restarting.
                if not self._accepted or failures > self._patience.attempts_max:
                    yield _failed(asked, name, "SUBGRAPH_UNAVAILABLE", "the subgraph is not reachable")
                    return
                await asyncio.sleep(self._pause(failures))
            except SubgraphFailure as failure:
                yield _failed(asked, name, failure.code, str(failure))
                return
            RESUBSCRIPTIONS.labels(name).inc()

    async def _events(self, asked: "_Asked", replaced: asyncio.Event) -> AsyncGenerator[SubgraphAnswer, None]:
        """Yield the subgraph's events; raises Moved some time after a new supergraph asks another question."""
        body = request_body(asked.root, self._request.variables)
        async with aclosing(self._subscribe(asked.url, body, self._request.headers)) as stream:
            changed = asyncio.ensure_future(self._changed(asked, replaced))
            try:
                while True:
                    coming = asyncio.ensure_future(_next(stream))
                    try:
                        await asyncio.wait({coming, changed}, return_when=asyncio.FIRST_COMPLETED)
                        if not coming.done():
                            raise Moved
                        event = coming.result()
                    finally:
                        await _end(coming)
                    if event is None:
                        return
                    if event is ACCEPTED:
                        self._accepted = True
                    else:
                        yield event
            finally:
                await _end(changed)

    async def _changed(self, asked: "_Asked", replaced: asyncio.Event) -> None:
        """Return some time after a new supergraph asks the subgraph something else, or elsewhere."""
        while True:
            await replaced.wait()
            await asyncio.sleep(random.uniform(0, self._patience.replan_seconds))
            replaced = self._served.replaced
            resolved = self._served.pipeline.resolve_stream(self._request)
            if isinstance(resolved, Answer) or not asked.same_as(_asked(self._served.pipeline, resolved)):
                return

    def _latest(self, asked: "_Asked", pipeline: Pipeline, resolved: PreparedPlan) -> tuple[Pipeline, PreparedPlan]:
        """Return the newest plan that completes events of this stream."""
        if self._served.pipeline is pipeline:
            return pipeline, resolved
        newer = self._served.pipeline.resolve_stream(self._request)
        if isinstance(newer, Answer) or not asked.same_as(_asked(self._served.pipeline, newer)):
            return pipeline, resolved
        return self._served.pipeline, newer

    def _pause(self, failures: int) -> float:
        longest = min(self._patience.first_pause_seconds * 2 ** (failures - 1), self._patience.longest_pause_seconds)
        return random.uniform(longest / 2, longest)


@dataclass(frozen=True, slots=True)
class _Asked:
    """What a subgraph is asked for a stream, and where."""

    root: CompiledRequest
    url: str

    def same_as(self, other: "_Asked") -> bool:
        """Return whether one stream serves both."""
        return self.url == other.url and self.root.text == other.root.text


def _asked(pipeline: Pipeline, resolved: PreparedPlan) -> _Asked:
    root = resolved.compiled.levels[0][0]
    return _Asked(root, pipeline.supergraph.subgraphs[root.request.graph].url)


def _failed(asked: _Asked, name: str, code: str, message: str) -> Answer:
    SUBGRAPH_FAILURES.labels(name, code).inc()
    errors = ErrorCollector()
    errors.add(message, path=failure_path(asked.root) or None, code=code, subgraph=name)
    return Answer({"errors": errors.errors, "data": None}, executed=True)


async def _next(stream: AsyncIterator[SubgraphAnswer]) -> SubgraphAnswer | None:
    """Return the next event; None at the end, since a task cannot raise StopAsyncIteration."""
    return await anext(stream, None)


async def _end(task: "asyncio.Future[Any]") -> None:
    if not task.done():
        task.cancel()
        await asyncio.wait({task})
