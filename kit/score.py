"""Points from 0.00 to 100.00 as whole hundredths; on the wire a decimal text with two digits, such as "70.00"."""

from collections.abc import Sequence
from typing import NewType

from kit.exact import ExactDecimal

Score = NewType("Score", int)

MAX_SCORE = Score(100_00)

_SCORE = ExactDecimal(name="score", digits=2, example="70.00", maximum=MAX_SCORE)


def parse_score(text: object, *, path: Sequence[str] = ()) -> Score:
    """Return the hundredths of a point that a text such as "70.00" says.

    Raises ValidationFailed for any other text or type, OutOfRange above 100.00.
    """
    return Score(_SCORE.parse(text, path=path))


def format_score(score: Score) -> str:
    """Return the text with two digits, such as "70.00"."""
    return _SCORE.format(score)


def points(text: str) -> Score:
    """Return the score of a constant such as `points("70.00")`; for constants and tests."""
    return parse_score(text)
