"""The maintenance funds, their door sub-accounts and deposits, one document each."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from functools import partial
from typing import Any, Final

from pymongo import UpdateOne
from pymongo.errors import DuplicateKeyError

from kit.area import Area
from kit.caller import Scope
from kit.explanation import Explanation
from kit.money import Fen
from kit.mongo import ConcurrentChange, Reader, UnitOfWork, scoped
from policy.vocabulary import Collector
from services.finance.domain.maintenance_fund import (
    DepositStatus,
    FundDeposit,
    MaintenanceFund,
    MaintenanceFundKind,
    SubAccount,
)

FUNDS: Final = "maintenance_funds"
SUB_ACCOUNTS: Final = "maintenance_sub_accounts"
FUND_DEPOSITS: Final = "maintenance_deposits"
MOST_SUB_ACCOUNTS: Final = 200


async def find_funds(reader: Reader, ids: Sequence[str], *, scope: Scope) -> dict[str, MaintenanceFund]:
    """Return the funds with these ids that the scope sees, by id."""
    cursor = reader.collection(FUNDS).find(scoped(scope, {"_id": {"$in": list(ids)}}), session=reader.session)
    return {document["_id"]: _fund_of(document) for document in await cursor.to_list(len(ids))}


async def find_fund(reader: Reader, fund_id: str, *, scope: Scope) -> MaintenanceFund | None:
    """Return the fund, or None if it is unknown or outside the scope."""
    return (await find_funds(reader, [fund_id], scope=scope)).get(fund_id)


async def find_funds_of_estates(
    reader: Reader, estate_ids: Sequence[str], *, scope: Scope
) -> dict[str, list[MaintenanceFund]]:
    """Return the funds of estates, by estate, in the order of their kinds' names."""
    query = scoped(scope, {"estate_id": {"$in": list(estate_ids)}})
    grouped: dict[str, list[MaintenanceFund]] = {}
    for document in await reader.collection(FUNDS).find(query, session=reader.session).to_list(None):
        grouped.setdefault(document["estate_id"], []).append(_fund_of(document))
    return {estate_id: sorted(funds, key=lambda fund: fund.kind.value) for estate_id, funds in grouped.items()}


async def insert_fund(work: UnitOfWork, fund: MaintenanceFund, *, areas: tuple[str, ...]) -> None:
    """Keep a new fund; an estate has one of each kind (unique index)."""
    try:
        await work.collection(FUNDS).insert_one(
            {"_id": fund.id, **_fund_document(fund), "areas": list(areas)}, session=work.session
        )
    except DuplicateKeyError as error:
        raise ConcurrentChange(f"estate {fund.estate_id} got its fund meanwhile") from error


async def save_fund(work: UnitOfWork, fund: MaintenanceFund) -> None:
    """Keep the fund as it now is; two units that change one fund meet here, and the later one runs again."""
    work.touches([f"{FUNDS}:{fund.id}"])
    await work.collection(FUNDS).update_one({"_id": fund.id}, {"$set": _fund_document(fund)}, session=work.session)


async def find_sub_accounts_of_parts(
    reader: Reader, part_ids: Sequence[str], *, scope: Scope
) -> dict[str, list[SubAccount]]:
    """Return the sub-accounts of parts in all funds, by part."""
    query = scoped(scope, {"part_id": {"$in": list(part_ids)}})
    grouped: dict[str, list[SubAccount]] = {}
    for document in await reader.collection(SUB_ACCOUNTS).find(query, session=reader.session).to_list(None):
        grouped.setdefault(document["part_id"], []).append(_sub_account_of(document))
    return grouped


async def find_sub_accounts(reader: Reader, ids: Sequence[str], *, scope: Scope) -> dict[str, SubAccount]:
    """Return the sub-accounts with these ids that the scope sees, by id."""
    query = scoped(scope, {"_id": {"$in": list(ids)}})
    cursor = reader.collection(SUB_ACCOUNTS).find(query, session=reader.session)
    return {document["_id"]: _sub_account_of(document) for document in await cursor.to_list(len(ids))}


