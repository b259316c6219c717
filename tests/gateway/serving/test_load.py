"""At the door: a bounded number of requests at a time, the caller's deadline, identical requests answered together."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import httpx
import pytest

from gateway.app import build_app
from gateway.settings import GatewaySettings
from tests.gateway.running import NOWHERE, write_supergraph
from tests.gateway.stub_server import Conversation, StubServer, response, stub_server

USER = response(b'{"data":{"user":{"id":"1"}}}')
QUERY = {"query": "{ user { id } }"}


class Gate:
    """Answers nobody until it is opened."""

    def __init__(self) -> None:
        self.asked = asyncio.Event()
        self.open = asyncio.Event()

    async def __call__(self, conversation: Conversation) -> None:
        self.asked.set()
        await self.open.wait()
        await conversation.send(USER)


@asynccontextmanager
async def serving(path: Path, gate: Gate, **settings: Any) -> AsyncIterator[tuple[httpx.AsyncClient, StubServer]]:
    """A gateway over one subgraph behind the gate."""
    async with stub_server(gate) as subgraph:
        app = build_app(GatewaySettings(write_supergraph(path, subgraph.url, NOWHERE), **settings), None)
        transport = httpx.ASGITransport(app)
        async with httpx.AsyncClient(transport=transport, base_url="http://gateway", timeout=None) as client:
            yield client, subgraph
        await app.connections.close()


async def asking(client: httpx.AsyncClient, gate: Gate, *asked: dict[str, Any]) -> list["asyncio.Task[httpx.Response]"]:
    """Send the requests and wait until their first is with the subgraph and the others are under way."""
    tasks = [asyncio.create_task(client.post("/graphql", json=QUERY, **one)) for one in asked]
    async with asyncio.timeout(60):
        await gate.asked.wait()
        await asyncio.sleep(0.05)
    return tasks


async def test_beyond_the_limit_requests_are_sent_away_and_health_still_answers(tmp_path: Path) -> None:
    gate = Gate()
    async with serving(tmp_path, gate, requests_in_flight_max=2) as (client, _):
        admitted = await asking(client, gate, {}, {})
        refused = await client.post("/graphql", json=QUERY)
        live = await client.get("/health/live")
        gate.open.set()
        answered = await asyncio.gather(*admitted)
        after = await client.post("/graphql", json=QUERY)

    assert (refused.status_code, refused.headers["retry-after"]) == (503, "1")
    assert refused.json()["errors"][0]["extensions"]["code"] == "OVERLOADED"
    assert [one.status_code for one in (live, *answered, after)] == [200, 200, 200, 200]


async def test_a_callers_deadline_ends_the_request_and_is_told_to_the_subgraph(tmp_path: Path) -> None:
    async with serving(tmp_path, Gate()) as (client, subgraph):
        answered = await client.post("/graphql", json=QUERY, headers={"x-deadline-ms": "80"})

    sent = subgraph.requests[0].lower()
    told = int(sent.partition(b"x-deadline-ms: ")[2].partition(b"\r\n")[0])
    assert 1 <= told <= 80
    assert answered.json()["data"] == {"user": None}
    assert len(answered.json()["errors"]) == 1
    assert answered.json()["errors"][0]["extensions"]["code"] in {"REQUEST_TIMEOUT", "SUBGRAPH_TIMEOUT"}


@pytest.mark.parametrize(
    ("share", "others", "calls"),
    [
        (True, {"authorization": "Bearer a"}, 1),
        (True, {"authorization": "Bearer b"}, 2),
        (False, {"authorization": "Bearer a"}, 1),  # Still one query to the subgraph, but two requests.
    ],
)
async def test_identical_requests_of_one_caller_can_be_answered_together(
    tmp_path: Path, share: bool, others: dict[str, str], calls: int
) -> None:
    gate = Gate()
    async with serving(tmp_path, gate, share_identical_requests=share) as (client, subgraph):
        asked = ({"headers": {"authorization": "Bearer a"}}, {"headers": others})
        tasks = await asking(client, gate, *asked)
        gate.open.set()
        bodies = [one.json() for one in await asyncio.gather(*tasks)]

    assert bodies == [{"data": {"user": {"id": "1"}}}] * 2
    assert len(subgraph.requests) == calls
