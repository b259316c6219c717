"""The bank's interest on a fund is shared by daily balances, to the fen (Decree 165, art. 27)."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kit.explanation import ExplainedValue, Explanation
from kit.money import Fen
from services.finance.domain.maintenance_interest import (
    InterestShares,
    Movement,
    check_interest_day,
    explain_interest,
    fen_days,
    share_interest,
)
from tests.finance.refusals import refusal_of

fen = st.integers(0, 10**9).map(Fen)

SINCE = date(2024, 1, 1)
UNTIL = date(2024, 1, 11)


def test_interest_follows_the_daily_balances() -> None:
    weights = fen_days(
        [
            Movement("a", date(2023, 5, 1), Fen(100)),  # All ten days.
            Movement("b", date(2024, 1, 6), Fen(300)),  # Five days.
            Movement("b", date(2024, 1, 9), Fen(-100)),  # The last two less.
            Movement("pool", date(2024, 1, 10), Fen(700)),  # One day.
            Movement("a", date(2024, 1, 11), Fen(900)),  # Too late.
            Movement("c", date(2024, 1, 11), Fen(900)),
        ],
        since=SINCE,
        until=UNTIL,
    )
    assert weights == {"a": 1000, "b": 1300, "pool": 700}

    shares = share_interest(Fen(100), weights, pool_account_id="pool")

    assert (dict(shares.by_account), shares.to_pool) == ({"a": 33, "b": 43}, 24)


def test_a_share_of_interest_explains_itself() -> None:
    shares = InterestShares({"a": Fen(33), "b": Fen(43)}, Fen(24))

    assert explain_interest(Fen(100), shares, since=SINCE, until=UNTIL, policy_version_id="CN-v1") == Explanation(
        formula="floor(interest × fenDays ÷ Σ fenDays)",
        inputs=(
            ExplainedValue("interest", "1.00", "yuan", "bank"),
            ExplainedValue("days", "2024-01-01 – 2024-01-10", "", "bank"),
            ExplainedValue("toDoors", "0.76", "yuan", "2 doors"),
            ExplainedValue("toPool", "0.24", "yuan", "the remainder"),
        ),
        parameters=(),
        result="1.00",
        clause="第二十七条",
        document="《住宅专项维修资金管理办法》（建设部、财政部令第165号）",
        policy_version_id="CN-v1",
        rounding="shares down to the fen, the remainder to the estate's pool",
    )


def test_a_share_below_a_fen_is_left_to_the_pool() -> None:
    shares = share_interest(Fen(2), {"a": 1, "b": 2, "c": 1, "pool": 0}, pool_account_id="pool")

    assert (dict(shares.by_account), shares.to_pool) == ({"b": 1}, 1)


def test_a_fen_day_is_enough_for_a_share() -> None:
    assert share_interest(Fen(5), {"a": 1}, pool_account_id="pool") == InterestShares({"a": Fen(5)}, Fen(0))


def test_interest_on_nothing_stays_in_the_pool() -> None:
    assert share_interest(Fen(7), {"a": 0, "b": -5}, pool_account_id="pool").to_pool == 7


movements = st.lists(
    st.builds(
        Movement,
        st.sampled_from(["a", "b", "pool"]),
        st.integers(-40, 20).map(lambda after: SINCE + timedelta(days=after)),
        st.integers(0, 10**8).map(Fen),
    ),
    max_size=15,
)


@given(movements, fen)
def test_fen_days_are_the_sum_of_the_closing_balances(moved: list[Movement], amount: Fen) -> None:
    weights = fen_days(moved, since=SINCE, until=UNTIL)

    for account in ("a", "b", "pool"):
        by_day = sum(
            sum(one.change for one in moved if one.account_id == account and one.day <= SINCE + timedelta(days=day))
            for day in range((UNTIL - SINCE).days)
        )
        assert weights.get(account, 0) == by_day
    shares = share_interest(amount, weights, pool_account_id="pool")
    assert sum(shares.by_account.values()) + shares.to_pool == amount
    assert shares.to_pool >= 0


@pytest.mark.parametrize("day", [11, 20])
def test_interest_is_recorded_for_days_that_had_none(day: int) -> None:
    check(day)


@pytest.mark.parametrize("day", [10, 21])
def test_interest_for_a_day_that_had_some_or_is_to_come_is_refused(day: int) -> None:
    assert refusal_of(lambda: check(day)) == ("VALIDATION", ("input", "paidOn"), f"2024-01-{day}")


def check(day: int) -> None:
    check_interest_day(
        date(2024, 1, day), interest_to=date(2024, 1, 10), today=date(2024, 1, 20), path=("input", "paidOn")
    )
