"""Property service contracts with everything they state, the steps of their exit, and the advices to end them."""

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

from kit.caller import Scope
from kit.days import text_of
from kit.errors import NotFound
from kit.mongo import ConcurrentChange, Reader, UnitOfWork, scoped
from services.registry.domain.contract import ContractNumberTaken
from services.registry.domain.contract_exit import EndCause, ExitNotice, HandedOver, StepTaken
from services.registry.domain.contract_state import ContractState
from services.registry.domain.contract_terms import Promise, Subcontract
from services.registry.domain.overdue_deposit import DepositMarks
from services.registry.store.contract_documents import (
    ContractRecord,
    TerminationAdvice,
    contract_document,
    contract_record,
    deposit_marks_document,
    handed_over_document,
    notice_document,
    promise_document,
    step_document,
    subcontract_document,
)
from services.registry.store.duplicates import refused_when_taken

CONTRACTS = "contracts"


class ContractNotFound(NotFound):
    """No contract of this id, or it lies outside the caller's scope."""


async def add_contract(work: UnitOfWork, contract: ContractRecord) -> None:
    """Save a new contract; raises ContractNumberTaken when one has the number."""
    with refused_when_taken(
        ContractNumberTaken(
            "a contract is registered under this number", path=("input", "number"), value=contract.number
        )
    ):
        await work.collection(CONTRACTS).insert_one(contract_document(contract), session=work.session)


async def contract_of(work: UnitOfWork, contract_id: str) -> ContractRecord:
    """Return the contract if the caller's scope covers it; raises ContractNotFound."""
    query = scoped(work.caller.scope, {"_id": contract_id})
    document = await work.collection(CONTRACTS).find_one(query, session=work.session)
    if document is None:
        raise ContractNotFound("no contract of this id", path=("input", "contractId"), value=contract_id)
    return contract_record(document)


async def find_contracts(reader: Reader, ids: Sequence[str], *, scope: Scope) -> list[ContractRecord]:
    """Return the contracts of these ids that the scope covers, in any order."""
    cursor = reader.collection(CONTRACTS).find(scoped(scope, {"_id": {"$in": list(ids)}}), session=reader.session)
    return [contract_record(document) async for document in cursor]


async def find_contracts_of_estates(reader: Reader, estate_ids: Sequence[str], *, scope: Scope) -> list[ContractRecord]:
    """Return all contracts of the estates that the scope covers, the latest signed first; an estate has a few."""
    query = scoped(scope, {"estate_id": {"$in": list(estate_ids)}})
    found = [
        contract_record(document) async for document in reader.collection(CONTRACTS).find(query, session=reader.session)
    ]
    return sorted(found, key=_signing_order, reverse=True)


async def find_contracts_of_providers(
    reader: Reader, provider_ids: Sequence[str], states: Sequence[ContractState], *, scope: Scope
) -> list[ContractRecord]:
    """Return the providers' contracts in these states that the scope covers, the latest signed first."""
    query = scoped(
        scope,
        {"provider_id": {"$in": list(provider_ids)}, "state": {"$in": [state.value for state in states]}},
    )
    found = [
        contract_record(document) async for document in reader.collection(CONTRACTS).find(query, session=reader.session)
    ]
    return sorted(found, key=_signing_order, reverse=True)


async def find_contracts_of_bundles(reader: Reader, bundle_ids: Sequence[str], *, scope: Scope) -> list[ContractRecord]:
    """Return the contracts of the bundles' estates that the scope covers, the earliest signed first."""
    query = scoped(scope, {"bundle_id": {"$in": list(bundle_ids)}})
    found = [
        contract_record(document) async for document in reader.collection(CONTRACTS).find(query, session=reader.session)
    ]
    return sorted(found, key=_signing_order)


async def page_of_ending_contracts(
    reader: Reader, *, from_: date, until: date, scope: Scope, after: str | None, limit: int
) -> list[ContractRecord]:
    """Return at most `limit` served contracts, no exit begun, whose term ends from one day to another, both included.

    They come in the order of their last days after a place in it; one declared index, bounded at both ends.
    """
    in_order = {"$gt": after or from_.isoformat(), "$lt": (until + timedelta(days=1)).isoformat()}
    conditions = {"state": ContractState.ACTIVE.value, "ends_key": in_order}
    grants = scope.area_filter()
    # One equality per grant walks (areas, ends_key); the embedded store would walk all for an `$in` with a sort.
    queries = [conditions] if grants is None else [{"areas": grant, **conditions} for grant in grants]
    found: dict[str, ContractRecord] = {}
    for query in queries:
        cursor = reader.collection(CONTRACTS).find(query, session=reader.session).sort("ends_key", 1).limit(limit)
        found.update({document["ends_key"]: contract_record(document) async for document in cursor})
    return [found[key] for key in sorted(found)[:limit]]


