"""How people see what cites an annulled decision: a work item each, and nothing is undone (P22)."""

from collections.abc import Iterable
from typing import Final

from kit.errors import DecisionMissing
from kit.events import ReceivedEvent
from kit.mongo import UnitOfWork
from kit.work_items import open_work_item
from services.finance.use_cases.annul_decision import Citing

LISTENER: Final = "finance_from_registry"


class DecisionAnnulled(DecisionMissing):
    """What rests on a joint decision that a court annulled is on hold until people decide (P22)."""


async def list_citing(work: UnitOfWork, event: ReceivedEvent, citing: Iterable[Citing], *, decision_id: str) -> None:
    """Open a work item for each thing that cites the annulled decision."""
    for one in citing:
        refusal = DecisionAnnulled(f"the joint decision was annulled: {one.what}", value=decision_id)
        await open_work_item(work, listener=LISTENER, event=event, refusal=refusal, aggregate_id=one.id)
