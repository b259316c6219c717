"""What the rows of a table are read with: who asks for what, in which words."""

from collections.abc import AsyncIterator, Callable, Sequence
from dataclasses import dataclass
from enum import Enum

from kit.caller import Scope
from kit.mongo import Reader
from kit.tables.writing import Cell
from services.finance.domain.report import ReportOrder

PAGE_ROWS = 100

Rows = AsyncIterator[Sequence[Sequence[Cell]]]


@dataclass(frozen=True)
class Asked:
    """A table as one caller asks for it; `words` gives an enum value in Chinese."""

    reader: Reader
    order: ReportOrder
    scope: Scope
    words: Callable[[Enum], str]
