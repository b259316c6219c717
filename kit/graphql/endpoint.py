"""The one GraphQL path of a service: POST with a JSON body, typed refusals for everything else."""

import asyncio
import time
from collections.abc import Callable
from typing import Any

import orjson
from graphql import FieldNode, GraphQLError, OperationDefinitionNode, parse
from opentelemetry.trace import SpanKind
from starlette.requests import Request
from starlette.responses import Response
from strawberry.schema.exceptions import CannotGetOperationTypeError, InvalidOperationTypeError
from strawberry.types.graphql import OperationType

from kit import telemetry_names as names
from kit.auth import refusal_response
from kit.caller import Caller, Scope
from kit.deadline import DEADLINE_EXCEEDED, DEADLINE_HEADER, seconds_granted
from kit.graphql.door import Door, RequestContext
from kit.graphql.faults import UNAVAILABLE, public_error
from kit.graphql.request import (
    BAD_REQUEST,
    JSON_TYPE,
    TIMEOUT,
    UNAUTHENTICATED,
    GraphQLRequest,
    RequestRefused,
    correlation_id_of,
    read_body,
    read_request,
)
from kit.graphql.schema import MOST_TOKENS, Schema
from kit.telemetry import REQUEST_SECONDS, REQUESTS, context_from_headers, span

NOBODY = Caller(subject="anonymous", roles=frozenset(), scope=Scope.of())
"""Who reads the SDL of a development service without a token: no roles, sees nothing."""

_OPERATION_TYPES = frozenset({OperationType.QUERY, OperationType.MUTATION})


class GraphQLEndpoint:
    """Answers POST requests by executing them with the caller that authentication left in the request."""

    def __init__(
        self,
        schema: Schema,
        door: Callable[[], Door[Any] | None],
        *,
        max_body_bytes: int,
        request_seconds: float,
        sdl_is_open: bool = False,
        suggestions: bool = False,
    ) -> None:
        self._schema = schema
        self._door = door
        self._max_body_bytes = max_body_bytes
        self._request_seconds = request_seconds
        self._sdl_is_open = sdl_is_open
        self._suggestions = suggestions

    async def answer(self, request: Request) -> Response:
        """Return the answer; never raises for what a client can send."""
        started = time.perf_counter()
        with span(
            names.SPAN_REQUEST,
            kind=SpanKind.SERVER,
            parent=context_from_headers(request.headers),
            attributes={"http.request.method": request.method, "http.route": request.url.path},
        ) as current:
            response = await self._answer(request)
            current.set_attribute("http.response.status_code", response.status_code)
        REQUESTS.labels(str(response.status_code)).inc()
        REQUEST_SECONDS.observe(time.perf_counter() - started)
        return response

    async def _answer(self, request: Request) -> Response:
        arrived = asyncio.get_running_loop().time()
        seconds = seconds_granted(request.headers.get(DEADLINE_HEADER), self._request_seconds)
        try:
            asked = read_request(
                request.headers.get("content-type", ""), await read_body(request, self._max_body_bytes)
            )
            caller = self._caller(request, asked)
            door = self._door()
            if door is None:
                raise RequestRefused(503, UNAVAILABLE, "the service is starting; try again")
            if seconds <= 0:
                raise TimeoutError
            # What was not committed when the time is up is rolled back; the same idempotency key finds out.
            async with asyncio.timeout_at(arrived + seconds):
                return await self._execute(asked, RequestContext(door, caller, correlation_id_of(request)))
        except TimeoutError:
            code = TIMEOUT if seconds >= self._request_seconds else DEADLINE_EXCEEDED
            return refusal_response(code, f"no answer within {seconds:g} seconds", 504)
        except RequestRefused as refusal:
            return refusal_response(refusal.code, refusal.message, refusal.status)

    def _caller(self, request: Request, asked: GraphQLRequest) -> Caller:
        caller = getattr(request.state, "caller", None)
        if isinstance(caller, Caller):
            return caller
        if self._sdl_is_open and asks_only_for_the_sdl(asked.query):
            return NOBODY
        raise RequestRefused(401, UNAUTHENTICATED, "the request brings no token")

    async def _execute(self, asked: GraphQLRequest, context: RequestContext[Any]) -> Response:
        try:
            result = await self._schema.execute(
                asked.query,
                variable_values=asked.variables,
                context_value=context,
                operation_name=asked.operation_name,
                allowed_operation_types=_OPERATION_TYPES,
            )
        except (CannotGetOperationTypeError, InvalidOperationTypeError):
            raise RequestRefused(400, BAD_REQUEST, "operationName names no query or mutation of the document") from None
        answer: dict[str, Any] = {"data": result.data}
        if result.errors:
            answer["errors"] = [public_error(error, suggestions=self._suggestions) for error in result.errors]
        return Response(orjson.dumps(answer), media_type=JSON_TYPE)


def asks_only_for_the_sdl(query: str) -> bool:
    """Return whether the document is one query of `_service` and nothing else."""
    try:
        document = parse(query, max_tokens=MOST_TOKENS)
    except GraphQLError:
        return False
    if len(document.definitions) != 1 or not isinstance(document.definitions[0], OperationDefinitionNode):
        return False
    operation = document.definitions[0]
    return operation.operation.value == "query" and all(
        isinstance(selection, FieldNode) and selection.name.value in ("_service", "__typename")
        for selection in operation.selection_set.selections
    )
