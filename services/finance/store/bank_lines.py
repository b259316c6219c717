"""The lines of bank statements, written once, and what each belongs to; beside them what the ledger moved."""

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from typing import Any, Final

from pymongo.errors import DuplicateKeyError

from kit.caller import Scope
from kit.ledger.documents import ENTRIES, POSTINGS
from kit.ledger.transfers import Side
from kit.money import Fen
from kit.mongo import ConcurrentChange, Reader, UnitOfWork, scoped
from services.finance.domain.bank_statement import BankLine
from services.finance.domain.reconciliation import Match, Movement

BANK_LINES: Final = "bank_lines"
BANK_MATCHES: Final = "bank_matches"
_POSTINGS_OF_A_READ: Final = 1_000


async def find_line(reader: Reader, line_id: str, *, scope: Scope) -> BankLine | None:
    """Return the line, or None if it is unknown or outside the scope."""
    document = await reader.collection(BANK_LINES).find_one(scoped(scope, {"_id": line_id}), session=reader.session)
    return None if document is None else _line_of(document)


async def lines_between(reader: Reader, account_id: str, first: date, last: date, *, scope: Scope) -> list[BankLine]:
    """Return an account's lines from the first to the last day, in the order of time."""
    query = {"account_id": account_id, "day": _between(first, last)}
    cursor = reader.collection(BANK_LINES).find(scoped(scope, query), session=reader.session).sort("day", 1)
    return [_line_of(document) for document in await cursor.to_list(None)]


async def insert_lines(
    work: UnitOfWork, lines: Sequence[BankLine], *, statement_id: str, areas: tuple[str, ...]
) -> None:
    """Keep new lines; one that another unit keeps meanwhile lets this one run again."""
    if not lines:
        return
    documents = [
        {
            "_id": line.id,
            "account_id": line.account_id,
            "bank_ref": line.bank_ref,
            "day": line.day.isoformat(),
            "amount": line.amount,
            "balance": line.balance,
            "memo": line.memo,
            "counterparty": line.counterparty,
            "statement_id": statement_id,
            "imported_at": work.now,
            "imported_by": work.caller.subject,
            "areas": list(areas),
        }
        for line in lines
    ]
    try:
        await work.collection(BANK_LINES).insert_many(documents, session=work.session)
    except DuplicateKeyError as error:
        raise ConcurrentChange("a line of this statement is being imported") from error


async def matched_between(
    reader: Reader, account_id: str, first: date, last: date, *, scope: Scope
) -> tuple[set[str], set[str]]:
    """Return the ids of the lines, and of the postings, of these days that belong to each other or to another day's."""
    span = _between(first, last)
    matches = reader.collection(BANK_MATCHES)
    query = scoped(scope, {"account_id": account_id})
    of_lines = await matches.find({**query, "line_day": span}, {"_id": 1}, session=reader.session).to_list(None)
    of_postings = await matches.find({**query, "posting_day": span}, {"posting_id": 1}, session=reader.session).to_list(
        None
    )
    return {document["_id"] for document in of_lines}, {document["posting_id"] for document in of_postings}


async def is_matched(
    reader: Reader, account_id: str, *, line_id: str | None = None, posting_id: str | None = None, scope: Scope
) -> bool:
    """Return whether the line, or the posting as far as it moved money in the account, belongs to another."""
    wanted = {"_id": line_id} if line_id is not None else {"account_id": account_id, "posting_id": posting_id}
    found = await reader.collection(BANK_MATCHES).find_one(scoped(scope, wanted), session=reader.session)
    return found is not None


