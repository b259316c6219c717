"""The yearly statement of a maintenance fund as a notice for the board: A4, in Chinese, with a chart (art. 30)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Final

from fpdf import FPDF
from fpdf.enums import MethodReturnValue, TableBordersLayout
from fpdf.fonts import FontFace

from kit.money import Fen, format_money
from services.finance.domain.maintenance_fund import MaintenanceFundKind
from services.finance.domain.maintenance_statement import AnnualStatement, PaidProject

FONT_FILE: Final = Path(__file__).parents[3] / "kit" / "fonts" / "wqy-microhei.ttf"
_FAMILY: Final = "notice"
_MARGIN_MM: Final = 15
_INK: Final = (33, 37, 41)
_FAINT: Final = (108, 117, 125)
_IN: Final = (47, 111, 158)
_OUT: Final = (192, 98, 46)
_STANDING: Final = (90, 98, 104)
_STRIPE: Final = (240, 243, 246)
_PAPER: Final = (255, 255, 255)

NAMES: Final = {
    MaintenanceFundKind.OLD_ESTATE: "老旧小区住宅维修资金",
    MaintenanceFundKind.DECREE_165: "住宅专项维修资金",
}
POOL_NAME: Final = "小区公共账"
_PROJECT_COLUMNS: Final = ("本年度维修项目", "支付日期", "支付金额（元）")
_COLUMNS: Final = {
    "opening": "期初",
    "deposits": "交存",
    "matches": "配套",
    "interest": "利息收益",
    "uses": "使用",
    "refunds": "退款",
    "closing": "期末",
}
"""The amounts of a line by their names in a statement."""

_DOOR_SHARE: Final = 1.4
"""How much wider the column of door numbers is than one of amounts."""

_TABLE_POINTS: Final = 8.5
_LINE_MM: Final = 5.5


_Step = tuple[str, int, int, tuple[int, int, int]]


@dataclass(frozen=True)
class StatementNotice:
    """What the notice says: whose fund, in which account, its year as a whole, by door, of the pool, and by project.

    `published_on` is None for a draft, which says so.
    """

    estate_name: str
    kind: MaintenanceFundKind
    custody: str
    statement: AnnualStatement
    doors: Sequence[tuple[str, AnnualStatement]]
    pool: AnnualStatement
    projects: Sequence[PaidProject]
    published_on: date | None
    revision: int | None


class _Page(FPDF):
    """A page with the number of pages at its foot, and from the second one on what it belongs to at its head."""

    def __init__(self, title: str) -> None:
        super().__init__(format="A4")
        self.set_title(title)
        self._title = title

    def header(self) -> None:
        """Write whose statement of which year the page is of: sheets on a board get separated."""
        if self.page_no() == 1:
            return
        self.set_text_color(*_FAINT)
        _write_centred(self, self._title, size=9, height=6)
        self.set_text_color(*_INK)
        self.ln(1)

    def footer(self) -> None:
        """Write the page's number."""
        self.set_y(-12)
        self.set_font(_FAMILY, size=8)
        self.set_text_color(*_FAINT)
        self.cell(0, 6, f"第 {self.page_no()} 页，共 {{nb}} 页", align="C")


def draw_statement(notice: StatementNotice) -> bytes:
    """Return the notice as a PDF with its glyphs embedded; amounts in yuan with two digits."""
    page = _Page(f"{notice.estate_name} {NAMES[notice.kind]} {notice.statement.year} 年度公示")
    page.set_margins(_MARGIN_MM, _MARGIN_MM)
    page.set_auto_page_break(auto=True, margin=18)
    page.add_font(_FAMILY, fname=FONT_FILE)
    page.set_lang("zh-CN")
    page.add_page()
    _write_head(page, notice)
    _draw_chart(page, _steps(notice))
    _write_sum(page, notice)
    _write_projects(page, notice.projects)
    _write_doors(page, notice)
    return bytes(page.output())


def _write_head(page: FPDF, notice: StatementNotice) -> None:
    page.set_text_color(*_INK)
    _write_centred(page, notice.estate_name, size=20, height=12)
    _write_centred(page, f"{NAMES[notice.kind]} {notice.statement.year} 年度公示", size=17, height=10)
    page.set_text_color(*_FAINT)
    if notice.published_on is None:
        published = "草稿，尚未公示"
    else:
        day = notice.published_on
        published = f"公示日期：{day.year} 年 {day.month} 月 {day.day} 日（第 {notice.revision} 版）"
    _write_centred(page, f"存放账户：{notice.custody}", size=10, height=6)
    _write_centred(page, published, size=10, height=6)
    page.ln(3)


