"""Bank lines against the postings of the same account: which belong together, and what is left for a person.

One line belongs to one posting. The bank's reference decides; where the book has no reference of the line, a line and a
posting of the same amount and day belong together if no other would do as well, or if the line names the payer, or what
was paid, of that posting alone. What is left is an exception, and a month with an exception is not closed (Decree 165
art. 30 and 31).
"""

import re
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Final

from kit.errors import NotFound, StateConflict, ValidationFailed
from kit.money import Fen, format_money
from services.finance.domain.bank_statement import BankLine

OPENING_PREFIX: Final = "opening:"
"""Begins the key of the posting that an account starts with; the bank moved nothing for it."""

LONGEST_REASON: Final = 200
SHORTEST_NAME: Final = 4
"""A shorter word stands in a bank's line by chance."""


class MatchedBy(StrEnum):
    """What tied a line to a posting."""

    REFERENCE = "REFERENCE"
    AMOUNT_AND_DAY = "AMOUNT_AND_DAY"
    PAYER = "PAYER"
    HAND = "HAND"
    POSTED = "POSTED"


class BankExceptionReason(StrEnum):
    """Why a line, a posting or a day needs a person."""

    NOT_IN_BOOK = "NOT_IN_BOOK"
    NOT_AT_BANK = "NOT_AT_BANK"
    AMOUNT_DIFFERS = "AMOUNT_DIFFERS"
    SEVERAL_FIT = "SEVERAL_FIT"
    BALANCE_DIFFERS = "BALANCE_DIFFERS"


class ExceptionsOpen(StateConflict):
    """The month has exceptions; it is closed when each is settled."""


class AlreadyMatched(StateConflict):
    """The line, or the posting, belongs to another one already."""


class AmountsDiffer(ValidationFailed):
    """The line and the posting are of different amounts; by how many fen, the refusal says."""


class BankLineUnknown(NotFound):
    """No such line, or it is outside what the caller may see."""


class MovementUnknown(NotFound):
    """No posting of this id moves money in the line's account."""


class SettlementUnclear(ValidationFailed):
    """An exception is settled by one of: a posting that it belongs to, or a reference to post it for."""


@dataclass(frozen=True)
class Movement:
    """What one posting moved in an account, signed as the account sees it; `key` is the posting's business key.

    `memo` names who paid and what for.
    """

    posting_id: str
    key: str
    day: date
    amount: Fen
    reverses: str | None = None
    memo: str = ""

    @property
    def names(self) -> tuple[str, ...]:
        """Who paid and what for: the words of the memo behind its first, which says the kind of payment."""
        return tuple(word.upper() for word in self.memo.split()[1:] if len(word) >= SHORTEST_NAME)

    @property
    def references(self) -> Iterator[str]:
        """Every end of the key behind a colon: by convention the last one is the bank's reference."""
        parts = self.key.split(":")
        return (":".join(parts[place:]) for place in range(1, len(parts)))


@dataclass(frozen=True)
class Match:
    """A line and the posting that it belongs to."""

    line: BankLine
    movement: Movement
    by: MatchedBy


@dataclass(frozen=True)
class BankException:
    """Something that a person must settle: of a line, of a posting, or of the balance of a day.

    `amount` is the line's or the posting's; for a day it is the bank's balance less the book's.
    """

    account_id: str
    reason: BankExceptionReason
    day: date
    amount: Fen
    line: BankLine | None = None
    posting_id: str | None = None


def match(lines: Sequence[BankLine], movements: Sequence[Movement]) -> tuple[Match, ...]:
    """Return what belongs together among the lines and postings of one account that belong to nothing yet."""
    by_reference = _by_reference(movements)
    matches: list[Match] = []
    taken: set[str] = set()
    others: list[BankLine] = []
    for line in lines:
        movement = by_reference.get(line.bank_ref)
        if movement is None:
            others.append(line)
        elif movement.amount == line.amount and movement.posting_id not in taken:
            matches.append(Match(line, movement, MatchedBy.REFERENCE))
            taken.add(movement.posting_id)
    named = {by_reference[line.bank_ref].posting_id for line in lines if line.bank_ref in by_reference}
    free = [movement for movement in _standing(movements) if movement.posting_id not in named]
    for alike_lines, alike_movements in _alike(others, free):
        if len(alike_lines) == len(alike_movements) == 1:
            matches.append(Match(alike_lines[0], alike_movements[0], MatchedBy.AMOUNT_AND_DAY))
        else:
            matches += _by_payer(alike_lines, alike_movements)
    return tuple(matches)


