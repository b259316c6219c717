"""Ask for a list as a file, and look at the tasks that one asked for."""

from dataclasses import dataclass
from datetime import date

from kit.errors import ValidationFailed
from kit.idempotency import Outcome
from kit.ids import new_id
from kit.mongo import UnitOfWork
from policy.policies import Policies
from services.registry.domain.export import ExportKind, TableFormat, TaskState, check_open_tasks
from services.registry.domain.territory import UnknownDistrict
from services.registry.store.file_tasks import FileTask, TaskKind, add_task, count_open_tasks
from services.registry.use_cases.list_rows import ListOrder
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


async def start_export(work: UnitOfWork, command: StartExport, *, policies: Policies) -> Outcome:
    """Let a list be written to a file in the background, with the caller's own rights as they are now.

    Raises ForbiddenActor, UnknownDistrict, TooManyTasks when five tasks of the caller wait or run.
    """
    work.caller.require_role(*EXPORT_LISTS)
    if command.district is not None and command.district not in policies.districts:
        raise UnknownDistrict(
            "no policy of this district is mounted", path=("input", "district"), value=command.district
        )
    if command.on is not None and command.kind is not ExportKind.POLICIES:
        raise ValidationFailed("only the list of policies is of a day", path=("input", "on"), value=command.on)
    check_open_tasks(await count_open_tasks(work, work.caller.subject))
    task = FileTask(
        id=new_id("tsk"),
        kind=TaskKind.EXPORT,
        order={
            "kind": command.kind.value,
            "format": command.format.value,
            "district": command.district,
            "street_id": command.street_id,
            "community_id": command.community_id,
            "on": (command.on or work.today).isoformat(),
        },
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
