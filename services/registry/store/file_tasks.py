"""Tasks that write a list to a file or read one in: waiting, running, done; seen by who asked for them alone."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any, Final

from kit.caller import Caller, Scope
from kit.mongo import Document, Mongo, Reader, UnitOfWork
from services.registry.domain.content import MediaType
from services.registry.domain.export import TaskEvent, TaskState, task_after

FILE_TASKS: Final = "file_tasks"
OPEN_STATES: Final = (TaskState.QUEUED, TaskState.RUNNING)
_EARLIEST: Final = datetime(2000, 1, 1, tzinfo=UTC)
_LATEST: Final = datetime(9999, 1, 1, tzinfo=UTC)


class TaskKind(StrEnum):
    """What a task does."""

    EXPORT = "EXPORT"
    IMPORT = "IMPORT"


@dataclass(frozen=True, kw_only=True)
class StoredFile:
    """The file that a task wrote, until it is removed."""

    content_id: str
    sha256: str
    size: int
    media_type: MediaType
    expires_at: datetime


@dataclass(frozen=True, kw_only=True)
class FileTask:
    """A task as it is stored; `order` says what to do in the words of its kind, `counts` what was done so far.

    `attempt` rises each time somebody begins it: only the latest attempt may write. `content_id` is where the running
    attempt puts its file.
    """

    id: str
    kind: TaskKind
    order: Mapping[str, Any]
    caller: Caller
    state: TaskState
    requested_at: datetime
    attempt: int = 0
    done: int = 0
    total: int | None = None
    counts: Mapping[str, int]
    content_id: str | None = None
    file: StoredFile | None = None
    problem: str | None = None


async def add_task(work: UnitOfWork, task: FileTask) -> None:
    """Save a new task."""
    grants = task.caller.scope.area_filter()
    await work.collection(FILE_TASKS).insert_one(
        {
            "_id": task.id,
            "kind": task.kind.value,
            "order": dict(task.order),
            "subject": task.caller.subject,
            "roles": sorted(task.caller.roles),
            "grants": grants,
            "state": task.state.value,
            "requested_at": task.requested_at,
            "attempt": 0,
            "done": 0,
            "total": None,
            "counts": {},
            "content_id": None,
            "file": None,
            "problem": None,
        },
        session=work.session,
    )


async def count_open_tasks(work: UnitOfWork, subject: str) -> int:
    """Return how many tasks of the caller wait or run."""
    query = {"subject": subject, "state": {"$in": [state.value for state in OPEN_STATES]}}
    return len([task async for task in work.collection(FILE_TASKS).find(query, {"_id": 1}, session=work.session)])


async def find_own_tasks(reader: Reader, ids: list[str], *, subject: str) -> list[FileTask]:
    """Return the tasks of these ids that the caller asked for."""
    query = {"_id": {"$in": ids}, "subject": subject}
    return [_task(document) async for document in reader.collection(FILE_TASKS).find(query, session=reader.session)]


async def latest_own_tasks(reader: Reader, kind: TaskKind, *, subject: str, limit: int) -> list[FileTask]:
    """Return the caller's latest tasks of a kind, the latest first."""
    query = {"subject": subject, "kind": kind.value, "requested_at": {"$gte": _EARLIEST, "$lt": _LATEST}}
    cursor = reader.collection(FILE_TASKS).find(query, session=reader.session).sort("requested_at", -1).limit(limit)
    return [_task(document) async for document in cursor]


async def next_open_task(mongo: Mongo) -> FileTask | None:
    """Return the task that waits longest, one that somebody left running before any other; None if there is none."""
    for state in (TaskState.RUNNING, TaskState.QUEUED):
        query = {"state": state.value, "requested_at": {"$gte": _EARLIEST, "$lt": _LATEST}}
        cursor = mongo.collection(FILE_TASKS).find(query).sort("requested_at", 1).limit(1)
        async for document in cursor:
            return _task(document)
    return None


