"""Server-sent events, in the distinct connections mode of GraphQL over SSE: one operation, one response."""

import asyncio
from contextlib import aclosing
from typing import Any

import orjson

from gateway.graphql_over_http import RequestRefused
from gateway.pipeline import Answer, GraphQLRequest
from gateway.subscriptions.door import AsgiScope, Identity, Receive, Send, StreamDoor, caller_key

EVENT_STREAM = "text/event-stream"
HEADERS = [
    (b"content-type", b"text/event-stream; charset=utf-8"),
    (b"cache-control", b"no-cache"),
    (b"x-accel-buffering", b"no"),
]
HEARTBEAT = b":\n\n"
COMPLETE = b"event: complete\ndata:\n\n"


def accepts_event_stream(accept: str | None) -> bool:
    """Return whether the client takes an event stream at all."""
    return accept is not None and EVENT_STREAM in accept.lower()


def prefers_event_stream(accept: str | None) -> bool:
    """Return whether the client takes nothing but an event stream, or names it first."""
    return accept is not None and accept.lower().lstrip().startswith(EVENT_STREAM)


async def serve_events(
    door: StreamDoor, request: GraphQLRequest, identity: Identity, scope: AsgiScope, receive: Receive, send: Send
) -> None:
    """Send the operation's answers as events until they end or the client leaves; raises RequestRefused before any."""
    if door.is_closing:
        raise RequestRefused(503, "STOPPING", "The gateway is stopping; try again.", {"retry-after": "1"})
    with door.connection(), door.stream(caller_key(identity, scope)):
        await send({"type": "http.response.start", "status": 200, "headers": HEADERS})
        gone = asyncio.ensure_future(_gone(receive))
        leaving = asyncio.ensure_future(_leaving(door, identity))
        try:
            async with aclosing(door.open(request).answers()) as answers:
                while True:
                    coming = asyncio.ensure_future(anext(answers, None))
                    try:
                        if not await _wait(coming, (gone, leaving), door.settings.heartbeat_seconds, send):
                            break
                    finally:
                        if not coming.done():
                            coming.cancel()
                            await asyncio.wait({coming})
                    answer = coming.result()
                    if answer is None:
                        await send(_part(COMPLETE))
                        break
                    await send(_part(_event(answer)))
        finally:
            gone.cancel()
            leaving.cancel()
        # Without `complete` the client knows that it was cut off, and comes back.
        await send({"type": "http.response.body", "body": b"", "more_body": False})


async def _wait(
    coming: "asyncio.Future[Answer | None]",
    ends: "tuple[asyncio.Future[None], ...]",
    heartbeat_seconds: float,
    send: Send,
) -> bool:
    """Return True when the answer is there, False when the stream is to end; sends heartbeats meanwhile."""
    waited_for: set[asyncio.Future[Any]] = {coming, *ends}
    while True:
        done, _ = await asyncio.wait(waited_for, timeout=heartbeat_seconds, return_when=asyncio.FIRST_COMPLETED)
        if not done:
            await send(_part(HEARTBEAT))
        else:
            return coming in done


async def _gone(receive: Receive) -> None:
    while (await receive())["type"] != "http.disconnect":
        continue


async def _leaving(door: StreamDoor, identity: Identity) -> None:
    left = identity.seconds_left()
    if left is None:
        await door.time_to_leave()
        return
    try:
        async with asyncio.timeout(left):
            await door.time_to_leave()
    except TimeoutError:
        return


def _event(answer: Answer) -> bytes:
    return b"event: next\ndata: %b\n\n" % orjson.dumps(answer.body)


def _part(body: bytes) -> dict[str, object]:
    return {"type": "http.response.body", "body": body, "more_body": True}
