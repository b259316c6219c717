"""The states of a deposit: the whole table, payments, and the move when the congress is formed."""

from dataclasses import replace
from datetime import date
from itertools import product

import pytest

from kit.errors import Refusal
from kit.money import Fen, yuan
from policy.vocabulary import CustodyKind
from services.finance.domain.custody import OwnersSide
from services.finance.domain.deposit import (
    DepositPrecondition,
    Holding,
    PerformanceDeposit,
    check_payment,
    pay_deposit,
)
from services.finance.domain.deposit_state import (
    TRANSITIONS,
    DepositFact,
    DepositState,
    DepositStateConflict,
    next_state,
)
from services.finance.domain.deposit_transfer import check_transfer, move_deposit, start_transfer

SIGNED_ON = date(2024, 2, 1)
TODAY = date(2026, 3, 5)
STREET = CustodyKind.STREET_DESIGNATED
OWNERS = CustodyKind.OWNERS_PUBLIC
FORMED = OwnersSide(congress_formed_on=date(2024, 3, 10))
FORMED_WITH_ACCOUNT = OwnersSide(congress_formed_on=date(2024, 3, 10), account_opened_on=date(2024, 4, 1))


def a_deposit(**changes: object) -> PerformanceDeposit:
    deposit = PerformanceDeposit(
        id="dep_1",
        district="360702",
        estate_id="est_1",
        contract_id="ctr_1",
        provider_id="prv_1",
        contract_year=1,
        agreed_on=SIGNED_ON,
        state=DepositState.DEMANDED,
        state_since=SIGNED_ON,
        managers=("STREET", "COMMUNITY"),
        policy_version_id="360702-v1",
        due_on=date(2024, 3, 1),
        first_custody=STREET,
        demanded=yuan("60000.00"),
    )
    return replace(deposit, **changes)  # type: ignore[arg-type]


def paid(deposit: PerformanceDeposit, amount: str, *, on: date, kind: CustodyKind = STREET) -> PerformanceDeposit:
    return pay_deposit(
        deposit, account_id=f"cus_{kind.value}", kind=kind, amount=yuan(amount), paid_on=on, posting_id="pst_1"
    )


def refusal_of_payment(deposit: PerformanceDeposit, **changes: object) -> str:
    values: dict[str, object] = {
        "payer_provider_id": "prv_1",
        "amount": yuan("100.00"),
        "paid_on": date(2024, 3, 1),
        "today": TODAY,
    }
    with pytest.raises(Refusal) as refused:
        check_payment(deposit, **(values | changes))  # type: ignore[arg-type]
    return refused.value.code


ALLOWED = {
    ("AGREED", "DEMAND", "DEMANDED"),
    ("DEMANDED", "DEMAND", "DEMANDED"),
    ("DEMANDED", "PART_PAYMENT", "PART_PAID"),
    ("DEMANDED", "LAST_PAYMENT", "HELD"),
    ("PART_PAID", "PART_PAYMENT", "PART_PAID"),
    ("PART_PAID", "LAST_PAYMENT", "HELD"),
    ("PART_PAID", "CONGRESS_FORMED", "TRANSFERRING"),
    ("HELD", "CONGRESS_FORMED", "TRANSFERRING"),
    ("TRANSFERRING", "PART_PAYMENT", "TRANSFERRING"),
    ("TRANSFERRING", "LAST_PAYMENT", "TRANSFERRING"),
    ("TRANSFERRING", "TRANSFER_ENDED_PART_PAID", "PART_PAID"),
    ("TRANSFERRING", "TRANSFER_ENDED_PAID", "HELD"),
    ("TRANSFERRING", "TRANSFER_ENDED_CLAIMED", "CLAIMED"),
    ("TRANSFERRING", "CLAIM_REJECTED", "TRANSFERRING"),
    ("TRANSFERRING", "LAST_CLAIM_REJECTED", "TRANSFERRING"),
    ("HELD", "CLAIM", "CLAIMED"),
    ("CLAIMED", "CLAIM", "CLAIMED"),
    ("CLAIMED", "CLAIM_REJECTED", "CLAIMED"),
    ("CLAIMED", "LAST_CLAIM_REJECTED", "HELD"),
    ("CLAIMED", "PAY_OUT", "CLAIMED"),
    ("CLAIMED", "PART_PAYMENT", "CLAIMED"),
    ("CLAIMED", "LAST_PAYMENT", "HELD"),
    ("CLAIMED", "CONGRESS_FORMED", "TRANSFERRING"),
    ("CLAIMED", "FORFEIT", "FORFEITED"),
    ("PART_PAID", "RELEASE", "RELEASED"),
    ("HELD", "RELEASE", "RELEASED"),
    ("CLAIMED", "RELEASE", "RELEASED"),
    ("DEMANDED", "CARRY_OVER", "CARRIED_OVER"),
    ("PART_PAID", "CARRY_OVER", "CARRIED_OVER"),
    ("HELD", "CARRY_OVER", "CARRIED_OVER"),
    ("TRANSFERRING", "CARRY_OVER", "CARRIED_OVER"),
    ("CLAIMED", "CARRY_OVER", "CARRIED_OVER"),
}


