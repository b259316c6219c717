"""A contract ended: no contract year of its deposit follows, and it may be released after the handover (P14)."""

from dataclasses import replace
from datetime import date

from kit.mongo import UnitOfWork
from services.finance.domain.deposit_year import without_next_year
from services.finance.store.contracts import find_contract, save_contract
from services.finance.store.deposits import find_deposits_of_contracts, save_deposit


async def end_contract(
    work: UnitOfWork,
    *,
    contract_id: str,
    ended_on: date,
    handover_accepted: bool | None = None,
    superseded_by: str | None = None,
) -> None:
    """Keep how the contract ended; what was heard of its end before stays unless this fact says more.

    A contract's own facts are heard in their order; one that finance does not know was refused at its signing.
    """
    contract = await find_contract(work, contract_id, scope=work.caller.scope)
    if contract is None:
        return
    ended = replace(
        contract,
        ended_on=ended_on,
        handover_accepted=contract.handover_accepted if handover_accepted is None else handover_accepted,
        superseded_by=superseded_by or contract.superseded_by,
    )
    await save_contract(work, ended)
    deposits = await find_deposits_of_contracts(work, [contract_id], scope=work.caller.scope)
    for deposit in deposits.get(contract_id, []):
        after = without_next_year(deposit, ended)
        if after != deposit:
            await save_deposit(work, after)
