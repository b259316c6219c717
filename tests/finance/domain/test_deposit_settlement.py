"""An approved claim is paid out: what it needs on that day, which accounts give, what is topped up (ZG-22)."""

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest

from kit.money import Fen, yuan
from policy.vocabulary import Approver
from services.finance.domain.deposit import ClaimKind, Hold, Holding, PerformanceDeposit
from services.finance.domain.deposit_claim import ClaimState, DepositClaim
from services.finance.domain.deposit_settlement import check_settlement, settle_claim, takings
from services.finance.domain.deposit_state import DepositState
from tests.finance.agreements import HELD, OWNERS, STREET, a_contract, a_held_deposit
from tests.finance.claims import ALL_THREE, PROPOSED_ON, approved, proposed
from tests.finance.refusals import refusal_of

TOP_UP_DUE = date(2026, 4, 5)
ENDED = a_contract(ended_on=PROPOSED_ON, handover_accepted=True)


def check(deposit: PerformanceDeposit, claim: DepositClaim, **changes: Any) -> None:
    values: dict[str, Any] = {
        "kind": claim.kind,
        "required": ALL_THREE,
        "paid_on": PROPOSED_ON,
        "today": PROPOSED_ON,
        "path": ("input",),
    }
    check_settlement(deposit, claim, **(values | changes))


def settle(
    deposit: PerformanceDeposit, claim: DepositClaim, *, top_up_due_on: date | None = TOP_UP_DUE
) -> tuple[PerformanceDeposit, DepositClaim]:
    return settle_claim(
        deposit, claim, paid_on=PROPOSED_ON, top_up_due_on=top_up_due_on, posting_id="pst_9", path=("input",)
    )


@pytest.mark.rule("ZG-22")
def test_a_withdrawal_leaves_the_deposit_claimed_until_it_is_topped_up() -> None:
    claimed, claim = proposed(
        a_held_deposit(paid_out=Fen(7), posting_ids=("pst_1",)), amount="10000.00", today=date(2026, 3, 4)
    )
    check(claimed, approved(claim))

    after, settled = settle(claimed, claim)

    assert after == replace(
        claimed,
        holdings=(Holding("cus_1", STREET, yuan("50000.00")),),
        paid_out=yuan("10000.07"),
        posting_ids=("pst_1", "pst_9"),
        open_claim=None,
        due_on=TOP_UP_DUE,
    )
    assert (after.state, after.missing) == (DepositState.CLAIMED, yuan("10000.00"))
    assert settled == replace(claim, state=ClaimState.PAID_OUT, decided_on=PROPOSED_ON, posting_id="pst_9")


@pytest.mark.rule("ZG-22")
def test_all_that_is_held_may_be_withdrawn() -> None:
    claimed, claim = proposed(a_held_deposit(), amount="60000.00")

    after, _ = settle(claimed, claim)

    assert (after.paid, after.holdings, after.state) == (Fen(0), (), DepositState.CLAIMED)


@pytest.mark.rule("ZG-22")
def test_what_is_held_above_this_years_level_is_withdrawn_without_a_top_up() -> None:
    above = a_held_deposit(demanded=yuan("50000.00"))
    claimed, claim = proposed(above, amount="10000.00", today=date(2026, 3, 4))

    after, _ = settle(claimed, claim)

    assert (after.state, after.state_since, after.missing) == (DepositState.HELD, PROPOSED_ON, Fen(0))
    claimed, claim = proposed(above, amount="10000.01")
    assert settle(claimed, claim)[0].state is DepositState.CLAIMED


@pytest.mark.parametrize(
    ("amount", "taken"),
    [
        (1, [("cus_1", 1)]),
        (9, [("cus_1", 9)]),
        (10, [("cus_1", 10)]),
        (11, [("cus_1", 10), ("cus_2", 1)]),
        (30, [("cus_1", 10), ("cus_2", 20)]),
        (60, [("cus_1", 10), ("cus_2", 20), ("cus_3", 30)]),
    ],
)
def test_the_first_account_gives_first(amount: int, taken: list[tuple[str, int]]) -> None:
    three = (
        Holding("cus_1", STREET, Fen(10)), Holding("cus_2", OWNERS, Fen(20)), Holding("cus_3", OWNERS, Fen(30)),
    )  # fmt: skip
    deposit = a_held_deposit(holdings=three, demanded=Fen(60))

    parts = takings(deposit, Fen(amount))

    assert [(one.account_id, one.amount) for one in parts] == taken
    claimed, claim = proposed(deposit, amount=f"0.{amount:02}")
    after, _ = settle(claimed, claim)
    left = {one.account_id: one.amount - dict(taken).get(one.account_id, 0) for one in three}
    assert {one.account_id: one.amount for one in after.holdings} == {id_: rest for id_, rest in left.items() if rest}


@pytest.mark.rule("ZG-22")
@pytest.mark.parametrize("given", [(Approver.STREET,), (Approver.STREET, Approver.COMMUNITY)])
def test_a_withdrawal_with_less_than_all_approvals_is_refused(given: tuple[Approver, ...]) -> None:
    claimed, claim = proposed(a_held_deposit(), amount="10000.00")

    missing = ", ".join(one.value for one in ALL_THREE[len(given) :])
    assert refusal_of(lambda: check(claimed, approved(claim, *given))) == (
        "FORBIDDEN_ACTOR",
        ("input", "claimId"),
        missing,
    )
    assert refusal_of(lambda: check(claimed, claim))[2] == "STREET, COMMUNITY, COMMITTEE"
    check(claimed, approved(claim, *given), required=given)