@pytest.mark.parametrize(("state", "fact"), list(product(DepositState, DepositFact)))
def test_every_transition_is_in_the_table_or_refused(state: DepositState, fact: DepositFact) -> None:
    expected = [after for before, what, after in ALLOWED if (before, what) == (state.value, fact.value)]

    if expected:
        assert [next_state(state, fact).value] == expected
    else:
        with pytest.raises(DepositStateConflict) as refused:
            next_state(state, fact)
        assert refused.value.code == "STATE_CONFLICT"
    assert len(TRANSITIONS) == len(ALLOWED)


def test_a_payment_of_all_is_held_and_of_less_is_part_paid() -> None:
    part = paid(a_deposit(), "59999.99", on=date(2024, 3, 1))
    whole = paid(part, "0.01", on=date(2024, 3, 2))

    assert (part.state, part.state_since) == (DepositState.PART_PAID, date(2024, 3, 1))
    assert (whole.state, whole.state_since, whole.paid) == (DepositState.HELD, date(2024, 3, 2), yuan("60000.00"))


@pytest.mark.parametrize(("amount", "code"), [("60000.01", "OUT_OF_RANGE"), ("0.00", "VALIDATION")])
def test_a_payment_above_what_is_missing_or_of_nothing_is_refused(amount: str, code: str) -> None:
    assert refusal_of_payment(a_deposit(), amount=yuan(amount)) == code


def test_a_payment_of_exactly_what_is_missing_is_accepted() -> None:
    check_payment(
        a_deposit(), payer_provider_id="prv_1", amount=yuan("60000.00"), paid_on=date(2024, 3, 1), today=TODAY
    )


@pytest.mark.rule("ZG-19")
def test_nobody_but_the_contracts_provider_pays() -> None:
    assert refusal_of_payment(a_deposit(), payer_provider_id="own_1") == "VALIDATION"


@pytest.mark.parametrize("day", [date(2024, 1, 31), date(2026, 3, 6)])
def test_a_payment_before_the_signing_or_to_come_is_refused(day: date) -> None:
    assert refusal_of_payment(a_deposit(), paid_on=day) == "VALIDATION"


@pytest.mark.rule("ZG-21")
@pytest.mark.parametrize(
    ("awaits", "code"),
    [
        (DepositPrecondition.JOINT_DECISION, "NEEDS_DECISION"),
        (DepositPrecondition.APPROVED_GROSS_AREA, "PRECONDITION"),
    ],
)
def test_a_deposit_that_waits_takes_no_payment(awaits: DepositPrecondition, code: str) -> None:
    waiting = a_deposit(state=DepositState.AGREED, awaits=awaits, demanded=None)

    assert refusal_of_payment(waiting) == code


