"""The fee bills, one document each: written in bulk by a bill run, changed one by one by payments and dunning."""

from collections.abc import AsyncIterator, Mapping, Sequence
from datetime import date
from typing import Any, Final

from pymongo import UpdateOne

from kit.caller import Scope
from kit.money import Fen
from kit.mongo import LATEST_PERIOD, ConcurrentChange, Document, Reader, UnitOfWork, scoped
from services.finance.domain.bill import (
    BillSource,
    Creditor,
    Dispute,
    DunningStep,
    FeeBill,
    FeeUnit,
    Payee,
    Settlement,
    Standing,
    oldest_first,
)

BILLS: Final = "fee_bills"
_EARLIEST: Final = "0001-01-01"
_UNPAID: Final = (Standing.OPEN.value, Standing.DISPUTED.value)


async def find_bills(reader: Reader, ids: Sequence[str], *, scope: Scope) -> dict[str, FeeBill]:
    """Return the bills with these ids that the scope sees, by id."""
    cursor = reader.collection(BILLS).find(scoped(scope, {"_id": {"$in": list(ids)}}), session=reader.session)
    return {document["_id"]: bill_of(document) for document in await cursor.to_list(len(ids))}


async def find_bill(reader: Reader, bill_id: str, *, scope: Scope) -> FeeBill | None:
    """Return the bill, or None if it is unknown or outside the scope."""
    return (await find_bills(reader, [bill_id], scope=scope)).get(bill_id)


async def find_bills_of_parts(
    reader: Reader,
    part_ids: Sequence[str],
    *,
    scope: Scope,
    from_: date | None = None,
    to: date | None = None,
    reaching: date | None = None,
) -> dict[str, list[FeeBill]]:
    """Return each part's bills whose service begins on `from_` to `to`, both included, the newest first.

    With `reaching` only those that bill that day or a later one.
    """
    days = {"$gte": _EARLIEST if from_ is None else from_.isoformat(), "$lte": _until(to)}
    query: Document = {"part_id": {"$in": list(part_ids)}, "from": days}
    if reaching is not None:
        query["to"] = {"$gte": reaching.isoformat(), "$lte": LATEST_PERIOD}
    cursor = reader.collection(BILLS).find(scoped(scope, query), session=reader.session)
    found: dict[str, list[FeeBill]] = {}
    for bill in _newest_first([bill_of(document) for document in await cursor.to_list(None)]):
        found.setdefault(bill.part_id, []).append(bill)
    return found


async def find_bills_of_owners(reader: Reader, owner_ids: Sequence[str], *, scope: Scope) -> dict[str, list[FeeBill]]:
    """Return each owner's bills, those owed jointly with others included, the newest first."""
    asked = set(owner_ids)
    query = scoped(scope, {"owner_ids": {"$in": sorted(asked)}})
    cursor = reader.collection(BILLS).find(query, session=reader.session)
    found: dict[str, list[FeeBill]] = {}
    for bill in _newest_first([bill_of(document) for document in await cursor.to_list(None)]):
        for owner_id in asked.intersection(bill.owner_ids):
            found.setdefault(owner_id, []).append(bill)
    return found


async def find_unpaid_bills_of_part(reader: Reader, part_id: str, *, scope: Scope) -> list[FeeBill]:
    """Return the bills of a part that still take a payment, in the order in which a payment goes to them."""
    query = scoped(scope, {"part_id": part_id, "standing": {"$in": list(_UNPAID)}})
    cursor = reader.collection(BILLS).find(query, session=reader.session)
    return oldest_first([bill_of(document) for document in await cursor.to_list(None)])


async def bills_due_of_estate(
    reader: Reader, estate_id: str, *, due_by: date, scope: Scope, page_size: int = 500
) -> AsyncIterator[list[FeeBill]]:
    """Give an estate's bills that are due on that day or before, of every standing, in bounded pages by due day.

    A cursor over the index gives them in one pass, however many there are.
    """
    query = {"estate_id": estate_id, "due_on": {"$gte": _EARLIEST, "$lte": due_by.isoformat()}}
    cursor = reader.collection(BILLS).find(scoped(scope, query), session=reader.session, batch_size=page_size)
    page: list[FeeBill] = []
    async for document in cursor.sort([("estate_id", 1), ("due_on", 1)]):
        page.append(bill_of(document))
        if len(page) == page_size:
            yield page
            page = []
    if page:
        yield page


