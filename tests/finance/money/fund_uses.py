"""The uses of a maintenance fund, from the proposal to the last owner's payment, beside their plain model."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import replace
from random import Random
from typing import Any

from kit.ids import new_id
from kit.money import Fen, format_money
from tests.finance.funds import COMMITTEE, FINANCE_BUREAU, INPUTS, FundEstate
from tests.finance.money.bank import Bank
from tests.finance.money.city import DONE, Answer, City, Step
from tests.finance.money.fund_model import BUILDINGS, Fund, Use

FIRST_PAYMENT_MAX = 5_000
"""The highest share of the budget that may be paid before acceptance in an emergency, in ten thousandths."""

SHOWN = """
    query ($refs: [_Any!]!) {
      _entities(representations: $refs) {
        ... on MaintenanceUse { state paid shares { doorNumber share covered shortfall } }
      }
    }
"""
NEXT = {
    "PROPOSED": (*["scope"] * 9, "withdraw"),
    "SCOPED": (*["vote"] * 9, "withdraw"),
    "APPROVED": ("file", "start"),
    "EMERGENCY_APPROVED": ("first", "first", "start"),
    "IN_WORK": ("accept", "accept", "accept", "first", "file", "annul"),
    "ACCEPTED": ("settle", "settle", "settle", "settle", "file", "annul"),
    "SETTLED": (*["pay"] * 7, "file", "file", "annul"),
    "PAID": (*["allocate"] * 5, "annul"),
    "ALLOCATED": (*["lack"] * 7, "publish", "annul"),
    "PUBLISHED": ("lack",),
    "REJECTED": (),
}
"""What makes sense in each state; anything else is tried now and then."""

STEPS = ("scope", "withdraw", "file", "start", "settle", "pay", "first", "allocate", "lack", "publish")
FILED_IN = ("APPROVED", "IN_WORK", "ACCEPTED", "SETTLED")
ANNULLED_TO = dict.fromkeys(("VOTING", *FILED_IN), "REJECTED")
TAKEN = {
    "scope": {"PROPOSED": "SCOPED"},
    "withdraw": {"PROPOSED": "REJECTED", "SCOPED": "REJECTED"},
    "start": {"APPROVED": "IN_WORK", "EMERGENCY_APPROVED": "IN_WORK"},
    "allocate": {"PAID": "ALLOCATED"},
    "publish": {"ALLOCATED": "PUBLISHED"},
}
"""The steps that change nothing but the state: from which to which."""

MUTATIONS = {
    "scope": "scopeUse",
    "withdraw": "withdrawUse",
    "start": "startUseWork",
    "allocate": "allocateUse",
    "publish": "publishUse",
}
BY_CUSTODIAN = ("allocate",)


class FundUses:
    """What is done to the uses of both funds."""

    def __init__(self, city: City, bank: Bank, estate: FundEstate) -> None:
        self.city, self.bank, self.estate = city, bank, estate

    def accounts(self, fund: Fund) -> Mapping[str, int]:
        """What owners owe for their own doors, and the contractors get once they have paid."""
        held: dict[str, int] = {}
        for use in fund.uses:
            if use.is_allocated:
                owed = {
                    f"fund-receivable:{use.id}:{self.estate.parts[door]}": one.lacks
                    for door, one in use.shares.items()
                    if not one.is_rest_paid
                }
                held |= owed
                held[f"fund-payable:{use.id}"] = sum(owed.values())
        return held

    async def check_shown(self, fund: Fund) -> None:
        uses = [use for use in fund.uses if use.id]
        refs = [{"__typename": "MaintenanceUse", "id": use.id} for use in uses]
        shown = (await self.city.finance.ask(SHOWN, refs=refs))["_entities"] if refs else []
        for use, one in zip(uses, shown, strict=True):
            assert (one["state"], one["paid"]) == (use.state, money(use.paid))
            if use.paid:
                assert {line["doorNumber"]: (line["share"], line["covered"]) for line in one["shares"]} == {
                    door: (money(share.share), money(share.covered)) for door, share in use.shares.items()
                }

    def next_step(self, fund: Fund, chance: Random) -> Step:
        going = [use for use in fund.uses if use.id and NEXT[use.state]]
        if not going or (len(going) < 2 and chance.random() < 0.1):
            return self._propose(fund, chance)
        use = chance.choice(going)
        name = chance.choice(NEXT[use.state] if chance.random() < 0.9 else STEPS)
        match name:
            case "vote":
                return self._approve_emergency(use) if use.is_emergency else self._vote(use, chance)
            case "annul":
                return self._annul(use) if use.decision else self._go_on("start", use)
            case "file":
                return self._file(use)
            case "accept":
                return self._accept(use)
            case "settle":
                return self._settle(use, chance)
            case "pay" | "first":
                return self._pay(fund, use, chance, is_first=name == "first")
            case "lack":
                return self._pay_what_lacks(fund, use, chance)
            case _:
                return self._go_on(name, use)

    def _asked(self, mutation: str, *, by_custodian: bool = True, **values: Any) -> Callable[[], Awaitable[Answer]]:
        return self.city.mutation(
            mutation,
            by=FINANCE_BUREAU if by_custodian else COMMITTEE,
            selects="maintenanceUse { id state }",
            takes=INPUTS.get(mutation),
            **values,
        )

    def _propose(self, fund: Fund, chance: Random) -> Step:
        budget, scope = chance.choice([1, 999_999, 2_000_001]), chance.choice(list(BUILDINGS))
        is_emergency = chance.random() < 0.3
        concerns = chance.choice(["SHARED_PARTS"] * 9 + ["PRIVATE_PART"])
        buildings = {"low": [self.estate.low], "high": [self.estate.high], "all": []}[scope]
        given = self.estate.proposal(money(budget), *buildings, fundId=fund.id, concerns=concerns)
        use = Use(budget, scope, is_emergency)
        expected = "EARMARK" if concerns == "PRIVATE_PART" else DONE
        if expected == DONE:
            fund.uses.append(use)

        def learn(payload: dict[str, Any]) -> None:
            use.id = payload["maintenanceUse"]["id"]

        reason: dict[str, Any] = {"emergencyReason": "LIFT"} if is_emergency else {}
        return Step("propose a use", expected, self._asked("proposeUse", **given, **reason), learn)

    def _go_on(self, name: str, use: Use) -> Step:
        """Take a step that depends on the state alone."""
        after = TAKEN[name].get(use.state)
        if after is not None:
            use.state = after
        dated: dict[str, Any] = {} if name in ("scope", "withdraw") else {"on": self.city.today.isoformat()}
        ask = self._asked(MUTATIONS[name], by_custodian=name in BY_CUSTODIAN, useId=use.id, **dated)
        return Step(f"{name} a use", "STATE_CONFLICT" if after is None else DONE, ask)

    def _vote(self, use: Use, chance: Random) -> Step:
        """The owners of the scope decide (arts. 22 and 23)."""
        use.decision = self.estate.facts.decision_id = new_id("dec")
        buildings = {"low": [self.estate.low], "high": [self.estate.high], "all": []}[use.scope]
        use.is_passed = chance.random() < 0.9
        use.state = "APPROVED" if use.is_passed else "REJECTED"
        outcome = "passed" if use.is_passed else "failed"
        told = (
            self.estate.vote_opened(use.id, buildings),
            self.estate.vote_closed(use.id, outcome, on=f"{self.city.today}"),
        )
        return Step("vote on a use", DONE, self.city.facts(*told))

    def _approve_emergency(self, use: Use) -> Step:
        use.state, use.is_filed = "EMERGENCY_APPROVED", True
        return Step("approve an emergency", DONE, self._filing(use))

    def _filing(self, use: Use) -> Callable[[], Awaitable[Answer]]:
        return self._asked("approveUse", useId=use.id, filingNo="备-1", filedOn=self.city.today.isoformat())

    def _file(self, use: Use) -> Step:
        """File a use with the department, after which the bank may pay (art. 23)."""
        expected = DONE
        if use.is_emergency:
            if use.state == "SCOPED":
                return self._approve_emergency(use)
            expected = "STATE_CONFLICT"
        elif not use.is_passed:
            expected = "NEEDS_DECISION"
        elif use.state not in FILED_IN:
            expected = "STATE_CONFLICT"
        else:
            use.is_filed = True
        return Step("file a use", expected, self._filing(use))

    def _accept(self, use: Use) -> Step:
        """The work is accepted on what inspection announced."""
        acceptance = new_id("tko")
        inspected = self.estate.takeover_inspected(acceptance)
        use.state = "ACCEPTED"
        accept = self._asked("acceptUse", useId=use.id, acceptanceId=acceptance, acceptedOn=self.city.today.isoformat())

        async def ask() -> Answer:
            await self.estate.hear_inspection(inspected)
            return replace(await accept(), replayed=None)

        return Step("accept a use", DONE, ask, commits=2)

    def _settle(self, use: Use, chance: Random) -> Step:
        amount = chance.choice([use.budget, use.budget, use.budget // 2, use.paid, use.budget + 1])
        expected = "STATE_CONFLICT"
        if use.state == "ACCEPTED":
            expected = DONE if max(use.paid, 1) <= amount <= use.budget else "OUT_OF_RANGE"
        if expected == DONE:
            use.state, use.settled = "SETTLED", amount
        ask = self._asked("settleUse", useId=use.id, amount=money(amount), settledOn=self.city.today.isoformat())
        return Step("settle a use", expected, ask)

    def _pay(self, fund: Fund, use: Use, chance: Random, *, is_first: bool) -> Step:
        first = chance.choice([use.budget // 2, use.budget // 4, use.budget]) if is_first else None
        used = self.bank.references(fund.custody, "fund")
        reference = chance.choice(used) if used and chance.random() < 0.07 else self.city.new_reference()
        values: dict[str, Any] = {} if first is None else {"firstAmount": money(first)}
        ask = self._asked("payUse", useId=use.id, bankRef=reference, paidOn=self.city.today.isoformat(), **values)
        return Step("pay a use", self._paid(fund, use, first, reference), ask)

    def _paid(self, fund: Fund, use: Use, first: int | None, reference: str) -> str:
        refused = self._may_not_pay(use)
        if refused is not None:
            return refused
        if first is None:
            if use.state != "SETTLED":
                return "STATE_CONFLICT"
            total, after = use.settled, "PAID"
        else:
            if not use.is_emergency:
                return "STATE_CONFLICT"
            if first == 0:
                return "VALIDATION"
            if (use.paid + first) * 10_000 > use.budget * FIRST_PAYMENT_MAX:
                return "OUT_OF_RANGE"
            if use.state not in ("EMERGENCY_APPROVED", "IN_WORK"):
                return "STATE_CONFLICT"
            total, after = use.paid + first, use.state
        if self.bank.knows(fund.custody, reference, "fund"):
            return "DUPLICATE"
        amount = fund.charge(use, total, self.city.today)
        if amount:
            self.bank.moves(fund.custody, reference, -amount, "fund")
        use.state = after
        return DONE

    def _may_not_pay(self, use: Use) -> str | None:
        """Return why the bank may not pay: annulled, not decided, or not filed (P12)."""
        if use.is_annulled:
            return "STATE_CONFLICT"
        if not use.is_emergency and not use.is_passed:
            return "NEEDS_DECISION"
        return None if use.is_filed else "PRECONDITION"

    def _pay_what_lacks(self, fund: Fund, use: Use, chance: Random) -> Step:
        """An owner pays what the own door lacked, and the money goes on to the contractor."""
        door = chance.choice(BUILDINGS[use.scope])
        reference, payout = self.city.new_reference(), self.city.new_reference()
        ask = self._asked(
            "recordShortfallPayment",
            useId=use.id,
            partId=self.estate.parts[door],
            bankRef=reference,
            payoutBankRef=payout,
            paidOn=self.city.today.isoformat(),
        )
        expected = self._may_not_pay(use)
        if expected is None:
            share = use.shares.get(door)
            if not use.is_allocated or share is None:
                expected = "STATE_CONFLICT"
            elif share.lacks == 0:
                expected = "PRECONDITION"
            elif share.is_rest_paid:
                expected = "DUPLICATE"
            else:
                expected = DONE
                share.is_rest_paid = True
                self.bank.moves(fund.custody, reference, share.lacks, "fund")
                self.bank.moves(fund.custody, payout, -share.lacks, "fund")
        return Step("pay what a door lacked", expected, ask)

    def _annul(self, use: Use) -> Step:
        """A court annuls the decision: what is unpaid stops, what is paid stays (P12, P22)."""
        if use.is_annulled:
            return self._go_on("publish", use)
        use.is_annulled = True
        use.state = ANNULLED_TO.get(use.state, use.state)
        self.estate.facts.decision_id = use.decision
        return Step("annul the decision on a use", DONE, self.city.facts(self.estate.vote_annulled(), work_items=True))


def money(fen: int) -> str:
    """Return the amount as callers write and read it."""
    return format_money(Fen(fen))
