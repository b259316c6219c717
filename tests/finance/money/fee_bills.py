"""Bills, payments and what is prepaid, as plain numbers (DH-38, P5, P13, G-28).

Written from the rules, in whole fen; it shares no code with the product.
"""

from calendar import monthrange
from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from typing import Any, TypeVar

ONE_DAY = timedelta(days=1)
PROPERTY, PARKING = "PROPERTY", "PARKING"
By = TypeVar("By")


@dataclass
class Bill:
    """What the owner of a part owes a creditor for some days of a month.

    `rate` is in fen, for a month of one m² or of one space; `quantity` counts hundredths of m², or spaces.
    """

    item: str
    part: int
    from_: date
    to: date
    quantity: int
    rate: int
    owner: str
    creditor: str
    due_on: date
    issued_on: date
    run: str = ""
    paid: int = 0
    settlements: list[tuple[date, int]] = field(default_factory=list)
    dunning: str = "NONE"
    deadline: date | None = None
    cancelled_on: date | None = None
    disputed: bool = False
    written_off_on: date | None = None
    written_off: int = 0
    id: str = ""

    @property
    def amount(self) -> int:
        """What the days come to: the month's fee accrues day by day, floored, and is whole on the last day."""
        per = 100 if self.item == PROPERTY else 1
        month_fee = (2 * self.quantity * self.rate + per) // (2 * per)
        days = monthrange(self.from_.year, self.from_.month)[1]
        return month_fee * self.to.day // days - month_fee * (self.from_.day - 1) // days

    @property
    def owed(self) -> int:
        return 0 if self.cancelled_on or self.written_off_on else self.amount - self.paid

    @property
    def content(self) -> tuple[Any, ...]:
        """What identifies a bill that stands."""
        said = self.amount, self.paid, self.dunning, self.disputed, self.written_off
        return self.item, self.from_, self.to, self.owner, self.creditor, *said

    @property
    def billing(self) -> tuple[Any, ...]:
        """What a bill has in common with those that take its place."""
        return self.run, self.part, self.item

    @property
    def order(self) -> tuple[Any, ...]:
        """The order in which bills are paid."""
        return self.due_on, self.from_, self.item

    def was_billed_on(self, day: date) -> bool:
        """Return whether it stood at the end of that day."""
        ended = [on for on in (self.cancelled_on, self.written_off_on) if on is not None]
        return self.issued_on <= day and all(day < on for on in ended)

    def owed_on(self, day: date) -> int:
        """Return what was owed at the end of that day, by the bank's days."""
        return self.amount - sum(amount for on, amount in self.settlements if on <= day)

    def pay(self, amount: int, on: date) -> int:
        """Take as much of the amount as is owed, and return the rest."""
        share = min(amount, self.owed)
        if share > 0:
            self.paid += share
            self.settlements.append((on, share))
        return amount - share

    def anew(self, on: date, from_: date, to: date, **changes: Any) -> "Bill":
        """Return those days of it made out anew: unpaid, asked for by nobody, due when it was."""
        fresh: dict[str, Any] = {"paid": 0, "settlements": [], "dunning": "NONE", "deadline": None, "id": ""}
        return replace(self, from_=from_, to=to, issued_on=on, cancelled_on=None, **fresh, **changes)


@dataclass
class Payment:
    """Money that came in for a part under a bank reference: who received it, and what of it settled no bill at once."""

    part: int
    amount: int
    day: date
    creditors: list[str] = field(default_factory=list)
    left: int = 0
    left_with: str = ""
    custody: str = ""
    id: str = ""
    refunded: int = 0


@dataclass
class Plan:
    """In which instalments a part pays what it owed the provider at the end of a day."""

    part: int
    agreed_on: date
    instalments: list[tuple[date, int]]

    def bills_of(self, bills: Iterable[Bill]) -> list[Bill]:
        """Return the bills that were overdue on that day, and those that have taken their place."""
        overdue = [bill for bill in bills if bill.part == self.part and bill.due_on < self.agreed_on]
        billed = {bill.billing for bill in overdue if bill.was_billed_on(self.agreed_on)}
        return [bill for bill in overdue if bill.billing in billed]

    def is_kept(self, bills: Iterable[Bill], day: date) -> bool:
        """Return whether every instalment is paid that was due before the day; what is no longer owed is paid."""
        left = sum(amount for _, amount in self.instalments)
        left -= sum(bill.owed_on(day) for bill in bills if bill.was_billed_on(day))
        for due_on, amount in self.instalments:
            if left < amount and due_on < day:
                return False
            left = max(0, left - amount)
        return True


Purse = dict[str, int]


def new_purse() -> Purse:
    """Return a purse in which nobody holds anything, by creditor."""
    return defaultdict(int)


@dataclass
class Prepaid:
    """What the owner of a part has prepaid to whom, and what is set aside for those who owned it before `since`."""

    now: Purse = field(default_factory=new_purse)
    aside: Purse = field(default_factory=new_purse)
    since: date = date.min

    def purse(self, day: date) -> Purse:
        """Return the money of those whose the day is."""
        return self.aside if day < self.since else self.now

    def held_by(self, creditor: str) -> int:
        """Return what a creditor holds of both."""
        return self.now[creditor] + self.aside[creditor]

    def settle(self, bills: Iterable[Bill], on: date) -> None:
        """Let new bills be paid from it, the oldest first, each by those whose days they are to whom it is owed."""
        for bill in sorted(bills, key=lambda one: one.order):
            purse = self.purse(bill.from_)
            purse[bill.creditor] = bill.pay(purse[bill.creditor], on)

    def change_hands(self, day: date, *, kept: Purse) -> None:
        """Set aside what is there, but for what was paid on that day or later (P13)."""
        for creditor, held in self.now.items():
            left = held - min(held, kept[creditor])
            self.now[creditor] -= left
            self.aside[creditor] += left
        self.since = day


def stretches(from_: date, to: date, by: Callable[[date], By]) -> list[tuple[date, date, By]]:
    """Return the days, both ends included, cut wherever what is said of a day changes."""
    found: list[tuple[date, date, By]] = []
    day = from_
    while day <= to:
        said = by(day)
        first = found.pop()[0] if found and found[-1][2] == said else day
        found.append((first, day, said))
        day += ONE_DAY
    return found
