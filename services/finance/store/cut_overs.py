"""The openings of estates, one document each; and whether anything live was posted by their day."""

from collections.abc import Mapping
from datetime import date
from typing import Any, Final

from pymongo.errors import DuplicateKeyError

from kit.caller import Scope
from kit.ledger.documents import ENTRIES, POSTINGS
from kit.money import Fen
from kit.mongo import ConcurrentChange, Reader, UnitOfWork, scoped
from policy.vocabulary import IncomeEarmark
from services.finance.domain.bill import Creditor, Payee
from services.finance.domain.cut_over import CutOver, CutOverState, OpenedDeposit, OpenedPrepaid
from services.finance.domain.maintenance_statement import FundEntry
from services.finance.domain.reconciliation import OPENING_PREFIX
from services.finance.store.maintenance_movements import FUND_MOVEMENTS

CUT_OVERS: Final = "cut_overs"
_EARLIEST: Final = "0001-01-01"
_ENOUGH: Final = 100


async def find_standing_cut_over(reader: Reader, estate_id: str, *, scope: Scope) -> CutOver | None:
    """Return the opening of an estate that stands; None if it has none in the scope."""
    query = scoped(scope, {"estate_id": estate_id, "state": CutOverState.OPENED.value})
    document = await reader.collection(CUT_OVERS).find_one(query, session=reader.session)
    return None if document is None else _cut_over_of(document)


async def find_cut_over(reader: Reader, cut_over_id: str, *, scope: Scope) -> CutOver | None:
    """Return the opening with this id, or None if it is unknown or outside the scope."""
    document = await reader.collection(CUT_OVERS).find_one(scoped(scope, {"_id": cut_over_id}), session=reader.session)
    return None if document is None else _cut_over_of(document)


async def find_cut_overs_of_district(reader: Reader, district: str, *, scope: Scope) -> list[CutOver]:
    """Return the openings of a district's estates that stand, by estate."""
    query = scoped(scope, {"district": district, "state": CutOverState.OPENED.value})
    documents = await reader.collection(CUT_OVERS).find(query, session=reader.session).to_list(None)
    return sorted(map(_cut_over_of, documents), key=lambda one: one.estate_id)


async def find_opening_postings(reader: Reader, estate_id: str, *, scope: Scope) -> frozenset[str]:
    """Return the postings that an estate's openings made outside its funds, those included that were taken back."""
    query = scoped(scope, {"estate_id": estate_id})
    cursor = reader.collection(CUT_OVERS).find(query, {"posting_ids": 1}, session=reader.session)
    return frozenset(posting_id for one in await cursor.to_list(None) for posting_id in one["posting_ids"])


async def insert_cut_over(work: UnitOfWork, cut_over: CutOver, *, areas: tuple[str, ...]) -> None:
    """Keep an estate's opening; one stands at a time (unique index)."""
    document = {
        "_id": cut_over.id,
        "district": cut_over.district,
        "estate_id": cut_over.estate_id,
        "as_of": cut_over.as_of.isoformat(),
        "digest": cut_over.digest,
        "state": cut_over.state.value,
        "taken_back": None,
        "fund_postings": [list(one) for one in cut_over.fund_postings],
        "posting_ids": list(cut_over.posting_ids),
        "bill_count": cut_over.bill_count,
        "deposits": [[one.deposit_id, one.account_id, one.amount] for one in cut_over.deposits],
        "prepaid": [[one.part_id, one.creditor.payee.value, one.creditor.id, one.amount] for one in cut_over.prepaid],
        "revenue": [[earmark.value, amount] for earmark, amount in cut_over.revenue],
        "opened_at": work.now,
        "opened_by": work.caller.subject,
        "areas": list(areas),
    }
    try:
        await work.collection(CUT_OVERS).insert_one(document, session=work.session)
    except DuplicateKeyError as error:
        raise ConcurrentChange(f"the estate {cut_over.estate_id} is being opened") from error


async def save_reversed(work: UnitOfWork, cut_over: CutOver, *, reason: str) -> None:
    """Keep that an opening was taken back, and why."""
    # `taken_back` is part of the unique index: one opening stands, and as many as there were are taken back.
    change = {"state": CutOverState.REVERSED.value, "taken_back": cut_over.id, "reason": reason}
    saved = await work.collection(CUT_OVERS).update_one(
        {"_id": cut_over.id, "state": CutOverState.OPENED.value}, {"$set": change}, session=work.session
    )
    if saved.matched_count == 0:
        raise ConcurrentChange(f"the opening {cut_over.id} is being taken back")


async def move_cut_overs_of_estate(work: UnitOfWork, estate_id: str, *, areas: tuple[str, ...]) -> None:
    """Let other grants see an estate's openings."""
    await work.collection(CUT_OVERS).update_many(
        {"estate_id": estate_id}, {"$set": {"areas": list(areas)}}, session=work.session
    )


async def was_posted_by(reader: Reader, ledger_account: str, day: date) -> bool:
    """Return whether anything but an opening was posted to a ledger account by the end of that day."""
    query = {"account": ledger_account, "occurred_on": {"$gte": _EARLIEST, "$lte": day.isoformat()}}
    cursor = reader.collection(ENTRIES).find(query, {"posting": 1}, session=reader.session).limit(_ENOUGH)
    posting_ids = sorted({entry["posting"] for entry in await cursor.to_list(_ENOUGH)})
    if not posting_ids:
        return False
    found = reader.collection(POSTINGS).find(
        {"_id": {"$in": posting_ids}}, {"key": 1, "reverses": 1}, session=reader.session
    )
    postings = await found.to_list(None)
    openings = {one["_id"] for one in postings if one["key"].startswith(OPENING_PREFIX)}
    return any(one["_id"] not in openings and one["reverses"] not in openings for one in postings)


async def moved_fund_by(reader: Reader, fund_id: str, day: date, *, scope: Scope) -> bool:
    """Return whether a fund moved for any other reason than an opening by the end of that day."""
    query = scoped(scope, {"fund_id": fund_id, "day": {"$gte": _EARLIEST, "$lte": day.isoformat()}})
    cursor = reader.collection(FUND_MOVEMENTS).find(query, {"kind": 1}, session=reader.session)
    async for movement in cursor:
        if movement["kind"] != FundEntry.OPENING.value:
            return True
    return False


def _cut_over_of(document: Mapping[str, Any]) -> CutOver:
    return CutOver(
        id=document["_id"],
        district=document["district"],
        estate_id=document["estate_id"],
        as_of=date.fromisoformat(document["as_of"]),
        digest=document["digest"],
        state=CutOverState(document["state"]),
        fund_postings=tuple((fund_id, posting_id) for fund_id, posting_id in document["fund_postings"]),
        posting_ids=tuple(document["posting_ids"]),
        bill_count=document["bill_count"],
        deposits=tuple(OpenedDeposit(id_, account_id, Fen(fen)) for id_, account_id, fen in document["deposits"]),
        prepaid=tuple(
            OpenedPrepaid(part_id, Creditor(Payee(payee), id_), Fen(fen))
            for part_id, payee, id_, fen in document["prepaid"]
        ),
        revenue=tuple((IncomeEarmark(earmark), Fen(fen)) for earmark, fen in document["revenue"]),
    )
