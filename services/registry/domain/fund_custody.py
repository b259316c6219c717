"""Where an estate's maintenance funds are kept once they have moved (P3)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from kit.money import Fen
from policy.vocabulary import CustodyKind


@dataclass(frozen=True, kw_only=True)
class FundCustody:
    """Where a fund is kept since it moved whole; `amount` is what moved, in fen.

    `version` is that of the fund at the move: it tells two moves of one day apart.
    """

    fund_id: str
    custody: CustodyKind
    amount: Fen
    moved_on: date
    version: int


def after_move(custodies: Sequence[FundCustody], move: FundCustody) -> tuple[FundCustody, ...]:
    """Return where the funds are kept, by fund, each after the latest of its moves that is known (P3)."""
    latest = {one.fund_id: one for one in custodies}
    known = latest.get(move.fund_id)
    if known is None or move.version > known.version:
        latest[move.fund_id] = move
    return tuple(latest[fund_id] for fund_id in sorted(latest))
