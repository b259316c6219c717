"""A legacy city begins: the file of opening balances is read, tried out as a whole, and posted estate by estate."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import BinaryIO

from kit.caller import Caller, Role
from kit.clock import Clock, business_date
from kit.errors import Refusal
from kit.mongo import Mongo, UnitOfWork, run_unit_of_work
from kit.tables.reading import read_table
from kit.tables.refusals import RowsRefused
from services.finance.domain.cut_over import CutOver
from services.finance.domain.opening import (
    MOST_ROWS,
    EstateOpening,
    OpeningFile,
    OpeningRefused,
    columns_of_opening,
    read_opening_file,
)
from services.finance.use_cases.open_estate import open_estate

CUT_OVER_ROLES = (Role.DISTRICT_OFFICE, Role.FINANCE_BUREAU, Role.CITY_OFFICE, Role.OPERATOR)
"""Who makes and takes back a cut-over."""


@dataclass(frozen=True)
class ImportedOpenings:
    """How many estates began with this file, how many had begun with it before, and what stands against it.

    Where anything stands against it, nothing of the file was taken.
    """

    opened: int
    unchanged: int
    refused: tuple[Refusal, ...] = ()


class _TriedOut(Exception):
    """Rolls an estate back that was only tried out; carries whether it would have begun."""

    def __init__(self, cut_over: CutOver | None) -> None:
        super().__init__()
        self.cut_over = cut_over


def read_openings(file: BinaryIO, *, clock: Clock) -> OpeningFile:
    """Return what is in a file (.xlsx, or .csv in any usual encoding).

    Raises TableFileRefused for a file that cannot be read, and what `read_opening_file` raises.
    """
    rows = []
    for row in read_table(file, columns_of_opening):
        rows.append(row)
        if len(rows) > MOST_ROWS:
            raise OpeningRefused(f"a file has at most {MOST_ROWS} rows", path=("rows",), value=len(rows))
    return read_opening_file(rows, today=business_date(clock.now()))


async def import_openings(
    mongo: Mongo, caller: Caller, file: OpeningFile, *, clock: Clock, correlation_id: str, dry_run: bool
) -> ImportedOpenings:
    """Post what each estate held on the day of the file; the same file again changes nothing.

    Each estate is one unit of work. All are tried out first and rolled back, so that nothing is taken of a file with a
    row that cannot be; a dry run ends there. Raises ForbiddenActor for other roles.
    """
    caller.require_role(*CUT_OVER_ROLES)

    async def carry_out(estate: EstateOpening, *, keep: bool) -> CutOver | None:
        async def act(work: UnitOfWork) -> CutOver | None:
            opened = await open_estate(work, estate)
            if not keep:
                raise _TriedOut(opened)
            return opened

        try:
            return await run_unit_of_work(mongo, caller, act, clock=clock, correlation_id=correlation_id)
        except _TriedOut as tried:
            return tried.cut_over

    refused: list[Refusal] = list(file.refused)
    outcomes = []
    for estate in file.estates:
        try:
            outcomes.append(await carry_out(estate, keep=False))
        except RowsRefused as refusal:
            refused += refusal.rows
        except Refusal as refusal:
            refused.append(refusal)
    if not refused and not dry_run:
        outcomes = [await carry_out(estate, keep=True) for estate in file.estates]
    return _told(outcomes, refused)


def _told(outcomes: Sequence[CutOver | None], refused: Sequence[Refusal]) -> ImportedOpenings:
    if refused:
        return ImportedOpenings(0, 0, tuple(refused))
    opened = sum(outcome is not None for outcome in outcomes)
    return ImportedOpenings(opened, len(outcomes) - opened)
