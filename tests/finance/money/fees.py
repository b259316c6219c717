"""Fees beside a plain model: bill runs in pages, payments, refunds, bills taken back, disputed or written off.

One estate with a few parts under one contract: its fees are owed to its provider or, in the trust mode, to its owners'
trust fund, and whole months are billed (DH-16, DH-38, ZG-07, ZG-08, P5, P10, P13, G-28).
"""

from collections.abc import Awaitable, Callable
from datetime import date, timedelta
from random import Random
from typing import Any

from kit.money import Fen, format_money
from services.finance.use_cases.make_out_bills import make_out_bills
from tests.finance.fees import MANAGER
from tests.finance.money.city import DONE, Answer, Step, weighted
from tests.finance.money.fee_arrears import FeeArrears
from tests.finance.money.fee_bills import ONE_DAY, PARKING, PROPERTY
from tests.finance.money.fee_custody import FeeCustody
from tests.finance.money.fee_facts import FeeFacts
from tests.finance.money.fee_model import AREAS, FIRST_RATE_ON, next_month
from tests.heard import ZHANGGONG

PAGE_SIZE = 2
PAGES = 3
ACCOUNT = "payment { id prepaid refunded allocations { amount } } account { balance prepaid }"
WEIGHTS = {
    "bill": 5, "quarter": 1, "pay": 9, "call": 3, "again": 2, "refund": 4, "cancel": 2, "refuse": 4, "give up": 1,
    "sell": 2, "area": 1, "mode": 1, "spaces": 1, "rate": 1, "dun": 4, "measure": 2, "mediate": 1, "spend": 2,
    "end": 0.3,
}  # fmt: skip
"""How often each step is tried."""


