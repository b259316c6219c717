"""Claims on deposits: proposed, approved by the joint managers, refused, paid out (ZG-22, P4, P14)."""

from datetime import date, timedelta
from random import Random
from typing import Any

from kit.caller import Caller, Role
from kit.money import Fen, format_money
from tests.finance.money.city import DONE, Step, weighted
from tests.finance.money.deposit_estates import DepositEstates
from tests.finance.money.deposit_model import Claim, Deposit
from tests.heard import caller

STREET, COMMUNITY = caller(Role.STREET), caller(Role.COMMUNITY)
CLAIM = "claim { id } deposit { state paid missing }"
SETTLED_BY = {"WITHDRAWAL": "payDepositClaim", "FORFEITURE": "forfeitDeposit", "RELEASE": "releaseDeposit"}
GIVES = {
    "WITHDRAWAL": ("CLAIMED",),
    "FORFEITURE": ("CLAIMED",),
    "RELEASE": ("PART_PAID", "HELD", "CLAIMED"),
}
"""In which states a claim of each kind is settled."""


class DepositClaims(DepositEstates):
    """What is asked of deposits."""

    def claim(self, one: Deposit, chance: Random) -> Step:
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
        if one.is_on_hold or one.open_claim is not None:
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

    def approve(self, one: Deposit, chance: Random) -> Step:
        claim = one.claim
        if claim is None:
            return self.claim(one, chance)
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

    def reject(self, one: Deposit, chance: Random) -> Step:
        claim = one.claim
        if claim is None:
            return self.night()
        expected = DONE if claim.is_open else "STATE_CONFLICT"
        was_claimed = claim.is_open and claim.kind != "RELEASE"
        claim.is_open = False
        if was_claimed and one.state == "CLAIMED":
            one.state = "CLAIMED" if one.is_claimed else "HELD"
        ask = self.city.mutation("rejectDepositClaim", by=STREET, selects=CLAIM, claimId=claim.id)
        return Step("reject a claim", expected, ask)

    def settle(self, one: Deposit, chance: Random) -> Step:
        claim = one.claim
        if claim is None:
            return self.claim(one, chance)
        kind = claim.kind if chance.random() < 0.9 else chance.choice(list(SETTLED_BY))
        reference = self.reference(one, "payout", chance)
        today = self.city.today
        top_up_on = today + timedelta(days=chance.choice([-1, 0, 20, 20, 20]))
        values: dict[str, Any] = {"claimId": claim.id, "bankRef": reference, "paidOn": today.isoformat()}
        if kind == "WITHDRAWAL":
            values["topUpDueOn"] = top_up_on.isoformat()
        ask = self.city.mutation(SETTLED_BY[kind], selects=CLAIM, **values)
        return Step(f"settle a {kind}", self._settled(one, claim, kind, reference, top_up_on), ask)

    def _settled(self, one: Deposit, claim: Claim, kind: str, reference: str, top_up_on: date) -> str:
        if one.is_on_hold or not claim.is_open or claim.kind != kind:
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
