"""A small HTTP/1.1 client for subgraphs: keep-alive pools over asyncio, parsed by httptools.

It does what a gateway needs and no more: one POST at a time per connection, pooled per origin, with a time limit. It is
our own because general clients cost several times the CPU of everything else a fetch does.
"""

import asyncio
import contextlib
import gzip
import ssl
import zlib
from collections import deque
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import cast
from urllib.parse import urlsplit

import httptools

from gateway.executor.subgraph_client import SubgraphAnswer, SubgraphFailure, read_answer

ANSWER_BYTES_MAX = 64 * 1024 * 1024  # A subgraph that answers more is broken or hostile.
IDLE_CONNECTIONS_MAX = 64


class _Connection(asyncio.Protocol):
    """One keep-alive connection; answers one request at a time."""

    def __init__(self) -> None:
        self.transport: asyncio.Transport | None = None
        self.waiter: asyncio.Future[tuple[int, bytes]] | None = None
        self.usable = True
        self.answered_before = False
        self._reset()

    def _reset(self) -> None:
        self.parser = httptools.HttpResponseParser(self)
        self.parts: list[bytes] = []
        self.size = 0
        self.encoding = b""
        self.keep_alive = True

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        # uvloop's transports are not subclasses of asyncio.Transport.
        self.transport = cast(asyncio.Transport, transport)

    def data_received(self, data: bytes) -> None:
        try:
            self.parser.feed_data(data)
        except httptools.HttpParserError:
            self._fail(SubgraphFailure("the subgraph's answer is not HTTP", "SUBGRAPH_NOT_HTTP"))

    def eof_received(self) -> bool:
        return False

    def connection_lost(self, exc: Exception | None) -> None:
        self.usable = False
        self._fail(ConnectionResetError("the subgraph closed the connection before answering"))

    # httptools calls these by name.
    def on_header(self, name: bytes, value: bytes) -> None:
        if name.lower() == b"content-encoding":
            self.encoding = value.lower()

    def on_body(self, body: bytes) -> None:
        self.size += len(body)
        if self.size > ANSWER_BYTES_MAX:
            self._fail(SubgraphFailure("the subgraph's answer is too large", "SUBGRAPH_ANSWER_TOO_LARGE"))
            return
        self.parts.append(body)

    def on_message_complete(self) -> None:
        status = self.parser.get_status_code()
        self.keep_alive = self.parser.should_keep_alive()
        if status < 200:
            return
        body = self.parts[0] if len(self.parts) == 1 else b"".join(self.parts)
        if self.encoding in (b"gzip", b"deflate"):
            try:
                body = gzip.decompress(body) if self.encoding == b"gzip" else zlib.decompress(body)
            except (OSError, EOFError, zlib.error):
                self._fail(SubgraphFailure("the subgraph's answer does not decompress", "SUBGRAPH_NOT_JSON"))
                return
        if not self.keep_alive:
            self.usable = False
        self.answered_before = True
        waiter, self.waiter = self.waiter, None
        self._reset()
        if waiter is not None and not waiter.done():
            waiter.set_result((status, body))

    def send(self, message: bytes, waiter: "asyncio.Future[tuple[int, bytes]]") -> None:
        """Write a request whose answer goes to `waiter`."""
        if self.transport is None or not self.usable:
            raise ConnectionResetError("the connection is closed")
        self.waiter = waiter
        self.transport.write(message)

    def close(self) -> None:
        """Close the connection; an answer under way is lost."""
        self.usable = False
        if self.transport is not None:
            self.transport.close()

    def _fail(self, error: Exception) -> None:
        self.usable = False
        waiter, self.waiter = self.waiter, None
        if waiter is not None and not waiter.done():
            waiter.set_exception(error)
        if self.transport is not None and not self.transport.is_closing():
            self.transport.close()


@dataclass(slots=True)
class _Origin:
    """Where one subgraph listens, with its idle connections."""

    name: str
    host: str
    port: int
    head: bytes
    tls: ssl.SSLContext | None
    idle: deque[_Connection] = field(default_factory=deque)
    busy: set[_Connection] = field(default_factory=set)


class HttpSubgraphClient:
    """Asks subgraphs over HTTP/1.1 with pooled connections."""

    def __init__(self, urls: Mapping[str, str], names: Mapping[str, str], timeout_seconds: float) -> None:
        self.timeout_seconds = timeout_seconds
        self._origins = {graph: _origin(names[graph], url) for graph, url in urls.items()}

    async def ask(self, graph: str, body: bytes, headers: Mapping[str, str], *, repeatable: bool) -> SubgraphAnswer:
        """Send the request; when it is repeatable a kept connection that turns out closed is replaced."""
        origin = self._origins[graph]
        lines = b"".join(b"%b: %b\r\n" % (name.encode(), value.encode()) for name, value in headers.items())
        message = b"%bcontent-length: %d\r\n%b\r\n%b" % (origin.head, len(body), lines, body)
        try:
            async with asyncio.timeout(self.timeout_seconds):
                status, answered = await self._exchange(origin, message, repeatable)
        except TimeoutError as error:
            raise SubgraphFailure(
                f"subgraph {origin.name} did not answer in {self.timeout_seconds:g} s", "SUBGRAPH_TIMEOUT"
            ) from error
        except OSError as error:
            raise SubgraphFailure(f"subgraph {origin.name} is not reachable") from error
        return read_answer(status, answered)

    async def close(self) -> None:
        """Close every connection."""
        for origin in self._origins.values():
            for connection in (*origin.idle, *origin.busy):
                connection.close()
            origin.idle.clear()

    async def _exchange(self, origin: _Origin, message: bytes, repeatable: bool) -> tuple[int, bytes]:
        while repeatable and origin.idle:
            connection = origin.idle.pop()
            if not connection.usable:
                continue
            with contextlib.suppress(ConnectionResetError):
                # A server may close a kept connection just as it is used again; only then a fresh one is tried.
                return await self._use(origin, connection, message)
        return await self._use(origin, await self._connect(origin), message)

    async def _use(self, origin: _Origin, connection: _Connection, message: bytes) -> tuple[int, bytes]:
        waiter = asyncio.get_running_loop().create_future()
        origin.busy.add(connection)
        try:
            connection.send(message, waiter)
            answered: tuple[int, bytes] = await waiter
        except BaseException:
            connection.close()
            raise
        finally:
            origin.busy.discard(connection)
        if connection.usable and len(origin.idle) < IDLE_CONNECTIONS_MAX:
            origin.idle.append(connection)
        else:
            connection.close()
        return answered

    async def _connect(self, origin: _Origin) -> _Connection:
        loop = asyncio.get_running_loop()
        _, connection = await loop.create_connection(_Connection, origin.host, origin.port, ssl=origin.tls)
        return connection


def _origin(name: str, url: str) -> _Origin:
    parts = urlsplit(url)
    if parts.scheme not in {"http", "https"} or not parts.hostname:
        return _Origin(name, "", 0, b"", None)
    tls = ssl.create_default_context() if parts.scheme == "https" else None
    port = parts.port or (443 if tls else 80)
    target = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    head = (
        f"POST {target} HTTP/1.1\r\nhost: {parts.netloc.rpartition('@')[2]}\r\n"
        "content-type: application/json\r\naccept: application/graphql-response+json, application/json\r\n"
        "accept-encoding: gzip, deflate\r\n"
    )
    return _Origin(name, parts.hostname, port, head.encode(), tls)