def _write_centred(page: FPDF, text: str, *, size: float, height: float) -> None:
    """Write a line in the middle of the page, in smaller letters where it would not fit between the margins."""
    page.set_font(_FAMILY, size=size)
    width = page.get_string_width(text)
    page.set_font(_FAMILY, size=size * min(1.0, page.epw / max(width, 1.0)))
    page.cell(0, height, text, align="C", new_x="LMARGIN", new_y="NEXT")


def _draw_chart(page: FPDF, steps: Sequence[_Step]) -> None:
    """Draw the year as bars, each from where the one before it ended, so that the closing balance is their sum."""
    left, top = page.l_margin, page.get_y()
    width, height, axis = page.epw, 62.0, 50.0
    highest = max((max(start, end) for _, start, end, _ in steps), default=0) or 1
    slot = width / len(steps)
    page.set_draw_color(*_FAINT)
    page.set_line_width(0.2)
    page.line(left, top + axis, left + width, top + axis)
    for place, (label, start, end, colour) in enumerate(steps):
        x = left + place * slot
        upper, lower = max(start, end) / highest, min(start, end) / highest
        page.set_fill_color(*colour)
        page.rect(
            x + slot * 0.18, top + axis - upper * (axis - 8), slot * 0.64, max((upper - lower) * (axis - 8), 0.3), "F"
        )
        page.set_text_color(*_INK)
        page.set_font(_FAMILY, size=8)
        page.set_xy(x, top + axis - upper * (axis - 8) - 5)
        page.cell(slot, 4, _yuan(Fen(abs(end - start))), align="C")
        page.set_font(_FAMILY, size=10)
        page.set_xy(x, top + axis + 1.5)
        page.cell(slot, 6, label, align="C")
    page.set_xy(left, top + height)


def _steps(notice: StatementNotice) -> list[_Step]:
    """Return the bars: label, where each starts and ends in fen, and its colour."""
    statement = notice.statement
    level = int(statement.opening)
    steps: list[_Step] = [("期初余额", 0, level, _STANDING)]
    for label, change in (
        ("业主交存", statement.deposits),
        *((("财政配套", statement.matches),) if _has_match(notice) else ()),
        ("利息收益", statement.interest),
        ("维修使用", -statement.uses),
        ("退款", -statement.refunds),
    ):
        steps.append((label, level, level + change, _IN if change >= 0 else _OUT))
        level += change
    return [*steps, ("期末余额", 0, level, _STANDING)]


def _write_sum(page: FPDF, notice: StatementNotice) -> None:
    statement = notice.statement
    page.set_text_color(*_INK)
    matched = f" + 配套 {_yuan(statement.matches)}" if _has_match(notice) else ""
    came = f"期初 {_yuan(statement.opening)} + 交存 {_yuan(statement.deposits)}{matched}"
    went = f"使用 {_yuan(statement.uses)} − 退款 {_yuan(statement.refunds)} = 期末 {_yuan(statement.closing)}（元）"
    for line in (f"{came} + 利息收益 {_yuan(statement.interest)}", f"− {went}"):
        _write_centred(page, line, size=10, height=6)
    page.set_font(_FAMILY, size=9)
    page.set_text_color(*_FAINT)
    checked = "以上数字尚未与银行对账" if notice.published_on is None else "以上数字与银行对账一致"
    page.multi_cell(
        0,
        5,
        f"维修资金归全体业主所有，由账户管理单位代管；{checked}。业主可查询本户分户账。",
        align="C",
        new_x="LMARGIN",
        new_y="NEXT",
    )
    page.ln(3)


def _write_projects(page: FPDF, projects: Sequence[PaidProject]) -> None:
    """Write what the fund paid for in the year; nothing where it paid for nothing (art. 30)."""
    if not projects:
        return
    _prepare_table(page)
    with page.table(
        borders_layout=TableBordersLayout.HORIZONTAL_LINES,
        col_widths=(90, 25, 30),
        text_align=("LEFT", "CENTER", "RIGHT"),
        line_height=5.5,
        headings_style=FontFace(emphasis="", fill_color=_STRIPE),
    ) as table:
        table.row(_PROJECT_COLUMNS)
        for project in projects:
            table.row((project.purpose, project.paid_on.isoformat(), _yuan(project.amount)))
    page.ln(4)


