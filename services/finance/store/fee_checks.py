"""What the comparison of bills with the ledger reads: sums by estate, and the bills of a page as they were posted."""

from collections import defaultdict
from collections.abc import AsyncIterator
from typing import Any, Final

from kit.caller import Scope
from kit.ledger.documents import POSTINGS
from kit.money import Fen
from kit.mongo import LATEST_PERIOD, Reader, scoped
from services.finance.domain.bill import Creditor, Payee, Standing
from services.finance.domain.bill_run import BillRun
from services.finance.domain.fee_ledger import book_of, page_key, prepaid_id, receivable_id, written_off_id
from services.finance.store.bill_runs import BILL_RUNS, run_of
from services.finance.store.bills import BILLS
from services.finance.store.fee_accounts import FEE_ACCOUNTS

_OWED: Final = (Standing.OPEN.value, Standing.DISPUTED.value)
_AFTER_EVERY_ID: Final = "~"


async def find_billed_estate_ids(reader: Reader, district: str, *, scope: Scope) -> list[str]:
    """Return the estates of a district that have had a bill run, sorted."""
    query = scoped(scope, {"district": district})
    cursor = reader.collection(BILL_RUNS).find(query, {"estate_id": 1}, session=reader.session)
    return sorted({document["estate_id"] async for document in cursor})


async def posted_runs(reader: Reader, district: str, *, scope: Scope) -> AsyncIterator[tuple[BillRun, list[str]]]:
    """Give every bill run of a district, and the memos of the pages of bills that were posted of it, in their order."""
    query = scoped(scope, {"district": district})
    async for document in reader.collection(BILL_RUNS).find(query, session=reader.session):
        run = run_of(document)
        keys = [page_key(run.id, page) for page in range(1, run.page_count + 1)]
        # A page of parts that owe nothing made no bill and no posting.
        yield run, [memo for key in keys if (memo := await _memo(reader, district, key)) is not None]


async def amounts_of_run(reader: Reader, run: BillRun, *, scope: Scope) -> AsyncIterator[tuple[str, Fen]]:
    """Give the ids and amounts of the bills that a run has made out itself; corrections have ids of their own."""
    query = scoped(scope, {"estate_id": run.estate_id, "due_on": run.due_on.isoformat(), "run_id": run.id})
    async for document in reader.collection(BILLS).find(query, {"amount": 1}, session=reader.session):
        if run.has_numbered(document["_id"]):
            yield document["_id"], Fen(document["amount"])


async def sum_up_estate(reader: Reader, estate_id: str, *, scope: Scope) -> dict[str, Fen]:
    """Return what an estate's bills and accounts make, by the ledger account that has to hold the same."""
    sums: dict[str, int] = defaultdict(int)
    owed = {"estate_id": estate_id, "due_on": {"$gte": "", "$lte": LATEST_PERIOD}}
    needed = {"amount": 1, "paid": 1, "payee": 1, "payee_id": 1, "standing": 1, "written_off": 1}
    async for bill in reader.collection(BILLS).find(scoped(scope, owed), needed, session=reader.session):
        creditor = _creditor(bill["payee"], bill["payee_id"])
        if bill["standing"] in _OWED:
            sums[receivable_id(estate_id, creditor)] += bill["amount"] - bill["paid"]
        elif bill["standing"] == Standing.WRITTEN_OFF.value:
            sums[written_off_id(estate_id, creditor)] += bill["written_off"]
    held: dict[str, Any] = {
        "estate_id": estate_id,
        "has_prepaid": True,
        "part_id": {"$gte": "", "$lte": _AFTER_EVERY_ID},
    }
    async for account in reader.collection(FEE_ACCOUNTS).find(scoped(scope, held), session=reader.session):
        for payee, payee_id, amount in (*account["prepaid"], *account["set_aside"]):
            sums[prepaid_id(estate_id, _creditor(payee, payee_id))] += amount
    return {account_id: Fen(total) for account_id, total in sums.items()}


async def _memo(reader: Reader, district: str, key: str) -> str | None:
    query = {"book": book_of(district), "key": key}
    posting = await reader.collection(POSTINGS).find_one(query, {"memo": 1}, session=reader.session)
    return None if posting is None else str(posting["memo"])


def _creditor(payee: str, payee_id: str) -> Creditor:
    return Creditor(Payee(payee), payee_id)
