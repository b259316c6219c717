"""Fees beside a plain model: rates, bill runs in pages, payments, refunds, corrections, the ladder, the arrears.

One estate with a few parts under one contract: all is owed to its provider, and whole months are billed (DH-16, DH-38,
ZG-07, ZG-08, P5, P13).
"""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import replace
from datetime import date, timedelta
from random import Random
from typing import Any

from kit.caller import Scope
from kit.ids import new_id
from kit.money import Fen, format_money
from services.finance.store.bills import find_bills_of_parts
from services.finance.store.fee_accounts import find_accounts_of_parts
from services.finance.use_cases.make_out_bills import make_out_bills
from services.finance.use_cases.verify_fees import verify_fees
from tests.finance.fees import MANAGER, served_estate
from tests.finance.money.bank import Bank
from tests.finance.money.city import DONE, Answer, City, Step, weighted
from tests.finance.money.fee_model import (
    AREAS,
    FIRST_RATE_ON,
    LADDER,
    ONE_DAY,
    RATES,
    Bill,
    FeeBook,
    next_month,
)
from tests.heard import ZHANGGONG, RegistryFacts

EVERYTHING = Scope.everything()
PAGE_SIZE = 2
PAGES = 3
ACCOUNT = "payment { id prepaid refunded allocations { amount } } account { balance prepaid }"


