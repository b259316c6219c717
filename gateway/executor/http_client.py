"""A small HTTP/1.1 client for subgraphs: keep-alive pools over asyncio, parsed by httptools.

It does what a gateway needs and no more: one POST at a time per connection, pooled per address, with a time limit. It
is our own because general clients cost several times the CPU of everything else a fetch does.
"""

import asyncio
import ssl
from collections import deque
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import cast
from urllib.parse import urlsplit

import httptools

from gateway.executor.compression import ACCEPTED_ENCODINGS, NotDecompressed, TooLarge, decompress
from gateway.executor.subgraph_client import SubgraphFailure

ANSWER_BYTES_MAX = 64 * 1024 * 1024  # A subgraph that answers more is broken or hostile.
IDLE_CONNECTIONS_MAX = 64

HttpAnswer = tuple[int, bytes]
"""A status and a body, unpacked."""


class _Dropped(Exception):
    """The connection was closed before one byte of an answer came."""


class _Connection(asyncio.Protocol):
    """One keep-alive connection; answers one request at a time."""

    def __init__(self) -> None:
        self.transport: asyncio.Transport | None = None
        self.waiter: asyncio.Future[HttpAnswer] | None = None
        self.usable = True
        self._reset()

    def _reset(self) -> None:
        self.parser = httptools.HttpResponseParser(self)
        self.parts: list[bytes] = []
        self.size = 0
        self.encoding = b""
        self.has_length = False
        self.head_read = False
        self.received = False

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        # uvloop's transports are not subclasses of asyncio.Transport.
        self.transport = cast(asyncio.Transport, transport)

    def data_received(self, data: bytes) -> None:
        if self.waiter is None:
            # Nobody asked: whatever this is, it must not become the answer to the next request.
            self.close()
            return
        self.received = True
        try:
            self.parser.feed_data(data)
        except (httptools.HttpParserError, httptools.HttpParserUpgrade):
            self._fail(SubgraphFailure("the subgraph's answer is not HTTP", "SUBGRAPH_NOT_HTTP"))

    def eof_received(self) -> bool:
        return False

    def connection_lost(self, exc: Exception | None) -> None:
        self.usable = False
        if self.waiter is None:
            return
        if not self.received:
            self._fail(_Dropped())
        elif self.head_read and not self.has_length and exc is None:
            # Neither a length nor chunks: the end of the connection is the end of the answer.
            self._complete()
        else:
            self._fail(SubgraphFailure("the subgraph broke off in the middle of its answer", "SUBGRAPH_BROKE_OFF"))

    # httptools calls these by name.
    def on_header(self, name: bytes, value: bytes) -> None:
        name = name.lower()
        if name == b"content-encoding":
            self.encoding = value.strip().lower() if not self.encoding else b"several"
        elif name == b"content-length" or name == b"transfer-encoding":
            self.has_length = True

    def on_headers_complete(self) -> None:
        self.head_read = self.parser.get_status_code() >= 200

    def on_body(self, body: bytes) -> None:
        self.size += len(body)
        if self.size > ANSWER_BYTES_MAX:
            self._fail(_too_large())
        elif self.waiter is None:
            self.usable = False
        else:
            self.parts.append(body)

    def on_message_begin(self) -> None:
        if self.waiter is None:
            # A second answer in the same packet.
            self.usable = False

    def on_message_complete(self) -> None:
        if self.waiter is None:
            self.usable = False
        elif self.parser.get_status_code() >= 200:
            if not self.parser.should_keep_alive():
                self.usable = False
            self._complete()

    def send(self, message: bytes, waiter: "asyncio.Future[HttpAnswer]") -> None:
        """Write a request whose answer goes to `waiter`."""
        if self.transport is None or not self.usable:
            raise _Dropped
        self.waiter = waiter
        self.transport.write(message)

    def close(self) -> None:
        """Close the connection; an answer under way is lost."""
        self.usable = False
        if self.transport is not None:
            self.transport.close()

    def _complete(self) -> None:
        status = self.parser.get_status_code()
        try:
            body = self.parts[0] if len(self.parts) == 1 else b"".join(self.parts)
            if self.encoding:
                body = decompress(self.encoding, body, ANSWER_BYTES_MAX)
        except NotDecompressed:
            self._fail(SubgraphFailure("the subgraph's answer does not decompress", "SUBGRAPH_NOT_DECOMPRESSED"))
            return
        except TooLarge:
            self._fail(_too_large())
            return
        waiter, self.waiter = self.waiter, None
        self._reset()
        if waiter is not None and not waiter.done():
            waiter.set_result((status, body))

    def _fail(self, error: Exception) -> None:
        self.usable = False
        waiter, self.waiter = self.waiter, None
        if waiter is not None and not waiter.done():
            waiter.set_exception(error)
        if self.transport is not None and not self.transport.is_closing():
            self.transport.close()