class Fees(FeeFacts, FeeArrears, FeeCustody):
    """One estate whose fees are billed month by month."""

    def next_step(self, chance: Random) -> Step:
        steps: dict[str, Callable[[Random], Step]] = {
            "bill": self._bill,
            "quarter": self._bill_quarter,
            "pay": self._pay,
            "call": self._call,
            "again": self._pay_again,
            "refund": self._refund,
            "cancel": self._cancel,
            "refuse": self._refuse,
            "give up": self._give_up,
            "sell": self.sell,
            "area": self.measure_anew,
            "mode": self.change_mode,
            "spaces": self.count_spaces,
            "rate": self.set_rate,
            "dun": self.dun,
            "measure": self.measure,
            "mediate": self.mediate,
            "spend": self.spend,
            "end": self.end,
        }
        return steps[weighted(chance, **WEIGHTS)](chance)

    def _bill(self, chance: Random) -> Step:
        """Bill the next month; now and then one that is billed already, which changes nothing."""
        service, billed = self.book.service, self.book.billed
        after_end = service.ended_on is not None and chance.random() < 0.7
        month = next_month(billed[after_end][-1]) if billed[after_end] else date(2024, 4, 1)
        if after_end and service.ended_on is not None and not billed[after_end]:
            month = (service.ended_on + ONE_DAY).replace(day=1)
        if billed[after_end] and chance.random() < 0.15:
            month = chance.choice(billed[after_end])
        due_on = max(self.city.today, month) + timedelta(days=chance.choice([0, 10, 30]))
        expected = self.book.bill_month(month, due_on, after_end=after_end)
        run = self._run(f"{month}"[:7], due_on, after_end=after_end)
        return Step(f"bill {month}", expected, run, commits=PAGES + 2)

    def _run(self, period: str, due_on: date, *, after_end: bool) -> Callable[[], Awaitable[Answer]]:
        """Return what starts a run and makes its bills out page by page, as the service does in the background."""
        start = self._start(period, due_on, after_end=after_end)

        async def ask() -> Answer:
            answer = await start()
            if answer.outcome == DONE:
                run = answer.payload["run"]["id"]
                await make_out_bills(self.city.mongo, run, clock=self.city.finance.clock, page_size=PAGE_SIZE)
            return Answer(answer.outcome)

        return ask

    def _start(self, period: str, due_on: date, *, after_end: bool = False) -> Callable[[], Awaitable[Answer]]:
        return self.city.mutation(
            "startBillRun",
            by=MANAGER,
            selects="run { id }",
            estateId=self.facts.estate_id,
            period=period,
            items=[PROPERTY, PARKING],
            dueOn=due_on.isoformat(),
            postTermination=after_end,
        )

    def _bill_quarter(self, chance: Random) -> Step:
        """A quarter of which a month is billed is not billed again, and nothing falls due in the past (DH-38)."""
        if not self.book.billed[False]:
            return self._bill(chance)
        month = chance.choice(self.book.billed[False])
        quarter = f"{month.year}-Q{(month.month + 2) // 3}"
        return Step("bill a quarter", "DUPLICATE", self._start(quarter, self.city.today))

    def _amount(self, part: int, chance: Random) -> int:
        owed = sum(bill.owed for bill in self.book.standing(part))
        return chance.choice([1, 5_000, owed // 2 + 1, max(1, owed), owed + 3_000, 0])

    def _day(self, chance: Random) -> date:
        """Return the bank's day: today, now and then one of a month that is closed by now, or one to come."""
        roll = chance.random()
        if roll < 0.03:
            return self.city.today + ONE_DAY
        closed = sorted(month for month in self.city.closed[ZHANGGONG] if month > f"{FIRST_RATE_ON}"[:7])
        return date.fromisoformat(f"{chance.choice(closed)}-15") if closed and roll < 0.08 else self.city.today

    def _pay(self, chance: Random) -> Step:
        part, day = chance.randrange(len(AREAS)), self._day(chance)
        amount, reference = self._amount(part, chance), self._reference(chance, list(self.book.payments))
        return self._told(part, amount, reference, day)

    def _pay_again(self, chance: Random) -> Step:
        """The bank tells a payment once more."""
        if not self.book.payments:
            return self._pay(chance)
        reference = chance.choice(list(self.book.payments))
        known = self.book.payments[reference]
        return self._told(known.part, known.amount, reference, known.day)

    def _told(self, part: int, amount: int, reference: str, day: date) -> Step:
        expected = self._received(part, amount, reference, day)
        ask = self.city.mutation(
            "recordFeePayment",
            by=MANAGER,
            selects=ACCOUNT,
            partId=self.parts[part],
            amount=format_money(Fen(amount)),
            bankRef=reference,
            paidOn=day.isoformat(),
        )
        return Step("pay fees", expected, ask, lambda payload: self._learn_payment(reference, payload))

    def _call(self, chance: Random) -> Step:
        """The bank calls back that fees reached the provider's own account."""
        part = chance.randrange(len(AREAS))
        amount, reference = max(1, self._amount(part, chance)), self._reference(chance, list(self.book.payments))
        content = (self.parts[part], amount, self.city.today)
        if self.bank.called.setdefault(("", reference), content) != content:
            expected = "DUPLICATE"
        else:
            expected = self._received(part, amount, reference, self.city.today)
        ask = self.bank.call(None, amount=amount, reference=reference, day=self.city.today, paid_for=self.parts[part])
        return Step("the bank calls for fees", expected, ask, commits=3)

    def _received(self, part: int, amount: int, reference: str, day: date) -> str:
        """Live a payment through; what is paid for the trust fund lies in the fund's account."""
        is_known = reference in self.book.payments
        outcome = self.book.receive(part, amount, reference, day, is_closed=self.city.is_closed(ZHANGGONG, day))
        if outcome == DONE and not is_known and self.book.service.trust in self.book.payments[reference].creditors:
            self.book.payments[reference].custody = self.custody
            self.bank.moves(self.custody, reference, amount, "fees")
        return outcome

    def _learn_payment(self, reference: str, payload: dict[str, Any]) -> None:
        self.book.payments[reference].id = payload["payment"]["id"]

    def _reference(self, chance: Random, used: list[str]) -> str:
        return chance.choice(used) if used and chance.random() < 0.1 else self.city.new_reference()

    def _refund(self, chance: Random) -> Step:
        known = [one for one in self.book.payments.values() if one.id]
        if not known:
            return self._pay(chance)
        payment, reference = chance.choice(known), self._reference(chance, list(self.book.refunds))
        held = self.book.refundable(payment)
        amount = chance.choice([held, held, held // 2, held + 1, 0])
        ask = self.city.mutation(
            "refundFeePayment",
            by=MANAGER,
            selects=ACCOUNT,
            paymentId=payment.id,
            amount=format_money(Fen(amount)),
            refundReason="OVERPAID",
            bankRef=reference,
            refundedOn=self.city.today.isoformat(),
        )
        is_known = reference in self.book.refunds
        if payment.custody and not is_known and amount > self.in_custody:
            expected = "INSUFFICIENT_FUNDS"
        else:
            expected = self.book.refund(payment, amount, reference)
        if expected == DONE and payment.custody and not is_known:
            self.bank.moves(payment.custody, reference, -amount, "fee refund")
        return Step("refund fees", expected, ask)

    def _cancel(self, chance: Random) -> Step:
        """Take a bill back: what was paid on it becomes prepaid."""
        if not self.book.bills:
            return self._bill(chance)
        bill = chance.choice(self.book.bills)
        expected = "STATE_CONFLICT" if bill.cancelled_on or bill.written_off_on else DONE
        ask = self.asked_of_bill(bill, "cancelFeeBill", reason="重复收取")
        if expected == DONE:
            self.book.take_back([bill])
        return Step("cancel a bill", expected, ask)

    def _refuse(self, chance: Random) -> Step:
        """The owner refuses a bill, or it is said whether one that was refused stands (interpretation, art. 2)."""
        if not self.book.bills:
            return self._bill(chance)
        disputed = [bill for bill in self.book.bills if bill.disputed]
        if disputed and chance.random() < 0.6:
            bill, upheld = chance.choice(disputed), chance.random() < 0.6
            ask = self.asked_of_bill(bill, "settleFeeDispute", upheld=upheld, reason="经核对")
            return Step("settle a dispute", self.book.settle_dispute(bill, upheld=upheld), ask)
        bill = chance.choice(self.book.bills)
        ask = self.asked_of_bill(bill, "disputeFeeBill", reason="重复收取")
        return Step("dispute a bill", self.book.dispute(bill), ask)

    def _give_up(self, chance: Random) -> Step:
        """The creditor gives up what is open of a bill, now and then as of a day before."""
        open_ones = [bill for bill in self.book.bills if bill.owed]
        if not self.book.bills:
            return self._bill(chance)
        bill = chance.choice(open_ones if open_ones and chance.random() < 0.8 else self.book.bills)
        day = chance.choice([self.city.today, self.city.today - timedelta(days=7), self._day(chance)])
        ask = self.asked_of_bill(bill, "writeOffFeeBill", reason="无法收回", decidedOn=day.isoformat())
        return Step(
            "write a bill off", self.book.write_off(bill, day, is_closed=self.city.is_closed(ZHANGGONG, day)), ask
        )
