"""The registry's file paths over a real store, behind the same authentication as in a service."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import httpx
from starlette.applications import Starlette

from kit.auth import AuthenticationMiddleware
from kit.caller import Caller
from kit.content.gridfs import GridFSContent
from kit.content.storage import ContentStorage
from kit.service import Running
from services.registry.files import AnyRunning, ContentAccess, routes
from services.registry.settings import RegistrySettings
from tests.registry.cities import OFFICE, Registry

MOST_BYTES = 64 * 1024


class KnownCallers:
    """Believes every token that is the subject of one of these callers."""

    def __init__(self, *callers: Caller) -> None:
        self._callers = {caller.subject: caller for caller in callers}

    async def verify(self, token: str) -> Caller:
        return self._callers[token]


@asynccontextmanager
async def file_client(
    registry: Registry, *callers: Caller, storage: ContentStorage | None = None
) -> AsyncIterator[httpx.AsyncClient]:
    """A client of the file paths; a caller's token is its subject, that of `OFFICE` comes with every request."""
    kept = ContentAccess(storage or GridFSContent(registry.mongo), MOST_BYTES)
    settings = RegistrySettings.model_construct(in_production=False)
    running: AnyRunning = Running("registry", settings, registry.mongo, registry.clock, registry.policies)
    app = Starlette()
    for route in routes(lambda _: kept):
        app.add_route(route.path, route.endpoint(lambda: running), methods=[route.method])
    app.add_middleware(AuthenticationMiddleware, verifier=KnownCallers(OFFICE, *callers))
    async with httpx.AsyncClient(
        transport=httpx.ASGITransport(app=app), base_url="http://registry", headers=token_of(OFFICE)
    ) as client:
        yield client


def token_of(caller: Caller) -> dict[str, str]:
    """Return the header that brings a caller's token."""
    return {"authorization": f"Bearer {caller.subject}"}
