"""Fees beside a plain model: rates, bill runs in pages, payments, refunds, corrections, the ladder, the arrears.

The model is written from the rules, in whole fen (DH-16, DH-38, ZG-07, ZG-08, P5, P13); it shares no code with the
product. One estate with a few parts under one contract: all is owed to its provider, whole months are billed.
"""

from calendar import monthrange
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field, replace
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
from tests.heard import ZHANGGONG, RegistryFacts

EVERYTHING = Scope.everything()
AREAS = ("89.35", "63.55", "120.00", "7.01", "55.50")
RATES = ("1.20", "0.37", "2.05")
FIRST_RATE_ON = date(2024, 3, 5)
ONE_DAY = timedelta(days=1)
PAGE_SIZE = 2
PAGES = 3
LADDER = {
    "NONE": ("REMINDED",),
    "REMINDED": ("POSTED",),
    "POSTED": ("DEADLINE_PASSED",),
    "DEADLINE_PASSED": ("ARBITRATION", "LAWSUIT"),
    "ARBITRATION": (),
    "LAWSUIT": (),
}
ACCOUNT = "payment { id prepaid refunded allocations { amount } } account { balance prepaid }"


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


class Fees:
    """One estate whose fees are billed month by month."""

    def __init__(self, city: City, bank: Bank) -> None:
        self.city, self.bank = city, bank
        self.facts = RegistryFacts()
        self.parts: list[str] = []
        self.owners: list[list[tuple[date, str]]] = []
        self.rates: list[tuple[date, str]] = []
        self.billed: list[date] = []
        self.bills: list[Bill] = []
        self.prepaid = [Prepaid() for _ in AREAS]
        self.payments: dict[str, Payment] = {}
        self.refunds: dict[str, tuple[str, int]] = {}
        self.measured: dict[date, tuple[int, int]] = {}

    async def found(self) -> None:
        served = await served_estate(self.city.finance, *AREAS)
        self.facts, self.parts = served.facts, served.parts
        self.owners = [[(FIRST_RATE_ON, owner)] for owner in served.owners]
        assert (await served.set_rates(RATES[0]))["errors"] == []
        self.rates = [(FIRST_RATE_ON, RATES[0])]

    def accounts(self) -> Mapping[str, int]:
        """Receivable and collected on one side, the provider's claim and the prepaid money on the other."""
        collected = sum(one.amount - one.refunded for one in self.payments.values())
        receivable, prepaid = sum(bill.owed for bill in self.bills), sum(one.now + one.aside for one in self.prepaid)
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
            assert stored == sorted(one.content for one in self._standing(part))
            if part_id in accounts:
                shown = (accounts[part_id].prepaid_total, accounts[part_id].set_aside_total)
                assert shown == (self.prepaid[part].now, self.prepaid[part].aside)
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

    def _standing(self, part: int) -> list[Bill]:
        """Return the bills of a part that are not taken back, in the order in which they are paid."""
        standing = [bill for bill in self.bills if bill.part == part and bill.cancelled_on is None]
        return sorted(standing, key=lambda bill: (bill.due_on, bill.from_))

    def _bill(self, chance: Random) -> Step:
        """Bill the next month; now and then one that is billed already, which changes nothing."""
        month = next_month(self.billed[-1]) if self.billed else date(2024, 4, 1)
        if self.billed and chance.random() < 0.15:
            month = chance.choice(self.billed)
        due_on = max(self.city.today, month) + timedelta(days=chance.choice([0, 10, 30]))
        if month not in self.billed:
            self._bill_month(month, due_on)
        return Step(f"bill {month}", DONE, self._run(f"{month}"[:7], due_on), commits=PAGES + 2)

    def _bill_month(self, month: date, due_on: date) -> None:
        self.billed.append(month)
        last = next_month(month) - timedelta(days=1)
        rate = max((since, rate) for since, rate in self.rates if since <= month)[1]
        for part, area in enumerate(AREAS):
            whole = Bill(part, month, last, month_fee(area, rate), "", due_on, self.city.today)
            made = self._by_owner(whole)
            self.bills += made
            self.prepaid[part].settle(made, self.city.today)

    def _by_owner(self, bill: Bill) -> list[Bill]:
        """Return the bill, unpaid, cut by who owned the part on its days."""
        pieces = []
        history = self.owners[bill.part]
        for place, (since, owner) in enumerate(history):
            until = history[place + 1][0] - ONE_DAY if place + 1 < len(history) else bill.to
            from_, to = max(since, bill.from_), min(until, bill.to)
            if from_ <= to:
                piece = Bill(bill.part, from_, to, bill.month_fee, owner, bill.due_on, self.city.today)
                pieces += [piece] if piece.amount > 0 else []
        return pieces

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
        if not self.billed:
            return self._bill(chance)
        month = chance.choice(self.billed)
        quarter = f"{month.year}-Q{(month.month + 2) // 3}"
        return Step("bill a quarter", "DUPLICATE", self._start(quarter, self.city.today))

    def _amount(self, part: int, chance: Random) -> int:
        owed = sum(bill.owed for bill in self._standing(part))
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
        amount, reference = self._amount(part, chance), self._reference(chance, list(self.payments))
        return self._told(part, amount, reference, day)

    def _pay_again(self, chance: Random) -> Step:
        """The bank tells a payment once more."""
        if not self.payments:
            return self._pay(chance)
        reference = chance.choice(list(self.payments))
        known = self.payments[reference]
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
        amount, reference = max(1, self._amount(part, chance)), self._reference(chance, list(self.payments))
        content = (self.parts[part], amount, self.city.today)
        if self.bank.called.setdefault(("", reference), content) != content:
            expected = "DUPLICATE"
        else:
            expected = self._received(part, amount, reference, self.city.today)
        ask = self.bank.call(None, amount=amount, reference=reference, day=self.city.today, paid_for=self.parts[part])
        return Step("the bank calls for fees", expected, ask, commits=3)

    def _received(self, part: int, amount: int, reference: str, day: date) -> str:
        """Live a payment through, and return how it ends: the oldest bill first, the rest is prepaid."""
        if amount <= 0 or day > self.city.today:
            return "VALIDATION"
        known = self.payments.get(reference)
        if known is not None:
            return DONE if (known.part, known.amount, known.day) == (part, amount, day) else "DUPLICATE"
        if self.city.is_closed(ZHANGGONG, day):
            return "STATE_CONFLICT"
        self.payments[reference] = Payment(part, amount, day)
        rest = amount
        for bill in self._standing(part):
            rest = bill.pay(rest, day)
        self.payments[reference].left = rest
        self.prepaid[part].now += rest
        return DONE

    def _learn_payment(self, reference: str, payload: dict[str, Any]) -> None:
        self.payments[reference].id = payload["payment"]["id"]

    def _reference(self, chance: Random, used: list[str]) -> str:
        return chance.choice(used) if used and chance.random() < 0.1 else self.city.new_reference()

    def _refund(self, chance: Random) -> Step:
        known = [one for one in self.payments.values() if one.id]
        if not known:
            return self._pay(chance)
        payment, reference = chance.choice(known), self._reference(chance, list(self.refunds))
        held = min(payment.amount - payment.refunded, self.prepaid[payment.part].held(payment.day))
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
        return Step("refund fees", self._refunded(payment, amount, reference, held), ask)

    def _refunded(self, payment: Payment, amount: int, reference: str, held: int) -> str:
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

    def _cancel(self, chance: Random) -> Step:
        """Take a bill back: what was paid on it becomes prepaid."""
        if not self.bills:
            return self._bill(chance)
        bill = chance.choice(self.bills)
        expected = "STATE_CONFLICT" if bill.cancelled_on else DONE
        if expected == DONE:
            self._take_back([bill])
        return Step("cancel a bill", expected, self._asked_of_bill(bill, "cancelFeeBill", reason="重复收取"))

    def _take_back(self, bills: list[Bill]) -> None:
        for bill in bills:
            bill.cancelled_on = self.city.today
            self.prepaid[bill.part].add(bill.paid, bill.from_)

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
            known = {one.id for one in self.bills}
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
        since, seller = self.owners[part][-1]
        if since == today:
            return self._bill(chance)
        self.owners[part].append((today, buyer))
        old = [bill for bill in self._standing(part) if bill.to >= today]
        self._correct(part, old)
        told = self.facts.ownership_transferred(
            self.parts[part], to={buyer: "1.0000"}, since=today.isoformat(), before=(seller,)
        )
        return Step("sell a part", DONE, self.city.facts(told))

    def _correct(self, part: int, old: list[Bill]) -> None:
        """Cut bills by owner; what was paid settles the payer's own new ones, the rest is set aside for the seller."""
        prepaid = self.prepaid[part]
        self._take_back(old)
        made = [piece for bill in old for piece in self._by_owner(bill)]
        self.bills += made
        if any(bill.paid for bill in old):
            for is_former in (False, True):
                payers = {bill.owner for bill in old if (bill.from_ < prepaid.since) is is_former}
                own = [bill for bill in made if bill.owner in payers]
                prepaid.settle([bill for bill in own if (bill.from_ < prepaid.since) is is_former], self.city.today)
        today = self.city.today
        kept = sum(one.left for one in self.payments.values() if one.part == part and one.day >= today)
        prepaid.change_hands(today, kept=kept)

    def _set_rate(self, chance: Random) -> Step:
        """Let the fee cost something else from the first month that is not billed."""
        since, rate = next_month(max([*self.billed, date(2024, 3, 1)])), chance.choice(RATES)
        if self.billed and chance.random() < 0.3:
            since = self.billed[-1]
        expected = DONE
        if any(known == since for known, _ in self.rates):
            expected = "DUPLICATE"
        elif since in self.billed:
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
            self.rates.append((since, rate))

        async def ask() -> Answer:
            answer = await set_rate()
            return answer if answer.outcome != DONE else replace(await mark(), replayed=None)

        return Step("set a rate", expected, ask, commits=2)

    def _dun(self, chance: Random) -> Step:
        """Ask for an overdue bill: one step after the other, whatever is paid meanwhile (ZG-07, ZG-08)."""
        owed = [bill for bill in self.bills if bill.owed and bill.due_on < self.city.today]
        bill = chance.choice(owed or self.bills or [None])
        if bill is None:
            return self._bill(chance)
        step = chance.choice([*LADDER[bill.dunning], *LADDER[bill.dunning], *LADDER])
        deadline = self.city.today + timedelta(days=chance.choice([0, 2, 2]))
        expected = self._dunned(bill, step, deadline)
        values: dict[str, Any] = {"step": step}
        if step == "POSTED":
            values["deadline"] = deadline.isoformat()
        if step in ("ARBITRATION", "LAWSUIT"):
            values["reference"] = "（2026）赣07民初1号"
        return Step(f"dun {step}", expected, self._asked_of_bill(bill, "takeDunningStep", **values))

    def _dunned(self, bill: Bill, step: str, deadline: date) -> str:
        today = self.city.today
        if step not in LADDER[bill.dunning] or bill.owed == 0 or today <= bill.due_on:
            return "STATE_CONFLICT"
        if step == "POSTED" and deadline <= today:
            return "VALIDATION"
        if step == "DEADLINE_PASSED" and (bill.deadline is None or today <= bill.deadline):
            return "STATE_CONFLICT"
        bill.dunning = step
        bill.deadline = deadline if step == "POSTED" else bill.deadline
        return DONE

    def _measure(self, chance: Random) -> Step:
        """Measure the arrears of a day; what was measured stays, what is measured late is the past as it is known."""
        as_of = self.city.today - timedelta(days=chance.choice([0, 0, 7, 40]))
        if as_of not in self.measured:
            self.measured[as_of] = self._arrears(as_of)
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

    def _arrears(self, as_of: date) -> tuple[int, int]:
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
