"""Floor area as whole hundredths of a square metre; on the wire a decimal text with two digits, such as "89.35"."""

from collections.abc import Iterable, Sequence
from typing import NewType

from kit.exact import ExactDecimal

Area = NewType("Area", int)

SCALE = 100
"""Hundredths in one square metre; the `per` of a price per square metre in `kit.money.multiply_half_up`."""

_AREA = ExactDecimal(name="area", digits=2, example="89.35")


def parse_area(text: object, *, path: Sequence[str] = ()) -> Area:
    """Return the hundredths of m² that a text such as "89.35" says; zero is an area, a negative one is not.

    Raises ValidationFailed for any other text or type, OutOfRange beyond 64 bits.
    """
    return Area(_AREA.parse(text, path=path))


def format_area(area: Area) -> str:
    """Return the text in m² with two digits, such as "89.35"."""
    return _AREA.format(area)


def square_metres(text: str) -> Area:
    """Return the area of a constant such as `square_metres("89.35")`; for constants and tests."""
    return parse_area(text)


def sum_area(areas: Iterable[Area]) -> Area:
    """Return the sum of the areas, 0 of none; raises OutOfRange if an area or a partial sum passes 64 bits."""
    total = Area(0)
    for area in areas:
        total = Area(_AREA.check(total + _AREA.check(area)))
    return total