async def sub_account_of_door(reader: Reader, fund_id: str, part_id: str, *, scope: Scope) -> SubAccount | None:
    """Return the sub-account of a part in a fund; None if it has none in the scope."""
    query = scoped(scope, {"fund_id": fund_id, "part_id": part_id})
    document = await reader.collection(SUB_ACCOUNTS).find_one(query, session=reader.session)
    return None if document is None else _sub_account_of(document)


async def page_of_sub_accounts(
    reader: Reader, fund_id: str, *, scope: Scope, after: str = "", first: int = MOST_SUB_ACCOUNTS
) -> list[SubAccount]:
    """Return the next sub-accounts of a fund in the order of their ids, after that id."""
    query = scoped(scope, {"fund_id": fund_id, "id": {"$gt": after, "$lte": "msa_~"}})
    cursor = reader.collection(SUB_ACCOUNTS).find(query, session=reader.session)
    documents = await cursor.sort([("fund_id", 1), ("id", 1)]).limit(first).to_list(first)
    return [_sub_account_of(document) for document in documents]


async def sub_accounts_of_fund(reader: Reader, fund_id: str, *, scope: Scope) -> list[SubAccount]:
    """Return all sub-accounts of a fund by door: an estate's, so some thousands at most."""
    query = scoped(scope, {"fund_id": fund_id})
    documents = await reader.collection(SUB_ACCOUNTS).find(query, session=reader.session).to_list(None)
    return sorted(map(_sub_account_of, documents), key=lambda sub: (sub.door_number, sub.id))


async def insert_sub_account(
    work: UnitOfWork, sub: SubAccount, *, areas: tuple[str, ...], own: tuple[str, ...]
) -> None:
    """Keep a new sub-account, seen by whoever sees the estate, and by the grants of its own part; a door has one."""
    document = {
        "_id": sub.id,
        "id": sub.id,
        **_sub_account_document(sub),
        "own": list(own),
        "areas": [*areas, *own],
    }
    try:
        await work.collection(SUB_ACCOUNTS).insert_one(document, session=work.session)
    except DuplicateKeyError as error:
        raise ConcurrentChange(f"part {sub.part_id} got its sub-account meanwhile") from error


async def save_sub_account(work: UnitOfWork, sub: SubAccount) -> None:
    """Keep the sub-account as it now is."""
    await work.collection(SUB_ACCOUNTS).update_one(
        {"_id": sub.id}, {"$set": _sub_account_document(sub)}, session=work.session
    )


async def mark_listed(work: UnitOfWork, sub_account_ids: Iterable[str], month: str) -> None:
    """Keep in which month these doors were announced as to be topped up."""
    changes = [UpdateOne({"_id": id_}, {"$set": {"listed_in": month}}) for id_ in sub_account_ids]
    if changes:
        await work.collection(SUB_ACCOUNTS).bulk_write(changes, session=work.session)


def let_owners_see(work: UnitOfWork, part_id: str, owner_ids: Iterable[str]) -> None:
    """Let new owners see the sub-accounts of their part; written together with the others of this unit of work."""
    grants = [f"owner:{owner_id}" for owner_id in sorted(owner_ids)]
    work.gather(SUB_ACCOUNTS, (part_id, grants), partial(_write_grants, work))


async def _write_grants(work: UnitOfWork, grants: list[tuple[str, list[str]]]) -> None:
    known = await find_sub_accounts_of_parts(work, [part_id for part_id, _ in grants], scope=work.caller.scope)
    changes = [
        UpdateOne({"_id": sub.id}, {"$addToSet": {"own": {"$each": added}, "areas": {"$each": added}}})
        for part_id, added in grants
        for sub in known.get(part_id, ())
    ]
    if changes:
        await work.collection(SUB_ACCOUNTS).bulk_write(changes, session=work.session)


