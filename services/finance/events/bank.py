"""What finance announces of its custody accounts and closed months."""

from dataclasses import dataclass
from datetime import date
from typing import ClassVar, Self

from kit.events import Event
from kit.money import Fen
from services.finance.domain.custody import CustodyAccount


@dataclass(frozen=True, kw_only=True)
class ReconciliationFailed(Event):
    """Bank and book differ at the end of a day by `difference`, the bank's balance less the book's.

    Announced again when the same day is compared again and differs by another amount.
    """

    type: ClassVar[str] = "finance.reconciliation.failed"

    account_id: str
    day: date
    difference: Fen

    @classmethod
    def of(cls, account: CustodyAccount, *, day: date, difference: Fen) -> Self:
        """Return the fact of a custody account that differs from its bank (F24)."""
        return cls(
            district=account.district,
            aggregate_id=account.id,
            occurred_on=day,
            estate_id=account.estate_id,
            account_id=account.id,
            day=day,
            difference=difference,
        )


@dataclass(frozen=True, kw_only=True)
class PeriodClosed(Event):
    """A month of a district is closed: nothing is posted into it any more."""

    type: ClassVar[str] = "finance.period.closed"

    period: str

    @classmethod
    def of(cls, district: str, period: str, *, closed_on: date) -> Self:
        """Return the fact of a closed month such as "2026-03" (F26)."""
        return cls(district=district, aggregate_id=f"{district}-{period}", occurred_on=closed_on, period=period)
