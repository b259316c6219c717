"""The performance deposits, one document for each contract and contract year."""

from collections.abc import Sequence
from datetime import date
from typing import Any, Final

from pymongo.errors import DuplicateKeyError

from kit.area import Area
from kit.caller import Scope
from kit.days import day_of, text_of
from kit.explanation import Explanation
from kit.money import Fen
from kit.mongo import ConcurrentChange, Reader, UnitOfWork, scoped
from policy.vocabulary import CustodyKind
from services.finance.domain.deposit import (
    ClaimKind,
    DepositPrecondition,
    Hold,
    Holding,
    OpenClaim,
    PerformanceDeposit,
)
from services.finance.domain.deposit_amount import ClampReason
from services.finance.domain.deposit_state import DepositState

DEPOSITS: Final = "deposits"
_EARLIEST: Final = "0001-01-01"


async def find_deposits(reader: Reader, ids: Sequence[str], *, scope: Scope) -> dict[str, PerformanceDeposit]:
    """Return the deposits with these ids that the scope sees, by id."""
    cursor = reader.collection(DEPOSITS).find(scoped(scope, {"_id": {"$in": list(ids)}}), session=reader.session)
    return {document["_id"]: _deposit_of(document) for document in await cursor.to_list(len(ids))}


async def find_deposit(reader: Reader, deposit_id: str, *, scope: Scope) -> PerformanceDeposit | None:
    """Return the deposit, or None if it is unknown or outside the scope."""
    return (await find_deposits(reader, [deposit_id], scope=scope)).get(deposit_id)


async def find_deposits_of_contracts(
    reader: Reader, contract_ids: Sequence[str], *, scope: Scope
) -> dict[str, list[PerformanceDeposit]]:
    """Return the deposits of contracts, by contract, the first year first."""
    query = scoped(scope, {"contract_id": {"$in": list(contract_ids)}})
    cursor = reader.collection(DEPOSITS).find(query, session=reader.session)
    return _grouped("contract_id", await cursor.to_list(None))


async def find_deposits_of_estates(
    reader: Reader, estate_ids: Sequence[str], *, scope: Scope
) -> dict[str, list[PerformanceDeposit]]:
    """Return the deposits of estates, by estate, the earliest agreed first."""
    query = scoped(scope, {"estate_id": {"$in": list(estate_ids)}})
    cursor = reader.collection(DEPOSITS).find(query, session=reader.session)
    return _grouped("estate_id", await cursor.to_list(None))


async def insert_deposit(work: UnitOfWork, deposit: PerformanceDeposit, *, areas: tuple[str, ...]) -> None:
    """Keep a new deposit; a second one of the same contract and year is another unit's, and this one runs again."""
    document = {"_id": deposit.id, **_document_of(deposit), "areas": list(areas)}
    try:
        await work.collection(DEPOSITS).insert_one(document, session=work.session)
    except DuplicateKeyError as error:
        raise ConcurrentChange(f"contract {deposit.contract_id} got its deposit meanwhile") from error


async def save_deposit(work: UnitOfWork, deposit: PerformanceDeposit) -> None:
    """Keep the deposit as it now is; two units that change one deposit meet here, and the later one runs again."""
    await work.collection(DEPOSITS).update_one(
        {"_id": deposit.id}, {"$set": _document_of(deposit)}, session=work.session
    )


async def move_estate_records(work: UnitOfWork, estate_id: str, *, areas: tuple[str, ...]) -> None:
    """Let other grants see an estate's deposits."""
    await work.collection(DEPOSITS).update_many(
        {"estate_id": estate_id}, {"$set": {"areas": list(areas)}}, session=work.session
    )


async def find_beginning_years(reader: Reader, *, by: date, scope: Scope) -> list[str]:
    """Return the ids of deposits whose next contract year begins on that day or before, the earliest first."""
    return await _due(reader, "next_year_on", {"$gte": _EARLIEST, "$lte": by.isoformat()}, scope=scope)


async def find_newly_overdue(reader: Reader, *, today: date, scope: Scope) -> list[str]:
    """Return the ids of deposits whose due day is over, with money missing and not announced, the earliest first."""
    days = {"$gte": _EARLIEST, "$lt": today.isoformat()}
    return await _due(reader, "unannounced_due_on", days, scope=scope)


async def find_waiting_for_account(reader: Reader, *, today: date, scope: Scope) -> list[str]:
    """Return the ids of deposits on their way to the owners of which today's reminder was not given."""
    return await _due(reader, "reminder_on", {"$gte": _EARLIEST, "$lte": today.isoformat()}, scope=scope)


async def _due(reader: Reader, name: str, days: dict[str, str], *, scope: Scope) -> list[str]:
    cursor = reader.collection(DEPOSITS).find(scoped(scope, {name: days}), {"_id": 1}, session=reader.session)
    return [document["_id"] for document in await cursor.sort(name, 1).to_list(None)]


