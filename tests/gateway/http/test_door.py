"""The door to clients in process: batches, named documents, other origins, pages; every refusal with its code."""

import hashlib
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import httpx
import pytest

from gateway.app import build_app
from gateway.graphql_over_http import JSON_MEMBERS_MAX, JSON_VALUES_MAX
from gateway.settings import GatewaySettings
from tests.gateway.running import write_supergraph

PAGE = "http://gateway.test"
EVIL = "https://evil.test"
TYPENAME = {"data": {"__typename": "Query"}}
Door = Callable[..., Any]


@pytest.fixture
def door(tmp_path: Path) -> Door:
    """Opens a client on a gateway with these settings."""

    @asynccontextmanager
    async def open_door(**settings: Any) -> AsyncIterator[httpx.AsyncClient]:
        app = build_app(GatewaySettings(supergraph=write_supergraph(tmp_path), reload_seconds=0, **settings), None)
        async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url=PAGE) as client:
            yield client

    return open_door


def code_of(response: httpx.Response) -> str:
    return str(response.json()["errors"][0]["extensions"]["code"])


async def test_a_batch_is_answered_member_by_member_when_it_is_allowed(door: Door) -> None:
    async with door(batch_max=3) as client:
        response = await client.post("/graphql", json=[{"query": "{ __typename }"}, {"query": 1}, {}])

    first, second, third = response.json()
    assert (response.status_code, first) == (200, TYPENAME)
    assert second["errors"][0]["extensions"]["code"] == "BAD_REQUEST"
    assert third["errors"][0]["extensions"]["code"] == "BAD_REQUEST"


@pytest.mark.parametrize(
    ("batch_max", "members", "code"),
    [(0, 1, "BATCHING_DISABLED"), (3, 4, "BATCH_TOO_LARGE"), (3, 0, "BAD_REQUEST")],
)
async def test_a_batch_is_refused_whole(door: Door, batch_max: int, members: int, code: str) -> None:
    async with door(batch_max=batch_max) as client:
        response = await client.post("/graphql", json=[{"query": "{ __typename }"}] * members)

    assert (response.status_code, code_of(response)) == (400, code)


@pytest.mark.parametrize(("accept", "status"), [("application/json", 200), ("application/graphql-response+json", 400)])
async def test_an_automatic_document_is_registered_by_post_and_asked_by_get(
    door: Door, accept: str, status: int
) -> None:
    query = "{ __typename }"
    extensions = {"persistedQuery": {"version": 1, "sha256Hash": hashlib.sha256(query.encode()).hexdigest()}}
    headers = {"accept": accept}
    async with door() as client:
        unknown = await client.post("/graphql", json={"extensions": extensions}, headers=headers)
        registered = await client.post("/graphql", json={"query": query, "extensions": extensions}, headers=headers)
        asked = await client.get("/graphql", params={"extensions": str(extensions).replace("'", '"')}, headers=headers)

    assert (unknown.status_code, code_of(unknown)) == (status, "PERSISTED_QUERY_NOT_FOUND")
    assert registered.json() == asked.json() == TYPENAME


@pytest.mark.parametrize(
    "headers",
    [
        {"origin": EVIL},
        {"sec-fetch-site": "cross-site"},
        {"sec-fetch-site": "same-site"},
        {"user-agent": "Mozilla/5.0 (an old browser)"},
        {"origin": EVIL, "apollo-require-preflight": ""},
        {"origin": EVIL, "content-type": "text/plain"},
    ],
)
async def test_a_get_that_another_sites_page_may_have_caused_is_refused(door: Door, headers: dict[str, str]) -> None:
    async with door() as client:
        response = await client.get("/graphql", params={"query": "{ __typename }"}, headers=headers)

    assert (response.status_code, code_of(response)) == (400, "CSRF_PREVENTED")


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"sec-fetch-site": "same-origin", "user-agent": "Mozilla/5.0"},
        {"origin": EVIL, "apollo-require-preflight": "true"},
        {"origin": EVIL, "x-apollo-operation-name": "A"},
        {"origin": EVIL, "content-type": "application/json"},
        {"origin": "https://desk.test"},
    ],
)
async def test_a_get_that_no_other_page_can_cause_is_answered(door: Door, headers: dict[str, str]) -> None:
    async with door(cors_origins=("https://desk.test",)) as client:
        response = await client.get("/graphql", params={"query": "{ __typename }"}, headers=headers)

    assert response.json() == TYPENAME


