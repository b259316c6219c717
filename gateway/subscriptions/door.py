"""What both protocols need of the gateway: who is asking, how many streams they may have, and when to leave."""

import asyncio
import random
import time
from collections import Counter
from collections.abc import Awaitable, Callable, Iterator, Mapping, MutableMapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from gateway.graphql_over_http import RequestParameters, RequestRefused
from gateway.pipeline import GraphQLRequest
from gateway.settings import StreamSettings
from gateway.subscriptions.served import Served
from gateway.subscriptions.subscription import Subscribe, Subscription
from gateway.supergraph.authorization import ANONYMOUS, Access
from gateway.telemetry import SUBSCRIPTIONS

AsgiScope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]
Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]
Headers = list[tuple[bytes, bytes]]


@dataclass(frozen=True, slots=True)
class Identity:
    """Who is asking. Without a subject the caller is known by address alone."""

    access: Access = ANONYMOUS
    subject: str | None = None
    expires_at: float | None = None

    def seconds_left(self) -> float | None:
        """Return how long the token is still valid; None when it has no end."""
        return None if self.expires_at is None else max(0.0, self.expires_at - time.time())


NOBODY = Identity()
Identify = Callable[[Headers], Awaitable[Identity]]
ReadParameters = Callable[[dict[str, Any]], RequestParameters]


class StreamDoor:
    """Opens subscriptions within the limits, and closes them one by one when the process stops."""

    def __init__(
        self,
        served: Served,
        subscribe: Subscribe,
        identify: Identify,
        read_parameters: ReadParameters,
        settings: StreamSettings,
        forwarded: tuple[str, ...],
    ) -> None:
        self.settings = settings
        self.identify = identify
        self.read_parameters = read_parameters
        self.forwarded = forwarded
        self._served = served
        self._subscribe = subscribe
        self._by_caller: Counter[str] = Counter()
        self._closing = asyncio.Event()
        self._connections = 0
        self._empty = asyncio.Event()
        self._empty.set()

    @property
    def is_closing(self) -> bool:
        """Return whether no new streams are accepted."""
        return self._closing.is_set()

    def open(self, request: GraphQLRequest) -> Subscription:
        """Return the subscription for a request."""
        return Subscription(request, self._served, self._subscribe)

    @contextmanager
    def stream(self, caller: str) -> Iterator[None]:
        """Count one stream of the caller while the block runs; raises RequestRefused beyond the limit."""
        limit = self.settings.streams_per_caller_max
        if self._by_caller[caller] >= limit:
            raise RequestRefused(429, "TOO_MANY_SUBSCRIPTIONS", f"A caller may have {limit} subscriptions at a time.")
        self._by_caller[caller] += 1
        SUBSCRIPTIONS.inc()
        try:
            yield
        finally:
            SUBSCRIPTIONS.dec()
            self._by_caller[caller] -= 1
            if not self._by_caller[caller]:
                del self._by_caller[caller]

    @contextmanager
    def connection(self) -> Iterator[None]:
        """Count a connection while the block runs; `close` waits for all of them."""
        self._connections += 1
        self._empty.clear()
        try:
            yield
        finally:
            self._connections -= 1
            if not self._connections:
                self._empty.set()

    async def time_to_leave(self) -> None:
        """Return when a connection must end: at a moment of its own, so that clients do not all come back at once."""
        await self._closing.wait()
        await asyncio.sleep(random.uniform(0, self.settings.close_seconds))

    async def close(self) -> None:
        """Let all connections end; return when they have, or should have."""
        self._closing.set()
        try:
            async with asyncio.timeout(self.settings.close_seconds + 1.0):
                await self._empty.wait()
        except TimeoutError:
            return


def caller_key(identity: Identity, scope: AsgiScope) -> str:
    """Return what a caller's streams are counted by."""
    if identity.subject is not None:
        return f"subject {identity.subject}"
    client = scope.get("client")
    return f"address {client[0] if client else ''}"


def forwarded_headers(headers: Headers, names: tuple[str, ...]) -> dict[str, str]:
    """Return those of the client's headers that subgraphs are told."""
    return {name.decode(): value.decode("latin-1") for name, value in headers if name.decode("latin-1") in names}


def headers_of_payload(payload: Mapping[str, Any], names: tuple[str, ...]) -> Headers:
    """Return the headers in a `connection_init` payload, at its top or under `headers`; others are left out."""
    inner = payload.get("headers")
    given = {**payload, **(inner if isinstance(inner, dict) else {})}
    return [
        (name.lower().encode(), value.encode("latin-1"))
        for name, value in given.items()
        if name.lower() in names and isinstance(value, str) and value.isascii() and value.isprintable()
    ]
