"""Whether the process lives and whether it wants traffic.

`/health/live` answers as long as the process can answer at all and asks nobody. `/health/ready` asks every check at
once, each within two seconds, and turns to 503 as soon as the process begins to stop. What only degrades the process is
shown beside: while NATS is down writes go on, so taking every process out of service would make it worse.
"""

import asyncio
from collections.abc import Awaitable, Callable, Mapping

from starlette.requests import Request
from starlette.responses import JSONResponse

from kit.telemetry import READY

Check = Callable[[], Awaitable[str | None]]
"""Returns None when fine, else the reason why not."""

CHECK_SECONDS = 2.0


class Health:
    """The readiness checks of one process, and whether it is stopping."""

    def __init__(self, checks: Mapping[str, Check] | None = None) -> None:
        self._checks = dict(checks or {})
        self._degradations: dict[str, Check] = {}
        self._stopping: str | None = None

    def add(self, name: str, check: Check) -> None:
        """Let readiness depend on one more check."""
        self._checks[name] = check

    def add_degradation(self, name: str, check: Check) -> None:
        """Show one more check without depending on it: the process does part of its work all the same."""
        self._degradations[name] = check

    def stop(self, reason: str) -> None:
        """Turn unready for good; the first reason is kept."""
        self._stopping = self._stopping or reason
        READY.set(0)

    @property
    def stopping(self) -> bool:
        return self._stopping is not None

    async def problems(self) -> dict[str, str]:
        """Return why the process wants no traffic, by check; empty when it is ready."""
        if self._stopping is not None:
            return {"process": self._stopping}
        problems = await self._failing(self._checks)
        READY.set(0 if problems else 1)
        return problems

    async def degradations(self) -> dict[str, str]:
        """Return what does not work although the process is ready, by check."""
        return await self._failing(self._degradations)

    async def _failing(self, checks: Mapping[str, Check]) -> dict[str, str]:
        answers = await asyncio.gather(*(self._ask(check) for check in checks.values()))
        return {name: answer for name, answer in zip(checks, answers, strict=True) if answer is not None}

    async def _ask(self, check: Check) -> str | None:
        try:
            async with asyncio.timeout(CHECK_SECONDS):
                return await check()
        except TimeoutError:
            return f"no answer within {CHECK_SECONDS:g} s"
        except Exception as problem:
            # A check that fails is an answer: not ready, and of which kind.
            return type(problem).__name__

    async def live(self, _request: Request) -> JSONResponse:
        """Answer 200 without asking anybody."""
        return JSONResponse({"status": "live"})

    async def ready(self, _request: Request) -> JSONResponse:
        """Answer 200, or 503 with the reason of each check that fails."""
        problems = await self.problems()
        if problems:
            return JSONResponse({"status": "unready", "problems": problems}, status_code=503)
        degraded = await self.degradations()
        return JSONResponse({"status": "ready", "degraded": degraded} if degraded else {"status": "ready"})
