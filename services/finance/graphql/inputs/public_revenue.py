"""What the mutations of public revenue take."""

from datetime import date

import strawberry

from kit.graphql.payloads import MutationInput
from kit.money import Fen
from policy.vocabulary import IncomeEarmark
from services.finance.domain.public_revenue import Income, RevenueKind, RevenueUse
from services.finance.use_cases.lift_revenue_hold import LiftRevenueHold
from services.finance.use_cases.post_public_revenue import PostPublicRevenue
from services.finance.use_cases.reverse_public_revenue import ReversePublicRevenue
from services.finance.use_cases.spend_public_revenue import SpendPublicRevenue


@strawberry.input(description="Income from common parts or public space.")
class PostPublicRevenueInput(MutationInput):
    """Input of `postPublicRevenue`."""

    estate_id: strawberry.ID
    kind: RevenueKind
    gross: Fen = strawberry.field(description='In yuan, above zero, e.g. "12000.00".')
    cost: Fen = strawberry.field(description='In yuan, from "0.00" to the gross; above zero a document proves it.')
    received_on: date = strawberry.field(description="The bank's day, today or earlier.")
    bank_ref: str = strawberry.field(description="The bank's reference, 1 to 64 characters; recorded once an estate.")
    evidence_ids: list[strawberry.ID] = strawberry.field(
        default_factory=list, description="The documents that prove the cost, at most 20."
    )
    decision_id: strawberry.ID | None = strawberry.field(
        default=None, description="The owners' decision to let the common part; required for income of common parts."
    )
    custody_account_id: strawberry.ID | None = strawberry.field(
        default=None, description="The custody account that its net came into, if it came into one."
    )

    def command(self) -> PostPublicRevenue:
        """Return the command of the use case."""
        return PostPublicRevenue(
            estate_id=str(self.estate_id),
            income=Income(
                kind=self.kind,
                gross=self.gross,
                cost=self.cost,
                received_on=self.received_on,
                bank_ref=self.bank_ref,
                evidence_ids=tuple(str(one) for one in self.evidence_ids),
                decision_id=None if self.decision_id is None else str(self.decision_id),
            ),
            custody_account_id=None if self.custody_account_id is None else str(self.custody_account_id),
        )


@strawberry.input(description="Income that was held back and may be spent again; `reason` is required.")
class LiftRevenueHoldInput(MutationInput):
    """Input of `liftRevenueHold`."""

    revenue_id: strawberry.ID
    decision_id: strawberry.ID | None = strawberry.field(
        default=None, description="The owners' later decision on the same use, if they took one; in force today."
    )

    def command(self) -> LiftRevenueHold:
        """Return the command of the use case."""
        return LiftRevenueHold(
            revenue_id=str(self.revenue_id),
            reason=self.reason,
            decision_id=None if self.decision_id is None else str(self.decision_id),
        )


@strawberry.input(description="Income that was recorded wrongly and is taken back; `reason` is required.")
class ReversePublicRevenueInput(MutationInput):
    """Input of `reversePublicRevenue`."""

    revenue_id: strawberry.ID

    def command(self) -> ReversePublicRevenue:
        """Return the command of the use case."""
        return ReversePublicRevenue(revenue_id=str(self.revenue_id), reason=self.reason)


@strawberry.input(description="An expense out of a purse of public revenue.")
class SpendPublicRevenueInput(MutationInput):
    """Input of `spendPublicRevenue`."""

    estate_id: strawberry.ID = strawberry.field(description="The estate whose purse pays.")
    earmark: IncomeEarmark = strawberry.field(description="Which of its purses.")
    use: RevenueUse
    amount: Fen = strawberry.field(description='In yuan, above zero, at most what the purse holds, e.g. "800.00".')
    spent_on: date = strawberry.field(description="The bank's day, today or earlier.")
    payee: str = strawberry.field(description="Who was paid, 1 to 100 characters.")
    bank_ref: str = strawberry.field(description="The bank's reference, 1 to 64 characters; recorded once an estate.")
    for_estate_id: strawberry.ID | None = strawberry.field(
        default=None, description="The estate that it serves, if another than the one that pays."
    )
    custody_account_id: strawberry.ID | None = strawberry.field(
        default=None, description="The custody account that the money left, if it lay in one."
    )

    def command(self) -> SpendPublicRevenue:
        """Return the command of the use case."""
        return SpendPublicRevenue(
            estate_id=str(self.estate_id),
            earmark=self.earmark,
            use=self.use,
            amount=self.amount,
            spent_on=self.spent_on,
            payee=self.payee,
            bank_ref=self.bank_ref,
            for_estate_id=str(self.for_estate_id or self.estate_id),
            custody_account_id=None if self.custody_account_id is None else str(self.custody_account_id),
        )
