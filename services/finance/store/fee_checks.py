"""What the comparison of bills with the ledger reads: sums by estate, and the bills of a page as they were posted."""

from collections import defaultdict
from collections.abc import AsyncIterator
from typing import Any, Final

from kit.caller import Scope
from kit.ledger.documents import POSTINGS
from kit.money import Fen
from kit.mongo import LATEST_PERIOD, Reader, scoped
from services.finance.domain.bill import Creditor, Payee, Standing
from services.finance.domain.fee_ledger import book_of, page_key, prepaid_id, receivable_id
from services.finance.store.bill_runs import BILL_RUNS
from services.finance.store.bills import BILLS
from services.finance.store.fee_accounts import FEE_ACCOUNTS

_BATCH: Final = 500
_OWED: Final = (Standing.OPEN.value, Standing.DISPUTED.value)
_AFTER_EVERY_ID: Final = "~"


async def find_billed_estate_ids(reader: Reader, district: str, *, scope: Scope) -> list[str]:
    """Return the estates of a district that have had a bill run, sorted."""
    query = scoped(scope, {"district": district})
    cursor = reader.collection(BILL_RUNS).find(query, {"estate_id": 1}, session=reader.session)
    return sorted({document["estate_id"] async for document in cursor})


async def posted_pages(reader: Reader, district: str, *, scope: Scope) -> AsyncIterator[tuple[str, str]]:
    """Give the run and the memo of every page of bills that was posted in a district."""
    query = scoped(scope, {"district": district})
    runs = reader.collection(BILL_RUNS).find(query, {"page_count": 1}, session=reader.session)
    async for run in runs:
        for page in range(1, run["page_count"] + 1):
            posting = await reader.collection(POSTINGS).find_one(
                {"book": book_of(district), "key": page_key(run["_id"], page)}, session=reader.session
            )
            # A page of parts that owe nothing made no bill and no posting.
            if posting is not None:
                yield run["_id"], posting["memo"]


async def find_amounts(reader: Reader, bill_ids: list[str], *, scope: Scope) -> list[tuple[str, Fen]]:
    """Return the bills' ids and amounts, in the order asked; a bill that is gone is left out."""
    found: dict[str, Fen] = {}
    for start in range(0, len(bill_ids), _BATCH):
        query = scoped(scope, {"_id": {"$in": bill_ids[start : start + _BATCH]}})
        async for document in reader.collection(BILLS).find(query, {"amount": 1}, session=reader.session):
            found[document["_id"]] = Fen(document["amount"])
    return [(id_, found[id_]) for id_ in bill_ids if id_ in found]


async def sum_up_estate(reader: Reader, estate_id: str, *, scope: Scope) -> dict[str, Fen]:
    """Return what an estate's bills and accounts make, by the ledger account that has to hold the same."""
    sums: dict[str, int] = defaultdict(int)
    owed = {"estate_id": estate_id, "due_on": {"$gte": "", "$lte": LATEST_PERIOD}}
    needed = {"amount": 1, "paid": 1, "payee": 1, "payee_id": 1, "standing": 1}
    async for bill in reader.collection(BILLS).find(scoped(scope, owed), needed, session=reader.session):
        if bill["standing"] in _OWED:
            sums[receivable_id(estate_id, _creditor(bill["payee"], bill["payee_id"]))] += bill["amount"] - bill["paid"]
    held: dict[str, Any] = {
        "estate_id": estate_id,
        "has_prepaid": True,
        "part_id": {"$gte": "", "$lte": _AFTER_EVERY_ID},
    }
    async for account in reader.collection(FEE_ACCOUNTS).find(scoped(scope, held), session=reader.session):
        for payee, payee_id, amount in account["prepaid"]:
            sums[prepaid_id(estate_id, _creditor(payee, payee_id))] += amount
    return {account_id: Fen(total) for account_id, total in sums.items()}


def _creditor(payee: str, payee_id: str) -> Creditor:
    return Creditor(Payee(payee), payee_id)
