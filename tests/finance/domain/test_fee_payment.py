"""Payments are apportioned to the oldest bill first; what is left is prepaid; what is prepaid may go back."""

from dataclasses import replace
from datetime import date
from functools import partial

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kit.money import Fen, yuan
from kit.ratio import parse_ratio
from services.finance.domain.bill import Creditor, Payee, Settlement, Standing
from services.finance.domain.fee_payment import (
    Allocation,
    FeeAccount,
    FeePayment,
    NothingToRefund,
    PaymentChannel,
    account_id,
    account_number,
    apportion,
    cancel_bill,
    check_payment,
    checked_payer,
    part_of_account,
    prepaid_to,
    refund_shares,
)
from services.finance.domain.part import OwnerShare, Part
from tests.finance.bills import PROVIDER, TRUST, fee_bill
from tests.finance.refusals import refusal_of

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


def test_a_payment_goes_to_the_bills_in_their_order_and_passes_over_those_that_owe_nothing() -> None:
    cancelled = replace(JUNE, id="bil_none", standing=Standing.CANCELLED)
    half = replace(JULY, id="bil_half", paid=yuan("50.00"))

    settled, allocations, left = apportion(
        yuan("136.01"), [cancelled, JUNE, half, replace(JUNE, id="bil_last")], paid_on=PAID_ON, payment_id="fpy_1"
    )

    assert allocations == (
        Allocation("bil_june", "2024-06", PROVIDER, yuan("93.00")),
        Allocation("bil_half", "2024-07", TRUST, yuan("43.00")),
        Allocation("bil_last", "2024-06", PROVIDER, Fen(1)),
    )
    assert [bill.settlements for bill in settled] == [
        (Settlement(PAID_ON, yuan("93.00"), "fpy_1"),),
        (Settlement(PAID_ON, yuan("43.00"), "fpy_1"),),
        (Settlement(PAID_ON, Fen(1), "fpy_1"),),
    ]
    assert left == 0


def test_what_is_left_goes_to_who_serves_and_else_to_the_last_creditor() -> None:
    assert prepaid_to([JUNE], TRUST, left=Fen(0)) is None
    assert prepaid_to([JUNE], TRUST, left=Fen(1)) == TRUST
    assert prepaid_to([JUNE, JUNE, JULY], None, left=Fen(1)) == TRUST
    assert refusal_of(lambda: prepaid_to([], None, left=Fen(1))) == ("PRECONDITION", (), "0.01")


def check(amount: Fen, paid_on: date) -> None:
    check_payment(amount=amount, paid_on=paid_on, today=PAID_ON, path=("input",))


@pytest.mark.parametrize(("amount", "shown"), [(0, "0.00"), (-1, "-0.01")])
def test_a_payment_is_above_zero(amount: int, shown: str) -> None:
    check(Fen(1), PAID_ON)

    assert refusal_of(lambda: check(Fen(amount), PAID_ON)) == ("VALIDATION", ("input", "amount"), shown)


def test_a_payment_of_tomorrow_is_refused() -> None:
    assert refusal_of(lambda: check(Fen(1), date(2026, 4, 6))) == ("VALIDATION", ("input", "paidOn"), "2026-04-06")


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
        assert refusal_of(lambda: refund_shares(payment, account, yuan(amount), path=("input", "amount"))) == (
            "INSUFFICIENT_FUNDS",
            ("input", "amount"),
            amount,
        )


@pytest.mark.parametrize(("amount", "shown"), [(0, "0.00"), (-1, "-0.01")])
def test_a_refund_is_above_zero(amount: int, shown: str) -> None:
    account = FeeAccount("prt_1", "est_1", {PROVIDER: yuan("1.00")})

    assert refund_shares(PAYMENT, account, Fen(1)) == ((PROVIDER, 1),)
    assert refusal_of(lambda: refund_shares(PAYMENT, account, Fen(amount), path=("input", "amount"))) == (
        "VALIDATION",
        ("input", "amount"),
        shown,
    )


