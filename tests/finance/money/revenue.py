"""Public revenue beside a plain model: taken in gross and cost, kept apart by purpose, spent, refused, held back.

The model is written from the rules, in whole fen (DH-44 to DH-46, Civil Code arts. 278(8) and 282, P22); it shares no
code with the product.
"""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from random import Random
from typing import Any

from kit.caller import Role
from kit.ids import new_id
from kit.money import Fen, format_money
from tests.finance.money.city import DONE, City, Step, weighted
from tests.heard import RegistryFacts, caller

DONGHU = "360102"
STREET = caller(Role.STREET)
COMMON_PARTS = ("NOTICE_BOARD", "LIFT_ADVERT", "RECYCLING")
EARMARKS = {**dict.fromkeys(COMMON_PARTS, "PROJECT_SERVICE"), "STREET_PARKING": "COMMUNITY_FUNDS"}
USES = {
    "PROJECT_SERVICE": ("PROPERTY_SERVICE", "COMMON_PART_REPAIR", "COMMITTEE_ALLOWANCE"),
    "COMMUNITY_FUNDS": ("COMMUNITY_FUNDS",),
}
ALL_USES = (*USES["PROJECT_SERVICE"], "COMMUNITY_FUNDS", "SERVICE_FACILITIES", "FEE_SHORTFALL")
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


