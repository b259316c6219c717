"""The fees of one estate as plain numbers: bills by day and owner, payments, what is prepaid, the arrears.

Written from the rules, in whole fen (DH-38, ZG-07, ZG-08, P5, P13); it shares no code with the product.
"""

from calendar import monthrange
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

AREAS = ("89.35", "63.55", "120.00", "7.01", "55.50")
RATES = ("1.20", "0.37", "2.05")
FIRST_RATE_ON = date(2024, 3, 5)
DONE = "DONE"
ONE_DAY = timedelta(days=1)
LADDER = {
    "NONE": ("REMINDED",),
    "REMINDED": ("POSTED",),
    "POSTED": ("DEADLINE_PASSED",),
    "DEADLINE_PASSED": ("ARBITRATION", "LAWSUIT"),
    "ARBITRATION": (),
    "LAWSUIT": (),
}


@dataclass
class Bill:
    """What the owner of a part owes for some days of a month; `month_fee` is the fee of the whole month."""

    part: int
    from_: date
    to: date
    month_fee: int
    owner: str
    due_on: date
    issued_on: date
    paid: int = 0
    settlements: list[tuple[date, int]] = field(default_factory=list)
    dunning: str = "NONE"
    deadline: date | None = None
    cancelled_on: date | None = None
    id: str = ""

    @property
    def amount(self) -> int:
        """What the days come to: the month's fee accrues day by day, floored, and is whole on the last day."""
        days = monthrange(self.from_.year, self.from_.month)[1]
        return self.month_fee * self.to.day // days - self.month_fee * (self.from_.day - 1) // days

    @property
    def owed(self) -> int:
        return 0 if self.cancelled_on else self.amount - self.paid

    @property
    def content(self) -> tuple[Any, ...]:
        """What identifies a bill that stands."""
        return (self.from_, self.to, self.owner, self.amount, self.paid, self.dunning)

    def pay(self, amount: int, on: date) -> int:
        """Take as much of the amount as is owed, and return the rest."""
        share = min(amount, self.owed)
        if share > 0:
            self.paid += share
            self.settlements.append((on, share))
        return amount - share


@dataclass
class Payment:
    """Money that came in for a part under a bank reference, and what of it settled no bill at once."""

    part: int
    amount: int
    day: date
    left: int = 0
    id: str = ""
    refunded: int = 0


@dataclass
class Prepaid:
    """What the owner of a part has prepaid, and what is set aside for those who owned it before the day `since`."""

    now: int = 0
    aside: int = 0
    since: date = date.min

    def held(self, day: date) -> int:
        """Return the money of those whose the day is."""
        return self.aside if day < self.since else self.now

    def add(self, amount: int, day: date) -> None:
        """Put money to those whose the day is, or take it from them."""
        if day < self.since:
            self.aside += amount
        else:
            self.now += amount

    def settle(self, bills: list[Bill], on: date) -> None:
        """Let new bills be paid from it, the oldest first, each by those whose days they are."""
        for bill in sorted(bills, key=lambda one: (one.due_on, one.from_)):
            held = self.held(bill.from_)
            self.add(bill.pay(held, on) - held, bill.from_)

    def change_hands(self, day: date, *, kept: int) -> None:
        """Set aside what is there, but for what was paid on that day or later (P13)."""
        left = self.now - min(self.now, kept)
        self.now, self.aside, self.since = self.now - left, self.aside + left, day


def month_fee(area: str, rate: str) -> int:
    """Return area × rate of a month, half-up to the fen."""
    hundredths, fen = int(area.replace(".", "")), int(rate.replace(".", ""))
    return (2 * hundredths * fen + 100) // 200


