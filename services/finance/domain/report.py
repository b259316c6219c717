"""The tables that finance produces (rules §10): their names, their columns in Chinese, and what each is asked for."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Final

from kit.errors import NotFound, ValidationFailed
from services.finance.domain.billing_period import BillingPeriod, parse_period


class ReportKind(StrEnum):
    """The tables that can be had as a file."""

    DEPOSIT_REGISTER = "DEPOSIT_REGISTER"
    MAINTENANCE_STATEMENT = "MAINTENANCE_STATEMENT"
    ARREARS_LIST = "ARREARS_LIST"
    PUBLIC_REVENUE = "PUBLIC_REVENUE"
    FEE_COLLECTION = "FEE_COLLECTION"


class ReportUnknown(NotFound):
    """Finance produces no table of this name."""


@dataclass(frozen=True)
class ReportTable:
    """A table: its number in the catalogue of tables, its title, and its columns in their order."""

    number: int
    title: str
    columns: tuple[str, ...]


TABLES: Final[Mapping[ReportKind, ReportTable]] = {
    ReportKind.DEPOSIT_REGISTER: ReportTable(
        9,
        "履约保证金台账",
        (
            "小区名称", "合同编号", "合同年度", "计费面积（㎡）", "标准（元/㎡·年）", "计算金额（元）",
            "应交金额（元）", "应交日期", "交存期限", "已交余额（元）", "状态", "状态日期", "存放账户", "账户类型",
            "流水日期", "流水借方", "流水贷方", "流水金额（元）", "流水摘要",
        ),
    ),
    ReportKind.MAINTENANCE_STATEMENT: ReportTable(
        10,
        "维修资金年度对账单",
        (
            "小区名称", "资金种类", "年度", "账户", "年初余额（元）", "交存（元）", "财政配套（元）", "利息（元）",
            "收益（元）", "使用（元）", "退还（元）", "年末余额（元）",
        ),
    ),
    ReportKind.ARREARS_LIST: ReportTable(
        11,
        "物业费拖欠情况表",
        (
            "小区名称", "小区编号", "截止日期", "应收（元）", "拖欠（元）", "拖欠率", "应缴户数", "拖欠户数",
            "户数拖欠率", "警戒线", "是否达到", "达到日期",
        ),
    ),
    ReportKind.PUBLIC_REVENUE: ReportTable(
        16,
        "公共收益及用途限定表",
        (
            "小区名称", "收入日期", "收入类别", "收入（元）", "成本（元）", "净收益（元）", "用途限定", "收存方",
            "银行流水号", "共同决定", "备注",
        ),
    ),
    ReportKind.FEE_COLLECTION: ReportTable(
        20, "物业费收缴率表", ("小区名称", "小区编号", "账期", "应收（元）", "实收（元）", "收缴率")
    ),
}  # fmt: skip
"""The one catalogue of tables; `use_cases/reports` says where the rows of each come from."""


@dataclass(frozen=True)
class ReportOrder:
    """What a table is asked for: a district, or one estate of it, and a year, a period or a day if it needs one."""

    district: str
    today: date
    estate_id: str | None = None
    year: int | None = None
    as_of: date | None = None
    period: str | None = None

    def required_estate(self) -> str:
        """Return the estate; raises ValidationFailed when none is named."""
        if self.estate_id is None:
            raise ValidationFailed("this table is of one estate", path=("estate",))
        return self.estate_id

    def required_year(self) -> int:
        """Return the year; raises ValidationFailed when none is named."""
        if self.year is None:
            raise ValidationFailed("this table is of one year", path=("year",))
        return self.year

    def required_period(self) -> BillingPeriod:
        """Return the billing period; raises ValidationFailed when none is named, or what is none."""
        return parse_period(self.period or "", path=("period",))

    @property
    def day(self) -> date:
        """The day as of which the table is: the named one, else today."""
        return self.as_of or self.today


def report_kind_of(name: str) -> ReportKind:
    """Return the table that a path names, such as "deposit-register"; raises ReportUnknown."""
    kind = name.upper().replace("-", "_")
    if kind not in set(ReportKind):
        raise ReportUnknown("no table of this name", path=("report",), value=name)
    return ReportKind(kind)
