"""Spans hang together: the client's trace goes on in the request, its stages, its fetches and the subgraphs."""

import json
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.gateway.running import ScriptedSubgraph, running_gateway, write_supergraph

pytestmark = pytest.mark.system
TRACE, CALLER = "0af7651916cd43dd8448eb211c80319c", "b7ad6b7169203331"


def test_every_span_is_the_child_of_what_caused_it(tmp_path: Path) -> None:
    a, b = ScriptedSubgraph(), ScriptedSubgraph()
    a.answer_json('{"data":{"user":{"id":"1"}}}')
    b.answer_json('{"data":{"_entities":[{"age":3}]}}')
    file = tmp_path / "trace.jsonl"
    supergraph = write_supergraph(tmp_path, a.url, b.url)
    with running_gateway(supergraph, environment={"ANJU_TRACE_FILE": str(file)}) as gateway:
        httpx.post(
            f"{gateway.url}/graphql",
            json={"query": "{ user { id age } }"},
            headers={"traceparent": f"00-{TRACE}-{CALLER}-01"},
        ).raise_for_status()
    for subgraph in (a, b):
        subgraph.close()

    spans: list[dict[str, Any]] = [json.loads(line) for line in file.read_text().splitlines()]
    names = {one["spanId"]: one["name"] for one in spans}
    assert {one["traceId"] for one in spans} == {TRACE}
    assert sorted((one["name"], names.get(one["parentSpanId"], one["parentSpanId"])) for one in spans) == [
        ("gateway_execute", "gateway_request"),
        ("gateway_parse_and_validate", "gateway_request"),
        ("gateway_plan", "gateway_request"),
        ("gateway_request", CALLER),
        ("gateway_shape_response", "gateway_request"),
        ("gateway_subgraph_fetch", "gateway_execute"),
        ("gateway_subgraph_fetch", "gateway_execute"),
    ]
    fetches = {one["attributes"]["anju.subgraph"]: one["spanId"] for one in spans if "fetch" in one["name"]}
    for name, subgraph in (("a", a), ("b", b)):
        assert f"traceparent: 00-{TRACE}-{fetches[name]}-01" in subgraph.requests[0].decode()