class FeeBook:
    """Everything that is owed, paid and prepaid in the estate; each command lives through and returns how it ends."""

    def __init__(self, today: Callable[[], date]) -> None:
        self.today = today
        self.owners: list[list[tuple[date, str]]] = []
        self.rates: list[tuple[date, str]] = []
        self.billed: list[date] = []
        self.bills: list[Bill] = []
        self.prepaid = [Prepaid() for _ in AREAS]
        self.payments: dict[str, Payment] = {}
        self.refunds: dict[str, tuple[str, int]] = {}

    def standing(self, part: int) -> list[Bill]:
        """Return the bills of a part that are not taken back, in the order in which they are paid."""
        standing = [bill for bill in self.bills if bill.part == part and bill.cancelled_on is None]
        return sorted(standing, key=lambda bill: (bill.due_on, bill.from_))

    def bill_month(self, month: date, due_on: date) -> None:
        """Bill every part for its owners of the month; what is prepaid settles the new bills."""
        self.billed.append(month)
        last = next_month(month) - timedelta(days=1)
        rate = max((since, rate) for since, rate in self.rates if since <= month)[1]
        for part, area in enumerate(AREAS):
            whole = Bill(part, month, last, month_fee(area, rate), "", due_on, self.today())
            made = self._by_owner(whole)
            self.bills += made
            self.prepaid[part].settle(made, self.today())

    def _by_owner(self, bill: Bill) -> list[Bill]:
        """Return the bill, unpaid, cut by who owned the part on its days."""
        pieces = []
        history = self.owners[bill.part]
        for place, (since, owner) in enumerate(history):
            until = history[place + 1][0] - ONE_DAY if place + 1 < len(history) else bill.to
            from_, to = max(since, bill.from_), min(until, bill.to)
            if from_ <= to:
                piece = Bill(bill.part, from_, to, bill.month_fee, owner, bill.due_on, self.today())
                pieces += [piece] if piece.amount > 0 else []
        return pieces

    def receive(self, part: int, amount: int, reference: str, day: date, *, is_closed: bool) -> str:
        """Live a payment through, and return how it ends: the oldest bill first, the rest is prepaid."""
        if amount <= 0 or day > self.today():
            return "VALIDATION"
        known = self.payments.get(reference)
        if known is not None:
            return DONE if (known.part, known.amount, known.day) == (part, amount, day) else "DUPLICATE"
        if is_closed:
            return "STATE_CONFLICT"
        self.payments[reference] = Payment(part, amount, day)
        rest = amount
        for bill in self.standing(part):
            rest = bill.pay(rest, day)
        self.payments[reference].left = rest
        self.prepaid[part].now += rest
        return DONE

    def refund(self, payment: Payment, amount: int, reference: str, held: int) -> str:
        """Let money of a payment go back, of which so much is held."""
        if reference in self.refunds:
            return DONE if self.refunds[reference] == (payment.id, amount) else "DUPLICATE"
        if amount <= 0:
            return "VALIDATION"
        if amount > held:
            return "INSUFFICIENT_FUNDS"
        self.refunds[reference] = (payment.id, amount)
        payment.refunded += amount
        self.prepaid[payment.part].add(-amount, payment.day)
        return DONE

    def take_back(self, bills: list[Bill]) -> None:
        """Cancel bills; what was paid on them is prepaid by those whose days they are."""
        for bill in bills:
            bill.cancelled_on = self.today()
            self.prepaid[bill.part].add(bill.paid, bill.from_)

    def correct(self, part: int, old: list[Bill]) -> None:
        """Cut bills by owner; what was paid settles the payer's own new ones, the rest is set aside for the seller."""
        prepaid = self.prepaid[part]
        self.take_back(old)
        made = [piece for bill in old for piece in self._by_owner(bill)]
        self.bills += made
        if any(bill.paid for bill in old):
            for is_former in (False, True):
                payers = {bill.owner for bill in old if (bill.from_ < prepaid.since) is is_former}
                own = [bill for bill in made if bill.owner in payers]
                prepaid.settle([bill for bill in own if (bill.from_ < prepaid.since) is is_former], self.today())
        today = self.today()
        kept = sum(one.left for one in self.payments.values() if one.part == part and one.day >= today)
        prepaid.change_hands(today, kept=kept)

    def dun(self, bill: Bill, step: str, deadline: date) -> str:
        """Take a step on an overdue bill; none is skipped (ZG-07, ZG-08)."""
        today = self.today()
        if step not in LADDER[bill.dunning] or bill.owed == 0 or today <= bill.due_on:
            return "STATE_CONFLICT"
        if step == "POSTED" and deadline <= today:
            return "VALIDATION"
        if step == "DEADLINE_PASSED" and (bill.deadline is None or today <= bill.deadline):
            return "STATE_CONFLICT"
        bill.dunning = step
        bill.deadline = deadline if step == "POSTED" else bill.deadline
        return DONE

    def arrears(self, as_of: date) -> tuple[int, int]:
        """Return what was due by the end of the day, and what of it was overdue, by the bank's days."""
        due = overdue = 0
        for bill in self.bills:
            stood = bill.issued_on <= as_of and (bill.cancelled_on is None or as_of < bill.cancelled_on)
            if stood and bill.due_on <= as_of:
                due += bill.amount
                if bill.due_on < as_of:
                    overdue += bill.amount - sum(amount for day, amount in bill.settlements if day <= as_of)
        return due, overdue


def next_month(day: date) -> date:
    """Return the first day of the month after."""
    return (day.replace(day=1) + timedelta(days=31)).replace(day=1)
