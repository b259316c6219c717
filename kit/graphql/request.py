"""Reading a GraphQL request off HTTP: one JSON object of bounded size, or a typed refusal that says what is wrong."""

import re
import uuid
from dataclasses import dataclass
from typing import Any

import orjson
from starlette.requests import ClientDisconnect, HTTPConnection, Request

from kit.telemetry import current_trace_id

JSON_TYPE = "application/json"
BAD_REQUEST = "BAD_REQUEST"
UNSUPPORTED_CONTENT_TYPE = "UNSUPPORTED_CONTENT_TYPE"
BODY_TOO_LARGE = "BODY_TOO_LARGE"
TIMEOUT = "TIMEOUT"
UNAUTHENTICATED = "UNAUTHENTICATED"

_CORRELATION_ID = re.compile(r"[A-Za-z0-9_.:-]{1,64}")
_OPERATION_NAME = re.compile(r"[A-Za-z_]\w{0,63}", re.ASCII)


class RequestRefused(Exception):
    """The request is no GraphQL request this endpoint reads."""

    def __init__(self, status: int, code: str, message: str) -> None:
        super().__init__(message)
        self.status = status
        self.code = code
        self.message = message


@dataclass(frozen=True)
class GraphQLRequest:
    """The checked body of a request."""

    query: str
    variables: dict[str, Any] | None
    operation_name: str | None


async def read_body(request: Request, most_bytes: int) -> bytes:
    """Return the body; RequestRefused as soon as it is known to have more than `most_bytes`, or when it breaks off."""
    refusal = RequestRefused(413, BODY_TOO_LARGE, f"the body has more than {most_bytes} bytes")
    declared = request.headers.get("content-length", "")
    if declared.isascii() and declared.isdigit() and int(declared[:20]) > most_bytes:
        raise refusal
    body = bytearray()
    try:
        async for chunk in request.stream():
            body += chunk
            if len(body) > most_bytes:
                raise refusal
    except ClientDisconnect:
        raise RequestRefused(400, BAD_REQUEST, "the body broke off") from None
    return bytes(body)


def read_request(content_type: str, body: bytes) -> GraphQLRequest:
    """Return the GraphQL request in a body; RequestRefused for another content type, broken JSON or wrong members."""
    if content_type.partition(";")[0].strip().lower() != JSON_TYPE:
        raise RequestRefused(415, UNSUPPORTED_CONTENT_TYPE, f"send the body as {JSON_TYPE}")
    try:
        asked = orjson.loads(body)
    except orjson.JSONDecodeError as problem:
        raise RequestRefused(
            400, BAD_REQUEST, f"the body is no JSON: line {problem.lineno}, column {problem.colno}"
        ) from None
    return checked_request(asked)


def checked_request(asked: object) -> GraphQLRequest:
    """Return the GraphQL request in parsed JSON; RequestRefused for no object or wrong members."""
    if not isinstance(asked, dict):
        raise RequestRefused(400, BAD_REQUEST, 'the body is an object with "query", and no list of queries')
    query, variables, operation_name = asked.get("query"), asked.get("variables"), asked.get("operationName")
    if not isinstance(query, str) or not query.strip():
        raise RequestRefused(400, BAD_REQUEST, '"query" is a GraphQL document')
    if variables is not None and not isinstance(variables, dict):
        raise RequestRefused(400, BAD_REQUEST, '"variables" is an object')
    if operation_name is not None and not (
        isinstance(operation_name, str) and _OPERATION_NAME.fullmatch(operation_name)
    ):
        raise RequestRefused(400, BAD_REQUEST, '"operationName" is a name of at most 64 letters')
    return GraphQLRequest(query, variables, operation_name)


def correlation_id_of(request: HTTPConnection) -> str:
    """Return the caller's correlation id when it brings a well-formed one, else the trace id, else a new one."""
    brought = request.headers.get("x-correlation-id", "")
    if _CORRELATION_ID.fullmatch(brought):
        return brought
    return current_trace_id() or uuid.uuid4().hex
