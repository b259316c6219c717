"""Retries are bounded by a share of the requests."""

from gateway.executor.resilience.retry_budget import RESERVE, RetryBudget


def test_the_reserve_is_spent_and_earned_again_request_by_request() -> None:
    budget = RetryBudget(0.25)
    granted = [budget.spend() for _ in range(int(RESERVE) + 1)]

    for _ in range(3):
        budget.earn()
    after_three = budget.spend()
    budget.earn()

    assert granted == [True] * int(RESERVE) + [False]
    assert (after_three, budget.spend(), budget.spend()) == (False, True, False)


def test_quiet_times_do_not_save_up_more_than_the_reserve() -> None:
    budget = RetryBudget(1.0)

    for _ in range(100):
        budget.earn()

    assert [budget.spend() for _ in range(int(RESERVE) + 1)].count(True) == RESERVE


def test_a_share_of_nothing_allows_no_retry() -> None:
    assert not RetryBudget(0.0).spend()
