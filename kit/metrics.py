"""The figures of a process: OpenTelemetry instruments, read at `/metrics` and sent over OTLP.

A metric is made once, where it is counted, with a name of its part's list. It keeps its figures itself: counters and
gauges are observable instruments, which a reader asks when it collects, so counting costs a request next to nothing.
Labels hold names and outcomes, never ids or people. `docs/decisions/0009-metrics.md` says why.
"""

import math
import time
from bisect import bisect_left
from collections.abc import Callable, Iterator, Sequence
from itertools import accumulate, chain
from threading import Lock
from typing import Final, Generic, TypeVar

from opentelemetry.exporter.otlp.proto.http.metric_exporter import OTLPMetricExporter
from opentelemetry.exporter.prometheus import PrometheusMetricReader
from opentelemetry.metrics import CallbackOptions, Observation
from opentelemetry.sdk.metrics import MeterProvider
from opentelemetry.sdk.metrics.export import (
    AggregationTemporality,
    HistogramDataPoint,
    Metric,
    MetricExporter,
    MetricExportResult,
    MetricsData,
    PeriodicExportingMetricReader,
    ResourceMetrics,
    ScopeMetrics,
)
from opentelemetry.sdk.metrics.export import Histogram as HistogramData
from opentelemetry.sdk.resources import Resource
from opentelemetry.sdk.util.instrumentation import InstrumentationScope
from prometheus_client import CONTENT_TYPE_LATEST, REGISTRY, generate_latest
from prometheus_client.core import HistogramMetricFamily

from kit import telemetry_names as names

PAGE_TYPE: Final = CONTENT_TYPE_LATEST
SECONDS_BOUNDS: Final = (0.005, 0.01, 0.025, 0.05, 0.075, 0.1, 0.25, 0.5, 0.75, 1.0, 2.5, 5.0, 7.5, 10.0)
"""Upper bounds of a histogram's buckets: from a read out of memory to a request about to be given up."""

# Made at once, not at set-up: metrics are made while modules are imported, and the page answers in every process.
_provider = MeterProvider(
    (PrometheusMetricReader(disable_target_info=True, scope_info_enabled=False),), shutdown_on_exit=False
)
_meter = _provider.get_meter(names.METER)
_histograms: list["Histogram"] = []
_STARTED_NANOSECONDS: Final = time.time_ns()


def _attributes(labels: tuple[str, ...], values: tuple[str, ...]) -> dict[str, str]:
    if len(labels) != len(values):
        raise ValueError(f"the values {values} do not fit the labels {labels}")
    return dict(zip(labels, values, strict=True))


class CounterSeries:
    """What one combination of a counter's labels has counted."""

    __slots__ = ("_lock", "value")

    def __init__(self) -> None:
        self.value = 0.0
        self._lock = Lock()

    def inc(self, amount: float = 1) -> None:
        """Count some more; `amount` is not negative."""
        with self._lock:
            self.value += amount


class GaugeSeries:
    """What one combination of a gauge's labels stands at."""

    __slots__ = ("_lock", "value")

    def __init__(self) -> None:
        self.value = 0.0
        self._lock = Lock()

    def set(self, value: float) -> None:
        """Let it stand at this value."""
        # OTLP tells whole numbers from others, and a series is one or the other.
        self.value = float(value)

    def inc(self, amount: float = 1) -> None:
        """Let it rise."""
        with self._lock:
            self.value += amount

    def dec(self, amount: float = 1) -> None:
        """Let it fall."""
        self.inc(-amount)


SeriesT = TypeVar("SeriesT", bound=CounterSeries | GaugeSeries)


class _Observed(Generic[SeriesT]):
    """The series of one metric by the values of its labels; a series is shown from its first mention on, at 0."""

    def __init__(self, name: str, new: Callable[[], SeriesT], labels: Sequence[str]) -> None:
        self.name = name
        self._new = new
        self._labels = tuple(labels)
        self._series: dict[tuple[str, ...], SeriesT] = {}

    def labels(self, *values: str) -> SeriesT:
        """Return the series of these label values; raises ValueError unless there is one for each label."""
        series = self._series.get(values)
        if series is None:
            _attributes(self._labels, values)
            # In one step, so that two threads never count in two series of the same labels.
            series = self._series.setdefault(values, self._new())
        return series

    def remove(self, *values: str) -> None:
        """Show the series of these label values no longer, if it is shown at all."""
        self._series.pop(values, None)

    def observe(self, _options: CallbackOptions) -> Iterator[Observation]:
        """Tell a reader where every series stands."""
        for values, series in self._series.copy().items():
            yield Observation(series.value, _attributes(self._labels, values))


class Counter(_Observed[CounterSeries]):
    """A figure that only grows; its name ends in `_total`."""

    def __init__(self, name: str, description: str, labels: Sequence[str] = ()) -> None:
        super().__init__(name, CounterSeries, labels)
        if not labels:
            self.labels()
        _meter.create_observable_counter(name, (self.observe,), description=description)

    def inc(self, amount: float = 1) -> None:
        """Count some more in a counter without labels."""
        self.labels().inc(amount)


