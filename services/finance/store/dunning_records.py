"""The steps of asking that were taken on bills, one document for each bill; who sees the bill sees them."""

from collections.abc import Sequence
from datetime import date
from typing import Final

from kit.caller import Scope
from kit.mongo import Reader, UnitOfWork, scoped
from services.finance.domain.bill import DunningStep
from services.finance.domain.dunning import DunningRecord

DUNNING: Final = "dunning_records"


async def find_dunning_of_bills(
    reader: Reader, bill_ids: Sequence[str], *, scope: Scope
) -> dict[str, list[DunningRecord]]:
    """Return the steps taken on bills, by bill, the first one first."""
    query = scoped(scope, {"_id": {"$in": list(bill_ids)}})
    cursor = reader.collection(DUNNING).find(query, session=reader.session)
    return {
        document["_id"]: [
            DunningRecord(
                step=DunningStep(one["step"]),
                taken_on=date.fromisoformat(one["taken_on"]),
                deadline=None if one["deadline"] is None else date.fromisoformat(one["deadline"]),
                reference=one["reference"],
            )
            for one in document["steps"]
        ]
        for document in await cursor.to_list(len(bill_ids))
    }


async def save_dunning(
    work: UnitOfWork, bill_id: str, records: Sequence[DunningRecord], *, estate_id: str, areas: Sequence[str]
) -> None:
    """Keep the steps taken on a bill."""
    document = {
        "estate_id": estate_id,
        "steps": [
            {
                "step": one.step.value,
                "taken_on": one.taken_on.isoformat(),
                "deadline": None if one.deadline is None else one.deadline.isoformat(),
                "reference": one.reference,
            }
            for one in records
        ],
        "areas": list(areas),
    }
    await work.collection(DUNNING).replace_one({"_id": bill_id}, document, upsert=True, session=work.session)


async def move_dunning_of_estate(work: UnitOfWork, estate_id: str, *, street_id: str, community_id: str) -> None:
    """Let another street and community see the steps; the places of the grants are those of `bill_areas`."""
    await work.collection(DUNNING).update_many(
        {"estate_id": estate_id},
        {"$set": {"areas.1": f"street:{street_id}", "areas.2": f"community:{community_id}"}},
        session=work.session,
    )
