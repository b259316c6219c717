"""A subgraph that fails gives partial data and one clear error at the path it was for."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.gateway.running import RunningGateway, ScriptedSubgraph, running_gateway, write_supergraph

pytestmark = pytest.mark.system
TIMEOUT_SECONDS = 0.5


@pytest.fixture(scope="module")
def good() -> Iterator[ScriptedSubgraph]:
    """Subgraph a: always well."""
    subgraph = ScriptedSubgraph()
    subgraph.answer_json('{"data":{"user":{"id":"1","name":"Li"}}}')
    yield subgraph
    subgraph.close()


@pytest.fixture(scope="module")
def bad() -> Iterator[ScriptedSubgraph]:
    """Subgraph b: as each test wants it."""
    subgraph = ScriptedSubgraph()
    yield subgraph
    subgraph.close()


@pytest.fixture(scope="module")
def gateway(
    tmp_path_factory: pytest.TempPathFactory, good: ScriptedSubgraph, bad: ScriptedSubgraph
) -> Iterator[RunningGateway]:
    """A gateway over both."""
    supergraph = write_supergraph(tmp_path_factory.mktemp("supergraph"), good.url, bad.url)
    with running_gateway(supergraph, "--subgraph-timeout", str(TIMEOUT_SECONDS)) as running:
        yield running


def ask(gateway: RunningGateway, query: str = "{ user { id name age } }") -> dict[str, Any]:
    """Return the answer's body."""
    response = httpx.post(f"{gateway.url}/graphql", json={"query": query})
    assert response.status_code == 200
    body: dict[str, Any] = response.json()
    return body


@pytest.mark.parametrize(
    ("answer", "code"),
    [
        (b"HTTP/1.1 500 Oops\r\ncontent-length: 5\r\n\r\nbroke", "SUBGRAPH_STATUS"),
        (b"HTTP/1.1 200 OK\r\ncontent-length: 5\r\n\r\nhello", "SUBGRAPH_NOT_JSON"),
        (b"HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\n[]", "SUBGRAPH_NOT_GRAPHQL"),
        (b'HTTP/1.1 200 OK\r\ncontent-length: 13\r\n\r\n{"data":null}', "SUBGRAPH_NOT_GRAPHQL"),
        (b'HTTP/1.1 200 OK\r\ncontent-length: 26\r\n\r\n{"data":{"_entities":null}}', "SUBGRAPH_NOT_JSON"),
        (b'HTTP/1.1 200 OK\r\ncontent-length: 27\r\n\r\n{"data":{"_entities":null}}', "SUBGRAPH_NOT_GRAPHQL"),
        (b'HTTP/1.1 200 OK\r\ncontent-length: 25\r\n\r\n{"data":{"_entities":[]}}', "SUBGRAPH_NOT_GRAPHQL"),
        (b'HTTP/1.1 503 Busy\r\ncontent-length: 11\r\n\r\n{"data":{}}', "SUBGRAPH_STATUS"),
        (b"no http at all\r\n\r\n", "SUBGRAPH_NOT_HTTP"),
        (b"HTTP/1.1 200 OK\r\nx: y\r\n", "SUBGRAPH_BROKE_OFF"),  # It closes half-way through.
    ],
)
def test_what_is_no_graphql_answer_becomes_one_error(
    gateway: RunningGateway, bad: ScriptedSubgraph, answer: bytes, code: str
) -> None:
    bad.answer, bad.delay_seconds = answer, 0.0

    body = ask(gateway)

    assert body["data"] == {"user": {"id": "1", "name": "Li", "age": None}}
    assert [(e["extensions"]["code"], e["extensions"]["serviceName"], e["path"]) for e in body["errors"]] == [
        (code, "b", ["user", "age"])
    ]


def test_a_late_subgraph_is_not_waited_for(gateway: RunningGateway, bad: ScriptedSubgraph) -> None:
    bad.answer_json('{"data":{"_entities":[{"age":3}]}}')
    bad.delay_seconds = TIMEOUT_SECONDS * 3

    body = ask(gateway)

    assert body["data"]["user"]["age"] is None
    assert [e["extensions"]["code"] for e in body["errors"]] == ["SUBGRAPH_TIMEOUT"]


def test_a_masked_error_without_data_says_only_where_it_happened(
    gateway: RunningGateway, bad: ScriptedSubgraph
) -> None:
    bad.delay_seconds = 0.0
    bad.answer_json('{"data":null,"errors":[{"message":"password of db at 10.0.0.5 wrong"}]}')

    body = ask(gateway)

    assert body["data"] == {"user": {"id": "1", "name": "Li", "age": None}}
    assert [(e["message"], e["extensions"]["serviceName"]) for e in body["errors"]] == [("Unexpected error.", "b")]


def test_errors_come_with_the_clients_path(gateway: RunningGateway, bad: ScriptedSubgraph) -> None:
    bad.delay_seconds = 0.0
    bad.answer_json(
        '{"data":{"_entities":[{"years":null}]},"errors":[{"message":"unknown age","path":["_entities",0,"years"],'
        '"extensions":{"code":"NO_AGE"}}]}'
    )

    body = ask(gateway, "{ user { id name years: age } }")

    assert body["errors"] == [
        {
            "message": "unknown age",
            "path": ["user", "years"],
            "extensions": {"code": "NO_AGE", "serviceName": "b"},
        }
    ]


def test_a_subgraph_that_comes_back_is_used_again(gateway: RunningGateway, bad: ScriptedSubgraph) -> None:
    bad.delay_seconds = 0.0
    bad.answer_json('{"data":{"_entities":[{"age":3}]}}')

    assert ask(gateway) == {"data": {"user": {"id": "1", "name": "Li", "age": 3}}}


def test_only_listed_headers_travel_on(gateway: RunningGateway, good: ScriptedSubgraph) -> None:
    good.requests.clear()

    httpx.post(
        f"{gateway.url}/graphql",
        json={"query": "{ user { id } }"},
        headers={"authorization": "Bearer t", "cookie": "secret=1", "x-forwarded-for": "10.0.0.1"},
    )

    sent = good.requests[0].lower()
    assert b"authorization: bearer t" in sent
    assert b"secret" not in sent
    assert b"10.0.0.1" not in sent


def test_identity_settings_without_an_issuer_refuse_to_start(tmp_path: Path) -> None:
    with (
        pytest.raises(RuntimeError, match="ended with status"),
        running_gateway(write_supergraph(tmp_path), environment={"ANJU_ENVIRONMENT": "production"}),
    ):
        raise AssertionError("it started")
