"""Public revenue of estates: incomes, expenses and refused uses, one document each, by estate and year."""

from collections.abc import Sequence
from datetime import date
from typing import Any, Final

from kit.caller import Scope
from kit.explanation import Explanation
from kit.money import Fen, sum_fen
from kit.mongo import Reader, UnitOfWork, scoped
from policy.vocabulary import IncomeEarmark
from services.finance.domain.public_revenue import (
    PublicRevenue,
    RevenueHolder,
    RevenueKind,
    RevenueSpending,
    RevenueUse,
    TakenBack,
)

REVENUES: Final = "public_revenues"
SPENDINGS: Final = "public_revenue_spendings"
REFUSED_USES: Final = "refused_uses"
_ESTATES_OF_A_READ: Final = 100


async def find_revenues_of_year(
    reader: Reader, estate_ids: Sequence[str], year: int, *, scope: Scope
) -> dict[str, list[PublicRevenue]]:
    """Return the incomes of estates in a calendar year, by estate, the earliest first."""
    query = scoped(scope, {"estate_id": {"$in": list(estate_ids)}, "received_on": _days_of(year)})
    found: dict[str, list[PublicRevenue]] = {}
    documents = await reader.collection(REVENUES).find(query, session=reader.session).to_list(None)
    for document in sorted(documents, key=lambda one: (one["received_on"], one["_id"])):
        found.setdefault(document["estate_id"], []).append(_revenue_of(document))
    return found


async def find_revenues(reader: Reader, ids: Sequence[str], *, scope: Scope) -> dict[str, PublicRevenue]:
    """Return the incomes with these ids that the scope sees, by id."""
    cursor = reader.collection(REVENUES).find(scoped(scope, {"_id": {"$in": list(ids)}}), session=reader.session)
    return {document["_id"]: _revenue_of(document) for document in await cursor.to_list(len(ids))}


async def find_revenues_of_bank_ref(
    reader: Reader, estate_id: str, bank_ref: str, *, scope: Scope
) -> list[PublicRevenue]:
    """Return what was recorded of an estate under this reference of the bank; all but one of them were taken back."""
    query = scoped(scope, {"estate_id": estate_id, "bank_ref": bank_ref})
    documents = await reader.collection(REVENUES).find(query, session=reader.session).to_list(None)
    return [_revenue_of(document) for document in documents]


async def find_revenues_of_decision(reader: Reader, decision_id: str, *, scope: Scope) -> list[PublicRevenue]:
    """Return the incomes that rest on a joint decision."""
    query = scoped(scope, {"decision_id": decision_id})
    documents = await reader.collection(REVENUES).find(query, session=reader.session).to_list(None)
    return [_revenue_of(document) for document in documents]


async def page_of_revenues(
    reader: Reader, district: str, year: int, *, after: tuple[str, str] | None, limit: int, scope: Scope
) -> list[PublicRevenue]:
    """Return at most `limit` incomes of a district in a year, by day and id, after the place `after`."""
    days = _days_of(year) if after is None else {**_days_of(year), "$gte": after[0]}
    cursor = reader.collection(REVENUES).find(
        scoped(scope, {"district": district, "received_on": days}), session=reader.session
    )
    page: list[PublicRevenue] = []
    # Incomes of the day that the last page ended in are read again and left out.
    async for document in cursor.sort([("district", 1), ("received_on", 1), ("id", 1)]):
        if after is None or (document["received_on"], document["_id"]) > after:
            page.append(_revenue_of(document))
        if len(page) == limit:
            break
    return page


async def held_of_purse(reader: Reader, estate_id: str, earmark: IncomeEarmark, *, scope: Scope) -> Fen:
    """Return how much of a purse annulled decisions hold back, in fen (P22)."""
    query = scoped(scope, {"estate_id": estate_id, "is_held": True, "earmark": earmark.value})
    documents = await reader.collection(REVENUES).find(query, {"net": 1}, session=reader.session).to_list(None)
    return sum_fen(Fen(document["net"]) for document in documents)


async def save_revenue(work: UnitOfWork, revenue: PublicRevenue, *, areas: tuple[str, ...]) -> None:
    """Keep an income as it now is."""
    back = revenue.taken_back
    document = {
        "id": revenue.id,
        "district": revenue.district,
        "estate_id": revenue.estate_id,
        "kind": revenue.kind.value,
        "gross": revenue.gross,
        "cost": revenue.cost,
        "net": revenue.net,
        "earmark": revenue.earmark.value,
        "holder": revenue.holder.value,
        "received_on": revenue.received_on.isoformat(),
        "bank_ref": revenue.bank_ref,
        "explanation": revenue.explanation.as_data(),
        "policy_version_id": revenue.policy_version_id,
        "evidence_ids": list(revenue.evidence_ids),
        "decision_id": revenue.decision_id,
        "posting_id": revenue.posting_id,
        "is_held": revenue.is_held,
        "custody_account_id": revenue.custody_account_id,
        # None of one that stands, so that there is one for each reference; those that were taken back are any number.
        "taken_back_id": None if back is None else revenue.id,
        "taken_back_on": None if back is None else back.on.isoformat(),
        "taken_back_for": None if back is None else back.reason,
        "areas": list(areas),
    }
    await work.collection(REVENUES).replace_one({"_id": revenue.id}, document, upsert=True, session=work.session)


async def save_spending(work: UnitOfWork, spending: RevenueSpending, *, areas: tuple[str, ...]) -> None:
    """Keep an expense."""
    document = {
        "district": spending.district,
        "estate_id": spending.estate_id,
        "earmark": spending.earmark.value,
        "use": spending.use.value,
        "amount": spending.amount,
        "spent_on": spending.spent_on.isoformat(),
        "for_estate_id": spending.for_estate_id,
        "payee": spending.payee,
        "bank_ref": spending.bank_ref,
        "posting_id": spending.posting_id,
        "custody_account_id": spending.custody_account_id,
        "areas": list(areas),
    }
    await work.collection(SPENDINGS).replace_one({"_id": spending.id}, document, upsert=True, session=work.session)


