"""What does not wait for each other is asked at once."""

import asyncio
from pathlib import Path

import httpx

from gateway.app import build_app
from gateway.settings import GatewaySettings
from tests.gateway.running import write_supergraph
from tests.gateway.stub_server import Conversation, Reaction, response, stub_server

PATIENCE_SECONDS = 10.0


async def test_subgraphs_that_do_not_need_each_other_are_asked_side_by_side(tmp_path: Path) -> None:
    both = asyncio.Barrier(2)

    def answer_when_both_are_asked(body: bytes) -> Reaction:
        async def answer(conversation: Conversation) -> None:
            await asyncio.wait_for(both.wait(), PATIENCE_SECONDS)
            await conversation.send(response(body))

        return answer

    async with (
        stub_server(answer_when_both_are_asked(b'{"data":{"user":{"id":"1"}}}')) as a,
        stub_server(answer_when_both_are_asked(b'{"data":{"other":7}}')) as b,
    ):
        app = build_app(GatewaySettings(write_supergraph(tmp_path, a.url, b.url), reload_seconds=0), None)
        async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://gateway") as client:
            answered = await client.post("/graphql", json={"query": "{ user { id } other }"})
        await app.connections.close()

    assert answered.json() == {"data": {"user": {"id": "1"}, "other": 7}}
    assert (len(a.requests), len(b.requests)) == (1, 1)
