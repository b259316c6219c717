"""A gateway sends its spans and figures to a collector."""

from pathlib import Path

import httpx

from gateway.telemetry import SPAN_REQUEST
from tests.gateway.running import running_gateway, write_supergraph
from tests.otlp_receiver import otlp_receiver

TRACE_ID = "4bf92f3577b34da6a3ce929d0e0e4736"


def test_a_running_gateway_sends_its_traces_and_metrics_over_otlp(tmp_path: Path) -> None:
    with otlp_receiver() as collector:
        environment = {
            "ANJU_OTLP_ENDPOINT": collector.url,
            "OTEL_METRIC_EXPORT_INTERVAL": "200",
            "OTEL_BSP_SCHEDULE_DELAY": "200",
        }
        with running_gateway(write_supergraph(tmp_path), environment=environment) as gateway:
            httpx.post(
                f"{gateway.url}/graphql",
                json={"query": "{ __typename user { id } }"},
                headers={"traceparent": f"00-{TRACE_ID}-00f067aa0ba902b7-01"},
            )

            answers = collector.wait_for_metric("anju_gateway_requests_total", status="200")
            fetches = collector.wait_for_metric("anju_gateway_subgraph_seconds", subgraph="a")
            service, span = collector.wait_for_span(SPAN_REQUEST)
            page = httpx.get(f"{gateway.url}/metrics").text.splitlines()

    assert (answers.service, answers.kind, answers.value) == ("gateway", "sum", 1)
    assert (fetches.kind, fetches.value) == ("histogram", 1)
    assert (service, span.trace_id.hex()) == ("gateway", TRACE_ID)
    assert 'anju_gateway_requests_total{status="200"} 1.0' in page
    assert 'anju_gateway_subgraph_seconds_count{subgraph="a"} 1.0' in page