async def find_spendings_of_year(
    reader: Reader, estate_ids: Sequence[str], year: int, *, scope: Scope
) -> dict[str, list[RevenueSpending]]:
    """Return the expenses of estates in a calendar year, by estate, the earliest first."""
    query = scoped(scope, {"estate_id": {"$in": list(estate_ids)}, "spent_on": _days_of(year)})
    found: dict[str, list[RevenueSpending]] = {}
    documents = await reader.collection(SPENDINGS).find(query, session=reader.session).to_list(None)
    for document in sorted(documents, key=lambda one: (one["spent_on"], one["_id"])):
        found.setdefault(document["estate_id"], []).append(_spending_of(document))
    return found


async def find_spending(reader: Reader, spending_id: str, *, scope: Scope) -> RevenueSpending | None:
    """Return the expense, or None if it is unknown or outside the scope."""
    document = await reader.collection(SPENDINGS).find_one(scoped(scope, {"_id": spending_id}), session=reader.session)
    return None if document is None else _spending_of(document)


async def sums_of_purses(
    reader: Reader, estate_ids: Sequence[str], *, scope: Scope
) -> dict[tuple[str, IncomeEarmark], Fen]:
    """Return what came into each purse of estates less what was spent, in all years.

    Trust's income is not of them, nor what was taken back.
    """
    sums: dict[tuple[str, IncomeEarmark], Fen] = {}
    for start in range(0, len(estate_ids), _ESTATES_OF_A_READ):
        query = scoped(scope, {"estate_id": {"$in": list(estate_ids[start : start + _ESTATES_OF_A_READ])}})
        for name, field, sign in ((REVENUES, "net", 1), (SPENDINGS, "amount", -1)):
            async for document in reader.collection(name).find(query, session=reader.session):
                if document.get("holder") == RevenueHolder.TRUST_FUND.value or document.get("taken_back_id"):
                    continue
                key = (document["estate_id"], IncomeEarmark(document["earmark"]))
                sums[key] = Fen(sums.get(key, 0) + sign * document[field])
    return sums


async def note_refused_use(
    work: UnitOfWork, attempt_id: str, *, estate_id: str, refused_on: date, areas: tuple[str, ...]
) -> bool:
    """Keep that a wrong use was refused; returns whether it was new (business key: the attempt)."""
    noted = await work.collection(REFUSED_USES).update_one(
        {"_id": attempt_id},
        {"$setOnInsert": {"estate_id": estate_id, "refused_on": refused_on.isoformat(), "areas": list(areas)}},
        upsert=True,
        session=work.session,
    )
    return noted.upserted_id is not None


async def find_refused_uses_of_year(
    reader: Reader, estate_ids: Sequence[str], year: int, *, scope: Scope
) -> dict[str, int]:
    """Return how often a wrong use of an estate's public revenue was refused in a calendar year, by estate."""
    query = scoped(scope, {"estate_id": {"$in": list(estate_ids)}, "refused_on": _days_of(year)})
    cursor = reader.collection(REFUSED_USES).find(query, {"estate_id": 1}, session=reader.session)
    documents = await cursor.to_list(None)
    counted = dict.fromkeys(estate_ids, 0)
    for document in documents:
        counted[document["estate_id"]] += 1
    return counted


async def move_revenues_of_estate(work: UnitOfWork, estate_id: str, *, areas: tuple[str, ...]) -> None:
    """Let other grants see an estate's public revenue."""
    for name in (REVENUES, SPENDINGS, REFUSED_USES):
        await work.collection(name).update_many(
            {"estate_id": estate_id}, {"$set": {"areas": list(areas)}}, session=work.session
        )


def _days_of(year: int) -> dict[str, str]:
    return {"$gte": f"{year:04}-01-01", "$lte": f"{year:04}-12-31"}


def _revenue_of(document: dict[str, Any]) -> PublicRevenue:
    taken_back_on = document.get("taken_back_on")
    return PublicRevenue(
        id=document["_id"],
        district=document["district"],
        estate_id=document["estate_id"],
        kind=RevenueKind(document["kind"]),
        gross=Fen(document["gross"]),
        cost=Fen(document["cost"]),
        net=Fen(document["net"]),
        earmark=IncomeEarmark(document["earmark"]),
        holder=RevenueHolder(document["holder"]),
        received_on=date.fromisoformat(document["received_on"]),
        bank_ref=document["bank_ref"],
        explanation=Explanation.from_data(document["explanation"]),
        policy_version_id=document["policy_version_id"],
        evidence_ids=tuple(document["evidence_ids"]),
        decision_id=document["decision_id"],
        posting_id=document["posting_id"],
        is_held=document["is_held"],
        custody_account_id=document["custody_account_id"],
        taken_back=None
        if taken_back_on is None
        else TakenBack(date.fromisoformat(taken_back_on), document["taken_back_for"]),
    )


def _spending_of(document: dict[str, Any]) -> RevenueSpending:
    return RevenueSpending(
        id=document["_id"],
        district=document["district"],
        estate_id=document["estate_id"],
        earmark=IncomeEarmark(document["earmark"]),
        use=RevenueUse(document["use"]),
        amount=Fen(document["amount"]),
        spent_on=date.fromisoformat(document["spent_on"]),
        for_estate_id=document["for_estate_id"],
        payee=document["payee"],
        bank_ref=document["bank_ref"],
        posting_id=document["posting_id"],
        custody_account_id=document["custody_account_id"],
    )