async def begin_attempt(mongo: Mongo, task: FileTask, *, content_id: str) -> bool:
    """Begin the next attempt, which puts its file under `content_id`; False when another began it meanwhile."""
    result = await mongo.collection(FILE_TASKS).update_one(
        {"_id": task.id, "attempt": task.attempt, "state": task.state.value},
        {
            "$set": {
                "state": task_after(task.state, TaskEvent.STARTED).value,
                "attempt": task.attempt + 1,
                "content_id": content_id,
                "done": 0,
                "counts": {},
            }
        },
    )
    return bool(result.matched_count)


async def save_progress(
    mongo: Mongo, task_id: str, attempt: int, *, done: int, total: int | None, counts: Mapping[str, int]
) -> bool:
    """Save how far an attempt is; False when a later attempt has begun and this one must stop."""
    result = await mongo.collection(FILE_TASKS).update_one(
        {"_id": task_id, "attempt": attempt, "state": TaskState.RUNNING.value},
        {"$set": {"done": done, "total": total, "counts": dict(counts)}},
    )
    return bool(result.matched_count)


async def save_finished(mongo: Mongo, task_id: str, attempt: int, file: StoredFile) -> bool:
    """Save that an attempt has written its file; False when a later attempt has begun."""
    result = await mongo.collection(FILE_TASKS).update_one(
        {"_id": task_id, "attempt": attempt, "state": TaskState.RUNNING.value},
        {
            "$set": {
                "state": task_after(TaskState.RUNNING, TaskEvent.FINISHED).value,
                "expires_at": file.expires_at,
                "file": {
                    "content_id": file.content_id,
                    "sha256": file.sha256,
                    "size": file.size,
                    "media_type": file.media_type.value,
                    "expires_at": file.expires_at,
                },
            }
        },
    )
    return bool(result.matched_count)


async def save_failed(mongo: Mongo, task_id: str, attempt: int, problem: str) -> None:
    """Save that the task is given up, and why, unless a later attempt has begun."""
    await mongo.collection(FILE_TASKS).update_one(
        {"_id": task_id, "attempt": attempt, "state": TaskState.RUNNING.value},
        {"$set": {"state": task_after(TaskState.RUNNING, TaskEvent.GAVE_UP).value, "problem": problem}},
    )


async def expired_tasks(mongo: Mongo, instant: datetime, *, limit: int) -> list[FileTask]:
    """Return tasks whose file is kept no longer, the longest expired first."""
    query = {"state": TaskState.DONE.value, "expires_at": {"$gte": _EARLIEST, "$lt": instant}}
    cursor = mongo.collection(FILE_TASKS).find(query).sort("expires_at", 1).limit(limit)
    return [_task(document) async for document in cursor]


async def save_expired(mongo: Mongo, task_id: str) -> None:
    """Save that the task's file was removed."""
    expired = task_after(TaskState.DONE, TaskEvent.FILE_REMOVED)
    await mongo.collection(FILE_TASKS).update_one(
        {"_id": task_id, "state": TaskState.DONE.value}, {"$set": {"state": expired.value, "file": None}}
    )


def _task(document: Document) -> FileTask:
    grants, file = document["grants"], document["file"]
    return FileTask(
        id=document["_id"],
        kind=TaskKind(document["kind"]),
        order=document["order"],
        caller=Caller(
            subject=document["subject"],
            roles=frozenset(document["roles"]),
            scope=Scope.everything() if grants is None else Scope.of(*grants),
        ),
        state=TaskState(document["state"]),
        requested_at=document["requested_at"],
        attempt=document["attempt"],
        done=document["done"],
        total=document["total"],
        counts=document["counts"],
        content_id=document["content_id"],
        file=None
        if file is None
        else StoredFile(
            content_id=file["content_id"],
            sha256=file["sha256"],
            size=file["size"],
            media_type=MediaType(file["media_type"]),
            expires_at=file["expires_at"],
        ),
        problem=document["problem"],
    )
