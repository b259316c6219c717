"""One service out of its parts: settings → Mongo → NATS → relay and consumers → schema → HTTP.

A service's `app.py` is only this::

    PARTS = ServiceParts(
        name="registry",
        settings=RegistrySettings,                  # a subclass of ServiceSettings with its mongo_database
        schema=SCHEMA,                              # kit.graphql.schema.build_schema(...)
        indexes=INDEXES,                            # store/indexes.py
        load_policies=lambda settings: Policies.load(settings.policy_dir, ()),  # a bad file stops the start
        reactions=REACTIONS,                        # reactions.py: a tuple, or a function of the policies giving one
        tasks=(BackgroundTask("sealer", lambda running: Sealer(running.mongo).run()),),
        commands=(ServiceCommand("import-estates", "…", add_arguments, run),),
    )

and its `__main__.py`::

    if __name__ == "__main__":
        sys.exit(run_command_line(PARTS))
"""

import argparse
import asyncio
import logging
import signal
import ssl
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from functools import partial
from itertools import chain, repeat
from types import FrameType
from typing import Generic, TypeVar

import uvicorn
from fastapi import FastAPI
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import WebSocketRoute

from kit import inbox, outbox
from kit.auth import AuthenticationMiddleware, TokenVerifier, Verifier
from kit.background import Supervisor
from kit.change_feed import ChangeFeed
from kit.changes import Changes
from kit.clock import Clock, SystemClock
from kit.event_schemas import EventSchemas
from kit.garbage import leave_what_is_here
from kit.graphql.door import Door
from kit.graphql.endpoint import GraphQLEndpoint
from kit.graphql.schema import Schema
from kit.graphql.subscriptions import SubscriptionEndpoint
from kit.health import Health
from kit.http_routes import HttpRoute
from kit.jetstream import Consumer, JetStream, connect
from kit.logs import set_up_logs
from kit.metrics import PAGE_TYPE, metrics_page
from kit.mongo import Index, Mongo, StoreUnavailable, ensure_indexes
from kit.outbox import Relay
from kit.reactions import Reaction
from kit.settings import ServiceSettings
from kit.telemetry import set_up_telemetry

logger = logging.getLogger(__name__)

PoliciesT = TypeVar("PoliciesT")

GRAPHQL_PATH = "/graphql"
LIVE_PATH = "/health/live"
READY_PATH = "/health/ready"
METRICS_PATH = "/metrics"
RETRY_SECONDS = (0.2, 0.5, 1.0, 2.0, 5.0)
STOP_TASKS_SECONDS = 3.0
DRAIN_NATS_SECONDS = 1.0


@dataclass
class Running(Generic[PoliciesT]):
    """What a running service holds, for background tasks, readiness checks, preparations and commands."""

    name: str
    settings: ServiceSettings
    mongo: Mongo
    clock: Clock
    policies: PoliciesT


@dataclass(frozen=True)
class BackgroundTask(Generic[PoliciesT]):
    """Work that runs as long as the service does; when it ends or raises, the service stops and says why."""

    name: str
    run: Callable[[Running[PoliciesT]], Awaitable[None]]


@dataclass(frozen=True)
class ReadinessCheck(Generic[PoliciesT]):
    """Returns None when fine, else why the service should get no traffic, e.g. "lacks policy 360702-v2"."""

    name: str
    problem: Callable[[Running[PoliciesT]], Awaitable[str | None]]


@dataclass(frozen=True)
class ServiceCommand(Generic[PoliciesT]):
    """A command of one service: `python -m services.<service> <name> …`; `run` returns the exit code."""

    name: str
    help: str
    add_arguments: Callable[[argparse.ArgumentParser], None]
    run: Callable[[argparse.Namespace, Running[PoliciesT]], Awaitable[int]]


@dataclass(frozen=True)
class ServiceParts(Generic[PoliciesT]):
    """Everything that makes one service differ from another."""

    name: str
    settings: Callable[[], ServiceSettings]
    schema: Schema
    indexes: tuple[Index, ...]
    load_policies: Callable[[ServiceSettings], PoliciesT]
    reactions: tuple[Reaction, ...] | Callable[[PoliciesT], tuple[Reaction, ...]] = ()
    prepare: tuple[Callable[[Running[PoliciesT]], Awaitable[None]], ...] = ()
    tasks: tuple[BackgroundTask[PoliciesT], ...] = ()
    readiness: tuple[ReadinessCheck[PoliciesT], ...] = ()
    commands: tuple[ServiceCommand[PoliciesT], ...] = ()
    routes: tuple[HttpRoute[Running[PoliciesT]], ...] = ()
    clock: Clock = field(default_factory=SystemClock)

    def reactions_with(self, policies: PoliciesT) -> tuple[Reaction, ...]:
        """Return the reactions, bound to the loaded policies where they need them."""
        return self.reactions if isinstance(self.reactions, tuple) else self.reactions(policies)

    @property
    def serves_subscriptions(self) -> bool:
        """Whether the schema has any."""
        return self.schema.subscription is not None


