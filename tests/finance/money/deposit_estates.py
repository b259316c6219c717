"""Two estates of one street with a deposit each: what the books and callers must show, and the money that comes in."""

from collections.abc import Mapping
from datetime import date
from random import Random
from typing import Any

from kit.ids import new_id
from kit.lease import Lease
from kit.money import Fen, format_money
from services.finance.use_cases.pass_deposit_days import LEASE, LEASE_TTL, DepositDays
from tests.finance.deposits import demanded_deposit, deposits_of_estate
from tests.finance.money.bank import Bank
from tests.finance.money.city import DONE, Answer, City, Step
from tests.finance.money.deposit_model import Deposit
from tests.heard import RegistryFacts

TAKES_MONEY = ("DEMANDED", "PART_PAID", "TRANSFERRING", "CLAIMED")


class DepositEstates:
    """Two estates of one street, each with a deposit."""

    def __init__(self, city: City, bank: Bank) -> None:
        self.city, self.bank = city, bank
        self.street = ""
        self.deposits: list[Deposit] = []

    async def found(self) -> None:
        finance = self.city.finance
        all_facts = [RegistryFacts(), RegistryFacts()]
        self.street = await demanded_deposit(finance, all_facts[0], area="30000.00")
        for other in all_facts[1:]:
            other.street_id = all_facts[0].street_id
            await finance.hear(other.estate_registered(area="30000.00"), other.contract_signed())
        for facts in all_facts:
            self.deposits.append(Deposit(facts, due_on=date(2024, 3, 1), next_year_on=date(2025, 3, 1)))
            await self.learn_ids(self.deposits[-1])
        self.bank.opens(self.street)

    def accounts(self) -> Mapping[str, int]:
        return {f"deposit:{one.id}:{account}": amount for one in self.deposits for account, amount in one.held.items()}

    async def check_shown(self) -> None:
        for one in self.deposits:
            shown = (await self.shown(one))[-1]
            assert (shown["paid"], shown["state"]) == (format_money(Fen(one.paid)), one.state)

    def account_of(self, one: Deposit) -> str:
        """Return where money paid today belongs (ZG-20)."""
        return one.owners_account if one.is_paid_to_owners else self.street

    def paid(self, one: Deposit, amount: int, reference: str, *, told_as: str = "") -> str:
        """Live a payment of today through, and return how it ends; `told_as` is the bank's own reference of it."""
        account = self.account_of(one)
        if amount <= 0:
            return "VALIDATION"
        if one.state not in TAKES_MONEY:
            return "STATE_CONFLICT"
        if amount > one.missing:
            return "OUT_OF_RANGE"
        if self.bank.knows(account, reference, "payment"):
            return "DUPLICATE"
        one.put(account, amount)
        self.bank.moves(account, reference, amount, "payment", of=one.id, told_as=told_as)
        if one.state != "TRANSFERRING":
            one.rest()
            one.begin_to_move(self.street)
        return DONE

    def reference(self, one: Deposit, kind: str, chance: Random) -> str:
        """Return a new bank reference, now and then one that the account knows."""
        used = self.bank.references(self.account_of(one), kind)
        return chance.choice(used) if used and chance.random() < 0.1 else self.city.new_reference()

    def night(self) -> Step:
        """Begin the contract years that are due (A-2)."""
        lease = Lease(self.city.mongo, LEASE, new_id("hld"), LEASE_TTL, self.city.finance.clock)
        days = DepositDays(self.city.mongo, self.city.finance.policies, self.city.finance.clock)

        async def ask() -> Answer:
            assert await lease.acquire()
            await days.pass_day(lease)
            await lease.release()
            for one in self.deposits:
                await self.learn_ids(one)
            return Answer(DONE)

        for one in self.deposits:
            self.begin_year(one)
        return Step("pass the day", DONE, ask, commits=5)

    def begin_year(self, one: Deposit) -> None:
        if one.next_year_on is None or one.next_year_on > self.city.today:
            return
        if one.open_claim is not None or one.is_on_hold:
            return
        if one.ended:
            one.next_year_on = None
            return
        one.is_owners_first |= one.has_account_on(one.next_year_on)
        one.due_on, one.next_year_on = one.next_year_on, one.next_year_on.replace(year=one.next_year_on.year + 1)
        one.paid_out = 0
        one.claim = None
        if one.held:
            one.rest()
            one.begin_to_move(self.street)
        else:
            one.state = "DEMANDED"

    async def learn_ids(self, one: Deposit) -> None:
        one.id = (await self.shown(one))[-1]["id"]

    async def shown(self, one: Deposit) -> list[dict[str, Any]]:
        shown = await deposits_of_estate(self.city.finance, one.facts)
        assert shown is not None
        return sorted(shown, key=lambda deposit: int(deposit["contractYear"]))
