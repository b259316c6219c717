"""Arrears of fees: asked for step by step, measured, settled in mediation (ZG-07, ZG-08, XY-15, P5)."""

from datetime import timedelta
from random import Random
from typing import Any

from kit.money import Fen, format_money
from tests.finance.fees import MANAGER
from tests.finance.mediation import Mediation, hear_any, terms_of
from tests.finance.money.city import DONE, Answer, Step
from tests.finance.money.fee_estate import FeeEstate
from tests.finance.money.fee_model import AREAS, LADDER


class FeeArrears(FeeEstate):
    """What is done about fees that are not paid; no money moves by it."""

    def dun(self, chance: Random) -> Step:
        """Ask for an overdue bill: one step after the other, whatever is paid meanwhile (ZG-07, ZG-08)."""
        owed = [bill for bill in self.book.bills if bill.owed and bill.due_on < self.city.today]
        bill = chance.choice(owed or self.book.bills or [None])
        if bill is None:
            return self.measure(chance)
        step = chance.choice([*LADDER[bill.dunning], *LADDER[bill.dunning], *LADDER])
        deadline = self.city.today + timedelta(days=chance.choice([0, 2, 2]))
        expected = self.book.dun(bill, step, deadline)
        values: dict[str, Any] = {"step": step}
        if step == "POSTED":
            values["deadline"] = deadline.isoformat()
        if step in ("ARBITRATION", "LAWSUIT"):
            values["reference"] = "（2026）赣07民初1号"
        return Step(f"dun {step}", expected, self.asked_of_bill(bill, "takeDunningStep", **values))

    def measure(self, chance: Random) -> Step:
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

    def mediate(self, chance: Random) -> Step:
        """The provider and the owner of a part agree on instalments of what is overdue (XY-15)."""
        today, part = self.city.today, chance.randrange(len(AREAS))
        owed = self.book.overdue_with_provider(part)
        if not owed or any((one.part, one.agreed_on) == (part, today) for one in self.book.plans):
            return self.dun(chance)
        days = [today + timedelta(days=days) for days in chance.choice([(0,), (3, 30), (10, 40)])]
        first = owed // len(days)
        instalments = [(days[0], first), *((day, owed - first) for day in days[1:])]
        instalments = [one for one in instalments if one[1]]
        self.book.agree(part, instalments)
        case, on = Mediation(self.facts), today.isoformat()
        told = (
            case.came_to("applied", on),
            case.came_to("accepted", on),
            case.came_to(
                "settled",
                on,
                terms_of(
                    *((f"{day}", format_money(Fen(amount))) for day, amount in instalments), part_id=self.parts[part]
                ),
            ),
        )

        async def ask() -> Answer:
            before = await self.city.finance.work_items()
            await hear_any(self.city.finance, *told)
            assert await self.city.finance.work_items() == before
            return Answer(DONE)

        return Step("agree on instalments", DONE, ask, commits=3)
