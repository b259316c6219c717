"""Work items that a reaction opens itself: the fact it heard is fine, but another thing it led to is refused.

A refused reaction becomes a work item by itself, and what it wrote is undone (see `kit.inbox`). Where one fact leads
to many things, such as a policy that decides all contracts that waited for it, the refusal of one must not undo the
others.
"""

from kit.errors import Refusal
from kit.events import ReceivedEvent
from kit.inbox import WORK_ITEMS
from kit.mongo import UnitOfWork


async def open_work_item(
    work: UnitOfWork, *, listener: str, event: ReceivedEvent, refusal: Refusal, aggregate_id: str
) -> None:
    """Open a work item about what was refused, `aggregate_id`; the same refusal of it is one item, however often met.

    `listener` names who listens to whom, such as "finance_from_registry", and `event` is what led here.
    """
    document = {
        "areas": [f"district:{event.district}"],
        "state": "OPEN",
        "listener": listener,
        "event_id": event.id,
        "event_type": event.type,
        "district": event.district,
        "aggregate_id": aggregate_id,
        "estate_id": event.estate_id,
        "code": refusal.code,
        "message": refusal.message,
        "path": list(refusal.path),
        "value": refusal.value,
        "opened_at": work.now,
    }
    await work.collection(WORK_ITEMS).update_one(
        {"_id": f"wrk_{listener}_{aggregate_id}_{refusal.code}"},
        {"$setOnInsert": document},
        upsert=True,
        session=work.session,
    )
