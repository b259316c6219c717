"""Subscribe to a subgraph over `graphql-transport-ws`: one connection, one stream of events."""

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator, Mapping
from typing import Any
from urllib.parse import urlsplit, urlunsplit

import orjson
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed, InvalidHandshake, InvalidURI, WebSocketException
from websockets.typing import Subprotocol

from gateway.executor.http_client import ANSWER_BYTES_MAX
from gateway.executor.subgraph_client import SubgraphAnswer, SubgraphFailure

PROTOCOL = Subprotocol("graphql-transport-ws")
CONNECT_SECONDS_MAX = 10.0
HEARTBEAT_SECONDS = 20.0
# Close codes from here on are the protocol's own: the subgraph refuses, and would refuse again.
REFUSAL_CODES_MIN = 4400
OPERATION_ID = "1"
ACCEPTED = SubgraphAnswer(None, [])


class StreamBroken(Exception):
    """The connection ended before the stream did; subscribing again may help."""


async def subscribe(url: str, body: bytes, headers: Mapping[str, str]) -> AsyncGenerator[SubgraphAnswer, None]:
    """Yield ACCEPTED when the subgraph has accepted the connection, then the events until it completes the stream.

    Raises StreamBroken when the connection cannot be made or ends early, SubgraphFailure when the subgraph refuses.
    """
    try:
        async with connect(
            _websocket_url(url),
            subprotocols=[PROTOCOL],
            additional_headers=dict(headers),
            user_agent_header=None,
            compression=None,
            proxy=None,
            open_timeout=CONNECT_SECONDS_MAX,
            close_timeout=1.0,
            ping_interval=HEARTBEAT_SECONDS,
            ping_timeout=HEARTBEAT_SECONDS,
            max_size=ANSWER_BYTES_MAX,
        ) as connection:
            if connection.subprotocol != PROTOCOL:
                raise SubgraphFailure("the subgraph does not speak graphql-transport-ws", "SUBGRAPH_NO_SUBSCRIPTIONS")
            await _begin(connection, body, headers)
            yield ACCEPTED
            async for answer in _events(connection):
                yield answer
    except ConnectionClosed as closed:
        code = closed.rcvd.code if closed.rcvd is not None else 0
        if code >= REFUSAL_CODES_MIN:
            raise SubgraphFailure(f"the subgraph refuses the subscription ({code})", "SUBGRAPH_REFUSED") from closed
        raise StreamBroken from closed
    except (InvalidURI, InvalidHandshake) as refused:
        status = getattr(getattr(refused, "response", None), "status_code", 0)
        if 400 <= status < 500:
            raise SubgraphFailure(f"the subgraph answered with status {status}", "SUBGRAPH_STATUS") from refused
        raise StreamBroken from refused
    except (OSError, TimeoutError, WebSocketException) as broken:
        raise StreamBroken from broken


async def _begin(connection: ClientConnection, body: bytes, headers: Mapping[str, str]) -> None:
    # A subgraph reads who is asking from the handshake or from the first message, as it likes.
    await connection.send(orjson.dumps({"type": "connection_init", "payload": dict(headers)}).decode())
    async with asyncio.timeout(CONNECT_SECONDS_MAX):
        while (await _receive(connection))["type"] != "connection_ack":
            continue
    await connection.send(b'{"type":"subscribe","id":"%b","payload":%b}' % (OPERATION_ID.encode(), body), text=True)


async def _events(connection: ClientConnection) -> AsyncIterator[SubgraphAnswer]:
    while True:
        message = await _receive(connection)
        if message.get("id") != OPERATION_ID:
            continue
        payload = message.get("payload")
        if message["type"] == "next" and isinstance(payload, dict):
            yield _answer(payload)
        elif message["type"] == "error":
            yield SubgraphAnswer(None, payload if isinstance(payload, list) else [{"message": "no reason given"}])
            return
        elif message["type"] == "complete":
            return


async def _receive(connection: ClientConnection) -> dict[str, Any]:
    """Return the next message; pings are answered on the way."""
    while True:
        try:
            message = orjson.loads(await connection.recv(decode=False))
        except orjson.JSONDecodeError as error:
            raise SubgraphFailure("the subgraph's message is not JSON", "SUBGRAPH_NOT_JSON") from error
        if not isinstance(message, dict) or not isinstance(message.get("type"), str):
            raise SubgraphFailure("the subgraph does not speak graphql-transport-ws", "SUBGRAPH_NO_SUBSCRIPTIONS")
        if message["type"] == "ping":
            await connection.send(b'{"type":"pong"}', text=True)
            continue
        return message


def _answer(payload: dict[str, Any]) -> SubgraphAnswer:
    data, errors = payload.get("data"), payload.get("errors")
    return SubgraphAnswer(
        data if isinstance(data, dict) else None,
        errors if isinstance(errors, list) else [],
    )


def _websocket_url(url: str) -> str:
    parts = urlsplit(url)
    return urlunsplit(parts._replace(scheme={"http": "ws", "https": "wss"}.get(parts.scheme, parts.scheme)))
