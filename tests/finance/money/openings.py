"""Cut-overs beside a plain model: an old estate begins with what it held, that is taken back, and it begins anew.

Arrears, prepaid fees and a purse of public revenue are opened by a file, estate by estate; nothing is taken back of
which anything was used since.
"""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from random import Random

from kit.money import Fen, format_money
from services.finance.use_cases.verify_fees import verify_fees
from tests.finance.fees import MANAGER, Served, served_estate
from tests.finance.legacy import HEADERS
from tests.finance.money.bank import Bank
from tests.finance.money.city import DONE, FINANCE_BUREAU, Answer, City, Step, weighted
from tests.heard import ZHANGGONG

OWING, PREPAYING = 0, 1
"""Which of the estate's two parts owes, and which has prepaid."""


@dataclass
class Opened:
    """What an estate began with on a day, in fen: owed by one part, prepaid by the other, and its purse."""

    as_of: date
    owed: int
    prepaid: int
    purse: int


@dataclass
class OldEstate:
    """An estate of the cut-over: what it began with, and what has been paid and spent since."""

    served: Served
    opened: Opened | None = None
    paid: int = 0
    spent: int = 0

    @property
    def settled(self) -> int:
        """What was paid of what the estate began with; the rest is prepaid."""
        return min(self.paid, 0 if self.opened is None else self.opened.owed)


class Openings:
    """Old estates that come to the platform, one after the other."""

    def __init__(self, city: City, bank: Bank) -> None:
        self.city, self.bank = city, bank
        self.estates: list[OldEstate] = []

    async def found(self) -> None:
        self.estates.append(OldEstate(await served_estate(self.city.finance, "80.00", "60.00")))

    def accounts(self) -> Mapping[str, int]:
        held = {}
        for one in self.estates:
            facts, opened = one.served.facts, one.opened or Opened(date.min, 0, 0, 0)
            whose, purse = f"{facts.estate_id}:PROVIDER:{facts.provider_id}", f"{facts.estate_id}:PROJECT_SERVICE"
            receivable = opened.owed - one.settled
            prepaid = opened.prepaid + one.paid - one.settled
            held[f"fee-receivable:{whose}"] = receivable
            held[f"fee-prepaid:{whose}"] = prepaid
            held[f"fee-collected:{whose}"] = opened.prepaid + one.paid
            held[f"fee-claim:{whose}"] = receivable + one.settled
            held[f"revenue:{purse}"] = held[f"revenue-bank:{purse}"] = opened.purse - one.spent
        return held

    async def check_shown(self) -> None:
        assert await verify_fees(self.city.mongo, ZHANGGONG) == []

    def next_step(self, chance: Random) -> Step:
        one = self.estates[-1]
        if one.opened is None:
            return self._open(one, chance) if chance.random() < 0.8 else self._reverse(one)
        if one.paid and chance.random() < 0.3:
            return self._arrive()
        match weighted(chance, open=2, reverse=4, pay=2, spend=2):
            case "open":
                return self._open(one, chance)
            case "reverse":
                return self._reverse(one)
            case "pay":
                return self._pay(one, chance)
            case _:
                return self._spend(one, chance)

    def _arrive(self) -> Step:
        """Another old estate comes to the platform."""

        async def ask() -> Answer:
            estate = OldEstate(await served_estate(self.city.finance, "80.00", "60.00"))
            self.estates.append(estate)
            return Answer(DONE)

        return Step("another old estate", DONE, ask, commits=0)

    def _open(self, one: OldEstate, chance: Random) -> Step:
        """A file says what the estate held; the same again changes nothing, another one is refused."""
        as_of = self.city.today - timedelta(days=chance.choice([1, 1, 3]))
        said = Opened(as_of, chance.choice([1, 120_00]), chance.choice([0, 30_00]), chance.choice([0, 500_00]))
        if one.opened is not None and chance.random() < 0.5:
            said = one.opened
        expected = DONE if said == one.opened else self._may_open(one, said)
        if expected == DONE:
            one.opened = said
        return Step("begin with a file", expected, self._asked_to_open(one, said), commits=2)

    def _may_open(self, one: OldEstate, said: Opened) -> str:
        if one.opened is not None:
            return "DUPLICATE"
        return "STATE_CONFLICT" if self.city.is_closed(ZHANGGONG, said.as_of) else DONE

    def _asked_to_open(self, one: OldEstate, said: Opened) -> Callable[[], Awaitable[Answer]]:
        estate, parts = one.served.facts.estate_id, one.served.parts
        rows = (
            (parts[OWING], "ARREARS", said.owed),
            (parts[PREPAYING], "PREPAID_FEE", said.prepaid),
            ("", "PUBLIC_REVENUE", said.purse),
        )
        lines = [
            f"{ZHANGGONG},{estate},{part},{fund},{format_money(Fen(fen))},{said.as_of}" for part, fund, fen in rows
        ]
        body = "\r\n".join((HEADERS, *lines)).encode()

        async def ask() -> Answer:
            told = (await self.bank.post("/opening-balances", body)).json()
            return Answer(str(told["errors"][0]["extensions"]["code"]) if "errors" in told else DONE)

        return ask

    def _reverse(self, one: OldEstate) -> Step:
        """An office takes the opening back, as long as it is whole."""
        expected = DONE
        if one.opened is None:
            expected = "NOT_FOUND"
        elif one.settled or self.city.is_closed(ZHANGGONG, one.opened.as_of):
            expected = "STATE_CONFLICT"
        elif one.spent:
            expected = "INSUFFICIENT_FUNDS"
        else:
            one.opened = None
        ask = self.city.mutation(
            "reverseOpening",
            by=FINANCE_BUREAU,
            selects="cutOver { id state }",
            estateId=one.served.facts.estate_id,
            reason="台账有误",
        )
        return Step("take an opening back", expected, ask)

    def _pay(self, one: OldEstate, chance: Random) -> Step:
        """The owner pays what was owed before the platform, or more."""
        amount = chance.choice([1, 60_00, 150_00])
        one.paid += amount
        ask = self.city.mutation(
            "recordFeePayment",
            by=MANAGER,
            selects="payment { id }",
            partId=one.served.parts[OWING],
            amount=format_money(Fen(amount)),
            bankRef=self.city.new_reference(),
            paidOn=self.city.today.isoformat(),
        )
        return Step("pay old arrears", DONE, ask)

    def _spend(self, one: OldEstate, chance: Random) -> Step:
        """Money that the purse began with is spent."""
        assert one.opened is not None
        left = one.opened.purse - one.spent
        amount = chance.choice([1, left, left + 1])
        expected = "VALIDATION" if amount == 0 else DONE if amount <= left else "INSUFFICIENT_FUNDS"
        if expected == DONE:
            one.spent += amount
        ask = self.city.mutation(
            "spendPublicRevenue",
            by=FINANCE_BUREAU,
            selects="spending { amount }",
            estateId=one.served.facts.estate_id,
            earmark="PROJECT_SERVICE",
            use="COMMON_PART_REPAIR",
            amount=format_money(Fen(amount)),
            spentOn=self.city.today.isoformat(),
            payee="赣江物业服务有限公司",
            bankRef=self.city.new_reference(),
        )
        return Step("spend old revenue", expected, ask)
