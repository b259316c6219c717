"""Money is whole fen: exact text in, exact text out, one visible rounding, and no way for a float to come in."""

import math
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kit.area import SCALE as AREA_SCALE
from kit.area import square_metres
from kit.errors import OutOfRange, Refusal, ValidationFailed
from kit.money import (
    MAX_FEN,
    Fen,
    add_fen,
    check_fen,
    format_money,
    multiply_half_up,
    parse_money,
    share_floor,
    sum_fen,
    yuan,
)
from kit.ratio import SCALE as RATIO_SCALE
from kit.ratio import parse_ratio

LARGEST_TEXT = "92233720368547758.07"


@pytest.mark.parametrize(
    ("text", "fen"),
    [("0.00", 0), ("0.01", 1), ("1.00", 100), ("20000.00", 2_000_000), (LARGEST_TEXT, 2**63 - 1)],
)
def test_a_text_with_two_digits_is_money(text: str, fen: int) -> None:
    assert parse_money(text) == fen
    assert format_money(Fen(fen)) == text


@pytest.mark.parametrize(
    "text",
    [
        "",
        "1",
        "1.",
        "1.0",
        "1.000",
        ".10",
        "01.00",
        "00.10",
        "+1.00",
        " 1.00",
        "1.00 ",
        "1.00\n",
        "1,000.00",
        "1e3",
        "1.0e",
        "NaN",
        "nan",
        "Infinity",
        "-inf",
        "0x1.00",
        "１.00",
        "1.٠٠",
        "1_000.00",
        "--1.00",
        "1.-1",
        "1.00.00",
        "一元",
    ],
)
def test_any_other_text_is_refused(text: str) -> None:
    with pytest.raises(ValidationFailed) as refused:
        parse_money(text, path=("input", "amount"))

    assert refused.value.code == "VALIDATION"
    assert refused.value.path == ("input", "amount")
    assert refused.value.value == text


@pytest.mark.parametrize("value", [1.5, math.nan, math.inf, True, False, 1, None, b"1.00", Decimal("1.00"), ["1.00"]])
def test_what_is_no_text_is_refused(value: object) -> None:
    with pytest.raises(ValidationFailed):
        parse_money(value)


def test_a_sign_is_refused_unless_it_is_allowed() -> None:
    with pytest.raises(ValidationFailed, match="not negative"):
        parse_money("-0.01")

    assert parse_money("-0.01", allow_negative=True) == -1
    assert format_money(Fen(-1)) == "-0.01"
    assert format_money(Fen(-100)) == "-1.00"


def test_minus_zero_is_refused_even_where_a_sign_is_allowed() -> None:
    with pytest.raises(ValidationFailed, match="zero has no sign"):
        parse_money("-0.00", allow_negative=True)


@pytest.mark.parametrize("text", ["92233720368547758.08", "99999999999999999999.00", "1" * 5_000 + ".00"])
def test_an_amount_beyond_64_bits_is_out_of_range(text: str) -> None:
    with pytest.raises(OutOfRange):
        parse_money(text)


@pytest.mark.parametrize("digits", [17, 18, 19, 20, 5_000])
def test_a_negative_amount_beyond_64_bits_is_out_of_range(digits: int) -> None:
    with pytest.raises(OutOfRange):
        parse_money(f"-{'9' * digits}.00", allow_negative=True)


def test_the_smallest_amount_is_the_negative_of_the_largest() -> None:
    assert parse_money(f"-{LARGEST_TEXT}", allow_negative=True) == -MAX_FEN
    with pytest.raises(OutOfRange):
        parse_money("-92233720368547758.08", allow_negative=True)


@given(st.integers(min_value=-(2**63 - 1), max_value=2**63 - 1))
def test_text_and_fen_are_one_to_one(fen: int) -> None:
    assert parse_money(format_money(Fen(fen)), allow_negative=True) == fen


@given(st.text(max_size=30))
def test_no_text_brings_anything_but_money_or_a_refusal(text: str) -> None:
    try:
        fen = parse_money(text, allow_negative=True)
    except Refusal:
        return
    assert format_money(fen) == text


@pytest.mark.parametrize("value", [1.0, True, math.nan, "1.00", None])
def test_an_amount_that_is_no_int_is_refused_everywhere(value: object) -> None:
    amount: Fen = value  # type: ignore[assignment]
    for use in (
        lambda: format_money(amount),
        lambda: check_fen(amount),
        lambda: add_fen(Fen(1), amount),
        lambda: sum_fen([amount]),
        lambda: multiply_half_up(amount, 2),
        lambda: multiply_half_up(Fen(2), amount),
        lambda: multiply_half_up(Fen(2), 2, per=amount),
        lambda: share_floor(amount, 1, 2),
        lambda: share_floor(Fen(1), amount, 2),
        lambda: share_floor(Fen(1), 1, amount),
    ):
        with pytest.raises(ValidationFailed):
            use()


