"""What was corrected by a file: who, when, why, and each fact before and after; never changed, never removed."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final

from kit.caller import Scope
from kit.days import text_of
from kit.mongo import Document, Reader, UnitOfWork, scoped

CORRECTIONS: Final = "corrections"
MOST_OF_AN_ESTATE: Final = 200


@dataclass(frozen=True, kw_only=True)
class CorrectionRecord:
    """The correction of one estate; `before` and `after` are texts by the name of the fact."""

    id: str
    estate_id: str
    effective_on: date
    reason: str
    corrected_by: str
    corrected_at: datetime
    before: Mapping[str, str]
    after: Mapping[str, str]
    areas: tuple[str, ...]


async def add_corrections(work: UnitOfWork, corrections: Sequence[CorrectionRecord]) -> None:
    """Save corrections; of none nothing."""
    if corrections:
        await work.collection(CORRECTIONS).insert_many(
            [_stored(correction) for correction in corrections], session=work.session
        )


async def find_corrections_of_estate(reader: Reader, estate_id: str, *, scope: Scope) -> list[CorrectionRecord]:
    """Return the latest corrections of an estate that the scope covers, at most 200, the latest first."""
    cursor = reader.collection(CORRECTIONS).find(scoped(scope, {"estate_id": estate_id}), session=reader.session)
    return [_correction(document) async for document in cursor.sort("order", -1).limit(MOST_OF_AN_ESTATE)]


def _stored(correction: CorrectionRecord) -> Document:
    return {
        "_id": correction.id,
        "order": correction.id,
        "estate_id": correction.estate_id,
        "effective_on": text_of(correction.effective_on),
        "reason": correction.reason,
        "corrected_by": correction.corrected_by,
        "corrected_at": correction.corrected_at,
        "before": dict(correction.before),
        "after": dict(correction.after),
        "areas": list(correction.areas),
    }


def _correction(document: Document) -> CorrectionRecord:
    return CorrectionRecord(
        id=document["_id"],
        estate_id=document["estate_id"],
        effective_on=date.fromisoformat(document["effective_on"]),
        reason=document["reason"],
        corrected_by=document["corrected_by"],
        corrected_at=document["corrected_at"],
        before=document["before"],
        after=document["after"],
        areas=tuple(document["areas"]),
    )