def _prepare_table(page: FPDF) -> None:
    page.set_text_color(*_INK)
    page.set_font(_FAMILY, size=_TABLE_POINTS)
    page.set_draw_color(*_FAINT)
    page.set_fill_color(*_PAPER)


def _write_doors(page: FPDF, notice: StatementNotice) -> None:
    """Write a line for each door, the pool's and the sum; the heading stands on every page.

    It is drawn cell by cell: the library's own table takes five times as long, which counts with thousands of doors.
    """
    shown = _amount_columns(notice)
    sums = [_row(POOL_NAME, notice.pool, shown), _row("合计", notice.statement, shown)]
    width = page.epw / (_DOOR_SHARE + len(shown))
    _prepare_table(page)
    # No door has more than the whole fund: what fits the sums fits every line.
    widest = max(page.get_string_width(amount) for row in sums for amount in row[1:]) + 2 * page.c_margin
    points = _TABLE_POINTS * min(1.0, width / widest)
    widths = (width * _DOOR_SHARE, *(width,) * len(shown))
    heading = ("门号", *(_COLUMNS[name] for name in shown))
    _write_line(page, heading, widths, points=_TABLE_POINTS, fill=_STRIPE)
    for place, row in enumerate((*(_row(door, statement, shown) for door, statement in notice.doors), *sums)):
        lines = _lines_of(page, row[0], widths[0], points=points)
        if page.will_page_break(_LINE_MM * len(lines)):
            page.add_page()
            _write_line(page, heading, widths, points=_TABLE_POINTS, fill=_STRIPE)
        _write_line(page, row, widths, points=points, fill=_STRIPE if place % 2 else _PAPER, lines=lines)


def _lines_of(page: FPDF, name: str, width: float, *, points: float) -> list[str]:
    """Return the lines that a door's number takes; nearly every one takes one."""
    page.set_font(_FAMILY, size=points)
    if page.get_string_width(name) <= width - 2 * page.c_margin:
        return [name]
    found = page.multi_cell(width, _LINE_MM, name, align="L", dry_run=True, output=MethodReturnValue.LINES)
    assert isinstance(found, list)
    return found


def _write_line(
    page: FPDF,
    cells: Sequence[str],
    widths: Sequence[float],
    *,
    points: float,
    fill: tuple[int, int, int],
    lines: Sequence[str] = ("",),
) -> None:
    """Write a line of the table: its first cell to the left, in as many lines as it takes, the amounts to the right."""
    left, top, height = page.l_margin, page.get_y(), _LINE_MM * len(lines)
    page.set_font(_FAMILY, size=points)
    page.set_fill_color(*fill)
    page.rect(left, top, page.epw, height, "F")
    page.line(left, top + height, left + page.epw, top + height)
    for place, text in enumerate(lines if len(lines) > 1 else cells[:1]):
        page.set_xy(left, top + place * _LINE_MM)
        page.cell(widths[0], _LINE_MM, text)
    page.set_xy(left + widths[0], top)
    for text, width in zip(cells[1:], widths[1:], strict=True):
        page.cell(width, height, text, align="R")
    page.set_xy(left, top + height)


def _amount_columns(notice: StatementNotice) -> tuple[str, ...]:
    """Return the columns that the fund has: only that of old estates is matched by district finance (ZG-30)."""
    return tuple(name for name in _COLUMNS if name != "matches" or _has_match(notice))


def _has_match(notice: StatementNotice) -> bool:
    return notice.kind is MaintenanceFundKind.OLD_ESTATE or notice.statement.matches != 0


def _row(name: str, statement: AnnualStatement, columns: Sequence[str]) -> tuple[str, ...]:
    return (name, *(_yuan(getattr(statement, column)) for column in columns))


def _yuan(amount: Fen) -> str:
    """Return the amount in yuan with commas between thousands, as people read it on paper."""
    whole, _, cents = format_money(amount).partition(".")
    return f"{int(whole):,}.{cents}" if not whole.startswith("-0") else f"{whole}.{cents}"
