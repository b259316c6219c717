"""The fees of one estate as plain numbers: bills by day, owner and creditor, payments, what is prepaid, the arrears.

Written from the rules, in whole fen (DH-38, ZG-07, ZG-08, P5, P13, G-28); it shares no code with the product.
"""

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any, TypeAlias

from tests.finance.money.fee_bills import (
    ONE_DAY,
    PARKING,
    PROPERTY,
    Bill,
    Payment,
    Plan,
    Prepaid,
    new_purse,
    stretches,
)
from tests.finance.money.fee_service import Service

AREAS = ("89.35", "63.55", "120.00", "7.01", "55.50")
RATES = ("1.20", "0.37", "2.05")
SPACE_FEE = "150.01"
FIRST_RATE_ON = date(2024, 3, 5)
DONE = "DONE"
LADDER = {
    "NONE": ("REMINDED",),
    "REMINDED": ("POSTED",),
    "POSTED": ("DEADLINE_PASSED",),
    "DEADLINE_PASSED": ("ARBITRATION", "LAWSUIT"),
    "ARBITRATION": (),
    "LAWSUIT": (),
}
Said: TypeAlias = Callable[[Bill, date], dict[str, Any]]
"""What a fact says of a day of a bill: values that take the place of the bill's own."""


class FeeBook:
    """Everything that is owed, paid and prepaid in the estate; each command lives through and returns how it ends."""

    def __init__(self, today: Callable[[], date]) -> None:
        self.today = today
        self.service = Service(FIRST_RATE_ON)
        self.owners: list[list[tuple[date, str]]] = []
        self.areas = [[(date.min, number(area))] for area in AREAS]
        self.spaces: list[list[tuple[date, int]]] = [[] for _ in AREAS]
        self.rates: list[tuple[date, str]] = []
        self.billed: dict[bool, list[date]] = {False: [], True: []}
        """The months that are billed of the contract's days, and those of the days after its end."""

        self.bills: list[Bill] = []
        self.prepaid = [Prepaid() for _ in AREAS]
        self.payments: dict[str, Payment] = {}
        self.refunds: dict[str, tuple[str, int]] = {}
        self.collected = new_purse()
        self.plans: list[Plan] = []

    @property
    def creditors(self) -> tuple[str, str]:
        return self.service.provider, self.service.trust

    def standing(self, part: int) -> list[Bill]:
        """Return the bills of a part that are not taken back, in the order in which they are paid."""
        standing = [bill for bill in self.bills if bill.part == part and bill.cancelled_on is None]
        return sorted(standing, key=lambda bill: bill.order)

    def reaching(self, day: date) -> list[Bill]:
        """Return the bills that may be made out anew of that day or a later one."""
        standing = [bill for part in range(len(AREAS)) for bill in self.standing(part)]
        return [bill for bill in standing if bill.to >= day and bill.written_off_on is None]

    def owner(self, part: int, day: date) -> str:
        return max((since, owner) for since, owner in self.owners[part] if since <= day)[1]

    def area(self, part: int, day: date) -> int:
        return max((since, area) for since, area in self.areas[part] if since <= day)[1]

    def bill_month(self, month: date, due_on: date, *, after_end: bool) -> str:
        """Bill every part for its owners of the month; what is prepaid settles the new bills."""
        if month in self.billed[after_end]:
            return DONE
        last = next_month(month) - ONE_DAY
        lines = [line for *_, line in stretches(month, last, lambda day: self.service.line(day, after_end=after_end))]
        if not any(lines):
            is_refused = after_end or self.service.creditor(last) is None
            return "PRECONDITION" if is_refused else "STATE_CONFLICT"
        self.billed[after_end].append(month)
        for part, prepaid in enumerate(self.prepaid):
            made = [
                bill
                for item in (PARKING, PROPERTY)
                for bill in self._billed(item, part, month, last, due_on, after_end=after_end)
            ]
            self.bills += made
            prepaid.settle(made, self.today())
        return DONE

    def _billed(self, item: str, part: int, from_: date, to: date, due_on: date, *, after_end: bool) -> list[Bill]:
        """Return the bills of an item and a part, cut wherever its creditor, mode, owner or quantity changes."""
        run = f"{from_} {after_end}"
        rate = number(SPACE_FEE if item == PARKING else max(one for one in self.rates if one[0] <= from_)[1])

        def said(day: date) -> tuple[Any, ...]:
            counted = self._spaces(part, day) if item == PARKING else (None, self.area(part, day))
            return self.service.line(day, after_end=after_end), self.owner(part, day), counted

        bills = [
            Bill(item, part, first, last, counted[1], rate, owner, line[0], due_on, self.today(), run)
            for first, last, (line, owner, counted) in stretches(from_, to, said)
            if line is not None
        ]
        return [bill for bill in bills if bill.amount > 0]

    def _spaces(self, part: int, day: date) -> tuple[date, int]:
        return max((one for one in self.spaces[part] if one[0] <= day), default=(date.min, 0))

    def receive(self, part: int, amount: int, reference: str, day: date, *, is_closed: bool) -> str:
        """Live a payment through, and return how it ends: the oldest bill first, the rest is prepaid."""
        if amount <= 0 or day > self.today():
            return "VALIDATION"
        known = self.payments.get(reference)
        if known is not None:
            return DONE if (known.part, known.amount, known.day) == (part, amount, day) else "DUPLICATE"
        owed = [bill for bill in self.standing(part) if bill.owed]
        left_with = self.service.creditor(day)
        if left_with is None and amount > sum(bill.owed for bill in owed):
            if not owed:
                return "PRECONDITION"
            left_with = owed[-1].creditor
        if is_closed:
            return "STATE_CONFLICT"
        payment = self.payments[reference] = Payment(part, amount, day, left=amount)
        for bill in owed:
            before, payment.left = payment.left, bill.pay(payment.left, day)
            self._collect(payment, bill.creditor, before - payment.left)
        if payment.left:
            assert left_with is not None
            payment.left_with = left_with
            self._collect(payment, left_with, payment.left)
            self.prepaid[part].now[left_with] += payment.left
        return DONE

    def _collect(self, payment: Payment, creditor: str, amount: int) -> None:
        self.collected[creditor] += amount
        if amount and creditor not in payment.creditors:
            payment.creditors.append(creditor)

    def refundable(self, payment: Payment) -> int:
        """Return how much of a payment may go back: what those who received it hold prepaid."""
        purse = self.prepaid[payment.part].purse(payment.day)
        return min(payment.amount - payment.refunded, sum(purse[creditor] for creditor in payment.creditors))

    def refund(self, payment: Payment, amount: int, reference: str) -> str:
        """Let money of a payment go back."""
        if reference in self.refunds:
            return DONE if self.refunds[reference] == (payment.id, amount) else "DUPLICATE"
        if amount <= 0:
            return "VALIDATION"
        if amount > self.refundable(payment):
            return "INSUFFICIENT_FUNDS"
        self.refunds[reference] = (payment.id, amount)
        payment.refunded += amount
        purse, left = self.prepaid[payment.part].purse(payment.day), amount
        for creditor in payment.creditors:
            share = min(left, purse[creditor])
            purse[creditor] -= share
            self.collected[creditor] -= share
            left -= share
        return DONE

    def take_back(self, bills: list[Bill]) -> None:
        """Cancel bills; what was paid on them is prepaid by those whose days they are."""
        for bill in bills:
            bill.cancelled_on = self.today()
            self.prepaid[bill.part].purse(bill.from_)[bill.creditor] += bill.paid

    def dispute(self, bill: Bill) -> str:
        """Let the owner refuse a bill that is still to be paid (interpretation, art. 2)."""
        if bill.owed == 0 or bill.disputed:
            return "STATE_CONFLICT"
        bill.disputed = True
        return DONE

    def settle_dispute(self, bill: Bill, *, upheld: bool) -> str:
        """Let a disputed bill stand again, or take it back."""
        if not bill.disputed or bill.cancelled_on or bill.written_off_on:
            return "STATE_CONFLICT"
        if upheld:
            bill.disputed = False
        else:
            self.take_back([bill])
        return DONE

    def write_off(self, bill: Bill, on: date, *, is_closed: bool) -> str:
        """Give up what is open of a bill."""
        if bill.owed == 0:
            return "STATE_CONFLICT"
        if not max([bill.issued_on, *(paid_on for paid_on, _ in bill.settlements)]) <= on <= self.today():
            return "VALIDATION"
        if is_closed:
            return "STATE_CONFLICT"
        bill.written_off, bill.written_off_on = bill.owed, on
        return DONE

    def sell(self, part: int, buyer: str) -> None:
        """Cut the bills by owner; what was paid settles the payer's own new ones, the rest is set aside for them."""
        today = self.today()
        self.owners[part].append((today, buyer))
        its = [bill for bill in self.reaching(today) if bill.part == part]
        self._correct(its, lambda bill, day: {"owner": self.owner(part, day)})
        kept = new_purse()
        for one in self.payments.values():
            if one.part == part and one.day >= today:
                kept[one.left_with] += one.left
        self.prepaid[part].change_hands(today, kept=kept)

    def measure_anew(self, part: int, area: int, since: date) -> None:
        """Let a part have another area from a day on; what was said of later days is withdrawn."""
        if area == self.areas[part][-1][1]:
            return
        self.areas[part] = [one for one in self.areas[part] if one[0] < since] + [(since, area)]
        its = [bill for bill in self.reaching(since) if bill.part == part and bill.item == PROPERTY]
        self._correct(its, lambda bill, day: {"quantity": self.area(part, day)})

    def follow_service(self, since: date) -> None:
        """Let the days from one on be owed to whom the mode says; days without service stay as they were (G-28)."""
        self._correct(
            self.reaching(since),
            lambda bill, day: {
                "creditor": (self.service.creditor(day) if day >= since else None) or bill.creditor,
            },
        )

    def end(self, last: date, *, is_over: bool) -> None:
        """Take back what was billed of the days after the contract's end (arts. 949 and 950)."""
        self.service.ended_on, self.service.is_over = last, is_over
        its = [bill for bill in self.reaching(last + ONE_DAY) if bill.creditor]
        self._correct(its, lambda bill, day: {"creditor": bill.creditor if day <= last else ""})

    def _correct(self, bills: list[Bill], said: Said) -> None:
        """Make the bills out anew by what is said of their days; days that are owed to nobody are not."""
        changed = {}
        for place, bill in enumerate(bills):
            pieces = stretches(bill.from_, bill.to, lambda day, bill=bill: said(bill, day))  # type: ignore[misc]
            if len(pieces) > 1 or any(getattr(bill, name) != value for name, value in pieces[0][2].items()):
                made = [bill.anew(self.today(), first, last, **values) for first, last, values in pieces]
                changed[place] = [piece for piece in made if piece.creditor and piece.amount > 0]
        for part in sorted({bills[place].part for place in changed}):
            of_part = [place for place in changed if bills[place].part == part]
            self._settle_anew(
                part, [bills[place] for place in of_part], [new for place in of_part for new in changed[place]]
            )

    def _settle_anew(self, part: int, old: list[Bill], made: list[Bill]) -> None:
        prepaid = self.prepaid[part]
        self.take_back(old)
        self.bills += made
        if any(bill.paid for bill in old):
            for is_former in (False, True):
                payers = {bill.owner for bill in old if (bill.from_ < prepaid.since) is is_former}
                own = [bill for bill in made if bill.owner in payers]
                prepaid.settle([bill for bill in own if (bill.from_ < prepaid.since) is is_former], self.today())

    def dun(self, bill: Bill, step: str, deadline: date) -> str:
        """Take a step on an overdue bill; none is skipped (ZG-07, ZG-08)."""
        today = self.today()
        if step not in LADDER[bill.dunning] or bill.owed == 0 or bill.disputed or today <= bill.due_on:
            return "STATE_CONFLICT"
        if step == "POSTED" and deadline <= today:
            return "VALIDATION"
        if step == "DEADLINE_PASSED" and (bill.deadline is None or today <= bill.deadline):
            return "STATE_CONFLICT"
        if self.rests(bill):
            return "STATE_CONFLICT"
        bill.dunning = step
        bill.deadline = deadline if step == "POSTED" else bill.deadline
        return DONE

    def overdue_with_provider(self, part: int) -> int:
        """Return what a part owes the provider of overdue bills today."""
        today = self.today()
        return sum(
            one.owed for one in self.standing(part) if (one.creditor == self.service.provider and one.due_on < today)
        )

    def agree(self, part: int, instalments: list[tuple[date, int]]) -> None:
        """Let a mediation end in instalments of what the part owes the provider today (XY-15)."""
        self.plans.append(Plan(part, self.today(), instalments))

    def rests(self, bill: Bill) -> bool:
        """Return whether nobody is asked for the bill, since the instalments agreed for it last are paid."""
        about = [one for one in self.plans if one.part == bill.part and bill.due_on < one.agreed_on]
        if not about or bill.creditor != self.service.provider:
            return False
        plan = about[-1]
        its = plan.bills_of([one for one in self.bills if one.creditor == bill.creditor])
        return bill in its and plan.is_kept(its, self.today())

    def arrears(self, as_of: date) -> tuple[int, int]:
        """Return what was due by the end of the day, and what of it was overdue, by the bank's days."""
        due = overdue = 0
        for bill in self.bills:
            if bill.was_billed_on(as_of) and bill.due_on <= as_of:
                due += bill.amount
                overdue += bill.owed_on(as_of) if bill.due_on < as_of else 0
        return due, overdue


def number(text: str) -> int:
    """Return what is written with two decimals in hundredths."""
    return int(text.replace(".", ""))


def next_month(day: date) -> date:
    """Return the first day of the month after."""
    return (day.replace(day=1) + timedelta(days=31)).replace(day=1)
