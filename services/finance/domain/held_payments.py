"""What single payments say came into a custody account or left it, against what its ledger accounts were posted.

Compared one by one and both ways, so that two wrongs that make the same sum are told as well.
"""

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from kit.money import Fen, format_money
from services.finance.domain.reconciliation import OPENING_PREFIX, Movement, not_taken_back


@dataclass(frozen=True)
class HeldPayment:
    """What one record says: which ledger account of held money it moved, under which bank reference, when, how much.

    `source` is the record's id; the amount is below zero for money that left the custody account.
    """

    source: str
    held_id: str
    bank_ref: str
    day: date
    amount: Fen


@dataclass(frozen=True)
class HeldDifference:
    """A record that no posting follows, or a posting that follows from no record; `source` is that one's id."""

    kind: str
    source: str
    message: str


def held_differences(
    payments: Sequence[HeldPayment], movements: Mapping[str, Sequence[Movement]], *, openings: Collection[str]
) -> list[HeldDifference]:
    """Return every payment without its posting, and every posting without its payment, of the accounts of one estate.

    `movements` are those of each ledger account of held money, `openings` the postings that its cut-overs made. What
    was taken back in the same account counts neither way.
    """
    left = Counter((one.held_id, one.bank_ref, one.day, one.amount) for one in payments)
    found = []
    posted = [(held_id, one) for held_id, of_account in movements.items() for one in not_taken_back(of_account)]
    for held_id, movement in posted:
        if movement.key.startswith(OPENING_PREFIX):
            is_recorded = movement.posting_id in openings
        else:
            is_recorded = _take(left, held_id, movement)
        if not is_recorded:
            said = f"{format_money(movement.amount)} of {movement.day.isoformat()} in {held_id} is of no payment"
            found.append(HeldDifference("POSTING_WITHOUT_PAYMENT", movement.posting_id, said))
    for payment in payments:
        place = (payment.held_id, payment.bank_ref, payment.day, payment.amount)
        if left[place] > 0:
            left[place] -= 1
            said = f"{format_money(payment.amount)} of {payment.day.isoformat()} under {payment.bank_ref}"
            found.append(
                HeldDifference("PAYMENT_NOT_POSTED", payment.source, f"{said} is not posted in {payment.held_id}")
            )
    return found


def _take(left: Counter[tuple[str, str, date, Fen]], held_id: str, movement: Movement) -> bool:
    """Take away one payment that the movement is of, and return whether there was one."""
    for reference in movement.references:
        place = (held_id, reference, movement.day, movement.amount)
        if left[place] > 0:
            left[place] -= 1
            return True
    return False