UNIT = Creditor(Payee.UNIT, "est_1")
TO_THREE = replace(
    PAYMENT,
    allocations=(
        Allocation("bil_june", "2024-06", PROVIDER, yuan("30.00")),
        Allocation("bil_july", "2024-07", TRUST, yuan("30.00")),
        Allocation("bil_aug", "2024-08", TRUST, yuan("30.00")),
    ),
    prepaid=yuan("10.00"),
    prepaid_to=UNIT,
)


def test_everybody_who_received_of_a_payment_is_named_once() -> None:
    assert TO_THREE.creditors == (PROVIDER, TRUST, UNIT)
    assert replace(TO_THREE, prepaid_to=None).creditors == (PROVIDER, TRUST)


@pytest.mark.parametrize(
    ("amount", "shares"),
    [
        ("5.00", ((PROVIDER, "5.00"),)),
        ("5.01", ((PROVIDER, "5.00"), (UNIT, "0.01"))),
        ("12.00", ((PROVIDER, "5.00"), (UNIT, "7.00"))),
    ],
)
def test_the_payments_own_creditors_pay_back_in_turn_what_each_holds(
    amount: str, shares: tuple[tuple[Creditor, str], ...]
) -> None:
    others = Creditor(Payee.COMMUNITY, "com_1")
    account = FeeAccount("prt_1", "est_1", {others: yuan("90.00"), PROVIDER: yuan("5.00"), UNIT: yuan("7.00")})

    assert refund_shares(TO_THREE, account, yuan(amount)) == tuple((who, yuan(share)) for who, share in shares)
    assert refusal_of(lambda: refund_shares(TO_THREE, account, yuan("12.01")))[::2] == ("INSUFFICIENT_FUNDS", "12.01")


def test_prepaid_money_lies_with_its_creditor_and_never_below_zero() -> None:
    account = FeeAccount("prt_1", "est_1").with_prepaid(PROVIDER, yuan("5.00")).with_prepaid(TRUST, yuan("1.00"))

    assert account.prepaid_total == yuan("6.00")
    assert account.with_prepaid(PROVIDER, yuan("-5.00")).prepaid == {TRUST: yuan("1.00")}
    assert account.with_prepaid(PROVIDER, yuan("-4.99")).prepaid == {TRUST: yuan("1.00"), PROVIDER: yuan("0.01")}
    assert account.with_prepaid(TRUST, yuan("2.00")).prepaid == {PROVIDER: yuan("5.00"), TRUST: yuan("3.00")}
    assert refusal_of(lambda: account.with_prepaid(PROVIDER, yuan("-5.01"))) == ("INSUFFICIENT_FUNDS", (), "5.00")


@pytest.mark.parametrize(
    ("taken", "message"), [("-5.01", "5.00 is prepaid, and 5.01 would leave it"), ("-9.00", "and 9.00 would leave it")]
)
def test_who_asks_for_too_much_prepaid_money_is_told_what_there_is(taken: str, message: str) -> None:
    account = FeeAccount("prt_1", "est_1", {PROVIDER: yuan("5.00")})

    with pytest.raises(NothingToRefund, match=message):
        account.with_prepaid(PROVIDER, yuan(taken))


def test_a_cancelled_bill_is_taken_back_on_its_day() -> None:
    paid = replace(JUNE, paid=yuan("10.00"))

    assert cancel_bill(paid, on=PAID_ON) == replace(paid, standing=Standing.CANCELLED, cancelled_on=PAID_ON)


@pytest.mark.parametrize("standing", [Standing.CANCELLED, Standing.WRITTEN_OFF])
def test_a_bill_that_is_cancelled_or_written_off_is_not_cancelled(standing: Standing) -> None:
    closed = replace(JUNE, standing=standing)

    assert refusal_of(lambda: cancel_bill(closed, on=PAID_ON)) == ("STATE_CONFLICT", (), "bil_june")


