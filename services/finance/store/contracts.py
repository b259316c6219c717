"""The signed contracts as finance knows them, one document each."""

from collections.abc import Sequence
from datetime import date
from typing import Any, Final

from kit.caller import Scope
from kit.days import day_of, text_of
from kit.money import Fen
from kit.mongo import Reader, UnitOfWork, scoped
from services.finance.domain.contract import ContractKind, ServiceContract
from services.finance.domain.visibility import areas_of_estate

CONTRACTS: Final = "contracts"


async def find_contract(reader: Reader, contract_id: str, *, scope: Scope) -> ServiceContract | None:
    """Return the contract, or None if it is unknown or outside the scope."""
    found = await find_contracts(reader, [contract_id], scope=scope)
    return found.get(contract_id)


async def find_contracts(reader: Reader, ids: Sequence[str], *, scope: Scope) -> dict[str, ServiceContract]:
    """Return the contracts with these ids that the scope sees, by id."""
    cursor = reader.collection(CONTRACTS).find(scoped(scope, {"_id": {"$in": list(ids)}}), session=reader.session)
    return {document["_id"]: _contract_of(document) for document in await cursor.to_list(len(ids))}


async def find_contract_ids_of_estate(reader: Reader, estate_id: str, *, scope: Scope) -> list[str]:
    """Return the ids of an estate's contracts, sorted."""
    return await _ids(reader, {"estate_id": estate_id}, scope=scope)


async def find_contract_ids_of_decision(reader: Reader, decision_id: str, *, scope: Scope) -> list[str]:
    """Return the ids of the contracts that rest on a joint decision, sorted."""
    return await _ids(reader, {"decision_id": decision_id}, scope=scope)


async def find_waiting_contract_ids(reader: Reader, *, scope: Scope) -> list[str]:
    """Return the ids of the contracts that wait until their district's policy is in force, sorted."""
    return await _ids(reader, {"awaits_policy": True}, scope=scope)


async def save_contract(work: UnitOfWork, contract: ServiceContract) -> None:
    """Keep the contract as it now is."""
    document = {
        "district": contract.district,
        "estate_id": contract.estate_id,
        "street_id": contract.street_id,
        "community_id": contract.community_id,
        "provider_id": contract.provider_id,
        "kind": contract.kind.value,
        "signed_on": contract.signed_on.isoformat(),
        "from": contract.from_.isoformat(),
        "signed_by_body": contract.signed_by_body,
        "decision_id": contract.decision_id,
        "deposit_rate": contract.deposit_rate,
        "service_start_on": None if contract.service_start_on is None else contract.service_start_on.isoformat(),
        "awaits_policy": contract.awaits_policy,
        "exit_noticed_on": text_of(contract.exit_noticed_on),
        "may_end_on": text_of(contract.may_end_on),
        "ended_on": None if contract.ended_on is None else contract.ended_on.isoformat(),
        "handover_accepted": contract.handover_accepted,
        "superseded_by": contract.superseded_by,
        "number": contract.number,
        "areas": list(
            areas_of_estate(
                district=contract.district,
                street_id=contract.street_id,
                community_id=contract.community_id,
                estate_id=contract.estate_id,
            )
        ),
    }
    await work.collection(CONTRACTS).replace_one({"_id": contract.id}, document, upsert=True, session=work.session)


async def _ids(reader: Reader, query: dict[str, Any], *, scope: Scope) -> list[str]:
    cursor = reader.collection(CONTRACTS).find(scoped(scope, query), {"_id": 1}, session=reader.session)
    return sorted(document["_id"] for document in await cursor.to_list(None))


def _contract_of(document: dict[str, Any]) -> ServiceContract:
    rate, start = document["deposit_rate"], document["service_start_on"]
    ended_on = document.get("ended_on")
    return ServiceContract(
        id=document["_id"],
        district=document["district"],
        estate_id=document["estate_id"],
        street_id=document["street_id"],
        community_id=document["community_id"],
        provider_id=document["provider_id"],
        kind=ContractKind(document["kind"]),
        signed_on=date.fromisoformat(document["signed_on"]),
        from_=date.fromisoformat(document["from"]),
        signed_by_body=document["signed_by_body"],
        decision_id=document["decision_id"],
        deposit_rate=None if rate is None else Fen(rate),
        service_start_on=None if start is None else date.fromisoformat(start),
        awaits_policy=document["awaits_policy"],
        exit_noticed_on=day_of(document.get("exit_noticed_on")),
        may_end_on=day_of(document.get("may_end_on")),
        ended_on=None if ended_on is None else date.fromisoformat(ended_on),
        handover_accepted=document.get("handover_accepted"),
        superseded_by=document.get("superseded_by"),
        number=document.get("number", ""),
    )
