"""What billing knows of contracts and modes: one document for each contract, one for each estate's modes."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any, Final

from kit.caller import Scope
from kit.days import day_of, text_of
from kit.mongo import Document, Reader, UnitOfWork, scoped
from policy.vocabulary import CostBearer, ManagementMode
from services.finance.domain.contract import ContractKind
from services.finance.domain.estate import Estate
from services.finance.domain.service_period import ContractItem, EstateMode, EstateService, FeeContract
from services.finance.domain.visibility import areas_of_estate

FEE_CONTRACTS: Final = "fee_contracts"
FEE_MODES: Final = "fee_modes"


async def find_fee_contracts(reader: Reader, ids: Sequence[str], *, scope: Scope) -> dict[str, FeeContract]:
    """Return the contracts with these ids that the scope sees, by id."""
    cursor = reader.collection(FEE_CONTRACTS).find(scoped(scope, {"_id": {"$in": list(ids)}}), session=reader.session)
    return {document["_id"]: _contract_of(document) for document in await cursor.to_list(len(ids))}


async def find_estate_service(reader: Reader, estate: Estate, *, scope: Scope) -> EstateService:
    """Return who serves the estate when, as far as it was heard."""
    query = scoped(scope, {"estate_id": estate.id})
    contracts = await reader.collection(FEE_CONTRACTS).find(query, session=reader.session).to_list(None)
    modes = await reader.collection(FEE_MODES).find_one(scoped(scope, {"_id": estate.id}), session=reader.session)
    return EstateService(
        estate_id=estate.id,
        community_id=estate.community_id,
        contracts=tuple(_contract_of(document) for document in sorted(contracts, key=lambda one: str(one["_id"]))),
        modes={} if modes is None else {mode.effective_on: mode for mode in map(_mode_of, modes["modes"].values())},
    )


async def save_fee_contract(work: UnitOfWork, contract: FeeContract) -> None:
    """Keep the contract as it now is."""
    document = {
        "district": contract.district,
        "estate_id": contract.estate_id,
        "street_id": contract.street_id,
        "community_id": contract.community_id,
        "provider_id": contract.provider_id,
        "kind": contract.kind.value,
        "decision_id": contract.decision_id,
        "items": [[item.code, item.inside, item.cost_centre] for item in contract.items],
        "started_on": text_of(contract.started_on),
        "ended_on": text_of(contract.ended_on),
        "handover_refused": contract.handover_refused,
        "areas": list(
            areas_of_estate(
                district=contract.district,
                street_id=contract.street_id,
                community_id=contract.community_id,
                estate_id=contract.estate_id,
            )
        ),
    }
    await work.collection(FEE_CONTRACTS).replace_one({"_id": contract.id}, document, upsert=True, session=work.session)


async def save_mode(work: UnitOfWork, estate_id: str, mode: EstateMode, *, areas: tuple[str, ...]) -> None:
    """Keep how an estate is managed from a day on."""
    document = {
        "effective_on": mode.effective_on.isoformat(),
        "mode": None if mode.mode is None else mode.mode.value,
        "contract_id": mode.contract_id,
        "items": list(mode.items),
        "cost_bearer": None if mode.cost_bearer is None else mode.cost_bearer.value,
    }
    await work.collection(FEE_MODES).update_one(
        {"_id": estate_id},
        {"$set": {f"modes.{mode.effective_on.isoformat()}": document, "areas": list(areas)}},
        upsert=True,
        session=work.session,
    )


async def remove_mode(work: UnitOfWork, estate_id: str, effective_on: date) -> None:
    """Take back the mode that was announced for that day."""
    await work.collection(FEE_MODES).update_one(
        {"_id": estate_id}, {"$unset": {f"modes.{effective_on.isoformat()}": ""}}, session=work.session
    )


async def move_fee_service(work: UnitOfWork, estate_id: str, *, areas: tuple[str, ...]) -> None:
    """Let other grants see an estate's contracts and modes."""
    change = {"$set": {"areas": list(areas)}}
    await work.collection(FEE_CONTRACTS).update_many({"estate_id": estate_id}, change, session=work.session)
    await work.collection(FEE_MODES).update_one({"_id": estate_id}, change, session=work.session)


def _contract_of(document: Mapping[str, Any]) -> FeeContract:
    return FeeContract(
        id=document["_id"],
        district=document["district"],
        estate_id=document["estate_id"],
        street_id=document["street_id"],
        community_id=document["community_id"],
        provider_id=document["provider_id"],
        kind=ContractKind(document["kind"]),
        decision_id=document["decision_id"],
        items=tuple(ContractItem(code, inside, centre) for code, inside, centre in document["items"]),
        started_on=day_of(document["started_on"]),
        ended_on=day_of(document["ended_on"]),
        handover_refused=document["handover_refused"],
    )


def _mode_of(document: Document) -> EstateMode:
    bearer = document["cost_bearer"]
    return EstateMode(
        effective_on=date.fromisoformat(document["effective_on"]),
        mode=None if document["mode"] is None else ManagementMode(document["mode"]),
        contract_id=document["contract_id"],
        items=tuple(document["items"]),
        cost_bearer=None if bearer is None else CostBearer(bearer),
    )
