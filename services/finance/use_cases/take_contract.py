"""A service contract was signed: keep what its deposit depends on."""

from kit.mongo import UnitOfWork
from services.finance.domain.contract import ServiceContract
from services.finance.domain.estate import Estate
from services.finance.store.contracts import find_contract, save_contract
from services.finance.store.estates import find_estate, save_estate


async def take_contract(work: UnitOfWork, contract: ServiceContract) -> None:
    """Keep the contract, and meet at its estate whoever keeps another fact about it just now.

    A contract is signed once: the same fact again leaves what was heard since.
    """
    if await find_contract(work, contract.id, scope=work.caller.scope) is None:
        await save_contract(work, contract)
    estate = await find_estate(work, contract.estate_id, scope=work.caller.scope)
    place = Estate(
        id=contract.estate_id,
        district=contract.district,
        street_id=contract.street_id,
        community_id=contract.community_id,
    )
    await save_estate(work, estate or place)
