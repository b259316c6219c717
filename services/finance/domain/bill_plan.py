"""What a bill run is to bill: its items, its due day, and its lines, planned before the first bill is made out."""

from collections.abc import Mapping, Sequence
from datetime import date

from kit.errors import PreconditionMissing, StateConflict, ValidationFailed
from services.finance.domain.bill import BillSource
from services.finance.domain.bill_run import BillLine
from services.finance.domain.billing_period import BillingPeriod
from services.finance.domain.fee_rate import (
    MOST_ITEMS,
    FeeNotDecided,
    FeeRate,
    check_billable,
    check_item_of_contract,
    check_item_of_mode,
)
from services.finance.domain.service_period import ServiceSpell


class NoServiceToBill(PreconditionMissing):
    """No contract or mode was in force on any day of the period."""


class ContractEnded(StateConflict):
    """The contract had ended: what went on after it is billed as post-termination service only (arts. 949, 950)."""


def checked_items(codes: Sequence[str], *, path: Sequence[str] = ()) -> tuple[str, ...]:
    """Return the items of a run, sorted; raises ValidationFailed unless there are 1 to 20 different ones."""
    if not 1 <= len(codes) <= MOST_ITEMS or len(set(codes)) < len(codes):
        raise ValidationFailed(f"a bill run has 1 to {MOST_ITEMS} different items", path=path, value=len(codes))
    return tuple(sorted(codes))


def check_due_day(due_on: date, *, period: BillingPeriod, today: date, path: Sequence[str] = ()) -> None:
    """Raise ValidationFailed unless the bills fall due on the day they are issued or later, and not before the service
    begins."""
    if due_on < max(today, period.from_):
        raise ValidationFailed(
            "bills fall due on the day of the run or later, and not before the period", path=path, value=due_on
        )


def plan_lines(
    item_code: str,
    spells: Sequence[ServiceSpell],
    rates: Sequence[FeeRate],
    *,
    source: BillSource,
    passed_on: Mapping[str, date],
    today: date,
    path: Sequence[str] = (),
) -> tuple[BillLine, ...]:
    """Return the lines of an item: every stretch of days of one service at one rate.

    `spells` are those of the period, `rates` the item's of all its tariffs, `passed_on` the days on which decisions
    passed, by id. Days before a rate's first are not billed. Raises NoServiceToBill, ContractEnded where all service
    that there was is post-termination and `source` does not ask for that, FeeNotDecided where no rate holds on any
    day, and what the checks of `fee_rate` raise.
    """
    asked = [spell for spell in spells if spell.source is source]
    if not asked:
        if spells and source is BillSource.REGULAR:
            raise ContractEnded("the contract had ended; bill this as post-termination service", path=path)
        raise NoServiceToBill("there was no such service in the period", path=path)
    lines: list[BillLine] = []
    for spell in asked:
        for rate in rates:
            if rate.contract_id != spell.tariff:
                continue
            from_ = max(spell.from_, rate.effective_from)
            to = spell.to if rate.effective_to is None else min(spell.to, rate.effective_to)
            if from_ > to:
                continue
            _check_line(rate, spell, passed_on=passed_on, today=today, path=path)
            lines.append(
                BillLine(
                    item_code=item_code,
                    unit=rate.unit,
                    rate=rate.rate,
                    from_=from_,
                    to=to,
                    creditor=spell.creditor,
                    source=spell.source,
                    contract_id=spell.tariff,
                )
            )
    if not lines:
        raise FeeNotDecided("nobody has set what the item costs in this period", path=path, value=item_code)
    return tuple(sorted(lines, key=lambda line: line.from_))


def _check_line(
    rate: FeeRate, spell: ServiceSpell, *, passed_on: Mapping[str, date], today: date, path: Sequence[str]
) -> None:
    if spell.contract is not None:
        check_item_of_contract(rate.item_code, spell.contract, path=path)
    check_item_of_mode(rate.item_code, spell.mode, path=path)
    rests_on = rate.decision_id or (None if spell.contract is None else spell.contract.decision_id)
    decided_on = None if rests_on is None else passed_on.get(rests_on)
    check_billable(rate, spell, decision_passed_on=decided_on, today=today, path=path)
