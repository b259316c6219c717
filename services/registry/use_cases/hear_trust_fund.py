"""Keep what trust announces of an estate's fund; the mode of a served trust contract begins with an open one."""

from datetime import date

from kit.errors import Refusal
from kit.events import ReceivedEvent
from kit.mongo import UnitOfWork
from kit.work_items import open_work_item
from policy.policies import Policies
from services.registry.domain.contract import ContractKind
from services.registry.domain.contract_state import SERVING_STATES
from services.registry.domain.mode import ManagementMode
from services.registry.domain.mode_rules import TrustFund
from services.registry.store.contracts import find_contracts_of_estates
from services.registry.store.estates import EstateRecord, estate_of
from services.registry.store.trust_funds import save_liquidation, save_opened_fund, save_suspension
from services.registry.use_cases.enter_mode import enter_mode_by_contract

LISTENER = "registry_from_trust"


async def keep_opened_fund(
    work: UnitOfWork, fund: TrustFund, *, estate_id: str, event: ReceivedEvent, policies: Policies
) -> None:
    """Keep an open fund (PZ-26); where its trust contract is served already, the trust mode begins with it.

    A mode that cannot begin becomes a work item: the fund is open all the same.
    """
    estate = await estate_of(work, estate_id)
    await save_opened_fund(work, fund, estate_id=estate.id, place=estate.place)
    if estate.mode is not ManagementMode.TRUST:
        await _begin_trust(work, estate, opened_on=fund.opened_on, event=event, policies=policies)


async def keep_suspension(work: UnitOfWork, fund_id: str, *, suspended: bool) -> None:
    """Keep whether a fund is suspended: no trust mode begins meanwhile."""
    await save_suspension(work, fund_id, suspended=suspended)


async def keep_liquidation(work: UnitOfWork, fund_id: str, *, closed_on: date) -> None:
    """Keep that a fund is liquidated: no trust mode begins with it any more."""
    await save_liquidation(work, fund_id, closed_on=closed_on)


async def _begin_trust(
    work: UnitOfWork, estate: EstateRecord, *, opened_on: date, event: ReceivedEvent, policies: Policies
) -> None:
    contracts = await find_contracts_of_estates(work, [estate.id], scope=work.caller.scope)
    for contract in contracts:
        if contract.kind is not ContractKind.TRUST or contract.state not in SERVING_STATES:
            continue
        assert contract.service_start_on is not None
        started_on = max(contract.service_start_on, opened_on)
        try:
            await enter_mode_by_contract(work, estate, contract, started_on=started_on, policies=policies)
        except Refusal as refusal:
            await open_work_item(work, listener=LISTENER, event=event, refusal=refusal, aggregate_id=contract.id)
        return
