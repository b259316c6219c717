"""Who may subscribe: the token of the first message is checked, and a stream ends with it."""

from pathlib import Path

import httpx
import pytest
from prometheus_client import REGISTRY

from kit.auth import TokenVerifier
from kit.development_issuer import development_issuer, mint_token
from tests.gateway.subscriptions.streams import CHANGES, change, changed, client_of, scene


@pytest.fixture
def issuer(tmp_path: Path) -> Path:
    """A directory with an issuer's keys."""
    return tmp_path / "issuer"


def token(issuer: Path, ttl_seconds: int = 600) -> dict[str, str]:
    """Return the payload of a first message with a token."""
    return {"Authorization": f"Bearer {mint_token(issuer, 'u-1', ['OWNER'], ['*'], ttl_seconds)}"}


async def test_a_valid_token_opens_the_connection(tmp_path: Path, issuer: Path) -> None:
    verifier = TokenVerifier([development_issuer(issuer)])
    async with scene(tmp_path, verifier=verifier) as city, client_of(city, token(issuer)) as client:
        await client.subscribe()
        (await city.a.stream()).put_nowait(change("Li"))

        assert (await client.receive())["payload"] == changed("Li")


@pytest.mark.parametrize("payload", [{}, {"Authorization": "Bearer forged.token.text"}])
async def test_without_a_valid_token_the_connection_is_closed(
    tmp_path: Path, issuer: Path, payload: dict[str, str]
) -> None:
    verifier = TokenVerifier([development_issuer(issuer)])
    async with (
        scene(tmp_path, verifier=verifier) as city,
        client_of(city, initialise=False) as client,
    ):
        await client.send(type="connection_init", payload=payload)

        assert await client.closed_with() == 4403


async def test_a_connection_ends_with_its_token(tmp_path: Path, issuer: Path) -> None:
    verifier = TokenVerifier([development_issuer(issuer)])
    async with (
        scene(tmp_path, verifier=verifier) as city,
        client_of(city, token(issuer, ttl_seconds=1)) as client,
    ):
        await client.subscribe()
        await city.a.stream()

        assert await client.closed_with() == 4403
    assert REGISTRY.get_sample_value("anju_gateway_subscriptions") == 0


async def test_an_event_stream_needs_a_token_too(tmp_path: Path, issuer: Path) -> None:
    verifier = TokenVerifier([development_issuer(issuer)])
    async with scene(tmp_path, verifier=verifier) as city, httpx.AsyncClient() as client:
        asked = {"query": CHANGES, "variables": {"id": "1"}}
        refused = await client.post(city.url, json=asked, headers={"accept": "text/event-stream"})

    assert refused.status_code == 401
