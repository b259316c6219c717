"""Property service contracts with everything they state, and the advices to end them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from kit.caller import Scope
from kit.errors import NotFound
from kit.money import Fen
from kit.mongo import ConcurrentChange, Reader, UnitOfWork, scoped
from kit.ratio import Ratio
from services.registry.domain.contract import (
    ContractKind,
    ContractNumberTaken,
    ContractState,
    DepositStatus,
    DepositTerms,
    DisclosureInterval,
    RemunerationKind,
    ServiceItem,
    SurplusRule,
    Tender,
    TenderMethod,
    TrustTerms,
)
from services.registry.domain.estate import OwnersBody
from services.registry.domain.territory import Place, public_areas
from services.registry.store.days import day_of, text_of
from services.registry.store.duplicates import refused_when_taken

CONTRACTS = "contracts"


@dataclass(frozen=True, kw_only=True)
class TerminationAdvice:
    """A written advice to end the contract; it ends nothing by itself (ZG-15)."""

    blacklist_entry_id: str
    reason: str
    issued_on: date
    issued_to: str
    document_id: str


@dataclass(frozen=True, kw_only=True)
class ContractRecord:
    """A contract as it is stored."""

    id: str
    number: str
    estate_id: str
    place: Place
    provider_id: str
    kind: ContractKind
    state: ContractState
    signed_on: date
    from_: date
    to: date | None
    signed_by_body: OwnersBody
    decision_id: str | None
    items: tuple[ServiceItem, ...]
    deposit: DepositTerms
    trust: TrustTerms | None
    tender: Tender | None
    service_start_on: date | None = None
    ended_on: date | None = None
    advices: tuple[TerminationAdvice, ...] = ()
    version: int = 1


class ContractNotFound(NotFound):
    """No contract of this id, or it lies outside the caller's scope."""


async def add_contract(work: UnitOfWork, contract: ContractRecord) -> None:
    """Save a new contract; raises ContractNumberTaken when one has the number."""
    with refused_when_taken(
        ContractNumberTaken(
            "a contract is registered under this number", path=("input", "number"), value=contract.number
        )
    ):
        await work.collection(CONTRACTS).insert_one(_document(contract), session=work.session)


async def contract_of(work: UnitOfWork, contract_id: str) -> ContractRecord:
    """Return the contract if the caller's scope covers it; raises ContractNotFound."""
    query = scoped(work.caller.scope, {"_id": contract_id})
    document = await work.collection(CONTRACTS).find_one(query, session=work.session)
    if document is None:
        raise ContractNotFound("no contract of this id", path=("input", "contractId"), value=contract_id)
    return _contract(document)


async def find_contracts(reader: Reader, ids: Sequence[str], *, scope: Scope) -> list[ContractRecord]:
    """Return the contracts of these ids that the scope covers, in any order."""
    cursor = reader.collection(CONTRACTS).find(scoped(scope, {"_id": {"$in": list(ids)}}), session=reader.session)
    return [_contract(document) async for document in cursor]


async def find_contracts_of_estates(reader: Reader, estate_ids: Sequence[str], *, scope: Scope) -> list[ContractRecord]:
    """Return all contracts of the estates that the scope covers, the latest signed first; an estate has a few."""
    query = scoped(scope, {"estate_id": {"$in": list(estate_ids)}})
    found = [_contract(document) async for document in reader.collection(CONTRACTS).find(query, session=reader.session)]
    return sorted(found, key=lambda contract: (contract.signed_on, contract.id), reverse=True)


async def find_contracts_of_providers(
    reader: Reader, provider_ids: Sequence[str], states: Sequence[ContractState], *, scope: Scope
) -> list[ContractRecord]:
    """Return the providers' contracts in these states that the scope covers, the latest signed first."""
    query = scoped(
        scope,
        {"provider_id": {"$in": list(provider_ids)}, "state": {"$in": [state.value for state in states]}},
    )
    found = [_contract(document) async for document in reader.collection(CONTRACTS).find(query, session=reader.session)]
    return sorted(found, key=lambda contract: (contract.signed_on, contract.id), reverse=True)


async def save_start(work: UnitOfWork, contract: ContractRecord, *, service_start_on: date) -> None:
    """Save that service began; raises ConcurrentChange if the contract changed since it was read."""
    await _update(
        work,
        contract,
        {"state": ContractState.ACTIVE.value, "service_start_on": text_of(service_start_on)},
    )


async def save_end(work: UnitOfWork, contract: ContractRecord, *, ended_on: date) -> None:
    """Save that the contract ended; raises ConcurrentChange if the contract changed since it was read."""
    await _update(work, contract, {"state": ContractState.TERMINATED.value, "ended_on": text_of(ended_on)})


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


