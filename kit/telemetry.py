"""Traces and metrics: OpenTelemetry spans with W3C propagation, and the metrics of every deployable (`kit.metrics`).

Without an endpoint and without a trace file no span is recorded and nothing is sent. Spans carry the names of
`kit.telemetry_names` and ids, never names of people, amounts of a person or query texts.
"""

import json
import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import partial
from pathlib import Path

from opentelemetry import propagate, trace
from opentelemetry.context import Context
from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
from opentelemetry.propagators.textmap import default_setter
from opentelemetry.sdk.resources import Resource
from opentelemetry.sdk.trace import ReadableSpan, TracerProvider
from opentelemetry.sdk.trace.export import BatchSpanProcessor, SimpleSpanProcessor, SpanExporter, SpanExportResult
from opentelemetry.trace import Span, SpanKind, Status, StatusCode
from opentelemetry.trace.propagation.tracecontext import TraceContextTextMapPropagator
from opentelemetry.util.types import AttributeValue

from kit import telemetry_names as names
from kit.metrics import Counter, Gauge, Histogram, send_metrics
from kit.settings import TelemetrySettings

WRITES = Counter(
    names.METRIC_WRITES, "Mutations by name and outcome: DONE, REPLAYED or a refusal's code.", ["write", "outcome"]
)
REQUESTS = Counter(names.METRIC_REQUESTS, "Answers of the GraphQL endpoint by HTTP status.", ["status"])
REQUEST_SECONDS = Histogram(names.METRIC_REQUEST_SECONDS, "Seconds from request to answer.")
STREAMS = Gauge(names.METRIC_STREAMS, "Subscriptions that are open in this process.")
STREAM_EVENTS = Counter(names.METRIC_STREAM_EVENTS, "Events sent to subscriptions.")
FAULTS = Counter(names.METRIC_FAULTS, "Masked faults: bugs and broken infrastructure.")
REFUSED_CALLERS = Counter(
    names.METRIC_REFUSED_CALLERS, "Requests refused for want of a valid token, by reason.", ["reason"]
)
READY = Gauge(names.METRIC_READY, "1 while the process wants traffic.")
TASK_UP = Gauge(names.METRIC_TASK_UP, "1 while a background task runs.", ["task"])

FLUSH_SECONDS = 1.0
"""How long a stopping process waits for a collector that does not answer: stopping takes at most 20 seconds."""


class JsonLinesSpanExporter(SpanExporter):
    """Appends each finished span to a file as one JSON object, so that a trace can be shown without a collector."""

    def __init__(self, path: Path) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        self._path = path
        self._lock = threading.Lock()

    def export(self, spans: Sequence[ReadableSpan]) -> SpanExportResult:
        """Append the spans; one write per batch, so that processes can share a file."""
        lines = "".join(json.dumps(span_as_data(span), ensure_ascii=False) + "\n" for span in spans)
        with self._lock, self._path.open("a", encoding="utf-8") as file:
            file.write(lines)
        return SpanExportResult.SUCCESS


def span_as_data(span: ReadableSpan) -> dict[str, object]:
    """Return a finished span as plain data: ids in hex, times in nanoseconds."""
    context = span.get_span_context()
    return {
        "service": span.resource.attributes.get("service.name"),
        "name": span.name,
        "kind": span.kind.name,
        "traceId": None if context is None else format(context.trace_id, "032x"),
        "spanId": None if context is None else format(context.span_id, "016x"),
        "parentSpanId": None if span.parent is None else format(span.parent.span_id, "016x"),
        "links": [format(link.context.trace_id, "032x") for link in span.links],
        "startNanoseconds": span.start_time,
        "endNanoseconds": span.end_time,
        "status": span.status.status_code.name,
        "attributes": dict(span.attributes or {}),
    }


def set_up_telemetry(service: str, settings: TelemetrySettings) -> Callable[[], None]:
    """Start recording as the settings say and return what flushes and stops it; once per process.

    Without endpoint and file only propagation is set up: the caller's trace id still reaches logs and events.
    """
    propagate.set_global_textmap(TraceContextTextMapPropagator())
    resource = Resource.create({"service.name": service, "service.namespace": "anju"})
    provider = TracerProvider(resource=resource)
    stops = [provider.shutdown]
    if settings.otlp_endpoint is not None:
        endpoint = str(settings.otlp_endpoint).rstrip("/")
        provider.add_span_processor(BatchSpanProcessor(OTLPSpanExporter(endpoint=f"{endpoint}/v1/traces")))
        stops.append(send_metrics(f"{endpoint}/v1/metrics", resource))
    if settings.trace_file is not None:
        provider.add_span_processor(SimpleSpanProcessor(JsonLinesSpanExporter(settings.trace_file)))
    trace.set_tracer_provider(provider)
    if settings.otlp_endpoint is not None or settings.trace_file is not None:
        # The driver is eight megabytes, which a process without traces or without a store need not load.
        from opentelemetry.instrumentation.pymongo import PymongoInstrumentor

        # Statements hold people's data and are not captured.
        PymongoInstrumentor().instrument(tracer_provider=provider, capture_statement=False)
    return partial(_stop_within, FLUSH_SECONDS, stops)


def _stop_within(seconds: float, stops: Sequence[Callable[[], None]]) -> None:
    # In threads that do not outlive the process: each of them may wait half a minute for the collector.
    threads = [threading.Thread(target=stop, daemon=True) for stop in stops]
    for thread in threads:
        thread.start()
    deadline = time.monotonic() + seconds
    for thread in threads:
        thread.join(max(0.0, deadline - time.monotonic()))


@contextmanager
def span(
    name: str,
    *,
    kind: SpanKind = SpanKind.INTERNAL,
    parent: Context | None = None,
    attributes: Mapping[str, AttributeValue] | None = None,
) -> Iterator[Span]:
    """Run the block inside a span; an exception marks the span by its type, its text is not recorded."""
    tracer = trace.get_tracer(names.TRACER)
    with tracer.start_as_current_span(
        name, context=parent, kind=kind, attributes=attributes, record_exception=False, set_status_on_exception=False
    ) as current:
        try:
            yield current
        except BaseException as problem:
            current.set_attribute("error.type", type(problem).__qualname__)
            current.set_status(Status(StatusCode.ERROR))
            raise


def context_from_headers(headers: Mapping[str, str]) -> Context:
    """Return the trace context that a request or message brings in `traceparent`; empty when it brings none."""
    return propagate.extract(dict(headers))


def context_headers() -> dict[str, str]:
    """Return the headers that carry the current trace to the next process; empty outside a span."""
    headers: dict[str, str] = {}
    propagate.inject(headers, setter=default_setter)
    return headers


def current_trace_id() -> str | None:
    """Return the current trace id as 32 hexadecimal digits; None outside a trace."""
    context = trace.get_current_span().get_span_context()
    return format(context.trace_id, "032x") if context.is_valid else None


def count_write(name: str, outcome: str) -> None:
    """Count one mutation by its outcome: DONE, REPLAYED or a refusal's code."""
    WRITES.labels(name, outcome).inc()