async def save_signature(work: UnitOfWork, before: ContractRecord, signed: ContractRecord) -> None:
    """Save a signed draft whole; raises ConcurrentChange if the contract changed since it was read."""
    document = contract_document(signed)
    kept = ("_id", "version", "advices", "areas")
    await _update(work, before, {name: value for name, value in document.items() if name not in kept})


async def save_start(
    work: UnitOfWork, contract: ContractRecord, *, state: ContractState, service_start_on: date
) -> None:
    """Save that service began; raises ConcurrentChange if the contract changed since it was read."""
    await _update(work, contract, {"state": state.value, "service_start_on": text_of(service_start_on)})


async def save_superseded(work: UnitOfWork, contract: ContractRecord, *, state: ContractState, ended_on: date) -> None:
    """Save that a later contract ended this one; raises ConcurrentChange if it changed since it was read."""
    await _update(work, contract, {"state": state.value, "ended_on": text_of(ended_on)})


async def save_exit_step(
    work: UnitOfWork,
    contract: ContractRecord,
    *,
    state: ContractState,
    step: StepTaken,
    notice: ExitNotice | None = None,
) -> None:
    """Save a step of the exit, the first with its notice; raises ConcurrentChange if the contract changed."""
    values: dict[str, Any] = {"state": state.value}
    if notice is not None:
        values["notice"] = notice_document(notice)
    await _update(work, contract, values, push={"steps": step_document(step)})


async def save_handed_over(work: UnitOfWork, contract: ContractRecord, handed: HandedOver) -> None:
    """Save an accepted group of the handover checklist; raises ConcurrentChange if the contract changed."""
    await _update(work, contract, {}, push={"handed_over": handed_over_document(handed)})


async def save_end(
    work: UnitOfWork, contract: ContractRecord, *, state: ContractState, ended_on: date, cause: EndCause
) -> None:
    """Save that the exit is over; raises ConcurrentChange if the contract changed since it was read."""
    await _update(work, contract, {"state": state.value, "ended_on": text_of(ended_on), "end_cause": cause.value})


async def save_promise(work: UnitOfWork, contract: ContractRecord, promise: Promise) -> None:
    """Save one more promise of the provider; raises ConcurrentChange if the contract changed."""
    await _update(work, contract, {}, push={"promises": promise_document(promise)})


async def save_subcontract(work: UnitOfWork, contract: ContractRecord, subcontract: Subcontract) -> None:
    """Save one more subcontract; raises ConcurrentChange if the contract changed, so that the sum stays checked."""
    await _update(work, contract, {}, push={"subcontracts": subcontract_document(subcontract)})


async def save_deposit_marks(work: UnitOfWork, contract: ContractRecord, marks: DepositMarks) -> None:
    """Save what is overdue of the contract's deposits, if it changed; raises ConcurrentChange if the contract did."""
    if marks != contract.deposit_marks:
        await _update(work, contract, {"deposit_marks": deposit_marks_document(marks)})


async def add_advice(work: UnitOfWork, contract_id: str, advice: TerminationAdvice) -> bool:
    """Add the advice unless the contract has one for the same entry of the blacklist; return whether it was added."""
    result = await work.collection(CONTRACTS).update_one(
        {"_id": contract_id, "advices.blacklist_entry_id": {"$ne": advice.blacklist_entry_id}},
        {
            "$push": {
                "advices": {
                    "blacklist_entry_id": advice.blacklist_entry_id,
                    "reason": advice.reason,
                    "issued_on": text_of(advice.issued_on),
                    "issued_to": advice.issued_to,
                    "document_id": advice.document_id,
                }
            },
            "$inc": {"version": 1},
        },
        session=work.session,
    )
    return result.matched_count == 1


async def _update(
    work: UnitOfWork, contract: ContractRecord, values: dict[str, Any], *, push: dict[str, Any] | None = None
) -> None:
    change: dict[str, Any] = {"$inc": {"version": 1}}
    if values:
        change["$set"] = values
    if push is not None:
        change["$push"] = push
    result = await work.collection(CONTRACTS).update_one(
        {"_id": contract.id, "version": contract.version}, change, session=work.session
    )
    if result.matched_count != 1:
        raise ConcurrentChange(f"contract {contract.id} changed")


def _signing_order(contract: ContractRecord) -> tuple[date, str]:
    """Drafts come after everything that was signed, so first in the reverse order."""
    return (contract.signed_on or date.max, contract.id)