async def insert_matches(
    work: UnitOfWork, matches: Sequence[Match], *, areas: tuple[str, ...], reason: str | None = None
) -> None:
    """Keep what belongs together; a line or posting that another unit takes meanwhile lets this one run again."""
    if not matches:
        return
    documents = [
        {
            "_id": match.line.id,
            "account_id": match.line.account_id,
            "posting_id": match.movement.posting_id,
            "line_day": match.line.day.isoformat(),
            "posting_day": match.movement.day.isoformat(),
            "by": match.by.value,
            "reason": reason,
            "matched_at": work.now,
            "matched_by": work.caller.subject,
            "areas": list(areas),
        }
        for match in matches
    ]
    try:
        await work.collection(BANK_MATCHES).insert_many(documents, session=work.session)
    except DuplicateKeyError as error:
        raise ConcurrentChange("a line or posting of the account is being matched") from error


async def release_match(work: UnitOfWork, account_id: str, posting_id: str) -> None:
    """Let the line that a posting was matched with belong to nothing again, since the posting was taken back."""
    await work.collection(BANK_MATCHES).delete_one(
        {"account_id": account_id, "posting_id": posting_id}, session=work.session
    )


async def movements_between(
    reader: Reader, ledger_account: str, *, side: Side, first: date, last: date
) -> list[Movement]:
    """Return what each posting from the first to the last day moved in an account in all; nothing is left out."""
    query = {"account": ledger_account, "occurred_on": _between(first, last)}
    cursor = reader.collection(ENTRIES).find(query, session=reader.session).sort("occurred_on", 1)
    amounts: dict[str, int] = {}
    for entry in await cursor.to_list(None):
        signed = entry["amount_fen"] if entry["side"] == side.value else -entry["amount_fen"]
        amounts[entry["posting"]] = amounts.get(entry["posting"], 0) + signed
    return await _movements(reader, {posting_id: amount for posting_id, amount in amounts.items() if amount})


async def movement_of(reader: Reader, ledger_account: str, posting_id: str, *, side: Side) -> Movement | None:
    """Return what a posting moved in an account in all; None if that is nothing."""
    posting = await reader.collection(POSTINGS).find_one({"_id": posting_id}, session=reader.session)
    legs = [] if posting is None else [leg for leg in posting["legs"] if leg["account"] == ledger_account]
    amount = sum(leg["amount_fen"] if leg["side"] == side.value else -leg["amount_fen"] for leg in legs)
    if posting is None or amount == 0:
        return None
    return _movement(posting, amount)


async def posting_with_key(reader: Reader, book: str, key: str) -> Mapping[str, Any] | None:
    """Return the document of the posting with this business key; None if nothing is posted under it."""
    document: dict[str, Any] | None = await reader.collection(POSTINGS).find_one(
        {"book": book, "key": key}, session=reader.session
    )
    return document


def _between(first: date, last: date) -> dict[str, str]:
    # Below the next day: where more fields follow in an index, the embedded server loses what equals an upper bound.
    return {"$gte": first.isoformat(), "$lt": (last + timedelta(days=1)).isoformat()}


async def _movements(reader: Reader, amounts: Mapping[str, int]) -> list[Movement]:
    ids = list(amounts)
    movements: list[Movement] = []
    for start in range(0, len(ids), _POSTINGS_OF_A_READ):
        query = {"_id": {"$in": ids[start : start + _POSTINGS_OF_A_READ]}}
        cursor = reader.collection(POSTINGS).find(query, session=reader.session)
        movements += [_movement(posting, amounts[posting["_id"]]) for posting in await cursor.to_list(None)]
    return sorted(movements, key=lambda movement: (movement.day, movement.posting_id))


def _movement(posting: Mapping[str, Any], amount: int) -> Movement:
    return Movement(
        posting_id=posting["_id"],
        key=posting["key"],
        day=date.fromisoformat(posting["occurred_on"]),
        amount=Fen(amount),
        reverses=posting["reverses"],
        memo=posting["memo"],
    )


def _line_of(document: Mapping[str, Any]) -> BankLine:
    return BankLine(
        account_id=document["account_id"],
        bank_ref=document["bank_ref"],
        day=date.fromisoformat(document["day"]),
        amount=Fen(document["amount"]),
        balance=Fen(document["balance"]),
        memo=document["memo"],
        counterparty=document["counterparty"],
    )
