"""What the registry hears from finance: overdue deposits, arrears at the threshold, funds and their uses."""

from datetime import date
from functools import partial

from kit.events import ReceivedEvent
from kit.money import parse_money
from kit.mongo import UnitOfWork
from kit.ratio import Ratio, parse_ratio
from kit.reactions import Reaction
from policy.vocabulary import CustodyKind
from services.registry.domain.arrears_mark import ArrearsCrossing, ThresholdDirection
from services.registry.domain.fund_custody import FundCustody
from services.registry.domain.fund_use import FundUse, FundUseState, UseReport
from services.registry.domain.overdue_deposit import OverdueDeposit
from services.registry.use_cases.hear_deposit import keep_overdue_deposit, keep_settled_deposit
from services.registry.use_cases.hear_estate_money import keep_arrears_crossing, keep_fund_custody
from services.registry.use_cases.hear_fund_use import keep_proposed_use, keep_report_of_use


async def when_deposit_is_overdue_mark_its_contract(work: UnitOfWork, event: ReceivedEvent) -> None:
    """F9: mark the contract with the due day and what is missing; service goes on (P1)."""
    overdue = OverdueDeposit(
        deposit_id=event.data["depositId"],
        contract_year=int(event.data["contractYear"]),
        due_on=date.fromisoformat(event.data["dueOn"]),
        missing=parse_money(event.data["missing"]),
    )
    await keep_overdue_deposit(work, event.data["contractId"], overdue)


async def when_deposit_is_settled_unmark_its_contract(work: UnitOfWork, event: ReceivedEvent) -> None:
    """F8: all of the deposit is held, or it is released or forfeited: nothing of it is overdue any more."""
    await keep_settled_deposit(
        work, event.data["contractId"], event.data["depositId"], contract_year=int(event.data["contractYear"])
    )


async def when_arrears_cross_the_threshold_mark_the_estate(work: UnitOfWork, event: ReceivedEvent) -> None:
    """F6: mark the estate when its arrears reach the threshold, and clear the mark when they fall below it (P5)."""
    crossing = ArrearsCrossing(
        as_of=date.fromisoformat(event.data["asOf"]),
        direction=ThresholdDirection(event.data["direction"]),
        ratio=_ratio(event, "ratio"),
        threshold=_ratio(event, "threshold"),
    )
    await keep_arrears_crossing(work, event.data["estateId"], crossing)


async def when_use_is_proposed_keep_it_for_its_decision(work: UnitOfWork, event: ReceivedEvent) -> None:
    """F15: keep the proposal, so that the decision on it is opened in its scope (P12)."""
    use = FundUse(
        id=event.data["useId"],
        estate_id=event.data["estateId"],
        fund_id=event.data["fundId"],
        scope_building_ids=tuple(sorted(event.data["scopeBuildingIds"])),
        budget=parse_money(event.data["budget"]),
        purpose=event.data["purpose"],
        is_emergency=bool(event.data["emergency"]),
        proposed_on=event.occurred_on,
    )
    await keep_proposed_use(work, use)


async def when_use_goes_on_show_it_at_its_decision(
    work: UnitOfWork, event: ReceivedEvent, *, state: FundUseState
) -> None:
    """F16: keep that the use is paid, allocated or published, with what the fund paid (P12)."""
    report = UseReport(
        state=state,
        on=event.occurred_on,
        paid=parse_money(event.data["paid"]),
        remainder=parse_money(event.data["remainder"]),
        allocations_hash=event.data["allocationsHash"],
    )
    await keep_report_of_use(work, event.data["useId"], report)


async def when_fund_moves_keep_its_custody(work: UnitOfWork, event: ReceivedEvent) -> None:
    """F17: keep where the fund is kept now (P3)."""
    move = FundCustody(
        fund_id=event.data["fundId"],
        custody=CustodyKind(event.data["to"]),
        amount=parse_money(event.data["amount"]),
        moved_on=event.occurred_on,
        version=event.aggregate_version,
    )
    await keep_fund_custody(work, event.data["estateId"], move)


def _ratio(event: ReceivedEvent, name: str) -> Ratio | None:
    """Return a ratio that the fact may leave out."""
    text = event.data.get(name)
    return None if text is None else parse_ratio(text)


REACTIONS = (
    Reaction("finance.deposit.overdue", when_deposit_is_overdue_mark_its_contract),
    Reaction("finance.deposit.held", when_deposit_is_settled_unmark_its_contract),
    Reaction("finance.deposit.released", when_deposit_is_settled_unmark_its_contract),
    Reaction("finance.deposit.forfeited", when_deposit_is_settled_unmark_its_contract),
    Reaction("finance.arrears.threshold_crossed", when_arrears_cross_the_threshold_mark_the_estate),
    Reaction("finance.maintenance.use_proposed", when_use_is_proposed_keep_it_for_its_decision),
    Reaction(
        "finance.maintenance.use_paid", partial(when_use_goes_on_show_it_at_its_decision, state=FundUseState.PAID)
    ),
    Reaction(
        "finance.maintenance.allocated", partial(when_use_goes_on_show_it_at_its_decision, state=FundUseState.ALLOCATED)
    ),
    Reaction(
        "finance.maintenance.published", partial(when_use_goes_on_show_it_at_its_decision, state=FundUseState.PUBLISHED)
    ),
    Reaction("finance.maintenance.custody_moved", when_fund_moves_keep_its_custody),
)