def test_every_part_has_an_account_with_a_number() -> None:
    part_id = "prt_0192f0c1aaaa7bbb8cccddddeeeeffff"

    assert part_of_account(account_id(part_id)) == part_id
    assert account_id(part_id) == "fac_0192f0c1aaaa7bbb8cccddddeeeeffff"
    assert account_number(part_id) == "8CCCDDDDEEEEFFFF"


SALE = date(2026, 4, 10)


def test_what_is_prepaid_is_set_aside_when_others_owe_the_fees_but_not_what_was_paid_since() -> None:
    account = FeeAccount("prt_1", "est_1", {PROVIDER: yuan("50.00"), TRUST: yuan("7.00")})

    sold = account.with_new_debtors(SALE, kept={PROVIDER: yuan("20.00"), TRUST: yuan("9.00")})

    assert (sold.prepaid, sold.set_aside) == (
        {PROVIDER: yuan("20.00"), TRUST: yuan("7.00")},
        {PROVIDER: yuan("30.00")},
    )
    assert (sold.prepaid_total, sold.set_aside_total) == (yuan("27.00"), yuan("30.00"))


@pytest.mark.parametrize("day", [date(2026, 4, 9), SALE])
def test_the_same_sale_or_an_earlier_one_sets_nothing_aside_again(day: date) -> None:
    sold = FeeAccount("prt_1", "est_1", {PROVIDER: yuan("50.00")}).with_new_debtors(SALE, kept={})
    paid = sold.with_prepaid(PROVIDER, yuan("5.00"))

    assert paid.with_new_debtors(day, kept={}) == paid
    assert paid.with_new_debtors(date(2026, 4, 11), kept={}).set_aside == {PROVIDER: yuan("55.00")}


@pytest.mark.parametrize(("day", "purse"), [(date(2026, 4, 9), "30.00"), (SALE, "20.00"), (date(2026, 4, 11), "20.00")])
def test_a_bill_or_a_refund_of_a_day_before_the_sale_is_a_matter_of_the_seller(day: date, purse: str) -> None:
    account = FeeAccount("prt_1", "est_1", {PROVIDER: yuan("50.00")})
    sold = account.with_new_debtors(SALE, kept={PROVIDER: yuan("20.00")})
    payment = replace(PAYMENT, paid_on=day)

    assert account.purse_for(day) == {PROVIDER: yuan("50.00")}
    assert sold.purse_for(day) == {PROVIDER: yuan(purse)}
    assert refund_shares(payment, sold, yuan(purse)) == ((PROVIDER, yuan(purse)),)
    assert refusal_of(lambda: refund_shares(payment, sold, Fen(yuan(purse) + 1)))[0] == "INSUFFICIENT_FUNDS"


def test_each_purse_changes_by_itself_and_never_below_zero() -> None:
    sold = FeeAccount("prt_1", "est_1", {PROVIDER: yuan("50.00")}).with_new_debtors(
        SALE, kept={PROVIDER: yuan("20.00")}
    )

    assert sold.with_change(PROVIDER, yuan("-30.00"), of_former=True).set_aside == {}
    assert sold.with_change(PROVIDER, yuan("-20.00"), of_former=False).prepaid == {}
    for of_former in (True, False):
        refusal = refusal_of(partial(sold.with_change, PROVIDER, yuan("-30.01"), of_former=of_former))
        assert refusal[0] == "INSUFFICIENT_FUNDS"


def sold_part() -> Part:
    """Return a part that its seller sold, before the developer had handed it over to that one."""
    whole = parse_ratio("1.0000")
    return Part(
        "prt_1",
        "est_1",
        transfers={date(2020, 1, 1): (OwnerShare("own_a", whole),), SALE: (OwnerShare("own_b", whole),)},
        undelivered={date(2020, 1, 1): ("own_dev",)},
    )


