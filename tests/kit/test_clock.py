"""Business days in Asia/Shanghai and the periods of Civil Code arts. 200-203."""

from datetime import UTC, date, datetime, timedelta, timezone
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kit.clock import (
    SHANGHAI,
    FixedClock,
    Holidays,
    HolidaysNotPublished,
    SystemClock,
    TermEnd,
    add_months,
    business_date,
    end_of_days,
    end_of_term,
    load_holidays,
    term_of_days,
    term_of_months,
)
from kit.errors import OutOfRange, ValidationFailed

HOLIDAYS = load_holidays()


@pytest.mark.parametrize(
    ("instant", "day"),
    [
        (datetime(2024, 3, 9, 15, 59, 59, tzinfo=UTC), date(2024, 3, 9)),
        (datetime(2024, 3, 9, 16, 0, 0, tzinfo=UTC), date(2024, 3, 10)),  # Midnight in Shanghai.
        (datetime(2024, 3, 10, 0, 0, 0, tzinfo=SHANGHAI), date(2024, 3, 10)),
        (datetime(2024, 3, 9, 10, 0, 0, tzinfo=timezone(timedelta(hours=-6))), date(2024, 3, 10)),
    ],
)
def test_the_business_day_is_the_day_in_shanghai(instant: datetime, day: date) -> None:
    assert business_date(instant) == day


def test_an_instant_without_a_zone_is_refused() -> None:
    naive = datetime(2024, 3, 10, 12, 0, 0)  # noqa: DTZ001

    with pytest.raises(ValidationFailed):
        business_date(naive)
    with pytest.raises(ValidationFailed):
        FixedClock(naive)


def test_a_fixed_clock_stands_until_it_is_moved() -> None:
    clock = FixedClock(datetime(2024, 3, 10, 8, tzinfo=SHANGHAI))

    assert clock.now() == clock.now() == datetime(2024, 3, 10, 0, tzinfo=UTC)
    clock.advance(timedelta(days=1))
    assert business_date(clock.now()) == date(2024, 3, 11)
    clock.move_to(datetime(2020, 1, 1, tzinfo=UTC))
    assert clock.now().year == 2020


def test_the_system_clock_is_aware_and_in_utc() -> None:
    assert SystemClock().now().utcoffset() == timedelta(0)


@pytest.mark.parametrize(
    ("start", "months", "end"),
    [
        (date(2024, 1, 15), 1, date(2024, 2, 15)),
        (date(2024, 1, 31), 1, date(2024, 2, 29)),  # A leap year has February 29.
        (date(2023, 1, 31), 1, date(2023, 2, 28)),
        (date(2024, 2, 29), 12, date(2025, 2, 28)),  # No corresponding day: the last day of the month.
        (date(2024, 2, 29), 48, date(2028, 2, 29)),
        (date(2024, 2, 29), 1, date(2024, 3, 29)),  # Not March 31: the corresponding day exists.
        (date(2024, 8, 31), 1, date(2024, 9, 30)),
        (date(2024, 11, 30), 3, date(2025, 2, 28)),
        (date(2024, 12, 31), 0, date(2024, 12, 31)),
        (date(2024, 3, 31), -1, date(2024, 2, 29)),
        (date(2024, 1, 15), -13, date(2022, 12, 15)),
        (date(2100, 1, 31), 1, date(2100, 2, 28)),  # 2100 is no leap year.
        (date(2000, 1, 31), 1, date(2000, 2, 29)),
    ],
)
def test_months_lead_to_the_corresponding_day_or_the_last_one(start: date, months: int, end: date) -> None:
    assert add_months(start, months) == end


@pytest.mark.parametrize(("start", "months"), [(date(9999, 12, 1), 1), (date(1, 1, 1), -1), (date(2024, 1, 1), 10**9)])
def test_months_beyond_the_calendar_are_out_of_range(start: date, months: int) -> None:
    with pytest.raises(OutOfRange):
        add_months(start, months)


@given(st.dates(date(1900, 1, 1), date(2200, 1, 1)), st.integers(0, 600))
def test_a_period_of_months_ends_in_the_right_month_and_never_after_its_day(start: date, months: int) -> None:
    end = add_months(start, months)

    assert (end.year * 12 + end.month) - (start.year * 12 + start.month) == months
    assert end.day <= start.day
    assert end.day == start.day or (end + timedelta(days=1)).day == 1


@pytest.mark.parametrize(
    ("start", "months", "end"),
    [
        (date(2024, 6, 20), 3, date(2024, 9, 20)),  # A Friday.
        (date(2024, 1, 8), 1, date(2024, 2, 8)),  # A Thursday, the last working day before the Spring Festival.
        (date(2024, 1, 10), 1, date(2024, 2, 18)),  # In the Spring Festival; the 18th is a Sunday that is worked.
        (date(2024, 7, 1), 3, date(2024, 10, 8)),  # The National Day week.
        (date(2024, 8, 12), 2, date(2024, 10, 12)),  # A Saturday that is worked.
        (date(2024, 8, 13), 2, date(2024, 10, 14)),  # A Sunday that is free.
        (date(2025, 9, 8), 1, date(2025, 10, 9)),  # The last day of the eight holidays.
        (date(2021, 2, 28), 2, date(2021, 4, 28)),
        (date(2022, 11, 30), 1, date(2022, 12, 30)),
        (date(2022, 12, 31), 0, date(2023, 1, 3)),  # Over the turn of the year: rest until January 2.
        (date(2026, 1, 28), 1, date(2026, 2, 28)),  # A Saturday that is worked.
    ],
)
def test_a_last_day_on_a_legal_holiday_moves_to_the_next_working_day(start: date, months: int, end: date) -> None:
    assert end_of_term(start, months, HOLIDAYS) == end