@pytest.mark.parametrize("kind", [ClaimKind.FORFEITURE, ClaimKind.RELEASE])
def test_a_claim_is_settled_in_its_own_way_alone(kind: ClaimKind) -> None:
    claimed, claim = proposed(a_held_deposit(), amount="60000.00")

    assert refusal_of(lambda: check(claimed, approved(claim), kind=kind)) == (
        "STATE_CONFLICT",
        ("input", "claimId"),
        "WITHDRAWAL",
    )


def test_a_decided_claim_or_one_on_a_deposit_on_hold_is_not_paid() -> None:
    claimed, claim = proposed(a_held_deposit(), amount="10000.00")
    held_back = replace(claimed, hold=Hold("dec_1", "（2026）赣01民终1号", PROPOSED_ON))

    assert refusal_of(lambda: check(held_back, approved(claim))) == ("STATE_CONFLICT", ("input", "claimId"), "dec_1")
    assert refusal_of(lambda: check(claimed, replace(claim, state=ClaimState.REJECTED))) == (
        "STATE_CONFLICT",
        ("input", "claimId"),
        "REJECTED",
    )


@pytest.mark.parametrize(
    ("paid_on", "is_paid"),
    [
        (date(2026, 3, 4), False), (PROPOSED_ON, True), (date(2026, 3, 6), True), (date(2026, 3, 7), False),
    ],
    ids=["before the proposal", "its day", "today", "to come"],
)  # fmt: skip
def test_a_claim_is_paid_between_its_proposal_and_today(paid_on: date, is_paid: bool) -> None:
    claimed, claim = proposed(a_held_deposit(), amount="10000.00")

    def pay() -> None:
        check(claimed, approved(claim), paid_on=paid_on, today=date(2026, 3, 6))

    if is_paid:
        pay()
    else:
        assert refusal_of(pay) == ("VALIDATION", ("input", "paidOn"), paid_on.isoformat())


@pytest.mark.rule("ZG-22")
def test_no_more_is_paid_out_than_is_held_by_then() -> None:
    claimed, claim = proposed(a_held_deposit(), amount="60000.00")
    poorer = replace(claimed, holdings=(Holding("cus_1", STREET, Fen(HELD - 1)),))

    assert refusal_of(lambda: check(poorer, approved(claim))) == (
        "INSUFFICIENT_FUNDS",
        ("input", "claimId"),
        "60000.00",
    )


def test_nothing_is_paid_out_while_the_money_moves() -> None:
    claimed, claim = proposed(a_held_deposit(), amount="10000.00")
    moving = replace(claimed, state=DepositState.TRANSFERRING)

    assert refusal_of(lambda: check(moving, approved(claim))) == ("STATE_CONFLICT", (), "TRANSFERRING")


@pytest.mark.parametrize("kind", [ClaimKind.FORFEITURE, ClaimKind.RELEASE])
def test_everything_that_was_approved_for_another_sum_is_asked_anew(kind: ClaimKind) -> None:
    below = a_held_deposit(
        state=DepositState.CLAIMED,
        holdings=(Holding("cus_1", STREET, yuan("50000.00")),),
        paid_out=yuan("10000.00"),
        due_on=date(2026, 3, 4),
    )
    asked, claim = proposed(below, kind, contract=ENDED)
    check(asked, approved(claim))

    paid_in = replace(asked, holdings=(Holding("cus_1", STREET, yuan("50000.01")),))
    assert refusal_of(lambda: check(paid_in, approved(claim))) == (
        "STATE_CONFLICT",
        ("input", "claimId"),
        "50000.00",
    )


def test_a_withdrawal_of_a_part_is_paid_whatever_was_paid_in_since() -> None:
    claimed, claim = proposed(a_held_deposit(), amount="10000.00")

    check(replace(claimed, holdings=(Holding("cus_1", STREET, yuan("55000.00")),)), approved(claim))


@pytest.mark.rule("ZG-22")
@pytest.mark.parametrize(
    ("kind", "state", "paid_out"),
    [
        (ClaimKind.FORFEITURE, DepositState.FORFEITED, "60000.00"),
        (ClaimKind.RELEASE, DepositState.RELEASED, "10000.00"),
    ],
)
def test_after_a_forfeiture_or_a_release_nothing_is_held_and_no_year_follows(
    kind: ClaimKind, state: DepositState, paid_out: str
) -> None:
    below = a_held_deposit(
        state=DepositState.CLAIMED,
        holdings=(Holding("cus_1", STREET, yuan("20000.00")), Holding("cus_2", OWNERS, yuan("30000.00"))),
        paid_out=yuan("10000.00"),
        due_on=date(2026, 3, 4),
    )
    asked, claim = proposed(below, kind, contract=ENDED)

    after, settled = settle(asked, claim, top_up_due_on=None)

    assert after == replace(
        asked,
        state=state,
        state_since=PROPOSED_ON,
        holdings=(),
        paid_out=yuan(paid_out),
        posting_ids=("pst_9",),
        open_claim=None,
        next_year_on=None,
    )
    assert (settled.state, settled.decided_on) == (ClaimState.PAID_OUT, PROPOSED_ON)


@pytest.mark.rule("ZG-22")
@pytest.mark.parametrize(
    ("due_on", "value"), [(None, None), (PROPOSED_ON - timedelta(days=1), "2026-03-04")], ids=["none", "day before"]
)
def test_a_withdrawal_says_until_when_it_is_topped_up(due_on: date | None, value: str | None) -> None:
    claimed, claim = proposed(a_held_deposit(), amount="10000.00")

    assert refusal_of(lambda: settle(claimed, claim, top_up_due_on=due_on)) == (
        "VALIDATION",
        ("input", "topUpDueOn"),
        value,
    )
    assert settle(claimed, claim, top_up_due_on=PROPOSED_ON)[0].due_on == PROPOSED_ON
