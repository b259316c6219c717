"""An estate's approved gross floor area changed, or became known."""

from datetime import date

from kit.area import Area
from kit.mongo import UnitOfWork
from services.finance.domain.estate import Estate
from services.finance.store.estates import find_estate, save_estate


async def change_gross_area(
    work: UnitOfWork, *, estate_id: str, approved_gross_area: Area | None, effective_on: date
) -> Estate | None:
    """Keep the area from the day it takes effect and return the estate; None, and nothing kept, without an area.

    An estate's own facts are heard in their order, so it is registered by now.
    """
    estate = await find_estate(work, estate_id, scope=work.caller.scope)
    if estate is None or approved_gross_area is None:
        return None
    changed = estate.with_area(approved_gross_area, effective_on)
    await save_estate(work, changed)
    return changed
