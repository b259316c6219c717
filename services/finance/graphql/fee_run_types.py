"""Bill runs as the schema shows them."""

from datetime import date

import strawberry

from kit.money import Fen
from services.finance.domain.bill import BillSource, Payee
from services.finance.domain.bill_run import BillRun as RunRecord
from services.finance.domain.bill_run import RunState
from services.finance.graphql import fee_loaders
from services.finance.graphql.context import Info

strawberry.enum(RunState, description="Where a bill run stands.")


@strawberry.type(description="How many bills of an item a run made out to one payee, and over how much.")
class BillRunTotal:
    """A line of a run's totals."""

    item_code: str
    payee: Payee
    source: BillSource
    count: int
    amount: Fen


@strawberry.federation.type(keys=["id"], description="A run over an estate that makes bills out, in the background.")
class BillRun:
    """A bill run and how far it has come."""

    id: strawberry.ID
    period: str
    items: list[str]
    state: RunState
    due_on: date
    issued_on: date
    part_count: int = strawberry.field(description="The parts that it has gone through.")
    bill_count: int
    unbilled_count: int = strawberry.field(
        description="Parts of which nobody was known to owe the fee on some day; once it is heard, the bill comes late."
    )
    total: Fen
    totals: list[BillRunTotal]
    halted_because: str | None = strawberry.field(description="Why it halted; starting it again lets it go on.")

    @classmethod
    def of(cls, record: RunRecord) -> "BillRun":
        """Return the run as the schema shows it."""
        return cls(
            id=strawberry.ID(record.id),
            period=record.period,
            items=list(record.items),
            state=record.state,
            due_on=record.due_on,
            issued_on=record.issued_on,
            part_count=record.part_count,
            bill_count=record.bill_count,
            unbilled_count=record.unbilled_count,
            total=record.total,
            totals=[
                BillRunTotal(
                    item_code=one.item_code,
                    payee=one.creditor.payee,
                    source=one.source,
                    count=one.count,
                    amount=one.amount,
                )
                for one in record.totals
            ],
            halted_because=record.halted_because,
        )

    @classmethod
    async def resolve_reference(cls, info: Info, id: strawberry.ID) -> "BillRun | None":  # noqa: A002
        """Return the run if the caller's scope has it."""
        return await run_with_id(info, id)


async def run_with_id(info: Info, id: str) -> BillRun | None:  # noqa: A002
    """Return the bill run if the caller's scope has it."""
    record = await info.context.load(fee_loaders.runs_by_id, str(id))
    return None if record is None else BillRun.of(record)
