"""Scores are whole hundredths of a point between 0.00 and 100.00."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kit.errors import OutOfRange, ValidationFailed
from kit.score import Score, format_score, parse_score, points


@pytest.mark.rule("ZG-14")
@pytest.mark.parametrize(("text", "hundredths"), [("0.00", 0), ("70.00", 7_000), ("70.01", 7_001), ("100.00", 10_000)])
def test_a_text_with_two_digits_is_a_score(text: str, hundredths: int) -> None:
    assert parse_score(text) == hundredths
    assert format_score(Score(hundredths)) == text
    assert points(text) == hundredths


@pytest.mark.rule("ZG-14")
@pytest.mark.parametrize("text", ["100.01", "101.00", "9999999999999999999999.00"])
def test_a_score_above_one_hundred_is_out_of_range(text: str) -> None:
    with pytest.raises(OutOfRange):
        parse_score(text)


@pytest.mark.parametrize("text", ["70", "70.0", "70.000", "-0.01", "-70.00", "A", "NaN", ""])
def test_any_other_text_is_refused(text: str) -> None:
    with pytest.raises(ValidationFailed):
        parse_score(text)


@pytest.mark.parametrize("value", [70.0, 70, True, math.nan, None])
def test_what_is_no_text_is_refused(value: object) -> None:
    with pytest.raises(ValidationFailed):
        parse_score(value)


@given(st.integers(0, 10_000))
def test_text_and_hundredths_are_one_to_one(hundredths: int) -> None:
    assert parse_score(format_score(Score(hundredths))) == hundredths