@pytest.mark.parametrize("content_type", ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data", ""])
async def test_a_post_that_needs_no_preflight_is_refused(door: Door, content_type: str) -> None:
    async with door() as client:
        response = await client.post(
            "/graphql", content=b'{"query":"{ __typename }"}', headers={"content-type": content_type}
        )

    assert (response.status_code, code_of(response)) == (415, "UNSUPPORTED_MEDIA_TYPE")


async def test_an_allowed_origin_may_ask_and_read(door: Door) -> None:
    asking = {"origin": "https://desk.test", "access-control-request-method": "POST"}
    async with door(cors_origins=("https://desk.test",)) as client:
        preflight = await client.options("/graphql", headers=asking)
        answer = await client.post("/graphql", json={"query": "{ __typename }"}, headers={"origin": asking["origin"]})

    assert preflight.status_code == 204
    assert preflight.headers["access-control-allow-origin"] == answer.headers["access-control-allow-origin"]
    assert answer.headers["access-control-allow-origin"] == "https://desk.test"
    assert "content-type" in preflight.headers["access-control-allow-headers"]
    assert "POST" in preflight.headers["access-control-allow-methods"]
    assert answer.headers["vary"] == "origin"


async def test_an_allowed_origins_page_may_send_what_the_gateway_reads_and_hands_on(door: Door) -> None:
    asking = {"origin": "https://desk.test", "access-control-request-method": "POST"}
    async with door(cors_origins=("https://desk.test",), forwarded_headers=("x-desk",)) as client:
        preflight = await client.options("/graphql", headers=asking)

    allowed = set(preflight.headers["access-control-allow-headers"].split(", "))
    assert {"accept", "authorization", "content-type", "x-deadline-ms", "x-desk", "anju-plan"} <= allowed
    assert "cookie" not in allowed


async def test_another_origin_is_refused_at_its_preflight_and_cannot_read(door: Door) -> None:
    asking = {"origin": EVIL, "access-control-request-method": "POST"}
    async with door(cors_origins=("https://desk.test",)) as client:
        preflight = await client.options("/graphql", headers=asking)
        answer = await client.post("/graphql", json={"query": "{ __typename }"}, headers={"origin": EVIL})

    assert (preflight.status_code, code_of(preflight)) == (403, "ORIGIN_NOT_ALLOWED")
    assert "access-control-allow-origin" not in answer.headers


async def test_any_origin_may_be_allowed(door: Door) -> None:
    async with door(cors_origins=("*",)) as client:
        answer = await client.post("/graphql", json={"query": "{ __typename }"}, headers={"origin": EVIL})

    assert answer.headers["access-control-allow-origin"] == "*"


async def test_options_without_an_origin_names_the_methods(door: Door) -> None:
    async with door() as client:
        response = await client.options("/graphql")

    assert (response.status_code, response.headers["allow"]) == (204, "GET, POST, OPTIONS")


async def test_a_body_over_the_limit_is_refused(door: Door) -> None:
    async with door(body_bytes_max=100) as client:
        response = await client.post("/graphql", json={"query": "{ __typename } #" + "x" * 100})

    assert (response.status_code, code_of(response)) == (413, "BODY_TOO_LARGE")


async def test_a_body_of_very_many_members_is_refused_unread(door: Door) -> None:
    variables = {f"v{n}": 1 for n in range(JSON_MEMBERS_MAX)}
    async with door() as client:
        response = await client.post("/graphql", json={"query": "{ __typename }", "variables": variables})

    assert (response.status_code, code_of(response)) == (413, "BODY_TOO_LARGE")


async def test_a_body_of_very_many_values_is_refused_unread_and_one_long_text_is_not(door: Door) -> None:
    query = "query($v: [String!]) { __typename }"
    async with door() as client:
        many = await client.post("/graphql", json={"query": query, "variables": {"v": [""] * (JSON_VALUES_MAX + 2)}})
        long = await client.post("/graphql", json={"query": query, "variables": {"v": ["A" * (2800 * 1024)]}})

    assert (many.status_code, code_of(many)) == (413, "BODY_TOO_LARGE")
    assert code_of(long) != "BODY_TOO_LARGE"


async def test_browsers_get_the_page_and_its_files(door: Door) -> None:
    async with door() as client:
        page = await client.get("/", headers={"accept": "text/html"})
        script = await client.get("/graphiql/graphiql.min.js")
        again = await client.get("/graphiql/graphiql.min.js", headers={"if-none-match": script.headers["etag"]})
        secret = await client.get("/graphiql/..%2Fpage.py")

    assert (page.status_code, page.headers["content-type"]) == (200, "text/html; charset=utf-8")
    assert "script-src 'self';" in page.headers["content-security-policy"]
    assert script.headers["content-encoding"] == "gzip"
    assert "GraphiQL" in script.text
    assert (again.status_code, again.content) == (304, b"")
    assert secret.status_code == 404


async def test_the_page_can_be_turned_off(door: Door) -> None:
    async with door(graphiql=False) as client:
        assert (await client.get("/", headers={"accept": "text/html"})).status_code == 404
        assert (await client.get("/graphiql/start.js")).status_code == 404
