"""Finance's paths beside GraphQL over a real store, behind the same authentication as in a service."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import httpx
from starlette.applications import Starlette

from kit.auth import SIGNED_PATHS, AuthenticationMiddleware
from kit.caller import Caller
from kit.service import Running
from kit.settings import Environment
from services.finance.app import PARTS
from services.finance.settings import FinanceSettings
from tests.heard import EVERYBODY, HeardService


class KnownCallers:
    """Believes every token that is the subject of one of these callers."""

    def __init__(self, *callers: Caller) -> None:
        self._callers = {caller.subject: caller for caller in callers}

    async def verify(self, token: str) -> Caller:
        return self._callers[token]


@asynccontextmanager
async def file_client(finance: HeardService, *callers: Caller, **settings: Any) -> AsyncIterator[httpx.AsyncClient]:
    """A client of the paths; a caller's token is its subject, that of EVERYBODY comes with every request."""
    configured = FinanceSettings(environment=Environment.DEVELOPMENT, development_issuer_dir=Path("unused"), **settings)
    running = Running("finance", configured, finance.mongo, finance.clock, finance.policies)
    app = Starlette()
    for route in PARTS.routes:
        app.add_route(route.path, route.endpoint(lambda: running), methods=[route.method])
    app.add_middleware(AuthenticationMiddleware, verifier=KnownCallers(EVERYBODY, *callers), signed_paths=SIGNED_PATHS)
    async with httpx.AsyncClient(
        transport=httpx.ASGITransport(app=app), base_url="http://finance", headers=token_of(EVERYBODY)
    ) as client:
        yield client


def token_of(caller: Caller) -> dict[str, str]:
    """Return the header that brings a caller's token."""
    return {"authorization": f"Bearer {caller.subject}"}
