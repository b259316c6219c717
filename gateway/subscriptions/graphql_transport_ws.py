"""The server's side of `graphql-transport-ws`: any number of operations over one WebSocket."""

import asyncio
from collections.abc import Mapping
from contextlib import aclosing, suppress
from typing import Any

import orjson

from gateway.graphql_over_http import RequestRefused
from gateway.pipeline import GraphQLRequest
from gateway.subscriptions.door import (
    NOBODY,
    AsgiScope,
    Headers,
    Identity,
    Receive,
    Send,
    StreamDoor,
    caller_key,
    forwarded_headers,
    headers_of_payload,
)

PROTOCOL = "graphql-transport-ws"
BAD_REQUEST = 4400
UNAUTHORIZED = 4401
FORBIDDEN = 4403
SUBPROTOCOL_NOT_ACCEPTABLE = 4406
INITIALISATION_TIMEOUT = 4408
SUBSCRIBER_EXISTS = 4409
TOO_MANY_INITIALISATIONS = 4429
GOING_AWAY = 1001


class _Close(Exception):
    """The connection is to be closed with this code."""

    def __init__(self, code: int, reason: str) -> None:
        super().__init__(reason)
        self.code = code
        self.reason = reason


async def serve_websocket(door: StreamDoor, scope: AsgiScope, receive: Receive, send: Send) -> None:
    """Serve one WebSocket until either side closes it."""
    await receive()
    if PROTOCOL not in scope.get("subprotocols", ()):
        await send({"type": "websocket.accept"})
        await send({"type": "websocket.close", "code": SUBPROTOCOL_NOT_ACCEPTABLE, "reason": "Speak " + PROTOCOL})
        return
    await send({"type": "websocket.accept", "subprotocol": PROTOCOL})
    with door.connection():
        await _Session(door, scope, receive, send).run()


