"""The measured arrears of estates: one document for each estate and day, and one for each estate's last day."""

from collections.abc import Sequence
from datetime import date
from typing import Any, Final

from kit.caller import Scope
from kit.explanation import Explanation
from kit.money import Fen
from kit.mongo import Reader, UnitOfWork, scoped
from kit.ratio import Ratio
from services.finance.domain.arrears import ArrearsPosition

POSITIONS: Final = "arrears_positions"
LATEST: Final = "arrears_latest"
_AFTER_EVERY_ID: Final = "\U0010ffff"


async def find_position(reader: Reader, estate_id: str, as_of: date, *, scope: Scope) -> ArrearsPosition | None:
    """Return what was measured of an estate for a day; None if nothing was, or it is out of scope."""
    query = scoped(scope, {"_id": _key(estate_id, as_of)})
    document = await reader.collection(POSITIONS).find_one(query, session=reader.session)
    return None if document is None else _position_of(document)


async def find_latest_positions(
    reader: Reader, estate_ids: Sequence[str], *, scope: Scope
) -> dict[str, ArrearsPosition]:
    """Return what was measured of estates last, by estate."""
    query = scoped(scope, {"_id": {"$in": list(estate_ids)}})
    cursor = reader.collection(LATEST).find(query, session=reader.session)
    return {document["estate_id"]: _position_of(document) for document in await cursor.to_list(None)}


async def page_of_latest_positions(
    reader: Reader, district: str, *, after: str | None, limit: int, scope: Scope
) -> list[ArrearsPosition]:
    """Return at most `limit` of a district's last measured positions after an estate."""
    query = scoped(scope, {"district": district, "estate_id": {"$gt": after or "", "$lt": _AFTER_EVERY_ID}})
    cursor = reader.collection(LATEST).find(query, session=reader.session).sort("estate_id", 1).limit(limit)
    return [_position_of(document) for document in await cursor.to_list(None)]


async def save_position(
    work: UnitOfWork, position: ArrearsPosition, *, is_latest: bool, areas: tuple[str, ...]
) -> None:
    """Keep a measurement, and as the estate's last one if no later day was measured."""
    document = {
        "estate_id": position.estate_id,
        "district": position.district,
        "as_of": position.as_of.isoformat(),
        "due": position.due,
        "overdue": position.overdue,
        "billed_doors": position.billed_doors,
        "debtor_doors": position.debtor_doors,
        "threshold": position.threshold,
        "threshold_reached": position.threshold_reached,
        "explanation": None if position.explanation is None else position.explanation.as_data(),
        "reached_since": None if position.reached_since is None else position.reached_since.isoformat(),
        "areas": list(areas),
    }
    key = _key(position.estate_id, position.as_of)
    await work.collection(POSITIONS).replace_one({"_id": key}, document, upsert=True, session=work.session)
    if is_latest:
        await work.collection(LATEST).replace_one(
            {"_id": position.estate_id}, document, upsert=True, session=work.session
        )


async def move_positions_of_estate(work: UnitOfWork, estate_id: str, *, areas: tuple[str, ...]) -> None:
    """Let other grants see an estate's measurements."""
    for name in (POSITIONS, LATEST):
        await work.collection(name).update_many(
            {"estate_id": estate_id}, {"$set": {"areas": list(areas)}}, session=work.session
        )


def _key(estate_id: str, as_of: date) -> str:
    return f"{estate_id}:{as_of.isoformat()}"


def _position_of(document: dict[str, Any]) -> ArrearsPosition:
    explanation, since, threshold = document["explanation"], document["reached_since"], document["threshold"]
    return ArrearsPosition(
        estate_id=document["estate_id"],
        district=document["district"],
        as_of=date.fromisoformat(document["as_of"]),
        due=Fen(document["due"]),
        overdue=Fen(document["overdue"]),
        billed_doors=document["billed_doors"],
        debtor_doors=document["debtor_doors"],
        threshold=None if threshold is None else Ratio(threshold),
        threshold_reached=document["threshold_reached"],
        explanation=None if explanation is None else Explanation.from_data(explanation),
        reached_since=None if since is None else date.fromisoformat(since),
    )
