"""The owners of an estate formed their congress."""

from dataclasses import replace
from datetime import date

from kit.mongo import UnitOfWork
from services.finance.domain.estate import Estate
from services.finance.store.estates import find_estate, save_estate


async def form_congress(
    work: UnitOfWork, *, estate_id: str, district: str, street_id: str, community_id: str, formed_on: date
) -> None:
    """Keep the day from which a street may no longer hold the estate's deposits (ZG-20)."""
    heard = await find_estate(work, estate_id, scope=work.caller.scope)
    estate = heard or Estate(id=estate_id, district=district, street_id=street_id, community_id=community_id)
    await save_estate(work, replace(estate, owners=replace(estate.owners, congress_formed_on=formed_on)))
