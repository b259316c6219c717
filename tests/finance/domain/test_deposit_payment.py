"""Payments of a deposit: by the provider alone, never more than is demanded (ZG-19, ZG-21)."""

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from kit.money import Fen, yuan
from policy.vocabulary import CustodyKind
from services.finance.domain.deposit import (
    ClaimKind,
    DepositPrecondition,
    Holding,
    OpenClaim,
    PerformanceDeposit,
    check_payment,
    pay_deposit,
)
from services.finance.domain.deposit_state import DepositState
from tests.finance.agreements import OWNERS, SIGNED_ON, STREET, a_demanded_deposit, a_held_deposit
from tests.finance.refusals import refusal_of

TODAY = date(2026, 3, 5)


def check(deposit: PerformanceDeposit, **changes: Any) -> None:
    values: dict[str, Any] = {
        "payer_provider_id": "prv_1",
        "amount": yuan("100.00"),
        "paid_on": date(2024, 3, 1),
        "today": TODAY,
        "path": ("input",),
    }
    check_payment(deposit, **(values | changes))


def paid(
    deposit: PerformanceDeposit, amount: str, *, on: date, kind: CustodyKind = STREET, posting_id: str = "pst_1"
) -> PerformanceDeposit:
    return pay_deposit(
        deposit, account_id=f"cus_{kind.value}", kind=kind, amount=yuan(amount), paid_on=on, posting_id=posting_id
    )


def test_a_payment_of_all_is_held_and_of_less_is_part_paid() -> None:
    demanded = a_demanded_deposit()
    part = paid(demanded, "59999.99", on=date(2024, 3, 1))
    whole = paid(part, "0.01", on=date(2024, 3, 2), kind=OWNERS, posting_id="pst_2")

    assert part == replace(
        demanded,
        state=DepositState.PART_PAID,
        state_since=date(2024, 3, 1),
        holdings=(Holding("cus_STREET_DESIGNATED", STREET, yuan("59999.99")),),
        posting_ids=("pst_1",),
    )
    assert (whole.state, whole.state_since, whole.paid) == (DepositState.HELD, date(2024, 3, 2), yuan("60000.00"))
    assert whole.posting_ids == ("pst_1", "pst_2")
    assert whole.holdings[1] == Holding("cus_OWNERS_PUBLIC", OWNERS, Fen(1))


def test_a_second_part_payment_leaves_the_day_on_which_it_became_part_paid() -> None:
    part = paid(a_demanded_deposit(), "1.00", on=date(2024, 3, 1))

    assert paid(part, "1.00", on=date(2024, 3, 9)).state_since == date(2024, 3, 1)


def test_a_payment_whose_bank_day_lies_before_the_demand_changes_the_state_from_the_demand_on() -> None:
    late = a_demanded_deposit(state_since=date(2024, 4, 1))

    assert paid(late, "60000.00", on=date(2024, 3, 1)).state_since == date(2024, 4, 1)


def test_payments_into_one_account_add_up_and_leave_the_others_alone() -> None:
    street = paid(a_demanded_deposit(), "10000.00", on=SIGNED_ON)
    both = paid(street, "700.00", on=SIGNED_ON, kind=OWNERS)

    again = paid(both, "5000.00", on=SIGNED_ON)

    assert again.holdings == (
        Holding("cus_STREET_DESIGNATED", STREET, yuan("15000.00")),
        Holding("cus_OWNERS_PUBLIC", OWNERS, yuan("700.00")),
    )


@pytest.mark.rule("ZG-22")
@pytest.mark.parametrize(
    ("claim", "state"),
    [
        (None, DepositState.HELD),
        (OpenClaim("clm_1", ClaimKind.WITHDRAWAL), DepositState.CLAIMED),
        (OpenClaim("clm_1", ClaimKind.FORFEITURE), DepositState.CLAIMED),
        (OpenClaim("clm_1", ClaimKind.RELEASE), DepositState.HELD),
    ],
    ids=["no claim", "a withdrawal", "a forfeiture", "a release"],
)
def test_a_topped_up_deposit_is_held_again_once_no_claim_on_it_is_open(
    claim: OpenClaim | None, state: DepositState
) -> None:
    claimed = a_held_deposit(
        state=DepositState.CLAIMED,
        holdings=(Holding("cus_STREET_DESIGNATED", STREET, yuan("50000.00")),),
        paid_out=yuan("10000.00"),
        open_claim=claim,
    )

    assert paid(claimed, "10000.00", on=date(2026, 4, 1)).state is state
    assert paid(claimed, "9999.99", on=date(2026, 4, 1)).state is DepositState.CLAIMED


@pytest.mark.parametrize(
    ("amount", "expected"),
    [
        ("60000.01", ("OUT_OF_RANGE", ("input", "amount"), "60000.01")),
        ("0.00", ("VALIDATION", ("input", "amount"), "0.00")),
        ("-0.01", ("VALIDATION", ("input", "amount"), "-0.01")),
    ],
)
def test_a_payment_above_what_is_missing_or_of_nothing_is_refused(
    amount: str, expected: tuple[str, tuple[str, ...], str]
) -> None:
    assert refusal_of(lambda: check(a_demanded_deposit(), amount=yuan(amount))) == expected


@pytest.mark.parametrize("amount", ["60000.00", "0.01"])
def test_a_payment_of_what_is_missing_or_of_a_fen_is_accepted(amount: str) -> None:
    check(a_demanded_deposit(), amount=yuan(amount))


@pytest.mark.rule("ZG-19")
def test_nobody_but_the_contracts_provider_pays() -> None:
    assert refusal_of(lambda: check(a_demanded_deposit(), payer_provider_id="own_1")) == (
        "VALIDATION",
        ("input", "payerProviderId"),
        "own_1",
    )


@pytest.mark.parametrize("day", [date(2024, 1, 31), date(2026, 3, 6)])
def test_a_payment_before_the_signing_or_to_come_is_refused(day: date) -> None:
    assert refusal_of(lambda: check(a_demanded_deposit(), paid_on=day)) == (
        "VALIDATION",
        ("input", "paidOn"),
        day.isoformat(),
    )


@pytest.mark.parametrize("day", [SIGNED_ON, TODAY])
def test_a_payment_on_the_day_of_the_signing_or_today_is_accepted(day: date) -> None:
    check(a_demanded_deposit(), paid_on=day)


@pytest.mark.rule("ZG-21")
@pytest.mark.parametrize(
    ("awaits", "code"),
    [
        (DepositPrecondition.JOINT_DECISION, "NEEDS_DECISION"),
        (DepositPrecondition.APPROVED_GROSS_AREA, "PRECONDITION"),
    ],
)
def test_a_deposit_that_waits_takes_no_payment(awaits: DepositPrecondition, code: str) -> None:
    waiting = a_demanded_deposit(state=DepositState.AGREED, awaits=awaits, demanded=None)

    assert refusal_of(lambda: check(waiting)) == (code, ("input", "depositId"), "dep_1")


@pytest.mark.parametrize("state", [DepositState.NOT_AGREED, DepositState.HELD, DepositState.RELEASED])
def test_a_deposit_that_is_not_agreed_or_already_held_takes_no_payment(state: DepositState) -> None:
    assert refusal_of(lambda: check(a_demanded_deposit(state=state))) == ("STATE_CONFLICT", (), state.value)
