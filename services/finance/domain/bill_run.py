"""A bill run: which lines it bills, fixed when it starts, and what it makes out to the owners of each part.

A run goes through an estate part by part in the order of their ids. Its bills are numbered, so that a run that was
killed goes on with the next number after the last page that was committed: no bill comes twice, none is left out
(DH-38).
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from enum import StrEnum
from typing import NamedTuple

from kit.area import SCALE, Area
from kit.errors import Duplicate, NotFound, PreconditionMissing, StateConflict, ValidationFailed
from kit.money import ZERO_FEN, Fen, add_fen, multiply_half_up
from services.finance.domain.bill import BILL_PREFIX, BillSource, Creditor, FeeUnit
from services.finance.domain.billing_period import BillingPeriod, MonthSlice, accrued, month_slices
from services.finance.domain.fee_rate import (
    MOST_ITEMS,
    FeeNotDecided,
    FeeRate,
    check_billable,
    check_item_of_contract,
    check_item_of_mode,
)
from services.finance.domain.service_period import ServiceSpell

RUN_PREFIX = "run"
_ONE_DAY = timedelta(days=1)


class RunState(StrEnum):
    """Where a bill run stands; a HALTED one met a refusal, says why, and goes on when it is started again."""

    RUNNING = "RUNNING"
    COMPLETED = "COMPLETED"
    HALTED = "HALTED"


class BillRunUnknown(NotFound):
    """No such bill run, or it is outside what the caller may see."""


class BilledTwice(Duplicate):
    """The item is billed in this estate for days of the period already: what was charged is not charged again
    (DH-38)."""


class NoServiceToBill(PreconditionMissing):
    """No contract or mode was in force on any day of the period."""


class ContractEnded(StateConflict):
    """The contract had ended: what went on after it is billed as post-termination service only (arts. 949, 950)."""


class OwnerSpell(NamedTuple):
    """Who owes a part's fees from a day on, until the next spell."""

    since: date
    owner_ids: tuple[str, ...]


class BilledPart(NamedTuple):
    """What a bill run needs of a part: its door, its area, and who owes its fees, the earliest first."""

    id: str
    door_number: str
    area: Area
    owners: tuple[OwnerSpell, ...]


class UnitSpell(NamedTuple):
    """So many spaces of a part over some days, or so many uses on one day; `to` is None while it goes on."""

    part_id: str
    item_code: str
    from_: date
    to: date | None
    quantity: int


@dataclass(frozen=True, kw_only=True)
class BillLine:
    """One item at one rate over days of one service: what a run makes out to every part."""

    item_code: str
    unit: FeeUnit
    rate: Fen
    from_: date
    to: date
    creditor: Creditor
    source: BillSource
    contract_id: str | None
    slices: tuple[MonthSlice, ...] = field(init=False, compare=False, repr=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "slices", month_slices(self.from_, self.to))


class NewBill(NamedTuple):
    """A bill that a run makes out: to whom, for which days, over how many units, and how much."""

    line: BillLine
    part_id: str
    door_number: str
    owner_ids: tuple[str, ...]
    from_: date
    to: date
    quantity: int
    amount: Fen


@dataclass(frozen=True)
class RunTotal:
    """How many bills of an item a run has made out to one creditor, and over how much."""

    item_code: str
    creditor: Creditor
    source: BillSource
    count: int
    amount: Fen


@dataclass(frozen=True, kw_only=True)
class BillRun:
    """A run over an estate: its lines, fixed at the start, and how far it has come.

    `after_part` is the last part of the last committed page, "" before the first; `bill_count` numbers the next bill.
    `unbilled_count` counts the parts of which nobody is known to owe the fee on some billed day.
    """

    id: str
    district: str
    estate_id: str
    period: str
    items: tuple[str, ...]
    source: BillSource
    due_on: date
    issued_on: date
    lines: tuple[BillLine, ...]
    state: RunState = RunState.RUNNING
    after_part: str = ""
    page_count: int = 0
    bill_count: int = 0
    part_count: int = 0
    unbilled_count: int = 0
    total: Fen = ZERO_FEN
    totals: tuple[RunTotal, ...] = ()
    halted_because: str | None = None

    def bill_id(self, number: int) -> str:
        """Return the id of the run's bill of that number, counted from 1."""
        return f"{BILL_PREFIX}_{self.id.removeprefix(f'{RUN_PREFIX}_')}-{number:07d}"

    def after_page(self, parts: Sequence[BilledPart], bills: Sequence[NewBill], *, unbilled_count: int) -> "BillRun":
        """Return the run after a page of parts and the bills that it brought."""
        return replace(
            self,
            after_part=parts[-1].id,
            page_count=self.page_count + 1,
            bill_count=self.bill_count + len(bills),
            part_count=self.part_count + len(parts),
            unbilled_count=self.unbilled_count + unbilled_count,
            total=add_fen(self.total, *(bill.amount for bill in bills)),
            totals=_added(self.totals, bills),
        )


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


