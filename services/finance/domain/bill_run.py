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
from kit.errors import Duplicate, NotFound
from kit.money import ZERO_FEN, Fen, check_fen
from services.finance.domain.bill import BILL_PREFIX, BillSource, Creditor, FeeUnit
from services.finance.domain.billing_period import MonthSlice, accrued, month_slices
from services.finance.domain.part import AreaSpell, area_spells

RUN_PREFIX = "run"
_OF_EVERY_PART = (FeeUnit.PER_M2_MONTH, FeeUnit.PER_HOUSEHOLD_MONTH)
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


class OwnerSpell(NamedTuple):
    """Who owes a part's fees from a day on, until the next spell."""

    since: date
    owner_ids: tuple[str, ...]


_NOBODY = OwnerSpell(date.max, ())


class BilledPart(NamedTuple):
    """What a bill run needs of a part: its door, its area, and who owes its fees: `owner_ids` from the day `since` on.

    `former` are the spells before that, the earliest first; `measured` are its areas by day, the earliest first, where
    the area was changed; else it is `area` on every day.
    """

    id: str
    door_number: str
    area: Area
    since: date
    owner_ids: tuple[str, ...]
    former: tuple[OwnerSpell, ...] = ()
    measured: tuple[AreaSpell, ...] = ()

    @classmethod
    def owned_by(
        cls,
        part_id: str,
        door_number: str,
        area: Area,
        owners: Sequence[OwnerSpell],
        measured: tuple[AreaSpell, ...] = (),
    ) -> "BilledPart":
        """Return the part whose fees these owe, the earliest first; nobody, if there is none."""
        *former, (since, owner_ids) = owners or [_NOBODY]
        return cls(part_id, door_number, area, since, owner_ids, tuple(former), measured)

    @property
    def owners(self) -> tuple[OwnerSpell, ...]:
        """Who owes its fees, spell by spell, the earliest first."""
        return (*self.former, OwnerSpell(self.since, self.owner_ids))


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
    is_by_area: bool = field(init=False, compare=False, repr=False)
    is_plain: bool = field(init=False, compare=False, repr=False)
    """Whether it charges every part one whole month's fee, by its area or as a household."""

    def __post_init__(self) -> None:
        slices = month_slices(self.from_, self.to)
        is_one_month = len(slices) == 1 and slices[0].is_whole
        object.__setattr__(self, "slices", slices)
        object.__setattr__(self, "is_by_area", self.unit is FeeUnit.PER_M2_MONTH)
        object.__setattr__(self, "is_plain", is_one_month and self.unit in _OF_EVERY_PART)


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
    `unbilled_count` counts the parts of which nobody was known to owe the fee on some billed day: they are billed late,
    outside of the run's own numbers and sums.
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

    def next_bill_ids(self, count: int) -> list[str]:
        """Return the ids of the run's next bills: its own, and their number, counted from 1."""
        prefix = self._bill_prefix
        return [f"{prefix}{number:07d}" for number in range(self.bill_count + 1, self.bill_count + count + 1)]

    def has_numbered(self, bill_id: str) -> bool:
        """Return whether the bill is one of the run's own, and no correction of one."""
        return bill_id.startswith(self._bill_prefix)

    @property
    def _bill_prefix(self) -> str:
        return f"{BILL_PREFIX}_{self.id.removeprefix(f'{RUN_PREFIX}_')}-"

    def owed_since(self, before: "BillRun") -> dict[Creditor, Fen]:
        """Return what the run has made out to each creditor since it was `before`, in fen."""
        change: dict[Creditor, int] = {}
        for sign, totals in ((1, self.totals), (-1, before.totals)):
            for one in totals:
                change[one.creditor] = change.get(one.creditor, 0) + sign * one.amount
        return {creditor: Fen(amount) for creditor, amount in change.items() if amount}

    def after_page(self, parts: Sequence[BilledPart], bills: Sequence[NewBill], *, unbilled_count: int) -> "BillRun":
        """Return the run after a page of parts and the bills that it brought; raises OutOfRange beyond 64 bits."""
        return replace(
            self,
            after_part=parts[-1].id,
            page_count=self.page_count + 1,
            bill_count=self.bill_count + len(bills),
            part_count=self.part_count + len(parts),
            unbilled_count=self.unbilled_count + unbilled_count,
            total=check_fen(self.total + sum(bill.amount for bill in bills)),
            totals=_added(self.totals, bills),
        )