@pytest.mark.parametrize(
    ("owner_id", "held_since"), [("own_a", date(2020, 1, 1)), ("own_dev", date(2020, 1, 1)), ("own_b", SALE)]
)
def test_who_owns_or_owned_the_part_or_owed_its_fees_may_be_named_as_its_payer(owner_id: str, held_since: date) -> None:
    assert checked_payer(sold_part(), owner_id) == held_since


def test_who_has_the_part_again_pays_as_its_present_owner() -> None:
    again = sold_part().with_owners((OwnerShare("own_a", parse_ratio("1.0000")),), date(2026, 5, 1))

    assert checked_payer(again, "own_a") == date(2026, 5, 1)


def test_who_never_held_the_part_is_no_payer_of_it() -> None:
    refused = refusal_of(lambda: checked_payer(sold_part(), "own_c", path=("input", "ownerId")))

    assert refused == ("PRECONDITION", ("input", "ownerId"), "own_c")


@pytest.mark.parametrize(
    ("recorded", "told", "is_same"),
    [
        (None, None, True),
        ("own_a", "own_a", True),
        ("own_a", None, True),
        (None, "own_a", False),
        ("own_b", "own_a", False),
    ],
)
def test_a_movement_that_names_another_owner_is_another_payment(
    recorded: str | None, told: str | None, is_same: bool
) -> None:
    assert replace(PAYMENT, owner_id=told).repeats(replace(PAYMENT, owner_id=recorded)) is is_same


@pytest.mark.parametrize(
    ("held_since", "purse"), [(date(2026, 4, 9), "30.00"), (SALE, "20.00"), (date(2026, 4, 11), "20.00")]
)
def test_a_payment_of_a_named_owner_goes_back_out_of_that_ones_purse(held_since: date, purse: str) -> None:
    sold = FeeAccount("prt_1", "est_1", {PROVIDER: yuan("50.00")}).with_new_debtors(
        SALE, kept={PROVIDER: yuan("20.00")}
    )

    for paid_on in (date(2026, 4, 9), date(2026, 4, 11)):
        payment = replace(PAYMENT, paid_on=paid_on, owner_id="own_a", held_since=held_since)
        assert refund_shares(payment, sold, yuan(purse)) == ((PROVIDER, yuan(purse)),)
        one_more = partial(refund_shares, payment, sold, Fen(yuan(purse) + 1))
        assert refusal_of(one_more)[0] == "INSUFFICIENT_FUNDS"


@pytest.mark.parametrize(
    ("since", "owner_ids", "sees_prepaid", "sees_aside"),
    [
        (SALE, ["own_a"], False, True),
        (SALE, ["own_b"], True, False),
        (SALE, ["own_a", "own_b"], True, True),
        (SALE, ["own_c"], False, False),
        (date(2026, 4, 9), ["own_a"], True, True),  # the day before the sale is the seller's
        (date(2026, 4, 11), ["own_b"], True, True),
        (None, ["own_a"], True, False),
    ],
)
def test_an_owner_sees_the_purses_of_the_own_days(
    since: date | None, owner_ids: list[str], sees_prepaid: bool, sees_aside: bool
) -> None:
    whole = parse_ratio("1.0000")
    part = Part("prt_1", "est_1", transfers={date(2020, 1, 1): (OwnerShare("own_a", whole),)})
    account = FeeAccount("prt_1", "est_1", {PROVIDER: Fen(2)}, {PROVIDER: Fen(1)}, since)

    seen = account.seen_by(part.with_owners((OwnerShare("own_b", whole),), SALE), owner_ids)

    assert (seen.prepaid_total, seen.set_aside_total) == (2 * sees_prepaid, 1 * sees_aside)


def test_days_held_are_those_of_the_debt_and_else_of_the_ownership() -> None:
    part = sold_part()

    assert part.held_by("own_dev") == part.held_by("own_a") == ((date(2020, 1, 1), date(2026, 4, 9)),)
    assert part.held_by("own_b") == ((SALE, None),)
    assert part.held_by("own_c") == ()
