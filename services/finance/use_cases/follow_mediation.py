"""What finance keeps of the mediation of arrears: the case's state, and the plan that settled it (P5)."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date

from kit.caller import Scope
from kit.errors import Refusal
from kit.mongo import Reader, UnitOfWork
from services.finance.domain.bill import FeeBill
from services.finance.domain.estate import Estate
from services.finance.domain.instalment_plan import (
    ArrearsMediation,
    InstalmentPlan,
    MediationState,
    PlanStanding,
    bills_of_plan,
    hear,
    plan_of_bill,
    read_terms,
    require_arrears,
    require_missed,
    standing_on,
)
from services.finance.store.bills import bill_areas, bills_due_of_estate, find_bills_of_parts
from services.finance.store.mediations import find_mediation, find_mediations_of_estates, save_mediation
from services.finance.use_cases.fee_places import estate_areas, estate_of, place_of_part

# Whoever sees a plan sees how far it is paid; the bills themselves are seen by each owner for themselves.
_BILLS_OF_VISIBLE_PLANS = Scope.everything()


@dataclass(frozen=True)
class MediationHeard:
    """The fact: a case of the provider about an estate came to this state on a day, with the terms of a settlement."""

    case_id: str
    estate_id: str
    provider_id: str
    state: MediationState
    on: date
    terms: object = None


async def follow_mediation(work: UnitOfWork, heard: MediationHeard) -> Refusal | None:
    """Keep the state and, of a settlement, its plan; returns why the terms are no plan, for people to look at.

    A state that was heard before changes nothing. Raises EstateUnknown, ApplicationMissing and MediationOver.
    """
    estate = await estate_of(work, heard.estate_id, path=("estateId",))
    known = await find_mediation(work, heard.case_id, scope=work.caller.scope)
    case = known or ArrearsMediation(
        id=heard.case_id, district=estate.district, estate_id=estate.id, provider_id=heard.provider_id
    )
    followed = hear(case, heard.state, heard.on)
    if followed == known:
        return None
    areas: Sequence[str] = place_of_part(estate)
    refusal: Refusal | None = None
    if heard.state is MediationState.SETTLED:
        try:
            followed, areas = await _with_plan(work, estate, followed, heard.terms)
        except Refusal as error:
            refusal = error
    await save_mediation(work, followed, areas=areas)
    return refusal


async def require_no_kept_plan(work: UnitOfWork, bill: FeeBill, *, path: Sequence[str]) -> None:
    """Raise LadderRests while a plan that is about the bill is kept today."""
    cases = await find_mediations_of_estates(work, [bill.estate_id], scope=Scope.everything())
    case = plan_of_bill(cases.get(bill.estate_id, []), bill)
    if case is None or case.plan is None:
        return
    bills = await _bills_of_plan(work, case, case.plan)
    if any(one.id == bill.id for one in bills):
        require_missed(standing_on(case.plan, bills, work.today), path=path)


async def standings_of_plans(reader: Reader, cases: Sequence[ArrearsMediation], as_of: date) -> dict[str, PlanStanding]:
    """Return how far the plans of settled cases are paid at the end of a day, by case.

    The bills of all parts are read at once, those of an estate with a plan as a whole in one pass for each plan.
    """
    part_ids = sorted({case.plan.part_id for case in cases if case.plan is not None and case.plan.part_id})
    of_parts = await find_bills_of_parts(reader, part_ids, scope=_BILLS_OF_VISIBLE_PLANS) if part_ids else {}
    standings: dict[str, PlanStanding] = {}
    for case in cases:
        if case.plan is None:
            continue
        if case.plan.part_id is None:
            bills = await _bills_of_plan(reader, case, case.plan)
        else:
            bills = bills_of_plan(case, case.plan, of_parts.get(case.plan.part_id, []))
        standings[case.id] = standing_on(case.plan, bills, as_of)
    return standings


async def _with_plan(
    work: UnitOfWork, estate: Estate, case: ArrearsMediation, terms: object
) -> tuple[ArrearsMediation, Sequence[str]]:
    """Return the case with its plan, if the terms name one, and who sees it.

    A part's plan is seen by who owed its arrears, that of the estate by all its owners.
    """
    plan = read_terms(terms, settled_on=case.days[MediationState.SETTLED])
    if plan is None:
        return case, place_of_part(estate)
    bills = await _bills_of_plan(work, case, plan)
    require_arrears(case, plan, bills)
    settled = replace(case, plan=plan)
    if plan.part_id is None:
        return settled, estate_areas(estate)
    debtors = sorted({id_ for bill in bills if bill.was_billed_on(case.applied_on) for id_ in bill.owner_ids})
    return settled, bill_areas(place_of_part(estate), part_id=plan.part_id, owner_ids=debtors)


async def _bills_of_plan(reader: Reader, case: ArrearsMediation, plan: InstalmentPlan) -> list[FeeBill]:
    if plan.part_id is not None:
        of_part = await find_bills_of_parts(reader, [plan.part_id], scope=_BILLS_OF_VISIBLE_PLANS)
        bills = [one for one in of_part.get(plan.part_id, []) if one.estate_id == case.estate_id]
        return bills_of_plan(case, plan, bills)
    due = bills_due_of_estate(reader, case.estate_id, due_by=case.applied_on, scope=_BILLS_OF_VISIBLE_PLANS)
    return bills_of_plan(case, plan, [bill async for page in due for bill in page])
