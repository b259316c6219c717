"""The prepaid money of parts, one document for each part that has or had some; and the sums of bills by period."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any, Final

from kit.caller import Scope
from kit.money import ZERO_FEN, Fen, add_fen
from kit.mongo import Reader, UnitOfWork, scoped
from services.finance.domain.bill import Creditor, Payee
from services.finance.domain.billing_period import BillingPeriod
from services.finance.domain.fee_payment import FeeAccount
from services.finance.domain.fee_summary import FeeSummary

FEE_ACCOUNTS: Final = "fee_accounts"
FEE_SUMMARIES: Final = "fee_summaries"


async def find_accounts_of_parts(reader: Reader, part_ids: Sequence[str], *, scope: Scope) -> dict[str, FeeAccount]:
    """Return the accounts of parts that have prepaid money, by part."""
    query = scoped(scope, {"_id": {"$in": list(part_ids)}})
    cursor = reader.collection(FEE_ACCOUNTS).find(query, session=reader.session)
    return {document["_id"]: _account_of(document) for document in await cursor.to_list(len(part_ids))}


async def find_prepaid_accounts(
    reader: Reader, estate_id: str, *, first: str, last: str, scope: Scope
) -> dict[str, FeeAccount]:
    """Return an estate's accounts with prepaid money whose parts' ids lie between two, both included, by part."""
    query = {"estate_id": estate_id, "has_prepaid": True, "part_id": {"$gte": first, "$lte": last}}
    cursor = reader.collection(FEE_ACCOUNTS).find(scoped(scope, query), session=reader.session)
    return {document["_id"]: _account_of(document) for document in await cursor.to_list(None)}


async def save_fee_account(work: UnitOfWork, account: FeeAccount, *, areas: Sequence[str]) -> None:
    """Keep a part's prepaid money as it now is."""
    work.touches((f"{FEE_ACCOUNTS}:{account.part_id}",))
    document = {
        "part_id": account.part_id,
        "estate_id": account.estate_id,
        "has_prepaid": bool(account.prepaid or account.set_aside),
        "prepaid": _rows_of(account.prepaid),
        "set_aside": _rows_of(account.set_aside),
        "set_aside_since": None if account.set_aside_since is None else account.set_aside_since.isoformat(),
        "areas": list(areas),
    }
    await work.collection(FEE_ACCOUNTS).replace_one(
        {"_id": account.part_id}, document, upsert=True, session=work.session
    )


async def add_to_summary(
    work: UnitOfWork,
    estate_id: str,
    period: BillingPeriod,
    *,
    billed: Fen = ZERO_FEN,
    collected: Fen = ZERO_FEN,
    areas: Sequence[str],
) -> None:
    """Add to what was billed for an estate's period, and to what was collected of it."""
    await work.collection(FEE_SUMMARIES).update_one(
        {"_id": f"{estate_id}:{period.text}"},
        {
            "$inc": {"billed": billed, "collected": collected},
            "$set": {
                "estate_id": estate_id,
                "period": period.text,
                "from": period.from_.isoformat(),
                "to": period.to.isoformat(),
                "areas": list(areas),
            },
        },
        upsert=True,
        session=work.session,
    )


async def find_summaries(
    reader: Reader, estate_ids: Sequence[str], period: BillingPeriod, *, scope: Scope
) -> dict[str, FeeSummary]:
    """Return each estate's sums of all bills whose period lies within this one; none for an estate without bills."""
    days = {"$gte": period.from_.isoformat(), "$lte": period.to.isoformat()}
    query = scoped(scope, {"estate_id": {"$in": list(estate_ids)}, "from": days})
    found: dict[str, FeeSummary] = {}
    async for document in reader.collection(FEE_SUMMARIES).find(query, session=reader.session):
        if document["to"] > period.to.isoformat():
            continue
        known = found.get(document["estate_id"], FeeSummary(document["estate_id"], period.text))
        found[known.estate_id] = FeeSummary(
            known.estate_id,
            period.text,
            add_fen(known.billed, Fen(document["billed"])),
            add_fen(known.collected, Fen(document["collected"])),
        )
    return found


async def page_of_summaries(
    reader: Reader, period: str, *, scope: Scope, after: str | None, limit: int
) -> list[FeeSummary]:
    """Return the next estates' sums of bills of exactly this period, by estate, after the estate `after`."""
    query = {"period": period, "estate_id": {"$gt": after or "", "$lte": "est_~"}}
    cursor = reader.collection(FEE_SUMMARIES).find(scoped(scope, query), session=reader.session)
    documents = await cursor.sort([("period", 1), ("estate_id", 1)]).limit(limit).to_list(limit)
    return [FeeSummary(one["estate_id"], period, Fen(one["billed"]), Fen(one["collected"])) for one in documents]


async def move_fee_accounts(
    work: UnitOfWork, estate_id: str, *, street_id: str, community_id: str, areas: Sequence[str]
) -> None:
    """Let another street and community see an estate's accounts, and other grants its sums."""
    await work.collection(FEE_ACCOUNTS).update_many(
        {"estate_id": estate_id},
        {"$set": {"areas.1": f"street:{street_id}", "areas.2": f"community:{community_id}"}},
        session=work.session,
    )
    await work.collection(FEE_SUMMARIES).update_many(
        {"estate_id": estate_id}, {"$set": {"areas": list(areas)}}, session=work.session
    )


def _account_of(document: Mapping[str, Any]) -> FeeAccount:
    since = document["set_aside_since"]
    return FeeAccount(
        part_id=document["_id"],
        estate_id=document["estate_id"],
        prepaid=_purse_of(document["prepaid"]),
        set_aside=_purse_of(document["set_aside"]),
        set_aside_since=None if since is None else date.fromisoformat(since),
    )


def _rows_of(purse: Mapping[Creditor, Fen]) -> list[list[str | int]]:
    return [[one.payee.value, one.id, amount] for one, amount in purse.items()]


def _purse_of(rows: Sequence[tuple[str, str, int]]) -> dict[Creditor, Fen]:
    return {Creditor(Payee(payee), id_): Fen(amount) for payee, id_, amount in rows}
