"""Make a bill run's bills out, page by page; a run that was killed goes on after its last committed page."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Final

from kit.caller import SYSTEM_CALLER, Scope
from kit.clock import Clock
from kit.errors import Refusal
from kit.lease import Lease, LeaseLost
from kit.ledger.store import post
from kit.ledger.transfers import Posting
from kit.money import Fen
from kit.mongo import Mongo, UnitOfWork, run_unit_of_work
from services.finance.domain.bill import FeeBill
from services.finance.domain.bill_run import (
    BilledPart,
    BillRun,
    BillRunUnknown,
    NewBill,
    RunState,
    bills_of_page,
)
from services.finance.domain.billing_period import parse_period
from services.finance.domain.estate import Estate, EstateUnknown
from services.finance.domain.fee_ledger import billed, book_of, page_key, page_memo
from services.finance.events import BillRunCompleted
from services.finance.store.bill_runs import find_changed_parts, find_run, save_run
from services.finance.store.billed_parts import find_billed_parts, stream_billed_parts
from services.finance.store.bills import find_bills
from services.finance.store.estates import find_estate
from services.finance.store.fee_accounts import add_to_summary, find_prepaid_accounts
from services.finance.store.fee_rates import find_units_of_parts
from services.finance.store.new_bills import insert_new_bills
from services.finance.use_cases.fee_places import estate_areas, place_of_part
from services.finance.use_cases.fee_prepaid import apply_purses

PAGE_SIZE: Final = 5_000
"""Parts to a unit of work: about five megabytes of bills."""
_EVERYTHING = Scope.everything()


async def make_out_bills(
    mongo: Mongo, run_id: str, *, clock: Clock, lease: Lease | None = None, page_size: int = PAGE_SIZE
) -> BillRun:
    """Make out what is left of a run and return the run as it then is; one that is finished is left as it is.

    Each page of parts is one unit of work: bills, one posting, and how far the run has come. A refusal, such as a
    closed month, halts the run, which says why. Raises BillRunUnknown, and LeaseLost when another took over.
    """
    run = await find_run(mongo, run_id, scope=_EVERYTHING)
    if run is None:
        raise BillRunUnknown("no such bill run", value=run_id)
    if run.state is not RunState.RUNNING:
        return run
    pages = stream_billed_parts(mongo, run.estate_id, scope=_EVERYTHING, after=run.after_part, page_size=page_size)
    try:
        page: list[BilledPart] = await anext(pages, [])
        while run.state is RunState.RUNNING:
            following: list[BilledPart] = await anext(pages, [])
            run = await _in_unit(mongo, run, page, is_last=not following, clock=clock, lease=lease)
            page = following
        return run
    except Refusal as refusal:
        return await _halt(mongo, run, refusal, clock=clock)


async def _in_unit(
    mongo: Mongo, run: BillRun, page: Sequence[BilledPart], *, is_last: bool, clock: Clock, lease: Lease | None
) -> BillRun:
    """Bill a page in one unit of work, and finish the run with the last; return the run after it."""

    if lease is not None and not await lease.renew():
        raise LeaseLost(f"the lease {lease.name!r} has passed to another holder")

    async def write(work: UnitOfWork) -> BillRun:
        if lease is not None:
            await lease.confirm(work)
        current = await find_run(work, run.id, scope=_EVERYTHING)
        if current is None or current.page_count != run.page_count or current.state is not run.state:
            # Its commit was applied though the answer was lost, or another goes on with it: nothing is left to do here.
            return current or run
        parts = await _as_it_is_now(work, current, page, is_last=is_last)
        after = await _bill_page(work, current, parts) if parts else current
        if is_last:
            after = _finish(work, after)
        await save_run(work, current, after)
        return after

    return await run_unit_of_work(mongo, SYSTEM_CALLER, write, clock=clock)


async def _as_it_is_now(
    work: UnitOfWork, run: BillRun, page: Sequence[BilledPart], *, is_last: bool
) -> Sequence[BilledPart]:
    """Return the page with those parts read anew of which a fact was heard since it was read, the new ones included."""
    last = "" if is_last or not page else page[-1].id
    changed = [
        part_id
        for part_id in await find_changed_parts(work, run.id, scope=_EVERYTHING)
        if run.after_part < part_id and (is_last or part_id <= last)
    ]
    if not changed:
        return page
    now = {part.id: part for part in page} | await find_billed_parts(work, changed, scope=_EVERYTHING)
    return [now[part_id] for part_id in sorted(now)]


async def _bill_page(work: UnitOfWork, run: BillRun, page: Sequence[BilledPart]) -> BillRun:
    estate = await find_estate(work, run.estate_id, scope=_EVERYTHING)
    if estate is None:
        raise EstateUnknown("no such estate", value=run.estate_id)
    first, last = page[0].id, page[-1].id
    units = await find_units_of_parts(work, run.estate_id, first=first, last=last, scope=_EVERYTHING)
    bills, unbilled = bills_of_page(page, run.lines, units)
    after = run.after_page(page, bills, unbilled_count=unbilled)
    if bills:
        ids = run.next_bill_ids(len(bills))
        await _write(work, run, after, estate, bills, ids)
        await _apply_prepaid(work, run, estate, bills, ids, first=first, last=last)
    return after


async def _write(
    work: UnitOfWork, run: BillRun, after: BillRun, estate: Estate, bills: Sequence[NewBill], ids: Sequence[str]
) -> None:
    """Write the page's bills and post their sums: one posting, whose memo vouches for every bill of it."""
    await insert_new_bills(work, run, bills, ids, place=place_of_part(estate))
    amounts = zip(ids, (bill.amount for bill in bills), strict=True)
    await post(
        work,
        Posting(
            book=book_of(run.district),
            key=page_key(run.id, after.page_count),
            transfers=tuple(
                billed(run.estate_id, creditor, amount) for creditor, amount in after.owed_since(run).items()
            ),
            occurred_on=run.issued_on,
            memo=page_memo(ids[0], ids[-1], amounts),
            district=run.district,
        ),
    )
    await add_to_summary(
        work,
        run.estate_id,
        parse_period(run.period),
        billed=Fen(after.total - run.total),
        areas=estate_areas(estate),
    )


