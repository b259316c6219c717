"""The uses of maintenance funds, who shares each, and the facts of others that they wait for."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any, Final

from pymongo import UpdateOne

from kit.area import Area
from kit.caller import Scope
from kit.days import day_of, text_of
from kit.money import Fen
from kit.mongo import LATEST_PERIOD, Reader, UnitOfWork, scoped
from policy.vocabulary import EmergencyReason
from services.finance.domain.maintenance_allocation import AllocationLine, ScopePart
from services.finance.domain.maintenance_use import (
    DecisionOutcome,
    MaintenanceUse,
    UseObject,
    UseState,
    UseWork,
)

USES: Final = "maintenance_uses"
SHARES: Final = "maintenance_shares"
ACCEPTANCES: Final = "maintenance_acceptances"
FUND_RULES: Final = "maintenance_fund_rules"


async def find_uses(reader: Reader, ids: Sequence[str], *, scope: Scope) -> dict[str, MaintenanceUse]:
    """Return the uses with these ids that the scope sees, by id."""
    cursor = reader.collection(USES).find(scoped(scope, {"_id": {"$in": list(ids)}}), session=reader.session)
    return {document["_id"]: _use_of(document) for document in await cursor.to_list(len(ids))}


async def find_use(reader: Reader, use_id: str, *, scope: Scope) -> MaintenanceUse | None:
    """Return the use, or None if it is unknown or outside the scope."""
    return (await find_uses(reader, [use_id], scope=scope)).get(use_id)


async def find_uses_of_funds(
    reader: Reader, fund_ids: Sequence[str], *, scope: Scope
) -> dict[str, list[MaintenanceUse]]:
    """Return the uses of funds, by fund, the earliest proposed first."""
    query = scoped(scope, {"fund_id": {"$in": list(fund_ids)}})
    documents = await reader.collection(USES).find(query, session=reader.session).to_list(None)
    grouped: dict[str, list[MaintenanceUse]] = {}
    for use in sorted(map(_use_of, documents), key=lambda one: (one.proposed_on, one.id)):
        grouped.setdefault(use.fund_id, []).append(use)
    return grouped


async def find_uses_of_decision(reader: Reader, decision_id: str, *, scope: Scope) -> list[MaintenanceUse]:
    """Return the uses that rest on a joint decision."""
    query = scoped(scope, {"decision_id": decision_id})
    documents = await reader.collection(USES).find(query, session=reader.session).to_list(None)
    return [_use_of(document) for document in documents]


async def insert_use(work: UnitOfWork, use: MaintenanceUse, *, areas: Sequence[str]) -> None:
    """Keep a new use."""
    await work.collection(USES).insert_one(
        {"_id": use.id, **_use_document(use), "areas": list(areas)}, session=work.session
    )


async def save_use(work: UnitOfWork, use: MaintenanceUse) -> None:
    """Keep the use as it now is; two units that change one use meet here, and the later one runs again."""
    await work.collection(USES).update_one({"_id": use.id}, {"$set": _use_document(use)}, session=work.session)


async def fix_scope(work: UnitOfWork, use: MaintenanceUse, parts: Sequence[ScopePart], *, areas: Sequence[str]) -> None:
    """Keep who shares the use: the parts of the scope with their areas as of now; written once."""
    await work.collection(SHARES).insert_many(
        [
            {
                "_id": f"{use.id}:{part.part_id}",
                "use_id": use.id,
                "estate_id": use.estate_id,
                "part_id": part.part_id,
                "door_number": part.door_number,
                "area": part.area,
                "share": 0,
                "covered": 0,
                "sub_account_id": part.sub_account_id,
                "paid_on": None,
                "areas": list(areas),
            }
            for part in parts
        ],
        session=work.session,
    )


async def lines_of_use(reader: Reader, use_id: str, *, scope: Scope) -> list[AllocationLine]:
    """Return who shares a use by door, with what each bears so far: nothing before the first payment."""
    query = scoped(scope, {"use_id": use_id})
    documents = await reader.collection(SHARES).find(query, session=reader.session).to_list(None)
    return sorted(map(_line_of, documents), key=lambda line: (line.door_number, line.part_id))


async def lines_of_uses(reader: Reader, use_ids: Sequence[str], *, scope: Scope) -> dict[str, list[AllocationLine]]:
    """Return who shares each of these uses, by use and door."""
    query = scoped(scope, {"use_id": {"$in": list(use_ids)}})
    grouped: dict[str, list[AllocationLine]] = {}
    for document in await reader.collection(SHARES).find(query, session=reader.session).to_list(None):
        grouped.setdefault(document["use_id"], []).append(_line_of(document))
    return {
        use_id: sorted(lines, key=lambda line: (line.door_number, line.part_id)) for use_id, lines in grouped.items()
    }


async def shortfall_paid_on(reader: Reader, use_id: str, part_id: str, *, scope: Scope) -> date | None:
    """Return when the owner of a part paid what its account did not cover; None while that is open."""
    query = scoped(scope, {"_id": f"{use_id}:{part_id}"})
    document = await reader.collection(SHARES).find_one(query, session=reader.session)
    return None if document is None or document["paid_on"] is None else date.fromisoformat(document["paid_on"])


async def save_lines(work: UnitOfWork, use_id: str, lines: Sequence[AllocationLine]) -> None:
    """Keep what each part bears."""
    await work.collection(SHARES).bulk_write(
        [
            UpdateOne(
                {"_id": f"{use_id}:{line.part_id}"},
                {"$set": {"share": line.share, "covered": line.covered, "sub_account_id": line.sub_account_id}},
            )
            for line in lines
        ],
        session=work.session,
    )


async def keep_shortfall_paid(work: UnitOfWork, use_id: str, part_id: str, paid_on: date) -> None:
    """Keep when the owner of a part paid what its account did not cover."""
    await work.collection(SHARES).update_one(
        {"_id": f"{use_id}:{part_id}"}, {"$set": {"paid_on": paid_on.isoformat()}}, session=work.session
    )


async def move_uses_of_estate(work: UnitOfWork, estate_id: str, *, areas: Sequence[str]) -> None:
    """Let other grants see an estate's uses and who shares them."""
    for name in (USES, SHARES):
        await work.collection(name).update_many(
            {"estate_id": estate_id}, {"$set": {"areas": list(areas)}}, session=work.session
        )


