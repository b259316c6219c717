"""Told to stop, the process answers what is under way, sends subscribers away to come back, and ends well."""

import asyncio
import signal
from pathlib import Path

import httpx
import pytest
from websockets.asyncio.client import connect
from websockets.exceptions import ConnectionClosed
from websockets.typing import Subprotocol

from tests.gateway.running import running_gateway, write_supergraph
from tests.gateway.stub_server import Conversation, response, stub_server

pytestmark = pytest.mark.system
PATIENCE_SECONDS = 20.0


async def test_a_stopping_process_drains(tmp_path: Path) -> None:
    asked, stopping = asyncio.Event(), asyncio.Event()

    async def answer_when_stopping(conversation: Conversation) -> None:
        asked.set()
        await stopping.wait()
        await conversation.send(response(b'{"data":{"user":{"id":"1"}}}'))

    async with stub_server(answer_when_stopping) as subgraph, httpx.AsyncClient(timeout=PATIENCE_SECONDS) as client:
        with running_gateway(
            write_supergraph(tmp_path, subgraph.url), environment={"ANJU_GATEWAY_CLOSE_SECONDS": "0.2"}
        ) as gateway:
            url = gateway.url.replace("http", "ws") + "/graphql"
            async with connect(url, subprotocols=[Subprotocol("graphql-transport-ws")], proxy=None) as subscriber:
                await subscriber.send('{"type":"connection_init"}')
                await subscriber.recv()
                asking = asyncio.create_task(client.post(f"{gateway.url}/graphql", json={"query": "{ user { id } }"}))
                await asyncio.wait_for(asked.wait(), PATIENCE_SECONDS)
                gateway.process.send_signal(signal.SIGTERM)
                with pytest.raises(ConnectionClosed) as closed:
                    await asyncio.wait_for(subscriber.recv(), PATIENCE_SECONDS)
                stopping.set()
                answered = await asking
            status = await asyncio.to_thread(gateway.process.wait, PATIENCE_SECONDS)

    assert closed.value.rcvd is not None
    assert closed.value.rcvd.code == 1001
    assert answered.json() == {"data": {"user": {"id": "1"}}}
    assert status in {0, -signal.SIGTERM}  # uvicorn hands the signal on when all is done.
