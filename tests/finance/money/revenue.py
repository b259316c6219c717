"""Public revenue beside a plain model: taken in gross and cost, kept apart by purpose and account, spent, held back.

The model is written from the rules, in whole fen (DH-44 to DH-46, Civil Code arts. 278(8) and 282, P22); it shares no
code with the product.
"""

from collections import defaultdict
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from random import Random
from typing import Any

from kit.caller import Role
from kit.ids import new_id
from kit.money import Fen, format_money
from tests.finance.money.bank import Bank
from tests.finance.money.city import DONE, Answer, City, Step, weighted
from tests.heard import XUNYANG, RegistryFacts, caller

DONGHU = "360102"
STREET = caller(Role.STREET)
COMMON_PARTS = ("NOTICE_BOARD", "LIFT_ADVERT", "RECYCLING")
OF_COMMON_PARTS = dict.fromkeys(COMMON_PARTS, "PROJECT_SERVICE")
EARMARKS = {
    DONGHU: {**OF_COMMON_PARTS, "STREET_PARKING": "COMMUNITY_FUNDS"},
    XUNYANG: {**OF_COMMON_PARTS, "IDLE_SPACE": "AREA_SERVICE"},
}
"""What income is for by the districts' documents; of what is missing they do not speak."""

USES = {
    "PROJECT_SERVICE": ("PROPERTY_SERVICE", "COMMON_PART_REPAIR", "COMMITTEE_ALLOWANCE"),
    "COMMUNITY_FUNDS": ("COMMUNITY_FUNDS",),
    "AREA_SERVICE": ("SERVICE_FACILITIES", "FEE_SHORTFALL"),
}
ALL_USES = tuple(use for uses in USES.values() for use in uses)
YEAR = """
    query ($estates: [_Any!]!, $year: Int!) {
      _entities(representations: $estates) {
        ... on Estate { publicRevenue(year: $year) { gross cost net earmarkViolations spendings { amount } } }
      }
    }
"""


@dataclass
class Income:
    """What was taken in, and the decision that it rests on."""

    gross: int
    cost: int
    earmark: str
    day: date
    decision: str | None
    id: str = ""
    is_held: bool = False
    is_taken_back: bool = False
    in_custody: bool = False

    @property
    def net(self) -> int:
        return self.gross - self.cost


@dataclass
class Spending:
    """What was paid out of a purse, and whether it left the custody account."""

    earmark: str
    amount: int
    day: date
    in_custody: bool