class Service(Generic[PoliciesT]):
    """One service while it runs: connects, prepares, serves, watches its tasks, stops in order."""

    def __init__(
        self,
        parts: ServiceParts[PoliciesT],
        settings: ServiceSettings,
        *,
        on_failure: Callable[[], None] | None = None,
    ) -> None:
        self.parts = parts
        self.settings = settings
        # Loaded first: a bad policy file stops the start with its file, line and reason.
        self.policies = parts.load_policies(settings)
        self.reactions = parts.reactions_with(self.policies)
        self.event_schemas = EventSchemas.load(settings.event_schemas_dir)
        self.health = Health({"start": self._start_problem})
        self.supervisor = Supervisor(self.health, on_failure=on_failure)
        self.running: Running[PoliciesT] | None = None
        self.door: Door[PoliciesT] | None = None
        self.changes = Changes()
        self._jetstream: JetStream | None = None
        self._start_message: str | None = "not connected to the store yet"

    async def start(self) -> None:
        """Begin to connect and prepare in the background; readiness says how far it is."""
        self.supervisor.once("start", self._start)

    async def stop(self) -> None:
        """Stop every task, finish what the bus has under way, then let go of the store."""
        self.health.stop("stopping")
        await self.supervisor.stop(seconds=STOP_TASKS_SECONDS)
        if self._jetstream is not None:
            try:
                async with asyncio.timeout(DRAIN_NATS_SECONDS):
                    await self._jetstream.drain()
            except TimeoutError:
                logger.error(
                    "NATS did not drain within %g s; what was under way is delivered again", DRAIN_NATS_SECONDS
                )
        if self.running is not None:
            self.running.mongo.close()

    async def _start_problem(self) -> str | None:
        return self._start_message

    async def _start(self) -> None:
        mongo = await connect_store(self.settings, patience_seconds=None)
        self.running = running = Running(self.parts.name, self.settings, mongo, self.parts.clock, self.policies)
        self._start_message = "not prepared yet"
        await prepare(self.parts, running)
        for check in self.parts.readiness:
            self.health.add(check.name, partial(check.problem, running))
        self.health.add("mongo", partial(_store_problem, running.mongo))
        for task in self.parts.tasks:
            self.supervisor.start(task.name, partial(task.run, running))
        self.door = Door(
            mongo=running.mongo,
            clock=self.parts.clock,
            policies=self.policies,
            introspection=not self.settings.in_production,
            changes=self.changes,
        )
        self._start_message = "not connected to NATS yet"
        jetstream = await self._start_messaging(running)
        # Once it was reached, losing it only degrades: writes go on, and the outbox keeps what is to be told.
        await jetstream.connected()
        self.health.add_degradation("nats", partial(_nats_problem, jetstream))
        self._start_message = None
        logger.info("%s is ready", self.parts.name)

    async def _start_messaging(self, running: Running[PoliciesT]) -> JetStream:
        tls = None
        if self.settings.nats_ca_file is not None:
            tls = ssl.create_default_context(cafile=str(self.settings.nats_ca_file))
        self._jetstream = jetstream = await connect(
            self.settings.nats_url,
            name=self.parts.name,
            on_closed=lambda: self.supervisor.fail("nats", "closed its connection for ever"),
            tls=tls,
            credentials=self.settings.nats_credentials,
        )
        relay = Relay(running.mongo, jetstream, self.parts.name, clock=self.parts.clock)
        consumer = Consumer(
            running.mongo,
            jetstream,
            self.parts.name,
            self.reactions,
            self.event_schemas,
            clock=self.parts.clock,
            replicas=self.settings.nats_replicas,
        )
        self.supervisor.start("relay", relay.run)
        self.supervisor.start("consumer", consumer.run)
        if self.parts.serves_subscriptions:
            self.supervisor.start("changes", ChangeFeed(jetstream, self.parts.name, self.changes).run)
        return jetstream


async def _nats_problem(jetstream: JetStream) -> str | None:
    return None if jetstream.is_connected else "the connection to NATS is down; events wait in the outbox"


async def _store_problem(mongo: Mongo) -> str | None:
    try:
        await mongo.ping()
    except StoreUnavailable:
        return "the store does not answer"
    return None


async def connect_store(settings: ServiceSettings, *, patience_seconds: float | None) -> Mongo:
    """Return the connected store with its outbox, asking again while it does not answer.

    Raises StoreUnavailable when `patience_seconds` are over; None waits as long as it takes.
    """
    deadline = None if patience_seconds is None else time.monotonic() + patience_seconds
    pauses = chain(RETRY_SECONDS, repeat(RETRY_SECONDS[-1]))
    while True:
        try:
            mongo = await Mongo.connect(settings.mongo_uri, settings.mongo_database)
        except StoreUnavailable:
            if deadline is not None and time.monotonic() >= deadline:
                raise
            pause = next(pauses)
            logger.warning("the store does not answer yet; asking again in %g s", pause)
            await asyncio.sleep(pause)
        else:
            outbox.install(mongo)
            return mongo


