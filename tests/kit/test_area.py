"""Areas are whole hundredths of a square metre."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kit.area import Area, format_area, parse_area, square_metres, sum_area
from kit.errors import OutOfRange, ValidationFailed


@pytest.mark.parametrize(("text", "hundredths"), [("0.00", 0), ("0.01", 1), ("89.35", 8_935), ("120.00", 12_000)])
def test_a_text_with_two_digits_is_an_area(text: str, hundredths: int) -> None:
    assert parse_area(text) == hundredths
    assert format_area(Area(hundredths)) == text


@pytest.mark.parametrize("text", ["89.3", "89.350", "89", "-0.01", "-89.35", "-0.00", "NaN", "089.35", "89,35", ""])
def test_any_other_text_is_refused(text: str) -> None:
    with pytest.raises(ValidationFailed) as refused:
        parse_area(text, path=("area",))

    assert (refused.value.path, refused.value.value) == (("area",), text)


@pytest.mark.parametrize("value", [89.35, math.nan, True, 89, None])
def test_what_is_no_text_is_refused(value: object) -> None:
    with pytest.raises(ValidationFailed):
        parse_area(value)


def test_an_area_beyond_64_bits_is_out_of_range() -> None:
    assert parse_area("92233720368547758.07") == 2**63 - 1
    with pytest.raises(OutOfRange):
        parse_area("92233720368547758.08")


def test_areas_are_summed_within_64_bits() -> None:
    assert sum_area([]) == 0
    assert sum_area([square_metres("60.50"), square_metres("39.50")]) == square_metres("100.00")
    with pytest.raises(OutOfRange):
        sum_area([Area(2**63 - 1), Area(1)])


@pytest.mark.parametrize(("summand", "refusal"), [(-1, OutOfRange), (True, ValidationFailed), (1.0, ValidationFailed)])
def test_a_summand_that_is_no_area_is_refused(summand: object, refusal: type[Exception]) -> None:
    with pytest.raises(refusal):
        sum_area([Area(5), summand])  # type: ignore[list-item]


@given(st.integers(min_value=0, max_value=2**63 - 1))
def test_text_and_hundredths_are_one_to_one(hundredths: int) -> None:
    assert parse_area(format_area(Area(hundredths))) == hundredths
