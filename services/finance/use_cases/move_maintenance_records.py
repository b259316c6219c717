"""An estate moved: others see its maintenance funds, their doors, uses and accounts from now on."""

from kit.ledger.store import change_areas
from kit.mongo import UnitOfWork
from services.finance.domain.maintenance_fund import FUND_PREFIX
from services.finance.domain.maintenance_ledger import door_account_id, pool_account_id
from services.finance.store.maintenance_funds import move_funds_of_estate
from services.finance.store.maintenance_movements import move_movements_of_estate
from services.finance.store.maintenance_uses import move_uses_of_estate


async def move_maintenance_records(work: UnitOfWork, estate_id: str, *, areas: tuple[str, ...]) -> None:
    """Let these grants see all of the estate's funds; a door stays visible to its own owners."""
    for id_ in await move_funds_of_estate(work, estate_id, areas=areas):
        account_id = pool_account_id(id_) if id_.startswith(FUND_PREFIX) else door_account_id(id_)
        await change_areas(work, account_id, areas)
    await move_uses_of_estate(work, estate_id, areas=areas)
    await move_movements_of_estate(work, estate_id, areas=areas)
