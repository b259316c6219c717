"""The subscriptions of a service: `graphql-transport-ws` on the GraphQL path, any number of them over one WebSocket.

The handshake brings the token, as a request does; the connection ends when the token does. A service's subscription
returns the states of an entity, read anew with the caller's scope after every change::

    @strawberry.type
    class Subscription:
        @strawberry.subscription(description="The estate, now and after every change.")
        def estate_changed(self, info: Info, estate_id: strawberry.ID) -> AsyncGenerator[Estate, None]:
            async def look(changed: Changed) -> list[Estate]:
                return [await visible_estate(info.context, estate_id)]  # NotFound ends the subscription.

            return info.context.states(estate_id, look)

Every close code below 4400 tells the gateway to come back: it subscribes again, and is told the present state first.
"""

import asyncio
from collections.abc import Callable, Iterator
from contextlib import aclosing, contextmanager, suppress
from typing import Any, Final

import orjson
from graphql import GraphQLError
from starlette.websockets import WebSocket, WebSocketDisconnect, WebSocketState
from strawberry.schema.exceptions import CannotGetOperationTypeError, InvalidOperationTypeError
from strawberry.types.execution import PreExecutionError

from kit import telemetry_names as names
from kit.auth import LEEWAY_SECONDS, refusal_response
from kit.caller import Caller
from kit.graphql.door import Door, RequestContext
from kit.graphql.faults import UNAVAILABLE, public_error
from kit.graphql.request import BAD_REQUEST, GraphQLRequest, RequestRefused, checked_request, correlation_id_of
from kit.graphql.schema import Schema
from kit.telemetry import STREAM_EVENTS, STREAMS, context_from_headers, span

PROTOCOL: Final = "graphql-transport-ws"
TOO_MANY_SUBSCRIPTIONS: Final = "TOO_MANY_SUBSCRIPTIONS"
INITIALISATION_SECONDS: Final = 10.0

TRY_AGAIN_LATER: Final = 1013
BAD_MESSAGE: Final = 4400
UNAUTHORIZED: Final = 4401
FORBIDDEN: Final = 4403
SUBPROTOCOL_NOT_ACCEPTABLE: Final = 4406
INITIALISATION_TIMEOUT: Final = 4408
SUBSCRIBER_EXISTS: Final = 4409
TOO_MANY_INITIALISATIONS: Final = 4429


class SubscriptionEndpoint:
    """Serves the subscriptions of one process, a limited number at a time."""

    def __init__(
        self,
        schema: Schema,
        door: Callable[[], Door[Any] | None],
        *,
        streams_max: int,
        suggestions: bool = False,
    ) -> None:
        self.schema = schema
        self.suggestions = suggestions
        self._door = door
        self._streams_max = streams_max
        self._streams = 0

    async def serve(self, websocket: WebSocket) -> None:
        """Serve one WebSocket, whose caller authentication left in its state, until either side closes it."""
        door, caller = self._door(), websocket.state.caller
        if door is None:
            starting = refusal_response(UNAVAILABLE, "the service is starting; try again", 503)
            await websocket.send_denial_response(starting)
        elif PROTOCOL not in websocket.scope["subprotocols"]:
            await websocket.accept()
            await websocket.close(SUBPROTOCOL_NOT_ACCEPTABLE, f"speak {PROTOCOL}")
        else:
            await websocket.accept(subprotocol=PROTOCOL)
            await _Session(self, websocket, door, caller).run()

    @contextmanager
    def stream(self) -> Iterator[None]:
        """Count one subscription while the block runs; raises RequestRefused beyond the limit."""
        if self._streams >= self._streams_max:
            message = f"this process serves {self._streams_max} subscriptions at a time"
            raise RequestRefused(429, TOO_MANY_SUBSCRIPTIONS, message)
        self._streams += 1
        STREAMS.inc()
        try:
            yield
        finally:
            self._streams -= 1
            STREAMS.dec()


class _Close(Exception):
    """The connection is to be closed with this code."""

    def __init__(self, code: int, reason: str) -> None:
        super().__init__(reason)
        self.code = code
        self.reason = reason


