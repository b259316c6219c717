"""DOOR 3, for files: content goes in and out over plain HTTP, with the caller's token and in chunks.

::

    POST /documents/content                     the bytes of one file; answers its id, hash, size and type
    GET  /documents/{id}/content[?version=2]    the bytes of a version, after they were found unchanged
    GET  /file-tasks/{id}/content               the file that a task of the caller wrote
    GET  /ledger-template                       an empty ledger to fill in; [?sheet=BUILDINGS] for one table of it
"""

import asyncio
import hashlib
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass
from datetime import date
from typing import Any, Final
from urllib.parse import quote

from starlette.requests import ClientDisconnect, Request
from starlette.responses import JSONResponse, Response, StreamingResponse

from kit.caller import Caller
from kit.clock import business_date
from kit.content.storage import ContentStorage
from kit.errors import NotFound, ValidationFailed
from kit.graphql.request import BAD_REQUEST, BODY_TOO_LARGE, TIMEOUT, RequestRefused
from kit.http_routes import HttpRoute
from kit.service import Running
from services.registry.domain.content import SUFFIXES, ContentTooLarge, MediaType, check_size
from services.registry.domain.ledger import Sheet
from services.registry.store.documents import DocumentNotFound, find_documents
from services.registry.store.file_tasks import find_own_tasks
from services.registry.use_cases.contents import receive_content, require_unchanged, verified
from services.registry.use_cases.ledger_template import ledger_template
from services.registry.use_cases.see_documents import shown_version

UPLOAD_SECONDS: Final = 300.0

AnyRunning = Running[Any]


class TaskFileNotFound(NotFound):
    """No task of this id, of another caller, not done yet, or its file was removed."""


@dataclass(frozen=True)
class ContentAccess:
    """Where content is kept, and how large a file may be."""

    storage: ContentStorage
    most_bytes: int


def routes(content_of: Callable[[AnyRunning], ContentAccess]) -> tuple[HttpRoute[AnyRunning], ...]:
    """Return the paths of document content over the storage that `content_of` gives."""

    async def upload(request: Request, running: AnyRunning, caller: Caller) -> Response:
        access = content_of(running)
        try:
            check_size(_declared_bytes(request), most_bytes=access.most_bytes)
            async with asyncio.timeout(UPLOAD_SECONDS):
                received = await receive_content(
                    running.mongo,
                    access.storage,
                    caller,
                    _chunks(request),
                    clock=running.clock,
                    most_bytes=access.most_bytes,
                )
        except ContentTooLarge as refusal:
            raise RequestRefused(413, BODY_TOO_LARGE, refusal.message) from None
        except TimeoutError:
            raise RequestRefused(408, TIMEOUT, f"the file did not come within {UPLOAD_SECONDS:g} seconds") from None
        facts = received.facts
        answer = {
            "contentId": received.content_id,
            "sha256": facts.sha256,
            "size": facts.size,
            "mediaType": facts.media_type.value,
        }
        return JSONResponse(answer, status_code=201)

    async def download(request: Request, running: AnyRunning, caller: Caller) -> Response:
        storage = content_of(running).storage
        document_id = request.path_params["id"]
        for document in await find_documents(running.mongo, [document_id], scope=caller.scope):
            today: date = business_date(running.clock.now())
            version = shown_version(document, caller, number=_version_number(request), on=today)
            content = version.content
            # Read twice, so that a changed file is refused in words and not by a connection that breaks off.
            await require_unchanged(storage, version.content_id, sha256=content.sha256)
            return file_response(
                verified(storage, version.content_id, sha256=content.sha256),
                name=document.title,
                media_type=content.media_type,
                size=content.size,
                sha256=content.sha256,
            )
        raise DocumentNotFound("no document of this id", value=document_id)

    async def download_table(request: Request, running: AnyRunning, caller: Caller) -> Response:
        storage = content_of(running).storage
        task_id = request.path_params["id"]
        for task in await find_own_tasks(running.mongo, [task_id], subject=caller.subject):
            if task.file is None:
                break
            file = task.file
            await require_unchanged(storage, file.content_id, sha256=file.sha256)
            requested_on = business_date(task.requested_at).isoformat()
            return file_response(
                verified(storage, file.content_id, sha256=file.sha256),
                name=f"{task.order.get('kind', task.kind).lower()}-{requested_on}",
                media_type=file.media_type,
                size=file.size,
                sha256=file.sha256,
            )
        raise TaskFileNotFound("no task of this id has a file for this caller", value=task_id)

    async def template(request: Request, running: AnyRunning, caller: Caller) -> Response:
        sheets = _sheets(request)
        content = await asyncio.to_thread(ledger_template, sheets)

        async def at_once() -> AsyncIterator[bytes]:
            yield content

        return file_response(
            at_once(),
            name="台账模板",
            media_type=MediaType.WORKBOOK,
            size=len(content),
            sha256=hashlib.sha256(content).hexdigest(),
        )

    return (
        HttpRoute("/ledger-template", "GET", template),
        HttpRoute("/documents/content", "POST", upload),
        HttpRoute("/documents/{id}/content", "GET", download),
        HttpRoute("/file-tasks/{id}/content", "GET", download_table),
    )


def file_response(
    chunks: AsyncIterator[bytes], *, name: str, media_type: MediaType, size: int, sha256: str
) -> StreamingResponse:
    """Return a download that no browser shows in the page's own name, and that no proxy keeps."""
    file_name = quote(f"{name}.{SUFFIXES[media_type]}", safe="")
    return StreamingResponse(
        chunks,
        media_type=media_type.value,
        headers={
            "content-length": str(size),
            "content-disposition": f"attachment; filename*=UTF-8''{file_name}",
            "content-security-policy": "sandbox; default-src 'none'",
            "x-content-type-options": "nosniff",
            "cache-control": "private, no-store",
            "etag": f'"{sha256}"',
        },
    )


def _declared_bytes(request: Request) -> int:
    declared = request.headers.get("content-length", "")
    return int(declared[:20]) if declared.isascii() and declared.isdigit() else 0


async def _chunks(request: Request) -> AsyncIterator[bytes]:
    try:
        async for chunk in request.stream():
            if chunk:
                yield chunk
    except ClientDisconnect:
        raise RequestRefused(400, BAD_REQUEST, "the body broke off") from None


def _sheets(request: Request) -> tuple[Sheet, ...]:
    asked = request.query_params.get("sheet")
    if asked is None:
        return tuple(Sheet)
    if asked not in Sheet.__members__:
        raise ValidationFailed(f"sheet is one of {', '.join(Sheet.__members__)}", path=("sheet",), value=asked)
    return (Sheet[asked],)


def _version_number(request: Request) -> int | None:
    asked = request.query_params.get("version")
    if asked is None:
        return None
    if not (asked.isascii() and asked.isdigit() and len(asked) <= 4):
        raise ValidationFailed("version is the number of a version", path=("version",), value=asked)
    return int(asked)
