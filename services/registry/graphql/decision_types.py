"""Joint decisions of owners with roll and result, as the schema shows them."""

from datetime import date, datetime
from typing import TYPE_CHECKING, Annotated

import strawberry

from kit.area import Area
from services.registry.graphql import estate_types, finance_types, loaders, part_types
from services.registry.graphql.context import Context, Info
from services.registry.graphql.enums import DecisionMatter, DecisionState
from services.registry.graphql.node import Node
from services.registry.store.decisions import DecisionRecord

if TYPE_CHECKING:
    from services.registry.graphql.estate_types import Estate
    from services.registry.graphql.finance_types import FundUse
    from services.registry.graphql.part_types import Building

_EstateRef = Annotated["Estate", strawberry.lazy("services.registry.graphql.estate_types")]
_FundUseRef = Annotated["FundUse", strawberry.lazy("services.registry.graphql.finance_types")]
_BuildingRef = Annotated["Building", strawberry.lazy("services.registry.graphql.part_types")]


@strawberry.type(description="Who may vote.")
class VoteRoll:
    """The roll of a joint decision."""

    frozen_at: datetime | None = strawberry.field(description="When the roll was fixed.")
    total_area: Area = strawberry.field(description="The area of all parts in the decision's scope, in m2.")
    total_persons: int = strawberry.field(description="How many persons, counted as the law does.")


@strawberry.type(description="How a joint decision came out, counted in whole numbers.")
class VoteResult:
    """The result of a joint decision."""

    participating_area: Area = strawberry.field(description="The area that took part, in m2.")
    participating_persons: int = strawberry.field(description="How many persons took part.")
    agree_area: Area = strawberry.field(description="The area that agreed, in m2.")
    agree_persons: int = strawberry.field(description="How many persons agreed.")
    quorum_met: bool = strawberry.field(description="Whether two thirds of area and of persons took part.")
    passed: bool = strawberry.field(description="Whether the quorum was met and the majority that the matter needs.")
    external_system_ref: str = strawberry.field(description="The external voting system's reference of the result.")
    closed_on: date = strawberry.field(description="The day it was closed.")


@strawberry.federation.type(keys=["id"], description="A joint decision of owners.")
class JointDecision(Node):
    """A joint decision."""

    record: strawberry.Private[DecisionRecord]
    matter: DecisionMatter = strawberry.field(description="What is decided.")
    special: bool = strawberry.field(description="Whether it needs three quarters (Civil Code, art. 278, nos. 6-8).")
    state: DecisionState = strawberry.field(description="Where it stands.")
    subject_ref: str | None = strawberry.field(
        description="What it is about, e.g. the id of a candidate provider or use."
    )
    notice_on: date = strawberry.field(description="The day the owners were told.")
    voting_from: date = strawberry.field(description="The first day of the vote.")
    voting_to: date = strawberry.field(description="The last day of the vote.")
    roll: VoteRoll = strawberry.field(description="Who may vote.")
    result: VoteResult | None = strawberry.field(description="How it came out; null before it is closed.")

    @classmethod
    def of(cls, record: DecisionRecord) -> "JointDecision":
        """Return the decision as the schema shows it."""
        result = record.result
        return cls(
            id=strawberry.ID(record.id),
            record=record,
            matter=record.matter,
            special=record.special,
            state=record.state,
            subject_ref=record.subject_ref,
            notice_on=record.notice_on,
            voting_from=record.voting_from,
            voting_to=record.voting_to,
            roll=VoteRoll(
                frozen_at=record.roll_frozen_at,
                total_area=record.roll.total_area,
                total_persons=record.roll.total_persons,
            ),
            result=None
            if result is None
            else VoteResult(
                participating_area=result.count.participating_area,
                participating_persons=result.count.participating_persons,
                agree_area=result.count.agree_area,
                agree_persons=result.count.agree_persons,
                quorum_met=result.quorum_met,
                passed=result.passed,
                external_system_ref=result.external_system_ref,
                closed_on=result.closed_on,
            ),
        )

    @classmethod
    async def resolve_reference(cls, info: Info, id: strawberry.ID) -> "JointDecision | None":  # noqa: A002
        """Return the decision of this id if the caller may see it."""
        return await joint_decision(info.context, id)

    @strawberry.field(description="The estate whose owners decide.")
    async def estate(self, info: Info) -> _EstateRef:
        return estate_types.Estate.of(
            loaders.there(await info.context.load(loaders.estates_by_id, self.record.estate_id))
        )

    @strawberry.field(description="The buildings whose owners decide; empty when the whole estate does.")
    async def scope(self, info: Info) -> list[_BuildingRef]:
        found = await info.context.load_many(loaders.buildings_by_id, list(self.record.scope_building_ids))
        return [part_types.Building.of(record) for record in found]

    @strawberry.field(
        description="The use of a maintenance fund that is decided on, as finance announced it; null for another "
        "matter, and for a use that was not announced."
    )
    async def fund_use(self, info: Info) -> _FundUseRef | None:
        return await finance_types.use_decided_on(info.context, self.record)


async def joint_decision(context: Context, decision_id: str | None) -> JointDecision | None:
    """Return a joint decision by id if the caller may see it."""
    record = await context.load(loaders.decisions_by_id, decision_id)
    return None if record is None else JointDecision.of(record)
