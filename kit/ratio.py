"""Ratios from 0 to 1 as whole ten-thousandths; on the wire a decimal text with four digits, such as "0.2000".

A comparison against a bound is made between integers, so that 19.99 % stays below 20 % however large the numbers are.
"""

from collections.abc import Sequence
from fractions import Fraction
from typing import NewType

from kit.errors import ValidationFailed
from kit.exact import ExactDecimal, divide_half_up, require_whole

Ratio = NewType("Ratio", int)

SCALE = 10_000
"""Ten-thousandths in one; the `per` of a ratio in `kit.money.multiply_half_up`."""

ONE = Ratio(SCALE)

_RATIO = ExactDecimal(name="ratio", digits=4, example="0.2000", maximum=SCALE)


def parse_ratio(text: object, *, path: Sequence[str] = ()) -> Ratio:
    """Return the ten-thousandths that a text such as "0.2000" says; from 0.0000 to 1.0000.

    Raises ValidationFailed for any other text or type, OutOfRange above one.
    """
    return Ratio(_RATIO.parse(text, path=path))


def format_ratio(ratio: Ratio) -> str:
    """Return the text with four digits, such as "0.2000"."""
    return _RATIO.format(ratio)


def as_fraction(ratio: Ratio) -> Fraction:
    """Return the exact fraction of a ratio."""
    return Fraction(_RATIO.check(ratio), SCALE)


def ratio_half_up(part: int, whole: int) -> Ratio:
    """Return part ÷ whole rounded half-up to four digits, for showing; compare against a bound with `at_least`."""
    _require_part_of_whole(part, whole)
    return Ratio(divide_half_up(part * SCALE, whole))


def at_least(part: int, whole: int, ratio: Ratio) -> bool:
    """Return whether part ÷ whole ≥ ratio, decided between integers, the bound included (以上)."""
    _require_part_of_whole(part, whole)
    return part * SCALE >= _RATIO.check(ratio) * whole


def more_than(part: int, whole: int, ratio: Ratio) -> bool:
    """Return whether part ÷ whole > ratio, decided between integers, the bound not included (超过)."""
    _require_part_of_whole(part, whole)
    return part * SCALE > _RATIO.check(ratio) * whole


def _require_part_of_whole(part: int, whole: int) -> None:
    require_whole(part, "a part")
    require_whole(whole, "a whole")
    if whole <= 0 or not 0 <= part <= whole:
        raise ValidationFailed(
            "a part lies between nothing and the whole, and the whole is positive", value=f"{part}/{whole}"
        )
