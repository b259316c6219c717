"""Attach a provider's public promise to its contract, and record which single services others do."""

from dataclasses import dataclass

from kit.idempotency import Outcome
from kit.mongo import UnitOfWork
from services.registry.domain.contract import require_running
from services.registry.domain.contract_terms import Promise, Subcontract, check_subcontract, checked_promise
from services.registry.store.contracts import contract_of, save_promise, save_subcontract
from services.registry.store.documents import document_of
from services.registry.store.providers import provider_of
from services.registry.use_cases.roles import NOTICE_EXITS, SIGN_CONTRACTS


@dataclass(frozen=True, kw_only=True)
class AttachPromise:
    """A promise that a provider made in public."""

    contract_id: str
    promise: Promise


@dataclass(frozen=True, kw_only=True)
class RecordSubcontract:
    """A single service that another provider does."""

    contract_id: str
    subcontract: Subcontract


async def attach_promise(work: UnitOfWork, command: AttachPromise) -> Outcome:
    """Attach the promise: what a provider promises in public is part of its contract (Civil Code, art. 938)."""
    work.caller.require_role(*NOTICE_EXITS)
    contract = await contract_of(work, command.contract_id)
    require_running(contract.state)
    if command.promise.document_id is not None:
        await document_of(work, command.promise.document_id)
    promise = checked_promise(command.promise, today=work.today, promise_count=len(contract.promises))
    await save_promise(work, contract, promise)
    return Outcome(entity_ids={"contract": contract.id})


async def record_subcontract(work: UnitOfWork, command: RecordSubcontract) -> Outcome:
    """Record the subcontract: single services only, never the whole, not by splitting it up (Civil Code, art. 941)."""
    work.caller.require_role(*SIGN_CONTRACTS)
    contract = await contract_of(work, command.contract_id)
    require_running(contract.state)
    provider = await provider_of(work, command.subcontract.provider_id)
    check_subcontract(
        command.subcontract,
        items=contract.items,
        existing=contract.subcontracts,
        provider_id=contract.provider_id,
    )
    await save_subcontract(work, contract, command.subcontract)
    return Outcome(entity_ids={"contract": contract.id, "subcontractor": provider.id})
