"""Spans carry ids and names, never the text of an exception; headers carry a trace from process to process."""

import json
from pathlib import Path

import pytest
from opentelemetry import trace
from opentelemetry.sdk.resources import Resource
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor

from kit import telemetry, telemetry_names
from kit.telemetry import JsonLinesSpanExporter, context_from_headers, context_headers, current_trace_id, span

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


def test_every_metric_of_the_kit_is_in_the_one_list_and_named_alike() -> None:
    listed = {value for name, value in vars(telemetry_names).items() if name.startswith("METRIC_")}
    used = {
        metric._name + ("_total" if metric._type == "counter" else "")
        for metric in vars(telemetry).values()
        if hasattr(metric, "_type") and hasattr(metric, "_name")
    }

    assert used <= listed
    assert {name for name in listed if not name.startswith("anju_")} == set()