async def _apply_prepaid(
    work: UnitOfWork,
    run: BillRun,
    estate: Estate,
    bills: Sequence[NewBill],
    ids: Sequence[str],
    *,
    first: str,
    last: str,
) -> None:
    """Settle the page's new bills from what was prepaid to the same creditor by those who owe them."""
    accounts = await find_prepaid_accounts(work, run.estate_id, first=first, last=last, scope=_EVERYTHING)
    if not accounts:
        return
    payable = [
        id_
        for id_, bill in zip(ids, bills, strict=True)
        if bill.part_id in accounts and bill.line.creditor in accounts[bill.part_id].purse_for(bill.from_)
    ]
    by_part: dict[str, list[FeeBill]] = {}
    for bill in (await find_bills(work, payable, scope=_EVERYTHING)).values():
        by_part.setdefault(bill.part_id, []).append(bill)
    for part_id, waiting in by_part.items():
        await apply_purses(work, estate, accounts[part_id], waiting)


def _finish(work: UnitOfWork, run: BillRun) -> BillRun:
    """Return the run as finished and announce what it billed, item by item and payee by payee (F2)."""
    for one in run.totals:
        work.announce(
            BillRunCompleted(
                district=run.district,
                aggregate_id=run.id,
                occurred_on=run.issued_on,
                estate_id=run.estate_id,
                run_id=run.id,
                period=run.period,
                item_code=one.item_code,
                count=one.count,
                total=one.amount,
                payee=one.creditor.payee,
                payee_id=one.creditor.id,
                source=one.source,
            )
        )
    return replace(run, state=RunState.COMPLETED)


async def _halt(mongo: Mongo, run: BillRun, refusal: Refusal, *, clock: Clock) -> BillRun:
    async def write(work: UnitOfWork) -> BillRun:
        current = await find_run(work, run.id, scope=_EVERYTHING)
        if current is None or current.state is not RunState.RUNNING:
            return current or run
        halted = replace(current, state=RunState.HALTED, halted_because=f"{refusal.code}: {refusal.message}")
        await save_run(work, current, halted)
        return halted

    return await run_unit_of_work(mongo, SYSTEM_CALLER, write, clock=clock)