def bills_of_page(
    parts: Iterable[BilledPart], lines: Sequence[BillLine], units: Mapping[str, Sequence[UnitSpell]]
) -> tuple[list[NewBill], int]:
    """Return the bills of a page of parts, and of how many of them nobody is known to owe the fee on some billed day.

    `units` are the spaces and uses of the parts that have any, by part.
    """
    bills: list[NewBill] = []
    unbilled = 0
    are_plain = all(line.is_plain for line in lines)
    begin = min((line.from_ for line in lines), default=date.min)
    plain = [(line, line.from_, line.to, line.is_by_area, 2 * line.rate, _per(line.unit)) for line in lines]
    for part in parts:
        id_, door_number, area, since, owner_ids, _, measured = part
        # Nearly every part has had one owner for long and owes whole months: a city's bills are made right here, where
        # a call for each part would cost more than the sum. Whatever does not fit goes the long way.
        if are_plain and since <= begin and owner_ids and not measured:
            for line, from_, to, is_by_area, doubled, per in plain:
                quantity = area if is_by_area else 1
                amount = (doubled * quantity + per) // (2 * per)  # as fee_of_month
                if amount > 0:
                    bills.append(NewBill(line, id_, door_number, owner_ids, from_, to, quantity, Fen(amount)))
            continue
        made, has_gap = bills_of_part(part, lines, units.get(id_, ()))
        bills += made
        unbilled += has_gap
    return bills, unbilled


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
        spells = owner_spells(part.owners, from_=line.from_, to=line.to)
        has_gap |= not spells or spells[0][0] > line.from_
        for from_, to, owner_ids in spells:
            if not owner_ids:
                has_gap = True
                continue
            for first, last, quantity, amount in _charges(line, part, from_, to, units):
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
    """Return a whole month's fee in fen, one product rounded half-up: an area counts in hundredths of m².

    Rate and quantity are not negative. Whoever adds fees up checks the sum against 64 bits, and so each of them.
    """
    per = _per(unit)
    return Fen((2 * rate * quantity + per) // (2 * per))


def _per(unit: FeeUnit) -> int:
    """Return of how many of what is counted a rate speaks: hundredths of a m² to the m², else one."""
    return SCALE if unit is FeeUnit.PER_M2_MONTH else 1


def _charges(
    line: BillLine, part: BilledPart, from_: date, to: date, units: Sequence[UnitSpell]
) -> Sequence[tuple[date, date, int, Fen]]:
    """Return what a line charges for the days: first and last day, number of units, and the amount, each time."""
    if line.unit is FeeUnit.PER_M2_MONTH:
        measured = part.measured or (AreaSpell(date.min, part.area),)
        return [
            (first, last, area, _accrued(line, fee_of_month(line.unit, line.rate, area), first, last))
            for first, last, area in area_spells(measured, from_=from_, to=to)
        ]
    if line.unit is FeeUnit.PER_HOUSEHOLD_MONTH:
        return ((from_, to, 1, _accrued(line, line.rate, from_, to)),)
    own = [unit for unit in units if unit.item_code == line.item_code]
    if line.unit is FeeUnit.PER_USE:
        uses = sum(unit.quantity for unit in own if from_ <= unit.from_ <= to)
        return ((from_, to, uses, fee_of_month(line.unit, line.rate, uses)),)
    spaces = ((max(unit.from_, from_), to if unit.to is None else min(unit.to, to), unit.quantity) for unit in own)
    return [
        (first, last, quantity, _accrued(line, fee_of_month(line.unit, line.rate, quantity), first, last))
        for first, last, quantity in spaces
        if first <= last
    ]


def _accrued(line: BillLine, monthly: Fen, from_: date, to: date) -> Fen:
    """Return what a monthly fee comes to over days of the line."""
    whole = from_ == line.from_ and to == line.to
    return accrued(monthly, line.slices if whole else month_slices(from_, to))


def _added(totals: Sequence[RunTotal], bills: Sequence[NewBill]) -> tuple[RunTotal, ...]:
    """Return the totals with the bills of a page added, by item, creditor and source."""
    of_lines: dict[int, tuple[BillLine, list[Fen]]] = {}
    for bill in bills:
        of_lines.setdefault(id(bill.line), (bill.line, []))[1].append(bill.amount)
    sums = {(one.item_code, one.creditor, one.source): (one.count, int(one.amount)) for one in totals}
    for line, amounts in of_lines.values():
        key = (line.item_code, line.creditor, line.source)
        count, amount = sums.get(key, (0, 0))
        sums[key] = (count + len(amounts), amount + sum(amounts))
    return tuple(
        RunTotal(item_code, creditor, source, count, check_fen(amount))
        for (item_code, creditor, source), (count, amount) in sums.items()
    )
