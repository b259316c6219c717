"""Refusals that people see although another fact brought them up than the one they refuse."""

from kit.errors import Refusal
from kit.events import ReceivedEvent
from kit.inbox import WORK_ITEMS
from kit.mongo import UnitOfWork

LISTENER = "trust_from_registry"


async def open_work_item(work: UnitOfWork, event: ReceivedEvent, refusal: Refusal, *, contract_id: str) -> None:
    """Open a work item as the inbox does for a refused reaction: the event led here, the contract is refused."""
    document = {
        "areas": [f"district:{event.district}"],
        "state": "OPEN",
        "listener": LISTENER,
        "event_id": event.id,
        "event_type": event.type,
        "district": event.district,
        "aggregate_id": contract_id,
        "estate_id": event.estate_id,
        "code": refusal.code,
        "message": refusal.message,
        "path": list(refusal.path),
        "value": refusal.value,
        "opened_at": work.now,
    }
    # The same refusal of the same contract is one thing to do, however many facts lead to it.
    await work.collection(WORK_ITEMS).update_one(
        {"_id": f"wrk_{contract_id}_{refusal.code}"}, {"$setOnInsert": document}, upsert=True, session=work.session
    )
