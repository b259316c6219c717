"""What finance announces of public revenue and of uses that its earmarks refuse."""

from dataclasses import dataclass
from datetime import date
from typing import ClassVar, Self

from kit.events import Event
from kit.money import Fen
from policy.vocabulary import IncomeEarmark
from services.finance.domain.public_revenue import PublicRevenue, RevenueHolder, RevenueKind, RevenueUse, TakenBack


@dataclass(frozen=True, kw_only=True)
class PublicRevenuePosted(Event):
    """Income of common parts or public space was taken in; `holder` TRUST_FUND asks trust to take it in (P21)."""

    type: ClassVar[str] = "finance.public_revenue.posted"

    estate_id: str
    revenue_id: str
    kind: RevenueKind
    gross: Fen
    cost: Fen
    net: Fen
    earmark: IncomeEarmark
    holder: RevenueHolder
    received_on: date
    bank_ref: str
    decision_id: str | None = None

    @classmethod
    def of(cls, revenue: PublicRevenue) -> Self:
        """Return the fact of an income."""
        return cls(
            district=revenue.district,
            aggregate_id=revenue.id,
            occurred_on=revenue.received_on,
            policy_id=revenue.policy_version_id,
            estate_id=revenue.estate_id,
            revenue_id=revenue.id,
            kind=revenue.kind,
            gross=revenue.gross,
            cost=revenue.cost,
            net=revenue.net,
            earmark=revenue.earmark,
            holder=revenue.holder,
            received_on=revenue.received_on,
            bank_ref=revenue.bank_ref,
            decision_id=revenue.decision_id,
        )


@dataclass(frozen=True, kw_only=True)
class PublicRevenueReversed(Event):
    """An income was recorded wrongly and taken back; `holder` TRUST_FUND asks trust to give it back, too (P21)."""

    type: ClassVar[str] = "finance.public_revenue.reversed"

    estate_id: str
    revenue_id: str
    net: Fen
    earmark: IncomeEarmark
    holder: RevenueHolder
    received_on: date
    bank_ref: str
    reason: str

    @classmethod
    def of(cls, revenue: PublicRevenue, taken_back: TakenBack) -> Self:
        """Return the fact of an income that was taken back."""
        return cls(
            district=revenue.district,
            aggregate_id=revenue.id,
            occurred_on=taken_back.on,
            policy_id=revenue.policy_version_id,
            estate_id=revenue.estate_id,
            revenue_id=revenue.id,
            net=revenue.net,
            earmark=revenue.earmark,
            holder=revenue.holder,
            received_on=revenue.received_on,
            bank_ref=revenue.bank_ref,
            reason=taken_back.reason,
        )


@dataclass(frozen=True, kw_only=True)
class EarmarkViolationRefused(Event):
    """Somebody tried to spend public revenue on what it is not for; nothing was posted."""

    type: ClassVar[str] = "finance.earmark.violation_refused"

    estate_id: str
    attempt_id: str
    attempted_use: RevenueUse
    earmark: IncomeEarmark
    amount: Fen
