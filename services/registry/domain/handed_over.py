"""What finance takes over: the checked opening balances with estates and parts by their ids, in files of its size."""

import csv
import io
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

from kit.money import Fen, format_money
from services.registry.domain.opening_balance import BalanceRow

HANDED_OVER_COLUMNS: Final = (
    "district", "estateId", "partId", "fund", "balance", "asOf", "objectId", "custodyAccountId", "firstDeposit",
    "dueOn",
)  # fmt: skip
"""The columns of a handed-over table; the last four are empty where the row does not say."""

ROWS_OF_A_FILE: Final = 20_000
"""What finance takes at a time."""


@dataclass(frozen=True)
class HandedOverRow:
    """One balance and where it belongs; `part_id` is None for a fund that is kept by estate."""

    district: str
    estate_id: str
    part_id: str | None
    said: BalanceRow

    @property
    def cells(self) -> tuple[str, ...]:
        """The row as it stands in the table."""
        said = self.said
        return (
            self.district,
            self.estate_id,
            self.part_id or "",
            said.fund.value,
            format_money(said.balance),
            said.as_of.isoformat(),
            said.object_id or "",
            said.account_id or "",
            _yuan(said.first_deposit),
            _day(said.due_on),
        )


def tables_of(rows: Sequence[HandedOverRow], *, most_rows: int = ROWS_OF_A_FILE) -> tuple[bytes, ...]:
    """Return the rows as CSV tables of at most so many rows; the rows of one estate stay in one table, however many."""
    return tuple(_table(some) for some in _parted(rows, most_rows))


def rows_of(table: bytes) -> int:
    """Return how many rows stand below the headers of a table."""
    return table.count(b"\n") - 1


def _parted(rows: Sequence[HandedOverRow], most_rows: int) -> Iterator[list[HandedOverRow]]:
    by_estate: dict[str, list[HandedOverRow]] = {}
    for row in rows:
        by_estate.setdefault(row.estate_id, []).append(row)
    some: list[HandedOverRow] = []
    for of_estate in by_estate.values():
        if some and len(some) + len(of_estate) > most_rows:
            yield some
            some = []
        some += of_estate
    if some:
        yield some


def _table(rows: Sequence[HandedOverRow]) -> bytes:
    text = io.StringIO(newline="")
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(HANDED_OVER_COLUMNS)
    writer.writerows(row.cells for row in rows)
    return text.getvalue().encode()


def _yuan(amount: Fen | None) -> str:
    return "" if amount is None else format_money(amount)


def _day(day: date | None) -> str:
    return "" if day is None else day.isoformat()
