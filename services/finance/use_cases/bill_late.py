"""Make out what completed runs left out of a part whose owners, or whose facts, are heard only now (P13, DH-38)."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import date
from functools import partial
from typing import Final, NamedTuple

from kit.caller import Scope
from kit.ids import new_id
from kit.ledger.store import post
from kit.ledger.transfers import Posting
from kit.money import Fen, sum_fen
from kit.mongo import UnitOfWork
from services.finance.domain.bill import BILL_PREFIX, Creditor, FeeBill
from services.finance.domain.bill_run import BilledPart, BillLine, BillRun, UnitSpell, bills_of_part
from services.finance.domain.billing_period import parse_period
from services.finance.domain.estate import Estate
from services.finance.domain.fee_ledger import billed, book_of, digest_of
from services.finance.domain.late_bill import TakenMonth, has_passed, late_bill, lines_as_served, uncovered
from services.finance.domain.service_period import EstateService, service_spells
from services.finance.store.bill_runs import find_months_taken_since, find_runs, note_changed_parts
from services.finance.store.billed_parts import find_billed_parts
from services.finance.store.bills import bill_areas, bill_document, find_bills_of_parts, insert_bills
from services.finance.store.estates import find_estate
from services.finance.store.fee_accounts import add_to_summary, find_accounts_of_parts
from services.finance.store.fee_rates import find_units_of_parts
from services.finance.store.fee_service import find_estate_service
from services.finance.use_cases.fee_places import estate_areas, open_fee_accounts, place_of_part
from services.finance.use_cases.fee_prepaid import apply_purses

_EVERYTHING = Scope.everything()
_GATHERED: Final = "late_bills"


class HeardOf(NamedTuple):
    """A part of which a fact was heard that holds from a day on, `date.min` for one that holds from the beginning."""

    estate_id: str
    part_id: str
    since: date


def bill_late_before_commit(work: UnitOfWork, heard: HeardOf) -> None:
    """Make out what is missing of the part once this unit of work has written and corrected everything else.

    The parts of a batch of facts are looked at together: nearly always no month of theirs is billed.
    """
    work.gather(_GATHERED, heard, partial(_after_the_corrections, work))


async def _after_the_corrections(work: UnitOfWork, heard: list[HeardOf]) -> None:
    async def make_out() -> None:
        days: dict[str, dict[str, date]] = defaultdict(dict)
        for one in heard:
            known = days[one.estate_id]
            known[one.part_id] = min(one.since, known.get(one.part_id, date.max))
        for estate_id, since in days.items():
            await bill_what_was_left_out(work, estate_id, since)

    work.before_commit(make_out)


async def bill_what_was_left_out(work: UnitOfWork, estate_id: str, since: Mapping[str, date]) -> list[FeeBill]:
    """Make out the bills that runs left out of parts, from each part's day in `since` on, and return them.

    Days that a part was billed for are not billed again, so the same fact again brings nothing. A run that goes on
    reads the parts anew that it has yet to bill.
    """
    taken = await find_months_taken_since(work, estate_id, min(since.values()).isoformat()[:7], scope=_EVERYTHING)
    estate = await find_estate(work, estate_id, scope=_EVERYTHING) if taken else None
    if estate is None:
        return []
    # The runs are noted before they are read: of this and a page that is being billed one waits for the other.
    await note_changed_parts(work, estate_id, sorted(since))
    runs = await find_runs(work, sorted(taken), scope=_EVERYTHING)
    service = await find_estate_service(work, estate, scope=_EVERYTHING)
    parts = await find_billed_parts(work, since, scope=_EVERYTHING)
    known = await find_bills_of_parts(work, sorted(parts), scope=_EVERYTHING, reaching=min(since.values()))
    made: list[FeeBill] = []
    for part_id, part in sorted(parts.items()):
        units = await find_units_of_parts(work, estate_id, first=part_id, last=part_id, scope=_EVERYTHING)
        bills = known.get(part_id, [])
        for run_id, run in sorted(runs.items()):
            if has_passed(run, part_id):
                lines = _lines(service, run, taken[run_id], since=since[part_id])
                new = _bills(work, run, part, uncovered(run, lines, [*bills, *made]), units.get(part_id, ()))
                await _write(work, estate, run, new)
                made += new
    await _apply_prepaid(work, estate, made)
    return made


def _lines(service: EstateService, run: BillRun, taken: frozenset[TakenMonth], *, since: date) -> list[BillLine]:
    period = parse_period(run.period)
    return lines_as_served(run, taken, service_spells(service, from_=period.from_, to=period.to), since=since)


def _bills(
    work: UnitOfWork, run: BillRun, part: BilledPart, lines: Sequence[BillLine], units: Sequence[UnitSpell]
) -> list[FeeBill]:
    new, _ = bills_of_part(part, lines, units)
    return [late_bill(run, one, new_id(BILL_PREFIX), on=work.today) for one in new]


async def _write(work: UnitOfWork, estate: Estate, run: BillRun, bills: Sequence[FeeBill]) -> None:
    """Write the bills of a part that a run left out, and post their sums: one posting, which vouches for each."""
    if not bills:
        return
    place, part_id = place_of_part(estate), bills[0].part_id
    await insert_bills(
        work,
        [bill_document(bill, areas=bill_areas(place, part_id=part_id, owner_ids=bill.owner_ids)) for bill in bills],
    )
    owed: dict[Creditor, list[Fen]] = defaultdict(list)
    for bill in bills:
        owed[bill.creditor].append(bill.amount)
    await open_fee_accounts(work, estate, owed)
    await post(
        work,
        Posting(
            book=book_of(estate.district),
            key=f"late-bills:{run.id}:{part_id}:{bills[0].item_code}:{bills[0].from_.isoformat()}",
            transfers=tuple(billed(estate.id, creditor, sum_fen(amounts)) for creditor, amounts in owed.items()),
            occurred_on=work.today,
            memo=f"补出物业费账单 {part_id} {digest_of((bill.id, bill.amount) for bill in bills)}",
            district=estate.district,
        ),
    )
    await add_to_summary(
        work,
        estate.id,
        parse_period(run.period),
        billed=sum_fen(bill.amount for bill in bills),
        areas=estate_areas(estate),
    )


async def _apply_prepaid(work: UnitOfWork, estate: Estate, bills: Sequence[FeeBill]) -> None:
    """Settle the bills from what was prepaid for their days."""
    accounts = await find_accounts_of_parts(work, sorted({bill.part_id for bill in bills}), scope=_EVERYTHING)
    for part_id, account in accounts.items():
        await apply_purses(work, estate, account, [bill for bill in bills if bill.part_id == part_id])
