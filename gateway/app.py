"""The gateway's door: a plain ASGI application, wired from the settings."""

import asyncio
import base64
import gc
import logging
from collections.abc import Awaitable, Callable, Iterable, Mapping, MutableMapping
from dataclasses import dataclass, replace
from typing import Any

import orjson
from graphql import OperationType

from gateway.cross_origin import CrossOrigin
from gateway.documents.automatic import AutomaticDocuments
from gateway.documents.resolve import DocumentRefused, DocumentResolver
from gateway.documents.trusted import read_manifest
from gateway.executor.http_subgraphs import TRACE_HEADERS, HttpSubgraphClient, SubgraphConnections
from gateway.executor.resilience.admission import RETRY_AFTER_SECONDS, Admission
from gateway.executor.resilience.shared_work import SharedWork
from gateway.executor.subgraph_stream import subscribe
from gateway.graphiql.page import GraphiqlPage
from gateway.graphql_over_http import (
    GRAPHQL_RESPONSE,
    JSON,
    Batch,
    RequestParameters,
    RequestRefused,
    choose_media_type,
    content_type_of,
    read_get,
    read_parameters,
    read_post,
    status_of,
)
from gateway.hot_reload import SupergraphFile
from gateway.pipeline import Answer, GraphQLRequest, Pipeline
from gateway.settings import DocumentSettings, GatewaySettings
from gateway.subscriptions.door import NOBODY, Identity, StreamDoor
from gateway.subscriptions.graphql_transport_ws import serve_websocket
from gateway.subscriptions.served import Served
from gateway.subscriptions.server_sent_events import accepts_event_stream, prefers_event_stream, serve_events
from gateway.supergraph.authorization import Access
from gateway.supergraph.read import read_supergraph
from gateway.telemetry import IN_FLIGHT, NO_TRACING, OVERLOADED, REQUESTS, Tracing
from kit.auth import KeysUnavailable, TokenVerifier, Unauthenticated, bearer_token
from kit.deadline import DEADLINE_HEADER, seconds_granted
from kit.health import Health
from kit.metrics import PAGE_TYPE, metrics_page

logger = logging.getLogger(__name__)

AsgiScope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]
Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]

HttpAnswer = tuple[int, bytes, bytes, Iterable[tuple[bytes, bytes]]]

GRAPHQL_PATH = "/graphql"
PLAN_HEADER = b"anju-plan"
DEADLINE_HEADER_BYTES = DEADLINE_HEADER.encode()