async def find_bills_of_contracts_after(
    reader: Reader, last_days: Mapping[str, date], *, scope: Scope
) -> dict[str, list[FeeBill]]:
    """Return the bills of each contract that are not cancelled and reach beyond its day, the oldest first."""
    if not last_days:
        return {}
    beyond = {"$gt": min(last_days.values()).isoformat(), "$lte": LATEST_PERIOD}
    query = scoped(scope, {"contract_id": {"$in": sorted(last_days)}, "to": beyond})
    cursor = reader.collection(BILLS).find(query, session=reader.session)
    found: dict[str, list[FeeBill]] = {}
    for bill in oldest_first(_standing([bill_of(document) for document in await cursor.to_list(None)])):
        contract_id = bill.contract_id or ""
        if bill.to > last_days[contract_id]:
            found.setdefault(contract_id, []).append(bill)
    return found


async def find_bills_reaching(reader: Reader, estate_id: str, day: date, *, scope: Scope) -> list[FeeBill]:
    """Return the bills of an estate that are not cancelled and bill that day or later ones, the oldest first.

    No bill falls due before its period begins, so the due day bounds what is read.
    """
    due = {"$gte": day.replace(month=1, day=1).isoformat(), "$lte": LATEST_PERIOD}
    query = {"estate_id": estate_id, "due_on": due, "to": {"$gte": day.isoformat(), "$lte": LATEST_PERIOD}}
    cursor = reader.collection(BILLS).find(scoped(scope, query), session=reader.session)
    return oldest_first(_standing([bill_of(document) for document in await cursor.to_list(None)]))


async def insert_bills(work: UnitOfWork, documents: Sequence[Document]) -> None:
    """Write new bills, given as `bill_document` makes them; all of them or, with the unit of work, none."""
    if documents:
        await work.collection(BILLS).insert_many(documents, session=work.session)


async def save_bills(work: UnitOfWork, before: Sequence[FeeBill], after: Sequence[FeeBill]) -> None:
    """Keep what payments, dunning or a correction made of bills; raises ConcurrentChange if one was changed meanwhile.

    `before` are the bills as they were read, in the same order.
    """
    updates = [
        UpdateOne(
            {"_id": old.id, "paid": old.paid, "standing": old.standing.value, "dunning": old.dunning.value},
            {"$set": _changing(new)},
        )
        for old, new in zip(before, after, strict=True)
    ]
    if updates:
        written = await work.collection(BILLS).bulk_write(updates, session=work.session)
        if written.matched_count != len(updates):
            raise ConcurrentChange(f"one of the bills {', '.join(bill.id for bill in before)} was changed meanwhile")


async def move_bills_of_estate(work: UnitOfWork, estate_id: str, *, street_id: str, community_id: str) -> None:
    """Let another street and community see an estate's bills; the places of the grants are those of `bill_areas`."""
    await work.collection(BILLS).update_many(
        {"estate_id": estate_id},
        {"$set": {"areas.1": f"street:{street_id}", "areas.2": f"community:{community_id}"}},
        session=work.session,
    )


def bill_areas(place: Sequence[str], *, part_id: str, owner_ids: Sequence[str]) -> list[str]:
    """Return the grants that see a bill: the offices and who manages the estate (`place`), the part and its owners.

    `place` is what `areas_of_part` begins with: district, street, community and manager, in this order.
    """
    return [*place, f"part:{part_id}", *map("owner:".__add__, owner_ids)]


