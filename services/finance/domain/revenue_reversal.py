"""An income that was recorded wrongly is taken back, so that it can be recorded rightly (Civil Code, art. 282).

Nothing is overwritten: the ledger reverses the posting on its own day, and the income stays readable with the reason.
"""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import date

from kit.errors import InsufficientFunds, StateConflict
from kit.money import Fen, format_money
from services.finance.domain.public_revenue import PublicRevenue, RevenueHolder, TakenBack


class RevenueTakenBack(StateConflict):
    """The income was taken back before; it is taken back once."""


class RevenueSpent(InsufficientFunds):
    """The purse no longer holds the income: what was spent of it is not taken back."""


def take_back(
    revenue: PublicRevenue, *, on: date, reason: str, balance: Fen, held: Fen, path: Sequence[str] = ()
) -> PublicRevenue:
    """Return the income taken back: it counts nowhere from now on, and nothing of it is held back any more.

    `balance` is what its purse holds and `held` what annulled decisions hold back of that, this income included, both
    in fen. Raises RevenueTakenBack at the second time, RevenueSpent where the purse would not keep what others are held
    back for. Of an income of the trust fund no purse holds anything: it is for trust to give it back (P21).
    """
    if revenue.taken_back is not None:
        raise RevenueTakenBack(
            f"the income was taken back on {revenue.taken_back.on.isoformat()}", path=path, value=revenue.id
        )
    others_held = held - revenue.net if revenue.is_held else held
    in_purse = max(0, balance - others_held)
    if revenue.holder is RevenueHolder.PURSE and revenue.net > in_purse:
        raise RevenueSpent(
            f"of this purse {format_money(Fen(in_purse))} is left", path=path, value=format_money(revenue.net)
        )
    return replace(revenue, taken_back=TakenBack(on, reason), is_held=False)


def standing(revenues: Iterable[PublicRevenue]) -> list[PublicRevenue]:
    """Return the incomes that count: those that were not taken back."""
    return [one for one in revenues if one.taken_back is None]


def reference_again(bank_ref: str, *, times: int) -> str:
    """Return what stands for a bank reference in the keys of an income that was taken back so many times before.

    The reference stays the end of the key, by which the bank's line finds its posting.
    """
    return bank_ref if times == 0 else f"again-{times}:{bank_ref}"