class GatewayApp:
    """Serves `/graphql`, health and metrics."""

    def __init__(
        self,
        pipeline: Pipeline,
        settings: GatewaySettings,
        verifier: TokenVerifier | None,
        connections: SubgraphConnections,
    ) -> None:
        self.pipeline = pipeline
        self.settings = settings
        self.verifier = verifier
        self.connections = connections
        self.admission = Admission(settings.requests_in_flight_max)
        self.health = Health()
        self.cross_origin = CrossOrigin(settings.cors_origins, settings.forwarded_headers)
        self.documents = _document_resolver(settings.documents)
        self.graphiql = GraphiqlPage() if settings.graphiql else None
        self.served = Served(pipeline)
        self.streams = StreamDoor(
            self.served,
            subscribe,
            self._identify,
            self._read_stream_parameters,
            settings.streams,
            settings.forwarded_headers,
        )
        self.supergraph_file: SupergraphFile | None = None
        self._tasks: list[asyncio.Task[None]] = []
        self._shared: SharedWork[Answer] = SharedWork()
        self._forwarded = tuple(name.encode() for name in settings.forwarded_headers)

    async def __call__(self, scope: AsgiScope, receive: Receive, send: Send) -> None:
        if scope["type"] == "lifespan":
            await self._lifespan(receive, send)
            return
        path = scope["path"]
        if scope["type"] == "websocket":
            if (
                path != GRAPHQL_PATH
                or self.streams.is_closing
                or not self.cross_origin.allows_websocket(scope["headers"])
            ):
                await send({"type": "websocket.close", "code": 1008})
            else:
                await serve_websocket(self.streams, scope, receive, send)
            return
        if path == GRAPHQL_PATH:
            if self.cross_origin.origins:
                send = _adding_headers(send, self.cross_origin.answer_headers(scope["headers"]))
            if scope["method"] == "OPTIONS":
                await self._preflight(scope, send)
            else:
                await self._graphql(scope, receive, send)
        elif path == "/health/live":
            await _send_json(send, 200, {"status": "live"})
        elif path == "/health/ready":
            problems = await self.health.problems()
            await _send_json(
                send,
                503 if problems else 200,
                {"status": "unready", "problems": problems} if problems else {"status": "ready"},
            )
        elif path == "/metrics":
            await _send(send, 200, PAGE_TYPE.encode(), metrics_page())
        elif self.graphiql is not None and (
            page := self.graphiql.answer(
                path, scope["method"], scope["headers"], self.pipeline.supergraph.public_schema
            )
        ):
            await _send(send, page.status, page.content_type, page.body, page.headers)
        else:
            await _send_json(send, 404, {"errors": [{"message": "Not found.", "extensions": {"code": "NOT_FOUND"}}]})

    def adopt(self, pipeline: Pipeline) -> None:
        """Answer from this pipeline on; requests under way finish on the old one."""
        self.pipeline = pipeline
        self.served.adopt(pipeline)
        gc.unfreeze()  # What was here to stay goes with the old supergraph.
        self.connections.keep_only({one.name: one.url for one in pipeline.supergraph.subgraphs.values()})

    async def drain(self) -> None:
        """Ask for no more traffic and end the subscriptions; requests under way go on."""
        self.health.stop("stopping")
        await self.streams.close()

    async def _lifespan(self, receive: Receive, send: Send) -> None:
        while True:
            message = await receive()
            if message["type"] == "lifespan.startup":
                if self.supergraph_file is not None:
                    following = self.supergraph_file.follow(self.settings.reload_seconds)
                    self._tasks.append(asyncio.create_task(following))
                await send({"type": "lifespan.startup.complete"})
            elif message["type"] == "lifespan.shutdown":
                self.health.stop("stopping")
                for task in self._tasks:
                    task.cancel()
                await self.connections.close()
                await send({"type": "lifespan.shutdown.complete"})
                return

    async def _preflight(self, scope: AsgiScope, send: Send) -> None:
        try:
            headers = self.cross_origin.preflight_headers(scope["headers"])
        except RequestRefused as refusal:
            await _send(send, *_refusal(refusal, JSON))
            return
        await _send(send, 204, b"text/plain", b"", headers)

    async def _graphql(self, scope: AsgiScope, receive: Receive, send: Send) -> None:
        if not self.admission.enter():
            OVERLOADED.inc()
            refusal = RequestRefused(503, "OVERLOADED", "Too many requests are being answered; try again.")
            retry_after = [(b"retry-after", str(RETRY_AFTER_SECONDS).encode())]
            await _send(send, 503, content_type_of(JSON).encode(), refusal.body(), retry_after)
            return
        IN_FLIGHT.inc()
        try:
            answered = await self._answer(scope, receive)
        finally:
            IN_FLIGHT.dec()
            self.admission.leave()
        if isinstance(answered, _Stream):
            try:
                await serve_events(self.streams, answered.request, answered.identity, scope, receive, send)
                return
            except RequestRefused as refusal:
                answered = _refusal(refusal, JSON)
        status, content_type, body, headers = answered
        REQUESTS.labels(str(status)).inc()
        await _send(send, status, content_type, body, headers)

    async def _answer(self, scope: AsgiScope, receive: Receive) -> "HttpAnswer | _Stream":
        headers: list[tuple[bytes, bytes]] = scope["headers"]
        accept = content_type = granted = plan_wanted = None
        forwarded: dict[str, str] = {}
        for name, value in headers:
            if name == b"accept":
                accept = value.decode("latin-1") if accept is None else f"{accept},{value.decode('latin-1')}"
            elif name == b"content-type":
                content_type = value.decode("latin-1")
            elif name == DEADLINE_HEADER_BYTES:
                granted = value.decode("latin-1")
            elif name == PLAN_HEADER:
                plan_wanted = value
            elif name in self._forwarded:
                forwarded[name.decode()] = value.decode("latin-1")
        media_type = choose_media_type(accept)
        try:
            if media_type is None and not accepts_event_stream(accept):
                raise RequestRefused(406, "NOT_ACCEPTABLE", f"The answer comes as {GRAPHQL_RESPONSE} or {JSON}.")
            identity = await self._identify(headers)
            parameters, read_only = await self._parameters(scope, receive, content_type)
            timeout_seconds = seconds_granted(granted, self.settings.request_timeout_seconds)
            if isinstance(parameters, list):
                return await self._answer_batch(parameters, forwarded, identity, timeout_seconds)
            query = self._document(parameters)
        except RequestRefused as refusal:
            return _refusal(refusal, media_type or JSON)
        request = GraphQLRequest(
            query,
            parameters.operation_name,
            parameters.variables,
            forwarded,
            read_only=read_only,
            access=identity.access,
            timeout_seconds=timeout_seconds,
            show_plan=plan_wanted is not None and self._may_see_plans(identity.access),
        )
        if media_type is None or (
            accepts_event_stream(accept)
            and (
                prefers_event_stream(accept)
                or self.pipeline.kind_of(request.query, request.operation_name) is OperationType.SUBSCRIPTION
            )
        ):
            return _Stream(request, identity)
        if self.settings.share_identical_requests:
            answer = await self._answer_shared(request)
        else:
            answer = await self.pipeline.answer(request)
        return (
            status_of(answer, media_type),
            content_type_of(media_type).encode(),
            orjson.dumps(answer.body),
            [(b"allow", b"POST")] if answer.mutation_refused else (),
        )

    def _may_see_plans(self, access: Access) -> bool:
        return self.settings.show_plans or not access.scopes.isdisjoint(self.settings.plan_roles)

    async def _answer_shared(self, request: GraphQLRequest) -> Answer:
        """Answer a query together with identical ones of the same caller that are under way."""
        pipeline = self.pipeline
        if pipeline.kind_of(request.query, request.operation_name) is not OperationType.QUERY:
            return await pipeline.answer(request)
        headers = tuple(header for header in request.headers.items() if header[0] not in TRACE_HEADERS)
        variables = orjson.dumps(request.variables, option=orjson.OPT_SORT_KEYS)
        key = (pipeline, request.query, request.operation_name, variables, headers, request.access)
        return await self._shared.do(
            (*key, request.timeout_seconds, request.show_plan), lambda: pipeline.answer(request)
        )

    async def _answer_batch(
        self, batch: Batch, forwarded: Mapping[str, str], identity: Identity, timeout_seconds: float
    ) -> HttpAnswer:
        """Answer a batch's members side by side; a member that is refused is refused alone."""

        async def answer_one(member: RequestParameters | RequestRefused) -> Mapping[str, Any]:
            if isinstance(member, RequestRefused):
                return member.answer()
            try:
                query = self._document(member)
            except RequestRefused as refusal:
                return refusal.answer()
            request = GraphQLRequest(
                query,
                member.operation_name,
                member.variables,
                forwarded,
                access=identity.access,
                timeout_seconds=timeout_seconds,
            )
            return (await self.pipeline.answer(request)).body

        answers = await asyncio.gather(*map(answer_one, batch))
        return 200, content_type_of(JSON).encode(), orjson.dumps(answers), ()

    def _document(self, parameters: RequestParameters) -> str:
        try:
            query = self.documents.resolve(parameters.query, parameters.document_id, parameters.extensions)
        except DocumentRefused as refusal:
            raise RequestRefused(400, refusal.code, refusal.message, well_formed=True) from refusal
        if query is None:
            raise RequestRefused(400, "BAD_REQUEST", "The parameter query is missing.")
        return query

    def _read_stream_parameters(self, sent: dict[str, Any]) -> RequestParameters:
        parameters = read_parameters(sent)
        return replace(parameters, query=self._document(parameters))

    async def _parameters(
        self, scope: AsgiScope, receive: Receive, content_type: str | None
    ) -> tuple[RequestParameters | Batch, bool]:
        if scope["method"] == "POST":
            return read_post(content_type, await self._body(receive), self.settings.batch_max), False
        if scope["method"] == "GET":
            self.cross_origin.check_get(scope["headers"])
            return read_get(scope["query_string"]), True
        raise RequestRefused(405, "METHOD_NOT_ALLOWED", "Use POST, or GET for queries.", {"allow": "GET, POST"})

    async def _body(self, receive: Receive) -> bytes:
        parts: list[bytes] = []
        size = 0
        while True:
            message = await receive()
            if message["type"] == "http.disconnect":
                raise RequestRefused(400, "BAD_REQUEST", "The request broke off.")
            part = message.get("body", b"")
            size += len(part)
            if size > self.settings.body_bytes_max:
                raise RequestRefused(
                    413, "BODY_TOO_LARGE", f"The request body is larger than {self.settings.body_bytes_max} bytes."
                )
            parts.append(part)
            if not message.get("more_body"):
                return parts[0] if len(parts) == 1 else b"".join(parts)

    async def _identify(self, headers: list[tuple[bytes, bytes]]) -> Identity:
        if self.verifier is None:
            return NOBODY
        try:
            token = bearer_token(headers)
            caller = await self.verifier.verify(token)
        except Unauthenticated as refusal:
            raise RequestRefused(401, refusal.code, refusal.message, {"www-authenticate": "Bearer"}) from refusal
        except KeysUnavailable as refusal:
            raise RequestRefused(503, refusal.code, str(refusal), {"retry-after": "5"}) from refusal
        claims = _claims(token)
        expires_at = claims.get("exp")
        return Identity(
            _access(claims), caller.subject, float(expires_at) if isinstance(expires_at, int | float) else None
        )


