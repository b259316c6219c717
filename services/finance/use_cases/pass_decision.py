"""A joint decision of owners passed: a deposit that waits for it may be demanded (ZG-21)."""

from datetime import date

from kit.mongo import UnitOfWork
from services.finance.domain.estate import Estate
from services.finance.domain.visibility import areas_of_estate
from services.finance.store.decisions import save_passed
from services.finance.store.estates import find_estate, save_estate


async def pass_decision(
    work: UnitOfWork,
    *,
    decision_id: str,
    estate_id: str,
    district: str,
    street_id: str,
    community_id: str,
    passed_on: date,
    matter: str,
) -> None:
    """Keep that the decision passed, and meet at the estate whoever reads it for a contract just now."""
    areas = areas_of_estate(district=district, street_id=street_id, community_id=community_id, estate_id=estate_id)
    await save_passed(work, decision_id, passed_on, estate_id=estate_id, matter=matter, areas=areas)
    estate = await find_estate(work, estate_id, scope=work.caller.scope)
    place = Estate(id=estate_id, district=district, street_id=street_id, community_id=community_id)
    await save_estate(work, estate or place)
