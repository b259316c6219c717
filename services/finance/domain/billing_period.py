"""The months, quarters and years that fees are billed for, and how a monthly fee accrues day by day."""

import re
from calendar import monthrange
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from kit.clock import add_months
from kit.errors import ValidationFailed
from kit.money import Fen

_FORM = re.compile(r"([1-9][0-9]{3})(?:-(?:(0[1-9]|1[0-2])|Q([1-4])))?")
_MONTHS_OF_QUARTER = 3
_MONTHS_OF_YEAR = 12


@dataclass(frozen=True)
class BillingPeriod:
    """A calendar month, quarter or year, from its first day to its last, both included."""

    text: str
    from_: date
    to: date

    @property
    def months(self) -> tuple[str, ...]:
        """The months of the period, such as "2026-03"."""
        return months_of(self.from_, self.to)


@dataclass(frozen=True)
class MonthSlice:
    """Some days of one month: after how many of its days the slice begins, after how many it ends, and how many days
    the month has."""

    before: int
    until: int
    days: int

    @property
    def is_whole(self) -> bool:
        """Whether it is the whole month."""
        return self.before == 0 and self.until == self.days


def parse_period(text: str, *, path: Sequence[str] = ()) -> BillingPeriod:
    """Return the period that "2026-03", "2026-Q1" or "2026" names; raises ValidationFailed for any other text."""
    match = _FORM.fullmatch(text)
    if match is None:
        raise ValidationFailed(
            "a billing period is a month, a quarter or a year, such as '2026-03', '2026-Q1' or '2026'",
            path=path,
            value=text,
        )
    year, month, quarter = (None if group is None else int(group) for group in match.groups())
    assert year is not None
    if month is not None:
        first, count = date(year, month, 1), 1
    elif quarter is not None:
        first, count = date(year, (quarter - 1) * _MONTHS_OF_QUARTER + 1, 1), _MONTHS_OF_QUARTER
    else:
        first, count = date(year, 1, 1), _MONTHS_OF_YEAR
    last_month = add_months(first, count - 1)
    return BillingPeriod(text, first, last_month.replace(day=monthrange(last_month.year, last_month.month)[1]))


def months_of(from_: date, to: date) -> tuple[str, ...]:
    """Return the months that the days from `from_` to `to`, both included, lie in, such as "2026-03"."""
    count = (to.year - from_.year) * _MONTHS_OF_YEAR + to.month - from_.month + 1
    first = from_.replace(day=1)
    return tuple(add_months(first, place).isoformat()[:7] for place in range(count))


def month_slices(from_: date, to: date) -> tuple[MonthSlice, ...]:
    """Return the days from `from_` to `to`, both included, month by month."""
    slices = []
    begin = from_
    while begin <= to:
        days = monthrange(begin.year, begin.month)[1]
        last = min(to, begin.replace(day=days))
        slices.append(MonthSlice(begin.day - 1, last.day, days))
        begin = add_months(begin.replace(day=1), 1)
    return tuple(slices)


def accrued(monthly: Fen, slices: Sequence[MonthSlice]) -> Fen:
    """Return what a monthly fee comes to over the days: the month's fee in whole months, else by days.

    Within a month the fee accrues day by day, floored to the fen, and is whole on the last day. So however a month is
    split between owners or payees, the shares make the month's fee, and the remainder is that of whoever has its end.
    """
    return Fen(sum(monthly * one.until // one.days - monthly * one.before // one.days for one in slices))