@dataclass(frozen=True, slots=True)
class _Stream:
    """A request whose answer is an event stream."""

    request: GraphQLRequest
    identity: Identity


def _refusal(refusal: RequestRefused, media_type: str) -> HttpAnswer:
    headers = [(name.encode(), value.encode()) for name, value in refusal.headers.items()]
    return refusal.status_for(media_type), content_type_of(media_type).encode(), refusal.body(), headers


def _document_resolver(settings: DocumentSettings) -> DocumentResolver:
    automatic = settings.automatic_documents_max
    return DocumentResolver(
        read_manifest(settings.trusted) if settings.trusted is not None else None,
        settings.trusted_mode,
        AutomaticDocuments(automatic) if automatic else None,
    )


def _adding_headers(send: Send, headers: list[tuple[bytes, bytes]]) -> Send:
    async def sending(message: MutableMapping[str, Any]) -> None:
        if message["type"] == "http.response.start":
            message["headers"] = [*message.get("headers", ()), *headers]
        await send(message)

    return sending


def _claims(token: str) -> dict[str, Any]:
    """Return the claims of a token that was verified before."""
    payload = token.split(".")[1]
    claims: dict[str, Any] = orjson.loads(base64.urlsafe_b64decode(payload + "=" * (-len(payload) % 4)))
    return claims