def test_a_sum_up_to_64_bits_stands_and_one_fen_more_is_refused() -> None:
    assert add_fen(Fen(MAX_FEN - 1), Fen(1)) == MAX_FEN
    assert sum_fen([]) == 0
    with pytest.raises(OutOfRange):
        add_fen(MAX_FEN, Fen(1))
    with pytest.raises(OutOfRange):
        add_fen(Fen(-MAX_FEN), Fen(-1))


def test_a_partial_sum_that_overflows_is_refused_though_the_whole_sum_would_fit() -> None:
    with pytest.raises(OutOfRange):
        sum_fen([MAX_FEN, Fen(1), Fen(-1)])


def test_a_summand_that_overflows_is_refused() -> None:
    with pytest.raises(OutOfRange):
        sum_fen([Fen(-1), Fen(MAX_FEN + 1)])


@pytest.mark.parametrize(
    ("amount", "factor", "per", "product"),
    [
        (1, 49, 100, 0),  # 0.49 fen
        (1, 50, 100, 1),  # 0.50 fen: half up
        (1, 149, 100, 1),
        (1, 150, 100, 2),
        (-1, 49, 100, 0),
        (-1, 50, 100, -1),  # a half away from zero, so that a reversal is the exact negative
        (3, 7, 1, 21),
        (0, 10**12, 1, 0),
    ],
)
def test_a_product_is_rounded_once_and_half_up(amount: int, factor: int, per: int, product: int) -> None:
    assert multiply_half_up(Fen(amount), factor, per=per) == product


@pytest.mark.parametrize(
    ("rate", "area", "expected"),
    [
        ("0.20", "83456.78", "16691.36"),  # 16,691.356
        ("55.00", "63.55", "3495.25"),
        ("1.00", "56789.50", "56789.50"),
        ("75.00", "80.00", "6000.00"),
    ],
)
def test_a_price_per_square_metre_times_an_area(rate: str, area: str, expected: str) -> None:
    assert multiply_half_up(yuan(rate), square_metres(area), per=AREA_SCALE) == yuan(expected)


def test_an_amount_times_a_ratio() -> None:
    assert multiply_half_up(yuan("100.01"), parse_ratio("0.5000"), per=RATIO_SCALE) == yuan("50.01")  # 50.005


def test_a_product_up_to_64_bits_stands_and_beyond_is_refused() -> None:
    assert multiply_half_up(MAX_FEN, 1) == MAX_FEN
    assert multiply_half_up(MAX_FEN, 100, per=100) == MAX_FEN
    with pytest.raises(OutOfRange):
        multiply_half_up(MAX_FEN, 2)
    with pytest.raises(OutOfRange):
        multiply_half_up(Fen(2**32), 2**31)


@pytest.mark.parametrize("per", [0, -1])
def test_a_divisor_that_is_not_positive_is_refused(per: int) -> None:
    with pytest.raises(ValidationFailed):
        multiply_half_up(Fen(1), 1, per=per)


@given(st.integers(-(10**12), 10**12), st.integers(0, 10**6), st.sampled_from([1, 3, 100, 10_000]))
def test_a_product_is_never_further_than_half_a_fen_from_the_exact_one(amount: int, factor: int, per: int) -> None:
    exact = Fraction(amount * factor, per)

    rounded = multiply_half_up(Fen(amount), factor, per=per)

    assert abs(exact - rounded) <= Fraction(1, 2)
    assert multiply_half_up(Fen(-amount), factor, per=per) == -rounded


@pytest.mark.rule("DH-42")
def test_the_halves_of_an_odd_total_leave_one_fen() -> None:
    assert share_floor(Fen(101), 1, 2) == 50


@pytest.mark.rule("ZG-36")
@pytest.mark.parametrize(("area", "share"), [(10_000, "35714.28"), (5_000, "17857.14"), (1_000, "3571.42")])
def test_a_share_of_the_pool_is_rounded_down(area: int, share: str) -> None:
    assert share_floor(yuan("1000000.00"), area, 280_000) == yuan(share)


@pytest.mark.parametrize(("part", "whole"), [(-1, 2), (3, 2), (1, 0), (1, -1), (0, 0)])
def test_a_share_outside_the_whole_is_refused(part: int, whole: int) -> None:
    with pytest.raises(ValidationFailed):
        share_floor(Fen(100), part, whole)


def test_the_whole_and_nothing_are_shares() -> None:
    assert share_floor(MAX_FEN, 7, 7) == MAX_FEN
    assert share_floor(MAX_FEN, 0, 7) == 0


def test_a_negative_total_is_not_shared_out() -> None:
    with pytest.raises(ValidationFailed):
        share_floor(Fen(-1), 1, 2)


@given(st.integers(0, 10**15), st.lists(st.integers(1, 10**9), min_size=1, max_size=20))
def test_shares_never_sum_to_more_than_the_total_and_leave_less_than_a_fen_each(total: int, parts: list[int]) -> None:
    shares = [share_floor(Fen(total), part, sum(parts)) for part in parts]

    assert 0 <= total - sum(shares) < len(parts)
