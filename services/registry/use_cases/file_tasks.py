"""Ask for a list as a file, or for an uploaded ledger to be imported, in the background."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from kit.errors import ValidationFailed
from kit.idempotency import Outcome
from kit.ids import new_id
from kit.mongo import UnitOfWork
from policy.policies import Policies
from services.registry.domain.content import MediaType, MediaTypeRefused
from services.registry.domain.export import KINDS_OF_A_DAY, ExportKind, TableFormat, TaskState, check_open_tasks
from services.registry.domain.territory import UnknownDistrict
from services.registry.store.contents import content_uploaded_by, mark_registered
from services.registry.store.file_tasks import FileTask, TaskKind, add_task, count_open_tasks
from services.registry.use_cases.import_estates import require_importer
from services.registry.use_cases.lists.reading import ListOrder
from services.registry.use_cases.roles import EXPORT_LISTS


@dataclass(frozen=True, kw_only=True)
class StartExport:
    """A list, the file it is wanted in, and what narrows it."""

    kind: ExportKind
    format: TableFormat
    district: str | None
    street_id: str | None
    community_id: str | None
    on: date | None


@dataclass(frozen=True, kw_only=True)
class StartImport:
    """An own upload; a dry run reports the same rows and writes nothing."""

    content_id: str
    dry_run: bool
    register_territory: bool


async def start_export(work: UnitOfWork, command: StartExport, *, policies: Policies) -> Outcome:
    """Let a list be written to a file in the background, with the caller's own rights as they are now.

    Raises ForbiddenActor, UnknownDistrict, TooManyTasks when five tasks of the caller wait or run.
    """
    work.caller.require_role(*EXPORT_LISTS)
    if command.district is not None and command.district not in policies.districts:
        raise UnknownDistrict(
            "no policy of this district is mounted", path=("input", "district"), value=command.district
        )
    if command.on is not None and command.kind not in KINDS_OF_A_DAY:
        raise ValidationFailed(
            f"only {', '.join(sorted(KINDS_OF_A_DAY))} are of a day", path=("input", "on"), value=command.on
        )
    return await _queued(
        work,
        TaskKind.EXPORT,
        {
            "kind": command.kind.value,
            "format": command.format.value,
            "district": command.district,
            "street_id": command.street_id,
            "community_id": command.community_id,
            "on": (command.on or work.today).isoformat(),
        },
    )


async def start_import(work: UnitOfWork, command: StartImport) -> Outcome:
    """Let an uploaded ledger be imported in the background; the file is kept as the evidence of what was imported.

    Raises ForbiddenActor, ContentNotFound for an upload of somebody else, MediaTypeRefused for a file that is no table,
    TooManyTasks when five tasks of the caller wait or run.
    """
    require_importer(work.caller, register_territory=command.register_territory)
    facts = await content_uploaded_by(work, command.content_id, work.caller.subject)
    if facts.media_type not in (MediaType.WORKBOOK, MediaType.CSV):
        raise MediaTypeRefused(
            "a ledger is a workbook or a CSV file", path=("input", "contentId"), value=facts.media_type
        )
    await mark_registered(work, command.content_id)
    return await _queued(
        work,
        TaskKind.IMPORT,
        {
            "content_id": command.content_id,
            "sha256": facts.sha256,
            "dry_run": command.dry_run,
            "register_territory": command.register_territory,
        },
    )


async def _queued(work: UnitOfWork, kind: TaskKind, order: Mapping[str, Any]) -> Outcome:
    check_open_tasks(await count_open_tasks(work, work.caller.subject))
    task = FileTask(
        id=new_id("tsk"),
        kind=kind,
        order=order,
        caller=work.caller,
        state=TaskState.QUEUED,
        requested_at=work.now,
        counts={},
    )
    await add_task(work, task)
    return Outcome(entity_ids={"task": task.id})


def list_order(task: FileTask) -> ListOrder:
    """Return what an export task is to read."""
    order = task.order
    return ListOrder(
        kind=ExportKind(order["kind"]),
        district=order["district"],
        street_id=order["street_id"],
        community_id=order["community_id"],
        on=date.fromisoformat(order["on"]),
    )
