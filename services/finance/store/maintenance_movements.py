"""What moved in a maintenance fund, by account, reason and bank day, and the statements that were published of it.

The ledger's entries know amounts and days, not why; a statement asks for both. Each movement is written in the unit of
work of its posting.
"""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any, Final

from pymongo.errors import DuplicateKeyError

from kit.caller import Scope
from kit.money import Fen
from kit.mongo import LATEST_PERIOD, ConcurrentChange, Reader, UnitOfWork, scoped
from services.finance.domain.maintenance_fund import MaintenanceFund
from services.finance.domain.maintenance_statement import (
    AnnualStatement,
    FundEntry,
    FundMovement,
    PublishedStatement,
)

FUND_MOVEMENTS: Final = "maintenance_movements"
STATEMENTS: Final = "maintenance_statements"


async def keep_movements(
    work: UnitOfWork,
    fund: MaintenanceFund,
    changes: Mapping[str, Fen],
    *,
    posting_id: str,
    kind: FundEntry,
    day: date,
    areas: Sequence[str],
) -> None:
    """Keep by how much a posting changed each account of the fund, and why."""
    documents = [
        {
            "_id": f"{posting_id}:{account_id}",
            "fund_id": fund.id,
            "estate_id": fund.estate_id,
            "account_id": account_id,
            "kind": kind.value,
            "day": day.isoformat(),
            "change": change,
            "areas": list(areas),
        }
        for account_id, change in changes.items()
        if change
    ]
    if documents:
        await work.collection(FUND_MOVEMENTS).insert_many(documents, session=work.session)


async def movements_until(reader: Reader, fund_id: str, last: date, *, scope: Scope) -> list[FundMovement]:
    """Return every movement of a fund up to the end of that day, in no order."""
    query = scoped(scope, {"fund_id": fund_id, "day": {"$gte": "0001-01-01", "$lte": last.isoformat()}})
    documents = await reader.collection(FUND_MOVEMENTS).find(query, session=reader.session).to_list(None)
    return [_movement_of(document) for document in documents]


async def sums_of_fund(reader: Reader, fund_id: str, *, scope: Scope) -> dict[str, Fen]:
    """Return what all movements of a fund make, by ledger account."""
    query = scoped(scope, {"fund_id": fund_id, "day": {"$gte": "0001-01-01", "$lte": LATEST_PERIOD}})
    needed = {"account_id": 1, "change": 1}
    sums: dict[str, Fen] = {}
    async for document in reader.collection(FUND_MOVEMENTS).find(query, needed, session=reader.session):
        id_ = document["account_id"]
        sums[id_] = Fen(sums.get(id_, 0) + document["change"])
    return sums


async def movements_of_account(reader: Reader, account_id: str, last: date, *, scope: Scope) -> list[FundMovement]:
    """Return every movement of one account up to the end of that day, in no order."""
    query = scoped(scope, {"account_id": account_id, "day": {"$gte": "0001-01-01", "$lte": last.isoformat()}})
    documents = await reader.collection(FUND_MOVEMENTS).find(query, session=reader.session).to_list(None)
    return [_movement_of(document) for document in documents]


async def latest_statement(reader: Reader, fund_id: str, year: int, *, scope: Scope) -> PublishedStatement | None:
    """Return the last revision of a fund's published statement of a year; None if none was published."""
    query = scoped(scope, {"fund_id": fund_id, "year": year})
    documents = await reader.collection(STATEMENTS).find(query, session=reader.session).to_list(None)
    return max(map(_statement_of, documents), key=lambda statement: statement.revision, default=None)


async def insert_statement(
    work: UnitOfWork, fund: MaintenanceFund, published: PublishedStatement, *, areas: Sequence[str]
) -> None:
    """Keep a published statement; a year has one of each revision (unique index)."""
    statement = published.statement
    document = {
        "_id": published.id,
        "fund_id": fund.id,
        "estate_id": fund.estate_id,
        "revision": published.revision,
        "published_on": published.published_on.isoformat(),
        "bank_balance": published.bank_balance,
        "year": statement.year,
        **{name: getattr(statement, name) for name in _AMOUNTS},
        "areas": list(areas),
    }
    try:
        await work.collection(STATEMENTS).insert_one(document, session=work.session)
    except DuplicateKeyError as error:
        raise ConcurrentChange(f"the statement of {statement.year} is being published") from error


async def move_movements_of_estate(work: UnitOfWork, estate_id: str, *, areas: Sequence[str]) -> None:
    """Let other grants see what moved in an estate's funds, and its statements."""
    for name in (FUND_MOVEMENTS, STATEMENTS):
        await work.collection(name).update_many(
            {"estate_id": estate_id}, {"$set": {"areas": list(areas)}}, session=work.session
        )


_AMOUNTS: Final = ("opening", "deposits", "matches", "interest", "income", "uses", "refunds", "closing")


def _movement_of(document: Mapping[str, Any]) -> FundMovement:
    return FundMovement(
        document["account_id"],
        FundEntry(document["kind"]),
        date.fromisoformat(document["day"]),
        Fen(document["change"]),
        document["_id"].partition(":")[0],
    )


def _statement_of(document: Mapping[str, Any]) -> PublishedStatement:
    return PublishedStatement(
        id=document["_id"],
        fund_id=document["fund_id"],
        revision=document["revision"],
        published_on=date.fromisoformat(document["published_on"]),
        bank_balance=Fen(document["bank_balance"]),
        statement=AnnualStatement(year=document["year"], **{name: Fen(document[name]) for name in _AMOUNTS}),
    )
