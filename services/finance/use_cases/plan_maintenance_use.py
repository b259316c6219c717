"""A use of a fund is proposed, its scope is fixed, it is filed or withdrawn (Decree 165, arts. 22 to 24; ZG-31)."""

from dataclasses import dataclass
from datetime import date

from kit.activations import ActivatedPolicies
from kit.caller import Role
from kit.errors import ValidationFailed
from kit.idempotency import Outcome
from kit.ids import new_id
from kit.money import Fen
from kit.mongo import UnitOfWork
from policy.policies import Policies
from policy.vocabulary import EmergencyReason
from services.finance.domain.maintenance_allocation import ScopeEmpty, ScopePart
from services.finance.domain.maintenance_use import (
    LONGEST_PURPOSE,
    USE_PREFIX,
    MaintenanceUse,
    UseAct,
    UseObject,
    UseState,
    UseUnknown,
    UseWork,
    advance,
    approve_emergency,
    check_emergency,
    check_proposal,
    file_use,
    take,
)
from services.finance.domain.part import Part
from services.finance.events import MaintenanceUseProposed
from services.finance.store.maintenance_funds import sub_accounts_of_fund
from services.finance.store.maintenance_uses import find_use, fix_scope, insert_use, save_use
from services.finance.store.parts import parts_of_estate
from services.finance.use_cases.fund_postings import CUSTODIANS, PATH, FundPlace, fund_in_scope

PLANNERS = (Role.PROVIDER, Role.COMMITTEE, Role.COMMUNITY, Role.STREET, *CUSTODIANS)
"""Who suggests a use and carries it out: the company, the owners' side, or whoever acts for them (arts. 22 and 23)."""


@dataclass(frozen=True)
class ProposeUse:
    """The command: what is to be done to what, for whom, for how much; with a danger, without the owners' vote."""

    fund_id: str
    purpose: str
    work: UseWork
    concerns: UseObject
    scope_building_ids: tuple[str, ...]
    budget: Fen
    emergency_reason: EmergencyReason | None = None


@dataclass(frozen=True)
class ApproveUse:
    """The command: the number and day of the filing with the department."""

    use_id: str
    filing_no: str
    filed_on: date


async def propose_use(work: UnitOfWork, command: ProposeUse, *, policies: ActivatedPolicies[Policies]) -> Outcome:
    """Keep the proposal and return its id as `maintenanceUse` (F15); its owners vote with this id as the subject.

    Raises ForbiddenActor, FundUnknown, UseNotPayable, ScopeOutsideEstate, BudgetNotPositive, NotAnEmergency,
    ValidationFailed for a purpose without words.
    """
    work.caller.require_role(*PLANNERS)
    place = await fund_in_scope(work, command.fund_id)
    fund = place.fund
    scope_ids = tuple(sorted(set(command.scope_building_ids)))
    parts = await _parts(work, place)
    check_proposal(
        concerns=command.concerns,
        budget=command.budget,
        scope_building_ids=scope_ids,
        buildings_of_estate=frozenset(part.facts.building_id for part in parts if part.facts is not None),
        path=PATH,
    )
    version = (await policies.as_recorded(work)).at(fund.district, work.today, estate_id=fund.estate_id)
    check_emergency(command.emergency_reason, version.special_maintenance_fund, path=(*PATH, "emergencyReason"))
    use = MaintenanceUse(
        id=new_id(USE_PREFIX),
        fund_id=fund.id,
        estate_id=fund.estate_id,
        district=fund.district,
        purpose=_words(command.purpose, "purpose", LONGEST_PURPOSE),
        work=command.work,
        concerns=command.concerns,
        scope_building_ids=scope_ids,
        budget=command.budget,
        proposed_on=work.today,
        state=UseState.PROPOSED,
        state_since=work.today,
        policy_version_id=version.id,
        emergency_reason=command.emergency_reason,
    )
    await insert_use(work, use, areas=place.areas)
    work.announce(MaintenanceUseProposed.of(use))
    return _outcome(use)


