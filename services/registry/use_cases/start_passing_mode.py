"""Put an estate under a mode that is meant to pass, or under a neighbour's company: each by a command of its own."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from kit.errors import Flag
from kit.idempotency import Outcome
from kit.mongo import UnitOfWork
from policy.policies import Policies
from policy.policy_version import PolicyVersion
from policy.vocabulary import CostBearer, ModeMeans
from services.registry.domain.contract_state import SERVING_STATES
from services.registry.domain.mode import ManagementMode, ModeEvent, ServiceTerms
from services.registry.domain.mode_rules import (
    basic_items,
    chosen_mode,
    custody_mode,
    enclosable_flag,
    require_cooperation_agreement,
    require_cost_bearer,
    require_nearby_contract,
    require_no_contract_serves,
    row_of_takeover_first,
)
from services.registry.store.contract_documents import ContractRecord
from services.registry.store.contracts import contract_of, find_contracts_of_estates
from services.registry.store.estates import EstateRecord, estate_of
from services.registry.use_cases.change_mode import checked_analysis, checked_terms
from services.registry.use_cases.enter_mode import Entry, contract_behind, enter_mode, policy_of
from services.registry.use_cases.roles import SET_MODES


@dataclass(frozen=True, kw_only=True)
class StartFallback:
    """The community's fall-back service: which basic items, who bears the cost, and when it is looked at again."""

    estate_id: str
    label: str
    effective_on: date
    items: tuple[str, ...]
    cost_bearer: CostBearer
    review_on: date
    terms: ServiceTerms | None
    is_pilot: bool
    analysis: str | None


@dataclass(frozen=True, kw_only=True)
class StartTakeoverFirst:
    """A willing company takes over first, under a cooperation agreement."""

    estate_id: str
    contract_id: str
    effective_on: date
    review_on: date


@dataclass(frozen=True, kw_only=True)
class StartCustody:
    """What cannot be enclosed is given into custody, or merged into a project of its community."""

    estate_id: str
    contract_id: str
    effective_on: date
    review_on: date
    can_be_enclosed: bool
    is_pilot: bool
    analysis: str | None


@dataclass(frozen=True, kw_only=True)
class TakeOverNearby:
    """The company of a nearby estate takes the estate over."""

    estate_id: str
    nearby_contract_id: str
    effective_on: date
    review_on: date | None
    is_pilot: bool
    analysis: str | None


async def start_fallback(work: UnitOfWork, command: StartFallback, *, policies: Policies) -> Outcome:
    """Let the community give the estate basic service, where nobody else does (NZ-22, PZ-29, ZG-27).

    Raises ContractServesEstate while a contract is served, BeyondBasicService for wider items, OwnersBearTheCost when
    public funds would pay for what the document lets the owners pay.
    """
    work.caller.require_role(*SET_MODES)
    estate = await estate_of(work, command.estate_id)
    policy = policy_of(policies, estate, command.effective_on)
    row = policy.modes.row(command.label, path=("input", "label"))
    chosen_mode(row, among={ManagementMode.COMMUNITY_FALLBACK})
    contracts = await find_contracts_of_estates(work, [estate.id], scope=work.caller.scope)
    require_no_contract_serves(_serving(contracts))
    require_cost_bearer(command.cost_bearer, row)
    entry = Entry(
        event=ModeEvent.FELL_BACK,
        row=row,
        effective_on=command.effective_on,
        items=basic_items(command.items, row, path=("input", "items")),
        cost_bearer=command.cost_bearer,
        terms=checked_terms(command.terms),
        is_pilot=command.is_pilot,
        analysis=checked_analysis(command.analysis),
        review_on=command.review_on,
    )
    return await _enter(work, estate, entry, policy=policy)


async def start_takeover_first(work: UnitOfWork, command: StartTakeoverFirst, *, policies: Policies) -> Outcome:
    """Let a willing company take over first, with cleaning and order alone (NZ-19).

    Raises AgreementMissing without a cooperation agreement in force, BeyondBasicService when it has other items.
    """
    work.caller.require_role(*SET_MODES)
    estate = await estate_of(work, command.estate_id)
    policy = policy_of(policies, estate, command.effective_on)
    row = row_of_takeover_first(policy.modes)
    contract = await contract_of(work, command.contract_id)
    require_cooperation_agreement(contract_behind(contract), estate_id=estate.id)
    entry = Entry(
        event=ModeEvent.TAKEN_OVER_FIRST,
        row=row,
        effective_on=command.effective_on,
        contract=contract,
        items=basic_items([item.code for item in contract.items], row, path=("input", "contractId")),
        review_on=command.review_on,
    )
    return await _enter(work, estate, entry, policy=policy)


async def start_custody(work: UnitOfWork, command: StartCustody, *, policies: Policies) -> Outcome:
    """Give an estate that cannot be enclosed into custody until it is ripe for a selection (XY-08).

    Raises CustodyContractMissing without a served contract that gives it; one that can be enclosed is flagged.
    """
    work.caller.require_role(*SET_MODES)
    estate = await estate_of(work, command.estate_id)
    policy = policy_of(policies, estate, command.effective_on)
    row = policy.modes.row_by_means(ModeMeans.CUSTODY)
    contract = await contract_of(work, command.contract_id)
    mode = custody_mode(contract_behind(contract), estate_id=estate.id, community_id=estate.place.community_id)
    is_basic = mode is ManagementMode.COMMUNITY_FALLBACK
    codes = [item.code for item in contract.items]
    entry = Entry(
        event=ModeEvent.GIVEN_INTO_CUSTODY if is_basic else ModeEvent.MERGED_INTO_PROJECT,
        row=row,
        effective_on=command.effective_on,
        contract=contract,
        items=basic_items(codes, row, path=("input", "contractId")) if is_basic else (),
        is_pilot=command.is_pilot,
        analysis=checked_analysis(command.analysis),
        review_on=command.review_on,
    )
    flag = enclosable_flag(estate.facts.enclosure, can_be_enclosed=command.can_be_enclosed)
    return await _enter(work, estate, entry, policy=policy, flags=[] if flag is None else [flag])


async def take_over_nearby(work: UnitOfWork, command: TakeOverNearby, *, policies: Policies) -> Outcome:
    """Let the company of a nearby managed estate take the estate over (XY-09).

    Raises NearbyContractNotActive unless its contract of the nearby estate is being served.
    """
    work.caller.require_role(*SET_MODES)
    estate = await estate_of(work, command.estate_id)
    policy = policy_of(policies, estate, command.effective_on)
    row = policy.modes.row_by_means(ModeMeans.NEARBY_TAKEOVER)
    contract = await contract_of(work, command.nearby_contract_id)
    require_nearby_contract(contract_behind(contract), estate_id=estate.id)
    entry = Entry(
        event=ModeEvent.TAKEN_OVER_NEARBY,
        row=row,
        effective_on=command.effective_on,
        contract=contract,
        is_pilot=command.is_pilot,
        analysis=checked_analysis(command.analysis),
        review_on=command.review_on,
    )
    return await _enter(work, estate, entry, policy=policy)


async def _enter(
    work: UnitOfWork, estate: EstateRecord, entry: Entry, *, policy: PolicyVersion, flags: Sequence[Flag] = ()
) -> Outcome:
    found = await enter_mode(work, estate, entry, policy=policy)
    return Outcome(entity_ids={"estate": estate.id}, warnings=(*flags, *found), policy_version_id=policy.id)


def _serving(contracts: Sequence[ContractRecord]) -> str | None:
    return next((contract.number for contract in contracts if contract.state in SERVING_STATES), None)
