"""What every sheet's landing needs: the import's rules, readable rows, and the estate a row names."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeVar

from kit.errors import Refusal, ValidationFailed
from policy.policies import Policies
from services.registry.domain import ledger
from services.registry.domain.ledger import RowOutcome, RowResult
from services.registry.domain.ledger_cells import RawRow
from services.registry.store.estates import EstateRecord

T = TypeVar("T")


class EstateNotRegistered(ValidationFailed):
    """The row belongs to an estate that the registry does not have."""


@dataclass(frozen=True)
class ImportRules:
    """What an import goes by: the policies in force, and whether it may register streets and communities."""

    policies: Policies
    register_territory: bool


def estate_named(estates: Mapping[str, EstateRecord], code: str) -> EstateRecord:
    """Return the estate of the code; raises EstateNotRegistered at the code's cell."""
    estate = estates.get(code)
    if estate is None:
        raise EstateNotRegistered(f"no estate has the code {code!r}", path=(ledger.ESTATE_CODE,), value=code)
    return estate


def readable(
    rows: Sequence[RawRow], read: Callable[[RawRow], T], results: dict[int, RowResult]
) -> list[tuple[RawRow, T]]:
    """Return what can be read; the rest is put into `results` as rejected."""
    readable: list[tuple[RawRow, T]] = []
    for row in rows:
        try:
            readable.append((row, read(row)))
        except Refusal as refusal:
            results[row.number] = ledger.rejected(row, refusal)
    return readable


def row_result(row: RawRow, outcome: RowOutcome) -> RowResult:
    """Return the result of a row that was not refused."""
    return RowResult(sheet=row.sheet, row=row.number, outcome=outcome)


def distinct(values: Iterable[str]) -> list[str]:
    """Return each value once, in the order of its first place."""
    return list(dict.fromkeys(values))


def part_key(row: RawRow) -> tuple[object, ...]:
    """Return what rows of the same part have in common."""
    return tuple(row.value(header) for header in (ledger.ESTATE_CODE, ledger.BUILDING, ledger.DOOR))
