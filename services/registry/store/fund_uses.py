"""The uses of maintenance funds as finance announced them; an estate has some tens."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from kit.caller import Scope
from kit.days import text_of
from kit.errors import NotFound
from kit.money import Fen
from kit.mongo import Reader, UnitOfWork, scoped
from services.registry.domain.fund_use import FundUse, FundUseState, UseReport
from services.registry.domain.territory import Place, public_areas

FUND_USES = "fund_uses"


class FundUseNotFound(NotFound):
    """No use of this id was announced, or it lies outside the caller's scope."""


async def add_fund_use(work: UnitOfWork, use: FundUse, *, place: Place) -> None:
    """Save a proposed use; heard twice it is one, with what was reported of it since."""
    await work.collection(FUND_USES).update_one(
        {"_id": use.id},
        {
            "$setOnInsert": {
                "estate_id": use.estate_id,
                "district": place.district,
                "street_id": place.street_id,
                "community_id": place.community_id,
                "fund_id": use.fund_id,
                "scope_building_ids": list(use.scope_building_ids),
                "budget": use.budget,
                "purpose": use.purpose,
                "is_emergency": use.is_emergency,
                "proposed_on": text_of(use.proposed_on),
                "reports": [],
                "areas": public_areas(place, use.estate_id),
            }
        },
        upsert=True,
        session=work.session,
    )


async def save_reports(work: UnitOfWork, use: FundUse) -> None:
    """Save how far a use has come; the events of one use are heard one after another."""
    reports = [
        {
            "state": report.state.value,
            "on": text_of(report.on),
            "paid": report.paid,
            "remainder": report.remainder,
            "allocations_hash": report.allocations_hash,
        }
        for report in use.reports
    ]
    await work.collection(FUND_USES).update_one({"_id": use.id}, {"$set": {"reports": reports}}, session=work.session)


async def fund_use_of(work: UnitOfWork, use_id: str) -> FundUse:
    """Return the use if the caller's scope covers it; raises FundUseNotFound."""
    found = await find_fund_uses(work, [use_id], scope=work.caller.scope)
    if not found:
        raise FundUseNotFound("no use of this id was announced", path=("useId",), value=use_id)
    return found[0]


async def find_fund_uses(reader: Reader, ids: Sequence[str], *, scope: Scope) -> list[FundUse]:
    """Return the uses of these ids that the scope covers, in any order."""
    cursor = reader.collection(FUND_USES).find(scoped(scope, {"_id": {"$in": list(ids)}}), session=reader.session)
    return [_use(document) async for document in cursor]


async def find_fund_uses_of_estates(reader: Reader, estate_ids: Sequence[str], *, scope: Scope) -> list[FundUse]:
    """Return the uses of the estates that the scope covers, the latest proposed first; an estate has some tens."""
    query = scoped(scope, {"estate_id": {"$in": list(estate_ids)}})
    found = [_use(document) async for document in reader.collection(FUND_USES).find(query, session=reader.session)]
    return sorted(found, key=lambda use: (use.proposed_on, use.id), reverse=True)


def _use(document: Mapping[str, Any]) -> FundUse:
    return FundUse(
        id=document["_id"],
        estate_id=document["estate_id"],
        fund_id=document["fund_id"],
        scope_building_ids=tuple(document["scope_building_ids"]),
        budget=Fen(document["budget"]),
        purpose=document["purpose"],
        is_emergency=document["is_emergency"],
        proposed_on=date.fromisoformat(document["proposed_on"]),
        reports=tuple(_report(report) for report in document["reports"]),
    )


def _report(document: Mapping[str, Any]) -> UseReport:
    return UseReport(
        state=FundUseState(document["state"]),
        on=date.fromisoformat(document["on"]),
        paid=Fen(document["paid"]),
        remainder=Fen(document["remainder"]),
        allocations_hash=document["allocations_hash"],
    )