def _access(claims: Mapping[str, Any]) -> Access:
    """Return what the claims `scope`, `scopes`, `roles` and `policies` hold for the schema's directives."""
    scopes: set[str] = set(str(claims.get("scope") or "").split())
    for name in ("scopes", "roles"):
        if isinstance(claims.get(name), list):
            scopes.update(str(one) for one in claims[name])
    policies = claims.get("policies")
    return Access(True, frozenset(scopes), frozenset(map(str, policies)) if isinstance(policies, list) else frozenset())


def build_app(settings: GatewaySettings, verifier: TokenVerifier | None, tracing: Tracing = NO_TRACING) -> GatewayApp:
    """Return the application; raises UnsupportedSupergraph when the supergraph cannot be served."""
    connections = SubgraphConnections(settings.traffic)

    def build(sdl: str) -> Pipeline:
        return build_pipeline(sdl, settings, connections, tracing)

    app = GatewayApp(build(settings.supergraph.read_text(encoding="utf-8")), settings, verifier, connections)
    if settings.reload_seconds > 0:
        app.supergraph_file = SupergraphFile(
            settings.supergraph, build=build, current=lambda: app.pipeline, adopt=app.adopt
        )
    return app


def build_pipeline(
    sdl: str, settings: GatewaySettings, connections: SubgraphConnections, tracing: Tracing = NO_TRACING
) -> Pipeline:
    """Return the pipeline over one supergraph; raises UnsupportedSupergraph when it cannot be served."""
    supergraph = read_supergraph(sdl, settings.subgraph_urls)
    client = HttpSubgraphClient(
        {graph: subgraph.url for graph, subgraph in supergraph.subgraphs.items()},
        {graph: subgraph.name for graph, subgraph in supergraph.subgraphs.items()},
        connections,
    )
    return Pipeline(
        supergraph,
        client,
        introspection=settings.introspection,
        mask_messages=settings.mask_messages,
        error_extensions=settings.error_extensions,
        documents_max=settings.documents_max,
        document_characters_max=settings.document_characters_max,
        plan_fields_max=settings.plan_fields_max,
        request_timeout_seconds=settings.request_timeout_seconds,
        tracing=tracing,
        limits=settings.limits,
        reject_forbidden=settings.reject_forbidden,
        override_labels=frozenset(settings.override_labels),
    )


async def _send_json(send: Send, status: int, body: Mapping[str, Any]) -> None:
    await _send(send, status, b"application/json", orjson.dumps(body))


async def _send(
    send: Send, status: int, content_type: bytes, body: bytes, headers: Iterable[tuple[bytes, bytes]] = ()
) -> None:
    await send(
        {
            "type": "http.response.start",
            "status": status,
            "headers": [
                (b"content-type", content_type),
                (b"content-length", str(len(body)).encode()),
                *headers,
            ],
        }
    )
    await send({"type": "http.response.body", "body": body})
