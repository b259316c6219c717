"""Lists as files: which ones there are, their columns in Chinese, and a task's life."""

from collections.abc import Mapping
from enum import StrEnum
from typing import Final

from kit.errors import StateConflict
from services.registry.domain import ledger
from services.registry.domain.estate_report import LEDGER_HEADERS


class ExportKind(StrEnum):
    """The lists that can be had as a file: reports 1 (ESTATE_LEDGER), 17 (DUTY_MATRIX) and 22 (POLICIES) among them."""

    ESTATES = "ESTATES"
    BUILDINGS = "BUILDINGS"
    PARTS = "PARTS"
    OWNERSHIPS = "OWNERSHIPS"
    OWNERS = "OWNERS"
    PROVIDERS = "PROVIDERS"
    WELFARE_POOL = "WELFARE_POOL"
    CONTRACTS = "CONTRACTS"
    SERVICE_ITEMS = "SERVICE_ITEMS"
    ENDING_CONTRACTS = "ENDING_CONTRACTS"
    SELECTIONS = "SELECTIONS"
    BUNDLES = "BUNDLES"
    STAFF = "STAFF"
    DECISIONS = "DECISIONS"
    FUND_USES = "FUND_USES"
    MODES = "MODES"
    REVERSED_MODES = "REVERSED_MODES"
    OVERDUE_REVIEWS = "OVERDUE_REVIEWS"
    CONSULTATIONS = "CONSULTATIONS"
    ABANDONMENTS = "ABANDONMENTS"
    TERRITORY = "TERRITORY"
    MEMBERSHIPS = "MEMBERSHIPS"
    SERVICE_AREAS = "SERVICE_AREAS"
    GRID_CONTACTS = "GRID_CONTACTS"
    PROPERTY_ROOMS = "PROPERTY_ROOMS"
    DONATIONS = "DONATIONS"
    BODIES = "BODIES"
    FACILITIES = "FACILITIES"
    BASE_SURVEYS = "BASE_SURVEYS"
    ESTATE_TRAITS = "ESTATE_TRAITS"
    PARTY_COVERAGES = "PARTY_COVERAGES"
    BACKBONE_RESIDENTS = "BACKBONE_RESIDENTS"
    BASE_LEDGER = "BASE_LEDGER"
    UNMANAGED_ESTATES = "UNMANAGED_ESTATES"
    WORK_PLANS = "WORK_PLANS"
    CORRECTIONS = "CORRECTIONS"
    DOCUMENTS = "DOCUMENTS"
    ESTATE_LEDGER = "ESTATE_LEDGER"
    ESTATE_COVERAGE = "ESTATE_COVERAGE"
    DUTY_MATRIX = "DUTY_MATRIX"
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

_ESTATE: Final = (ledger.ESTATE_CODE, ledger.ESTATE_NAME)
_COMMUNITY: Final = (ledger.DISTRICT, ledger.STREET, ledger.COMMUNITY)
_OWNER: Final = (ledger.OWNER_CODE, ledger.OWNER_NAME, ledger.OWNER_KIND, ledger.SHARE)

