"""Instants, business dates in Asia/Shanghai, and the periods of the Civil Code (arts. 200-203).

Rules take `today: date` as an argument; only a door or a background task reads a clock. Holidays are dated data with
their source (`kit/data/holidays.yaml`): the State Council sets rest days and working weekend days year by year.
"""

import calendar
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any, Protocol
from zoneinfo import ZoneInfo

import yaml

from kit.errors import OutOfRange, PreconditionMissing, ValidationFailed

SHANGHAI = ZoneInfo("Asia/Shanghai")

HOLIDAYS_FILE = Path(__file__).parent / "data" / "holidays.yaml"

_SATURDAY = 5


class Clock(Protocol):
    """Where a door takes the present instant from."""

    def now(self) -> datetime:
        """Return the present instant, aware, in UTC."""


class SystemClock:
    """The machine's clock."""

    def now(self) -> datetime:
        """Return the present instant, aware, in UTC."""
        return datetime.now(UTC)


class FixedClock:
    """A clock that stands still until it is moved; for tests and for replaying a day."""

    def __init__(self, at: datetime) -> None:
        self._at = _aware_utc(at)

    def now(self) -> datetime:
        """Return the instant the clock stands at, in UTC."""
        return self._at

    def move_to(self, at: datetime) -> None:
        """Set the clock to another instant."""
        self._at = _aware_utc(at)

    def advance(self, by: timedelta) -> None:
        """Move the clock on."""
        self._at += by


def business_date(instant: datetime) -> date:
    """Return the calendar day of an aware instant in Asia/Shanghai; raises ValidationFailed for a naive one."""
    return _aware_utc(instant).astimezone(SHANGHAI).date()


def add_months(start: date, months: int) -> date:
    """Return the corresponding day so many months later; where the month has none, its last day (art. 202).

    Negative months go back. Raises OutOfRange beyond the calendar's years.
    """
    month_index = start.year * 12 + start.month - 1 + months
    year, month = divmod(month_index, 12)
    if not date.min.year <= year <= date.max.year:
        raise OutOfRange("the period leaves the calendar", value=f"{start.isoformat()} + {months} months")
    last_day = calendar.monthrange(year, month + 1)[1]
    return date(year, month + 1, min(start.day, last_day))


class HolidaysNotPublished(PreconditionMissing):
    """The holiday data has no year that the answer depends on: the State Council's notice is not loaded yet."""


@dataclass(frozen=True)
class HolidayYear:
    """One year's notice of the State Council: its number, the days of rest it names, and the working weekend days."""

    year: int
    source: str
    rest_days: frozenset[date]
    working_weekend_days: frozenset[date]


@dataclass(frozen=True)
class Holidays:
    """The legal rest days (法定休假日) of the years whose notice is known."""

    years: Mapping[int, HolidayYear]

    def is_rest_day(self, day: date) -> bool:
        """Return whether the day is a legal holiday or a free weekend day.

        Raises HolidaysNotPublished in a year without data, since a weekday may be a holiday and a weekend day may be
        a working day there.
        """
        year = self.years.get(day.year)
        if year is None:
            raise HolidaysNotPublished(f"the legal holidays of {day.year} are not loaded", value=day.isoformat())
        if day in year.rest_days:
            return True
        return day.weekday() >= _SATURDAY and day not in year.working_weekend_days

    def next_working_day(self, day: date) -> date:
        """Return the day itself if it is a working day, else the first one after it; raises HolidaysNotPublished."""
        while self.is_rest_day(day):
            day += timedelta(days=1)
        return day


@dataclass(frozen=True)
class TermEnd:
    """The last day of a period, ending at midnight in Asia/Shanghai.

    `counted` is the day that the count alone gives (arts. 201-202). `last_day` is the day after the move off a legal
    holiday (art. 203), or None when a year without holiday data is reached: then `missing_year` says which.
    """

    counted: date
    last_day: date | None
    missing_year: int | None = None

    @property
    def is_moved(self) -> bool:
        """Return whether art. 203 moved the end."""
        return self.last_day is not None and self.last_day != self.counted


def term_of_months(start: date, months: int, holidays: Holidays) -> TermEnd:
    """Return the end of a period of months or years that begins on `start`; the start day is not counted (art. 201)."""
    _require_not_negative(months, "months")
    return _move_off_holiday(add_months(start, months), holidays)


