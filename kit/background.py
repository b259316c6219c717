"""Tasks that run as long as the process does, and are never missed when they die.

A task that raises, or returns before it is told to stop, turns the process unready, is logged with its reason and ends
the process with a failure, so that whoever runs it starts it again.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable

from kit.health import Health
from kit.telemetry import TASK_UP

logger = logging.getLogger(__name__)


class Supervisor:
    """Starts, watches and stops the background tasks of one process."""

    def __init__(self, health: Health, *, on_failure: Callable[[], None] | None = None) -> None:
        self._health = health
        self._on_failure = on_failure
        self._tasks: dict[str, asyncio.Task[None]] = {}
        self._stopping = False
        self.failure: str | None = None

    def start(self, name: str, run: Callable[[], Awaitable[None]]) -> None:
        """Run `run()` as a task from now until `stop`."""
        self._tasks[name] = asyncio.create_task(self._watch(name, run), name=name)
        TASK_UP.labels(name).set(1)

    def once(self, name: str, run: Callable[[], Awaitable[None]]) -> None:
        """Run `run()` as a task that may end by itself, but not fail."""
        self._tasks[name] = asyncio.create_task(self._watch(name, run, may_end=True), name=name)

    def fail(self, name: str, reason: str) -> None:
        """Note that `name` cannot go on: unready from now, and the process ends with a failure."""
        if self._stopping:
            return
        TASK_UP.labels(name).set(0)
        self.failure = self.failure or f"background task {name!r} {reason}"
        logger.critical("%s; the process stops", self.failure)
        self._health.stop(f"background task {name!r} failed")
        if self._on_failure is not None:
            self._on_failure()

    async def _watch(self, name: str, run: Callable[[], Awaitable[None]], *, may_end: bool = False) -> None:
        try:
            await run()
        except asyncio.CancelledError:
            TASK_UP.labels(name).set(0)
            raise
        except Exception as problem:
            logger.critical("background task %s failed", name, exc_info=problem)
            self.fail(name, f"{type(problem).__name__}: {problem}")
        else:
            if not may_end:
                self.fail(name, "ended by itself")

    async def stop(self, *, seconds: float) -> None:
        """Cancel every task and wait for its end; a task that does not end in time is left behind and named."""
        self._stopping = True
        for task in self._tasks.values():
            task.cancel()
        if not self._tasks:
            return
        _, pending = await asyncio.wait(self._tasks.values(), timeout=seconds)
        for task in pending:
            logger.error("background task %s did not stop within %g s", task.get_name(), seconds)