@pytest.mark.parametrize("state", [DepositState.NOT_AGREED, DepositState.HELD])
def test_a_deposit_that_is_not_agreed_or_already_held_takes_no_payment(state: DepositState) -> None:
    assert refusal_of_payment(a_deposit(state=state)) == "STATE_CONFLICT"


@pytest.mark.rule("G-27")
def test_a_held_deposit_is_transferring_from_the_day_the_congress_was_formed() -> None:
    held = paid(a_deposit(), "60000.00", on=date(2024, 2, 20))

    moving = start_transfer(held, FORMED)

    assert (moving.state, moving.state_since) == (DepositState.TRANSFERRING, date(2024, 3, 10))
    assert (moving.paid, moving.holdings) == (yuan("60000.00"), held.holdings)


@pytest.mark.rule("G-27")
def test_the_move_leaves_the_sum_and_empties_the_street() -> None:
    moving = start_transfer(paid(a_deposit(), "60000.00", on=date(2024, 2, 20)), FORMED)

    moved, moves = move_deposit(moving, to_account_id="cus_own", moved_on=date(2024, 4, 3))

    assert (moved.state, moved.state_since) == (DepositState.HELD, date(2024, 4, 3))
    assert moved.holdings == (Holding("cus_own", OWNERS, yuan("60000.00")),)
    assert sum(move.amount for move in moves) == moving.paid == moved.paid


@pytest.mark.parametrize(
    "deposit",
    [
        a_deposit(),
        paid(a_deposit(), "60000.00", on=date(2024, 5, 1), kind=OWNERS),
        start_transfer(paid(a_deposit(), "60000.00", on=date(2024, 2, 20)), FORMED),
    ],
    ids=["nothing paid", "the owners hold it", "already moving"],
)
def test_what_no_street_holds_or_moves_already_does_not_start_to_move(deposit: PerformanceDeposit) -> None:
    assert start_transfer(deposit, FORMED) == deposit


def test_without_a_congress_nothing_moves() -> None:
    held = paid(a_deposit(), "60000.00", on=date(2024, 2, 20))

    assert start_transfer(held, OwnersSide()) == held


@pytest.mark.rule("ZG-20")
@pytest.mark.parametrize(
    ("owners", "moved_on", "code"),
    [
        (FORMED, date(2024, 4, 3), "PRECONDITION"),
        (FORMED_WITH_ACCOUNT, date(2024, 3, 31), "PRECONDITION"),
        (FORMED_WITH_ACCOUNT, date(2024, 3, 9), "VALIDATION"),
        (FORMED_WITH_ACCOUNT, date(2026, 3, 6), "VALIDATION"),
    ],
    ids=["no account", "a day before the account", "before the congress", "a day to come"],
)
def test_a_transfer_waits_for_the_owners_account(owners: OwnersSide, moved_on: date, code: str) -> None:
    moving = start_transfer(paid(a_deposit(), "60000.00", on=date(2024, 2, 20)), FORMED)

    with pytest.raises(Refusal) as refused:
        check_transfer(moving, owners=owners, moved_on=moved_on, today=TODAY)

    assert refused.value.code == code


@pytest.mark.parametrize("moved_on", [date(2024, 4, 1), TODAY])
def test_a_transfer_on_the_day_the_account_opens_or_today_is_accepted(moved_on: date) -> None:
    moving = start_transfer(paid(a_deposit(), "60000.00", on=date(2024, 2, 20)), FORMED)

    check_transfer(moving, owners=FORMED_WITH_ACCOUNT, moved_on=moved_on, today=TODAY)


def test_payments_into_one_account_add_up_in_one_holding() -> None:
    twice = paid(paid(a_deposit(), "10000.00", on=SIGNED_ON), "5000.00", on=SIGNED_ON)

    assert [holding.amount for holding in twice.holdings] == [Fen(15_000_00)]
