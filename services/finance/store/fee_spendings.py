"""What was spent of the fees that custody accounts hold, one document each, by estate and year."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any, Final

from kit.caller import Scope
from kit.explanation import Explanation
from kit.money import Fen
from kit.mongo import Reader, UnitOfWork, scoped
from services.finance.domain.fee_spending import FeeExpense, FeeSpending, FeeUse

FEE_SPENDINGS: Final = "fee_spendings"


async def insert_fee_spending(work: UnitOfWork, spending: FeeSpending, *, areas: Sequence[str]) -> None:
    """Keep a new expense; that its bank reference is new to the account, the ledger has said."""
    expense = spending.expense
    document = {
        "_id": spending.id,
        "id": spending.id,
        "district": spending.district,
        "estate_id": spending.estate_id,
        "custody_account_id": spending.custody_account_id,
        "use": expense.use.value,
        "amount": expense.amount,
        "spent_on": expense.spent_on.isoformat(),
        "payee": expense.payee,
        "bank_ref": expense.bank_ref,
        "voucher_id": expense.voucher_id,
        "held": spending.held,
        "posting_id": spending.posting_id,
        "explanation": spending.explanation.as_data(),
        "areas": list(areas),
    }
    await work.collection(FEE_SPENDINGS).insert_one(document, session=work.session)


async def find_fee_spending(reader: Reader, spending_id: str, *, scope: Scope) -> FeeSpending | None:
    """Return the expense, or None if it is unknown or outside the scope."""
    query = scoped(scope, {"_id": spending_id})
    document = await reader.collection(FEE_SPENDINGS).find_one(query, session=reader.session)
    return None if document is None else _spending_of(document)


async def page_of_fee_spendings(
    reader: Reader, estate_id: str, year: int, *, after: tuple[str, str] | None, limit: int, scope: Scope
) -> list[FeeSpending]:
    """Return at most `limit` expenses of an estate in a calendar year, by day and id, after the place `after`."""
    days = {"$gte": f"{year:04}-01-01" if after is None else after[0], "$lte": f"{year:04}-12-31"}
    query = scoped(scope, {"estate_id": estate_id, "spent_on": days})
    cursor = reader.collection(FEE_SPENDINGS).find(query, session=reader.session)
    page: list[FeeSpending] = []
    # Expenses of the day that the last page ended in are read again and left out.
    async for document in cursor.sort([("estate_id", 1), ("spent_on", 1), ("id", 1)]):
        if after is None or (document["spent_on"], document["id"]) > after:
            page.append(_spending_of(document))
        if len(page) == limit:
            break
    return page


async def move_fee_spendings_of_estate(work: UnitOfWork, estate_id: str, *, areas: Sequence[str]) -> None:
    """Let other grants see what was spent of an estate's fees."""
    await work.collection(FEE_SPENDINGS).update_many(
        {"estate_id": estate_id}, {"$set": {"areas": list(areas)}}, session=work.session
    )


def _spending_of(document: Mapping[str, Any]) -> FeeSpending:
    return FeeSpending(
        id=document["_id"],
        district=document["district"],
        estate_id=document["estate_id"],
        custody_account_id=document["custody_account_id"],
        expense=FeeExpense(
            use=FeeUse(document["use"]),
            amount=Fen(document["amount"]),
            spent_on=date.fromisoformat(document["spent_on"]),
            payee=document["payee"],
            bank_ref=document["bank_ref"],
            voucher_id=document["voucher_id"],
        ),
        held=Fen(document["held"]),
        posting_id=document["posting_id"],
        explanation=Explanation.from_data(document["explanation"]),
    )
