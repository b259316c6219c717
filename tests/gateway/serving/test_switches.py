"""The command line's switches that change answers, on a whole process."""

from collections.abc import Iterator
from typing import Any

import httpx
import pytest

from tests.gateway.running import NOWHERE, RunningGateway, running_gateway

SUPERGRAPH = f"""
schema
  @link(url: "https://specs.apollo.dev/link/v1.0")
  @link(url: "https://specs.apollo.dev/join/v0.4", for: EXECUTION)
  @link(url: "https://specs.apollo.dev/authenticated/v0.1", for: SECURITY)
{{ query: Query }}
enum join__Graph {{ OLD @join__graph(name: "old", url: "{NOWHERE}") NEW @join__graph(name: "new", url: "{NOWHERE}") }}
type Query @join__type(graph: OLD) @join__type(graph: NEW) {{
  count: Int @join__field(graph: OLD, overrideLabel: "moved") @join__field(graph: NEW, override: "old",
    overrideLabel: "moved")
  open: Int @join__field(graph: OLD)
  closed: Int @join__field(graph: OLD) @authenticated
}}
"""


@pytest.fixture(scope="module")
def gateway(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningGateway]:
    """Run a gateway with both switches."""
    path = tmp_path_factory.mktemp("switches") / "supergraph.graphql"
    path.write_text(SUPERGRAPH, encoding="utf-8")
    with running_gateway(path, "--reject-forbidden", "--override-label", "moved", "--show-plans") as running:
        yield running


def answered(gateway: RunningGateway, query: str) -> Any:
    """Return the answer with the plan in its extensions."""
    return httpx.post(f"{gateway.url}/graphql", json={"query": query}, headers={"anju-plan": "1"}).json()


def test_reject_forbidden_refuses_the_whole_operation(gateway: RunningGateway) -> None:
    answer = answered(gateway, "{ open closed }")

    assert "data" not in answer
    assert [one["extensions"]["code"] for one in answer["errors"]] == ["UNAUTHORIZED_FIELD_OR_TYPE"]
    assert [one["path"] for one in answer["errors"]] == [["closed"]]


def test_override_label_gives_the_field_to_its_new_owner(gateway: RunningGateway) -> None:
    assert "Fetch(new)" in answered(gateway, "{ count }")["extensions"]["plan"]
