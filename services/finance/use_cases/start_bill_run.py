"""Start a bill run: fix what it bills, and take the months so that nobody bills them again (DH-38)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

from kit.caller import Scope
from kit.idempotency import Outcome
from kit.ids import new_id
from kit.mongo import UnitOfWork
from services.finance.domain.bill import BillSource
from services.finance.domain.bill_plan import check_due_day, checked_items, plan_lines
from services.finance.domain.bill_run import (
    RUN_PREFIX,
    BilledTwice,
    BillLine,
    BillRun,
    RunState,
)
from services.finance.domain.billing_period import BillingPeriod, parse_period
from services.finance.domain.cut_over import check_billed_since
from services.finance.domain.estate import Estate
from services.finance.domain.fee_rate import FeeRate
from services.finance.domain.service_period import ServiceSpell, service_spells
from services.finance.store.bill_runs import find_billed_months, find_runs, insert_run, save_run
from services.finance.store.cut_overs import find_standing_cut_over
from services.finance.store.decisions import find_passed_on
from services.finance.store.fee_rates import find_rates_of_estate
from services.finance.store.fee_service import find_estate_service
from services.finance.use_cases.fee_places import BILL_FEES, estate_areas, estate_of, open_fee_accounts

PATH = ("input",)
ITEMS_PATH = (*PATH, "items")


@dataclass(frozen=True)
class StartBillRun:
    """The command: which items of an estate are billed for which month, quarter or year, and when they fall due.

    With `post_termination` only the days after a contract's end are billed, until somebody takes over (art. 950).
    """

    estate_id: str
    period: str
    items: tuple[str, ...]
    due_on: date
    post_termination: bool = False


async def start_bill_run(work: UnitOfWork, command: StartBillRun) -> Outcome:
    """Start the run and return its id as `run`; the same estate, period and items again are the same run.

    A background task makes the bills out. A run that was halted goes on. Raises ForbiddenActor, EstateUnknown,
    ValidationFailed, BilledTwice for days of which an item was billed already and ChargedBeforeCutOver for those of
    which the estate began with what was owed (DH-38), and what `plan_lines` raises: nothing is billed without a marked
    price (DH-16), a decision (PZ-19) and a service in the period.
    """
    work.caller.require_role(*BILL_FEES)
    estate = await estate_of(work, command.estate_id, path=(*PATH, "estateId"))
    period = parse_period(command.period, path=(*PATH, "period"))
    cut_over = await find_standing_cut_over(work, estate.id, scope=Scope.everything())
    if cut_over is not None:
        check_billed_since(cut_over, period, path=(*PATH, "period"))
    items = checked_items(command.items, path=ITEMS_PATH)
    source = BillSource.POST_TERMINATION if command.post_termination else BillSource.REGULAR
    spells = await _spells(work, estate, period, source=source)
    taken, standing = await _standing_run(work, estate, period, items, source=source)
    fresh = [spell for spell in spells if (spell.tariff or estate.id) not in taken]
    if standing is not None and not fresh:
        if standing.state is RunState.HALTED:
            await save_run(work, standing, replace(standing, state=RunState.RUNNING, halted_because=None))
        return Outcome(entity_ids={"run": standing.id})
    check_due_day(command.due_on, period=period, today=work.today, path=(*PATH, "dueOn"))
    lines = await _lines(work, estate, items, fresh, source=source)
    run = BillRun(
        id=new_id(RUN_PREFIX),
        district=estate.district,
        estate_id=estate.id,
        period=period.text,
        items=items,
        source=source,
        due_on=command.due_on,
        issued_on=work.today,
        lines=lines,
    )
    await open_fee_accounts(work, estate, (line.creditor for line in lines))
    await insert_run(work, run, areas=estate_areas(estate))
    return Outcome(entity_ids={"run": run.id})


async def _standing_run(
    work: UnitOfWork, estate: Estate, period: BillingPeriod, items: Sequence[str], *, source: BillSource
) -> tuple[frozenset[str], BillRun | None]:
    """Return the tariffs that are billed already and the last run that did, None if nothing of it is billed.

    Raises BilledTwice where that was for another period, or with other items.
    """
    # Also what the caller does not see is billed: the months of an estate are asked for without a scope's bounds.
    taken = await find_billed_months(
        work, estate.id, source=source, items=items, months=period.months, scope=Scope.everything()
    )
    runs = await find_runs(work, sorted({one.run_id for one in taken}), scope=Scope.everything())
    for one in taken:
        run = runs[one.run_id]
        if (run.period, run.items) != (period.text, tuple(items)):
            raise BilledTwice(
                f"{one.item_code} is billed for {one.month} already", path=ITEMS_PATH, value=one.item_code
            )
    return frozenset(one.tariff for one in taken), runs[max(runs)] if runs else None


async def _spells(
    work: UnitOfWork, estate: Estate, period: BillingPeriod, *, source: BillSource
) -> tuple[ServiceSpell, ...]:
    """Return the services of the period; those of the other source stay only where there are no others."""
    service = await find_estate_service(work, estate, scope=work.caller.scope)
    spells = service_spells(service, from_=period.from_, to=period.to)
    return tuple(spell for spell in spells if spell.source is source) or spells


async def _lines(
    work: UnitOfWork, estate: Estate, items: Sequence[str], spells: Sequence[ServiceSpell], *, source: BillSource
) -> tuple[BillLine, ...]:
    rates = await find_rates_of_estate(work, estate.id, scope=work.caller.scope)
    passed_on = await _passed_on(work, spells, rates)
    return tuple(
        line
        for item in items
        for line in plan_lines(
            item,
            spells,
            [rate for rate in rates if rate.item_code == item],
            source=source,
            passed_on=passed_on,
            today=work.today,
            path=ITEMS_PATH,
        )
    )


async def _passed_on(work: UnitOfWork, spells: Sequence[ServiceSpell], rates: Sequence[FeeRate]) -> Mapping[str, date]:
    """Return the days on which the decisions passed that rates or contracts rest on, by decision."""
    named = {rate.decision_id for rate in rates} | {spell.contract.decision_id for spell in spells if spell.contract}
    found: dict[str, date] = {}
    for decision_id in sorted(one for one in named if one is not None):
        passed_on = await find_passed_on(work, decision_id, scope=work.caller.scope)
        if passed_on is not None:
            found[decision_id] = passed_on
    return found
