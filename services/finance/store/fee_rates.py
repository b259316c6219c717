"""The fee rates, one document each, and the spaces and uses that some of them count."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any, Final

from pymongo import ReplaceOne
from pymongo.errors import DuplicateKeyError

from kit.caller import Scope
from kit.ids import new_id
from kit.money import Fen
from kit.mongo import ConcurrentChange, Document, Reader, UnitOfWork, scoped
from services.finance.domain.bill import FeeUnit
from services.finance.domain.bill_run import UnitSpell
from services.finance.domain.fee_rate import FeeRate

FEE_RATES: Final = "fee_rates"
FEE_UNITS: Final = "fee_units"


async def find_rates_of_estate(reader: Reader, estate_id: str, *, scope: Scope) -> list[FeeRate]:
    """Return an estate's rates of all its contracts and its own, by item and first day."""
    query = scoped(scope, {"estate_id": estate_id})
    documents = await reader.collection(FEE_RATES).find(query, session=reader.session).to_list(None)
    return _sorted([_rate_of(document) for document in documents])


async def find_own_rates_of_estates(
    reader: Reader, estate_ids: Sequence[str], *, scope: Scope
) -> dict[str, list[FeeRate]]:
    """Return the rates that each estate has without a contract, by item and first day."""
    query = scoped(scope, {"estate_id": {"$in": list(estate_ids)}, "contract_id": None})
    documents = await reader.collection(FEE_RATES).find(query, session=reader.session).to_list(None)
    found: dict[str, list[FeeRate]] = {}
    for rate in _sorted([_rate_of(document) for document in documents]):
        found.setdefault(rate.estate_id, []).append(rate)
    return found


async def find_rates_of_contracts(
    reader: Reader, contract_ids: Sequence[str], *, scope: Scope
) -> dict[str, list[FeeRate]]:
    """Return each contract's rates, by item and first day."""
    query = scoped(scope, {"contract_id": {"$in": list(contract_ids)}})
    documents = await reader.collection(FEE_RATES).find(query, session=reader.session).to_list(None)
    found: dict[str, list[FeeRate]] = {}
    for rate in _sorted([_rate_of(document) for document in documents]):
        found.setdefault(rate.contract_id or "", []).append(rate)
    return found


async def save_rates(work: UnitOfWork, rates: Sequence[FeeRate], *, areas: tuple[str, ...]) -> None:
    """Keep rates as they now are; an item of a tariff has one from a day on (unique index)."""
    try:
        await work.collection(FEE_RATES).bulk_write(
            [ReplaceOne({"_id": rate.id}, _document_of(rate, areas), upsert=True) for rate in rates],
            session=work.session,
        )
    except DuplicateKeyError as error:
        raise ConcurrentChange("one of the rates is being set") from error


async def move_rates_of_estate(work: UnitOfWork, estate_id: str, *, areas: tuple[str, ...]) -> None:
    """Let other grants see an estate's rates."""
    await work.collection(FEE_RATES).update_many(
        {"estate_id": estate_id}, {"$set": {"areas": list(areas)}}, session=work.session
    )


async def insert_units(work: UnitOfWork, estate_id: str, units: UnitSpell, *, areas: tuple[str, ...]) -> None:
    """Keep spaces that a part has over some days, or uses on one day."""
    document = {
        "_id": new_id("fun"),
        "estate_id": estate_id,
        "part_id": units.part_id,
        "item_code": units.item_code,
        "from": units.from_.isoformat(),
        "to": None if units.to is None else units.to.isoformat(),
        "quantity": units.quantity,
        "areas": list(areas),
    }
    await work.collection(FEE_UNITS).insert_one(document, session=work.session)


async def end_units(work: UnitOfWork, part_id: str, item_code: str, *, last: date) -> None:
    """End the spaces of a part that go on, with that day as their last."""
    await work.collection(FEE_UNITS).update_many(
        {"part_id": part_id, "item_code": item_code, "to": None},
        {"$set": {"to": last.isoformat()}},
        session=work.session,
    )


async def find_units_of_parts(
    reader: Reader, estate_id: str, *, first: str, last: str, scope: Scope
) -> dict[str, list[UnitSpell]]:
    """Return the spaces and uses of an estate's parts whose ids lie between two, both included, by part."""
    query = scoped(scope, {"estate_id": estate_id, "part_id": {"$gte": first, "$lte": last}})
    found: dict[str, list[UnitSpell]] = {}
    async for document in reader.collection(FEE_UNITS).find(query, session=reader.session):
        found.setdefault(document["part_id"], []).append(_unit_of(document))
    return found


def _sorted(rates: Sequence[FeeRate]) -> list[FeeRate]:
    return sorted(rates, key=lambda rate: (rate.item_code, rate.contract_id or "", rate.effective_from))


def _document_of(rate: FeeRate, areas: tuple[str, ...]) -> Document:
    return {
        "_id": rate.id,
        "estate_id": rate.estate_id,
        "contract_id": rate.contract_id,
        "item_code": rate.item_code,
        "unit": rate.unit.value,
        "rate": rate.rate,
        "effective_from": rate.effective_from.isoformat(),
        "effective_to": None if rate.effective_to is None else rate.effective_to.isoformat(),
        "price_marked_on": None if rate.price_marked_on is None else rate.price_marked_on.isoformat(),
        "decision_id": rate.decision_id,
        "areas": list(areas),
    }


def _rate_of(document: Mapping[str, Any]) -> FeeRate:
    to, marked = document["effective_to"], document["price_marked_on"]
    return FeeRate(
        id=document["_id"],
        estate_id=document["estate_id"],
        contract_id=document["contract_id"],
        item_code=document["item_code"],
        unit=FeeUnit(document["unit"]),
        rate=Fen(document["rate"]),
        effective_from=date.fromisoformat(document["effective_from"]),
        effective_to=None if to is None else date.fromisoformat(to),
        price_marked_on=None if marked is None else date.fromisoformat(marked),
        decision_id=document["decision_id"],
    )


def _unit_of(document: Mapping[str, Any]) -> UnitSpell:
    return UnitSpell(
        part_id=document["part_id"],
        item_code=document["item_code"],
        from_=date.fromisoformat(document["from"]),
        to=None if document["to"] is None else date.fromisoformat(document["to"]),
        quantity=document["quantity"],
    )
