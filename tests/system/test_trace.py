"""One trace runs from the gateway through registry and NATS into finance's reaction and what that announces."""

from __future__ import annotations

import secrets
from typing import Any

import pytest

from tests.system.city import City
from tests.system.platform_run import until

pytestmark = pytest.mark.system

Span = dict[str, Any]

LINE = [
    ("gateway", "SERVER", "gateway_request"),
    ("gateway", "INTERNAL", "gateway_execute"),
    ("gateway", "CLIENT", "gateway_subgraph_fetch"),
    ("registry", "SERVER", "graphql_request"),
    ("registry", "INTERNAL", "sign_contract"),
    ("registry", "PRODUCER", "event_publish"),
    ("finance", "CONSUMER", "event_react"),
    ("finance", "PRODUCER", "event_publish"),
]
"""From the client's request to the demand that finance announces, each span the child of the one before."""


def test_the_deposit_is_traced_from_the_gateway_to_the_demand(city: City) -> None:
    trace_id, client_span_id = secrets.token_hex(16), secrets.token_hex(8)
    fields = city.contract_fields(city.new_estate(), city.new_provider())

    signed = city.clerk.ask(
        "mutation S($input: SignContractInput!) { signContract(input: $input) { contract { id } errors { code } } }",
        headers={"traceparent": f"00-{trace_id}-{client_span_id}-01"},
        input={"idempotencyKey": secrets.token_hex(8), **fields},
    )

    contract_id = signed.data["signContract"]["contract"]["id"]
    assert city.deposit(contract_id, "DEMANDED")["demanded"] == "56789.50"
    demand = until(lambda: _span_of(city, trace_id, *LINE[-1]), what="finance has published its demand in this trace")
    spans = {span["spanId"]: span for span in city.platform.spans() if span["traceId"] == trace_id}
    line = _line(demand, spans)
    assert [(span["service"], span["kind"], span["name"]) for span in line] == LINE
    assert line[0]["parentSpanId"] == client_span_id
    # The reaction's reads and writes stand under it, in finance's own database.
    written = {span["name"] for span in spans.values() if span["parentSpanId"] == line[6]["spanId"]}
    assert {"anju_finance.find", "anju_finance.update", "anju_finance.insert"} <= written


def _span_of(city: City, trace_id: str, service: str, kind: str, name: str) -> Span | None:
    found = (
        span
        for span in city.platform.spans()
        if (span["traceId"], span["service"], span["kind"], span["name"]) == (trace_id, service, kind, name)
    )
    return next(found, None)


def _line(span: Span, spans: dict[str, Span]) -> list[Span]:
    """Return the span with all that it stands under, from the outermost in."""
    line = [span]
    while line[0]["parentSpanId"] in spans:
        line.insert(0, spans[line[0]["parentSpanId"]])
    return line
