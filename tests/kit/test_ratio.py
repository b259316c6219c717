"""Ratios are whole ten-thousandths; bounds are decided between integers."""

import math
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kit.errors import OutOfRange, ValidationFailed
from kit.ratio import Ratio, as_fraction, at_least, format_ratio, more_than, parse_ratio, ratio_half_up

TWENTY_PERCENT = parse_ratio("0.2000")


@pytest.mark.parametrize(("text", "units"), [("0.0000", 0), ("0.0001", 1), ("0.2000", 2_000), ("1.0000", 10_000)])
def test_a_text_with_four_digits_is_a_ratio(text: str, units: int) -> None:
    assert parse_ratio(text) == units
    assert format_ratio(Ratio(units)) == text


@pytest.mark.parametrize("text", ["0.2", "0.20000", "20%", "-0.2000", ".2000", "1", "NaN", "00.2000"])
def test_any_other_text_is_refused(text: str) -> None:
    with pytest.raises(ValidationFailed):
        parse_ratio(text)


@pytest.mark.parametrize("value", [0.2, math.nan, True, 1, None])
def test_what_is_no_text_is_refused(value: object) -> None:
    with pytest.raises(ValidationFailed):
        parse_ratio(value)


def test_a_ratio_above_one_is_out_of_range() -> None:
    with pytest.raises(OutOfRange):
        parse_ratio("1.0001")


@pytest.mark.rule("XY-15")
@pytest.mark.parametrize(("overdue", "reached"), [(1_999, False), (2_000, True), (2_001, True)])
def test_the_bound_of_at_least_is_included(overdue: int, reached: bool) -> None:
    assert at_least(overdue, 10_000, TWENTY_PERCENT) is reached


@pytest.mark.parametrize(("part", "above"), [(1_999, False), (2_000, False), (2_001, True)])
def test_the_bound_of_more_than_is_not_included(part: int, above: bool) -> None:
    assert more_than(part, 10_000, TWENTY_PERCENT) is above


def test_a_ratio_just_below_the_bound_is_not_rounded_up_to_it() -> None:
    whole = 10**17
    part = whole // 5 - 1

    assert ratio_half_up(part, whole) == TWENTY_PERCENT
    assert not at_least(part, whole, TWENTY_PERCENT)


@pytest.mark.parametrize(("part", "whole"), [(1, 0), (0, 0), (-1, 10), (11, 10), (1, -10)])
def test_a_part_outside_the_whole_is_refused(part: int, whole: int) -> None:
    for compare in (at_least, more_than):
        with pytest.raises(ValidationFailed):
            compare(part, whole, TWENTY_PERCENT)
    with pytest.raises(ValidationFailed):
        ratio_half_up(part, whole)


@pytest.mark.parametrize("value", [0.2, True, math.nan])
def test_a_float_or_a_bool_is_no_part(value: object) -> None:
    with pytest.raises(ValidationFailed):
        at_least(value, 10, TWENTY_PERCENT)  # type: ignore[arg-type]


@pytest.mark.parametrize(("part", "whole", "shown"), [(1, 3, "0.3333"), (2, 3, "0.6667"), (1, 20_000, "0.0001")])
def test_a_shown_ratio_is_rounded_half_up(part: int, whole: int, shown: str) -> None:
    assert format_ratio(ratio_half_up(part, whole)) == shown


@given(st.integers(0, 10**18), st.integers(1, 10**18), st.integers(0, 10_000))
def test_comparisons_agree_with_exact_fractions(part: int, whole: int, units: int) -> None:
    part = min(part, whole)

    assert at_least(part, whole, Ratio(units)) == (Fraction(part, whole) >= as_fraction(Ratio(units)))
    assert more_than(part, whole, Ratio(units)) == (Fraction(part, whole) > as_fraction(Ratio(units)))
