"""The uses of maintenance funds as the schema shows them, from the proposal to the allocation sheet."""

from datetime import date

import strawberry

from kit.area import Area
from kit.money import Fen, sum_fen
from services.finance.domain.maintenance_allocation import Allocation, AllocationLine, explain_paid, explain_share
from services.finance.domain.maintenance_use import MaintenanceUse as UseRecord
from services.finance.graphql import maintenance_loaders as loaders
from services.finance.graphql.context import Info
from services.finance.graphql.explained import Explanation
from services.finance.graphql.maintenance_enums import EmergencyReason, UseObject, UseState, UseWork


@strawberry.type(description="What one part bears of a use.")
class MaintenanceShare:
    """A part's share by area: what its own account covers, and what its owner owes; nobody else pays it."""

    door_number: str
    area: Area
    share: Fen
    covered: Fen = strawberry.field(description="Taken from the door's own account.")
    shortfall: Fen = strawberry.field(description="What that account lacks: a debt of its owner alone.")
    explanation: Explanation

    @classmethod
    def of(cls, line: AllocationLine, sheet: Allocation, *, policy_version_id: str) -> "MaintenanceShare":
        """Return the line of an allocation as the schema shows it."""
        return cls(
            door_number=line.door_number,
            area=line.area,
            share=line.share,
            covered=line.covered,
            shortfall=line.shortfall,
            explanation=Explanation.of(explain_share(line, sheet, policy_version_id=policy_version_id)),
        )


@strawberry.federation.type(keys=["id"], description="A use of a maintenance fund.")
class MaintenanceUse:
    """A use, from the proposal to publication."""

    record: strawberry.Private[UseRecord]

    id: strawberry.ID
    purpose: str
    work: UseWork
    concerns: UseObject
    scope: str = strawberry.field(
        description="The buildings whose owners decide and pay; the whole estate by its word."
    )
    scope_building_ids: list[strawberry.ID] = strawberry.field(description="Empty for the whole estate.")
    budget: Fen
    proposed_on: date
    approved_by: str | None = strawberry.field(description="The owners, or the filing of an emergency; null before.")
    state: UseState
    state_since: date
    decision_id: strawberry.ID | None
    emergency_reason: EmergencyReason | None
    filing_no: str | None = strawberry.field(
        description="The filing with the department, without which nothing is paid."
    )
    settled: Fen | None = strawberry.field(description="What the work cost in all.")
    paid: Fen = strawberry.field(description="What the fund paid: from doors and pool, never more than each holds.")
    remainder: Fen = strawberry.field(description="What the floored shares leave; the pool bears it.")
    allocation_hash: str | None = strawberry.field(description="SHA-256 of the allocation sheet.")
    annulled_on: date | None = strawberry.field(
        description="When a court annulled the decision: nothing more is paid, and what is paid is to be claimed."
    )
    published_on: date | None

    @classmethod
    def of(cls, record: UseRecord) -> "MaintenanceUse":
        """Return the use as the schema shows it."""
        return cls(
            record=record,
            id=strawberry.ID(record.id),
            purpose=record.purpose,
            work=record.work,
            concerns=record.concerns,
            scope=record.scope,
            scope_building_ids=[strawberry.ID(id_) for id_ in record.scope_building_ids],
            budget=record.budget,
            proposed_on=record.proposed_on,
            approved_by=record.approved_by,
            state=record.state,
            state_since=record.state_since,
            decision_id=None if record.decision_id is None else strawberry.ID(record.decision_id),
            emergency_reason=record.emergency_reason,
            filing_no=record.filing_no,
            settled=record.settled,
            paid=record.paid,
            remainder=record.remainder,
            allocation_hash=record.allocation_hash,
            annulled_on=record.annulled_on,
            published_on=record.published_on,
        )

    @classmethod
    async def resolve_reference(cls, info: Info, id: strawberry.ID) -> "MaintenanceUse | None":  # noqa: A002
        """Return the use if the caller's scope has it."""
        return await use_with_id(info, id)

    @strawberry.field(
        description="Who shares the cost, by door; empty until the scope is fixed, 0.00 until it is paid."
    )
    async def shares(self, info: Info) -> list[MaintenanceShare]:
        """Return the allocation sheet."""
        sheet = await self._sheet(info)
        version_id = self.record.policy_version_id
        return [MaintenanceShare.of(line, sheet, policy_version_id=version_id) for line in sheet.lines]

    @strawberry.field(description="How what the fund paid is made of doors and pool.")
    async def explanation(self, info: Info) -> Explanation:
        """Return the sums of the allocation sheet."""
        sheet = await self._sheet(info)
        return Explanation.of(explain_paid(sheet, policy_version_id=self.record.policy_version_id))

    async def _sheet(self, info: Info) -> Allocation:
        lines = await info.context.load(loaders.lines_by_use, self.record.id) or []
        total = sum_fen((*(line.share for line in lines), self.record.remainder))
        area = Area(sum(line.area for line in lines))
        return Allocation(total, area, tuple(lines), self.record.remainder, self.record.pool_charged)


async def use_with_id(info: Info, id: str) -> MaintenanceUse | None:  # noqa: A002
    """Return the use if the caller's scope has it."""
    record = await info.context.load(loaders.uses_by_id, str(id))
    return None if record is None else MaintenanceUse.of(record)
