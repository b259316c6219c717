"""Keep on a contract what finance announces of its performance deposits; nothing else of the contract depends on it."""

from kit.mongo import UnitOfWork
from services.registry.domain.overdue_deposit import OverdueDeposit, mark_overdue, unmark
from services.registry.store.contracts import contract_of, save_deposit_marks


async def keep_overdue_deposit(work: UnitOfWork, contract_id: str, overdue: OverdueDeposit) -> None:
    """Mark a contract whose deposit is overdue (P1); raises ContractNotFound.

    The mark is a notice to people: the contract keeps its state, and its service begins and goes on as before.
    """
    contract = await contract_of(work, contract_id)
    await save_deposit_marks(work, contract, mark_overdue(contract.deposit_marks, overdue))


async def keep_settled_deposit(work: UnitOfWork, contract_id: str, deposit_id: str, *, contract_year: int) -> None:
    """End the mark of a deposit of which nothing is missing any more; raises ContractNotFound."""
    contract = await contract_of(work, contract_id)
    await save_deposit_marks(work, contract, unmark(contract.deposit_marks, deposit_id, contract_year=contract_year))
