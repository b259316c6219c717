"""What operators see: live and ready, unready as soon as a stop begins, and the figures of requests and subgraphs."""

from pathlib import Path

import httpx

from gateway.app import build_app
from gateway.settings import GatewaySettings, TrafficSettings
from tests.gateway.running import NOWHERE, write_supergraph
from tests.gateway.stub_server import answering, response, stub_server


async def test_a_gateway_that_begins_to_stop_is_live_but_not_ready(tmp_path: Path) -> None:
    app = build_app(GatewaySettings(write_supergraph(tmp_path), reload_seconds=0), None)
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://gateway") as client:
        before = await client.get("/health/ready")
        await app.drain()
        after = await client.get("/health/ready")
        live = await client.get("/health/live")
        answered = await client.post("/graphql", json={"query": "{ __typename }"})

    assert [one.status_code for one in (before, after, live)] == [200, 503, 200]
    assert after.json()["problems"]
    assert answered.json() == {"data": {"__typename": "Query"}}


async def test_requests_plans_and_subgraphs_are_counted(tmp_path: Path) -> None:
    traffic = TrafficSettings(retries_max=0)
    async with stub_server(answering(response(b'{"data":{"user":{"id":"1"}}}'))) as a:
        settings = GatewaySettings(write_supergraph(tmp_path, a.url, NOWHERE), traffic=traffic, reload_seconds=0)
        app = build_app(settings, None)
        async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://gateway") as client:
            before = figures((await client.get("/metrics")).text)
            for _ in range(2):
                await client.post("/graphql", json={"query": "{ user { id } other }"})
            after = figures((await client.get("/metrics")).text)
        await app.connections.close()

    counted = {name: value - before.get(name, 0.0) for name, value in after.items()}
    assert counted['anju_gateway_requests_total{status="200"}'] == 2
    assert counted['anju_gateway_plan_cache_total{outcome="miss"}'] == 1
    assert counted['anju_gateway_plan_cache_total{outcome="hit"}'] == 1
    assert counted['anju_gateway_subgraph_seconds_count{subgraph="a"}'] == 2
    assert counted['anju_gateway_subgraph_failures_total{code="SUBGRAPH_UNAVAILABLE",subgraph="b"}'] == 2
    assert after["anju_gateway_requests_in_flight"] == 0
    assert after['anju_gateway_breaker_state{subgraph="b"}'] == 0


def figures(page: str) -> dict[str, float]:
    """Return the page's values by name and labels."""
    lines = (line.rpartition(" ") for line in page.splitlines() if line and not line.startswith("#"))
    return {name: float(value) for name, _, value in lines}