async def scope_use(work: UnitOfWork, use_id: str) -> Outcome:
    """Fix who shares the use: every part of its buildings with the area of this day.

    Whoever buys or measures later changes nothing. Raises ForbiddenActor, UseUnknown, UseStateConflict, ScopeEmpty.
    """
    work.caller.require_role(*PLANNERS)
    use, place = await use_in_scope(work, use_id)
    scoped_use = take(use, UseAct.SCOPE, work.today, path=(*PATH, "useId"))
    subs = {sub.part_id: sub for sub in await sub_accounts_of_fund(work, use.fund_id, scope=work.caller.scope)}
    parts = [
        ScopePart(
            part_id=part.id,
            door_number=part.facts.door_number,
            area=part.facts.area,
            sub_account_id=subs[part.id].id if part.id in subs else None,
        )
        for part in await _parts(work, place)
        if part.facts is not None
        and part.facts.area > 0
        and (not use.scope_building_ids or part.facts.building_id in use.scope_building_ids)
    ]
    if not parts:
        raise ScopeEmpty("no part with an area is known in the scope", path=(*PATH, "useId"), value=use.id)
    await fix_scope(work, use, parts, areas=place.areas)
    scoped_use = advance(scoped_use, work.today)
    await save_use(work, scoped_use)
    return _outcome(scoped_use)


async def approve_use(work: UnitOfWork, command: ApproveUse) -> Outcome:
    """File the use with the department: after the owners' decision, or in an emergency instead of it (art. 23, 24).

    Raises ForbiddenActor, UseUnknown, UseDecisionMissing before the owners passed it, UseStateConflict,
    ValidationFailed for a day to come or a number without characters.
    """
    work.caller.require_role(*CUSTODIANS)
    use, _ = await use_in_scope(work, command.use_id)
    filing_no = _words(command.filing_no, "filingNo", 64)
    if command.filed_on > work.today:
        raise ValidationFailed(
            "a use was filed in the past", path=(*PATH, "filedOn"), value=command.filed_on.isoformat()
        )
    path = (*PATH, "useId")
    if use.is_emergency:
        approved = approve_emergency(use, filing_no=filing_no, on=command.filed_on, path=path)
    else:
        approved = file_use(use, filing_no=filing_no, filed_on=command.filed_on, path=path)
    await save_use(work, approved)
    return _outcome(approved)


async def withdraw_use(work: UnitOfWork, use_id: str) -> Outcome:
    """Take a proposal back before its owners vote; raises ForbiddenActor, UseUnknown, UseStateConflict."""
    work.caller.require_role(*PLANNERS)
    use, _ = await use_in_scope(work, use_id)
    withdrawn = take(use, UseAct.WITHDRAW, work.today, path=(*PATH, "useId"))
    await save_use(work, withdrawn)
    return _outcome(withdrawn)


async def use_in_scope(work: UnitOfWork, use_id: str) -> tuple[MaintenanceUse, FundPlace]:
    """Return the use and its fund as the caller sees them; raises UseUnknown."""
    use = await find_use(work, use_id, scope=work.caller.scope)
    if use is None:
        raise UseUnknown("no such use", path=(*PATH, "useId"), value=use_id)
    return use, await fund_in_scope(work, use.fund_id, name="useId")


async def _parts(work: UnitOfWork, place: FundPlace) -> list[Part]:
    pages = parts_of_estate(work, place.estate.id, scope=work.caller.scope)
    return [part async for page in pages for part in page]


def _words(text: str, name: str, longest: int) -> str:
    words = text.strip()
    if not 1 <= len(words) <= longest or not words.isprintable():
        raise ValidationFailed(f"this has 1 to {longest} printable characters", path=(*PATH, name), value=text)
    return words


def _outcome(use: MaintenanceUse) -> Outcome:
    return Outcome(entity_ids={"maintenanceUse": use.id}, policy_version_id=use.policy_version_id)