class Fees:
    """One estate whose fees are billed month by month."""

    def __init__(self, city: City, bank: Bank) -> None:
        self.city, self.bank = city, bank
        self.facts = RegistryFacts()
        self.parts: list[str] = []
        self.book = FeeBook(lambda: city.today)
        self.measured: dict[date, tuple[int, int]] = {}

    async def found(self) -> None:
        served = await served_estate(self.city.finance, *AREAS)
        self.facts, self.parts = served.facts, served.parts
        self.book.owners = [[(FIRST_RATE_ON, owner)] for owner in served.owners]
        assert (await served.set_rates(RATES[0]))["errors"] == []
        self.book.rates = [(FIRST_RATE_ON, RATES[0])]

    def accounts(self) -> Mapping[str, int]:
        """Receivable and collected on one side, the provider's claim and the prepaid money on the other."""
        collected = sum(one.amount - one.refunded for one in self.book.payments.values())
        receivable, prepaid = (
            sum(bill.owed for bill in self.book.bills),
            sum(one.now + one.aside for one in self.book.prepaid),
        )
        whose = f"{self.facts.estate_id}:PROVIDER:{self.facts.provider_id}"
        return {
            f"fee-receivable:{whose}": receivable,
            f"fee-collected:{whose}": collected,
            f"fee-prepaid:{whose}": prepaid,
            f"fee-claim:{whose}": receivable + collected - prepaid,
        }

    async def check_shown(self) -> None:
        mongo = self.city.mongo
        found = await find_bills_of_parts(mongo, self.parts, scope=EVERYTHING)
        accounts = await find_accounts_of_parts(mongo, self.parts, scope=EVERYTHING)
        for part, part_id in enumerate(self.parts):
            stored = sorted(
                (one.from_, one.to, one.owner_ids[0], one.amount, one.paid, one.dunning.value)
                for one in found.get(part_id, ())
                if one.cancelled_on is None
            )
            assert stored == sorted(one.content for one in self.book.standing(part))
            if part_id in accounts:
                shown = (accounts[part_id].prepaid_total, accounts[part_id].set_aside_total)
                assert shown == (self.book.prepaid[part].now, self.book.prepaid[part].aside)
        assert await verify_fees(mongo, ZHANGGONG) == [], await verify_fees(mongo, ZHANGGONG)

    def next_step(self, chance: Random) -> Step:
        match weighted(
            chance, bill=5, quarter=1, pay=9, call=3, again=2, refund=4, cancel=2, sell=2, rate=1, dun=4, measure=2
        ):
            case "bill":
                return self._bill(chance)
            case "quarter":
                return self._bill_quarter(chance)
            case "pay":
                return self._pay(chance)
            case "call":
                return self._call(chance)
            case "again":
                return self._pay_again(chance)
            case "refund":
                return self._refund(chance)
            case "cancel":
                return self._cancel(chance)
            case "sell":
                return self._sell(chance)
            case "rate":
                return self._set_rate(chance)
            case "dun":
                return self._dun(chance)
            case _:
                return self._measure(chance)

    def _bill(self, chance: Random) -> Step:
        """Bill the next month; now and then one that is billed already, which changes nothing."""
        month = next_month(self.book.billed[-1]) if self.book.billed else date(2024, 4, 1)
        if self.book.billed and chance.random() < 0.15:
            month = chance.choice(self.book.billed)
        due_on = max(self.city.today, month) + timedelta(days=chance.choice([0, 10, 30]))
        if month not in self.book.billed:
            self.book.bill_month(month, due_on)
        return Step(f"bill {month}", DONE, self._run(f"{month}"[:7], due_on), commits=PAGES + 2)

    def _run(self, period: str, due_on: date) -> Callable[[], Awaitable[Answer]]:
        """Return what starts a run and makes its bills out page by page, as the service does in the background."""
        start = self._start(period, due_on)

        async def ask() -> Answer:
            answer = await start()
            if answer.outcome == DONE:
                run = answer.payload["run"]["id"]
                await make_out_bills(self.city.mongo, run, clock=self.city.finance.clock, page_size=PAGE_SIZE)
            return Answer(answer.outcome)

        return ask

    def _start(self, period: str, due_on: date) -> Callable[[], Awaitable[Answer]]:
        return self.city.mutation(
            "startBillRun",
            by=MANAGER,
            selects="run { id }",
            estateId=self.facts.estate_id,
            period=period,
            items=["PROPERTY"],
            dueOn=due_on.isoformat(),
        )

    def _bill_quarter(self, chance: Random) -> Step:
        """A quarter of which a month is billed is not billed again, and nothing falls due in the past (DH-38)."""
        if not self.book.billed:
            return self._bill(chance)
        month = chance.choice(self.book.billed)
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
        return self.book.receive(part, amount, reference, day, is_closed=self.city.is_closed(ZHANGGONG, day))

    def _learn_payment(self, reference: str, payload: dict[str, Any]) -> None:
        self.book.payments[reference].id = payload["payment"]["id"]

    def _reference(self, chance: Random, used: list[str]) -> str:
        return chance.choice(used) if used and chance.random() < 0.1 else self.city.new_reference()

    def _refund(self, chance: Random) -> Step:
        known = [one for one in self.book.payments.values() if one.id]
        if not known:
            return self._pay(chance)
        payment, reference = chance.choice(known), self._reference(chance, list(self.book.refunds))
        held = min(payment.amount - payment.refunded, self.book.prepaid[payment.part].held(payment.day))
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
        return Step("refund fees", self.book.refund(payment, amount, reference, held), ask)

    def _cancel(self, chance: Random) -> Step:
        """Take a bill back: what was paid on it becomes prepaid."""
        if not self.book.bills:
            return self._bill(chance)
        bill = chance.choice(self.book.bills)
        expected = "STATE_CONFLICT" if bill.cancelled_on else DONE
        if expected == DONE:
            self.book.take_back([bill])
        return Step("cancel a bill", expected, self._asked_of_bill(bill, "cancelFeeBill", reason="重复收取"))

    def _asked_of_bill(self, bill: Bill, mutation: str, **values: Any) -> Callable[[], Awaitable[Answer]]:
        """Return what asks a mutation of a bill, whose id the product is asked for first."""
        key = new_id("key")

        async def ask() -> Answer:
            ask_now = self.city.mutation(
                mutation,
                by=MANAGER,
                selects="bill { id }",
                billId=await self._id_of(bill),
                idempotencyKey=key,
                **values,
            )
            return await ask_now()

        return ask

    async def _id_of(self, bill: Bill) -> str:
        if not bill.id:
            part_id = self.parts[bill.part]
            found = await find_bills_of_parts(self.city.mongo, [part_id], scope=EVERYTHING)
            known = {one.id for one in self.book.bills}
            [bill.id] = [
                one.id
                for one in found[part_id]
                if (one.from_, one.to, one.amount, one.owner_ids) == (bill.from_, bill.to, bill.amount, (bill.owner,))
                and one.id not in known
            ]
        return bill.id

    def _sell(self, chance: Random) -> Step:
        """A part changes hands today: its bills are cut, and the seller's money stays with the seller's days (P13)."""
        part, buyer, today = chance.randrange(len(AREAS)), new_id("own"), self.city.today
        since, seller = self.book.owners[part][-1]
        if since == today:
            return self._bill(chance)
        self.book.owners[part].append((today, buyer))
        old = [bill for bill in self.book.standing(part) if bill.to >= today]
        self.book.correct(part, old)
        told = self.facts.ownership_transferred(
            self.parts[part], to={buyer: "1.0000"}, since=today.isoformat(), before=(seller,)
        )
        return Step("sell a part", DONE, self.city.facts(told))

    def _set_rate(self, chance: Random) -> Step:
        """Let the fee cost something else from the first month that is not billed."""
        since, rate = next_month(max([*self.book.billed, date(2024, 3, 1)])), chance.choice(RATES)
        if self.book.billed and chance.random() < 0.3:
            since = self.book.billed[-1]
        expected = DONE
        if any(known == since for known, _ in self.book.rates):
            expected = "DUPLICATE"
        elif since in self.book.billed:
            expected = "STATE_CONFLICT"
        values = {
            "estateId": self.facts.estate_id,
            "contractId": self.facts.contract_id,
            "effectiveFrom": since.isoformat(),
        }
        set_rate = self.city.mutation(
            "setFeeSchedule",
            by=MANAGER,
            selects="rates { rate }",
            rates=[{"itemCode": "PROPERTY", "unit": "PER_M2_MONTH", "rate": rate}],
            **values,
        )
        mark = self.city.mutation(
            "markPrices",
            by=MANAGER,
            selects="rates { rate }",
            items=["PROPERTY"],
            markedOn=self.city.today.isoformat(),
            **values,
        )
        if expected == DONE:
            self.book.rates.append((since, rate))

        async def ask() -> Answer:
            answer = await set_rate()
            return answer if answer.outcome != DONE else replace(await mark(), replayed=None)

        return Step("set a rate", expected, ask, commits=2)

    def _dun(self, chance: Random) -> Step:
        """Ask for an overdue bill: one step after the other, whatever is paid meanwhile (ZG-07, ZG-08)."""
        owed = [bill for bill in self.book.bills if bill.owed and bill.due_on < self.city.today]
        bill = chance.choice(owed or self.book.bills or [None])
        if bill is None:
            return self._bill(chance)
        step = chance.choice([*LADDER[bill.dunning], *LADDER[bill.dunning], *LADDER])
        deadline = self.city.today + timedelta(days=chance.choice([0, 2, 2]))
        expected = self.book.dun(bill, step, deadline)
        values: dict[str, Any] = {"step": step}
        if step == "POSTED":
            values["deadline"] = deadline.isoformat()
        if step in ("ARBITRATION", "LAWSUIT"):
            values["reference"] = "（2026）赣07民初1号"
        return Step(f"dun {step}", expected, self._asked_of_bill(bill, "takeDunningStep", **values))

    def _measure(self, chance: Random) -> Step:
        """Measure the arrears of a day; what was measured stays, what is measured late is the past as it is known."""
        as_of = self.city.today - timedelta(days=chance.choice([0, 0, 7, 40]))
        if as_of not in self.measured:
            self.measured[as_of] = self.book.arrears(as_of)
        due, overdue = (format_money(Fen(fen)) for fen in self.measured[as_of])
        measure = self.city.mutation(
            "measureArrears",
            by=MANAGER,
            selects="position { due overdue }",
            estateId=self.facts.estate_id,
            asOf=as_of.isoformat(),
        )

        async def ask() -> Answer:
            answer = await measure()
            assert answer.payload["position"] == {"due": due, "overdue": overdue}
            return answer

        return Step("measure the arrears", DONE, ask)
