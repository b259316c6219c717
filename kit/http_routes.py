"""HTTP paths of a service beside GraphQL, for what GraphQL cannot carry: files.

A route is shut like everything else: authentication stands before it, and its answer is a refusal in the same form as
GraphQL's when a rule refuses, or a masked fault::

    HttpRoute("/documents/{id}/content", "GET", download)

A path of SIGNED_PATHS needs no token: its route names who checks the signature and says for whom the call is::

    HttpRoute("/bank-callbacks", "POST", take_callback, signed_by=bank_of)
"""

import logging
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any, Final, Generic, Protocol, TypeVar

from opentelemetry.trace import SpanKind
from starlette.requests import Request
from starlette.responses import Response

from kit import telemetry_names as names
from kit.auth import SIGNED_PATHS, refusal_response
from kit.caller import Caller
from kit.content.storage import ContentUnavailable
from kit.errors import Duplicate, ForbiddenActor, NotFound, Refusal, StateConflict, ValidationFailed
from kit.graphql.faults import FAULT_MESSAGE, INTERNAL, UNAVAILABLE, UNAVAILABLE_MESSAGE
from kit.graphql.request import UNAUTHENTICATED, RequestRefused
from kit.mongo import TooContended, is_unavailable
from kit.telemetry import FAULTS, context_from_headers, span

logger = logging.getLogger(__name__)

RunningT = TypeVar("RunningT")
RunningT_contra = TypeVar("RunningT_contra", contravariant=True)

UNPROCESSABLE: Final = 422
_STATUS_BY_FAMILY: Final[tuple[tuple[type[Refusal], int], ...]] = (
    (NotFound, 404),
    (ForbiddenActor, 403),
    (ValidationFailed, 400),
    (StateConflict, 409),
    (Duplicate, 409),
)


class RouteAnswer(Protocol[RunningT_contra]):
    """Answers a request of a caller; raises a Refusal, or RequestRefused for what is no request of this path."""

    def __call__(self, request: Request, running: RunningT_contra, caller: Caller) -> Awaitable[Response]: ...


class SignatureCheck(Protocol[RunningT_contra]):
    """Returns the caller who signed a request; raises RequestRefused for every other request."""

    def __call__(self, request: Request, running: RunningT_contra) -> Awaitable[Caller]: ...


@dataclass(frozen=True)
class HttpRoute(Generic[RunningT]):
    """A path, its one method, what answers there, and for a path of SIGNED_PATHS what checks its signature."""

    path: str
    method: str
    answer: RouteAnswer[RunningT]
    signed_by: SignatureCheck[RunningT] | None = None

    def __post_init__(self) -> None:
        if (self.signed_by is not None) != (self.path in SIGNED_PATHS):
            raise ValueError(f"{self.path}: a path is signed if, and only if, it is one of SIGNED_PATHS")

    def endpoint(self, running: Callable[[], RunningT | None]) -> Callable[[Request], Awaitable[Response]]:
        """Return the guarded endpoint; it refuses with 503 until `running` gives the running service."""

        async def answer(request: Request) -> Response:
            with span(
                names.SPAN_FILE_REQUEST,
                kind=SpanKind.SERVER,
                parent=context_from_headers(request.headers),
                attributes={"http.request.method": request.method, "http.route": self.path},
            ) as current:
                response = await self._guarded(request, running())
                current.set_attribute("http.response.status_code", response.status_code)
            return response

        return answer

    async def _guarded(self, request: Request, running: RunningT | None) -> Response:
        caller: Any = getattr(request.state, "caller", None)
        if self.signed_by is None and not isinstance(caller, Caller):
            return refusal_response(UNAUTHENTICATED, "the request brings no token", 401)
        if running is None:
            return refusal_response(UNAVAILABLE, "the service is starting; try again", 503)
        try:
            if self.signed_by is not None:
                caller = await self.signed_by(request, running)
            return await self.answer(request, running, caller)
        except RequestRefused as refusal:
            return refusal_response(refusal.code, refusal.message, refusal.status)
        except Refusal as refusal:
            return refusal_response(refusal.code, refusal.message, status_of(refusal))
        except Exception as fault:
            # Masked like a fault of a resolver: the client gets no detail, the log has all of it under the trace id.
            FAULTS.inc()
            logger.exception("fault at %s %s", self.method, self.path)
            if isinstance(fault, TooContended | ContentUnavailable) or is_unavailable(fault):
                return refusal_response(UNAVAILABLE, UNAVAILABLE_MESSAGE, 503)
            return refusal_response(INTERNAL, FAULT_MESSAGE, 500)


def status_of(refusal: Refusal) -> int:
    """Return the HTTP status that fits a refusal's family; 422 where none says it better."""
    return next((status for family, status in _STATUS_BY_FAMILY if isinstance(refusal, family)), UNPROCESSABLE)
