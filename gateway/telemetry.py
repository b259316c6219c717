"""What the gateway tells operators: its span and metric names in one list, and a switch that costs nothing when off."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager

from opentelemetry.trace import SpanKind

from kit.metrics import Counter, Gauge, Histogram
from kit.telemetry import context_from_headers, context_headers, span

SPAN_REQUEST = "gateway_request"
SPAN_PREPARE = "gateway_parse_and_validate"
SPAN_PLAN = "gateway_plan"
SPAN_EXECUTE = "gateway_execute"
SPAN_SHAPE = "gateway_shape_response"
SPAN_FETCH = "gateway_subgraph_fetch"

REQUESTS = Counter("anju_gateway_requests_total", "Answers of /graphql by HTTP status.", ["status"])
IN_FLIGHT = Gauge("anju_gateway_requests_in_flight", "Requests being answered.")
PLAN_CACHE = Counter("anju_gateway_plan_cache_total", "Plans by whether they were ready.", ["outcome"])
SUBGRAPH_SECONDS = Histogram("anju_gateway_subgraph_seconds", "Seconds of subgraph requests.", ["subgraph"])
SUBGRAPH_FAILURES = Counter(
    "anju_gateway_subgraph_failures_total", "Subgraph requests without a GraphQL answer, by code.", ["subgraph", "code"]
)

SUBGRAPH_RETRIES = Counter("anju_gateway_subgraph_retries_total", "Queries asked a second time.", ["subgraph"])
SUBGRAPH_SHARED = Counter(
    "anju_gateway_subgraph_shared_total", "Queries answered by an identical one under way.", ["subgraph"]
)
BREAKER_STATE = Gauge("anju_gateway_breaker_state", "Circuit breaker: 0 closed, 1 half open, 2 open.", ["subgraph"])
RELOADS = Counter("anju_gateway_reloads_total", "Changed supergraph files, by whether they were adopted.", ["outcome"])
SUBSCRIPTIONS = Gauge("anju_gateway_subscriptions", "Subscriptions being served.")
SUBSCRIPTION_EVENTS = Counter("anju_gateway_subscription_events_total", "Events sent to subscribers.")
RESUBSCRIPTIONS = Counter("anju_gateway_resubscriptions_total", "Subgraph streams begun anew.", ["subgraph"])
OVERLOADED = Counter("anju_gateway_overloaded_total", "Requests refused because too many were in flight.")


class Tracing:
    """Opens spans when tracing is configured; otherwise does nothing at all."""

    def __init__(self, *, enabled: bool) -> None:
        self.enabled = enabled

    @contextmanager
    def request(self, headers: Mapping[str, str]) -> Iterator[None]:
        """Run the block inside the request's span, a child of what `traceparent` names."""
        if not self.enabled:
            yield
            return
        with span(SPAN_REQUEST, kind=SpanKind.SERVER, parent=context_from_headers(headers)):
            yield

    @contextmanager
    def stage(self, name: str) -> Iterator[None]:
        """Run the block inside a stage's span."""
        if not self.enabled:
            yield
            return
        with span(name):
            yield

    @contextmanager
    def fetch(self, subgraph: str, headers: Mapping[str, str]) -> Iterator[Mapping[str, str]]:
        """Run the block inside a fetch's span; yields the headers that carry the trace on."""
        if not self.enabled:
            yield headers
            return
        with span(SPAN_FETCH, kind=SpanKind.CLIENT, attributes={"anju.subgraph": subgraph}):
            yield {**headers, **context_headers()}


NO_TRACING = Tracing(enabled=False)