def term_of_days(start: date, days: int, holidays: Holidays) -> TermEnd:
    """Return the end of a period of days that begins on `start`; the start day is not counted (art. 201)."""
    _require_not_negative(days, "days")
    try:
        counted = start + timedelta(days=days)
    except OverflowError:
        raise OutOfRange("the period leaves the calendar", value=f"{start.isoformat()} + {days} days") from None
    return _move_off_holiday(counted, holidays)


def end_of_term(start: date, months: int, holidays: Holidays) -> date:
    """Return the last day of a period of months that begins on `start` (arts. 200-203).

    Raises HolidaysNotPublished when the holiday data lacks a year that decides it; `term_of_months` answers that case
    with a value instead.
    """
    return _known_last_day(term_of_months(start, months, holidays))


def end_of_days(start: date, days: int, holidays: Holidays) -> date:
    """Return the last day of a period of days that begins on `start` (arts. 200-203); raises HolidaysNotPublished."""
    return _known_last_day(term_of_days(start, days, holidays))


@cache
def load_holidays(path: Path = HOLIDAYS_FILE) -> Holidays:
    """Return the holidays of the data file; raises ValueError naming the entry that is not well-formed."""
    data = yaml.safe_load(path.read_text(encoding="utf-8"))
    if not isinstance(data, dict) or not isinstance(data.get("years"), dict):
        raise ValueError(f"{path}: a holiday file has one mapping 'years'")
    years = {year: _read_year(year, entry, path) for year, entry in data["years"].items()}
    # A year's notice may name rest days of the neighbouring year: 2022-12-31 belongs to the notice for 2023.
    rest_days = frozenset(day for year in years.values() for day in year.rest_days)
    working_days = frozenset(day for year in years.values() for day in year.working_weekend_days)
    return Holidays(
        {
            year: HolidayYear(
                year,
                notice.source,
                frozenset(day for day in rest_days if day.year == year),
                frozenset(day for day in working_days if day.year == year),
            )
            for year, notice in years.items()
        }
    )


def _read_year(year: object, entry: Any, path: Path) -> HolidayYear:
    if type(year) is not int or not isinstance(entry, dict) or set(entry) != {"source", "rest", "work"}:
        raise ValueError(f"{path}: year {year!r} has 'source', 'rest' and 'work'")
    if not isinstance(entry["source"], str) or not entry["source"]:
        raise ValueError(f"{path}: year {year} names its source")
    rest_days: set[date] = set()
    for holiday in entry["rest"]:
        first, last = holiday["from"], holiday["to"]
        if type(first) is not date or type(last) is not date or first > last:
            raise ValueError(f"{path}: {holiday.get('name')} of {year} runs from a day to a later or the same day")
        rest_days.update(first + timedelta(days=offset) for offset in range((last - first).days + 1))
    working_days = frozenset(entry["work"])
    for day in working_days:
        if type(day) is not date or day.weekday() < _SATURDAY or day in rest_days:
            raise ValueError(f"{path}: {day} of {year} is not a weekend day that can be worked")
    return HolidayYear(year, entry["source"], frozenset(rest_days), working_days)


def _move_off_holiday(counted: date, holidays: Holidays) -> TermEnd:
    day = counted
    while True:
        if day.year not in holidays.years:
            return TermEnd(counted, None, day.year)
        if not holidays.is_rest_day(day):
            return TermEnd(counted, day)
        day += timedelta(days=1)


def _known_last_day(end: TermEnd) -> date:
    if end.last_day is None:
        raise HolidaysNotPublished(
            f"the legal holidays of {end.missing_year} are not loaded; the count alone gives {end.counted.isoformat()}",
            value=end.counted.isoformat(),
        )
    return end.last_day


def _require_not_negative(count: int, unit: str) -> None:
    if type(count) is not int or count < 0:
        raise ValidationFailed(f"a period has a whole number of {unit}, not negative", value=count)


def _aware_utc(instant: datetime) -> datetime:
    if instant.tzinfo is None:
        raise ValidationFailed("an instant says its time zone", value=instant.isoformat())
    return instant.astimezone(UTC)
