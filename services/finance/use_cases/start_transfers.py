"""The congress is formed: what streets hold of the estate's deposits is to move to the owners' account (G-27, P2)."""

from kit.mongo import UnitOfWork
from services.finance.domain.deposit_transfer import start_transfer
from services.finance.events import DepositTransferStarted
from services.finance.store.deposits import find_deposits_of_estates, save_deposit
from services.finance.store.estates import find_estate


async def start_transfers_of_estate(work: UnitOfWork, estate_id: str) -> None:
    """Set every deposit of the estate that a street holds TRANSFERRING, once; without a congress, do nothing."""
    estate = await find_estate(work, estate_id, scope=work.caller.scope)
    if estate is None:
        return
    deposits = await find_deposits_of_estates(work, [estate_id], scope=work.caller.scope)
    for before in deposits.get(estate_id, []):
        after = start_transfer(before, estate.owners)
        if after != before:
            await save_deposit(work, after)
            work.announce(DepositTransferStarted.of(after))
