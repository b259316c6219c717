"""What moves deposits: congresses formed and annulled, accounts, holds, the contract's end (ZG-20, P2, P22)."""

from random import Random

from kit.caller import Scope
from kit.ids import new_id
from services.finance.store.custody_accounts import find_accounts_of_owners
from tests.finance.money.city import DONE, Answer, Step
from tests.finance.money.deposit_estates import DepositEstates
from tests.finance.money.deposit_model import Deposit


class DepositMoves(DepositEstates):
    """Where deposits lie, and whether they may leave."""

    def congress(self, one: Deposit, chance: Random) -> Step:
        """The owners form their congress: what the street holds of the deposit is to move (G-27, P2)."""
        if one.congress_on is not None:
            return self.night()
        one.congress_on = self.city.today
        one.begin_to_move(self.street)
        one.facts.decision_id = new_id("dec")
        told = one.facts.congress_formed(self.city.today.isoformat(), decision_id=one.facts.decision_id)
        return Step("form the congress", DONE, self.city.facts(told))

    def account(self, one: Deposit, chance: Random) -> Step:
        if one.congress_on is None or one.account_on is not None:
            return self.congress(one, chance)
        one.account_on = self.city.today
        told = self.city.facts(one.facts.owners_account_opened(self.city.today.isoformat()))

        async def ask() -> Answer:
            answer = await told()
            found = await find_accounts_of_owners(self.city.mongo, [one.facts.estate_id], scope=Scope.everything())
            one.owners_account = found[one.facts.estate_id].id
            self.bank.opens(one.owners_account)
            return answer

        return Step("open the owners' account", DONE, ask)

    def transfer(self, one: Deposit, chance: Random) -> Step:
        reference = self.reference(one, "transfer", chance)
        ask = self.city.mutation(
            "transferDeposit",
            selects="deposit { state }",
            depositId=one.id,
            bankRef=reference,
            movedOn=self.city.today.isoformat(),
        )
        return Step("transfer a deposit", self._transferred(one, reference), ask)

    def _transferred(self, one: Deposit, reference: str) -> str:
        if one.is_on_hold or one.state != "TRANSFERRING":
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

    def annul(self, one: Deposit, chance: Random) -> Step:
        """A court annuls the decision that formed the congress: what moves to it, or lies with it, is on hold (P22)."""
        if one.congress_on is None:
            return self.congress(one, chance)
        one.congress_on = None
        if one.state == "TRANSFERRING" or one.owners_account in one.held:
            if one.state == "TRANSFERRING":
                one.rest()
            one.is_on_hold = True
        told = one.facts.decision_annulled(self.city.today.isoformat())
        return Step("annul the congress", DONE, self.city.facts(told, work_items=True))

    def lift(self, one: Deposit, chance: Random) -> Step:
        """People let a deposit serve again (P22)."""
        expected = DONE if one.is_on_hold else "STATE_CONFLICT"
        one.is_on_hold = False
        ask = self.city.mutation(
            "liftDepositHold", selects="deposit { state }", depositId=one.id, reason="街道研究同意"
        )
        return Step("lift the hold on a deposit", expected, ask)

    def end(self, one: Deposit, chance: Random) -> Step:
        if one.ended:
            return self.night()
        one.ended = True
        if one.next_year_on is not None and one.next_year_on >= self.city.today:
            one.next_year_on = None
        return Step(
            "end the contract", DONE, self.city.facts(one.facts.contract_terminated(self.city.today.isoformat()))
        )
