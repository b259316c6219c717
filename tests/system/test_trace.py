"""One trace runs from the gateway through registry and NATS into finance's reaction and its store."""

from __future__ import annotations

import secrets
from typing import Any

import pytest

from kit.telemetry_names import SPAN_EVENT_PUBLISH, SPAN_EVENT_REACT
from tests.system.city import City
from tests.system.platform_run import until

pytestmark = pytest.mark.system

Span = dict[str, Any]


def spans_of(city: City, trace_id: str) -> list[Span]:
    return [span for span in city.platform.spans() if span["traceId"] == trace_id]


def ancestors(span: Span, by_id: dict[str, Span]) -> list[tuple[str, str]]:
    """Return service and name of the span and of all it stands under, from the outermost in."""
    line: list[tuple[str, str]] = []
    at: Span | None = span
    while at is not None:
        line.append((at["service"], at["name"]))
        at = by_id.get(at["parentSpanId"] or "")
    return line[::-1]


def test_the_deposit_is_traced_from_the_gateway_to_the_demand(city: City) -> None:
    estate_id, provider_id = city.new_estate(), city.new_provider()
    trace_id = secrets.token_hex(16)
    fields = city.contract_fields(estate_id, provider_id, rate="1.00")

    signed = city.clerk.ask(
        "mutation S($input: SignContractInput!) { signContract(input: $input) { contract { id } errors { code } } }",
        headers={"traceparent": f"00-{trace_id}-{secrets.token_hex(8)}-01"},
        input={"idempotencyKey": secrets.token_hex(8), **fields},
    )
    contract_id = signed.data["signContract"]["contract"]["id"]
    city.deposit(contract_id, "DEMANDED")

    def reaction_of_finance() -> Span | None:
        reacted = [span for span in spans_of(city, trace_id) if span["name"] == SPAN_EVENT_REACT]
        return next((span for span in reacted if span["service"] == "finance"), None)

    reaction = until(reaction_of_finance, what="finance has finished the span of its reaction")
    spans = spans_of(city, trace_id)
    by_id = {span["spanId"]: span for span in spans}
    line = ancestors(reaction, by_id)
    assert next(name for service, name in line if service == "gateway") == "gateway_request"
    assert ("registry", "sign_contract") in line
    assert line[-2:] == [("registry", SPAN_EVENT_PUBLISH), ("finance", SPAN_EVENT_REACT)]
    stores = {span["service"] for span in spans if span["kind"] == "CLIENT"}
    assert {"registry"} <= stores
