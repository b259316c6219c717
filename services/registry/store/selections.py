"""Selections of providers by owners: the plan with its menus, and the offers that were made on them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from kit.caller import Scope
from kit.days import text_of
from kit.errors import NotFound
from kit.mongo import ConcurrentChange, Reader, UnitOfWork, scoped
from services.registry.domain.selection import Menu, Offer, Plan, Procedure
from services.registry.domain.tender import TenderMethod
from services.registry.domain.territory import Place, public_areas
from services.registry.store.contract_documents import item_document, item_of

SELECTIONS = "selections"


@dataclass(frozen=True, kw_only=True)
class SelectionRecord:
    """A selection as it is stored; the procedure is None until offers were made."""

    id: str
    estate_id: str
    place: Place
    plan: Plan
    procedure: Procedure | None = None
    version: int = 1


class OfferNotFound(NotFound):
    """No offer of this id, or it lies outside the caller's scope."""


async def add_selection(work: UnitOfWork, selection: SelectionRecord) -> None:
    """Save a new selection."""
    await work.collection(SELECTIONS).insert_one(
        {
            "_id": selection.id,
            "estate_id": selection.estate_id,
            "district": selection.place.district,
            "street_id": selection.place.street_id,
            "community_id": selection.place.community_id,
            "plan": _plan_document(selection.plan),
            "procedure": None,
            "version": selection.version,
            "areas": public_areas(selection.place, selection.estate_id),
        },
        session=work.session,
    )


async def save_plan(work: UnitOfWork, selection: SelectionRecord, plan: Plan) -> None:
    """Save amended menus; raises ConcurrentChange if the selection changed since it was read."""
    await _update(work, selection, {"plan": _plan_document(plan)})


async def save_procedure(work: UnitOfWork, selection: SelectionRecord, procedure: Procedure) -> None:
    """Save the offers; raises ConcurrentChange if the selection changed since it was read."""
    await _update(
        work,
        selection,
        {
            "procedure": {
                "method": procedure.method.value,
                "reference": procedure.reference,
                "accepted_way": procedure.accepted_way,
                "decided_on": text_of(procedure.decided_on),
                "offers": [
                    {"id": offer.id, "provider_id": offer.provider_id, "menu_code": offer.menu_code}
                    for offer in procedure.offers
                ],
            }
        },
    )


async def latest_selection_of_estate(work: UnitOfWork, estate_id: str) -> SelectionRecord | None:
    """Return the estate's selection whose plan was fixed last, if the caller's scope covers it."""
    found = await find_selections_of_estates(work, [estate_id], scope=work.caller.scope)
    return found[0] if found else None


async def selection_of_offer(work: UnitOfWork, offer_id: str) -> SelectionRecord:
    """Return the selection with this offer if the caller's scope covers it; raises OfferNotFound."""
    query = scoped(work.caller.scope, {"procedure.offers.id": offer_id})
    document = await work.collection(SELECTIONS).find_one(query, session=work.session)
    if document is None:
        raise OfferNotFound("no offer of this id", path=("input", "offerId"), value=offer_id)
    return _record(document)


async def find_selections(reader: Reader, ids: Sequence[str], *, scope: Scope) -> list[SelectionRecord]:
    """Return the selections of these ids that the scope covers, in any order."""
    cursor = reader.collection(SELECTIONS).find(scoped(scope, {"_id": {"$in": list(ids)}}), session=reader.session)
    return [_record(document) async for document in cursor]


async def find_selections_of_estates(
    reader: Reader, estate_ids: Sequence[str], *, scope: Scope
) -> list[SelectionRecord]:
    """Return all selections of the estates that the scope covers, the latest plan first; an estate has a few."""
    query = scoped(scope, {"estate_id": {"$in": list(estate_ids)}})
    found = [_record(document) async for document in reader.collection(SELECTIONS).find(query, session=reader.session)]
    return sorted(found, key=lambda selection: (selection.plan.fixed_on, selection.id), reverse=True)


async def _update(work: UnitOfWork, selection: SelectionRecord, values: dict[str, Any]) -> None:
    result = await work.collection(SELECTIONS).update_one(
        {"_id": selection.id, "version": selection.version},
        {"$set": values, "$inc": {"version": 1}},
        session=work.session,
    )
    if result.matched_count != 1:
        raise ConcurrentChange(f"selection {selection.id} changed")


def _plan_document(plan: Plan) -> dict[str, Any]:
    return {
        "owners_heard_on": text_of(plan.owners_heard_on),
        "fixed_on": text_of(plan.fixed_on),
        "menus": [
            {"code": menu.code, "name": menu.name, "items": [item_document(item) for item in menu.items]}
            for menu in plan.menus
        ],
    }


def _record(document: Mapping[str, Any]) -> SelectionRecord:
    plan, procedure = document["plan"], document["procedure"]
    return SelectionRecord(
        id=document["_id"],
        estate_id=document["estate_id"],
        place=Place(document["district"], document["street_id"], document["community_id"]),
        plan=Plan(
            owners_heard_on=date.fromisoformat(plan["owners_heard_on"]),
            fixed_on=date.fromisoformat(plan["fixed_on"]),
            menus=tuple(
                Menu(code=menu["code"], name=menu["name"], items=tuple(item_of(item) for item in menu["items"]))
                for menu in plan["menus"]
            ),
        ),
        procedure=None if procedure is None else _procedure(procedure),
        version=document["version"],
    )


def _procedure(document: Mapping[str, Any]) -> Procedure:
    return Procedure(
        method=TenderMethod(document["method"]),
        reference=document["reference"],
        accepted_way=document["accepted_way"],
        decided_on=date.fromisoformat(document["decided_on"]),
        offers=tuple(
            Offer(id=offer["id"], provider_id=offer["provider_id"], menu_code=offer["menu_code"])
            for offer in document["offers"]
        ),
    )
