"""Lists as files: which ones there are, their columns in Chinese, and a task's life."""

from collections.abc import Mapping
from enum import StrEnum
from typing import Final

from kit.errors import StateConflict
from services.registry.domain import ledger


class ExportKind(StrEnum):
    """The lists that can be had as a file."""

    ESTATES = "ESTATES"
    BUILDINGS = "BUILDINGS"
    PARTS = "PARTS"
    OWNERS = "OWNERS"
    PROVIDERS = "PROVIDERS"
    CONTRACTS = "CONTRACTS"
    DOCUMENTS = "DOCUMENTS"
    MODES = "MODES"
    POLICIES = "POLICIES"


class TableFormat(StrEnum):
    """The kinds of files a list is written to."""

    XLSX = "XLSX"
    CSV = "CSV"


class TaskState(StrEnum):
    """Where a task stands that writes or reads a file."""

    QUEUED = "QUEUED"
    RUNNING = "RUNNING"
    DONE = "DONE"
    FAILED = "FAILED"
    EXPIRED = "EXPIRED"


class TaskEvent(StrEnum):
    """What happens to a task."""

    STARTED = "STARTED"
    FINISHED = "FINISHED"
    GAVE_UP = "GAVE_UP"
    FILE_REMOVED = "FILE_REMOVED"


TASK_TRANSITIONS: Final[Mapping[tuple[TaskState, TaskEvent], TaskState]] = {
    (TaskState.QUEUED, TaskEvent.STARTED): TaskState.RUNNING,
    # Whoever ran it was killed: another begins again.
    (TaskState.RUNNING, TaskEvent.STARTED): TaskState.RUNNING,
    (TaskState.RUNNING, TaskEvent.FINISHED): TaskState.DONE,
    (TaskState.RUNNING, TaskEvent.GAVE_UP): TaskState.FAILED,
    (TaskState.DONE, TaskEvent.FILE_REMOVED): TaskState.EXPIRED,
}

MOST_OPEN_TASKS: Final = 5
"""How many tasks of one caller may wait or run at a time."""

COLUMNS: Final[Mapping[ExportKind, tuple[str, ...]]] = {
    # The columns of a ledger come first and in its words, so that an exported list can be imported elsewhere.
    ExportKind.ESTATES: (
        *ledger.HEADERS[ledger.Sheet.ESTATES], "楼栋有无电梯", "专有部分数", "业主组织", "管理模式", "现任物业服务人",
    ),
    ExportKind.BUILDINGS: (*ledger.HEADERS[ledger.Sheet.BUILDINGS], "小区名称"),
    ExportKind.PARTS: (*ledger.HEADERS[ledger.Sheet.PARTS], "小区名称"),
    ExportKind.OWNERS: ("区划代码", "产权人编号", "产权人姓名", "产权人类别"),
    ExportKind.PROVIDERS: ("区划代码", "名称", "统一社会信用代码", "类型", "备案日期", "备案号"),
    ExportKind.CONTRACTS: (
        "小区编码", "小区名称", "合同编号", "物业服务人", "合同类型", "合同状态", "签订日期", "开始日期", "结束日期",
    ),
    ExportKind.DOCUMENTS: (
        "区划代码", "文件类型", "标题", "对象", "对象编号", "版本", "状态", "发文机关", "生效日期", "盖章单位",
        "盖章日期", "SHA-256", "字节数",
    ),
    ExportKind.MODES: ("小区编码", "小区名称", "管理模式", "地方名称", "开始日期", "结束日期", "复核日期"),
    ExportKind.POLICIES: ("区划代码", "区县", "版本", "生效日期", "失效日期", "文件", "参数哈希"),
}  # fmt: skip
"""The one catalogue of columns: the headers of every list, in their order."""


class TaskMoveRefused(StateConflict):
    """The task's state does not allow this."""


class TooManyTasks(StateConflict):
    """The caller has as many tasks open as one may have."""


def task_after(state: TaskState, event: TaskEvent) -> TaskState:
    """Return the state that the event leads to; raises TaskMoveRefused where the table has none."""
    reached = TASK_TRANSITIONS.get((state, event))
    if reached is None:
        raise TaskMoveRefused(f"a {state} task cannot have {event}", value=state)
    return reached


def check_open_tasks(count: int) -> None:
    """Raise TooManyTasks when another task would be one too many."""
    if count >= MOST_OPEN_TASKS:
        raise TooManyTasks(f"a caller has at most {MOST_OPEN_TASKS} tasks waiting or running", value=count)
