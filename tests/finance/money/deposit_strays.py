"""Money at the bank that nobody has recorded: an exception, until a person says what it is.

A line is tied to the payment that it is, or the payment is posted from its line.
"""

from random import Random
from typing import Any

from kit.ids import new_id
from kit.money import Fen, format_money
from tests.finance.money.city import DONE, Answer, Step
from tests.finance.money.deposit_estates import TAKES_MONEY, DepositEstates
from tests.finance.money.deposit_model import Deposit

RECORDED = "entry { postingId }"


class DepositStrays(DepositEstates):
    """What people do about lines of the bank that fit nothing in the book."""

    def stray(self, one: Deposit, chance: Random) -> Step:
        """The bank tells of money for a deposit, and a person settles the exception on the same day."""
        if one.missing == 0 or one.state not in TAKES_MONEY:
            return self.night()
        amount, account = chance.choice([1, one.missing, one.missing // 2 + 1]), self.account_of(one)
        line_ref, by_hand = self.city.new_reference(), chance.random() < 0.5
        own_ref = self.city.new_reference() if by_hand else line_ref
        assert self.paid(one, amount, own_ref, told_as=line_ref) == DONE
        send = self.bank.statement(account)
        record = self.city.mutation(
            "recordDepositPayment",
            selects=RECORDED,
            depositId=one.id,
            payerProviderId=one.facts.provider_id,
            custodyAccountId=account,
            amount=format_money(Fen(amount)),
            bankRef=own_ref,
            paidOn=self.city.today.isoformat(),
        )
        key = new_id("key")
        found: dict[str, Any] = {}
        """What was learned before the process died, if it did."""

        async def ask() -> Answer:
            if "lineId" not in found:
                assert (await send()).json()["openExceptions"] > 0
                [line] = [one["line"] for one in await self.bank.exceptions(account) if one["line"] is not None]
                assert line["bankRef"] == line_ref
                found["lineId"] = line["id"]
            if by_hand and "postingId" not in found:
                recorded = await record()
                assert recorded.outcome == DONE, recorded
                found["postingId"] = recorded.payload["entry"]["postingId"]
            settle = self.city.mutation(
                "settleBankException",
                selects="custodyAccount { id } postingId",
                reason="付款人未注明用途",
                idempotencyKey=key,
                **found,
                paidFor=None if by_hand else one.id,
            )
            settled = await settle()
            assert settled.outcome != DONE or await self.bank.exceptions(account) == []
            return Answer(settled.outcome)

        return Step("settle what the bank tells", DONE, ask, commits=2 + by_hand)
