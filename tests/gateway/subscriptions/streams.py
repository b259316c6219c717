"""A gateway and the subgraphs of a small federation with subscriptions, all in the test's own event loop."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from socket import socket
from typing import Any

import orjson
import uvicorn
from websockets.asyncio.client import ClientConnection, connect
from websockets.asyncio.server import Server, ServerConnection, serve
from websockets.exceptions import ConnectionClosed
from websockets.typing import Subprotocol

from gateway.app import GatewayApp, build_app
from gateway.settings import GatewaySettings, StreamSettings
from kit.auth import TokenVerifier
from tests.gateway.running import free_port
from tests.gateway.stub_server import Conversation, StubServer, response, stub_server

PROTOCOL = Subprotocol("graphql-transport-ws")
PATIENCE_SECONDS = 10.0
SDL = """
schema @link(url: "https://specs.apollo.dev/link/v1.0") @link(url: "https://specs.apollo.dev/join/v0.3", for: EXECUTION)
{ query: Query subscription: Subscription }
scalar join__FieldSet
enum join__Graph { A @join__graph(name: "a", url: "URL_A") B @join__graph(name: "b", url: "URL_B") }
type Query @join__type(graph: A) @join__type(graph: B) { user: User @join__field(graph: A) }
type Subscription @join__type(graph: A) { userChanged(id: ID!): User }
type User @join__type(graph: A, key: "id") @join__type(graph: B, key: "id") {
  id: ID!
  name: String @join__field(graph: A)
  age: Int @join__field(graph: B)
}
"""
CHANGES = "subscription ($id: ID!) { changed: userChanged(id: $id) { name age } }"


@dataclass
class StreamingSubgraph:
    """Subgraph a: sends what the test gives it to every stream; it can go away and come back."""

    port: int
    inits: list[dict[str, Any]] = field(default_factory=list)
    subscribed: list[dict[str, Any]] = field(default_factory=list)
    streams: asyncio.Queue["asyncio.Queue[dict[str, Any] | None]"] = field(default_factory=asyncio.Queue)
    ended: asyncio.Queue[str] = field(default_factory=asyncio.Queue)
    close_code: int | None = None
    is_frozen: bool = False
    _frozen: list[ServerConnection] = field(default_factory=list)
    _server: Server | None = None

    @property
    def url(self) -> str:
        """Return the address a supergraph names."""
        return f"http://127.0.0.1:{self.port}/graphql"

    async def start(self) -> None:
        """Listen."""
        self._server = await serve(self._converse, "127.0.0.1", self.port, subprotocols=[PROTOCOL])

    async def stop(self) -> None:
        """Go away, with every connection."""
        for connection in self._frozen:
            connection.transport.abort()
        if self._server is not None:
            self._server.close()
            await self._server.wait_closed()

    async def stream(self) -> "asyncio.Queue[dict[str, Any] | None]":
        """Return where to put the messages of the next stream that is opened."""
        return await asyncio.wait_for(self.streams.get(), PATIENCE_SECONDS)

    async def _converse(self, connection: ServerConnection) -> None:
        self.inits.append(orjson.loads(await connection.recv()))
        if self.close_code is not None:
            await connection.close(self.close_code)
            return
        await connection.send('{"type":"connection_ack"}')
        asked = orjson.loads(await connection.recv())
        self.subscribed.append(asked["payload"])
        messages: asyncio.Queue[dict[str, Any] | None] = asyncio.Queue()
        if self.is_frozen:
            # Nothing is read any more, so no ping is answered; the connection itself stays.
            connection.transport.pause_reading()
            self._frozen.append(connection)
        self.streams.put_nowait(messages)
        sending = asyncio.create_task(self._send(connection, asked["id"], messages))
        await connection.wait_closed()
        sending.cancel()
        self.ended.put_nowait(asked["id"])

    async def _send(
        self, connection: ServerConnection, name: str, messages: "asyncio.Queue[dict[str, Any] | None]"
    ) -> None:
        while True:
            message = await messages.get()
            await connection.send(orjson.dumps({"id": name, **(message or {"type": "complete"})}).decode())


def change(name: str) -> dict[str, Any]:
    """Return the event that user 1 is called so now."""
    return {"type": "next", "payload": {"data": {"changed": {"id": "1", "name": name}}}}


async def tell_ages(conversation: Conversation) -> None:
    """Answer as subgraph b: everybody is 30."""
    await conversation.send(response(b'{"data":{"_entities":[{"age":30}]}}'))


def changed(name: str, age: int | None = 30) -> dict[str, Any]:
    """Return what the client is to get for a change."""
    return {"data": {"changed": {"name": name, "age": age}}}


@dataclass
class Scene:
    """The gateway and its subgraphs."""

    app: GatewayApp
    port: int
    a: StreamingSubgraph
    b: StubServer
    path: Path

    @property
    def url(self) -> str:
        """Return the gateway's endpoint."""
        return f"http://127.0.0.1:{self.port}/graphql"

    def supergraph(self, edit: Callable[[str], str] = lambda text: text) -> None:
        """Write the supergraph file."""
        new = self.path.with_suffix(".new")
        new.write_text(edit(SDL.replace("URL_A", self.a.url).replace("URL_B", self.b.url)))
        new.replace(self.path)

    async def reload(self, edit: Callable[[str], str]) -> None:
        """Change the supergraph file and let the gateway adopt it."""
        self.supergraph(edit)
        assert self.app.supergraph_file is not None
        assert await self.app.supergraph_file.look()