class Gauge(_Observed[GaugeSeries]):
    """A figure that rises and falls."""

    def __init__(self, name: str, description: str, labels: Sequence[str] = ()) -> None:
        super().__init__(name, GaugeSeries, labels)
        if not labels:
            self.labels()
        _meter.create_observable_gauge(name, (self.observe,), description=description)

    def set(self, value: float) -> None:
        """Let a gauge without labels stand at this value."""
        self.labels().set(value)

    def inc(self, amount: float = 1) -> None:
        """Let a gauge without labels rise."""
        self.labels().inc(amount)

    def dec(self, amount: float = 1) -> None:
        """Let a gauge without labels fall."""
        self.labels().dec(amount)


class HistogramSeries:
    """The spread of the seconds seen with one combination of a histogram's labels."""

    __slots__ = ("_lock", "counts", "longest", "shortest", "sum")

    def __init__(self) -> None:
        self.counts = [0] * (len(SECONDS_BOUNDS) + 1)
        self.sum = 0.0
        self.shortest = math.inf
        self.longest = 0.0
        self._lock = Lock()

    def observe(self, seconds: float) -> None:
        """Count one duration."""
        with self._lock:
            self.counts[bisect_left(SECONDS_BOUNDS, seconds)] += 1
            self.sum += seconds
            self.shortest = min(self.shortest, seconds)
            self.longest = max(self.longest, seconds)

    def point(self, attributes: dict[str, str]) -> HistogramDataPoint:
        """Return where the series stands as OpenTelemetry has it: counts per bucket, not summed up."""
        with self._lock:
            return HistogramDataPoint(
                attributes=attributes,
                start_time_unix_nano=_STARTED_NANOSECONDS,
                time_unix_nano=time.time_ns(),
                count=sum(self.counts),
                sum=self.sum,
                bucket_counts=tuple(self.counts),
                explicit_bounds=SECONDS_BOUNDS,
                min=self.shortest,
                max=self.longest,
            )


class Histogram:
    """The spread of durations in seconds.

    OpenTelemetry cannot observe histograms, and recording into its own costs a request of the gateway a tenth of its
    time. So it keeps its counts as the other metrics do, and puts them beside theirs on the page and into what is sent.
    """

    def __init__(self, name: str, description: str, labels: Sequence[str] = ()) -> None:
        self.name = name
        self._description = description
        self._labels = tuple(labels)
        self._series: dict[tuple[str, ...], HistogramSeries] = {}
        if not labels:
            self.labels()
        REGISTRY.register(self)
        _histograms.append(self)

    def labels(self, *values: str) -> HistogramSeries:
        """Return the series of these label values; raises ValueError unless there is one for each label."""
        series = self._series.get(values)
        if series is None:
            _attributes(self._labels, values)
            series = self._series.setdefault(values, HistogramSeries())
        return series

    def observe(self, seconds: float) -> None:
        """Count one duration in a histogram without labels."""
        self.labels().observe(seconds)

    def metric(self) -> Metric:
        """Return where every series stands, to be sent over OTLP."""
        points = [series.point(_attributes(self._labels, key)) for key, series in self._series.copy().items()]
        return Metric(self.name, self._description, "s", HistogramData(points, AggregationTemporality.CUMULATIVE))

    def collect(self) -> Iterator[HistogramMetricFamily]:
        """Tell the page where every series stands; Prometheus has buckets that hold the ones before them."""
        family = HistogramMetricFamily(self.name, self._description, labels=self._labels)
        bounds = [*map(str, SECONDS_BOUNDS), "+Inf"]
        for values, series in self._series.copy().items():
            point = series.point({})
            family.add_metric(values, list(zip(bounds, accumulate(point.bucket_counts), strict=True)), point.sum)
        yield family


class ServiceMetricExporter(MetricExporter):
    """Sends metrics on in the name of a service, which a process only knows after its metrics were made."""

    def __init__(self, exporter: MetricExporter, resource: Resource) -> None:
        super().__init__()
        self._exporter = exporter
        self._resource = resource

    def export(self, metrics_data: MetricsData, timeout_millis: float = 10_000, **kwargs: object) -> MetricExportResult:
        """Send the figures of one collection, and the histograms."""
        observed = chain.from_iterable(
            scope.metrics for resource in metrics_data.resource_metrics for scope in resource.scope_metrics
        )
        metrics = [*observed, *(histogram.metric() for histogram in _histograms)]
        # As one: of two parts with the same resource or scope the encoder would keep only the last.
        scope = ScopeMetrics(InstrumentationScope(names.METER), metrics, "")
        sent = MetricsData([ResourceMetrics(self._resource, [scope], "")])
        return self._exporter.export(sent, timeout_millis, **kwargs)

    def force_flush(self, timeout_millis: float = 10_000) -> bool:
        """Send what waits."""
        return self._exporter.force_flush(timeout_millis)

    def shutdown(self, timeout_millis: float = 30_000, **kwargs: object) -> None:
        """End the connection."""
        self._exporter.shutdown(timeout_millis, **kwargs)


def send_metrics(endpoint: str, resource: Resource) -> Callable[[], None]:
    """Send all figures to an OTLP/HTTP endpoint every minute, or every `OTEL_METRIC_EXPORT_INTERVAL` milliseconds.

    Returns what sends them a last time and stops.
    """
    reader = PeriodicExportingMetricReader(ServiceMetricExporter(OTLPMetricExporter(endpoint=endpoint), resource))
    _provider.add_metric_reader(reader)
    return reader.shutdown


def metrics_page() -> bytes:
    """Return all figures in the Prometheus text format, whose media type is `PAGE_TYPE`."""
    return generate_latest()
