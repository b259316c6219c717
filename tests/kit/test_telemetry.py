"""Spans carry ids and names, never the text of an exception; headers carry a trace from process to process."""

import json
from pathlib import Path

import pytest
from opentelemetry import trace
from opentelemetry.sdk.resources import Resource
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor

from kit import jetstream, outbox, telemetry, telemetry_names
from kit.inbox import heard
from kit.metrics import Counter, Gauge, Histogram
from kit.telemetry import JsonLinesSpanExporter, context_from_headers, context_headers, current_trace_id, span
from services.registry.use_cases import contents

TRACE_PARENT = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"


@pytest.fixture
def trace_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    provider = TracerProvider(resource=Resource.create({"service.name": "small"}))
    provider.add_span_processor(SimpleSpanProcessor(JsonLinesSpanExporter(tmp_path / "deep" / "spans.jsonl")))
    monkeypatch.setattr(trace, "get_tracer", provider.get_tracer)
    return tmp_path / "deep" / "spans.jsonl"


def spans_in(file: Path) -> list[dict[str, object]]:
    return [json.loads(line) for line in file.read_text(encoding="utf-8").splitlines()]


def test_a_trace_goes_on_from_the_headers_and_into_them(trace_file: Path) -> None:
    with span("pay", parent=context_from_headers({"traceparent": TRACE_PARENT})):
        onward = context_headers()
        assert current_trace_id() == "4bf92f3577b34da6a3ce929d0e0e4736"

    (pay,) = spans_in(trace_file)
    assert (pay["service"], pay["name"], pay["parentSpanId"]) == ("small", "pay", "00f067aa0ba902b7")
    assert onward["traceparent"] == f"00-{pay['traceId']}-{pay['spanId']}-01"


def test_a_failed_span_names_the_type_and_keeps_the_text_to_itself(trace_file: Path) -> None:
    with pytest.raises(ZeroDivisionError), span("pay"):
        raise ZeroDivisionError("业主张三")

    (pay,) = spans_in(trace_file)
    assert (pay["status"], pay["attributes"]) == ("ERROR", {"error.type": "ZeroDivisionError"})
    assert "张三" not in trace_file.read_text(encoding="utf-8")


def test_outside_a_trace_there_is_no_trace_id() -> None:
    assert current_trace_id() is None


def test_the_one_list_names_every_metric_and_no_other() -> None:
    listed = {value for name, value in vars(telemetry_names).items() if name.startswith("METRIC_")}
    metrics = [
        metric
        for module in (telemetry, outbox, heard, jetstream, contents)
        for metric in vars(module).values()
        if isinstance(metric, Counter | Gauge | Histogram)
    ]

    assert sorted(metric.name for metric in metrics) == sorted(listed)
    assert all(name.startswith("anju_") for name in listed)
    assert all(metric.name.endswith("_total") == isinstance(metric, Counter) for metric in metrics)
    assert all(metric.name.endswith("_seconds") for metric in metrics if isinstance(metric, Histogram))
