"""Exact decimal numbers kept as whole numbers of their smallest unit; what money, area, ratio and score are made of."""

from collections.abc import Sequence
from dataclasses import dataclass

from kit.errors import OutOfRange, ValidationFailed

MAX_STORED = 2**63 - 1
"""The largest whole number that the store keeps exactly (64 bits, signed)."""

# An integer of 64 bits has at most 19 digits; a longer text is refused before it is converted.
_MAX_WHOLE_DIGITS = 19


@dataclass(frozen=True)
class ExactDecimal:
    """One kind of exact number: its name for messages, its fraction digits, its inclusive bounds in smallest units."""

    name: str
    digits: int
    example: str
    minimum: int = 0
    maximum: int = MAX_STORED

    @property
    def scale(self) -> int:
        """Return how many smallest units make one."""
        scale: int = 10**self.digits
        return scale

    def parse(self, text: object, *, path: Sequence[str] = (), minimum: int | None = None) -> int:
        """Return the number of smallest units that a decimal text says.

        Raises ValidationFailed for anything but a text with exactly the fraction digits of this kind, without plus
        sign, spaces, exponent or leading zeros; and for a sign below zero where this kind has none.
        Raises OutOfRange beyond the bounds.
        """
        lowest = self.minimum if minimum is None else minimum
        if not isinstance(text, str):
            raise ValidationFailed(
                f"{self.name} is a decimal text such as {self.example!r}, not {type(text).__name__}",
                path=path,
                value=text,
            )
        unsigned = text.removeprefix("-")
        is_negative = len(unsigned) < len(text)
        whole, point, fraction = unsigned.partition(".")
        if not (
            point
            and _is_ascii_digits(whole)
            and _is_ascii_digits(fraction)
            and len(fraction) == self.digits
            and (whole == "0" or not whole.startswith("0"))
        ):
            raise ValidationFailed(
                f"{self.name} has exactly {self.digits} digits after the point, such as {self.example!r}",
                path=path,
                value=text,
            )
        if len(whole) > _MAX_WHOLE_DIGITS:
            raise OutOfRange(f"{self.name} is too large to be kept exactly", path=path, value=text)
        units = int(whole) * self.scale + int(fraction)
        if is_negative:
            if units == 0:
                raise ValidationFailed(f"{self.name} zero has no sign", path=path, value=text)
            if lowest >= 0:
                raise ValidationFailed(f"{self.name} is not negative", path=path, value=text)
            units = -units
        return self.check(units, path=path, minimum=minimum)

    def format(self, units: int) -> str:
        """Return the decimal text of a number of smallest units."""
        require_whole(units, self.name)
        whole, fraction = divmod(abs(units), self.scale)
        return f"{'-' if units < 0 else ''}{whole}.{fraction:0{self.digits}d}"

    def check(self, units: int, *, path: Sequence[str] = (), minimum: int | None = None) -> int:
        """Return the units unchanged; raises ValidationFailed if not a whole number, OutOfRange beyond the bounds."""
        require_whole(units, self.name)
        lowest = self.minimum if minimum is None else minimum
        if not lowest <= units <= self.maximum:
            raise OutOfRange(
                f"{self.name} lies between {self.format(lowest)} and {self.format(self.maximum)}",
                path=path,
                value=self.format(units) if abs(units) <= 10 * MAX_STORED else "a number of more than 64 bits",
            )
        return units


def require_whole(units: object, name: str) -> None:
    """Raise ValidationFailed unless the value is an `int`; a bool, a float and NaN are not."""
    if type(units) is not int:
        raise ValidationFailed(f"{name} is counted in whole units, not in {type(units).__name__}", value=units)


def divide_half_up(dividend: int, divisor: int) -> int:
    """Return the quotient rounded to the nearest whole number, a half away from zero; the divisor is positive."""
    if divisor <= 0:
        raise ValueError("the divisor is positive")
    quotient, remainder = divmod(abs(dividend), divisor)
    if 2 * remainder >= divisor:
        quotient += 1
    return -quotient if dividend < 0 else quotient


def _is_ascii_digits(text: str) -> bool:
    return text.isascii() and text.isdigit()
