"""A subgraph's HTTP server that answers exactly the bytes a test wants, in the test's own event loop."""

import asyncio
import contextlib
import ssl
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

Reaction = Callable[["Conversation"], Awaitable[None]]


@dataclass
class Conversation:
    """One connection: what came, and how to answer."""

    reader: asyncio.StreamReader
    writer: asyncio.StreamWriter
    number: int
    served: int = 0
    request: bytes = b""

    async def send(self, *parts: bytes) -> None:
        """Send the parts as packets of their own."""
        for part in parts:
            self.writer.write(part)
            await self.writer.drain()
            await asyncio.sleep(0)

    def hang_up(self) -> None:
        """Close the connection."""
        self.writer.close()


@dataclass
class StubServer:
    """Calls the reaction for every request; keeps all requests."""

    url: str
    reaction: Reaction
    connections: int = 0
    requests: list[bytes] = field(default_factory=list)
    _open: list[asyncio.StreamWriter] = field(default_factory=list)

    async def converse(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Serve one connection until either side ends it."""
        self.connections += 1
        self._open.append(writer)
        conversation = Conversation(reader, writer, self.connections)
        with contextlib.suppress(asyncio.IncompleteReadError, ConnectionError):
            while not writer.is_closing():
                head = await reader.readuntil(b"\r\n\r\n")
                length = int(head.lower().partition(b"content-length:")[2].partition(b"\r\n")[0])
                conversation.request = head + await reader.readexactly(length)
                self.requests.append(conversation.request)
                await self.reaction(conversation)
                conversation.served += 1
        writer.close()

    def hang_up_all(self) -> None:
        """Close every connection, as a server does with idle ones."""
        for writer in self._open:
            writer.close()


@asynccontextmanager
async def stub_server(
    reaction: Reaction, *, host: str = "127.0.0.1", tls: ssl.SSLContext | None = None
) -> AsyncIterator[StubServer]:
    """Run a stub until the block ends."""
    stub = StubServer("", reaction)
    server = await asyncio.start_server(stub.converse, host, 0, ssl=tls)
    port = server.sockets[0].getsockname()[1]
    stub.url = f"{'https' if tls else 'http'}://{f'[{host}]' if ':' in host else host}:{port}/graphql"
    try:
        yield stub
    finally:
        stub.hang_up_all()
        server.close()
        await server.wait_closed()


def response(body: bytes, *headers: str, status: str = "200 OK") -> bytes:
    """Return a whole HTTP response with a length."""
    lines = [f"HTTP/1.1 {status}", "content-type: application/json", f"content-length: {len(body)}", *headers]
    return "\r\n".join(lines).encode() + b"\r\n\r\n" + body


def answering(*parts: bytes) -> Reaction:
    """Return a reaction that always sends these packets."""

    async def react(conversation: Conversation) -> None:
        await conversation.send(*parts)

    return react


def in_turn(reactions: Sequence[Reaction]) -> Reaction:
    """Return a reaction that takes the next one at each request, and the last one for ever."""
    left = list(reactions)

    async def react(conversation: Conversation) -> None:
        await (left.pop(0) if len(left) > 1 else left[0])(conversation)

    return react


async def hang_up(conversation: Conversation) -> None:
    """Close the connection instead of answering."""
    conversation.hang_up()
