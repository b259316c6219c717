"""Follow the supergraph file: a changed one is read, checked and warmed before it takes the place of the old one."""

import asyncio
import hashlib
import logging
from collections.abc import Callable
from pathlib import Path

from gateway.pipeline import DocumentRecord, Pipeline
from gateway.telemetry import RELOADS

logger = logging.getLogger(__name__)

WARMED_MAX = 500  # The most recently used documents; the rest is planned when it is asked for.

Fingerprint = tuple[int, int, int]


class SupergraphFile:
    """The supergraph file being followed. `build` makes a pipeline of a text, `adopt` puts it into service."""

    def __init__(
        self,
        path: Path,
        *,
        build: Callable[[str], Pipeline],
        current: Callable[[], Pipeline],
        adopt: Callable[[Pipeline], None],
    ) -> None:
        self._path = path
        self._build = build
        self._current = current
        self._adopt = adopt
        self._seen = self._fingerprint()
        self._digest = hashlib.sha256(path.read_bytes()).digest()

    async def follow(self, interval_seconds: float) -> None:
        """Look at the file again and again, for ever; polled, because a mounted file is replaced by moving a link."""
        while True:
            await asyncio.sleep(interval_seconds)
            await self.look()

    async def look(self) -> bool:
        """Adopt the file if it has changed and can be served; return whether it was adopted."""
        fingerprint = self._fingerprint()
        if fingerprint is None or fingerprint == self._seen:
            return False
        self._seen = fingerprint
        records = self._current().recent_documents(WARMED_MAX)
        try:
            made = await asyncio.to_thread(self._read, records)
        except Exception as problem:
            # Whatever is wrong with the file, the old one serves on; it is tried again when the file changes.
            logger.error("the changed supergraph is refused: %s: %s", type(problem).__name__, problem)
            RELOADS.labels("refused").inc()
            return False
        if made is None:
            return False
        self._adopt(made)
        RELOADS.labels("adopted").inc()
        logger.info("a changed supergraph is in service")
        return True

    def _read(self, records: list[DocumentRecord]) -> Pipeline | None:
        text = self._path.read_bytes()
        digest = hashlib.sha256(text).digest()
        if digest == self._digest:
            return None
        made = self._build(text.decode("utf-8"))
        made.warm(records)
        self._digest = digest
        return made

    def _fingerprint(self) -> Fingerprint | None:
        try:
            found = self._path.stat()
        except OSError:
            return None
        return found.st_ino, found.st_mtime_ns, found.st_size