async def keep_acceptance(
    work: UnitOfWork,
    acceptance_id: str,
    *,
    accepted: bool,
    estate_id: str | None,
    district: str,
    contract_id: str | None = None,
    day: date | None = None,
) -> None:
    """Keep how the last round of an inspection or acceptance ended, and on which day it was of which contract."""
    await work.collection(ACCEPTANCES).replace_one(
        {"_id": acceptance_id},
        {
            "accepted": accepted,
            "estate_id": estate_id,
            "contract_id": contract_id,
            "day": text_of(day),
            "areas": [f"district:{district}"],
        },
        upsert=True,
        session=work.session,
    )


async def is_handed_over(reader: Reader, contract_id: str, *, since: date, scope: Scope) -> bool:
    """Return whether an inspection of what a contract hands over was accepted on that day or later."""
    days = {"$gte": since.isoformat(), "$lte": LATEST_PERIOD}
    query = scoped(scope, {"contract_id": contract_id, "day": days, "accepted": True})
    return await reader.collection(ACCEPTANCES).find_one(query, session=reader.session) is not None


async def find_acceptance(reader: Reader, acceptance_id: str, *, estate_id: str, scope: Scope) -> bool | None:
    """Return whether the acceptance ended well; None if it is unknown, or of another estate."""
    document = await reader.collection(ACCEPTANCES).find_one(
        scoped(scope, {"_id": acceptance_id}), session=reader.session
    )
    if document is None or document["estate_id"] not in (None, estate_id):
        return None
    return bool(document["accepted"])


