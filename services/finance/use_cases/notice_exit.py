"""A party gave notice of a contract's end: claims on its deposit are to be brought, and refunds are prepared (P14)."""

from dataclasses import replace
from datetime import date

from kit.mongo import UnitOfWork
from services.finance.store.contracts import find_contract, save_contract


async def notice_exit(work: UnitOfWork, *, contract_id: str, noticed_on: date, may_end_on: date | None) -> None:
    """Keep the day of the notice, and the first day on which the contract may end by it, if the notice says one."""
    contract = await find_contract(work, contract_id, scope=work.caller.scope)
    if contract is not None:
        await save_contract(work, replace(contract, exit_noticed_on=noticed_on, may_end_on=may_end_on))
