"""File content: take it in checked, give it out verified, check all of it, clean up what nothing refers to."""

import hashlib
import logging
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import timedelta
from typing import Final

from kit import telemetry_names as names
from kit.caller import Caller
from kit.clock import Clock
from kit.content.storage import ContentMissing, ContentStorage
from kit.errors import Refusal
from kit.ids import new_id
from kit.metrics import Counter
from kit.mongo import Mongo
from services.registry.domain.content import (
    ContentChanged,
    ContentFacts,
    MediaTypeFinder,
    check_not_empty,
    check_size,
    check_unchanged,
)
from services.registry.store.contents import (
    add_upload,
    claim_removal,
    finish_upload,
    forget_content,
    registered_contents,
    uploads_before,
)
from services.registry.use_cases.roles import REGISTER_DOCUMENTS

logger = logging.getLogger(__name__)

CONTENT_CHANGED = Counter(names.METRIC_CONTENT_CHANGED, "Stored files whose bytes are not those registered.")
KEPT_UNREGISTERED: Final = timedelta(days=2)
"""How long an upload waits for its document."""

MOST_CLEANED: Final = 1_000


@dataclass(frozen=True)
class Upload:
    """A file that came in whole."""

    content_id: str
    facts: ContentFacts


@dataclass(frozen=True)
class ContentFault:
    """A registered file whose stored bytes are not those that were registered."""

    content_id: str
    reason: str


async def receive_content(
    mongo: Mongo,
    storage: ContentStorage,
    caller: Caller,
    chunks: AsyncIterator[bytes],
    *,
    clock: Clock,
    most_bytes: int,
) -> Upload:
    """Keep a stream as new content and return its id, hash, size and type.

    Raises ContentTooLarge as soon as the bound is passed, ContentEmpty, MediaTypeRefused, and ForbiddenActor; nothing
    of a refused file is kept.
    """
    caller.require_role(*REGISTER_DOCUMENTS)
    content_id = new_id("cnt")
    await add_upload(mongo, content_id, uploaded_by=caller.subject, uploaded_at=clock.now())
    checked = _CheckedStream(chunks, most_bytes)
    try:
        await storage.put(content_id, checked.chunks())
    except Refusal:
        await _remove(mongo, storage, content_id)
        raise
    facts = checked.facts()
    await finish_upload(mongo, content_id, facts)
    return Upload(content_id, facts)


class _CheckedStream:
    """Lets a stream pass by while it counts, hashes and looks at the bytes; ends in a refusal when they will not do."""

    def __init__(self, chunks: AsyncIterator[bytes], most_bytes: int) -> None:
        self._chunks = chunks
        self._most_bytes = most_bytes
        self._size = 0
        self._hash = hashlib.sha256()
        self._finder = MediaTypeFinder()

    async def chunks(self) -> AsyncIterator[bytes]:
        async for chunk in self._chunks:
            self._size += len(chunk)
            check_size(self._size, most_bytes=self._most_bytes)
            self._hash.update(chunk)
            self._finder.feed(chunk)
            yield chunk
        check_not_empty(self._size)
        self._finder.found()

    def facts(self) -> ContentFacts:
        return ContentFacts(self._hash.hexdigest(), self._size, self._finder.found())


async def require_unchanged(storage: ContentStorage, content_id: str, *, sha256: str) -> None:
    """Read the stored content once; raises ContentChanged, logged and counted, unless its hash is that registered."""
    try:
        async for _ in verified(storage, content_id, sha256=sha256):
            continue
    except ContentChanged as fault:
        CONTENT_CHANGED.inc()
        logger.error("content %s is damaged: %s", content_id, fault.message)
        raise


async def verified(storage: ContentStorage, content_id: str, *, sha256: str) -> AsyncIterator[bytes]:
    """Yield the stored content; the last chunk comes only after the hash of all was found to be the registered one.

    Raises ContentChanged instead: whoever was sent the chunks before it has a file that is visibly cut off.
    """
    digest = hashlib.sha256()
    held_back: bytes | None = None
    try:
        async for chunk in storage.open(content_id):
            digest.update(chunk)
            if held_back is not None:
                yield held_back
            held_back = chunk
    except ContentMissing:
        raise ContentChanged(f"bytes of {content_id} are missing from the storage", value=content_id) from None
    check_unchanged(registered=sha256, found=digest.hexdigest(), content_id=content_id)
    if held_back is not None:
        yield held_back


async def verify_contents(mongo: Mongo, storage: ContentStorage) -> AsyncIterator[ContentFault | None]:
    """Read every registered file again and yield None for each that is unchanged, a fault for each that is not."""
    async for record in registered_contents(mongo):
        assert record.facts is not None
        try:
            await require_unchanged(storage, record.id, sha256=record.facts.sha256)
        except ContentChanged as fault:
            yield ContentFault(record.id, fault.message)
        else:
            yield None


async def clean_contents(mongo: Mongo, storage: ContentStorage, *, clock: Clock, dry_run: bool) -> list[str]:
    """Return the ids of uploads that waited two days for a document in vain, at most 1,000; remove them unless dry."""
    waiting = await uploads_before(mongo, clock.now() - KEPT_UNREGISTERED, limit=MOST_CLEANED)
    if not dry_run:
        return [record.id for record in waiting if await _remove(mongo, storage, record.id)]
    return [record.id for record in waiting]


async def _remove(mongo: Mongo, storage: ContentStorage, content_id: str) -> bool:
    """Remove an upload with its bytes; False when a document took it meanwhile."""
    if not await claim_removal(mongo, content_id):
        return False
    await storage.remove(content_id)
    await forget_content(mongo, content_id)
    return True
