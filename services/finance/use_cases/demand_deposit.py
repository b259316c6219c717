"""Decide about the deposit of a contract from all that is known: agree it, demand it, or see what it waits for."""

from dataclasses import replace

from kit.activations import ActivatedPolicies
from kit.ids import new_id
from kit.mongo import UnitOfWork
from policy.awaiting import in_force_or_awaited
from policy.errors import InstrumentAbsent
from policy.policies import Policies
from policy.policy_version import PolicyVersion
from services.finance.domain.contract import ServiceContract
from services.finance.domain.deposit import (
    Hold,
    PerformanceDeposit,
    agree_deposit,
    demand_deposit,
    put_on_hold,
)
from services.finance.domain.deposit_claim import required_approvers
from services.finance.domain.estate import Estate
from services.finance.domain.visibility import areas_of_estate
from services.finance.events import DepositDemanded
from services.finance.store.awaited_policies import meet_at
from services.finance.store.contracts import find_contract, save_contract
from services.finance.store.decisions import find_decision
from services.finance.store.deposits import find_deposits_of_contracts, insert_deposit, save_deposit
from services.finance.store.estates import find_estate


async def demand_deposit_of_contract(
    work: UnitOfWork, contract_id: str, *, policies: ActivatedPolicies[Policies]
) -> None:
    """Bring the deposit of the contract's first year to where the facts known by now put it; the same again, nothing.

    Facts arrive in any order, so each one leads here. The policy is the one in force on the day of signing; while the
    district's document is still to be put in force, the contract waits without a deposit. Raises, with nothing written,
    PolicyNotInForce or InstrumentAbsent for a deposit clause in a district without the instrument (G-6), and
    CustodyNotProvided for a contract whose kind the document gives no custody for.
    """
    scope = work.caller.scope
    contract = await find_contract(work, contract_id, scope=scope)
    if contract is None:
        return
    in_force = await policies.as_recorded(work)
    version = in_force_or_awaited(in_force, contract.district, contract.signed_on, estate_id=contract.estate_id)
    if version is None:
        await meet_at(work, contract.district)
        await save_contract(work, replace(contract, awaits_policy=True))
        return
    estate = await find_estate(work, contract.estate_id, scope=scope)
    known = (await find_deposits_of_contracts(work, [contract_id], scope=scope)).get(contract_id, [])
    before = known[0] if known else None
    after = await _decided(work, contract, before, estate=estate, version=version)
    if before is None and after is not None and after.managers and estate is not None:
        # A committee may have been heard of before the contract (P4).
        today = in_force_or_awaited(in_force, contract.district, work.today, estate_id=contract.estate_id) or version
        approvers = required_approvers(today.deposit, estate=estate, contract=contract, day=work.today)
        after = replace(after, managers=tuple(one.value for one in approvers))
    if contract.awaits_policy:
        await save_contract(work, replace(contract, awaits_policy=False))
    if after is None or after == before:
        return
    if before is None:
        areas = areas_of_estate(
            district=contract.district if estate is None else estate.district,
            street_id=contract.street_id if estate is None else estate.street_id,
            community_id=contract.community_id if estate is None else estate.community_id,
            estate_id=contract.estate_id,
        )
        await insert_deposit(work, after, areas=areas)
    else:
        await save_deposit(work, after)
    _announce_demand(work, before, after)


async def _decided(
    work: UnitOfWork,
    contract: ServiceContract,
    before: PerformanceDeposit | None,
    *,
    estate: Estate | None,
    version: PolicyVersion,
) -> PerformanceDeposit | None:
    """Return the deposit as the facts put it; None where the district has no deposits and the contract none either."""
    try:
        policy = version.deposit
    except InstrumentAbsent:
        if contract.deposit_rate is None:
            return None
        raise
    deposit = before or agree_deposit(contract, deposit_id=new_id("dep"), policy=policy)
    decision = None
    if contract.decision_id is not None:
        decision = await find_decision(work, contract.decision_id, scope=work.caller.scope)
    place = Estate(
        id=contract.estate_id,
        district=contract.district,
        street_id=contract.street_id,
        community_id=contract.community_id,
    )
    decided = demand_deposit(
        deposit,
        contract,
        estate=estate or place,
        decision_passed_on=None if decision is None else decision.passed_on,
        policy=policy,
    )
    if before is None and decision is not None and decision.annulled_on is not None:
        # Its annulment was heard before the contract: the deposit is on hold as if it had come after (P22).
        return put_on_hold(decided, Hold(decision.id, decision.court_ref or "", decision.annulled_on))
    return decided


def _announce_demand(work: UnitOfWork, before: PerformanceDeposit | None, after: PerformanceDeposit) -> None:
    """Announce a demand that is new or has changed (F7)."""
    if after.demanded is not None and (before is None or before.explanation != after.explanation):
        work.announce(DepositDemanded.of(after))
