"""The owners of an estate formed their congress."""

from dataclasses import replace
from datetime import date

from kit.mongo import UnitOfWork
from services.finance.domain.deposit import Hold, PerformanceDeposit
from services.finance.domain.deposit_transfer import start_transfer, without_congress
from services.finance.domain.estate import Estate
from services.finance.store.decisions import find_decision
from services.finance.store.deposits import find_deposits_of_estates, save_deposit
from services.finance.store.estates import find_estate, save_estate


async def form_congress(
    work: UnitOfWork,
    *,
    estate_id: str,
    district: str,
    street_id: str,
    community_id: str,
    formed_on: date,
    decision_id: str | None,
) -> list[PerformanceDeposit]:
    """Keep the day from which a street may no longer hold the estate's deposits (ZG-20).

    A congress whose decision was annulled before it was heard of is none (P2): what would have been moving is on hold
    as if the annulment had come after, and is returned. One that was formed before the known congress is over.
    """
    scope = work.caller.scope
    heard = await find_estate(work, estate_id, scope=scope)
    estate = heard or Estate(id=estate_id, district=district, street_id=street_id, community_id=community_id)
    owners = replace(estate.owners, congress_formed_on=formed_on, congress_decision_id=decision_id)
    decision = None if decision_id is None else await find_decision(work, decision_id, scope=scope)
    if decision is not None and decision.annulled_on is not None:
        hold = Hold(decision.id, decision.court_ref or "", decision.annulled_on)
        return await _hold_what_would_move(work, replace(estate, owners=owners), hold)
    known = estate.owners.congress_formed_on
    if known is None or known <= formed_on:
        await save_estate(work, replace(estate, owners=owners))
    return []


async def _hold_what_would_move(work: UnitOfWork, estate: Estate, hold: Hold) -> list[PerformanceDeposit]:
    held = []
    deposits = await find_deposits_of_estates(work, [estate.id], scope=work.caller.scope)
    for deposit in deposits.get(estate.id, []):
        after = without_congress(start_transfer(deposit, estate.owners), hold)
        if after.hold != deposit.hold:
            await save_deposit(work, after)
            held.append(after)
    return held
