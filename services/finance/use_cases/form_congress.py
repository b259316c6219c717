"""The owners of an estate formed their congress."""

from dataclasses import replace
from datetime import date

from kit.mongo import UnitOfWork
from services.finance.domain.estate import Estate
from services.finance.store.decisions import is_annulled
from services.finance.store.estates import find_estate, save_estate


async def form_congress(
    work: UnitOfWork,
    *,
    estate_id: str,
    district: str,
    street_id: str,
    community_id: str,
    formed_on: date,
    decision_id: str | None,
) -> None:
    """Keep the day from which a street may no longer hold the estate's deposits (ZG-20).

    A congress whose decision was annulled before it was heard of is none (P2).
    """
    if decision_id is not None and await is_annulled(work, decision_id, scope=work.caller.scope):
        return
    heard = await find_estate(work, estate_id, scope=work.caller.scope)
    estate = heard or Estate(id=estate_id, district=district, street_id=street_id, community_id=community_id)
    owners = replace(estate.owners, congress_formed_on=formed_on, congress_decision_id=decision_id)
    await save_estate(work, replace(estate, owners=owners))
