"""A contract's deposit is refused under the policy in force: it waits for no other."""

from dataclasses import replace

from kit.mongo import UnitOfWork
from services.finance.store.contracts import find_contract, save_contract


async def stop_waiting(work: UnitOfWork, contract_id: str) -> None:
    """Keep that the contract waits for no policy."""
    contract = await find_contract(work, contract_id, scope=work.caller.scope)
    if contract is not None and contract.awaits_policy:
        await save_contract(work, replace(contract, awaits_policy=False))
