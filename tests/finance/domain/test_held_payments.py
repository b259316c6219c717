"""Single payments against the postings of custody accounts: what agrees, and every difference both ways."""

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from kit.money import Fen
from services.finance.domain.held_payments import HeldDifference, HeldPayment, held_differences
from services.finance.domain.reconciliation import Movement

DAY = date(2026, 3, 1)
FEES = "custody-holds:cus_1:FEES:est_1"
PURSE = "custody-holds:cus_1:PUBLIC_REVENUE:est_1:PROJECT_SERVICE"
PAID = HeldPayment("fpy_1", FEES, "F-1", DAY, Fen(10_000))
SPENT = HeldPayment("fsp_1", FEES, "S-1", DAY, Fen(-4_000))
PAID_IN = Movement("pst_1", "custody-money:cus_1:F-1", DAY, Fen(10_000))
SPENT_OUT = Movement("pst_2", "custody-money:cus_1:S-1", DAY, Fen(-4_000))


def told(
    payments: list[HeldPayment], movements: dict[str, list[Movement]], *, openings: frozenset[str] = frozenset()
) -> list[tuple[str, str]]:
    return [(one.kind, one.source) for one in held_differences(payments, movements, openings=openings)]


def test_payments_and_postings_that_agree_are_not_told() -> None:
    assert told([PAID, SPENT], {FEES: [SPENT_OUT, PAID_IN], PURSE: []}) == []
    assert told([], {}) == []


@pytest.mark.parametrize(
    "change",
    [
        {"amount": Fen(10_001)},
        {"amount": Fen(9_999)},
        {"amount": Fen(-10_000)},
        {"day": date(2026, 3, 2)},
        {"bank_ref": "F-2"},
        {"held_id": PURSE},
    ],
)
def test_a_payment_that_says_anything_else_than_its_posting_is_told_both_ways(change: dict[str, Any]) -> None:
    assert told([replace(PAID, **change), SPENT], {FEES: [PAID_IN, SPENT_OUT]}) == [
        ("POSTING_WITHOUT_PAYMENT", "pst_1"),
        ("PAYMENT_NOT_POSTED", "fpy_1"),
    ]


def test_two_wrongs_that_make_the_same_sum_are_both_told() -> None:
    wrong = [replace(PAID, amount=Fen(9_999)), replace(SPENT, amount=Fen(-3_999))]

    assert len(told(wrong, {FEES: [PAID_IN, SPENT_OUT]})) == 4


def test_a_difference_says_how_much_of_which_day_is_missing_where() -> None:
    assert held_differences([PAID], {FEES: [SPENT_OUT]}, openings=()) == [
        HeldDifference("POSTING_WITHOUT_PAYMENT", "pst_2", f"-40.00 of 2026-03-01 in {FEES} is of no payment"),
        HeldDifference("PAYMENT_NOT_POSTED", "fpy_1", f"100.00 of 2026-03-01 under F-1 is not posted in {FEES}"),
    ]


def test_a_payment_that_is_recorded_twice_is_posted_once() -> None:
    assert told([PAID, replace(PAID, source="fpy_2")], {FEES: [PAID_IN]}) == [("PAYMENT_NOT_POSTED", "fpy_1")]


def test_a_reference_of_the_bank_may_have_colons_and_stand_for_an_income_recorded_again() -> None:
    colons = replace(PAID, bank_ref="HD:7:1")
    again = HeldPayment("rev_2", PURSE, "R-1", DAY, Fen(500))

    assert (
        told(
            [colons, again],
            {
                FEES: [replace(PAID_IN, key="custody-money:cus_1:HD:7:1")],
                PURSE: [Movement("pst_3", "custody-money:cus_1:again-1:R-1", DAY, Fen(500))],
            },
        )
        == []
    )


def test_what_was_taken_back_in_its_account_counts_neither_way() -> None:
    taken_back = Movement("pst_9", "reversal:pst_1", DAY, Fen(-10_000), reverses="pst_1")

    assert told([], {FEES: [PAID_IN, taken_back]}) == []
    assert told([PAID], {FEES: [PAID_IN, taken_back]}) == [("PAYMENT_NOT_POSTED", "fpy_1")]
    # A reversal of what stands in no account here is a posting like any other.
    assert told([], {FEES: [replace(taken_back, reverses="pst_0")]}) == [("POSTING_WITHOUT_PAYMENT", "pst_9")]


def test_what_an_estate_began_with_is_of_its_opening() -> None:
    begun = Movement("pst_5", "opening:cut_1:3", DAY, Fen(3_000))

    assert told([], {FEES: [begun]}, openings=frozenset({"pst_5"})) == []
    assert told([], {FEES: [begun]}) == [("POSTING_WITHOUT_PAYMENT", "pst_5")]
    # A payment is not covered by an opening of the same amount.
    assert told([PAID], {FEES: [replace(begun, amount=Fen(10_000))]}, openings=frozenset({"pst_5"})) == [
        ("PAYMENT_NOT_POSTED", "fpy_1")
    ]
