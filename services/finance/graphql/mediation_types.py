"""Mediation of arrears as the schema shows it: the case, and how far its instalments are paid."""

from collections.abc import Sequence
from datetime import date

import strawberry

from kit.errors import ValidationFailed
from kit.money import Fen
from services.finance.domain.instalment_plan import (
    ArrearsMediation as CaseRecord,
)
from services.finance.domain.instalment_plan import InstalmentPlan as PlanRecord
from services.finance.domain.instalment_plan import (
    InstalmentStanding,
    InstalmentState,
    MediationState,
    PlanStanding,
    explain,
)
from services.finance.graphql import fee_loaders
from services.finance.graphql.context import Info
from services.finance.graphql.explained import Explanation
from services.finance.use_cases.follow_mediation import standings_of_plans

strawberry.enum(MediationState, description="Where the mediation of arrears stands, as finance heard it.")
strawberry.enum(InstalmentState, description="Where the payment of an instalment stands; MISSED may become PAID.")


@strawberry.type(description="What is to be paid by the end of a day.")
class Instalment:
    """An instalment and how far it is paid."""

    due_on: date
    amount: Fen
    paid: Fen
    state: InstalmentState

    @classmethod
    def of(cls, record: InstalmentStanding) -> "Instalment":
        """Return the instalment as the schema shows it."""
        agreed = record.instalment
        return cls(due_on=agreed.due_on, amount=agreed.amount, paid=record.paid, state=record.state)


@strawberry.type(description="In which instalments the arrears of a case are paid; the bills stay as they are.")
class InstalmentPlan:
    """A plan and how far it is paid at the end of a day."""

    plan: strawberry.Private[PlanRecord]
    standing: strawberry.Private[PlanStanding]

    part_id: strawberry.ID | None = strawberry.field(description="Null for the arrears of the whole estate.")
    version: int = strawberry.field(description="Which plan of the part, or of the whole estate, it is: from 1.")
    settled_on: date
    as_of: date
    total: Fen = strawberry.field(description="The arrears of the day of the application.")
    paid: Fen = strawberry.field(description="What is no longer owed of them on that day.")
    missed_since: date | None = strawberry.field(
        description="The due day of the first missed instalment; null while the plan is kept and the dunning rests."
    )
    instalments: list[Instalment]

    @classmethod
    def of(cls, record: PlanRecord, standing: PlanStanding, *, version: int) -> "InstalmentPlan":
        """Return the plan as the schema shows it."""
        return cls(
            plan=record,
            standing=standing,
            part_id=None if record.part_id is None else strawberry.ID(record.part_id),
            version=version,
            settled_on=record.settled_on,
            as_of=standing.as_of,
            total=record.total,
            paid=standing.paid,
            missed_since=standing.missed_since,
            instalments=[Instalment.of(one) for one in standing.instalments],
        )

    @strawberry.field(description="How what is paid came about.")
    def explanation(self, info: Info) -> Explanation:
        """Return the sums that it is made of."""
        version = info.context.policies.latest.national(self.standing.as_of)
        return Explanation.of(explain(self.plan, self.standing, policy_version_id=version.id))


@strawberry.type(description="A case of mediation of arrears, as finance heard of it from inspection.")
class ArrearsMediation:
    """The marker of a case, and its plan."""

    case_id: strawberry.ID
    provider_id: strawberry.ID = strawberry.field(description="Who applied.")
    state: MediationState
    since: date = strawberry.field(description="The day on which it came to this state.")
    plan: InstalmentPlan | None = strawberry.field(description="Null unless it was settled in instalments by that day.")

    @classmethod
    def of(cls, record: CaseRecord, plan: InstalmentPlan | None) -> "ArrearsMediation":
        """Return the case as the schema shows it."""
        return cls(
            case_id=strawberry.ID(record.id),
            provider_id=strawberry.ID(record.provider_id),
            state=record.state,
            since=record.days[record.state],
            plan=plan,
        )


@strawberry.type
class MediationsOfEstate:
    """What the mediation of its arrears adds to the registry's estate."""

    id: strawberry.ID

    @strawberry.field(
        description="The cases of mediation of its arrears that the caller sees, the first one first; instalments as "
        "they are paid at the end of a day, without a day today's. Null where there is none."
    )
    async def arrears_mediations(self, info: Info, as_of: date | None = None) -> list[ArrearsMediation] | None:
        """Return the cases with their plans; VALIDATION for a day to come."""
        day = as_of or info.context.today
        if day > info.context.today:
            raise ValidationFailed("payments are known up to today", path=("asOf",), value=day.isoformat())
        cases = await info.context.load(fee_loaders.mediations_by_estate, str(self.id))
        return None if cases is None else await _shown(info, cases, day)


async def _shown(info: Info, cases: Sequence[CaseRecord], day: date) -> list[ArrearsMediation]:
    settled = [case for case in cases if case.plan is not None and case.plan.settled_on <= day]
    standings = await standings_of_plans(info.context.mongo, settled, day)
    versions = await info.context.load(fee_loaders.plan_versions_by_estate, cases[0].estate_id) or {}
    return [
        ArrearsMediation.of(
            case,
            None
            if case.plan is None or case.id not in standings
            else InstalmentPlan.of(case.plan, standings[case.id], version=versions[case.id]),
        )
        for case in cases
    ]
