"""Money as whole fen; on the wire a decimal text of yuan with exactly two digits, such as "20000.00".

A float never becomes money. One product is rounded half-up to the fen; a share of a fixed total is rounded down, and
the caller says who gets the remainder. Inputs, products and sums are all refused beyond 64 bits.
"""

from collections.abc import Iterable, Sequence
from typing import NewType

from kit.errors import ValidationFailed
from kit.exact import MAX_STORED, ExactDecimal, divide_half_up, require_whole

Fen = NewType("Fen", int)

MAX_FEN = Fen(MAX_STORED)
ZERO_FEN = Fen(0)

_MONEY = ExactDecimal(name="money", digits=2, example="20000.00")
_LOWEST_FEN = -MAX_STORED


def parse_money(text: object, *, path: Sequence[str] = (), allow_negative: bool = False) -> Fen:
    """Return the fen that a text such as "20000.00" says; exactly two digits, a minus sign only with `allow_negative`.

    Raises ValidationFailed for any other text or type, OutOfRange beyond 64 bits.
    """
    return Fen(_MONEY.parse(text, path=path, minimum=_LOWEST_FEN if allow_negative else 0))


def format_money(fen: Fen) -> str:
    """Return the text in yuan with two digits, such as "20000.00" or "-0.01"."""
    return _MONEY.format(fen)


def yuan(text: str) -> Fen:
    """Return the fen of a constant in yuan, such as `yuan("20000.00")` or `yuan("-1.00")`; for constants and tests."""
    return parse_money(text, allow_negative=True)


def check_fen(fen: int, *, path: Sequence[str] = ()) -> Fen:
    """Return the amount if it is a whole number of fen within 64 bits; raises ValidationFailed or OutOfRange."""
    return Fen(_MONEY.check(fen, path=path, minimum=_LOWEST_FEN))


def add_fen(*amounts: Fen) -> Fen:
    """Return the sum of the amounts, in fen; raises OutOfRange if an amount or the sum passes 64 bits."""
    return sum_fen(amounts)


def sum_fen(amounts: Iterable[Fen]) -> Fen:
    """Return the sum of the amounts, in fen, 0 of none; raises OutOfRange if one or a partial sum passes 64 bits."""
    total = ZERO_FEN
    for amount in amounts:
        total = check_fen(total + check_fen(amount))
    return total


def multiply_half_up(amount: Fen, factor: int, *, per: int = 1) -> Fen:
    """Return amount × factor ÷ per, rounded once, half-up (a half away from zero) to the fen.

    A count of households has `per=1`; an area has `per=kit.area.SCALE`, a ratio `per=kit.ratio.SCALE`, since both are
    whole numbers of their smallest unit. Raises OutOfRange if an input or the product passes 64 bits.
    """
    require_whole(factor, "a factor")
    require_whole(per, "a divisor")
    if per <= 0:
        raise ValidationFailed("the divisor of a product is positive", value=per)
    return check_fen(divide_half_up(check_fen(amount) * factor, per))


def share_floor(total_fen: Fen, part: int, whole: int) -> Fen:
    """Return total × part ÷ whole, rounded down to the fen; the remainder stays with the caller, who says whose it is.

    Raises ValidationFailed unless 0 ≤ total, 0 ≤ part ≤ whole and 0 < whole.
    """
    check_fen(total_fen)
    require_whole(part, "a share")
    require_whole(whole, "the whole of the shares")
    if total_fen < 0:
        raise ValidationFailed("a total that is shared out is not negative", value=format_money(total_fen))
    if whole <= 0 or not 0 <= part <= whole:
        raise ValidationFailed("a share lies between nothing and the whole", value=f"{part}/{whole}")
    return Fen(total_fen * part // whole)
