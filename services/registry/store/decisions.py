"""Joint decisions with their roll and, once closed, their result; a result is written once."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from kit.area import Area
from kit.caller import Scope
from kit.days import text_of
from kit.errors import NotFound
from kit.mongo import ConcurrentChange, Reader, UnitOfWork, scoped
from services.registry.domain.decision import Count, DecisionMatter, DecisionState, Roll
from services.registry.domain.territory import Place, public_areas

DECISIONS = "decisions"


@dataclass(frozen=True, kw_only=True)
class ClosedResult:
    """The result of a vote as the external system reported it, and what the count says."""

    count: Count
    quorum_met: bool
    passed: bool
    external_system_ref: str
    closed_on: date


@dataclass(frozen=True, kw_only=True)
class DecisionRecord:
    """A joint decision as it is stored."""

    id: str
    estate_id: str
    place: Place
    matter: DecisionMatter
    special: bool
    state: DecisionState
    scope_building_ids: tuple[str, ...]
    subject_ref: str | None
    notice_on: date
    voting_from: date
    voting_to: date
    roll: Roll
    roll_hash: str
    roll_frozen_at: datetime
    result: ClosedResult | None = None


class DecisionNotFound(NotFound):
    """No joint decision of this id, or it lies outside the caller's scope."""


async def add_decision(work: UnitOfWork, decision: DecisionRecord) -> None:
    """Save a new decision with its roll."""
    await work.collection(DECISIONS).insert_one(
        {
            "_id": decision.id,
            "estate_id": decision.estate_id,
            "district": decision.place.district,
            "street_id": decision.place.street_id,
            "community_id": decision.place.community_id,
            "matter": decision.matter.value,
            "special": decision.special,
            "state": decision.state.value,
            "scope_building_ids": list(decision.scope_building_ids),
            "subject_ref": decision.subject_ref,
            "notice_on": text_of(decision.notice_on),
            "voting_from": text_of(decision.voting_from),
            "voting_to": text_of(decision.voting_to),
            **_roll_document(decision.roll, decision.roll_hash, decision.roll_frozen_at),
            "result": None,
            "areas": public_areas(decision.place, decision.estate_id),
        },
        session=work.session,
    )


async def decision_of(work: UnitOfWork, decision_id: str) -> DecisionRecord:
    """Return the decision if the caller's scope covers it; raises DecisionNotFound."""
    query = scoped(work.caller.scope, {"_id": decision_id})
    document = await work.collection(DECISIONS).find_one(query, session=work.session)
    if document is None:
        raise DecisionNotFound("no joint decision of this id", path=("input", "decisionId"), value=decision_id)
    return _decision(document)


async def find_decisions(reader: Reader, ids: Sequence[str], *, scope: Scope) -> list[DecisionRecord]:
    """Return the decisions of these ids that the scope covers, in any order."""
    cursor = reader.collection(DECISIONS).find(scoped(scope, {"_id": {"$in": list(ids)}}), session=reader.session)
    return [_decision(document) async for document in cursor]


async def find_decisions_of_estates(reader: Reader, estate_ids: Sequence[str], *, scope: Scope) -> list[DecisionRecord]:
    """Return all decisions of the estates that the scope covers, the latest notice first; an estate has some tens."""
    query = scoped(scope, {"estate_id": {"$in": list(estate_ids)}})
    found = [_decision(document) async for document in reader.collection(DECISIONS).find(query, session=reader.session)]
    return sorted(found, key=lambda decision: (decision.notice_on, decision.id), reverse=True)


async def save_result(
    work: UnitOfWork,
    decision: DecisionRecord,
    *,
    state: DecisionState,
    roll: Roll,
    roll_hash: str,
    roll_frozen_at: datetime,
    result: ClosedResult,
) -> None:
    """Close the decision with its result; raises ConcurrentChange if it was closed since it was read."""
    count = result.count
    outcome = await work.collection(DECISIONS).update_one(
        {"_id": decision.id, "state": DecisionState.NOTICED.value},
        {
            "$set": {
                "state": state.value,
                **_roll_document(roll, roll_hash, roll_frozen_at),
                "result": {
                    "participating_area": count.participating_area,
                    "participating_persons": count.participating_persons,
                    "agree_area": count.agree_area,
                    "agree_persons": count.agree_persons,
                    "quorum_met": result.quorum_met,
                    "passed": result.passed,
                    "external_system_ref": result.external_system_ref,
                    "closed_on": text_of(result.closed_on),
                },
            }
        },
        session=work.session,
    )
    if outcome.matched_count != 1:
        raise ConcurrentChange(f"decision {decision.id} was closed")


def _roll_document(roll: Roll, roll_hash: str, frozen_at: datetime) -> dict[str, Any]:
    return {
        "total_area": roll.total_area,
        "total_persons": roll.total_persons,
        "roll_hash": roll_hash,
        "roll_frozen_at": frozen_at,
    }


def _decision(document: Mapping[str, Any]) -> DecisionRecord:
    result = document["result"]
    return DecisionRecord(
        id=document["_id"],
        estate_id=document["estate_id"],
        place=Place(document["district"], document["street_id"], document["community_id"]),
        matter=DecisionMatter(document["matter"]),
        special=document["special"],
        state=DecisionState(document["state"]),
        scope_building_ids=tuple(document["scope_building_ids"]),
        subject_ref=document["subject_ref"],
        notice_on=date.fromisoformat(document["notice_on"]),
        voting_from=date.fromisoformat(document["voting_from"]),
        voting_to=date.fromisoformat(document["voting_to"]),
        roll=Roll(total_area=Area(document["total_area"]), total_persons=document["total_persons"]),
        roll_hash=document["roll_hash"],
        roll_frozen_at=document["roll_frozen_at"],
        result=None if result is None else _result(result),
    )


def _result(document: Mapping[str, Any]) -> ClosedResult:
    return ClosedResult(
        count=Count(
            participating_area=Area(document["participating_area"]),
            participating_persons=document["participating_persons"],
            agree_area=Area(document["agree_area"]),
            agree_persons=document["agree_persons"],
        ),
        quorum_met=document["quorum_met"],
        passed=document["passed"],
        external_system_ref=document["external_system_ref"],
        closed_on=date.fromisoformat(document["closed_on"]),
    )
