"""Deposits beside their plain model: paid, moved to the owners, claimed, topped up, forfeited, released, carried over.

What is refused is asked in the order of the rules (ZG-17 to ZG-22, A-2, P2, P14).
"""

from collections.abc import Callable
from datetime import date
from random import Random

from kit.money import Fen, format_money
from tests.finance.money.city import DONE, Step, weighted
from tests.finance.money.deposit_claims import DepositClaims
from tests.finance.money.deposit_estates import TAKES_MONEY
from tests.finance.money.deposit_model import Deposit
from tests.finance.money.deposit_moves import DepositMoves
from tests.finance.money.deposit_strays import DepositStrays

AMOUNTS = (1, 99, 500_000, 1_000_000, 3_000_001)
ANY_STEP = {
    "pay": 8, "call": 5, "again": 2, "congress": 1, "account": 1, "transfer": 2, "claim": 5, "approve": 6, "reject": 1,
    "settle": 5, "end": 1, "night": 2, "annul": 1, "lift": 1, "stray": 2,
}  # fmt: skip
"""How often each step is tried whether or not it makes sense."""


class Deposits(DepositClaims, DepositMoves, DepositStrays):
    """Two estates of one street, each with a deposit."""

    def next_step(self, chance: Random) -> Step:
        one = chance.choice(self.deposits)
        name = chance.choice(self._sensible(one)) if chance.random() < 0.75 else weighted(chance, **ANY_STEP)
        if name == "night":
            return self.night()
        steps: dict[str, Callable[[Deposit, Random], Step]] = {
            "pay": self._pay,
            "call": self._call,
            "again": self._again,
            "congress": self.congress,
            "account": self.account,
            "transfer": self.transfer,
            "claim": self.claim,
            "approve": self.approve,
            "reject": self.reject,
            "settle": self.settle,
            "end": self.end,
            "annul": self.annul,
            "lift": self.lift,
            "stray": self.stray,
        }
        return steps[name](one, chance)

    def _sensible(self, one: Deposit) -> tuple[str, ...]:
        """Return what people would do next with the deposit as it stands."""
        if one.is_on_hold:
            return ("lift", "lift", "pay", "claim", "transfer", "congress")
        if one.open_claim is not None:
            return ("settle", "settle", "reject") if len(one.open_claim.approved) == 2 else ("approve",)
        if one.state == "TRANSFERRING":
            return ("transfer",) if one.owners_account else ("account", "pay")
        if one.missing and one.state in TAKES_MONEY:
            return ("claim", "pay", "call") if one.state == "CLAIMED" else ("pay", "call", "stray")
        return ("claim", "claim", "congress", "night", "again")

    def _amount(self, one: Deposit, chance: Random) -> int:
        return chance.choice([*AMOUNTS, one.missing, one.missing, one.missing, one.missing + 1])

    def _pay(self, one: Deposit, chance: Random) -> Step:
        amount, reference = self._amount(one, chance), self.reference(one, "payment", chance)
        ask = self.city.mutation(
            "recordDepositPayment",
            selects="deposit { state paid }",
            depositId=one.id,
            payerProviderId=one.facts.provider_id,
            custodyAccountId=self.account_of(one),
            amount=format_money(Fen(amount)),
            bankRef=reference,
            paidOn=self.city.today.isoformat(),
        )
        return Step("pay a deposit", self.paid(one, amount, reference), ask)

    def _call(self, one: Deposit, chance: Random) -> Step:
        amount, reference = max(1, self._amount(one, chance)), self.reference(one, "payment", chance)
        return self._called(one, self.account_of(one), amount, reference, self.city.today)

    def _again(self, one: Deposit, chance: Random) -> Step:
        """The bank calls once more, or for the first time, for money that a person recorded."""
        account = self.account_of(one)
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
                expected = self.paid(one, amount, reference)
            elif (known.of, known.amount, known.day) != content:
                expected = "DUPLICATE"
        ask = self.bank.call(account, amount=amount, reference=reference, day=day, paid_for=one.id)
        return Step("the bank calls for a deposit", expected, ask, commits=3)
