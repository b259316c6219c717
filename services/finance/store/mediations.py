"""The cases of mediation that finance heard of, one document each, with the plan that settled it."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any, Final

from kit.caller import Scope
from kit.money import Fen
from kit.mongo import Document, Reader, UnitOfWork, scoped
from services.finance.domain.instalment_plan import ArrearsMediation, Instalment, InstalmentPlan, MediationState

MEDIATIONS: Final = "arrears_mediations"


async def find_mediation(reader: Reader, case_id: str, *, scope: Scope) -> ArrearsMediation | None:
    """Return the case, or None if finance has not heard of it or it is outside the scope."""
    query = scoped(scope, {"_id": case_id})
    document = await reader.collection(MEDIATIONS).find_one(query, session=reader.session)
    return None if document is None else _mediation_of(document)


async def find_mediations_of_estates(
    reader: Reader, estate_ids: Sequence[str], *, scope: Scope
) -> dict[str, list[ArrearsMediation]]:
    """Return the cases of estates, by estate, the one that was applied for first before the others."""
    query = scoped(scope, {"estate_id": {"$in": list(estate_ids)}})
    cursor = reader.collection(MEDIATIONS).find(query, session=reader.session)
    found: dict[str, list[ArrearsMediation]] = {}
    cases = [_mediation_of(document) for document in await cursor.to_list(None)]
    for case in sorted(cases, key=lambda one: (one.applied_on, one.id)):
        found.setdefault(case.estate_id, []).append(case)
    return found


async def save_mediation(work: UnitOfWork, case: ArrearsMediation, *, areas: Sequence[str]) -> None:
    """Keep a case; `areas` are the grants that see it, and begin with district, street and community."""
    document = {
        "district": case.district,
        "estate_id": case.estate_id,
        "provider_id": case.provider_id,
        "days": {state.value: day.isoformat() for state, day in case.days.items()},
        "plan": None if case.plan is None else _plan_document(case.plan),
        "areas": list(areas),
    }
    await work.collection(MEDIATIONS).replace_one({"_id": case.id}, document, upsert=True, session=work.session)


async def move_mediations_of_estate(work: UnitOfWork, estate_id: str, *, street_id: str, community_id: str) -> None:
    """Let another street and community see an estate's cases."""
    await work.collection(MEDIATIONS).update_many(
        {"estate_id": estate_id},
        {"$set": {"areas.1": f"street:{street_id}", "areas.2": f"community:{community_id}"}},
        session=work.session,
    )


def _plan_document(plan: InstalmentPlan) -> Document:
    return {
        "settled_on": plan.settled_on.isoformat(),
        "part_id": plan.part_id,
        "instalments": [[one.due_on.isoformat(), one.amount] for one in plan.instalments],
    }


def _mediation_of(document: Mapping[str, Any]) -> ArrearsMediation:
    plan = document["plan"]
    return ArrearsMediation(
        id=document["_id"],
        district=document["district"],
        estate_id=document["estate_id"],
        provider_id=document["provider_id"],
        days={MediationState(state): date.fromisoformat(day) for state, day in document["days"].items()},
        plan=None
        if plan is None
        else InstalmentPlan(
            settled_on=date.fromisoformat(plan["settled_on"]),
            instalments=tuple(Instalment(date.fromisoformat(day), Fen(amount)) for day, amount in plan["instalments"]),
            part_id=plan["part_id"],
        ),
    )