async def prepare(parts: ServiceParts[PoliciesT], running: Running[PoliciesT]) -> None:
    """Make the declared indexes and do what the service prepares; safe to run at every start."""
    await ensure_indexes(running.mongo, (*outbox.INDEXES, *inbox.INDEXES, *parts.indexes))
    for act in parts.prepare:
        await act(running)


def build_app(
    parts: ServiceParts[PoliciesT],
    settings: ServiceSettings,
    *,
    verifier: Verifier | None = None,
    on_failure: Callable[[], None] | None = None,
) -> FastAPI:
    """Return the service's HTTP application; `app.state.service` is the `Service` behind it.

    Raises what `load_policies` raises, so that a bad policy file stops the start.
    """
    service = Service(parts, settings, on_failure=on_failure)

    @asynccontextmanager
    async def lifespan(_app: FastAPI) -> AsyncIterator[None]:
        await service.start()
        try:
            yield
        finally:
            await service.stop()

    # No generated documentation: every path is one of those below. Spans are made by the endpoint.
    app = FastAPI(
        title=f"anju {parts.name}",
        docs_url=None,
        redoc_url=None,
        openapi_url=None,
        lifespan=lifespan,
        telemetry={"tracing": False, "metrics": False, "logs": False},
    )
    app.state.service = service
    endpoint = GraphQLEndpoint(
        parts.schema,
        lambda: service.door,
        max_body_bytes=settings.max_body_bytes,
        request_seconds=settings.request_seconds,
        sdl_is_open=not settings.in_production,
        suggestions=not settings.in_production,
    )
    app.add_route(GRAPHQL_PATH, endpoint.answer, methods=["POST"])
    if parts.serves_subscriptions:
        subscriptions = SubscriptionEndpoint(
            parts.schema,
            lambda: service.door,
            streams_max=settings.streams_max,
            suggestions=not settings.in_production,
        )
        app.router.routes.append(WebSocketRoute(GRAPHQL_PATH, subscriptions.serve))
    app.add_route(LIVE_PATH, service.health.live, methods=["GET"])
    app.add_route(READY_PATH, service.health.ready, methods=["GET"])
    app.add_route(METRICS_PATH, metrics, methods=["GET"])
    for route in parts.routes:
        app.add_route(route.path, route.endpoint(lambda: service.running), methods=[route.method])
    app.add_middleware(
        AuthenticationMiddleware,
        verifier=verifier or TokenVerifier.from_settings(settings, clock=parts.clock),
        anonymous_paths=() if settings.in_production else (GRAPHQL_PATH,),
        signed_paths=tuple(route.path for route in parts.routes if route.signed_by is not None),
    )
    return app


async def metrics(_request: Request) -> Response:
    """Answer the metrics in the text form of Prometheus."""
    return Response(metrics_page(), media_type=PAGE_TYPE)


class DrainingServer(uvicorn.Server):
    """A server that turns unready at the first signal, before it stops accepting."""

    def __init__(self, config: uvicorn.Config, health: Health) -> None:
        super().__init__(config)
        self._health = health

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:
        # Not handed on: uvicorn would raise the signal again at the end, and being told to stop is no failure.
        self._health.stop(signal.Signals(sig).name)
        if self.should_exit and sig == signal.SIGINT:
            self.force_exit = True
        self.should_exit = True


def serve(parts: ServiceParts[PoliciesT], settings: ServiceSettings) -> int:
    """Serve until SIGTERM or SIGINT and return the exit code: 0 when told to stop, 1 when a background task died.

    Stopping takes at most 20 seconds: requests in flight get `drain_seconds`, tasks and NATS four more.
    """
    set_up_logs(parts.name, settings.log_level)
    flush_telemetry = set_up_telemetry(parts.name, settings)
    server: DrainingServer | None = None

    def stop_serving() -> None:
        if server is not None:
            server.should_exit = True

    app = build_app(parts, settings, on_failure=stop_serving)
    service: Service[PoliciesT] = app.state.service
    config = uvicorn.Config(
        app,
        host=settings.host,
        port=settings.port,
        log_config=None,
        access_log=False,
        server_header=False,
        timeout_graceful_shutdown=int(settings.drain_seconds),
        ws="websockets-sansio",
        ws_max_size=settings.max_body_bytes,
        ws_per_message_deflate=False,
    )
    server = DrainingServer(config, service.health)
    leave_what_is_here()
    try:
        server.run()
    except SystemExit:
        # The server could not start and has logged why, e.g. that the port is taken.
        return 1
    finally:
        flush_telemetry()
    if service.supervisor.failure is not None:
        logger.critical("%s stopped: %s", parts.name, service.supervisor.failure)
        return 1
    return 0 if server.started else 1