def _too_large() -> SubgraphFailure:
    return SubgraphFailure("the subgraph's answer is too large", "SUBGRAPH_ANSWER_TOO_LARGE")


@dataclass(slots=True)
class _Origin:
    """One address, with its idle connections."""

    host: str
    port: int
    head: bytes
    tls: ssl.SSLContext | None
    idle: deque[_Connection] = field(default_factory=deque)
    busy: set[_Connection] = field(default_factory=set)
    retired: bool = False


class HttpClient:
    """Posts JSON to addresses over HTTP/1.1 with pooled connections."""

    def __init__(self) -> None:
        self._origins: dict[str, _Origin] = {}

    async def post(
        self, url: str, body: bytes, headers: Mapping[str, str], *, repeatable: bool, timeout_seconds: float
    ) -> HttpAnswer:
        """Return the answer; raises SubgraphFailure when none comes in time.

        Only a repeatable request goes over a kept connection: it is sent again when that turns out to be closed.
        """
        origin = self._origins.get(url)
        if origin is None:
            origin = self._origins[url] = _origin(url)
        lines = "".join([f"{name}: {value}\r\n" for name, value in headers.items()]).encode("latin-1", "replace")
        message = b"%bcontent-length: %d\r\n%b\r\n%b" % (origin.head, len(body), lines, body)
        try:
            async with asyncio.timeout(timeout_seconds):
                return await self._exchange(origin, message, repeatable)
        except TimeoutError as error:
            raise SubgraphFailure(f"no answer in {timeout_seconds:g} s", "SUBGRAPH_TIMEOUT") from error
        except (OSError, _Dropped) as error:
            raise SubgraphFailure("the subgraph is not reachable", "SUBGRAPH_UNAVAILABLE") from error

    def keep_only(self, urls: frozenset[str]) -> None:
        """Close the connections to all other addresses, those in use as soon as their answer is there."""
        for url in [url for url in self._origins if url not in urls]:
            origin = self._origins.pop(url)
            origin.retired = True
            _close_idle(origin)

    async def close(self) -> None:
        """Close every connection."""
        for origin in self._origins.values():
            _close_idle(origin)
            for connection in tuple(origin.busy):
                connection.close()

    async def _exchange(self, origin: _Origin, message: bytes, repeatable: bool) -> HttpAnswer:
        while repeatable and origin.idle:
            connection = origin.idle.pop()
            if not connection.usable:
                continue
            try:
                return await self._use(origin, connection, message)
            except _Dropped:
                # A server may close a kept connection just as it is used again; then another one is taken.
                continue
        return await self._use(origin, await self._connect(origin), message)

    async def _use(self, origin: _Origin, connection: _Connection, message: bytes) -> HttpAnswer:
        waiter: asyncio.Future[HttpAnswer] = asyncio.get_running_loop().create_future()
        origin.busy.add(connection)
        try:
            connection.send(message, waiter)
            answered = await waiter
        except BaseException:
            connection.close()
            raise
        finally:
            origin.busy.discard(connection)
        if connection.usable and not origin.retired and len(origin.idle) < IDLE_CONNECTIONS_MAX:
            origin.idle.append(connection)
        else:
            connection.close()
        return answered

    async def _connect(self, origin: _Origin) -> _Connection:
        loop = asyncio.get_running_loop()
        try:
            _, connection = await loop.create_connection(_Connection, origin.host, origin.port, ssl=origin.tls)
        except UnicodeError as error:
            raise OSError("the address is no host name") from error
        return connection


def _close_idle(origin: _Origin) -> None:
    for connection in origin.idle:
        connection.close()
    origin.idle.clear()


def _origin(url: str) -> _Origin:
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError as error:
        raise SubgraphFailure("the subgraph's address is not valid", "SUBGRAPH_UNAVAILABLE") from error
    if parts.scheme not in {"http", "https"} or not parts.hostname:
        raise SubgraphFailure("the subgraph's address is not valid", "SUBGRAPH_UNAVAILABLE")
    tls = ssl.create_default_context() if parts.scheme == "https" else None
    target = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    head = (
        f"POST {target} HTTP/1.1\r\nhost: {parts.netloc.rpartition('@')[2]}\r\n"
        "content-type: application/json\r\naccept: application/graphql-response+json, application/json\r\n"
        f"accept-encoding: {ACCEPTED_ENCODINGS}\r\n"
    )
    return _Origin(parts.hostname, port or (443 if tls else 80), head.encode(), tls)