class _Session:
    """One connection: who is at its other end, and the subscriptions that run over it."""

    def __init__(self, endpoint: SubscriptionEndpoint, websocket: WebSocket, door: Door[Any], caller: Caller) -> None:
        self._endpoint = endpoint
        self._websocket = websocket
        self._door = door
        self._caller = caller
        self._operations: dict[str, asyncio.Task[None]] = {}

    async def run(self) -> None:
        """Serve until the client leaves, breaks the protocol, or its token ends."""
        try:
            await self._within(INITIALISATION_SECONDS, self._initialise, INITIALISATION_TIMEOUT)
            await self._within(self._seconds_left(), self._converse, FORBIDDEN)
        except _Close as told:
            await self._close(told)
        except WebSocketDisconnect:
            return

    async def _close(self, told: _Close) -> None:
        if self._websocket.application_state is WebSocketState.CONNECTED:
            with suppress(WebSocketDisconnect):  # The client was faster.
                await self._websocket.close(told.code, told.reason)

    async def _within(self, seconds: float | None, act: Callable[[], Any], code: int) -> None:
        try:
            async with asyncio.timeout(seconds):
                await act()
        except TimeoutError:
            reason = "the token has expired" if code == FORBIDDEN else "say connection_init first"
            raise _Close(code, reason) from None

    def _seconds_left(self) -> float | None:
        """Return how long the token is believed from now on; None when it has no end."""
        if self._caller.expires_at is None:
            return None
        return max(0.0, self._caller.expires_at + LEEWAY_SECONDS - self._door.clock.now().timestamp())

    async def _initialise(self) -> None:
        while True:
            message = await self._receive()
            if message["type"] == "connection_init":
                await self._tell({"type": "connection_ack"})
                return
            if message["type"] == "subscribe":
                raise _Close(UNAUTHORIZED, "say connection_init first")
            await self._take_signal(message)

    async def _converse(self) -> None:
        try:
            while True:
                message = await self._receive()
                kind, name = message["type"], message.get("id")
                if kind == "connection_init":
                    raise _Close(TOO_MANY_INITIALISATIONS, "connection_init comes once")
                if kind == "subscribe":
                    self._start(name, message.get("payload"))
                elif kind == "complete":
                    await self._end([operation] if (operation := self._operations.get(str(name))) else [])
                else:
                    await self._take_signal(message)
        finally:
            await self._end(list(self._operations.values()))

    async def _take_signal(self, message: dict[str, Any]) -> None:
        if message["type"] == "ping":
            await self._tell({"type": "pong"})
        elif message["type"] != "pong":
            raise _Close(BAD_MESSAGE, "the message is of no known type")

    def _start(self, name: object, payload: object) -> None:
        if not isinstance(name, str) or not name:
            raise _Close(BAD_MESSAGE, "a subscription needs an id")
        if name in self._operations:
            raise _Close(SUBSCRIBER_EXISTS, "the id is in use")
        self._operations[name] = operation = asyncio.create_task(self._operate(name, payload))
        operation.add_done_callback(lambda _: self._operations.pop(name))

    async def _end(self, operations: list[asyncio.Task[None]]) -> None:
        for operation in operations:
            operation.cancel()
        if operations:
            await asyncio.wait(operations)

    async def _operate(self, name: str, payload: object) -> None:
        with suppress(WebSocketDisconnect):  # It ends the session, too.
            try:
                with self._endpoint.stream():
                    await self._answer(name, checked_request(payload))
            except RequestRefused as refusal:
                await self._refuse(name, [{"message": refusal.message, "extensions": {"code": refusal.code}}])
            except GraphQLError as mistake:
                await self._refuse(name, [self._public(mistake)])
            except (TypeError, ValueError) as fault:  # A value that JSON has no form for.
                await self._refuse(name, [self._public(GraphQLError(str(fault), original_error=fault))])

    async def _answer(self, name: str, asked: GraphQLRequest) -> None:
        context = RequestContext(self._door, self._caller, correlation_id_of(self._websocket))
        results = await self._endpoint.schema.subscribe(
            asked.query,
            variable_values=asked.variables,
            context_value=context,
            operation_name=asked.operation_name,
        )
        async with aclosing(results):
            async for result in results:
                errors = [self._public(error) for error in result.errors or ()]
                if isinstance(result, PreExecutionError) or _is_the_end(result.data, errors):
                    await self._refuse(name, errors)
                    return
                payload = {"data": result.data, **({"errors": errors} if errors else {})}
                await self._tell({"type": "next", "id": name, "payload": payload})
                STREAM_EVENTS.inc()
        await self._tell({"type": "complete", "id": name})

    async def _refuse(self, name: str, errors: list[dict[str, Any]]) -> None:
        """End a subscription with its errors; without the store the client is to come back instead."""
        if any(error["extensions"]["code"] == UNAVAILABLE for error in errors):
            # The session ends by it, as by any disconnection.
            await self._close(_Close(TRY_AGAIN_LATER, "the service cannot use its store at the moment"))
            return
        await self._tell({"type": "error", "id": name, "payload": errors})

    def _public(self, error: GraphQLError) -> dict[str, Any]:
        if isinstance(error.original_error, CannotGetOperationTypeError | InvalidOperationTypeError):
            raise RequestRefused(400, BAD_REQUEST, "operationName names no subscription of the document")
        with span(names.SPAN_STREAM_ERROR, parent=context_from_headers(self._websocket.headers)):
            return public_error(error, suggestions=self._endpoint.suggestions)

    async def _receive(self) -> dict[str, Any]:
        received = await self._websocket.receive()
        if received["type"] == "websocket.disconnect":
            raise WebSocketDisconnect(received["code"])
        try:
            message = orjson.loads(received.get("text") or received.get("bytes") or b"")
        except orjson.JSONDecodeError:
            raise _Close(BAD_MESSAGE, "the message is no JSON") from None
        if not isinstance(message, dict) or not isinstance(message.get("type"), str):
            raise _Close(BAD_MESSAGE, "the message has no type")
        return message

    async def _tell(self, message: dict[str, Any]) -> None:
        if self._websocket.application_state is not WebSocketState.CONNECTED:
            raise WebSocketDisconnect  # Another subscription of the session has closed it.
        await self._websocket.send_text(orjson.dumps(message).decode())


def _is_the_end(data: object, errors: list[dict[str, Any]]) -> bool:
    """Return whether the source of the events failed: no data, and an error that is at no field of an event."""
    return data is None and any("path" not in error for error in errors)
