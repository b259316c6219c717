"""What the rows of a table are read with: who asks for what, in which words."""

from collections.abc import AsyncIterator, Callable, Sequence
from dataclasses import dataclass
from enum import Enum

from kit.caller import Scope
from kit.mongo import Reader
from kit.tables.writing import Cell
from services.finance.domain.estate import Estate
from services.finance.domain.report import ReportOrder

PAGE_ROWS = 100

Rows = AsyncIterator[Sequence[Sequence[Cell]]]


def names_of(estate: Estate | None) -> tuple[str, str]:
    """Return the name and the code that people know an estate by, both empty for one that is not seen."""
    return ("", "") if estate is None else (estate.name or "", estate.code or "")


@dataclass(frozen=True)
class Asked:
    """A table as one caller asks for it; `words` gives an enum value in Chinese."""

    reader: Reader
    order: ReportOrder
    scope: Scope
    words: Callable[[Enum], str]
