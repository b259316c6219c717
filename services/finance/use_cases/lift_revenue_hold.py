"""People decided what becomes of public revenue whose joint decision was annulled: it may be spent again (P22)."""

from dataclasses import dataclass

from kit.caller import Role
from kit.idempotency import Outcome
from kit.mongo import UnitOfWork
from services.finance.domain.public_revenue import RevenueUnknown, release_hold, require_ratified
from services.finance.domain.reconciliation import check_reason
from services.finance.store.decisions import find_decision
from services.finance.store.public_revenues import find_revenues, save_revenue
from services.finance.use_cases.fee_places import estate_areas, estate_of

PATH = ("input",)


@dataclass(frozen=True)
class LiftRevenueHold:
    """The command: which income, on what ground, and the owners' later decision on the same use, if they took one."""

    revenue_id: str
    reason: str | None
    decision_id: str | None = None


async def lift_revenue_hold(work: UnitOfWork, command: LiftRevenueHold) -> Outcome:
    """Let the income be spent again, resting on the later decision if one is named, and return its id as `revenue`.

    Raises ForbiddenActor for other roles, ValidationFailed without a reason, RevenueUnknown, RevenueNotHeld,
    CommonUseNotDecided for a decision that is not in force.
    """
    work.caller.require_role(Role.DISTRICT_OFFICE, Role.HOUSING_BUREAU, Role.CITY_OFFICE)
    check_reason(command.reason, path=(*PATH, "reason"))
    scope = work.caller.scope
    revenue = (await find_revenues(work, [command.revenue_id], scope=scope)).get(command.revenue_id)
    if revenue is None:
        raise RevenueUnknown("no such income", path=(*PATH, "revenueId"), value=command.revenue_id)
    freed = release_hold(revenue, decision_id=command.decision_id, path=(*PATH, "revenueId"))
    if command.decision_id is not None:
        decision = await find_decision(work, command.decision_id, scope=scope)
        require_ratified(freed, decision, today=work.today, path=PATH)
    estate = await estate_of(work, revenue.estate_id, path=(*PATH, "revenueId"))
    await save_revenue(work, freed, areas=estate_areas(estate))
    return Outcome(entity_ids={"revenue": revenue.id, "estate": estate.id}, policy_version_id=revenue.policy_version_id)
