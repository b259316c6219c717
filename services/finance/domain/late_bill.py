"""Bills of days that a run had to leave out: who owes them, or that the part is there, was heard only afterwards.

No run takes a month twice (DH-38), so the run that has taken a month makes out what is missing of it: by its own rates,
as if the owner had been known then.
"""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import replace
from datetime import date, timedelta
from typing import NamedTuple

from kit.clock import add_months
from services.finance.domain.bill import BillSource, FeeBill
from services.finance.domain.bill_run import BillLine, BillRun, NewBill, RunState
from services.finance.domain.billing_period import months_of
from services.finance.domain.service_period import ServiceSpell

_ONE_DAY = timedelta(days=1)


class TakenMonth(NamedTuple):
    """A month of an item that a run has taken; `tariff` is the contract whose rates hold, or else the estate."""

    item_code: str
    month: str
    tariff: str
    source: BillSource


def has_passed(run: BillRun, part_id: str) -> bool:
    """Return whether the run is over with the part and will not come to it any more; a page bills it otherwise."""
    return run.state is RunState.COMPLETED or part_id <= run.after_part


def lines_as_served(
    run: BillRun, taken: Collection[TakenMonth], spells: Sequence[ServiceSpell], *, since: date
) -> list[BillLine]:
    """Return the run's lines from that day on as far as their days are its to bill by what is known now.

    `taken` are the months that this run has taken, `spells` the services of those days. The rate stays the run's; a day
    is owed to whom it is owed now (G-28), and days on which nobody serves any more, or of which another run has the
    month, are left out (arts. 949, 950).
    """
    lines: list[BillLine] = []
    for line in run.lines:
        for spell in spells:
            first, last = max(line.from_, spell.from_, since), min(line.to, spell.to)
            if spell.source is not line.source or first > last:
                continue
            tariff = spell.tariff or run.estate_id
            months = {
                month
                for month in months_of(first, last)
                if TakenMonth(line.item_code, month, tariff, line.source) in taken
            }
            contract_id = line.contract_id if spell.creditor == line.creditor else spell.tariff
            for from_, to in _stretches(first, last, months):
                lines.append(replace(line, from_=from_, to=to, creditor=spell.creditor, contract_id=contract_id))
    return lines


def uncovered(run: BillRun, lines: Iterable[BillLine], bills: Iterable[FeeBill]) -> list[BillLine]:
    """Return what is left of the lines beside the days that a part was billed for; `bills` are all those of the part.

    What stands is never billed again, and what the run has billed once neither: somebody cancelled it for a reason.
    """
    billed = sorted(
        (bill.item_code, bill.from_, bill.to) for bill in bills if bill.run_id == run.id or bill.cancelled_on is None
    )
    left: list[BillLine] = []
    for line in lines:
        next_day = line.from_
        for item_code, from_, to in billed:
            if item_code != line.item_code or to < next_day or from_ > line.to:
                continue
            if from_ > next_day:
                left.append(replace(line, from_=next_day, to=from_ - _ONE_DAY))
            next_day = to + _ONE_DAY
        if next_day <= line.to:
            left.append(replace(line, from_=next_day))
    return left


def late_bill(run: BillRun, new: NewBill, id_: str, *, on: date) -> FeeBill:
    """Return a bill that is made out after its run was over with the part; it falls due with the run's, but not before
    it is issued."""
    line = new.line
    return FeeBill(
        id=id_,
        district=run.district,
        estate_id=run.estate_id,
        part_id=new.part_id,
        door_number=new.door_number,
        owner_ids=new.owner_ids,
        run_id=run.id,
        item_code=line.item_code,
        period=run.period,
        from_=new.from_,
        to=new.to,
        issued_on=on,
        due_on=max(run.due_on, on),
        unit=line.unit,
        rate=line.rate,
        quantity=new.quantity,
        amount=new.amount,
        creditor=line.creditor,
        source=line.source,
        contract_id=line.contract_id,
    )


def _stretches(first: date, last: date, months: Collection[str]) -> list[tuple[date, date]]:
    """Return the days from `first` to `last`, both included, that lie in the months; neighbouring months are one."""
    stretches: list[tuple[date, date]] = []
    begin = first
    while begin <= last:
        after = add_months(begin.replace(day=1), 1)
        end = min(last, after - _ONE_DAY)
        if begin.isoformat()[:7] in months:
            if stretches and stretches[-1][1] + _ONE_DAY == begin:
                begin = stretches.pop()[0]
            stretches.append((begin, end))
        begin = after
    return stretches
