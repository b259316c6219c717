"""The bill runs, one document each, and the months of an item that are billed: each month of an estate once (DH-38)."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Any, Final, NamedTuple

from pymongo import UpdateOne
from pymongo.errors import DuplicateKeyError

from kit.caller import Scope
from kit.money import Fen
from kit.mongo import LATEST_PERIOD, ConcurrentChange, Document, Reader, UnitOfWork, scoped
from services.finance.domain.bill import BillSource, Creditor, FeeBill, FeeUnit, Payee
from services.finance.domain.bill_run import BillLine, BillRun, RunState, RunTotal
from services.finance.domain.billing_period import months_of
from services.finance.domain.late_bill import TakenMonth

BILL_RUNS: Final = "fee_bill_runs"
BILLED_MONTHS: Final = "fee_billed_months"
_AFTER_EVERY_ID: Final = "~"


class BilledMonth(NamedTuple):
    """That an item is billed for a month by a run; `tariff` is the contract whose rates held, or else the estate."""

    item_code: str
    month: str
    tariff: str
    run_id: str


async def find_runs(reader: Reader, ids: Sequence[str], *, scope: Scope) -> dict[str, BillRun]:
    """Return the bill runs with these ids that the scope sees, by id."""
    cursor = reader.collection(BILL_RUNS).find(scoped(scope, {"_id": {"$in": list(ids)}}), session=reader.session)
    return {document["_id"]: run_of(document) for document in await cursor.to_list(len(ids))}


async def find_run(reader: Reader, run_id: str, *, scope: Scope) -> BillRun | None:
    """Return the bill run, or None if it is unknown or outside the scope."""
    return (await find_runs(reader, [run_id], scope=scope)).get(run_id)


async def find_running_ids(reader: Reader, *, scope: Scope) -> list[str]:
    """Return the ids of the runs that are not finished, the oldest first."""
    query = scoped(scope, {"state": RunState.RUNNING.value})
    cursor = reader.collection(BILL_RUNS).find(query, {"_id": 1}, session=reader.session)
    return sorted(document["_id"] for document in await cursor.to_list(None))


async def find_billed_estates(reader: Reader, *, scope: Scope) -> list[str]:
    """Return the ids of all estates that have had a bill run, sorted."""
    query = scoped(scope, {"estate_id": {"$gte": "", "$lte": _AFTER_EVERY_ID}})
    cursor = reader.collection(BILL_RUNS).find(query, {"estate_id": 1}, session=reader.session)
    return sorted({document["estate_id"] async for document in cursor})


async def find_billed_months(
    reader: Reader, estate_id: str, *, source: BillSource, items: Sequence[str], months: Sequence[str], scope: Scope
) -> list[BilledMonth]:
    """Return which of the items are billed for which of the months, under which tariff and by which run."""
    query = {
        "estate_id": estate_id,
        "item_code": {"$in": list(items)},
        "month": {"$gte": min(months), "$lte": max(months)},
        "source": source.value,
    }
    cursor = reader.collection(BILLED_MONTHS).find(scoped(scope, query), session=reader.session)
    return sorted(
        BilledMonth(one["item_code"], one["month"], one["tariff"], one["run_id"]) for one in await cursor.to_list(None)
    )


async def find_months_taken_since(
    reader: Reader, estate_id: str, month: str, *, scope: Scope
) -> dict[str, frozenset[TakenMonth]]:
    """Return what is billed in an estate of that month, such as "2026-03", and later ones, by run."""
    query = {"estate_id": estate_id, "month": {"$gte": month, "$lte": LATEST_PERIOD}}
    cursor = reader.collection(BILLED_MONTHS).find(scoped(scope, query), session=reader.session)
    found: dict[str, set[TakenMonth]] = {}
    for one in await cursor.to_list(None):
        taken = TakenMonth(one["item_code"], one["month"], one["tariff"], BillSource(one["source"]))
        found.setdefault(one["run_id"], set()).add(taken)
    return {run_id: frozenset(months) for run_id, months in found.items()}


async def find_last_billed_month(reader: Reader, estate_id: str, item_code: str, *, scope: Scope) -> str | None:
    """Return the last month for which the item was billed in the estate, such as "2026-03"."""
    query = {"estate_id": estate_id, "item_code": item_code, "month": {"$gte": "0001-01", "$lte": LATEST_PERIOD}}
    cursor = reader.collection(BILLED_MONTHS).find(scoped(scope, query), {"month": 1}, session=reader.session)
    return max([one["month"] for one in await cursor.to_list(None)], default=None)


async def insert_run(work: UnitOfWork, run: BillRun, *, areas: tuple[str, ...]) -> None:
    """Keep a new run and take the months of its lines; raises ConcurrentChange if one is being taken."""
    taken = {
        (BilledMonth(line.item_code, month, line.contract_id or run.estate_id, run.id), line.source)
        for line in run.lines
        for month in months_of(line.from_, line.to)
    }
    try:
        await work.collection(BILLED_MONTHS).insert_many(
            [_month_document(run.estate_id, one, source, areas) for one, source in sorted(taken)],
            session=work.session,
        )
    except DuplicateKeyError as error:
        raise ConcurrentChange("one of the months is being billed") from error
    await work.collection(BILL_RUNS).insert_one(
        {**_document_of(run), "started_at": work.now, "areas": list(areas)}, session=work.session
    )


async def take_months_of_bills(
    work: UnitOfWork, estate_id: str, bills: Iterable[FeeBill], *, areas: tuple[str, ...]
) -> None:
    """Keep that the months of bills are billed under the tariffs that the bills have by now, by the runs they are of.

    A month that is billed already is left as it is.
    """
    taken = {
        (BilledMonth(bill.item_code, month, bill.contract_id or estate_id, bill.run_id), bill.source)
        for bill in bills
        for month in months_of(bill.from_, bill.to)
    }
    documents = [_month_document(estate_id, one, source, areas) for one, source in sorted(taken)]
    if documents:
        await work.collection(BILLED_MONTHS).bulk_write(
            [UpdateOne({"_id": one["_id"]}, {"$setOnInsert": one}, upsert=True) for one in documents],
            session=work.session,
        )


def _month_document(estate_id: str, one: BilledMonth, source: BillSource, areas: tuple[str, ...]) -> Document:
    return {
        "_id": f"{estate_id}:{one.month}:{source.value}:{one.tariff}:{one.item_code}",
        "estate_id": estate_id,
        "item_code": one.item_code,
        "month": one.month,
        "source": source.value,
        "tariff": one.tariff,
        "run_id": one.run_id,
        "areas": list(areas),
    }


async def save_run(work: UnitOfWork, before: BillRun, after: BillRun) -> None:
    """Keep how far a run has come; raises ConcurrentChange if another went on with it from the same page."""
    saved = await work.collection(BILL_RUNS).update_one(
        {"_id": before.id, "page_count": before.page_count, "state": before.state.value},
        {"$set": _progress_of(after)},
        session=work.session,
    )
    if saved.matched_count == 0:
        raise ConcurrentChange(f"the bill run {before.id!r} goes on elsewhere")


async def note_changed_parts(work: UnitOfWork, estate_id: str, part_ids: Sequence[str]) -> None:
    """Let the runs of an estate that are not over read parts anew: their page may be read by now and not billed yet.

    It is written into the run, so that of this and the page that is being billed one waits for the other.
    """
    not_over = [RunState.RUNNING.value, RunState.HALTED.value]
    await work.collection(BILL_RUNS).update_many(
        {"estate_id": estate_id, "state": {"$in": not_over}},
        {"$set": {f"changed_parts.{part_id}": True for part_id in part_ids}},
        session=work.session,
    )


async def find_changed_parts(reader: Reader, run_id: str, *, scope: Scope) -> frozenset[str]:
    """Return the parts of which a fact was heard while the run went on."""
    query = scoped(scope, {"_id": run_id})
    found = await reader.collection(BILL_RUNS).find_one(query, {"changed_parts": 1}, session=reader.session)
    return frozenset((found or {}).get("changed_parts", ()))


async def move_runs_of_estate(work: UnitOfWork, estate_id: str, *, areas: tuple[str, ...]) -> None:
    """Let other grants see an estate's bill runs."""
    change = {"$set": {"areas": list(areas)}}
    await work.collection(BILL_RUNS).update_many({"estate_id": estate_id}, change, session=work.session)
    await work.collection(BILLED_MONTHS).update_many({"estate_id": estate_id}, change, session=work.session)