async def keep_fund_rules(work: UnitOfWork, district: str, *, document_id: str, effective_on: date) -> None:
    """Keep that a version of the district's rules for the fund is effective from that day; the earliest counts."""
    await work.collection(FUND_RULES).update_one(
        {"_id": district},
        {
            "$min": {"effective_on": effective_on.isoformat()},
            "$set": {"document_id": document_id, "areas": [f"district:{district}"]},
        },
        upsert=True,
        session=work.session,
    )


async def fund_rules_effective_on(reader: Reader, district: str, *, scope: Scope) -> date | None:
    """Return since when the district has rules for the fund of old estates; None if none were published."""
    query = scoped(scope, {"_id": district})
    document = await reader.collection(FUND_RULES).find_one(query, session=reader.session)
    return None if document is None else date.fromisoformat(document["effective_on"])


def _line_of(document: Mapping[str, Any]) -> AllocationLine:
    return AllocationLine(
        part_id=document["part_id"],
        door_number=document["door_number"],
        area=Area(document["area"]),
        sub_account_id=document["sub_account_id"],
        share=Fen(document["share"]),
        covered=Fen(document["covered"]),
    )


def _use_document(use: MaintenanceUse) -> dict[str, Any]:
    return {
        "fund_id": use.fund_id,
        "estate_id": use.estate_id,
        "district": use.district,
        "purpose": use.purpose,
        "work": use.work.value,
        "concerns": use.concerns.value,
        "scope_building_ids": list(use.scope_building_ids),
        "budget": use.budget,
        "proposed_on": use.proposed_on.isoformat(),
        "state": use.state.value,
        "state_since": use.state_since.isoformat(),
        "policy_version_id": use.policy_version_id,
        "decision_id": use.decision_id,
        "outcome": None if use.outcome is None else use.outcome.value,
        "decided_on": text_of(use.decided_on),
        "annulled_on": text_of(use.annulled_on),
        "emergency_reason": None if use.emergency_reason is None else use.emergency_reason.value,
        "filing_no": use.filing_no,
        "filed_on": text_of(use.filed_on),
        "acceptance_id": use.acceptance_id,
        "settled": use.settled,
        "paid": use.paid,
        "remainder": use.remainder,
        "pool_charged": use.pool_charged,
        "allocation_hash": use.allocation_hash,
        "published_on": text_of(use.published_on),
        "posting_ids": list(use.posting_ids),
    }


def _use_of(document: Mapping[str, Any]) -> MaintenanceUse:
    outcome, reason, settled = document["outcome"], document["emergency_reason"], document["settled"]
    return MaintenanceUse(
        id=document["_id"],
        fund_id=document["fund_id"],
        estate_id=document["estate_id"],
        district=document["district"],
        purpose=document["purpose"],
        work=UseWork(document["work"]),
        concerns=UseObject(document["concerns"]),
        scope_building_ids=tuple(document["scope_building_ids"]),
        budget=Fen(document["budget"]),
        proposed_on=date.fromisoformat(document["proposed_on"]),
        state=UseState(document["state"]),
        state_since=date.fromisoformat(document["state_since"]),
        policy_version_id=document["policy_version_id"],
        decision_id=document["decision_id"],
        outcome=None if outcome is None else DecisionOutcome(outcome),
        decided_on=day_of(document["decided_on"]),
        annulled_on=day_of(document["annulled_on"]),
        emergency_reason=None if reason is None else EmergencyReason(reason),
        filing_no=document["filing_no"],
        filed_on=day_of(document["filed_on"]),
        acceptance_id=document["acceptance_id"],
        settled=None if settled is None else Fen(settled),
        paid=Fen(document["paid"]),
        remainder=Fen(document["remainder"]),
        pool_charged=Fen(document["pool_charged"]),
        allocation_hash=document["allocation_hash"],
        published_on=day_of(document["published_on"]),
        posting_ids=tuple(document["posting_ids"]),
    )
