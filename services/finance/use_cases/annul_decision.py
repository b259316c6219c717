"""A court annulled a joint decision: what rests on it is held, and people decide (P22)."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Final

from kit.mongo import UnitOfWork
from services.finance.domain.deposit import Hold, put_on_hold
from services.finance.domain.deposit_transfer import without_congress
from services.finance.domain.estate import Estate
from services.finance.domain.public_revenue import hold_back
from services.finance.domain.revenue_reversal import standing
from services.finance.domain.visibility import areas_of_estate
from services.finance.store.contracts import find_contract, find_contract_ids_of_decision
from services.finance.store.decisions import find_decision, save_annulled
from services.finance.store.deposits import find_deposits_of_contracts, find_deposits_of_estates, save_deposit
from services.finance.store.estates import find_estate, save_estate
from services.finance.store.fee_rates import find_rates_of_estate
from services.finance.store.public_revenues import find_revenues_of_decision, save_revenue

HELD_DEPOSIT: Final = "the deposit is on hold"
UNBILLED_CONTRACT: Final = "no fee is billed under the contract"


@dataclass(frozen=True)
class Citing:
    """Something that cites an annulled decision, by its id, and what of it waits for people."""

    id: str
    what: str


async def annul_decision(
    work: UnitOfWork,
    *,
    decision_id: str,
    estate_id: str,
    district: str,
    street_id: str,
    community_id: str,
    court_ref: str,
    annulled_on: date,
) -> list[Citing]:
    """Hold everything that cites the decision, and return it for people to see; nothing is undone.

    Deposits of the contracts that rest on it are on hold, and, where it formed the congress, those of the estate that
    are moving to the owners or lie with them (P2). Nothing more is billed under such a contract or by a rate that the
    decision set. Public revenue that rests on it is held back from being spent.
    """
    scope = work.caller.scope
    known = await find_decision(work, decision_id, scope=scope)
    if known is not None and known.annulled_on is not None:
        return []
    areas = areas_of_estate(district=district, street_id=street_id, community_id=community_id, estate_id=estate_id)
    await save_annulled(work, decision_id, annulled_on, court_ref=court_ref, areas=areas)
    heard = await find_estate(work, estate_id, scope=scope)
    estate = heard or Estate(id=estate_id, district=district, street_id=street_id, community_id=community_id)
    contract_ids = await find_contract_ids_of_decision(work, decision_id, scope=scope)
    citing = [Citing(contract_id, UNBILLED_CONTRACT) for contract_id in contract_ids]
    citing += await _hold_deposits(work, estate, Hold(decision_id, court_ref, annulled_on), contract_ids)
    for revenue in standing(await find_revenues_of_decision(work, decision_id, scope=scope)):
        await save_revenue(work, hold_back(revenue), areas=areas)
        citing.append(Citing(revenue.id, "the public revenue is held back"))
    rates = await find_rates_of_estate(work, estate_id, scope=scope)
    if any(rate.decision_id == decision_id for rate in rates):
        citing.append(Citing(estate_id, "no fee is billed by the rates that it set"))
    if estate.owners.congress_decision_id == decision_id:
        estate = replace(estate, owners=replace(estate.owners, congress_formed_on=None, congress_decision_id=None))
    await save_estate(work, estate)
    return citing


async def _hold_deposits(work: UnitOfWork, estate: Estate, hold: Hold, contract_ids: Sequence[str]) -> list[Citing]:
    scope = work.caller.scope
    of_contracts = await find_deposits_of_contracts(work, contract_ids, scope=scope)
    cited = [(one, put_on_hold(one, hold)) for deposits in of_contracts.values() for one in deposits]
    if estate.owners.congress_decision_id == hold.decision_id:
        of_estate = (await find_deposits_of_estates(work, [estate.id], scope=scope)).get(estate.id, [])
        cited += [(one, without_congress(one, hold)) for one in of_estate if one.contract_id not in contract_ids]
    newly_held = [after for before, after in cited if after != before]
    for deposit in newly_held:
        await save_deposit(work, deposit)
    return [Citing(deposit.id, HELD_DEPOSIT) for deposit in newly_held]


async def citing_annulled(work: UnitOfWork, contract_id: str) -> list[Citing]:
    """Return what of a contract cites an annulled decision that was heard before the contract; else nothing."""
    scope = work.caller.scope
    contract = await find_contract(work, contract_id, scope=scope)
    if contract is None or contract.decision_id is None:
        return []
    decision = await find_decision(work, contract.decision_id, scope=scope)
    if decision is None or decision.annulled_on is None:
        return []
    deposits = (await find_deposits_of_contracts(work, [contract_id], scope=scope)).get(contract_id, [])
    held = [Citing(one.id, HELD_DEPOSIT) for one in deposits if one.hold is not None]
    return [Citing(contract_id, UNBILLED_CONTRACT), *held]
