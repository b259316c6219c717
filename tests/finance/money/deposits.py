"""Deposits beside their plain model: paid, moved to the owners, claimed, topped up, forfeited, released, carried over.

What is refused is asked in the order of the rules (ZG-17 to ZG-22, A-2, P2, P14).
"""

from collections.abc import Callable, Mapping
from datetime import date, timedelta
from random import Random
from typing import Any

from kit.caller import Caller, Role, Scope
from kit.ids import new_id
from kit.lease import Lease
from kit.money import Fen, format_money
from services.finance.store.custody_accounts import find_accounts_of_owners
from services.finance.use_cases.pass_deposit_days import LEASE, LEASE_TTL, DepositDays
from tests.finance.deposits import demanded_deposit, deposits_of_estate
from tests.finance.money.bank import Bank
from tests.finance.money.city import DONE, Answer, City, Step, weighted
from tests.finance.money.deposit_model import Claim, Deposit
from tests.heard import RegistryFacts, caller

STREET, COMMUNITY = caller(Role.STREET), caller(Role.COMMUNITY)
AMOUNTS = (1, 99, 500_000, 1_000_000, 3_000_001)
CLAIM = "claim { id } deposit { state paid missing }"
SETTLED_BY = {"WITHDRAWAL": "payDepositClaim", "FORFEITURE": "forfeitDeposit", "RELEASE": "releaseDeposit"}
TAKES_MONEY = ("DEMANDED", "PART_PAID", "TRANSFERRING", "CLAIMED")
ANY_STEP = {
    "pay": 8, "call": 5, "again": 2, "congress": 1, "account": 1, "transfer": 2, "claim": 5, "approve": 6, "reject": 1,
    "settle": 5, "end": 1, "night": 2,
}  # fmt: skip
"""How often each step is tried whether or not it makes sense."""

GIVES = {
    "WITHDRAWAL": ("CLAIMED",),
    "FORFEITURE": ("CLAIMED",),
    "RELEASE": ("PART_PAID", "HELD", "CLAIMED"),
}
"""In which states a claim of each kind is settled."""