class Revenue:
    """One estate whose owners have decided to let their common parts; its street has a custody account."""

    def __init__(self, city: City, bank: Bank, district: str) -> None:
        self.city, self.bank, self.district = city, bank, district
        self.facts = RegistryFacts(district=district)
        self.earmarks = EARMARKS[district]
        self.purses = tuple(dict.fromkeys(self.earmarks.values()))
        self.custody = ""
        self.decisions: dict[str, bool] = {}
        self.incomes: dict[str, Income] = {}
        self.spent: dict[str, Spending] = {}
        self.violations: dict[int, int] = defaultdict(int)

    async def found(self) -> None:
        await self.city.finance.hear(self.facts.policy_published(), self.facts.estate_registered())
        await self._decide().ask()
        self.custody = await self.city.open_account("STREET_DESIGNATED", streetId=self.facts.street_id)
        self.bank.opens(self.custody, district=self.district)

    def accounts(self) -> Mapping[str, int]:
        """The bank holds what each purse is for."""
        held = {}
        for earmark in self.purses:
            purse, place = f"{self.facts.estate_id}:{earmark}", f"custody-holds:{self.custody}:PUBLIC_REVENUE"
            held[f"revenue:{purse}"] = held[f"revenue-bank:{purse}"] = self._balance(earmark)
            held[f"{place}:{purse}"] = self._lies(earmark, in_custody=True)
        return held

    async def check_shown(self) -> None:
        year = self.city.today.year
        estates = [{"__typename": "Estate", "id": self.facts.estate_id}]
        asked = await self.city.finance.ask(YEAR, estates=estates, year=year)
        [shown] = [entity["publicRevenue"] for entity in asked["_entities"]]
        incomes = [one for one in self._standing() if one.day.year == year]
        gross, cost = sum(one.gross for one in incomes), sum(one.cost for one in incomes)
        spendings = sorted(shown["spendings"], key=lambda one: str(one["amount"]))
        assert spendings == [
            {"amount": amount}
            for amount in sorted(format_money(Fen(one.amount)) for one in self.spent.values() if one.day.year == year)
        ]
        assert {name: shown[name] for name in ("gross", "cost", "net", "earmarkViolations")} == {
            "gross": format_money(Fen(gross)),
            "cost": format_money(Fen(cost)),
            "net": format_money(Fen(gross - cost)),
            "earmarkViolations": self.violations[year],
        }

    def next_step(self, chance: Random) -> Step:
        match weighted(chance, take_in=6, spend=6, decide=1, annul=1, lift=1, take_back=1, correct=1):
            case "take_in":
                return self._take_in(chance)
            case "spend":
                return self._spend(chance)
            case "decide":
                return self._decide()
            case "lift":
                return self._lift(chance)
            case "take_back":
                return self._take_back(chance)
            case "correct":
                return self._record_anew(chance)
            case _:
                return self._annul(chance)

    def _standing(self) -> list[Income]:
        """Return the incomes that count: one that was taken back counts nowhere."""
        return [one for one in self.incomes.values() if not one.is_taken_back]

    def _balance(self, earmark: str) -> int:
        return self._lies(earmark, in_custody=True) + self._lies(earmark, in_custody=False)

    def _lies(self, earmark: str, *, in_custody: bool) -> int:
        """Return what of a purse lies in the custody account, or in the collector's own."""
        came = sum(one.net for one in self._standing() if (one.earmark, one.in_custody) == (earmark, in_custody))
        spent = (one for one in self.spent.values() if (one.earmark, one.in_custody) == (earmark, in_custody))
        return came - sum(one.amount for one in spent)

    def _spendable(self, earmark: str) -> int:
        """Return what the purse holds, less what annulled decisions hold back."""
        return max(0, self._balance(earmark) - self._held_back(earmark))

    def _held_back(self, earmark: str, *, but: Income | None = None) -> int:
        held = (one for one in self._standing() if one.is_held and one is not but)
        return sum(one.net for one in held if one.earmark == earmark)

    def _decide(self) -> Step:
        self.facts.decision_id = new_id("dec")
        self.decisions[self.facts.decision_id] = True
        closed_on = (self.city.today - timedelta(days=1)).isoformat()
        told = self.facts.decision_closed(closed_on=closed_on, matter="CHANGE_COMMON_USE")
        return Step("decide on a common part", DONE, self.city.facts(told))

    def _annul(self, chance: Random) -> Step:
        """A court annuls a decision: what came in on it is held back (P22)."""
        standing = [decision for decision, stands in self.decisions.items() if stands]
        if len(standing) < 2:
            return self._decide()
        decision = chance.choice(standing)
        self.decisions[decision] = False
        for income in self._standing():
            income.is_held = income.is_held or income.decision == decision
        self.facts.decision_id = decision
        told = self.facts.decision_annulled(self.city.today.isoformat())
        return Step("annul a decision", DONE, self.city.facts(told, work_items=True))

    def _lift(self, chance: Random) -> Step:
        """People let what is held back be spent again, on a later decision or without one (P22)."""
        known = [one for one in self.incomes.values() if one.id]
        if not known:
            return self._take_in(chance)
        income = chance.choice([one for one in known if one.is_held] or known)
        later = chance.choice([None, *self.decisions])
        expected = DONE
        if not income.is_held:
            expected = "STATE_CONFLICT"
        elif later is not None and not self.decisions[later]:
            expected = "NEEDS_DECISION"
        else:
            income.is_held, income.decision = False, later or income.decision
        ask = self.city.mutation(
            "liftRevenueHold", selects="revenue { id }", revenueId=income.id, decisionId=later, reason="业主大会追认"
        )
        return Step("lift the hold on an income", expected, ask)

    def _take_back(self, chance: Random) -> Step:
        """Somebody takes back what was recorded wrongly and came into no custody account."""
        known = [one for one in self.incomes.values() if one.id and not one.in_custody]
        if not known:
            return self._take_in(chance)
        income = chance.choice(known)
        expected = self._may_take_back(income)
        if expected == DONE:
            income.is_taken_back, income.is_held = True, False
        return Step("take an income back", expected, self._asked_back(income))

    def _may_take_back(self, income: Income) -> str:
        if income.is_taken_back:
            return "STATE_CONFLICT"
        in_purse = max(0, self._balance(income.earmark) - self._held_back(income.earmark, but=income))
        if income.net > min(in_purse, self._lies(income.earmark, in_custody=income.in_custody)):
            return "INSUFFICIENT_FUNDS"
        return "STATE_CONFLICT" if self.city.is_closed(self.district, income.day) else DONE

    def _asked_back(self, income: Income) -> Callable[[], Awaitable[Answer]]:
        return self.city.mutation(
            "reversePublicRevenue", by=STREET, selects="revenue { id }", revenueId=income.id, reason="金额录入有误"
        )

    def _record_anew(self, chance: Random) -> Step:
        """What came into the custody account was of another kind: it is taken back and recorded anew."""
        known = [ref for ref, one in self.incomes.items() if one.id and one.in_custody and not one.is_taken_back]
        kind = next(kind for kind in self.earmarks if kind not in COMMON_PARTS)
        if not known:
            return self._take_in(chance)
        reference = chance.choice(known)
        income = self.incomes[reference]
        take_back, expected = self._asked_back(income), self._may_take_back(income)
        if expected != DONE:
            return Step("take an income back", expected, take_back)
        self.incomes[reference] = Income(income.net, 0, self.earmarks[kind], income.day, None, in_custody=True)
        record = self._asked_in(kind, self.incomes[reference], reference, proved=True)

        async def ask() -> Answer:
            answer = await take_back()
            return answer if answer.outcome != DONE else await record()

        return Step(f"record an income anew as {kind}", DONE, ask, self._learner(reference), commits=2)

    def _asked_in(self, kind: str, income: Income, reference: str, *, proved: bool) -> Callable[[], Awaitable[Answer]]:
        return self.city.mutation(
            "postPublicRevenue",
            by=STREET,
            selects="revenue { id net earmark }",
            estateId=self.facts.estate_id,
            kind=kind,
            gross=format_money(Fen(income.gross)),
            cost=format_money(Fen(income.cost)),
            receivedOn=income.day.isoformat(),
            bankRef=reference,
            evidenceIds=["doc_1"] if proved else [],
            decisionId=income.decision,
            custodyAccountId=self.custody if income.in_custody else None,
        )

    def _take_in(self, chance: Random) -> Step:
        kind = chance.choice([*self.earmarks, *self.earmarks, "CHARGING", "IDLE_SPACE", "STREET_PARKING"])
        gross, cost = chance.choice([1, 50_000, 1_200_000, 0]), chance.choice([0, 0, 1, 20_000])
        proved = chance.random() < 0.8
        decision = chance.choice([*self.decisions]) if chance.random() < 0.9 else None
        in_custody = gross > cost and chance.random() < 0.5
        day = self.city.today + timedelta(days=chance.choice([0] * 15 + [1]))
        reference = self._reference(chance, in_custody=in_custody)
        income = Income(gross, cost, self.earmarks.get(kind, ""), day, decision, in_custody=in_custody)
        ask = self._asked_in(kind, income, reference, proved=proved)
        expected = self._taken_in(kind, income, reference, proved=proved)
        return Step(f"take in {kind}", expected, ask, self._learner(reference))

    def _learner(self, reference: str) -> Callable[[dict[str, Any]], None]:
        def learn(payload: dict[str, Any]) -> None:
            self.incomes[reference].id = payload["revenue"]["id"]

        return learn

    def _taken_in(self, kind: str, income: Income, reference: str, *, proved: bool) -> str:
        if income.day > self.city.today or kind == "CHARGING":
            return "VALIDATION"
        if kind not in self.earmarks:
            return "INSTRUMENT_NOT_AVAILABLE"
        if income.gross == 0:
            return "VALIDATION"
        if income.cost > income.gross:
            return "OUT_OF_RANGE"
        if income.cost > 0 and not proved:
            return "PRECONDITION"
        if kind in COMMON_PARTS and (income.decision is None or not self.decisions[income.decision]):
            return "NEEDS_DECISION"
        if reference in self.incomes and not self.incomes[reference].is_taken_back:
            return "DUPLICATE"
        if income.in_custody:
            if self.bank.knows(self.custody, reference, "revenue"):
                return "DUPLICATE"
            self.bank.moves(self.custody, reference, income.net, "revenue")
        self.incomes[reference] = income
        return DONE

    def _reference(self, chance: Random, *, in_custody: bool) -> str:
        """Return a new reference, now and then a used one; one line of the custody account's bank is recorded once."""
        used = self.bank.references(self.custody, "revenue") if in_custody else [*self.incomes, *self.spent]
        return chance.choice(used) if used and chance.random() < 0.1 else self.city.new_reference()

    def _spend(self, chance: Random) -> Step:
        earmark, in_custody = chance.choice(self.purses), chance.random() < 0.5
        use = chance.choice([*USES[earmark], *USES[earmark], *ALL_USES])
        spendable, there = self._spendable(earmark), self._lies(earmark, in_custody=in_custody)
        amount = chance.choice([min(spendable, there), there // 2, there + 1, spendable + 1, 1, 0])
        reference = self._reference(chance, in_custody=in_custody)
        ask = self.city.mutation(
            "spendPublicRevenue",
            by=STREET,
            selects="spending { amount }",
            estateId=self.facts.estate_id,
            earmark=earmark,
            use=use,
            amount=format_money(Fen(amount)),
            spentOn=self.city.today.isoformat(),
            payee="赣江物业服务有限公司",
            bankRef=reference,
            custodyAccountId=self.custody if in_custody else None,
        )
        spending = Spending(earmark, amount, self.city.today, in_custody)
        return Step(f"spend on {use}", self._spent(spending, use, reference), ask, commits=2)

    def _spent(self, spending: Spending, use: str, reference: str) -> str:
        earmark, amount = spending.earmark, spending.amount
        if use not in USES[earmark]:
            self.violations[self.city.today.year] += 1
            return "EARMARK"
        if amount == 0:
            return "VALIDATION"
        if amount > self._spendable(earmark) or amount > self._lies(earmark, in_custody=spending.in_custody):
            return "INSUFFICIENT_FUNDS"
        if reference in self.spent:
            return "DUPLICATE"
        if spending.in_custody:
            if self.bank.knows(self.custody, reference, "revenue"):
                return "DUPLICATE"
            self.bank.moves(self.custody, reference, -amount, "revenue")
        self.spent[reference] = spending
        return DONE