def _grouped(name: str, documents: list[dict[str, Any]]) -> dict[str, list[PerformanceDeposit]]:
    grouped: dict[str, list[PerformanceDeposit]] = {}
    for document in sorted(documents, key=lambda one: (one["agreed_on"], one["contract_id"], one["contract_year"])):
        grouped.setdefault(document[name], []).append(_deposit_of(document))
    return grouped


def _document_of(deposit: PerformanceDeposit) -> dict[str, Any]:
    return {
        "district": deposit.district,
        "estate_id": deposit.estate_id,
        "contract_id": deposit.contract_id,
        "provider_id": deposit.provider_id,
        "contract_year": deposit.contract_year,
        "agreed_on": deposit.agreed_on.isoformat(),
        "state": deposit.state.value,
        "state_since": deposit.state_since.isoformat(),
        "managers": list(deposit.managers),
        "policy_version_id": deposit.policy_version_id,
        "due_on": deposit.due_on.isoformat(),
        "first_custody": None if deposit.first_custody is None else deposit.first_custody.value,
        "awaits": None if deposit.awaits is None else deposit.awaits.value,
        "basis_area": deposit.basis_area,
        "rate_per_m2": deposit.rate_per_m2,
        "computed": deposit.computed,
        "demanded": deposit.demanded,
        "demanded_on": None if deposit.demanded_on is None else deposit.demanded_on.isoformat(),
        "clamp": None if deposit.clamp is None else deposit.clamp.value,
        "explanation": None if deposit.explanation is None else deposit.explanation.as_data(),
        "holdings": [
            {"account_id": holding.account_id, "kind": holding.kind.value, "amount": holding.amount}
            for holding in deposit.holdings
        ],
        "posting_ids": list(deposit.posting_ids),
        "carried_over": deposit.carried_over,
        "paid_out": deposit.paid_out,
        "next_year_on": text_of(deposit.next_year_on),
        "overdue_for": text_of(deposit.overdue_for),
        "unannounced_due_on": text_of(deposit.unannounced_due_on),
        "reminded_on": text_of(deposit.reminded_on),
        "reminder_on": text_of(deposit.reminder_on),
        "open_claim": None
        if deposit.open_claim is None
        else {"id": deposit.open_claim.id, "kind": deposit.open_claim.kind.value},
        "hold": None
        if deposit.hold is None
        else {
            "decision_id": deposit.hold.decision_id,
            "court_ref": deposit.hold.court_ref,
            "since": deposit.hold.since.isoformat(),
        },
    }


def _deposit_of(document: dict[str, Any]) -> PerformanceDeposit:
    custody, awaits, clamp = document["first_custody"], document["awaits"], document["clamp"]
    explanation, demanded_on = document["explanation"], document["demanded_on"]
    claim, hold = document.get("open_claim"), document.get("hold")
    return PerformanceDeposit(
        id=document["_id"],
        district=document["district"],
        estate_id=document["estate_id"],
        contract_id=document["contract_id"],
        provider_id=document["provider_id"],
        contract_year=document["contract_year"],
        agreed_on=date.fromisoformat(document["agreed_on"]),
        state=DepositState(document["state"]),
        state_since=date.fromisoformat(document["state_since"]),
        managers=tuple(document["managers"]),
        policy_version_id=document["policy_version_id"],
        due_on=date.fromisoformat(document["due_on"]),
        first_custody=None if custody is None else CustodyKind(custody),
        awaits=None if awaits is None else DepositPrecondition(awaits),
        basis_area=_area(document["basis_area"]),
        rate_per_m2=_fen(document["rate_per_m2"]),
        computed=_fen(document["computed"]),
        demanded=_fen(document["demanded"]),
        demanded_on=None if demanded_on is None else date.fromisoformat(demanded_on),
        clamp=None if clamp is None else ClampReason(clamp),
        explanation=None if explanation is None else Explanation.from_data(explanation),
        holdings=tuple(
            Holding(holding["account_id"], CustodyKind(holding["kind"]), Fen(holding["amount"]))
            for holding in document["holdings"]
        ),
        posting_ids=tuple(document["posting_ids"]),
        carried_over=Fen(document.get("carried_over", 0)),
        paid_out=Fen(document.get("paid_out", 0)),
        next_year_on=day_of(document.get("next_year_on")),
        overdue_for=day_of(document.get("overdue_for")),
        reminded_on=day_of(document.get("reminded_on")),
        open_claim=None if claim is None else OpenClaim(claim["id"], ClaimKind(claim["kind"])),
        hold=None if hold is None else Hold(hold["decision_id"], hold["court_ref"], date.fromisoformat(hold["since"])),
    )


def _fen(amount: int | None) -> Fen | None:
    return None if amount is None else Fen(amount)


def _area(area: int | None) -> Area | None:
    return None if area is None else Area(area)