COLUMNS: Final[Mapping[ExportKind, tuple[str, ...]]] = {
    # The columns of a ledger come first and in its words, so that an exported list can be imported elsewhere.
    ExportKind.ESTATES: (
        *ledger.HEADERS[ledger.Sheet.ESTATES], "楼栋有无电梯", "专有部分数", "业主组织", "管理模式", "现任物业服务人",
    ),
    ExportKind.BUILDINGS: (*ledger.HEADERS[ledger.Sheet.BUILDINGS], "小区名称"),
    ExportKind.PARTS: (*ledger.HEADERS[ledger.Sheet.PARTS], "小区名称"),
    ExportKind.OWNERSHIPS: (ledger.ESTATE_CODE, ledger.BUILDING, ledger.DOOR, *_OWNER, "起始日期", "终止日期"),
    ExportKind.OWNERS: ledger.HEADERS[ledger.Sheet.OWNERS],
    ExportKind.PROVIDERS: (*ledger.HEADERS[ledger.Sheet.PROVIDERS], "备案日期", "备案号"),
    ExportKind.WELFARE_POOL: (
        ledger.DISTRICT, ledger.PROVIDER_NAME, ledger.CREDIT_CODE, "入库日期", "排名依据", "退出日期", "退出原因",
    ),
    ExportKind.CONTRACTS: (
        *_ESTATE, "合同编号", "物业服务人", "合同类型", "合同状态", "签订日期", "开始日期", "结束日期", "终止日期",
        "终止原因",
    ),
    ExportKind.SERVICE_ITEMS: (
        *_ESTATE, "合同编号", "服务项目", "菜单", "服务内容", "服务标准", "价格(元)", "计价单位", "门内门外",
        "成本科目",
    ),
    ExportKind.ENDING_CONTRACTS: (
        *_ESTATE, "合同编号", "物业服务人", "开始日期", "结束日期", "剩余天数",
    ),
    ExportKind.SELECTIONS: (
        *_ESTATE, "征求意见日期", "方案确定日期", "菜单", "选聘方式", "记录编号", "选聘日期", "候选物业服务人",
        "候选菜单编号",
    ),
    ExportKind.BUNDLES: ("打包项目", "打包日期", "物业服务人", *_ESTATE, "合同编号"),
    ExportKind.STAFF: (*_ESTATE, "人员来源", "岗位", "人数", "已培训", "本小区居民", "起始日期"),
    ExportKind.DECISIONS: (
        *_ESTATE, "事项", "结果", "公告日期", "表决开始", "表决截止", "总面积", "总人数", "参与面积", "参与人数",
        "同意面积", "同意人数", "结束日期",
    ),
    ExportKind.FUND_USES: (
        *_ESTATE, "用途", "预算(元)", "应急使用", "提出日期", "进度", "支付日期", "分摊日期", "公示日期", "已支付(元)",
        "余数(元)",
    ),
    ExportKind.MODES: (*_ESTATE, "管理模式", "地方名称", "开始日期", "结束日期", "复核日期"),
    ExportKind.REVERSED_MODES: (
        *_ESTATE, "管理模式", "地方名称", "开始日期", "结束日期", "撤销原因", "撤销日期",
    ),
    ExportKind.OVERDUE_REVIEWS: (*_ESTATE, "管理模式", "地方名称", "开始日期", "复核日期", "逾期天数"),
    ExportKind.CONSULTATIONS: (
        *_ESTATE, "征询模式", "开始日期", "结束日期", "发放数", "回收数", "同意数", "已归档",
    ),
    ExportKind.ABANDONMENTS: (*_ESTATE, "失管原因", "起始日期", "终止日期"),
    ExportKind.TERRITORY: ledger.HEADERS[ledger.Sheet.TERRITORY],
    ExportKind.MEMBERSHIPS: (*_ESTATE, *_COMMUNITY, "起始日期", "终止日期"),
    ExportKind.SERVICE_AREAS: (ledger.DISTRICT, ledger.STREET, "服务区域", "邻里中心", "划定日期", "小区"),
    ExportKind.GRID_CONTACTS: ledger.HEADERS[ledger.Sheet.GRID_CONTACTS],
    ExportKind.PROPERTY_ROOMS: (*ledger.HEADERS[ledger.Sheet.PROPERTY_ROOMS], "最低面积", "是否达标"),
    ExportKind.DONATIONS: (*_COMMUNITY, "物业服务人", "金额(元)", "日期"),
    ExportKind.BODIES: (
        ledger.DISTRICT, ledger.STREET, "机构名称", "机构类型", "设在部门", "成立日期", "序号", "职务", "任职单位",
        "姓名", "任职日期",
    ),
    ExportKind.FACILITIES: (*ledger.HEADERS[ledger.Sheet.FACILITIES], "门内门外", "费用承担", ledger.ESTATE_NAME),
    ExportKind.BASE_SURVEYS: (
        *_ESTATE, "摸底日期", "楼栋数", "单元数", "建筑面积", "户数", "自住户", "出租户", "空置户", "基础设施",
        "未摸底内容",
    ),
    ExportKind.ESTATE_TRAITS: (*_ESTATE, "是否三无小区", "三无内容", "薄弱环节", "推进次序"),
    ExportKind.PARTY_COVERAGES: (*_ESTATE, "覆盖形式", "起始日期", "第一书记", "选派理由"),
    ExportKind.BACKBONE_RESIDENTS: (*_ESTATE, "姓名", "身份", "特长", "担任", "起始日期"),
    ExportKind.BASE_LEDGER: (
        *_ESTATE, "截止日期", "业主组织", "管理方式", "运行情况", "收费率", "存在问题",
    ),
    ExportKind.UNMANAGED_ESTATES: (*_ESTATE, "摸底日期", "小区类别", "户数", "存在问题", "是否逾期"),
    ExportKind.WORK_PLANS: (*_COMMUNITY, "小区类别", "管理方式", "开始日期", "完成日期", "工作措施"),
    ExportKind.CORRECTIONS: (
        *_ESTATE, "生效日期", "更正事项", "更正前", "更正后", "更正原因", "更正人", "更正日期",
    ),
    ExportKind.DOCUMENTS: (
        "区划代码", "文件类型", "标题", "对象", "对象编号", "版本", "状态", "发文机关", "生效日期", "盖章单位",
        "盖章日期", "SHA-256", "字节数",
    ),
    ExportKind.ESTATE_LEDGER: tuple(LEDGER_HEADERS.values()),
    ExportKind.ESTATE_COVERAGE: (
        ledger.DISTRICT, ledger.STREET, "小区类别", "小区数", "已有管理", "户数", "物业管理面积",
    ),
    ExportKind.DUTY_MATRIX: (
        ledger.DISTRICT, "区县", "责任主体", "文件中的名称", "职责", "门内门外", "条款", "文件",
    ),
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


KINDS_OF_A_DAY: Final = frozenset({ExportKind.POLICIES, ExportKind.DUTY_MATRIX, ExportKind.BODIES})
"""The lists that say how things stand on a day that may be named."""


def check_open_tasks(count: int) -> None:
    """Raise TooManyTasks when another task would be one too many."""
    if count >= MOST_OPEN_TASKS:
        raise TooManyTasks(f"a caller has at most {MOST_OPEN_TASKS} tasks waiting or running", value=count)
