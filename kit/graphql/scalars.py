"""The scalars of the federated schema, the same in every service.

A type writes the plain Python type and the schema shows the scalar::

    @strawberry.type
    class PerformanceDeposit:
        demanded: Fen            # Money!        "20000.00"
        basis_area: Area | None  # Area          "80012.35"
        due_on: date             # Date!         "2025-03-01"
        district: DistrictCode   # DistrictCode! "360702"

Inputs are exact: a number where a text is due, or a wrong count of digits, is refused with VALIDATION and names
the value.
"""

from collections.abc import Callable
from datetime import UTC, date, datetime
from typing import NewType, TypeVar

from graphql import GraphQLError
from strawberry.types.scalar import ScalarDefinition

from kit.area import Area, format_area, parse_area
from kit.days import iso_day
from kit.errors import Refusal, ValidationFailed
from kit.money import Fen, format_money, parse_money
from kit.ratio import Ratio, format_ratio, parse_ratio
from kit.score import Score, format_score, parse_score

T = TypeVar("T")

DistrictCode = NewType("DistrictCode", str)
"""A six-digit area code, e.g. "360702"."""

Json = NewType("Json", object)
"""Any JSON value; the schema shows the scalar JSON."""

LONGEST_TEXT = 64  # No scalar below needs more; a longer text is refused before anything parses it.


def _exact(scalar: str, example: str, parse: Callable[[str], T]) -> Callable[[object], T]:
    """Return the input parser of `scalar`: only a text that `parse` accepts, else VALIDATION naming the value."""

    def parse_value(value: object) -> T:
        try:
            if not isinstance(value, str):
                raise ValidationFailed(
                    f'{scalar} is written as a text such as "{example}", not as the number or object {value!r}',
                    value=value,
                )
            if len(value) > LONGEST_TEXT:
                raise ValidationFailed(f"{scalar} has at most {LONGEST_TEXT} characters", value=value[:LONGEST_TEXT])
            return parse(value)
        except Refusal as refusal:
            raise GraphQLError(
                refusal.message, extensions={"code": refusal.code, "value": refusal.value}, original_error=refusal
            ) from refusal

    return parse_value


def _parse_date(text: str) -> date:
    parsed = iso_day(text)
    if parsed is None:
        raise ValidationFailed(f'{text!r} is no date such as "2025-03-01"', value=text)
    return parsed


def _parse_instant(text: str) -> datetime:
    try:
        parsed = datetime.fromisoformat(text)
    except ValueError:
        raise ValidationFailed(f'{text!r} is no instant such as "2025-03-01T08:00:00Z"', value=text) from None
    if parsed.tzinfo is None or len(text) == len("2025-03-01"):
        raise ValidationFailed(f'{text!r} names no time zone, write "2025-03-01T08:00:00+08:00"', value=text)
    return parsed.astimezone(UTC)


def _format_instant(instant: datetime) -> str:
    return instant.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def _parse_district_code(text: str) -> DistrictCode:
    if len(text) != 6 or not text.isascii() or not text.isdigit():
        raise ValidationFailed(f'{text!r} is no six-digit area code such as "360702"', value=text)
    return DistrictCode(text)


def _scalar(
    name: str,
    description: str,
    *,
    serialize: Callable[..., object],
    parse_value: Callable[[object], object],
) -> ScalarDefinition:
    return ScalarDefinition(
        name=name,
        description=description,
        specified_by_url=None,
        serialize=serialize,
        parse_value=parse_value,
        parse_literal=None,
    )


SCALARS: dict[object, ScalarDefinition] = {
    Fen: _scalar(
        "Money",
        'Chinese yuan as a decimal text with exactly two digits, e.g. "20000.00"; never a number.',
        serialize=format_money,
        parse_value=_exact("Money", "20000.00", parse_money),
    ),
    Area: _scalar(
        "Area",
        'Square metres as a decimal text with exactly two digits, e.g. "80012.35".',
        serialize=format_area,
        parse_value=_exact("Area", "80012.35", parse_area),
    ),
    Ratio: _scalar(
        "Ratio",
        'A share from 0 to 1 as a decimal text with exactly four digits, e.g. "0.6667".',
        serialize=format_ratio,
        parse_value=_exact("Ratio", "0.6667", parse_ratio),
    ),
    Score: _scalar(
        "Score",
        'Points from 0 to 100 as a decimal text with exactly two digits, e.g. "87.50".',
        serialize=format_score,
        parse_value=_exact("Score", "87.50", parse_score),
    ),
    date: _scalar(
        "Date",
        'A business date in China, e.g. "2025-03-01".',
        serialize=date.isoformat,
        parse_value=_exact("Date", "2025-03-01", _parse_date),
    ),
    datetime: _scalar(
        "DateTime",
        'An instant with its time zone, answered in UTC, e.g. "2025-03-01T08:00:00.000Z".',
        serialize=_format_instant,
        parse_value=_exact("DateTime", "2025-03-01T08:00:00Z", _parse_instant),
    ),
    DistrictCode: _scalar(
        "DistrictCode",
        'A six-digit area code, e.g. "360702"; no enum, so a new district needs no new schema.',
        serialize=str,
        parse_value=_exact("DistrictCode", "360702", _parse_district_code),
    ),
    Json: _scalar(
        "JSON",
        "Any JSON value.",
        serialize=lambda value: value,
        parse_value=lambda value: value,
    ),
}
