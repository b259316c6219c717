"""Where the rows of each table come from; a new table is one entry here and one in `domain/report.py`."""

from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from dataclasses import dataclass
from enum import Enum
from typing import Final

from kit.caller import Scope
from kit.mongo import Reader
from kit.tables.writing import Cell
from services.finance.domain.report import ReportKind, ReportOrder
from services.finance.use_cases.reports.deposit_register import deposit_register_rows

Rows = AsyncIterator[Sequence[Sequence[Cell]]]


@dataclass(frozen=True)
class Source:
    """Gives the rows of a table, a page at a time, as far as the scope sees them.

    `words` gives an enum value in Chinese.
    """

    rows: Callable[[Reader, ReportOrder, Scope, Callable[[Enum], str]], Rows]


SOURCES: Final[Mapping[ReportKind, Source]] = {ReportKind.DEPOSIT_REGISTER: Source(deposit_register_rows)}
