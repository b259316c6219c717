"""The joint decisions that have passed, as finance knows them."""

from datetime import date
from typing import Final

from kit.caller import Scope
from kit.mongo import Reader, UnitOfWork, scoped

PASSED_DECISIONS: Final = "passed_decisions"


async def find_passed_on(reader: Reader, decision_id: str, *, scope: Scope) -> date | None:
    """Return the day on which a joint decision passed; None if it has not, or lies outside the scope."""
    document = await reader.collection(PASSED_DECISIONS).find_one(
        scoped(scope, {"_id": decision_id}), session=reader.session
    )
    return None if document is None else date.fromisoformat(document["passed_on"])


async def save_passed(work: UnitOfWork, decision_id: str, passed_on: date, *, areas: tuple[str, ...]) -> None:
    """Keep that a joint decision passed on that day."""
    document = {"passed_on": passed_on.isoformat(), "areas": list(areas)}
    await work.collection(PASSED_DECISIONS).replace_one(
        {"_id": decision_id}, document, upsert=True, session=work.session
    )
