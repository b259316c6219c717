"""The terms of a contract that waited are refused under the policy now in force: people see it, it waits no more."""

from kit.errors import Refusal
from kit.events import ReceivedEvent
from kit.mongo import UnitOfWork
from kit.work_items import open_work_item
from services.trust.domain.trust_contract import TrustContract
from services.trust.store.trust_contracts import save_trust_contract

LISTENER = "trust_from_registry"


async def refuse_trust_terms(
    work: UnitOfWork, contract: TrustContract, refusal: Refusal, *, event: ReceivedEvent
) -> None:
    """Keep the contract without terms and open a work item; the event that led here is fine in itself."""
    await save_trust_contract(work, contract, awaits_policy=False)
    await open_work_item(work, listener=LISTENER, event=event, refusal=refusal, aggregate_id=contract.id)