async def _update(work: UnitOfWork, contract: ContractRecord, values: dict[str, Any]) -> None:
    result = await work.collection(CONTRACTS).update_one(
        {"_id": contract.id, "version": contract.version},
        {"$set": values, "$inc": {"version": 1}},
        session=work.session,
    )
    if result.matched_count != 1:
        raise ConcurrentChange(f"contract {contract.id} changed")


def _document(contract: ContractRecord) -> dict[str, Any]:
    trust, tender = contract.trust, contract.tender
    return {
        "_id": contract.id,
        "number": contract.number,
        "estate_id": contract.estate_id,
        "district": contract.place.district,
        "street_id": contract.place.street_id,
        "community_id": contract.place.community_id,
        "provider_id": contract.provider_id,
        "kind": contract.kind.value,
        "state": contract.state.value,
        "signed_on": text_of(contract.signed_on),
        "from": text_of(contract.from_),
        "to": text_of(contract.to),
        "signed_by_body": contract.signed_by_body.value,
        "decision_id": contract.decision_id,
        "items": [
            {
                "code": item.code,
                "inside": item.inside,
                "menu": item.menu,
                "description": item.description,
                "standard": item.standard,
                "price": item.price,
                "price_unit": item.price_unit,
            }
            for item in contract.items
        ],
        "deposit": {"status": contract.deposit.status.value, "rate_per_m2": contract.deposit.rate_per_m2},
        "trust": None
        if trust is None
        else {
            "remuneration_kind": trust.remuneration_kind.value,
            "remuneration_rate": trust.remuneration_rate,
            "remuneration_fixed": trust.remuneration_fixed,
            "dual_sign_above": trust.dual_sign_above,
            "disclosure_every": trust.disclosure_every.value,
            "surplus_rule": trust.surplus_rule.value,
        },
        "tender": None
        if tender is None
        else {
            "method": tender.method.value,
            "reference": tender.reference,
            "awarded_on": text_of(tender.awarded_on),
        },
        "service_start_on": text_of(contract.service_start_on),
        "ended_on": text_of(contract.ended_on),
        "advices": [],
        "version": contract.version,
        "areas": public_areas(contract.place, contract.estate_id),
    }


def _contract(document: Mapping[str, Any]) -> ContractRecord:
    rate = document["deposit"]["rate_per_m2"]
    return ContractRecord(
        id=document["_id"],
        number=document["number"],
        estate_id=document["estate_id"],
        place=Place(document["district"], document["street_id"], document["community_id"]),
        provider_id=document["provider_id"],
        kind=ContractKind(document["kind"]),
        state=ContractState(document["state"]),
        signed_on=date.fromisoformat(document["signed_on"]),
        from_=date.fromisoformat(document["from"]),
        to=day_of(document["to"]),
        signed_by_body=OwnersBody(document["signed_by_body"]),
        decision_id=document["decision_id"],
        items=tuple(
            ServiceItem(
                code=item["code"],
                inside=item["inside"],
                menu=item["menu"],
                description=item["description"],
                standard=item["standard"],
                price=Fen(item["price"]),
                price_unit=item["price_unit"],
            )
            for item in document["items"]
        ),
        deposit=DepositTerms(DepositStatus(document["deposit"]["status"]), None if rate is None else Fen(rate)),
        trust=None if document["trust"] is None else _trust(document["trust"]),
        tender=None if document["tender"] is None else _tender(document["tender"]),
        service_start_on=day_of(document["service_start_on"]),
        ended_on=day_of(document["ended_on"]),
        advices=tuple(
            TerminationAdvice(
                blacklist_entry_id=advice["blacklist_entry_id"],
                reason=advice["reason"],
                issued_on=date.fromisoformat(advice["issued_on"]),
                issued_to=advice["issued_to"],
                document_id=advice["document_id"],
            )
            for advice in document["advices"]
        ),
        version=document["version"],
    )


def _trust(document: Mapping[str, Any]) -> TrustTerms:
    rate, fixed = document["remuneration_rate"], document["remuneration_fixed"]
    return TrustTerms(
        remuneration_kind=RemunerationKind(document["remuneration_kind"]),
        remuneration_rate=None if rate is None else Ratio(rate),
        remuneration_fixed=None if fixed is None else Fen(fixed),
        dual_sign_above=Fen(document["dual_sign_above"]),
        disclosure_every=DisclosureInterval(document["disclosure_every"]),
        surplus_rule=SurplusRule(document["surplus_rule"]),
    )


def _tender(document: Mapping[str, Any]) -> Tender:
    return Tender(
        method=TenderMethod(document["method"]),
        reference=document["reference"],
        awarded_on=date.fromisoformat(document["awarded_on"]),
    )
