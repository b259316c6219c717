"""Tasks that write lists to files or import ledgers, as the schema shows them to who asked for them."""

from datetime import datetime

import strawberry

from services.registry.graphql import loaders
from services.registry.graphql.context import Context, Info
from services.registry.graphql.enums import ExportKind, TableFormat, TaskState
from services.registry.graphql.node import Node
from services.registry.store.file_tasks import FileTask, TaskKind, latest_own_tasks

LATEST = 20


@strawberry.federation.type(keys=["id"], description="A list that is written to a file in the background.")
class ExportTask(Node):
    """An export."""

    kind: ExportKind = strawberry.field(description="Which list.")
    format: TableFormat = strawberry.field(description="Which kind of file.")
    state: TaskState = strawberry.field(description="Where it stands; ask again until it is DONE or FAILED.")
    requested_at: datetime = strawberry.field(description="When it was asked for.")
    done: int = strawberry.field(
        description="Steps done: estates or districts that the list comes from, or rows where it comes from neither."
    )
    total: int | None = strawberry.field(description="Steps in all; null while only reading the list tells.")
    rows: int = strawberry.field(description="Rows written so far.")
    url: str | None = strawberry.field(
        description="Where the file is read over HTTP with the same token, on the registry's address; null until DONE."
    )
    sha256: str | None = strawberry.field(description="The file's SHA-256 in hexadecimal; null until DONE.")
    size: int | None = strawberry.field(description="The file's size in bytes; null until DONE.")
    expires_at: datetime | None = strawberry.field(description="When the file is removed; null until DONE.")
    problem: str | None = strawberry.field(description="Why it FAILED, for people; else null.")

    @classmethod
    def of(cls, task: FileTask) -> "ExportTask":
        """Return the task as the schema shows it."""
        file = task.file
        return cls(
            id=strawberry.ID(task.id),
            kind=ExportKind(task.order["kind"]),
            format=TableFormat(task.order["format"]),
            state=task.state,
            requested_at=task.requested_at,
            done=task.done,
            total=task.total,
            rows=task.counts.get("rows", 0),
            url=None if file is None else f"/file-tasks/{task.id}/content",
            sha256=None if file is None else file.sha256,
            size=None if file is None else file.size,
            expires_at=None if file is None else file.expires_at,
            problem=task.problem,
        )

    @classmethod
    async def resolve_reference(cls, info: Info, id: strawberry.ID) -> "ExportTask | None":  # noqa: A002
        """Return the task of this id if the caller asked for it."""
        return await export_task(info.context, id)


async def export_task(context: Context, task_id: str | None) -> ExportTask | None:
    """Return the task if the caller asked for it."""
    task = await context.load(loaders.own_tasks_by_id, task_id)
    return None if task is None or task.kind is not TaskKind.EXPORT else ExportTask.of(task)


async def latest_exports(context: Context) -> list[ExportTask]:
    """Return the caller's latest exports, the latest first."""
    tasks = await latest_own_tasks(context.mongo, TaskKind.EXPORT, subject=context.caller.subject, limit=LATEST)
    return [ExportTask.of(task) for task in tasks]


@strawberry.federation.type(keys=["id"], description="An uploaded ledger that is imported in the background.")
class ImportTask(Node):
    """An import."""

    state: TaskState = strawberry.field(description="Where it stands; ask again until it is DONE or FAILED.")
    dry_run: bool = strawberry.field(description="Whether it only reports and writes nothing.")
    requested_at: datetime = strawberry.field(description="When it was asked for.")
    done: int = strawberry.field(description="Rows read so far.")
    total: int | None = strawberry.field(description="Rows in all; null until DONE.")
    landed: int = strawberry.field(description="Rows that landed; in a dry run, that would land.")
    unchanged: int = strawberry.field(description="Rows that say what is registered.")
    rejected: int = strawberry.field(description="Rows that were refused, each with its reason in the file.")
    url: str | None = strawberry.field(
        description="Where every row's result is read as a CSV file with the same token; null until DONE."
    )
    expires_at: datetime | None = strawberry.field(description="When the file is removed; null until DONE.")
    problem: str | None = strawberry.field(description="Why it FAILED as a whole, for people; else null.")

    @classmethod
    def of(cls, task: FileTask) -> "ImportTask":
        """Return the task as the schema shows it."""
        return cls(
            id=strawberry.ID(task.id),
            state=task.state,
            dry_run=task.order["dry_run"],
            requested_at=task.requested_at,
            done=task.done,
            total=task.total,
            landed=task.counts.get("landed", 0),
            unchanged=task.counts.get("unchanged", 0),
            rejected=task.counts.get("rejected", 0),
            url=None if task.file is None else f"/file-tasks/{task.id}/content",
            expires_at=None if task.file is None else task.file.expires_at,
            problem=task.problem,
        )

    @classmethod
    async def resolve_reference(cls, info: Info, id: strawberry.ID) -> "ImportTask | None":  # noqa: A002
        """Return the task of this id if the caller asked for it."""
        return await import_task(info.context, id)


async def import_task(context: Context, task_id: str | None) -> ImportTask | None:
    """Return the task if the caller asked for it."""
    task = await context.load(loaders.own_tasks_by_id, task_id)
    return None if task is None or task.kind is not TaskKind.IMPORT else ImportTask.of(task)


async def latest_imports(context: Context) -> list[ImportTask]:
    """Return the caller's latest imports, the latest first."""
    tasks = await latest_own_tasks(context.mongo, TaskKind.IMPORT, subject=context.caller.subject, limit=LATEST)
    return [ImportTask.of(task) for task in tasks]