class _Session:
    """One connection's state."""

    def __init__(self, door: StreamDoor, scope: AsgiScope, receive: Receive, send: Send) -> None:
        self._door = door
        self._scope = scope
        self._receive = receive
        self._send = send
        self._handshake: Headers = scope["headers"]
        self._headers: dict[str, str] = {}
        self._identity: Identity = NOBODY
        self._initialised = False
        self._operations: dict[str, asyncio.Task[None]] = {}

    async def run(self) -> None:
        """Serve until the client leaves, the token ends, or the process stops."""
        leaving = asyncio.ensure_future(self._door.time_to_leave())
        close: _Close | None = None
        try:
            await self._converse(leaving)
        except _Close as told:
            close = told
        finally:
            leaving.cancel()
            await self._end_operations()
        if close is not None:
            with suppress(OSError):  # The client was faster.
                await self._send({"type": "websocket.close", "code": close.code, "reason": close.reason})

    async def _converse(self, leaving: "asyncio.Future[None]") -> None:
        loop = asyncio.get_running_loop()
        ends_at: float | None = loop.time() + self._door.settings.initialisation_seconds
        receiving: asyncio.Future[Any] = asyncio.ensure_future(self._receive())
        try:
            while True:
                timeout = None if ends_at is None else ends_at - loop.time()
                waited_for: set[asyncio.Future[Any]] = {receiving, leaving}
                done, _ = await asyncio.wait(waited_for, timeout=timeout, return_when=asyncio.FIRST_COMPLETED)
                if leaving in done:
                    raise _Close(GOING_AWAY, "Come back: the gateway is restarting")
                if not done and self._initialised:
                    raise _Close(FORBIDDEN, "The token has expired")
                if not done:
                    raise _Close(INITIALISATION_TIMEOUT, "Connection initialisation timeout")
                message = receiving.result()
                if message["type"] == "websocket.disconnect":
                    return
                was_initialised = self._initialised
                await self._take(_read(message))
                if self._initialised and not was_initialised:
                    left = self._identity.seconds_left()
                    ends_at = None if left is None else loop.time() + left
                receiving = asyncio.ensure_future(self._receive())
        finally:
            receiving.cancel()

    async def _take(self, message: dict[str, Any]) -> None:
        kind, payload = message["type"], message.get("payload")
        if kind == "connection_init":
            await self._initialise(payload if isinstance(payload, dict) else {})
        elif kind == "ping":
            await self._tell({"type": "pong"})
        elif kind == "subscribe":
            self._start(message.get("id"), payload)
        elif kind == "complete":
            operation = self._operations.pop(str(message.get("id")), None)
            if operation is not None:
                operation.cancel()
        elif kind != "pong":
            raise _Close(BAD_REQUEST, "Unknown message type")

    async def _initialise(self, payload: Mapping[str, Any]) -> None:
        if self._initialised:
            raise _Close(TOO_MANY_INITIALISATIONS, "Too many initialisation requests")
        brought = headers_of_payload(payload, self._door.forwarded)
        # Browsers cannot set headers of a handshake; what the first message brings goes before it.
        names = {name for name, _ in brought}
        headers = [*brought, *(header for header in self._handshake if header[0] not in names)]
        try:
            self._identity = await self._door.identify(headers)
        except RequestRefused as refusal:
            raise _Close(FORBIDDEN, refusal.code) from refusal
        self._headers = forwarded_headers(headers, self._door.forwarded)
        self._initialised = True
        await self._tell({"type": "connection_ack"})

    def _start(self, name: Any, payload: Any) -> None:
        if not self._initialised:
            raise _Close(UNAUTHORIZED, "Unauthorized")
        if not isinstance(name, str) or not name or not isinstance(payload, dict):
            raise _Close(BAD_REQUEST, "A subscribe message needs an id and a payload")
        if name in self._operations:
            raise _Close(SUBSCRIBER_EXISTS, f"Subscriber for {name[:50]} already exists")
        self._operations[name] = asyncio.create_task(self._operate(name, payload))

    async def _operate(self, name: str, payload: dict[str, Any]) -> None:
        try:
            with self._door.stream(caller_key(self._identity, self._scope)):
                if not await self._answer(name, payload):
                    return
        except RequestRefused as refusal:
            await self._tell({"type": "error", "id": name, "payload": orjson.loads(refusal.body())["errors"]})
            return
        except OSError:
            return  # The client has gone; its disconnection ends the session.
        finally:
            if self._operations.get(name) is asyncio.current_task():
                del self._operations[name]
        await self._tell({"type": "complete", "id": name})

    async def _answer(self, name: str, payload: dict[str, Any]) -> bool:
        """Send the operation's answers; return whether it came to its end, and not to an error."""
        parameters = self._door.read_parameters(payload)
        if parameters.query is None:
            raise RequestRefused(400, "BAD_REQUEST", "The parameter query is missing.")
        request = GraphQLRequest(
            parameters.query,
            parameters.operation_name,
            parameters.variables,
            self._headers,
            access=self._identity.access,
        )
        async with aclosing(self._door.open(request).answers()) as answers:
            async for answer in answers:
                if not answer.executed:
                    await self._tell({"type": "error", "id": name, "payload": answer.body["errors"]})
                    return False
                await self._tell({"type": "next", "id": name, "payload": answer.body})
        return True

    async def _tell(self, message: dict[str, Any]) -> None:
        await self._send({"type": "websocket.send", "text": orjson.dumps(message).decode()})

    async def _end_operations(self) -> None:
        running = list(self._operations.values())
        for operation in running:
            operation.cancel()
        if running:
            await asyncio.wait(running)


def _read(message: Mapping[str, Any]) -> dict[str, Any]:
    try:
        read = orjson.loads(message.get("text") or message.get("bytes") or b"")
    except orjson.JSONDecodeError as error:
        raise _Close(BAD_REQUEST, "The message is not JSON") from error
    if not isinstance(read, dict) or not isinstance(read.get("type"), str):
        raise _Close(BAD_REQUEST, "The message has no type")
    return read
