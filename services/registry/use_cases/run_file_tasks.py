"""Run the tasks that write and read files, one at a time and under a lease, and remove files that have expired.

A task that was cut off by a kill is begun again from its start; each attempt has its own number and its own place in
the content storage, so that a former attempt that still runs somewhere can neither finish nor be mixed up with it.
"""

import asyncio
import hashlib
import logging
import tempfile
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Final

from kit.clock import Clock
from kit.content.storage import CHUNK_BYTES, ContentStorage, ContentUnavailable
from kit.errors import Refusal
from kit.ids import new_id
from kit.lease import Lease
from kit.mongo import Mongo, is_unavailable
from kit.telemetry import FAULTS
from services.registry.domain.content import MediaType
from services.registry.store.file_tasks import (
    FileTask,
    StoredFile,
    TaskKind,
    begin_attempt,
    expired_tasks,
    next_open_task,
    save_expired,
    save_failed,
    save_finished,
    save_progress,
)

logger = logging.getLogger(__name__)

LEASE: Final = "file_tasks"
LEASE_TTL: Final = timedelta(seconds=60)
KEPT: Final = timedelta(days=7)
MOST_ATTEMPTS: Final = 3
MOST_EXPIRED_AT_ONCE: Final = 100
POLL_SECONDS: Final = 1.0
RETRY_SECONDS: Final = 5.0


class AttemptOver(Exception):
    """The lease or the task has passed to another: what this attempt does is of no use any more."""


@dataclass
class Attempt:
    """One attempt at a task: where it writes, and how it says how far it is."""

    mongo: Mongo
    lease: Lease
    task: FileTask
    number: int
    path: Path
    done: int = 0
    total: int | None = None
    counts: dict[str, int] = field(default_factory=dict)

    async def progress(self) -> None:
        """Save `done`, `total` and `counts`; raises AttemptOver when another has taken over."""
        held = await self.lease.renew()
        if not held or not await save_progress(
            self.mongo, self.task.id, self.number, done=self.done, total=self.total, counts=self.counts
        ):
            raise AttemptOver(self.task.id)


Work = Callable[[Attempt], Awaitable[MediaType]]
"""Does what a task orders, writes its file to the attempt's path and returns the file's type."""


@dataclass(frozen=True)
class FileTasks:
    """The runner of one process."""

    mongo: Mongo
    storage: ContentStorage
    clock: Clock
    works: Mapping[TaskKind, Work]

    async def run(self) -> None:
        """Run tasks as they come, as long as the service does."""
        lease = self.lease()
        while True:
            pause = POLL_SECONDS
            try:
                if await lease.acquire():
                    await self.remove_expired()
                    if await self.run_next(lease):
                        pause = 0.0
            except AttemptOver:
                logger.warning("a file task was taken over by another process")
            except Exception as problem:
                if not isinstance(problem, ContentUnavailable) and not is_unavailable(problem):
                    raise
                logger.warning("file tasks wait for their store: %s", type(problem).__name__)
                pause = RETRY_SECONDS
            await asyncio.sleep(pause)

    def lease(self) -> Lease:
        """Return this process's wish for the lease."""
        return Lease(self.mongo, LEASE, new_id("hld"), LEASE_TTL, self.clock)

    async def run_next(self, lease: Lease) -> bool:
        """Run the task that waits longest; returns whether there was one."""
        task = await next_open_task(self.mongo)
        if task is None:
            return False
        content_id = new_id("cnt")
        if not await begin_attempt(self.mongo, task, content_id=content_id):
            return True
        number = task.attempt + 1
        if task.content_id is not None:
            await self.storage.remove(task.content_id)
        if number > MOST_ATTEMPTS:
            await save_failed(self.mongo, task.id, number, "it was begun three times and never finished")
            return True
        with tempfile.TemporaryDirectory(prefix="anju-") as directory:
            attempt = Attempt(self.mongo, lease, task, number, Path(directory) / "file")
            try:
                media_type = await self.works[task.kind](attempt)
            except Refusal as refusal:
                await save_failed(self.mongo, task.id, number, f"{refusal.code}: {refusal.message}")
                return True
            except (AttemptOver, ContentUnavailable):
                raise
            except Exception as fault:
                if is_unavailable(fault):
                    raise
                # A fault of one list must not take the service down; the count of attempts bounds how often it is seen.
                FAULTS.inc()
                logger.exception("attempt %d at file task %s failed", number, task.id)
                return True
            await attempt.progress()
            await self._keep(attempt, content_id, media_type)
        return True

    async def _keep(self, attempt: Attempt, content_id: str, media_type: MediaType) -> None:
        digest = hashlib.sha256()

        async def chunks() -> AsyncIterator[bytes]:
            with attempt.path.open("rb") as file:
                while chunk := await asyncio.to_thread(file.read, CHUNK_BYTES):
                    digest.update(chunk)
                    yield chunk

        await self.storage.put(content_id, chunks())
        file = StoredFile(
            content_id=content_id,
            sha256=digest.hexdigest(),
            size=attempt.path.stat().st_size,
            media_type=media_type,
            expires_at=self.clock.now() + KEPT,
        )
        if not await save_finished(self.mongo, attempt.task.id, attempt.number, file):
            await self.storage.remove(content_id)

    async def remove_expired(self) -> int:
        """Remove files that were kept long enough, a hundred at most; returns how many."""
        expired = await expired_tasks(self.mongo, self.clock.now(), limit=MOST_EXPIRED_AT_ONCE)
        for task in expired:
            assert task.file is not None
            await self.storage.remove(task.file.content_id)
            await save_expired(self.mongo, task.id)
        return len(expired)
