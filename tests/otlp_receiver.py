"""A collector for tests: a real HTTP server that takes OTLP traces and metrics and remembers them."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from gzip import decompress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Condition, Thread

from opentelemetry.proto.collector.metrics.v1.metrics_service_pb2 import ExportMetricsServiceRequest
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest
from opentelemetry.proto.common.v1.common_pb2 import KeyValue
from opentelemetry.proto.resource.v1.resource_pb2 import Resource
from opentelemetry.proto.trace.v1.trace_pb2 import Span

PATIENCE_SECONDS = 30.0


@dataclass(frozen=True)
class Figure:
    """The last value received of one series: a counter's or gauge's value, a histogram's count."""

    service: str
    name: str
    kind: str
    labels: frozenset[tuple[str, str]]
    value: float


@dataclass
class OtlpReceiver:
    """What has arrived so far."""

    url: str
    spans: list[tuple[str, Span]] = field(default_factory=list)
    metrics: list[Figure] = field(default_factory=list)
    _arrived: Condition = field(default_factory=Condition)

    def take_in(self, path: str, body: bytes) -> None:
        """Remember what was sent to a path; raises KeyError for a path that OTLP does not have."""
        take = {"/v1/traces": self._take_spans, "/v1/metrics": self._take_metrics}[path]
        with self._arrived:
            take(body)
            self._arrived.notify_all()

    def wait_for_span(self, name: str) -> tuple[str, Span]:
        """Return the service and the first span of this name; raises AssertionError when none comes."""
        with self._arrived:
            assert self._arrived.wait_for(lambda: any(span.name == name for _, span in self.spans), PATIENCE_SECONDS)
            return next((service, span) for service, span in self.spans if span.name == name)

    def wait_for_metric(self, name: str, **labels: str) -> Figure:
        """Return the latest figure of this series above 0; raises AssertionError when none comes."""

        def found() -> list[Figure]:
            wanted = frozenset(labels.items())
            return [one for one in self.metrics if (one.name, one.labels) == (name, wanted) and one.value > 0]

        with self._arrived:
            assert self._arrived.wait_for(found, PATIENCE_SECONDS), sorted({one.name for one in self.metrics})
            return found()[-1]

    def _take_spans(self, body: bytes) -> None:
        for sent in ExportTraceServiceRequest.FromString(body).resource_spans:
            self.spans.extend((_service(sent.resource), span) for scope in sent.scope_spans for span in scope.spans)

    def _take_metrics(self, body: bytes) -> None:
        for sent in ExportMetricsServiceRequest.FromString(body).resource_metrics:
            for metric in (metric for scope in sent.scope_metrics for metric in scope.metrics):
                kind = metric.WhichOneof("data") or ""
                self.metrics.extend(
                    Figure(
                        _service(sent.resource),
                        metric.name,
                        kind,
                        frozenset(_texts(point.attributes).items()),
                        point.count if kind == "histogram" else point.as_double,
                    )
                    for point in getattr(metric, kind).data_points
                )


def _texts(pairs: Iterator[KeyValue]) -> dict[str, str]:
    return {pair.key: pair.value.string_value for pair in pairs}


def _service(resource: Resource) -> str:
    return _texts(iter(resource.attributes))["service.name"]


@contextmanager
def otlp_receiver() -> Iterator[OtlpReceiver]:
    """Run a collector on a free port for the block."""

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["content-length"]))
            receiver.take_in(self.path, decompress(body) if self.headers["content-encoding"] == "gzip" else body)
            self.send_response(200)
            self.send_header("content-length", "0")
            self.end_headers()

        def log_message(self, format: str, *arguments: object) -> None:  # noqa: A002
            """Say nothing: the test says what arrived."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        receiver = OtlpReceiver(f"http://127.0.0.1:{server.server_port}")
        serving = Thread(target=server.serve_forever, daemon=True)
        serving.start()
        try:
            yield receiver
        finally:
            server.shutdown()
            serving.join()
