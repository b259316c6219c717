"""What the client is told of an error: refusals and mistakes in the query as they are, faults masked.

A fault is anything that is not a Refusal: it is logged once, with its trace id, and the client gets that id.
"""

import logging
from typing import Any

from graphql import GraphQLError, GraphQLSyntaxError

from kit.errors import Refusal
from kit.mongo import TooContended, is_unavailable
from kit.telemetry import FAULTS, current_trace_id

logger = logging.getLogger(__name__)

INTERNAL = "INTERNAL"
UNAVAILABLE = "UNAVAILABLE"
PARSE_FAILED = "GRAPHQL_PARSE_FAILED"
VALIDATION_FAILED = "GRAPHQL_VALIDATION_FAILED"
FAULT_MESSAGE = "The service failed; the trace id finds the reason in its logs."
UNAVAILABLE_MESSAGE = "The service cannot use its store at the moment; try again with the same idempotency key."


def public_error(error: GraphQLError, *, suggestions: bool) -> dict[str, Any]:
    """Return the error as the client sees it, logging it when it is a fault.

    Without `suggestions` an unknown field is not answered with the names of fields that do exist.
    """
    cause = _cause(error)
    if cause is None:
        return _mistake(error, suggestions=suggestions)
    if isinstance(cause, Refusal):
        extensions = {"code": cause.code, "value": cause.value, "inputPath": list(cause.path)}
        message = error.message if error.path is None else cause.message
        return _formatted(error, message, extensions)
    trace_id = current_trace_id()
    FAULTS.inc()
    place = ".".join(str(part) for part in error.path or () if isinstance(part, str))
    logger.error("fault at %s", place or "the root", exc_info=(type(cause), cause, cause.__traceback__))
    if isinstance(cause, TooContended) or is_unavailable(cause):
        return _formatted(error, UNAVAILABLE_MESSAGE, {"code": UNAVAILABLE, "traceId": trace_id})
    return _formatted(error, FAULT_MESSAGE, {"code": INTERNAL, "traceId": trace_id})


def _cause(error: GraphQLError) -> BaseException | None:
    """Return what was raised underneath; None when GraphQL itself refuses the query."""
    cause: BaseException | None = error
    while isinstance(cause, GraphQLError):
        cause = cause.original_error
    return cause


def _mistake(error: GraphQLError, *, suggestions: bool) -> dict[str, Any]:
    message = error.message if suggestions else error.message.split(" Did you mean")[0]
    code = PARSE_FAILED if isinstance(error, GraphQLSyntaxError) else VALIDATION_FAILED
    return _formatted(error, message, {"code": code, **(error.extensions or {})})


def _formatted(error: GraphQLError, message: str, extensions: dict[str, Any]) -> dict[str, Any]:
    formatted: dict[str, Any] = {"message": message, "extensions": extensions}
    if error.locations:
        formatted["locations"] = [{"line": place.line, "column": place.column} for place in error.locations]
    if error.path:
        formatted["path"] = list(error.path)
    return formatted
