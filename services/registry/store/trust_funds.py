"""The trust funds of estates as trust announced them, by which the trust mode may begin."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from kit.days import day_of, text_of
from kit.mongo import UnitOfWork, scoped
from services.registry.domain.mode_rules import TrustFund
from services.registry.domain.territory import Place, public_areas

TRUST_FUNDS = "trust_funds"


async def save_opened_fund(work: UnitOfWork, fund: TrustFund, *, estate_id: str, place: Place) -> None:
    """Save a fund that was opened; heard twice it is one."""
    await work.collection(TRUST_FUNDS).update_one(
        {"_id": fund.id},
        {
            "$setOnInsert": {
                "estate_id": estate_id,
                "district": place.district,
                "street_id": place.street_id,
                "community_id": place.community_id,
                "opened_on": text_of(fund.opened_on),
                "suspended": fund.is_suspended,
                "closed_on": text_of(fund.closed_on),
                "areas": public_areas(place, estate_id),
            }
        },
        upsert=True,
        session=work.session,
    )


async def save_suspension(work: UnitOfWork, fund_id: str, *, suspended: bool) -> None:
    """Save whether a fund that was heard of is suspended."""
    await work.collection(TRUST_FUNDS).update_one(
        {"_id": fund_id}, {"$set": {"suspended": suspended}}, session=work.session
    )


async def save_liquidation(work: UnitOfWork, fund_id: str, *, closed_on: date) -> None:
    """Save that a fund that was heard of is liquidated."""
    await work.collection(TRUST_FUNDS).update_one(
        {"_id": fund_id}, {"$set": {"closed_on": text_of(closed_on)}}, session=work.session
    )


async def trust_funds_of(work: UnitOfWork, estate_id: str) -> list[TrustFund]:
    """Return the funds of an estate that the caller's scope covers, also those that are closed; an estate has few."""
    query = scoped(work.caller.scope, {"estate_id": estate_id})
    cursor = work.collection(TRUST_FUNDS).find(query, session=work.session)
    return [_fund(document) async for document in cursor]


def _fund(document: Mapping[str, Any]) -> TrustFund:
    return TrustFund(
        id=document["_id"],
        opened_on=date.fromisoformat(document["opened_on"]),
        is_suspended=document["suspended"],
        closed_on=day_of(document["closed_on"]),
    )
