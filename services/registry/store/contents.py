"""What was uploaded, and what became of it: the record beside each file in the content storage.

The record is written before the first byte, so that a file whose upload broke off is found and removed later.
"""

from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Final

from kit.errors import NotFound
from kit.mongo import ConcurrentChange, Document, Reader, UnitOfWork
from services.registry.domain.content import ContentFacts, ContentTaken, MediaType
from services.registry.domain.content_state import (
    TRANSITIONS,
    ContentEvent,
    ContentState,
    state_after,
    states_before,
)

CONTENTS: Final = "contents"


_WITHOUT_DOCUMENT: Final = states_before(ContentEvent.CLAIM_REMOVAL)
_EARLIEST: Final = datetime(2000, 1, 1, tzinfo=UTC)
"""Before every upload: the lower end of a range of instants."""


@dataclass(frozen=True, kw_only=True)
class ContentRecord:
    """An uploaded file; `facts` is None while its bytes are still coming."""

    id: str
    state: ContentState
    uploaded_by: str
    uploaded_at: datetime
    facts: ContentFacts | None


class ContentNotFound(NotFound):
    """No upload of this id by this caller."""


async def add_upload(reader: Reader, content_id: str, *, uploaded_by: str, uploaded_at: datetime) -> None:
    """Note that the bytes of a file are about to come."""
    await reader.collection(CONTENTS).insert_one(
        {
            "_id": content_id,
            "state": ContentState.UPLOADING.value,
            "uploaded_by": uploaded_by,
            "uploaded_at": uploaded_at,
        }
    )


async def finish_upload(reader: Reader, content_id: str, facts: ContentFacts) -> None:
    """Note that all bytes have come, and what they are."""
    await reader.collection(CONTENTS).update_one(
        {"_id": content_id, "state": _before(ContentEvent.ALL_CAME)},
        {
            "$set": {
                "state": state_after(ContentEvent.ALL_CAME).value,
                "sha256": facts.sha256,
                "size": facts.size,
                "media_type": facts.media_type.value,
            }
        },
    )


async def claim_removal(reader: Reader, content_id: str) -> bool:
    """Mark an upload that no document has as being removed; False when a document took it first."""
    result = await reader.collection(CONTENTS).update_one(
        {"_id": content_id, "state": _before(ContentEvent.CLAIM_REMOVAL)},
        {"$set": {"state": state_after(ContentEvent.CLAIM_REMOVAL).value}},
    )
    return bool(result.matched_count)


async def forget_content(reader: Reader, content_id: str) -> None:
    """Remove the record of an upload that was claimed for removal."""
    await reader.collection(CONTENTS).delete_one({"_id": content_id, "state": ContentState.REMOVING.value})


async def content_uploaded_by(work: UnitOfWork, content_id: str, subject: str) -> ContentFacts:
    """Return what an own upload is that no document has yet; raises ContentNotFound, or ContentTaken if one has it."""
    path = ("input", "contentId")
    document = await work.collection(CONTENTS).find_one({"_id": content_id}, session=work.session)
    found = None if document is None else _record(document)
    if found is None or found.uploaded_by != subject or found.facts is None:
        raise ContentNotFound("no upload of this id by this caller", path=path, value=content_id)
    if found.state is ContentState.REGISTERED:
        raise ContentTaken("the uploaded file belongs to a document already", path=path, value=content_id)
    if (found.state, ContentEvent.REGISTER) not in TRANSITIONS:
        raise ContentNotFound("the upload is being removed: upload the file again", path=path, value=content_id)
    return found.facts


async def mark_registered(work: UnitOfWork, content_id: str) -> None:
    """Let the upload belong to a document; raises ConcurrentChange when another took it meanwhile."""
    result = await work.collection(CONTENTS).update_one(
        {"_id": content_id, "state": _before(ContentEvent.REGISTER)},
        {"$set": {"state": state_after(ContentEvent.REGISTER).value}},
        session=work.session,
    )
    if result.matched_count != 1:
        raise ConcurrentChange(f"content {content_id} was taken")


async def uploads_before(reader: Reader, instant: datetime, *, limit: int) -> list[ContentRecord]:
    """Return at most `limit` uploads from before the instant that no document has, the oldest first."""
    found: list[ContentRecord] = []
    for state in _WITHOUT_DOCUMENT:
        query = {"state": state.value, "uploaded_at": {"$gte": _EARLIEST, "$lt": instant}}
        cursor = reader.collection(CONTENTS).find(query).sort("uploaded_at", 1).limit(limit)
        found += [_record(document) async for document in cursor]
    return sorted(found, key=lambda record: record.uploaded_at)[:limit]


async def registered_contents(reader: Reader) -> AsyncIterator[ContentRecord]:
    """Yield every file that belongs to a document, as they were uploaded."""
    cursor = reader.collection(CONTENTS).find({"state": ContentState.REGISTERED.value}).batch_size(500)
    async for document in cursor:
        yield _record(document)


def _before(event: ContentEvent) -> Document:
    return {"$in": [state.value for state in states_before(event)]}


def _record(document: Mapping[str, Any]) -> ContentRecord:
    facts = None
    if "sha256" in document:
        facts = ContentFacts(document["sha256"], document["size"], MediaType(document["media_type"]))
    return ContentRecord(
        id=document["_id"],
        state=ContentState(document["state"]),
        uploaded_by=document["uploaded_by"],
        uploaded_at=document["uploaded_at"],
        facts=facts,
    )
