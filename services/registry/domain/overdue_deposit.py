"""What a contract shows of a performance deposit that is overdue: a mark, which never stands in the way of service."""

from dataclasses import dataclass, replace
from datetime import date

from kit.money import Fen


@dataclass(frozen=True)
class OverdueDeposit:
    """The deposit of a contract year whose due day passed with money missing; `missing` is that day's, in fen."""

    deposit_id: str
    contract_year: int
    due_on: date
    missing: Fen


@dataclass(frozen=True)
class DepositMarks:
    """What finance has announced of the deposits of a contract: one for each contract year.

    `overdue` has one mark at most per deposit. `settled_year` is the latest contract year whose deposit was held whole,
    released or forfeited; 0 before any was.
    """

    overdue: tuple[OverdueDeposit, ...] = ()
    settled_year: int = 0

    @property
    def shown(self) -> OverdueDeposit | None:
        """The mark of the latest contract year; None if nothing is overdue.

        What is missing of a year is carried over into the next (A-2): a later year that is settled settles the earlier.
        """
        standing = [one for one in self.overdue if one.contract_year >= self.settled_year]
        return max(standing, key=lambda one: one.contract_year, default=None)


def mark_overdue(marks: DepositMarks, overdue: OverdueDeposit) -> DepositMarks:
    """Return the marks with this one in place of an earlier one of the same deposit (P1)."""
    others = [one for one in marks.overdue if one.deposit_id != overdue.deposit_id]
    return replace(marks, overdue=_in_order([*others, overdue]))


def unmark(marks: DepositMarks, deposit_id: str, *, contract_year: int) -> DepositMarks:
    """Return the marks without that of the deposit of a contract year that is settled."""
    others = [one for one in marks.overdue if one.deposit_id != deposit_id]
    return DepositMarks(_in_order(others), max(marks.settled_year, contract_year))


def _in_order(marks: list[OverdueDeposit]) -> tuple[OverdueDeposit, ...]:
    """Return the marks by contract year, so that the order in which they were heard leaves no trace."""
    return tuple(sorted(marks, key=lambda one: (one.contract_year, one.deposit_id)))