@pytest.mark.parametrize(
    ("start", "days", "end"),
    [
        (date(2024, 3, 1), 15, date(2024, 3, 18)),  # The 16th is a Saturday; the first day is not counted.
        (date(2024, 3, 4), 15, date(2024, 3, 19)),
        (date(2024, 2, 28), 1, date(2024, 2, 29)),
        (date(2024, 2, 28), 2, date(2024, 3, 1)),
        (date(2024, 9, 29), 0, date(2024, 9, 29)),  # A Sunday that is worked.
    ],
)
def test_a_period_of_days_does_not_count_its_first_day(start: date, days: int, end: date) -> None:
    assert end_of_days(start, days, HOLIDAYS) == end


def test_a_term_says_what_was_counted_and_that_it_was_moved() -> None:
    assert term_of_months(date(2024, 7, 1), 3, HOLIDAYS) == TermEnd(date(2024, 10, 1), date(2024, 10, 8))
    assert term_of_months(date(2024, 7, 1), 3, HOLIDAYS).is_moved
    assert not term_of_months(date(2024, 6, 20), 3, HOLIDAYS).is_moved


def test_a_term_into_a_year_without_holiday_data_says_so_and_does_not_guess() -> None:
    end = term_of_months(date(2026, 1, 15), 24, HOLIDAYS)

    assert end == TermEnd(counted=date(2028, 1, 15), last_day=None, missing_year=2028)
    with pytest.raises(HolidaysNotPublished, match="2028") as refused:
        end_of_term(date(2026, 1, 15), 24, HOLIDAYS)
    assert refused.value.code == "PRECONDITION"
    assert refused.value.value == "2028-01-15"


def test_a_move_that_crosses_into_a_year_without_data_says_so() -> None:
    only_2022 = Holidays({2022: HOLIDAYS.years[2022]})

    # December 31, 2022 is a Saturday; what follows is decided by the notice for 2023.
    assert term_of_days(date(2022, 12, 30), 1, only_2022) == TermEnd(date(2022, 12, 31), None, 2023)
    assert term_of_days(date(2022, 12, 29), 1, only_2022) == TermEnd(date(2022, 12, 30), date(2022, 12, 30))


def test_whether_a_day_is_free_is_not_guessed_in_a_year_without_data() -> None:
    for day in (date(2020, 12, 31), date(2027, 1, 4)):
        with pytest.raises(HolidaysNotPublished):
            HOLIDAYS.is_rest_day(day)


def test_the_next_working_day_of_a_working_day_is_itself() -> None:
    assert HOLIDAYS.next_working_day(date(2024, 9, 30)) == date(2024, 9, 30)
    assert HOLIDAYS.next_working_day(date(2024, 10, 1)) == date(2024, 10, 8)


@pytest.mark.parametrize("count", [-1, 1.0, True])
def test_a_period_that_is_no_whole_number_is_refused(count: object) -> None:
    with pytest.raises(ValidationFailed):
        end_of_term(date(2024, 1, 1), count, HOLIDAYS)  # type: ignore[arg-type]
    with pytest.raises(ValidationFailed):
        end_of_days(date(2024, 1, 1), count, HOLIDAYS)  # type: ignore[arg-type]


def test_days_beyond_the_calendar_are_out_of_range() -> None:
    with pytest.raises(OutOfRange):
        term_of_days(date(2024, 1, 1), 10**7, HOLIDAYS)


@pytest.mark.parametrize(
    ("year", "rest_weekdays", "working_weekend_days"),
    [(2021, 18, 7), (2022, 18, 7), (2023, 18, 7), (2024, 19, 8), (2025, 18, 5), (2026, 19, 6)],
)
def test_each_years_notice_is_loaded_with_its_source(year: int, rest_weekdays: int, working_weekend_days: int) -> None:
    notice = HOLIDAYS.years[year]

    assert f"{year}年部分节假日安排" in notice.source
    assert len([day for day in notice.rest_days if day.weekday() < 5]) == rest_weekdays
    assert len(notice.working_weekend_days) == working_weekend_days


def test_every_year_has_as_many_statutory_days_off_as_the_measures_give() -> None:
    # Weekdays off less weekend days worked are the statutory holidays that fall outside weekends or are made up for:
    # at most the 11 days of the measures until 2024, and 13 from 2025 on.
    for year, notice in HOLIDAYS.years.items():
        net = len([day for day in notice.rest_days if day.weekday() < 5]) - len(notice.working_weekend_days)
        assert net <= (11 if year < 2025 else 13), year


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        ("[]", "one mapping 'years'"),
        ("years: {x: {source: s, rest: [], work: []}}", "year 'x'"),
        ("years: {2030: {rest: [], work: []}}", "year 2030"),
        ("years: {2030: {source: '', rest: [], work: []}}", "names its source"),
        (
            "years: {2030: {source: s, rest: [{name: 元旦, from: 2030-01-03, to: 2030-01-01}], work: []}}",
            "元旦 of 2030 runs",
        ),
        ("years: {2030: {source: s, rest: [], work: [2030-01-07]}}", "2030-01-07"),  # A Monday.
    ],
)
def test_a_holiday_file_that_is_not_well_formed_is_refused(tmp_path: Path, content: str, reason: str) -> None:
    file = tmp_path / "holidays.yaml"
    file.write_text(content, encoding="utf-8")

    with pytest.raises(ValueError, match=reason):
        load_holidays(file)
