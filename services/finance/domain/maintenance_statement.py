"""The yearly statement of a fund and of a door (Decree 165, arts. 30 and 31): it adds up, or it is not published."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from kit.errors import StateConflict, ValidationFailed
from kit.money import ZERO_FEN, Fen, add_fen, format_money, sum_fen


class FundEntry(StrEnum):
    """Why money came into a fund or left it; the columns of a statement."""

    OPENING = "OPENING"
    DEPOSIT = "DEPOSIT"
    MATCH = "MATCH"
    INTEREST = "INTEREST"
    INCOME = "INCOME"
    USE = "USE"
    REFUND = "REFUND"
    MATCH_TAKEN_BACK = "MATCH_TAKEN_BACK"


class StatementNotReconciled(StateConflict):
    """The statement does not add up to the accounts, or the accounts not to the bank's balance."""


class YearNotOver(StateConflict):
    """The year is not over, so its statement cannot be published."""


class StatementYearInvalid(ValidationFailed):
    """The fund was not open in that year."""


@dataclass(frozen=True)
class FundMovement:
    """A change of one account of a fund: why, on which bank day, by how much in fen, and by which posting."""

    account_id: str
    kind: FundEntry
    day: date
    change: Fen
    posting_id: str = ""


@dataclass(frozen=True)
class PaidProject:
    """What a fund paid for one use in a year: what was done, the bank's last day, and the amount in fen."""

    purpose: str
    paid_on: date
    amount: Fen


@dataclass(frozen=True)
class AnnualStatement:
    """One year of a fund, or of one of its accounts; amounts in fen, all of them as positive numbers.

    `interest` includes the income that rolls over (art. 27), which `income` gives on its own. `matches` is the public
    match less what was taken back with a refund.
    """

    year: int
    opening: Fen
    deposits: Fen
    matches: Fen
    interest: Fen
    income: Fen
    uses: Fen
    refunds: Fen
    closing: Fen

    @property
    def adds_up(self) -> bool:
        """Whether opening + deposits + matches + interest − uses − refunds = closing (art. 31)."""
        came = sum_fen((self.opening, self.deposits, self.matches, self.interest))
        return came - self.uses - self.refunds == self.closing


@dataclass(frozen=True)
class PublishedStatement:
    """A statement as it was published: its revision, and the balance of the bank that it was reconciled with."""

    id: str
    fund_id: str
    revision: int
    published_on: date
    bank_balance: Fen
    statement: AnnualStatement


def statement_of(movements: Iterable[FundMovement], *, year: int) -> AnnualStatement:
    """Return the statement of a year from all movements of the accounts it is about, in any order."""
    until_then = [movement for movement in movements if movement.day.year <= year]
    opening = sum_fen(movement.change for movement in until_then if movement.day.year < year)
    return _statement(year, opening, (movement for movement in until_then if movement.day.year == year))


def projects_of(
    movements: Iterable[FundMovement], *, year: int, purposes: Mapping[str, tuple[str, str]]
) -> tuple[PaidProject, ...]:
    """Return what was paid for each use in a year, the earliest first; their sum is the statement's uses (art. 30).

    `purposes` gives the id and the purpose of the use that each posting paid.
    """
    paid: dict[str, PaidProject] = {}
    for movement in movements:
        if movement.kind is not FundEntry.USE or movement.day.year != year:
            continue
        use_id, purpose = purposes[movement.posting_id]
        before = paid.get(use_id, PaidProject(purpose, movement.day, ZERO_FEN))
        paid[use_id] = PaidProject(purpose, max(before.paid_on, movement.day), Fen(before.amount - movement.change))
    return tuple(sorted(paid.values(), key=lambda one: (one.paid_on, one.purpose)))


def sum_of_all_years(movements: Iterable[FundMovement], last_year: int) -> AnnualStatement:
    """Return all movements as if they were of one year, the last: nothing before it, so it opens with nothing."""
    return _statement(last_year, ZERO_FEN, movements)


def _statement(year: int, opening: Fen, movements: Iterable[FundMovement]) -> AnnualStatement:
    """Return the statement of a year that opened with so much, from its own movements."""
    sums = dict.fromkeys(FundEntry, ZERO_FEN)
    for movement in movements:
        sums[movement.kind] = add_fen(sums[movement.kind], movement.change)
    return AnnualStatement(
        year=year,
        # What a cut-over took over within the year was there before it.
        opening=add_fen(opening, sums[FundEntry.OPENING]),
        deposits=sums[FundEntry.DEPOSIT],
        matches=add_fen(sums[FundEntry.MATCH], sums[FundEntry.MATCH_TAKEN_BACK]),
        interest=add_fen(sums[FundEntry.INTEREST], sums[FundEntry.INCOME]),
        income=sums[FundEntry.INCOME],
        uses=Fen(-sums[FundEntry.USE]),
        refunds=Fen(-sums[FundEntry.REFUND]),
        closing=add_fen(opening, *sums.values()),
    )


def check_publication(
    statement: AnnualStatement,
    *,
    doors: Sequence[AnnualStatement],
    pool: AnnualStatement,
    bank_balance: Fen,
    opened_on: date,
    today: date,
    path: Sequence[str] = (),
) -> None:
    """Raise unless the year is over and everything reconciles: sums, doors and pool, and the bank's own balance.

    `bank_balance` is what the bank states for the last day of the year, in fen (art. 30).
    """
    if statement.year < opened_on.year:
        raise StatementYearInvalid(
            f"the fund was opened on {opened_on.isoformat()}", path=(*path, "year"), value=statement.year
        )
    if statement.year >= today.year:
        raise YearNotOver("the year is not over", path=(*path, "year"), value=statement.year)
    parts = sum_fen((*(door.closing for door in doors), pool.closing))
    if not statement.adds_up or parts != statement.closing:
        raise StatementNotReconciled(
            f"doors and pool sum to {format_money(parts)}", path=path, value=format_money(statement.closing)
        )
    if bank_balance != statement.closing:
        raise StatementNotReconciled(
            f"the books close at {format_money(statement.closing)}",
            path=(*path, "bankBalance"),
            value=format_money(bank_balance),
        )
