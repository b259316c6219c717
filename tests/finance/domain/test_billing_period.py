"""Months, quarters and years that fees are billed for, and how a month's fee accrues."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kit.money import Fen
from services.finance.domain.billing_period import MonthSlice, accrued, month_slices, months_of, parse_period
from tests.finance.refusals import refusal_of


@pytest.mark.parametrize(
    ("text", "from_", "to", "months"),
    [
        ("2024-02", date(2024, 2, 1), date(2024, 2, 29), ("2024-02",)),
        ("2026-12", date(2026, 12, 1), date(2026, 12, 31), ("2026-12",)),
        ("2026-Q1", date(2026, 1, 1), date(2026, 3, 31), ("2026-01", "2026-02", "2026-03")),
        ("2026-Q2", date(2026, 4, 1), date(2026, 6, 30), ("2026-04", "2026-05", "2026-06")),
        ("2026-Q4", date(2026, 10, 1), date(2026, 12, 31), ("2026-10", "2026-11", "2026-12")),
    ],
)
def test_a_period_has_its_days_and_months(text: str, from_: date, to: date, months: tuple[str, ...]) -> None:
    period = parse_period(text)

    assert (period.from_, period.to, period.months) == (from_, to, months)


def test_a_year_has_twelve_months() -> None:
    year = parse_period("2026")

    assert (year.text, year.from_, year.to) == ("2026", date(2026, 1, 1), date(2026, 12, 31))
    assert year.months == tuple(f"2026-{month:02}" for month in range(1, 13))


@pytest.mark.parametrize(
    ("from_", "to", "months"),
    [
        (date(2025, 11, 30), date(2026, 2, 1), ("2025-11", "2025-12", "2026-01", "2026-02")),
        (date(2026, 3, 31), date(2026, 3, 31), ("2026-03",)),
        (date(2026, 1, 31), date(2026, 2, 1), ("2026-01", "2026-02")),
    ],
)
def test_days_lie_in_their_months(from_: date, to: date, months: tuple[str, ...]) -> None:
    assert months_of(from_, to) == months


def test_days_are_sliced_month_by_month() -> None:
    assert month_slices(date(2026, 1, 31), date(2026, 3, 1)) == (
        MonthSlice(30, 31, 31),
        MonthSlice(0, 28, 28),
        MonthSlice(0, 1, 31),
    )
    assert month_slices(date(2026, 3, 2), date(2026, 3, 1)) == ()
    assert [one.is_whole for one in (MonthSlice(0, 28, 28), MonthSlice(0, 27, 28), MonthSlice(1, 28, 28))] == [
        True,
        False,
        False,
    ]


@pytest.mark.parametrize("text", ["", "2026-13", "2026-00", "2026-Q0", "2026-Q5", "2026-3", "0999", "2026-03-01"])
def test_anything_else_is_no_period(text: str) -> None:
    assert refusal_of(lambda: parse_period(text, path=("input", "period"))) == ("VALIDATION", ("input", "period"), text)


def test_half_a_month_is_floored_and_its_last_day_brings_the_rest() -> None:
    april = (date(2026, 4, 1), date(2026, 4, 15), date(2026, 4, 30))

    first = accrued(Fen(10_001), month_slices(april[0], april[1]))
    second = accrued(Fen(10_001), month_slices(april[1] + timedelta(days=1), april[2]))

    # 100.01 yuan × 15 ÷ 30 = 50.005, floored; the owner of the last day has the odd fen.
    assert (first, second) == (5_000, 5_001)


def test_two_whole_months_and_a_bit_come_to_twice_the_fee_and_the_bit() -> None:
    assert accrued(Fen(3_100), month_slices(date(2026, 3, 1), date(2026, 5, 10))) == 2 * 3_100 + 1_000


@given(
    monthly=st.integers(min_value=0, max_value=10**9),
    from_=st.dates(date(2023, 12, 1), date(2024, 6, 30)),
    days=st.integers(min_value=0, max_value=400),
    cuts=st.lists(st.integers(min_value=0, max_value=400), max_size=6),
)
def test_however_days_are_cut_the_pieces_make_the_whole(monthly: int, from_: date, days: int, cuts: list[int]) -> None:
    to = from_ + timedelta(days=days)
    firsts = sorted({from_, *(from_ + timedelta(days=cut) for cut in cuts if cut <= days)})
    lasts = [*(first - timedelta(days=1) for first in firsts[1:]), to]

    pieces = [accrued(Fen(monthly), month_slices(*ends)) for ends in zip(firsts, lasts, strict=True)]

    assert sum(pieces) == accrued(Fen(monthly), month_slices(from_, to))
    assert min(pieces) >= 0