class Revenue:
    """One estate whose owners have decided to let their common parts."""

    def __init__(self, city: City) -> None:
        self.city = city
        self.facts = RegistryFacts(district=DONGHU)
        self.decisions: dict[str, bool] = {}
        self.incomes: dict[str, Income] = {}
        self.spent: dict[str, tuple[str, int, date]] = {}
        self.violations: dict[int, int] = defaultdict(int)

    async def found(self) -> None:
        await self.city.finance.hear(self.facts.policy_published(), self.facts.estate_registered())
        await self._decide().ask()

    def accounts(self) -> Mapping[str, int]:
        """The bank holds what each purse is for."""
        held = {}
        for earmark in USES:
            held[f"revenue:{self.facts.estate_id}:{earmark}"] = self._balance(earmark)
            held[f"revenue-bank:{self.facts.estate_id}:{earmark}"] = self._balance(earmark)
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
            for amount in sorted(format_money(Fen(fen)) for _, fen, day in self.spent.values() if day.year == year)
        ]
        assert {name: shown[name] for name in ("gross", "cost", "net", "earmarkViolations")} == {
            "gross": format_money(Fen(gross)),
            "cost": format_money(Fen(cost)),
            "net": format_money(Fen(gross - cost)),
            "earmarkViolations": self.violations[year],
        }

    def next_step(self, chance: Random) -> Step:
        match weighted(chance, take_in=6, spend=6, decide=1, annul=1, lift=1, take_back=1):
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
            case _:
                return self._annul(chance)

    def _standing(self) -> list[Income]:
        """Return the incomes that count: one that was taken back counts nowhere."""
        return [one for one in self.incomes.values() if not one.is_taken_back]

    def _balance(self, earmark: str) -> int:
        net = sum(one.gross - one.cost for one in self._standing() if one.earmark == earmark)
        return net - sum(amount for purse, amount, _ in self.spent.values() if purse == earmark)

    def _spendable(self, earmark: str) -> int:
        """Return what the purse holds, less what annulled decisions hold back."""
        held = sum(one.gross - one.cost for one in self._standing() if one.earmark == earmark and one.is_held)
        return max(0, self._balance(earmark) - held)

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
        """Somebody takes back what was recorded wrongly; its reference may be recorded again."""
        known = [one for one in self.incomes.values() if one.id]
        if not known:
            return self._take_in(chance)
        income = chance.choice(known)
        net = income.gross - income.cost
        others = [
            one for one in self._standing() if one.is_held and one.earmark == income.earmark and one is not income
        ]
        free = max(0, self._balance(income.earmark) - sum(one.gross - one.cost for one in others))
        expected = DONE
        if income.is_taken_back:
            expected = "STATE_CONFLICT"
        elif net > free:
            expected = "INSUFFICIENT_FUNDS"
        else:
            income.is_taken_back, income.is_held = True, False
        ask = self.city.mutation(
            "reversePublicRevenue", by=STREET, selects="revenue { id }", revenueId=income.id, reason="金额录入有误"
        )
        return Step("take an income back", expected, ask)

    def _take_in(self, chance: Random) -> Step:
        kind = chance.choice([*EARMARKS, *EARMARKS, "CHARGING", "IDLE_SPACE"])
        gross, cost = chance.choice([1, 50_000, 1_200_000, 0]), chance.choice([0, 0, 1, 20_000])
        proved = chance.random() < 0.8
        decision = chance.choice([*self.decisions]) if chance.random() < 0.9 else None
        reference = self._reference(chance)
        day = self.city.today + timedelta(days=chance.choice([0] * 15 + [1]))
        ask = self.city.mutation(
            "postPublicRevenue",
            by=STREET,
            selects="revenue { id net earmark }",
            estateId=self.facts.estate_id,
            kind=kind,
            gross=format_money(Fen(gross)),
            cost=format_money(Fen(cost)),
            receivedOn=day.isoformat(),
            bankRef=reference,
            evidenceIds=["doc_1"] if proved else [],
            decisionId=decision,
        )
        expected = self._taken_in(kind, gross, cost, proved, decision, reference, day)
        return Step(
            f"take in {kind}", expected, ask, lambda payload: self._learn_income(reference, payload["revenue"]["id"])
        )

    def _learn_income(self, reference: str, id_: str) -> None:
        self.incomes[reference].id = id_

    def _taken_in(
        self, kind: str, gross: int, cost: int, proved: bool, decision: str | None, reference: str, day: date
    ) -> str:
        if day > self.city.today or kind == "CHARGING":
            return "VALIDATION"
        if kind == "IDLE_SPACE":
            return "INSTRUMENT_NOT_AVAILABLE"
        if gross == 0:
            return "VALIDATION"
        if cost > gross:
            return "OUT_OF_RANGE"
        if cost > 0 and not proved:
            return "PRECONDITION"
        if kind in COMMON_PARTS and (decision is None or not self.decisions[decision]):
            return "NEEDS_DECISION"
        if reference in self.incomes and not self.incomes[reference].is_taken_back:
            return "DUPLICATE"
        self.incomes[reference] = Income(gross, cost, EARMARKS[kind], day, decision)
        return DONE

    def _reference(self, chance: Random) -> str:
        used = [*self.incomes, *self.spent]
        return chance.choice(used) if used and chance.random() < 0.1 else self.city.new_reference()

    def _spend(self, chance: Random) -> Step:
        earmark = chance.choice(list(USES))
        use = chance.choice([*USES[earmark], *USES[earmark], *ALL_USES])
        spendable = self._spendable(earmark)
        amount, reference = chance.choice([spendable, spendable // 2, spendable + 1, 1, 0]), self._reference(chance)
        values: dict[str, Any] = {
            "estateId": self.facts.estate_id,
            "earmark": earmark,
            "use": use,
            "amount": format_money(Fen(amount)),
            "spentOn": self.city.today.isoformat(),
            "payee": "赣江物业服务有限公司",
            "bankRef": reference,
        }
        ask = self.city.mutation("spendPublicRevenue", by=STREET, selects="spending { amount }", **values)
        return Step(f"spend on {use}", self._spent(earmark, use, amount, reference), ask, commits=2)

    def _spent(self, earmark: str, use: str, amount: int, reference: str) -> str:
        if use not in USES[earmark]:
            self.violations[self.city.today.year] += 1
            return "EARMARK"
        if amount == 0:
            return "VALIDATION"
        if amount > self._spendable(earmark):
            return "INSUFFICIENT_FUNDS"
        if reference in self.spent:
            return "DUPLICATE"
        self.spent[reference] = (earmark, amount, self.city.today)
        return DONE