def bill_document(bill: FeeBill, *, areas: Sequence[str]) -> Document:
    """Return the document of a bill."""
    return {
        "_id": bill.id,
        "district": bill.district,
        "estate_id": bill.estate_id,
        "part_id": bill.part_id,
        "door_number": bill.door_number,
        "owner_ids": list(bill.owner_ids),
        "run_id": bill.run_id,
        "item_code": bill.item_code,
        "period": bill.period,
        "from": bill.from_.isoformat(),
        "to": bill.to.isoformat(),
        "issued_on": bill.issued_on.isoformat(),
        "due_on": bill.due_on.isoformat(),
        "unit": bill.unit.value,
        "rate": bill.rate,
        "quantity": bill.quantity,
        "amount": bill.amount,
        "payee": bill.creditor.payee.value,
        "payee_id": bill.creditor.id,
        "source": bill.source.value,
        "contract_id": bill.contract_id,
        "areas": list(areas),
        **_changing(bill),
    }


def bill_of(document: Mapping[str, Any]) -> FeeBill:
    """Return the bill that a document describes."""
    cancelled_on, written_off_on = document["cancelled_on"], document.get("written_off_on")
    return FeeBill(
        id=document["_id"],
        district=document["district"],
        estate_id=document["estate_id"],
        part_id=document["part_id"],
        door_number=document["door_number"],
        owner_ids=tuple(document["owner_ids"]),
        run_id=document["run_id"],
        item_code=document["item_code"],
        period=document["period"],
        from_=date.fromisoformat(document["from"]),
        to=date.fromisoformat(document["to"]),
        issued_on=date.fromisoformat(document["issued_on"]),
        due_on=date.fromisoformat(document["due_on"]),
        unit=FeeUnit(document["unit"]),
        rate=Fen(document["rate"]),
        quantity=document["quantity"],
        amount=Fen(document["amount"]),
        creditor=Creditor(Payee(document["payee"]), document["payee_id"]),
        source=BillSource(document["source"]),
        contract_id=document["contract_id"],
        paid=Fen(document["paid"]),
        settlements=tuple(
            Settlement(date.fromisoformat(day), Fen(amount), payment_id)
            for day, amount, payment_id in document["settlements"]
        ),
        standing=Standing(document["standing"]),
        dunning=DunningStep(document["dunning"]),
        cancelled_on=None if cancelled_on is None else date.fromisoformat(cancelled_on),
        # Bills that were written before there were disputes and write-offs say nothing of them.
        disputes=tuple(map(_dispute_of, document.get("disputes", ()))),
        written_off_on=None if written_off_on is None else date.fromisoformat(written_off_on),
        written_off=Fen(document.get("written_off", 0)),
        write_off_reason=document.get("write_off_reason"),
    )


def _changing(bill: FeeBill) -> Document:
    """Return the fields of a bill that may change after it was issued; its amount never does."""
    return {
        "paid": bill.paid,
        "settlements": [[one.paid_on.isoformat(), one.amount, one.payment_id] for one in bill.settlements],
        "standing": bill.standing.value,
        "dunning": bill.dunning.value,
        "cancelled_on": None if bill.cancelled_on is None else bill.cancelled_on.isoformat(),
        "disputes": [
            {
                "on": one.on.isoformat(),
                "reason": one.reason,
                "upheld_on": None if one.upheld_on is None else one.upheld_on.isoformat(),
                "finding": one.finding,
            }
            for one in bill.disputes
        ],
        "written_off_on": None if bill.written_off_on is None else bill.written_off_on.isoformat(),
        "written_off": bill.written_off,
        "write_off_reason": bill.write_off_reason,
    }


def _dispute_of(document: Mapping[str, Any]) -> Dispute:
    upheld_on = document["upheld_on"]
    return Dispute(
        on=date.fromisoformat(document["on"]),
        reason=document["reason"],
        upheld_on=None if upheld_on is None else date.fromisoformat(upheld_on),
        finding=document["finding"],
    )


def _standing(bills: Sequence[FeeBill]) -> list[FeeBill]:
    return [bill for bill in bills if bill.can_change]


def _newest_first(bills: Sequence[FeeBill]) -> list[FeeBill]:
    return sorted(bills, key=lambda bill: (bill.from_, bill.due_on, bill.id), reverse=True)


def _until(day: date | None) -> str:
    return LATEST_PERIOD if day is None else day.isoformat()