def _document_of(run: BillRun) -> Document:
    return {
        "_id": run.id,
        "district": run.district,
        "estate_id": run.estate_id,
        "period": run.period,
        "items": list(run.items),
        "source": run.source.value,
        "due_on": run.due_on.isoformat(),
        "issued_on": run.issued_on.isoformat(),
        "lines": [
            {
                "item_code": line.item_code,
                "unit": line.unit.value,
                "rate": line.rate,
                "from": line.from_.isoformat(),
                "to": line.to.isoformat(),
                "payee": line.creditor.payee.value,
                "payee_id": line.creditor.id,
                "source": line.source.value,
                "contract_id": line.contract_id,
            }
            for line in run.lines
        ],
        **_progress_of(run),
    }


def _progress_of(run: BillRun) -> Document:
    return {
        "state": run.state.value,
        "after_part": run.after_part,
        "page_count": run.page_count,
        "bill_count": run.bill_count,
        "part_count": run.part_count,
        "unbilled_count": run.unbilled_count,
        "total": run.total,
        "totals": [
            {
                "item_code": one.item_code,
                "payee": one.creditor.payee.value,
                "payee_id": one.creditor.id,
                "source": one.source.value,
                "count": one.count,
                "amount": one.amount,
            }
            for one in run.totals
        ],
        "halted_because": run.halted_because,
    }


def run_of(document: Mapping[str, Any]) -> BillRun:
    """Return the bill run that a document describes."""
    return BillRun(
        id=document["_id"],
        district=document["district"],
        estate_id=document["estate_id"],
        period=document["period"],
        items=tuple(document["items"]),
        source=BillSource(document["source"]),
        due_on=date.fromisoformat(document["due_on"]),
        issued_on=date.fromisoformat(document["issued_on"]),
        lines=tuple(
            BillLine(
                item_code=line["item_code"],
                unit=FeeUnit(line["unit"]),
                rate=Fen(line["rate"]),
                from_=date.fromisoformat(line["from"]),
                to=date.fromisoformat(line["to"]),
                creditor=_creditor_of(line),
                source=BillSource(line["source"]),
                contract_id=line["contract_id"],
            )
            for line in document["lines"]
        ),
        state=RunState(document["state"]),
        after_part=document["after_part"],
        page_count=document["page_count"],
        bill_count=document["bill_count"],
        part_count=document["part_count"],
        unbilled_count=document["unbilled_count"],
        total=Fen(document["total"]),
        totals=tuple(
            RunTotal(
                item_code=one["item_code"],
                creditor=_creditor_of(one),
                source=BillSource(one["source"]),
                count=one["count"],
                amount=Fen(one["amount"]),
            )
            for one in document["totals"]
        ),
        halted_because=document["halted_because"],
    )


def _creditor_of(document: Mapping[str, Any]) -> Creditor:
    return Creditor(Payee(document["payee"]), document["payee_id"])
