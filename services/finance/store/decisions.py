"""The joint decisions that have passed, as finance knows them."""

from collections.abc import Sequence
from datetime import date
from typing import Any, Final

from kit.caller import Scope
from kit.days import day_of
from kit.mongo import Reader, UnitOfWork, scoped
from services.finance.domain.joint_decision import JointDecision

PASSED_DECISIONS: Final = "passed_decisions"


async def find_passed_on(reader: Reader, decision_id: str, *, scope: Scope) -> date | None:
    """Return the day on which a joint decision passed; None if it has not, was annulled, or lies outside the scope."""
    decision = await find_decision(reader, decision_id, scope=scope)
    return None if decision is None or decision.annulled_on is not None else decision.passed_on


async def find_decision(reader: Reader, decision_id: str, *, scope: Scope) -> JointDecision | None:
    """Return what was heard of a joint decision that passed or was annulled; None if it is unknown or out of scope."""
    return (await find_decisions(reader, [decision_id], scope=scope)).get(decision_id)


async def find_decisions(reader: Reader, ids: Sequence[str], *, scope: Scope) -> dict[str, JointDecision]:
    """Return what was heard of the joint decisions with these ids that the scope sees, by id."""
    query = scoped(scope, {"_id": {"$in": list(ids)}})
    cursor = reader.collection(PASSED_DECISIONS).find(query, session=reader.session)
    return {document["_id"]: _decision_of(document) for document in await cursor.to_list(len(ids))}


async def save_annulled(
    work: UnitOfWork, decision_id: str, annulled_on: date, *, court_ref: str, areas: tuple[str, ...]
) -> None:
    """Keep that a joint decision was annulled on that day, whether or not it was heard of before (P22)."""
    await work.collection(PASSED_DECISIONS).update_one(
        {"_id": decision_id},
        {"$set": {"annulled_on": annulled_on.isoformat(), "court_ref": court_ref, "areas": list(areas)}},
        upsert=True,
        session=work.session,
    )


async def save_passed(
    work: UnitOfWork, decision_id: str, passed_on: date, *, estate_id: str, matter: str, areas: tuple[str, ...]
) -> None:
    """Keep that a joint decision on a matter of an estate passed on that day."""
    await work.collection(PASSED_DECISIONS).update_one(
        {"_id": decision_id},
        {
            "$set": {
                "passed_on": passed_on.isoformat(),
                "estate_id": estate_id,
                "matter": matter,
                "areas": list(areas),
            }
        },
        upsert=True,
        session=work.session,
    )


def _decision_of(document: dict[str, Any]) -> JointDecision:
    return JointDecision(
        id=document["_id"],
        estate_id=document.get("estate_id"),
        matter=document.get("matter"),
        passed_on=day_of(document.get("passed_on")),
        annulled_on=day_of(document.get("annulled_on")),
        court_ref=document.get("court_ref"),
    )
