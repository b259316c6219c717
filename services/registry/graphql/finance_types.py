"""What finance announced of an estate, as the schema shows it: arrears at the threshold, funds and their uses."""

from datetime import date
from typing import TYPE_CHECKING, Annotated

import strawberry

from kit.money import Fen
from kit.ratio import Ratio
from services.registry.domain.arrears_mark import ArrearsCrossing
from services.registry.domain.decision import DecisionMatter
from services.registry.domain.fund_custody import FundCustody as CustodyOfFund
from services.registry.domain.fund_use import FundUse as UseOfFund
from services.registry.domain.fund_use import FundUseState as State
from services.registry.graphql import decision_types, loaders, part_types
from services.registry.graphql.context import Context, Info
from services.registry.graphql.enums import CustodyKind, FundUseState
from services.registry.store.decisions import DecisionRecord

if TYPE_CHECKING:
    from services.registry.graphql.decision_types import JointDecision
    from services.registry.graphql.part_types import Building

_BuildingRef = Annotated["Building", strawberry.lazy("services.registry.graphql.part_types")]
_DecisionRef = Annotated["JointDecision", strawberry.lazy("services.registry.graphql.decision_types")]


@strawberry.type(description="The arrears of an estate reached the threshold; the mark alone opens no mediation.")
class ArrearsMark:
    """An estate's arrears at or above the threshold."""

    as_of: date = strawberry.field(description="The day at whose end they were measured to have reached it.")
    ratio: Ratio | None = strawberry.field(description='Overdue ÷ due on that day, e.g. "0.2000".')
    threshold: Ratio | None = strawberry.field(description="The threshold that they reached.")

    @classmethod
    def of(cls, crossing: ArrearsCrossing | None) -> "ArrearsMark | None":
        """Return the mark as the schema shows it; None before a crossing, and since the arrears fell below again."""
        if crossing is None or not crossing.marks:
            return None
        return cls(as_of=crossing.as_of, ratio=crossing.ratio, threshold=crossing.threshold)


@strawberry.type(description="Where a maintenance fund is kept since it moved.")
class FundCustody:
    """A fund that moved."""

    fund_id: strawberry.ID = strawberry.field(description="The fund, as finance knows it.")
    custody: CustodyKind = strawberry.field(description="Whose account it lies in.")
    amount: Fen = strawberry.field(description="What moved, in yuan: all that the fund held on that day.")
    moved_on: date = strawberry.field(description="The day.")

    @classmethod
    def of(cls, custody: CustodyOfFund) -> "FundCustody":
        """Return where the fund is kept as the schema shows it."""
        return cls(
            fund_id=strawberry.ID(custody.fund_id),
            custody=custody.custody,
            amount=custody.amount,
            moved_on=custody.moved_on,
        )


@strawberry.type(
    description="A use of a maintenance fund as finance announced it: the proposal, and what came of it; its whole "
    "life, withdrawals included, is finance's."
)
class FundUse:
    """A proposed use of a maintenance fund."""

    record: strawberry.Private[UseOfFund]
    use_id: strawberry.ID = strawberry.field(description="The use, as finance knows it; the subject of its decision.")
    fund_id: strawberry.ID = strawberry.field(description="The fund, as finance knows it.")
    purpose: str = strawberry.field(description="What is to be done.")
    budget: Fen = strawberry.field(description="What it may cost at most, in yuan.")
    emergency: bool = strawberry.field(
        description="Whether the house is in danger, so that the work begins before the owners decide."
    )
    proposed_on: date = strawberry.field(description="The day it was proposed.")
    state: FundUseState = strawberry.field(description="How far it has come.")
    paid_on: date | None = strawberry.field(description="The day the fund paid; null before.")
    allocated_on: date | None = strawberry.field(description="The day its cost was allocated to doors; null before.")
    published_on: date | None = strawberry.field(description="The day the allocation was published; null before.")
    paid: Fen | None = strawberry.field(description="What the fund paid, in yuan; null before.")
    remainder: Fen | None = strawberry.field(
        description="What the shares by area leave, borne by the pool, in yuan; null before."
    )
    allocations_hash: str | None = strawberry.field(description="SHA-256 of the allocation sheet; null before.")

    @classmethod
    def of(cls, use: UseOfFund) -> "FundUse":
        """Return the use as the schema shows it."""
        latest = use.latest
        return cls(
            record=use,
            use_id=strawberry.ID(use.id),
            fund_id=strawberry.ID(use.fund_id),
            purpose=use.purpose,
            budget=use.budget,
            emergency=use.is_emergency,
            proposed_on=use.proposed_on,
            state=use.state,
            paid_on=use.day_of(State.PAID),
            allocated_on=use.day_of(State.ALLOCATED),
            published_on=use.day_of(State.PUBLISHED),
            paid=None if latest is None else latest.paid,
            remainder=None if latest is None else latest.remainder,
            allocations_hash=None if latest is None else latest.allocations_hash,
        )

    @strawberry.field(description="The buildings whose owners decide and pay; empty when the whole estate does.")
    async def scope(self, info: Info) -> list[_BuildingRef]:
        found = await info.context.load_many(loaders.buildings_by_id, list(self.record.scope_building_ids))
        return [part_types.Building.of(record) for record in found]

    @strawberry.field(description="The joint decisions on it, the latest notice first; empty before one is opened.")
    async def decisions(self, info: Info) -> list[_DecisionRef]:
        found = await info.context.load(loaders.decisions_by_estate, self.record.estate_id)
        return [
            decision_types.JointDecision.of(decision)
            for decision in found or ()
            if decision.matter is DecisionMatter.USE_MAINTENANCE_FUND and decision.subject_ref == self.record.id
        ]


async def use_decided_on(context: Context, decision: DecisionRecord) -> FundUse | None:
    """Return the use that a decision is about; None for another matter, and for a use that was not announced."""
    if decision.matter is not DecisionMatter.USE_MAINTENANCE_FUND:
        return None
    use = await context.load(loaders.fund_uses_by_id, decision.subject_ref)
    return None if use is None or use.estate_id != decision.estate_id else FundUse.of(use)


async def uses_of_estate(context: Context, estate_id: str) -> list[FundUse]:
    """Return the uses of an estate's funds, the latest proposed first."""
    return [FundUse.of(use) for use in await context.load(loaders.fund_uses_by_estate, estate_id) or ()]
