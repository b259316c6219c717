"""A court annulled a joint decision: what rests on it is held, and people decide (P22)."""

from dataclasses import replace
from datetime import date

from kit.mongo import UnitOfWork
from services.finance.domain.deposit import Hold, PerformanceDeposit, put_on_hold
from services.finance.domain.deposit_transfer import stop_transfer
from services.finance.domain.estate import Estate
from services.finance.domain.public_revenue import hold_back
from services.finance.domain.visibility import areas_of_estate
from services.finance.store.contracts import find_contract_ids_of_decision
from services.finance.store.decisions import save_annulled
from services.finance.store.deposits import find_deposits_of_contracts, find_deposits_of_estates, save_deposit
from services.finance.store.estates import find_estate, save_estate
from services.finance.store.public_revenues import find_revenues_of_decision, save_revenue


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
) -> list[PerformanceDeposit]:
    """Put every deposit that cites the decision on hold and return those that were not yet.

    They are the deposits of the contracts that rest on it, and, where it formed the congress, those of the estate: one
    that is moving to the owners stays with the street, and one that has moved already waits for people (P2). Public
    revenue that rests on the decision is held back from being spent.
    """
    scope = work.caller.scope
    areas = areas_of_estate(district=district, street_id=street_id, community_id=community_id, estate_id=estate_id)
    await save_annulled(work, decision_id, annulled_on, court_ref=court_ref, areas=areas)
    heard = await find_estate(work, estate_id, scope=scope)
    estate = heard or Estate(id=estate_id, district=district, street_id=street_id, community_id=community_id)
    contract_ids = await find_contract_ids_of_decision(work, decision_id, scope=scope)
    of_contracts = await find_deposits_of_contracts(work, contract_ids, scope=scope)
    cited = {one.id: one for deposits in of_contracts.values() for one in deposits}
    if estate.owners.congress_decision_id == decision_id:
        estate = replace(estate, owners=replace(estate.owners, congress_formed_on=None, congress_decision_id=None))
        of_estate = (await find_deposits_of_estates(work, [estate_id], scope=scope)).get(estate_id, [])
        cited |= {one.id: stop_transfer(one, stopped_on=annulled_on) for one in of_estate}
    await save_estate(work, estate)
    for revenue in await find_revenues_of_decision(work, decision_id, scope=scope):
        await save_revenue(work, hold_back(revenue), areas=areas)
    hold = Hold(decision_id, court_ref, annulled_on)
    newly_held = []
    for deposit in cited.values():
        held = put_on_hold(deposit, hold)
        await save_deposit(work, held)
        if held != deposit:
            newly_held.append(held)
    return newly_held