class _Server(uvicorn.Server):
    """A server that tells when it listens."""

    def __init__(self, config: uvicorn.Config) -> None:
        super().__init__(config)
        self.up = asyncio.Event()

    async def startup(self, sockets: list[socket] | None = None) -> None:
        """Listen."""
        await super().startup(sockets)
        self.up.set()


@asynccontextmanager
async def scene(
    directory: Path, streams: StreamSettings | None = None, verifier: TokenVerifier | None = None
) -> AsyncIterator[Scene]:
    """Run the gateway and both subgraphs until the block ends."""
    a = StreamingSubgraph(free_port())
    await a.start()
    async with stub_server(tell_ages) as b:
        path = directory / "supergraph.graphql"
        path.write_text(SDL.replace("URL_A", a.url).replace("URL_B", b.url))
        settings = GatewaySettings(path, port=free_port(), streams=streams or StreamSettings(close_seconds=0.1))
        app = build_app(settings, verifier)
        config = uvicorn.Config(app, port=settings.port, ws="websockets-sansio", log_level="error", lifespan="on")
        server = _Server(config)
        serving = asyncio.create_task(server.serve())
        await asyncio.wait_for(server.up.wait(), PATIENCE_SECONDS)
        yield Scene(app, settings.port, a, b, path)
        server.should_exit = True
        await app.streams.close()
        await serving
    await a.stop()


class Client:
    """A client that speaks graphql-transport-ws."""

    def __init__(self, connection: ClientConnection) -> None:
        self.connection = connection

    async def send(self, **message: Any) -> None:
        """Send a message."""
        await self.connection.send(orjson.dumps(message).decode())

    async def receive(self) -> dict[str, Any]:
        """Return the next message."""
        message: dict[str, Any] = orjson.loads(await asyncio.wait_for(self.connection.recv(), PATIENCE_SECONDS))
        return message

    async def subscribe(self, name: str = "1", query: str = CHANGES, **variables: Any) -> None:
        """Begin an operation."""
        await self.send(type="subscribe", id=name, payload={"query": query, "variables": variables or {"id": "1"}})

    async def closed_with(self) -> int:
        """Wait for the gateway to close the connection; return the code."""
        try:
            async with asyncio.timeout(PATIENCE_SECONDS):
                while True:
                    await self.connection.recv()
        except ConnectionClosed as closed:
            assert closed.rcvd is not None
            return closed.rcvd.code


@asynccontextmanager
async def client_of(
    scene: Scene, payload: dict[str, Any] | None = None, *, initialise: bool = True
) -> AsyncIterator[Client]:
    """Connect a client, acknowledged unless told otherwise."""
    url = scene.url.replace("http", "ws")
    async with connect(url, subprotocols=[PROTOCOL], proxy=None, close_timeout=0.5) as connection:
        client = Client(connection)
        if initialise:
            await client.send(type="connection_init", payload=payload or {})
            assert await client.receive() == {"type": "connection_ack"}
        yield client