async def move_funds_of_estate(work: UnitOfWork, estate_id: str, *, areas: tuple[str, ...]) -> list[str]:
    """Let other grants see an estate's funds, deposits and doors; returns the ids of its sub-accounts and funds."""
    funds = (await find_funds_of_estates(work, [estate_id], scope=work.caller.scope)).get(estate_id, [])
    for name in (FUNDS, FUND_DEPOSITS):
        await work.collection(name).update_many(
            {"estate_id": estate_id}, {"$set": {"areas": list(areas)}}, session=work.session
        )
    moved = [fund.id for fund in funds]
    for fund in funds:
        query = scoped(work.caller.scope, {"fund_id": fund.id})
        cursor = work.collection(SUB_ACCOUNTS).find(query, {"own": 1}, session=work.session)
        documents = await cursor.to_list(None)
        changes = [UpdateOne({"_id": one["_id"]}, {"$set": {"areas": [*areas, *one["own"]]}}) for one in documents]
        if changes:
            await work.collection(SUB_ACCOUNTS).bulk_write(changes, session=work.session)
        moved += [one["_id"] for one in documents]
    return moved


async def find_fund_deposits(reader: Reader, ids: Sequence[str], *, scope: Scope) -> dict[str, FundDeposit]:
    """Return the deposits with these ids that the scope sees, by id."""
    cursor = reader.collection(FUND_DEPOSITS).find(scoped(scope, {"_id": {"$in": list(ids)}}), session=reader.session)
    return {document["_id"]: _deposit_of(document) for document in await cursor.to_list(len(ids))}


async def deposits_of_sub_accounts(
    reader: Reader, sub_account_ids: Sequence[str], *, scope: Scope
) -> dict[str, list[FundDeposit]]:
    """Return the deposits of doors by sub-account, the earliest paid first."""
    query = scoped(scope, {"sub_account_id": {"$in": list(sub_account_ids)}})
    grouped: dict[str, list[FundDeposit]] = {}
    for document in await reader.collection(FUND_DEPOSITS).find(query, session=reader.session).to_list(None):
        grouped.setdefault(document["sub_account_id"], []).append(_deposit_of(document))
    return {id_: sorted(found, key=lambda deposit: (deposit.paid_on, deposit.id)) for id_, found in grouped.items()}


async def deposit_of_receipt(reader: Reader, district: str, receipt_no: str, *, scope: Scope) -> FundDeposit | None:
    """Return the deposit that was confirmed under this receipt of the district; None if there is none."""
    query = scoped(scope, {"district": district, "receipt_no": receipt_no})
    document = await reader.collection(FUND_DEPOSITS).find_one(query, session=reader.session)
    return None if document is None else _deposit_of(document)


async def deposits_without_match(reader: Reader, fund_id: str, *, scope: Scope) -> list[FundDeposit]:
    """Return the deposits of a fund that were not matched, the earliest paid first."""
    query = scoped(scope, {"fund_id": fund_id, "match_period": None})
    documents = await reader.collection(FUND_DEPOSITS).find(query, session=reader.session).to_list(None)
    return sorted(map(_deposit_of, documents), key=lambda deposit: (deposit.paid_on, deposit.id))


async def is_period_matched(reader: Reader, fund_id: str, period: str, *, scope: Scope) -> bool:
    """Return whether the fund has its match of that period."""
    query = scoped(scope, {"fund_id": fund_id, "match_period": period})
    return await reader.collection(FUND_DEPOSITS).find_one(query, session=reader.session) is not None


async def insert_fund_deposit(
    work: UnitOfWork, deposit: FundDeposit, *, district: str, estate_id: str, areas: tuple[str, ...]
) -> None:
    """Keep a new deposit; a receipt of a district is used once (unique index)."""
    document = {
        "_id": deposit.id,
        "district": district,
        "estate_id": estate_id,
        **_deposit_document(deposit),
        "areas": list(areas),
    }
    try:
        await work.collection(FUND_DEPOSITS).insert_one(document, session=work.session)
    except DuplicateKeyError as error:
        raise ConcurrentChange(f"receipt {deposit.receipt_no} is being recorded") from error


