"""Service under a contract began: its deposit is due at take-on (ZG-19)."""

from dataclasses import replace
from datetime import date

from kit.mongo import UnitOfWork
from services.finance.store.contracts import find_contract, save_contract


async def start_service(work: UnitOfWork, *, contract_id: str, service_start_on: date) -> None:
    """Keep the day service began.

    A contract's own facts are heard in their order; one that finance does not know was refused at its signing.
    """
    contract = await find_contract(work, contract_id, scope=work.caller.scope)
    if contract is not None:
        await save_contract(work, replace(contract, service_start_on=service_start_on))