def exceptions_of(
    account_id: str, lines: Sequence[BankLine], movements: Sequence[Movement]
) -> tuple[BankException, ...]:
    """Return why each of the lines and postings that belong to nothing is left, by day."""
    by_reference = _by_reference(movements)
    standing = _standing(movements)
    fitting = {line.id: movements for lines_, movements in _alike(lines, standing) for line in lines_ if movements}
    found = []
    for line in lines:
        named = by_reference.get(line.bank_ref)
        reason, posting_id = BankExceptionReason.NOT_IN_BOOK, None
        if named is not None:
            reason, posting_id = BankExceptionReason.AMOUNT_DIFFERS, named.posting_id
        elif line.id in fitting:
            reason = BankExceptionReason.SEVERAL_FIT
        found.append(BankException(account_id, reason, line.day, line.amount, line=line, posting_id=posting_id))
    found += [
        BankException(
            account_id, BankExceptionReason.NOT_AT_BANK, movement.day, movement.amount, posting_id=movement.posting_id
        )
        for movement in standing
    ]
    return tuple(sorted(found, key=lambda one: (one.day, one.reason.value, one.line.id if one.line else "")))


def unproved_openings(
    account_id: str, movements: Sequence[Movement], *, asserted: Collection[date]
) -> tuple[BankException, ...]:
    """Return the openings of days whose balance the bank has not told: they are proved by nothing else."""
    reversed_ = {movement.reverses for movement in movements}
    return tuple(
        BankException(
            account_id, BankExceptionReason.NOT_AT_BANK, movement.day, movement.amount, posting_id=movement.posting_id
        )
        for movement in movements
        if movement.key.startswith(OPENING_PREFIX)
        and movement.posting_id not in reversed_
        and movement.day not in asserted
    )


def not_taken_back(movements: Sequence[Movement]) -> list[Movement]:
    """Return the movements without those that another of them took back, and without what took them back."""
    ids = {movement.posting_id for movement in movements}
    reversed_ = {movement.reverses for movement in movements if movement.reverses in ids}
    return [one for one in movements if one.posting_id not in reversed_ and one.reverses not in ids]


def check_same_amount(line: BankLine, movement: Movement, *, path: Sequence[str] = ()) -> None:
    """Raise AmountsDiffer unless line and posting move the same amount; to the fen."""
    if line.amount != movement.amount:
        raise AmountsDiffer(
            f"the bank moved {format_money(line.amount)} and the posting {format_money(movement.amount)}",
            path=path,
            value=format_money(Fen(line.amount - movement.amount)),
        )


def check_reason(reason: str | None, *, path: Sequence[str] = ()) -> str:
    """Return why a person settles an exception, 1 to 200 characters; raises ValidationFailed."""
    text = (reason or "").strip()
    if not 1 <= len(text) <= LONGEST_REASON:
        raise ValidationFailed(
            f"say in 1 to {LONGEST_REASON} characters why the exception is settled so", path=path, value=reason
        )
    return text


def check_no_exceptions(period: str, exceptions: Iterable[BankException]) -> None:
    """Raise ExceptionsOpen naming the account, the day and the amount of the first exception of a month."""
    for first in exceptions:
        raise ExceptionsOpen(
            f"{period} has {first.reason.value} in {first.account_id} on {first.day.isoformat()}",
            path=(first.account_id, first.day.isoformat(), first.reason.value),
            value=format_money(first.amount),
        )


def _by_payer(lines: Sequence[BankLine], movements: Sequence[Movement]) -> Iterator[Match]:
    """Yield each line with the posting whose payer it names, where neither would go with another one."""
    named = {line.id: [one for one in movements if _names(line, one)] for line in lines}
    times = Counter(one.posting_id for found in named.values() for one in found)
    for line in lines:
        found = named[line.id]
        if len(found) == 1 and times[found[0].posting_id] == 1:
            yield Match(line, found[0], MatchedBy.PAYER)


def _names(line: BankLine, movement: Movement) -> bool:
    said = f"{line.counterparty} {line.memo}".upper()
    return any(re.search(rf"(?<![0-9A-Z_-]){re.escape(name)}(?![0-9A-Z_-])", said) for name in movement.names)


def _by_reference(movements: Sequence[Movement]) -> Mapping[str, Movement]:
    """Return the movements by what may be the bank's reference; one that was taken back has none any more."""
    reversed_ = {movement.reverses for movement in movements}
    return {
        reference: movement
        for movement in movements
        if movement.posting_id not in reversed_
        for reference in movement.references
    }


def _standing(movements: Sequence[Movement]) -> list[Movement]:
    """Return the movements that a bank line is expected for: no opening, and none that was taken back unpaid."""
    return [movement for movement in not_taken_back(movements) if not movement.key.startswith(OPENING_PREFIX)]


def _alike(lines: Iterable[BankLine], movements: Iterable[Movement]) -> Iterator[tuple[list[BankLine], list[Movement]]]:
    """Yield the lines and the movements of the same amount and day."""
    groups: dict[tuple[date, Fen], tuple[list[BankLine], list[Movement]]] = defaultdict(lambda: ([], []))
    for line in lines:
        groups[line.day, line.amount][0].append(line)
    for movement in movements:
        groups[movement.day, movement.amount][1].append(movement)
    yield from groups.values()