def bills_of_part(
    part: BilledPart, lines: Sequence[BillLine], units: Sequence[UnitSpell] = ()
) -> tuple[list[NewBill], bool]:
    """Return a part's bills, and whether nobody is known to owe its fee on some billed day.

    Each goes to those who owed the fee on its days; nothing is made out over nothing. `units` are the part's spaces and
    uses, of all items.
    """
    bills: list[NewBill] = []
    has_gap = False
    for line in lines:
        if len(part.owners) == 1 and part.owners[0].since <= line.from_:
            spells: tuple[tuple[date, date, tuple[str, ...]], ...] = ((line.from_, line.to, part.owners[0].owner_ids),)
        else:
            spells = owner_spells(part.owners, from_=line.from_, to=line.to)
            has_gap |= not spells or spells[0][0] > line.from_
        for from_, to, owner_ids in spells:
            if not owner_ids:
                has_gap = True
                continue
            whole_line = from_ == line.from_ and to == line.to
            slices = line.slices if whole_line else month_slices(from_, to)
            for first, last, quantity, amount in _charges(line, part, from_, to, slices, units):
                if amount > 0:
                    bills.append(NewBill(line, part.id, part.door_number, owner_ids, first, last, quantity, amount))
    return bills, has_gap


def owner_spells(
    owners: Sequence[OwnerSpell], *, from_: date, to: date
) -> tuple[tuple[date, date, tuple[str, ...]], ...]:
    """Return who owes the fee on which days from `from_` to `to`, both included; the days before the first owner known
    are left out."""
    spells = []
    for place, owner in enumerate(owners):
        until = owners[place + 1].since - _ONE_DAY if place + 1 < len(owners) else to
        first, last = max(owner.since, from_), min(until, to)
        if first <= last:
            spells.append((first, last, owner.owner_ids))
    return tuple(spells)


def fee_of_month(unit: FeeUnit, rate: Fen, quantity: int) -> Fen:
    """Return a whole month's fee in fen, one product rounded half-up: an area counts in hundredths of m²."""
    return multiply_half_up(rate, quantity, per=SCALE if unit is FeeUnit.PER_M2_MONTH else 1)


def _charges(
    line: BillLine,
    part: BilledPart,
    from_: date,
    to: date,
    slices: Sequence[MonthSlice],
    units: Sequence[UnitSpell],
) -> Iterable[tuple[date, date, int, Fen]]:
    """Give what a line charges for the days: first and last day, number of units, and the amount."""
    if line.unit is FeeUnit.PER_M2_MONTH:
        yield from_, to, part.area, accrued(fee_of_month(line.unit, line.rate, part.area), slices)
    elif line.unit is FeeUnit.PER_HOUSEHOLD_MONTH:
        yield from_, to, 1, accrued(line.rate, slices)
    elif line.unit is FeeUnit.PER_SPACE_MONTH:
        for unit in units:
            first, last = max(unit.from_, from_), to if unit.to is None else min(unit.to, to)
            if unit.item_code == line.item_code and first <= last:
                monthly = fee_of_month(line.unit, line.rate, unit.quantity)
                yield first, last, unit.quantity, accrued(monthly, month_slices(first, last))
    else:
        uses = sum(unit.quantity for unit in units if unit.item_code == line.item_code and from_ <= unit.from_ <= to)
        yield from_, to, uses, fee_of_month(line.unit, line.rate, uses)


def _added(totals: Sequence[RunTotal], bills: Sequence[NewBill]) -> tuple[RunTotal, ...]:
    """Return the totals with the bills of a page added, by item, creditor and source."""
    sums: dict[tuple[str, Creditor, BillSource], tuple[int, int]] = {
        (one.item_code, one.creditor, one.source): (one.count, one.amount) for one in totals
    }
    for bill in bills:
        key = (bill.line.item_code, bill.line.creditor, bill.line.source)
        count, amount = sums.get(key, (0, 0))
        sums[key] = (count + 1, amount + bill.amount)
    return tuple(
        RunTotal(item_code, creditor, source, count, Fen(amount))
        for (item_code, creditor, source), (count, amount) in sums.items()
    )
