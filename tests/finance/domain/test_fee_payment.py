"""Payments are apportioned to the oldest bill first; what is left is prepaid; what is prepaid may go back."""

from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kit.errors import ValidationFailed
from kit.money import Fen, yuan
from services.finance.domain.bill import Standing
from services.finance.domain.fee_payment import (
    BillNotCancellable,
    FeeAccount,
    FeePayment,
    NobodyToPrepay,
    NothingToRefund,
    PaymentChannel,
    PaymentOutsideTime,
    account_id,
    account_number,
    apportion,
    cancel_bill,
    check_payment,
    part_of_account,
    prepaid_to,
    refund_shares,
)
from tests.finance.bills import PROVIDER, TRUST, fee_bill

PAID_ON = date(2026, 4, 5)
JUNE = fee_bill("bil_june", period="2024-06", due_on=date(2024, 6, 30))
JULY = fee_bill("bil_july", period="2024-07", due_on=date(2024, 7, 31), creditor=TRUST)
PAYMENT = FeePayment(
    id="fpy_1",
    district="360702",
    estate_id="est_1",
    part_id="prt_1",
    amount=yuan("100.00"),
    bank_ref="ref-1",
    paid_on=PAID_ON,
    channel=PaymentChannel.BANK_TRANSFER,
    prepaid=yuan("100.00"),
    prepaid_to=PROVIDER,
)


@pytest.mark.rule("G-28")
def test_money_for_june_goes_to_the_old_payee_and_money_for_july_to_the_trust() -> None:
    settled, allocations, left = apportion(yuan("186.00"), [JUNE, JULY], paid_on=date(2024, 7, 5), payment_id="fpy_1")

    assert [(one.period, one.creditor, one.amount) for one in allocations] == [
        ("2024-06", PROVIDER, yuan("93.00")),
        ("2024-07", TRUST, yuan("93.00")),
    ]
    assert [bill.standing for bill in settled] == [Standing.SETTLED, Standing.SETTLED]
    assert left == 0


@given(amount=st.integers(min_value=1, max_value=40_000))
def test_what_is_allocated_and_what_is_left_make_the_payment(amount: int) -> None:
    settled, allocations, left = apportion(Fen(amount), [JUNE, JULY], paid_on=PAID_ON, payment_id="fpy_1")

    assert sum(one.amount for one in allocations) + left == amount
    assert [bill.paid for bill in settled] == [one.amount for one in allocations]
    assert left == max(0, amount - 18_600)
    assert all(bill.standing is Standing.SETTLED for bill in settled[:-1])


def test_what_is_left_goes_to_who_serves_and_else_to_the_last_creditor() -> None:
    assert prepaid_to([JUNE], TRUST, left=Fen(0)) is None
    assert prepaid_to([JUNE], TRUST, left=Fen(1)) == TRUST
    assert prepaid_to([JUNE, JULY], None, left=Fen(1)) == TRUST
    with pytest.raises(NobodyToPrepay) as refusal:
        prepaid_to([], None, left=Fen(1))
    assert refusal.value.code == "PRECONDITION"


@pytest.mark.parametrize("amount", [0, -1])
def test_a_payment_is_above_zero(amount: int) -> None:
    check_payment(amount=Fen(1), paid_on=PAID_ON, today=PAID_ON)

    with pytest.raises(ValidationFailed):
        check_payment(amount=Fen(amount), paid_on=PAID_ON, today=PAID_ON)


def test_a_payment_of_tomorrow_is_refused() -> None:
    with pytest.raises(PaymentOutsideTime):
        check_payment(amount=Fen(1), paid_on=date(2026, 4, 6), today=PAID_ON)


@pytest.mark.parametrize(
    "other",
    [
        replace(PAYMENT, amount=yuan("100.01")),
        replace(PAYMENT, part_id="prt_2"),
        replace(PAYMENT, paid_on=date(2026, 4, 4)),
    ],
)
def test_another_amount_part_or_day_is_another_movement(other: FeePayment) -> None:
    assert PAYMENT.repeats(replace(PAYMENT, id="fpy_2", prepaid=yuan("0.00"), prepaid_to=None))
    assert not PAYMENT.repeats(other)


@pytest.mark.parametrize(
    ("held", "refunded", "amount", "possible"),
    [
        ("100.00", "0.00", "100.00", True),
        ("100.00", "0.00", "100.01", False),
        ("99.99", "0.00", "100.00", False),
        ("100.00", "0.01", "100.00", False),
        ("100.00", "40.00", "60.00", True),
    ],
)
def test_no_more_goes_back_than_was_paid_and_is_prepaid(held: str, refunded: str, amount: str, possible: bool) -> None:
    account = FeeAccount("prt_1", "est_1", {PROVIDER: yuan(held)})
    payment = replace(PAYMENT, refunded=yuan(refunded))

    if possible:
        assert refund_shares(payment, account, yuan(amount)) == ((PROVIDER, yuan(amount)),)
    else:
        with pytest.raises(NothingToRefund) as refusal:
            refund_shares(payment, account, yuan(amount))
        assert refusal.value.code == "INSUFFICIENT_FUNDS"


def test_a_refund_is_above_zero() -> None:
    with pytest.raises(ValidationFailed):
        refund_shares(PAYMENT, FeeAccount("prt_1", "est_1", {PROVIDER: yuan("1.00")}), Fen(0))


def test_prepaid_money_lies_with_its_creditor_and_never_below_zero() -> None:
    account = FeeAccount("prt_1", "est_1").with_prepaid(PROVIDER, yuan("5.00")).with_prepaid(TRUST, yuan("1.00"))

    assert account.prepaid_total == yuan("6.00")
    assert account.with_prepaid(PROVIDER, yuan("-5.00")).prepaid == {TRUST: yuan("1.00")}
    with pytest.raises(NothingToRefund):
        account.with_prepaid(PROVIDER, yuan("-5.01"))


def test_a_cancelled_bill_is_not_cancelled_again() -> None:
    cancelled = cancel_bill(JUNE, on=PAID_ON)

    assert (cancelled.standing, cancelled.cancelled_on, cancelled.outstanding) == (Standing.CANCELLED, PAID_ON, 0)
    with pytest.raises(BillNotCancellable) as refusal:
        cancel_bill(cancelled, on=PAID_ON)
    assert refusal.value.code == "STATE_CONFLICT"


def test_every_part_has_an_account_with_a_number() -> None:
    part_id = "prt_0192f0c1aaaa7bbb8cccddddeeeeffff"

    assert part_of_account(account_id(part_id)) == part_id
    assert account_number(part_id) == "8CCCDDDDEEEEFFFF"
