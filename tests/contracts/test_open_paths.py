"""No path answers without a token by accident: the list of open paths is short, and every other route is shut."""

from collections.abc import MutableMapping
from pathlib import Path
from typing import Any

import httpx
import pytest
from fastapi import FastAPI
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route, WebSocketRoute

from kit.auth import OPEN_PATHS, SIGNED_PATHS
from kit.caller import Caller
from kit.clock import SystemClock
from kit.http_routes import HttpRoute
from kit.service import Running, build_app
from kit.settings import Environment
from services.finance.app import PARTS as FINANCE
from services.finance.settings import FinanceSettings
from tests.kit.small_service import Journal, NamedCallers, SmallSettings, parts_of

PRODUCTION_ISSUER = {"issuer": "https://login.example", "audience": "anju", "jwks_url": "https://login.example/jwks"}


def paths_of(app: FastAPI) -> set[str]:
    # A route of another kind, such as a mount, could hide paths: the walk must know every one.
    assert {type(route) for route in app.routes} == {Route, WebSocketRoute}
    return {route.path for route in app.routes if isinstance(route, Route | WebSocketRoute)}


@pytest.fixture(params=["development", "production"])
def app(request: pytest.FixtureRequest, tmp_path: Path) -> FastAPI:
    settings = (
        SmallSettings(environment="development", development_issuer_dir=tmp_path)
        if request.param == "development"
        else SmallSettings(issuers=[PRODUCTION_ISSUER])
    )
    return build_app(parts_of(Journal()), settings, verifier=NamedCallers())


def test_the_open_paths_are_these_and_no_others() -> None:
    assert OPEN_PATHS == ("/health/live", "/health/ready", "/metrics")


def test_the_signed_paths_are_these_and_no_others() -> None:
    assert SIGNED_PATHS == ("/bank-callbacks",)


def test_a_route_says_that_it_is_signed_where_its_path_is_and_nowhere_else() -> None:
    async def answer(_request: Request, _running: Running[None], _caller: Caller) -> Response:
        raise AssertionError("nobody asks")

    async def sender(_request: Request, _running: Running[None]) -> Caller:
        raise AssertionError("nobody signs")

    with pytest.raises(ValueError, match="/bank-callbacks"):
        HttpRoute[Running[None]]("/bank-callbacks", "POST", answer)
    with pytest.raises(ValueError, match="/documents"):
        HttpRoute[Running[None]]("/documents", "POST", answer, signed_by=sender)


@pytest.mark.parametrize("headers", [{}, {"x-anju-sender": "icbc"}, {"authorization": "Bearer stranger"}])
async def test_a_signed_path_refuses_who_does_not_sign(tmp_path: Path, headers: dict[str, str]) -> None:
    settings = FinanceSettings(environment=Environment.DEVELOPMENT, development_issuer_dir=tmp_path)
    app = build_app(FINANCE, settings, verifier=NamedCallers())
    app.state.service.running = Running("finance", settings, None, SystemClock(), None)  # type: ignore[arg-type]
    shut = paths_of(app) - set(OPEN_PATHS) - set(SIGNED_PATHS) - {"/graphql"}
    transport = httpx.ASGITransport(app=app)

    async with httpx.AsyncClient(transport=transport, base_url="http://finance") as client:
        unsigned = await client.post("/bank-callbacks", json={}, headers=headers)
        others = {path: (await client.post(path)).status_code for path in shut}

    assert (unsigned.status_code, unsigned.json()["errors"][0]["extensions"]["code"]) == (401, "UNAUTHENTICATED")
    assert shut
    assert others == dict.fromkeys(shut, 401)


def test_a_service_serves_the_open_paths_and_graphql_and_nothing_else(app: FastAPI) -> None:
    assert paths_of(app) == {*OPEN_PATHS, "/graphql"}


@pytest.mark.parametrize("method", ["GET", "POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS"])
async def test_every_path_that_is_not_open_refuses_who_brings_no_token(app: FastAPI, method: str) -> None:
    shut = (paths_of(app) | {"/docs", "/openapi.json", "/graphql/", "/metrics/", "/"}) - set(OPEN_PATHS)
    transport = httpx.ASGITransport(app=app)

    async with httpx.AsyncClient(transport=transport, base_url="http://service") as client:
        answers = {path: (await client.request(method, path, json={"query": "{ today }"})).status_code for path in shut}

    # In development a request without token reaches /graphql, which answers the SDL alone; other methods end there.
    expected = {path: {401, 405} if path == "/graphql" else {401} for path in shut}
    assert {path: status in expected[path] for path, status in answers.items()} == dict.fromkeys(shut, True)


@pytest.mark.parametrize("headers", [[], [(b"authorization", b"Bearer stranger")]])
async def test_no_path_opens_a_websocket_to_who_brings_no_token(
    app: FastAPI, headers: list[tuple[bytes, bytes]]
) -> None:
    answers = {path: await handshake(app, path, headers) for path in (*paths_of(app), "/")}

    assert answers == dict.fromkeys(answers, 401)


async def handshake(app: FastAPI, path: str, headers: list[tuple[bytes, bytes]]) -> object:
    """Return the status that a WebSocket's handshake is refused with; the message's type when it is not."""
    sent: list[MutableMapping[str, Any]] = []

    async def receive() -> MutableMapping[str, Any]:
        return {"type": "websocket.connect"}

    async def send(message: MutableMapping[str, Any]) -> None:
        sent.append(message)

    scope = {
        "type": "websocket",
        "path": path,
        "headers": headers,
        "subprotocols": ["graphql-transport-ws"],
        "extensions": {"websocket.http.response": {}},
    }
    await app(scope, receive, send)
    return sent[0].get("status", sent[0]["type"])
