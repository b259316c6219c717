"""What doors paid into a maintenance fund, as the schema shows it, with its public match."""

from datetime import date

import strawberry

from kit.money import Fen
from services.finance.domain.maintenance_fund import FundDeposit
from services.finance.graphql.context import Info
from services.finance.graphql.explained import Explanation
from services.finance.graphql.maintenance_enums import Collector, DepositStatus
from services.finance.graphql.maintenance_loaders import deposits_by_id


@strawberry.federation.type(keys=["id"], description="What was paid into a fund for one door under one receipt.")
class MaintenanceDeposit:
    """A first deposit or a top-up, and what the district matched it with (ZG-29, ZG-30)."""

    id: strawberry.ID
    amount: Fen
    paid_on: date
    receipt_no: str
    status: DepositStatus
    rate_per_m2: Fen | None = strawberry.field(description="In yuan per m²; null for a top-up.")
    collector: Collector | None = strawberry.field(description="Who took the money; null in a fund of Decree 165.")
    match: Fen = strawberry.field(description="What district finance matched it with; 0.00 until then.")
    match_period: str | None = strawberry.field(description='The period of the match, e.g. "2024-Q1".')
    explanation: Explanation | None = strawberry.field(
        description="How a first deposit came about; null for a top-up, which is what the owner pays."
    )

    @classmethod
    def of(cls, record: FundDeposit) -> "MaintenanceDeposit":
        """Return the deposit as the schema shows it."""
        return cls(
            id=strawberry.ID(record.id),
            amount=record.amount,
            paid_on=record.paid_on,
            receipt_no=record.receipt_no,
            status=record.status,
            rate_per_m2=record.rate,
            collector=record.collector,
            match=record.match,
            match_period=record.match_period,
            explanation=None if record.explanation is None else Explanation.of(record.explanation),
        )

    @classmethod
    async def resolve_reference(cls, info: Info, id: strawberry.ID) -> "MaintenanceDeposit | None":  # noqa: A002
        """Return the deposit if the caller's scope has it."""
        record = await info.context.load(deposits_by_id, str(id))
        return None if record is None else cls.of(record)
