"""Who asks is found out at the door: a token is checked there, and what it grants decides which fields answer."""

import json
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import httpx
import pytest

from gateway.app import build_app
from gateway.settings import GatewaySettings, TrafficSettings
from kit.auth import TokenVerifier
from kit.development_issuer import development_issuer, mint_token
from tests.gateway.federation import Subgraph, compose_sdl
from tests.gateway.stub_server import answering, response, stub_server

SUBGRAPH = Subgraph(
    """
    type Query {
      open: Int
      known: Int @authenticated
      paid: Int @requiresScopes(scopes: [["STREET"]])
      vouched: Int @policy(policies: [["archive"]])
    }
    """
)
ALL = {"open": 1, "known": 2, "paid": 3, "vouched": 4}
QUERY = "{ open known paid vouched }"
Door = Callable[..., Any]


@pytest.fixture
def issuer(tmp_path: Path) -> Path:
    """A directory with an issuer's keys."""
    return tmp_path / "issuer"


def bearer(issuer: Path, *roles: str) -> dict[str, str]:
    """Return the header of a caller with these roles."""
    return {"authorization": f"Bearer {mint_token(issuer, 'u-1', roles, ['*'], 600)}"}


@asynccontextmanager
async def door(tmp_path: Path, issuer: Path | None, **settings: Any) -> AsyncIterator[httpx.AsyncClient]:
    """A gateway before a subgraph that answers whatever it is asked; it believes the issuer if there is one."""
    async with stub_server(answering(response(json.dumps({"data": ALL}).encode()))) as subgraph:
        path = tmp_path / "supergraph.graphql"
        path.write_text(compose_sdl({"a": SUBGRAPH}).replace("http://a.test/graphql", subgraph.url), encoding="utf-8")
        traffic = TrafficSettings(retries_max=0)
        verifier = None if issuer is None else TokenVerifier([development_issuer(issuer)])
        app = build_app(GatewaySettings(path, traffic=traffic, reload_seconds=0, **settings), verifier)
        async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://gateway") as client:
            yield client
        await app.connections.close()


async def ask(client: httpx.AsyncClient, query: str = QUERY, **headers: str) -> Any:
    """Return the answer's body."""
    return (await client.post("/graphql", json={"query": query}, headers=headers)).json()


@pytest.mark.parametrize("headers", [{}, {"authorization": "Bearer a.b.c"}, {"authorization": "Basic dTpw"}])
async def test_without_a_valid_token_nothing_is_asked(tmp_path: Path, issuer: Path, headers: dict[str, str]) -> None:
    async with door(tmp_path, issuer) as client:
        refused = await client.post("/graphql", json={"query": "{ open }"}, headers=headers)

    assert (refused.status_code, refused.headers["www-authenticate"]) == (401, "Bearer")
    assert refused.json()["errors"][0]["extensions"]["code"] == "UNAUTHENTICATED"


async def test_a_token_of_another_issuer_is_refused(tmp_path: Path, issuer: Path) -> None:
    async with door(tmp_path, issuer) as client:
        refused = await client.post(
            "/graphql", json={"query": "{ open }"}, headers=bearer(tmp_path / "other", "STREET")
        )

    assert refused.status_code == 401


@pytest.mark.parametrize(("roles", "hidden"), [(("STREET",), ["vouched"]), (("OWNER",), ["paid", "vouched"])])
async def test_the_tokens_roles_open_fields(
    tmp_path: Path, issuer: Path, roles: tuple[str, ...], hidden: list[str]
) -> None:
    async with door(tmp_path, issuer) as client:
        body = await ask(client, **bearer(issuer, *roles))

    assert body["data"] == {**ALL, **dict.fromkeys(hidden)}
    assert [(e["path"], e["extensions"]["code"]) for e in body["errors"]] == [
        ([name], "UNAUTHORIZED_FIELD_OR_TYPE") for name in hidden
    ]


async def test_without_an_issuer_every_caller_is_anonymous_whatever_they_send(tmp_path: Path, issuer: Path) -> None:
    async with door(tmp_path, None) as client:
        body = await ask(client, "{ open secret: known ...F } fragment F on Query { paid }", **bearer(issuer, "STREET"))

    assert body["data"] == {"open": 1, "secret": None, "paid": None}


async def test_the_reject_mode_answers_no_part_of_an_operation_with_forbidden_fields(
    tmp_path: Path, issuer: Path
) -> None:
    async with door(tmp_path, issuer, reject_forbidden=True) as client:
        refused = await ask(client, "{ open vouched }", **bearer(issuer, "STREET"))
        answered = await ask(client, "{ open paid }", **bearer(issuer, "STREET"))

    assert "data" not in refused
    assert [e["path"] for e in refused["errors"]] == [["vouched"]]
    assert answered == {"data": {"open": 1, "paid": 3}}


async def test_only_listed_headers_travel_on(tmp_path: Path) -> None:
    async with stub_server(answering(response(b'{"data":{"open":1}}'))) as subgraph:
        path = tmp_path / "supergraph.graphql"
        path.write_text(compose_sdl({"a": SUBGRAPH}).replace("http://a.test/graphql", subgraph.url), encoding="utf-8")
        app = build_app(GatewaySettings(path, forwarded_headers=("x-desk",), reload_seconds=0), None)
        async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://gateway") as client:
            await ask(client, "{ open }", **{"x-desk": "7", "cookie": "secret=1", "authorization": "Bearer t"})
        await app.connections.close()
        sent = subgraph.requests[0].lower()

    assert b"x-desk: 7" in sent
    assert b"secret" not in sent
    assert b"bearer" not in sent
