"""The joint decisions that have passed, as finance knows them."""

from datetime import date
from typing import Final

from kit.caller import Scope
from kit.mongo import Reader, UnitOfWork, scoped
from services.finance.domain.joint_decision import JointDecision

PASSED_DECISIONS: Final = "passed_decisions"


async def find_passed_on(reader: Reader, decision_id: str, *, scope: Scope) -> date | None:
    """Return the day on which a joint decision passed; None if it has not, was annulled, or lies outside the scope."""
    decision = await find_decision(reader, decision_id, scope=scope)
    return None if decision is None or decision.annulled_on is not None else decision.passed_on


async def find_decision(reader: Reader, decision_id: str, *, scope: Scope) -> JointDecision | None:
    """Return what was heard of a joint decision that passed or was annulled; None if it is unknown or out of scope."""
    document = await reader.collection(PASSED_DECISIONS).find_one(
        scoped(scope, {"_id": decision_id}), session=reader.session
    )
    if document is None:
        return None
    passed_on, annulled_on = document.get("passed_on"), document.get("annulled_on")
    return JointDecision(
        id=decision_id,
        estate_id=document.get("estate_id"),
        matter=document.get("matter"),
        passed_on=None if passed_on is None else date.fromisoformat(passed_on),
        annulled_on=None if annulled_on is None else date.fromisoformat(annulled_on),
        court_ref=document.get("court_ref"),
    )


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
