"""Income that was recorded wrongly is taken back once, as long as its purse holds it."""

from dataclasses import replace
from datetime import date

import pytest

from kit.money import Fen, yuan
from services.finance.domain.public_revenue import PublicRevenue, RevenueHolder, TakenBack
from services.finance.domain.revenue_reversal import reference_again, standing, take_back
from tests.finance.refusals import refusal_of
from tests.finance.revenues import an_income_of_lifts

TODAY = date(2026, 3, 5)
BACK = TakenBack(TODAY, "重复登记")


def taken_back(revenue: PublicRevenue, *, balance: str = "70.00", held: str = "0.00") -> PublicRevenue:
    return take_back(
        revenue,
        on=TODAY,
        reason="重复登记",
        balance=yuan(balance),
        held=yuan(held),
        path=("input", "revenueId"),
    )


def test_an_income_that_is_taken_back_keeps_everything_but_its_standing() -> None:
    revenue = an_income_of_lifts()

    assert taken_back(revenue) == replace(revenue, taken_back=BACK)
    assert standing([revenue, taken_back(replace(revenue, id="rev_2"))]) == [revenue]


@pytest.mark.rule("DH-44")
@pytest.mark.parametrize(
    ("balance", "held", "code"),
    [
        ("70.00", "0.00", None),
        ("69.99", "0.00", "INSUFFICIENT_FUNDS"),
        ("100.00", "30.00", None),
        ("100.00", "30.01", "INSUFFICIENT_FUNDS"),
        ("0.00", "30.00", "INSUFFICIENT_FUNDS"),
    ],
)
def test_what_was_spent_or_is_held_for_others_is_not_taken_back(balance: str, held: str, code: str | None) -> None:
    revenue = an_income_of_lifts()
    if code is None:
        assert taken_back(revenue, balance=balance, held=held).taken_back == BACK
        return
    expected = (code, ("input", "revenueId"), "70.00")
    assert refusal_of(lambda: taken_back(revenue, balance=balance, held=held)) == expected


@pytest.mark.parametrize(("held", "is_left"), [("70.00", True), ("100.00", True), ("100.01", False)])
def test_an_income_that_is_held_back_itself_is_not_held_for_others(held: str, is_left: bool) -> None:
    revenue = an_income_of_lifts(is_held=True)
    if is_left:
        assert taken_back(revenue, balance="100.00", held=held).is_held is False
        return
    refused = refusal_of(lambda: taken_back(revenue, balance="100.00", held=held))
    assert refused == ("INSUFFICIENT_FUNDS", ("input", "revenueId"), "70.00")


def test_an_income_of_the_trust_fund_lies_in_no_purse() -> None:
    revenue = an_income_of_lifts(holder=RevenueHolder.TRUST_FUND)

    assert taken_back(revenue, balance="0.00").taken_back == BACK


def test_an_income_without_a_net_needs_nothing_of_the_purse() -> None:
    revenue = an_income_of_lifts(cost=yuan("100.00"), net=Fen(0))

    assert taken_back(revenue, balance="0.00", held="5.00").taken_back == BACK


def test_an_income_is_taken_back_once() -> None:
    back = taken_back(an_income_of_lifts())

    assert refusal_of(lambda: taken_back(back)) == ("STATE_CONFLICT", ("input", "revenueId"), "rev_1")


@pytest.mark.parametrize(("times", "expected"), [(0, "B-1"), (1, "again-1:B-1"), (2, "again-2:B-1")])
def test_a_reference_that_is_recorded_again_keeps_its_end(times: int, expected: str) -> None:
    assert reference_again("B-1", times=times) == expected
