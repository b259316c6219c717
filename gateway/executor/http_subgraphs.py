"""Ask subgraphs over HTTP, and keep one that fails or lags from harming the rest.

From the outside in: identical queries under way are asked once, a circuit breaker leaves a failing subgraph alone, a
query that got no answer is asked again within a budget, every request has a time limit and tells it to the subgraph.
"""

import asyncio
import random
from collections.abc import Hashable, Mapping
from dataclasses import dataclass

from gateway.executor.http_client import HttpAnswer, HttpClient
from gateway.executor.resilience.circuit_breaker import BreakerSettings, CircuitBreaker
from gateway.executor.resilience.retry_budget import RetryBudget
from gateway.executor.resilience.shared_work import SharedWork
from gateway.executor.subgraph_client import SubgraphAnswer, SubgraphFailure, read_answer
from gateway.settings import TrafficSettings
from gateway.telemetry import BREAKER_STATE, SUBGRAPH_RETRIES, SUBGRAPH_SHARED
from kit.deadline import DEADLINE_HEADER, header_value
from kit.metrics import CounterSeries

# They name the request, not the caller: two requests that differ only here get the same answer.
TRACE_HEADERS = frozenset({"traceparent", "tracestate"})
RETRYABLE_CODES = frozenset({"SUBGRAPH_UNAVAILABLE", "SUBGRAPH_BROKE_OFF"})
RETRYABLE_STATUSES = frozenset({502, 503})  # Answered by what stands before a subgraph that is not there.
PAUSE_SECONDS = (0.02, 0.08)  # Before a retry, drawn at random so that not all come back at once.


@dataclass(slots=True)
class _Guard:
    """What is remembered of one subgraph at one address; it outlives a change of the supergraph."""

    breaker: CircuitBreaker
    budget: RetryBudget


class SubgraphConnections:
    """The connections to all subgraphs and what is known of their health."""

    def __init__(self, traffic: TrafficSettings) -> None:
        self.http = HttpClient()
        self.traffic = traffic
        self._guards: dict[tuple[str, str], _Guard] = {}

    def guard(self, name: str, url: str) -> _Guard:
        """Return the subgraph's breaker and budget, made on first use."""
        known = self._guards.get((name, url))
        if known is None:
            state = BREAKER_STATE.labels(name)
            state.set(0)
            traffic = self.traffic
            settings = BreakerSettings(
                traffic.breaker_requests_min,
                traffic.breaker_failure_share,
                traffic.breaker_window_seconds,
                traffic.breaker_open_seconds,
            )
            known = self._guards[name, url] = _Guard(
                CircuitBreaker(settings, on_change=state.set), RetryBudget(traffic.retry_share)
            )
        return known

    def keep_only(self, subgraphs: Mapping[str, str]) -> None:
        """Forget every subgraph and address but these, given as address by name."""
        self.http.keep_only(frozenset(subgraphs.values()))
        for name, url in [key for key in self._guards if subgraphs.get(key[0]) != key[1]]:
            del self._guards[name, url]
            if name not in subgraphs:
                BREAKER_STATE.remove(name)

    async def close(self) -> None:
        """Close every connection."""
        await self.http.close()


@dataclass(frozen=True, slots=True)
class _Subgraph:
    """One subgraph as it is asked."""

    name: str
    url: str
    guard: _Guard
    timeout_seconds: float
    retries: CounterSeries
    shared: CounterSeries


class HttpSubgraphClient:
    """Asks the subgraphs of one supergraph."""

    def __init__(self, urls: Mapping[str, str], names: Mapping[str, str], connections: SubgraphConnections) -> None:
        traffic = connections.traffic
        self._http = connections.http
        self._traffic = traffic
        self._shared: SharedWork[HttpAnswer] = SharedWork()
        self._subgraphs = {
            graph: _Subgraph(
                names[graph],
                url,
                connections.guard(names[graph], url),
                traffic.timeouts_seconds.get(names[graph].lower(), traffic.timeout_seconds),
                SUBGRAPH_RETRIES.labels(names[graph]),
                SUBGRAPH_SHARED.labels(names[graph]),
            )
            for graph, url in urls.items()
        }

    async def ask(
        self,
        graph: str,
        body: bytes,
        headers: Mapping[str, str],
        *,
        repeatable: bool,
        deadline: float | None = None,
    ) -> SubgraphAnswer:
        """Return the subgraph's answer; raises SubgraphFailure when none comes before the deadline (in loop time)."""
        subgraph = self._subgraphs[graph]
        if not self._may_share(subgraph, repeatable, deadline):
            status, answered = await self._send(subgraph, body, headers, repeatable, deadline)
            return read_answer(status, answered)
        key: Hashable = (
            graph,
            body,
            tuple([header for header in headers.items() if header[0] not in TRACE_HEADERS]) if headers else (),
        )
        # Each reads the shared bytes for itself: the executor writes into what it was answered.
        status, answered = await self._shared.do(
            key, lambda: self._send(subgraph, body, headers, repeatable, deadline), subgraph.shared.inc
        )
        return read_answer(status, answered)

    def _may_share(self, subgraph: _Subgraph, repeatable: bool, deadline: float | None) -> bool:
        """Return whether others may get the same answer; not from a request in more of a hurry than they."""
        if not repeatable or not self._traffic.share_identical_queries:
            return False
        return deadline is None or deadline - asyncio.get_running_loop().time() >= subgraph.timeout_seconds

    async def _send(
        self, subgraph: _Subgraph, body: bytes, headers: Mapping[str, str], repeatable: bool, deadline: float | None
    ) -> HttpAnswer:
        budget = subgraph.guard.budget
        budget.earn()
        retries_left = self._traffic.retries_max if repeatable else 0
        while True:
            try:
                status, answered = await self._attempt(subgraph, body, headers, repeatable, deadline)
            except SubgraphFailure as failure:
                if retries_left == 0 or failure.code not in RETRYABLE_CODES or not budget.spend():
                    raise
            else:
                if retries_left == 0 or status not in RETRYABLE_STATUSES or not budget.spend():
                    return status, answered
            retries_left -= 1
            subgraph.retries.inc()
            await asyncio.sleep(random.uniform(*PAUSE_SECONDS))

    async def _attempt(
        self, subgraph: _Subgraph, body: bytes, headers: Mapping[str, str], repeatable: bool, deadline: float | None
    ) -> HttpAnswer:
        breaker = subgraph.guard.breaker
        if not breaker.allows():
            raise SubgraphFailure("the subgraph failed too often and is left alone for now", "SUBGRAPH_CIRCUIT_OPEN")
        timeout = subgraph.timeout_seconds
        if deadline is not None:
            timeout = min(timeout, deadline - asyncio.get_running_loop().time())
            headers = {**headers, DEADLINE_HEADER: header_value(timeout)}
        try:
            answer = await self._http.post(subgraph.url, body, headers, repeatable=repeatable, timeout_seconds=timeout)
        except SubgraphFailure:
            breaker.failed()
            raise
        except BaseException:
            breaker.abandoned()
            raise
        if answer[0] >= 500:
            breaker.failed()
        else:
            breaker.succeeded()
        return answer