async def save_fund_deposits(work: UnitOfWork, deposits: Sequence[FundDeposit]) -> None:
    """Keep the deposits as they now are."""
    await work.collection(FUND_DEPOSITS).bulk_write(
        [UpdateOne({"_id": deposit.id}, {"$set": _deposit_document(deposit)}) for deposit in deposits],
        session=work.session,
    )


def _fund_document(fund: MaintenanceFund) -> dict[str, Any]:
    return {
        "kind": fund.kind.value,
        "district": fund.district,
        "estate_id": fund.estate_id,
        "custody_account_id": fund.custody_account_id,
        "opened_on": fund.opened_on.isoformat(),
        "interest_to": fund.interest_to.isoformat(),
        "policy_version_id": fund.policy_version_id,
        "balance": fund.balance,
        "contributed": fund.contributed,
        "matched": fund.matched,
    }


def _fund_of(document: Mapping[str, Any]) -> MaintenanceFund:
    return MaintenanceFund(
        id=document["_id"],
        kind=MaintenanceFundKind(document["kind"]),
        district=document["district"],
        estate_id=document["estate_id"],
        custody_account_id=document["custody_account_id"],
        opened_on=date.fromisoformat(document["opened_on"]),
        interest_to=date.fromisoformat(document["interest_to"]),
        policy_version_id=document["policy_version_id"],
        balance=Fen(document["balance"]),
        contributed=Fen(document["contributed"]),
        matched=Fen(document["matched"]),
    )


def _sub_account_document(sub: SubAccount) -> dict[str, Any]:
    return {
        "fund_id": sub.fund_id,
        "estate_id": sub.estate_id,
        "part_id": sub.part_id,
        "building_id": sub.building_id,
        "door_number": sub.door_number,
        "area": sub.area,
        "has_lift": sub.has_lift,
        "first_deposit": sub.first_deposit,
        "opened_on": sub.opened_on.isoformat(),
        "closed_on": None if sub.closed_on is None else sub.closed_on.isoformat(),
        "listed_in": sub.listed_in,
    }


def _sub_account_of(document: Mapping[str, Any]) -> SubAccount:
    closed_on = document["closed_on"]
    return SubAccount(
        id=document["_id"],
        fund_id=document["fund_id"],
        estate_id=document["estate_id"],
        part_id=document["part_id"],
        building_id=document["building_id"],
        door_number=document["door_number"],
        area=Area(document["area"]),
        has_lift=document["has_lift"],
        first_deposit=Fen(document["first_deposit"]),
        opened_on=date.fromisoformat(document["opened_on"]),
        closed_on=None if closed_on is None else date.fromisoformat(closed_on),
        listed_in=document["listed_in"],
    )


def _deposit_document(deposit: FundDeposit) -> dict[str, Any]:
    return {
        "fund_id": deposit.fund_id,
        "sub_account_id": deposit.sub_account_id,
        "part_id": deposit.part_id,
        "amount": deposit.amount,
        "paid_on": deposit.paid_on.isoformat(),
        "receipt_no": deposit.receipt_no,
        "status": deposit.status.value,
        "rate": deposit.rate,
        "has_lift": deposit.has_lift,
        "collector": None if deposit.collector is None else deposit.collector.value,
        "match": deposit.match,
        "match_period": deposit.match_period,
        "explanation": None if deposit.explanation is None else deposit.explanation.as_data(),
    }


def _deposit_of(document: Mapping[str, Any]) -> FundDeposit:
    collector, explanation, rate = document["collector"], document["explanation"], document["rate"]
    return FundDeposit(
        id=document["_id"],
        fund_id=document["fund_id"],
        sub_account_id=document["sub_account_id"],
        part_id=document["part_id"],
        amount=Fen(document["amount"]),
        paid_on=date.fromisoformat(document["paid_on"]),
        receipt_no=document["receipt_no"],
        status=DepositStatus(document["status"]),
        rate=None if rate is None else Fen(rate),
        has_lift=document["has_lift"],
        collector=None if collector is None else Collector(collector),
        match=Fen(document["match"]),
        match_period=document["match_period"],
        explanation=None if explanation is None else Explanation.from_data(explanation),
    )