class Deposits:
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
            await self._learn_ids(self.deposits[-1])
        self.bank.opens(self.street)

    def accounts(self) -> Mapping[str, int]:
        return {f"deposit:{one.id}:{account}": amount for one in self.deposits for account, amount in one.held.items()}

    async def check_shown(self) -> None:
        for one in self.deposits:
            shown = (await self._shown(one))[-1]
            assert (shown["paid"], shown["state"]) == (format_money(Fen(one.paid)), one.state)

    def next_step(self, chance: Random) -> Step:
        one = chance.choice(self.deposits)
        name = chance.choice(self._sensible(one)) if chance.random() < 0.75 else weighted(chance, **ANY_STEP)
        if name == "night":
            return self._night()
        steps: dict[str, Callable[[Deposit, Random], Step]] = {
            "pay": self._pay,
            "call": self._call,
            "again": self._again,
            "congress": self._congress,
            "account": self._account,
            "transfer": self._transfer,
            "claim": self._claim,
            "approve": self._approve,
            "reject": self._reject,
            "settle": self._settle,
            "end": self._end,
        }
        return steps[name](one, chance)

    def _sensible(self, one: Deposit) -> tuple[str, ...]:
        """Return what people would do next with the deposit as it stands."""
        if one.open_claim is not None:
            return ("settle", "settle", "reject") if len(one.open_claim.approved) == 2 else ("approve",)
        if one.state == "TRANSFERRING":
            return ("transfer",) if one.owners_account else ("account", "pay")
        if one.missing and one.state in TAKES_MONEY:
            return ("claim", "pay", "call") if one.state == "CLAIMED" else ("pay", "call")
        return ("claim", "claim", "congress", "night", "again")

    def _account_of(self, one: Deposit) -> str:
        """Return where money paid today belongs (ZG-20)."""
        return one.owners_account or self.street

    def _amount(self, one: Deposit, chance: Random) -> int:
        return chance.choice([*AMOUNTS, one.missing, one.missing, one.missing, one.missing + 1])

    def _paid(self, one: Deposit, amount: int, reference: str) -> str:
        """Live a payment of today through, and return how it ends."""
        account = self._account_of(one)
        if amount <= 0:
            return "VALIDATION"
        if one.state not in TAKES_MONEY:
            return "STATE_CONFLICT"
        if amount > one.missing:
            return "OUT_OF_RANGE"
        if self.bank.knows(account, reference, "payment"):
            return "DUPLICATE"
        one.put(account, amount)
        self.bank.moves(account, reference, amount, "payment", of=one.id)
        if one.state != "TRANSFERRING":
            one.rest()
            one.begin_to_move(self.street)
        return DONE

    def _reference(self, one: Deposit, kind: str, chance: Random) -> str:
        """Return a new bank reference, now and then one that the account knows."""
        used = self.bank.references(self._account_of(one), kind)
        return chance.choice(used) if used and chance.random() < 0.1 else self.city.new_reference()

    def _pay(self, one: Deposit, chance: Random) -> Step:
        amount, reference = self._amount(one, chance), self._reference(one, "payment", chance)
        ask = self.city.mutation(
            "recordDepositPayment",
            selects="deposit { state paid }",
            depositId=one.id,
            payerProviderId=one.facts.provider_id,
            custodyAccountId=self._account_of(one),
            amount=format_money(Fen(amount)),
            bankRef=reference,
            paidOn=self.city.today.isoformat(),
        )
        return Step("pay a deposit", self._paid(one, amount, reference), ask)

    def _call(self, one: Deposit, chance: Random) -> Step:
        amount, reference = max(1, self._amount(one, chance)), self._reference(one, "payment", chance)
        return self._called(one, self._account_of(one), amount, reference, self.city.today)

    def _again(self, one: Deposit, chance: Random) -> Step:
        """The bank calls once more, or for the first time, for money that a person recorded."""
        account = self._account_of(one)
        known = [move for move in self.bank.movements[account] if move.kind == "payment" and move.of == one.id]
        if not known:
            return self._call(one, chance)
        move = chance.choice(known)
        return self._called(one, account, move.amount, move.reference, move.day)

    def _called(self, one: Deposit, account: str, amount: int, reference: str, day: date) -> Step:
        content = (one.id, amount, day)
        expected = DONE
        if self.bank.called.setdefault((account, reference), content) != content:
            expected = "DUPLICATE"
        else:
            known = self.bank.movement(account, reference, "payment")
            if known is None:
                expected = self._paid(one, amount, reference)
            elif (known.of, known.amount, known.day) != content:
                expected = "DUPLICATE"
        ask = self.bank.call(account, amount=amount, reference=reference, day=day, paid_for=one.id)
        return Step("the bank calls for a deposit", expected, ask, commits=3)

    def _congress(self, one: Deposit, chance: Random) -> Step:
        if one.congress:
            return self._night()
        one.congress = True
        one.begin_to_move(self.street)
        return Step("form the congress", DONE, self.city.facts(one.facts.congress_formed(self.city.today.isoformat())))

    def _account(self, one: Deposit, chance: Random) -> Step:
        if not one.congress or one.owners_account:
            return self._congress(one, chance)
        told = self.city.facts(one.facts.owners_account_opened(self.city.today.isoformat()))

        async def ask() -> Answer:
            answer = await told()
            found = await find_accounts_of_owners(self.city.mongo, [one.facts.estate_id], scope=Scope.everything())
            one.owners_account = found[one.facts.estate_id].id
            self.bank.opens(one.owners_account)
            return answer

        return Step("open the owners' account", DONE, ask)

    def _transfer(self, one: Deposit, chance: Random) -> Step:
        reference = self._reference(one, "transfer", chance)
        ask = self.city.mutation(
            "transferDeposit",
            selects="deposit { state }",
            depositId=one.id,
            bankRef=reference,
            movedOn=self.city.today.isoformat(),
        )
        return Step("transfer a deposit", self._transferred(one, reference), ask)

    def _transferred(self, one: Deposit, reference: str) -> str:
        if one.state != "TRANSFERRING":
            return "STATE_CONFLICT"
        if not one.owners_account:
            return "PRECONDITION"
        if self.bank.knows(one.owners_account, reference, "transfer"):
            return "DUPLICATE"
        amount = one.held.pop(self.street)
        one.put(one.owners_account, amount)
        self.bank.moves(self.street, reference, -amount, "transfer out")
        self.bank.moves(one.owners_account, reference, amount, "transfer")
        one.rest()
        return DONE

    def _claim(self, one: Deposit, chance: Random) -> Step:
        kind = weighted(chance, WITHDRAWAL=6, FORFEITURE=3, RELEASE=2)
        amount = chance.choice([None, 1, 700_000, one.paid + 1]) if kind == "WITHDRAWAL" else None
        expected = self._claimed(one, kind, amount)
        made = one.claim

        def learn(payload: dict[str, Any]) -> None:
            assert made is not None
            made.id = payload["claim"]["id"]

        ask = self.city.mutation(
            "claimDeposit",
            by=STREET,
            selects=CLAIM,
            depositId=one.id,
            kind=kind,
            amount=None if amount is None else format_money(Fen(amount)),
            claimReason="DAMAGE",
            payee="幸福里业主大会",
        )
        return Step(f"claim a {kind}", expected, ask, learn)

    def _claimed(self, one: Deposit, kind: str, amount: int | None) -> str:
        asked = one.paid if amount is None else amount
        if one.open_claim is not None:
            return "STATE_CONFLICT"
        if asked <= 0:
            return "VALIDATION"
        if asked > one.paid:
            return "INSUFFICIENT_FUNDS"
        if kind == "RELEASE":
            if one.state not in GIVES["RELEASE"]:
                return "STATE_CONFLICT"
            if not one.ended:
                return "PRECONDITION"
        elif kind == "FORFEITURE":
            if one.state != "CLAIMED" or one.missing == 0:
                return "STATE_CONFLICT"
            if self.city.today <= one.due_on:
                return "PRECONDITION"
        elif one.state not in ("HELD", "CLAIMED"):
            return "STATE_CONFLICT"
        else:
            one.state = "CLAIMED"
        one.claim = Claim(kind, asked, self.city.today)
        return DONE

    def _approve(self, one: Deposit, chance: Random) -> Step:
        claim = one.claim
        if claim is None:
            return self._claim(one, chance)
        approver = chance.choice(["STREET", "COMMUNITY"])
        by: Caller = {"STREET": STREET, "COMMUNITY": COMMUNITY}[approver]
        expected = DONE
        if not claim.is_open:
            expected = "STATE_CONFLICT"
        elif approver in claim.approved:
            expected = "DUPLICATE"
        claim.approved.add(approver)
        ask = self.city.mutation("approveDepositClaim", by=by, selects=CLAIM, claimId=claim.id, approver=approver)
        return Step("approve a claim", expected, ask)

    def _reject(self, one: Deposit, chance: Random) -> Step:
        claim = one.claim
        if claim is None:
            return self._night()
        expected = DONE if claim.is_open else "STATE_CONFLICT"
        was_claimed = claim.is_open and claim.kind != "RELEASE"
        claim.is_open = False
        if was_claimed and one.state == "CLAIMED":
            one.state = "CLAIMED" if one.is_claimed else "HELD"
        ask = self.city.mutation("rejectDepositClaim", by=STREET, selects=CLAIM, claimId=claim.id)
        return Step("reject a claim", expected, ask)

    def _settle(self, one: Deposit, chance: Random) -> Step:
        claim = one.claim
        if claim is None:
            return self._claim(one, chance)
        kind = claim.kind if chance.random() < 0.9 else chance.choice(list(SETTLED_BY))
        reference = self._reference(one, "payout", chance)
        today = self.city.today
        top_up_on = today + timedelta(days=chance.choice([-1, 0, 20, 20, 20]))
        values: dict[str, Any] = {"claimId": claim.id, "bankRef": reference, "paidOn": today.isoformat()}
        if kind == "WITHDRAWAL":
            values["topUpDueOn"] = top_up_on.isoformat()
        ask = self.city.mutation(SETTLED_BY[kind], selects=CLAIM, **values)
        return Step(f"settle a {kind}", self._settled(one, claim, kind, reference, top_up_on), ask)

    def _settled(self, one: Deposit, claim: Claim, kind: str, reference: str, top_up_on: date) -> str:
        if not claim.is_open or claim.kind != kind:
            return "STATE_CONFLICT"
        if claim.approved != {"STREET", "COMMUNITY"}:
            return "FORBIDDEN_ACTOR"
        if claim.amount > one.paid:
            return "INSUFFICIENT_FUNDS"
        if kind != "WITHDRAWAL" and claim.amount != one.paid:
            return "STATE_CONFLICT"
        if one.state not in GIVES[kind]:
            return "STATE_CONFLICT"
        if self.bank.knows(next(iter(one.held)), reference, "payout"):
            return "DUPLICATE"
        if kind == "WITHDRAWAL" and top_up_on < self.city.today:
            return "VALIDATION"
        for account, amount in one.take(claim.amount).items():
            self.bank.moves(account, reference, -amount, "payout")
        claim.is_open = False
        if kind == "RELEASE":
            one.state, one.next_year_on = "RELEASED", None
            return DONE
        one.paid_out += claim.amount
        if kind == "FORFEITURE":
            one.state, one.next_year_on = "FORFEITED", None
            return DONE
        one.due_on = top_up_on
        one.state = "CLAIMED" if one.missing else "HELD"
        return DONE

    def _end(self, one: Deposit, chance: Random) -> Step:
        if one.ended:
            return self._night()
        one.ended = True
        if one.next_year_on is not None and one.next_year_on >= self.city.today:
            one.next_year_on = None
        return Step(
            "end the contract", DONE, self.city.facts(one.facts.contract_terminated(self.city.today.isoformat()))
        )

    def _night(self) -> Step:
        """Begin the contract years that are due (A-2)."""
        lease = Lease(self.city.mongo, LEASE, new_id("hld"), LEASE_TTL, self.city.finance.clock)
        days = DepositDays(self.city.mongo, self.city.finance.policies, self.city.finance.clock)

        async def ask() -> Answer:
            assert await lease.acquire()
            await days.pass_day(lease)
            await lease.release()
            for one in self.deposits:
                await self._learn_ids(one)
            return Answer(DONE)

        for one in self.deposits:
            self._begin_year(one)
        return Step("pass the day", DONE, ask, commits=5)

    def _begin_year(self, one: Deposit) -> None:
        if one.next_year_on is None or one.next_year_on > self.city.today or one.open_claim is not None:
            return
        if one.ended:
            one.next_year_on = None
            return
        one.due_on, one.next_year_on = one.next_year_on, one.next_year_on.replace(year=one.next_year_on.year + 1)
        one.paid_out = 0
        one.claim = None
        if one.held:
            one.rest()
            one.begin_to_move(self.street)
        else:
            one.state = "DEMANDED"

    async def _learn_ids(self, one: Deposit) -> None:
        one.id = (await self._shown(one))[-1]["id"]

    async def _shown(self, one: Deposit) -> list[dict[str, Any]]:
        shown = await deposits_of_estate(self.city.finance, one.facts)
        assert shown is not None
        return sorted(shown, key=lambda deposit: int(deposit["contractYear"]))
