"""P5: the mark of arrears at the threshold stands from a crossing up to the crossing down, by the measured days."""

from datetime import date
from itertools import permutations

from kit.ratio import Ratio
from services.registry.domain.arrears_mark import ArrearsCrossing, ThresholdDirection, latest_crossing


def crossing(direction: str, day: int, *, ratio: int = 2000) -> ArrearsCrossing:
    return ArrearsCrossing(date(2026, 1, day), ThresholdDirection(direction), Ratio(ratio), Ratio(2000))


def test_a_crossing_up_marks_and_one_down_does_not() -> None:
    assert crossing("UP", 1).marks is True
    assert crossing("DOWN", 1).marks is False


def test_the_first_crossing_that_is_heard_counts() -> None:
    assert latest_crossing(None, crossing("DOWN", 1)) == crossing("DOWN", 1)


def test_the_crossing_of_a_later_day_takes_the_place_of_an_earlier_one() -> None:
    assert latest_crossing(crossing("UP", 1), crossing("DOWN", 2)) == crossing("DOWN", 2)
    assert latest_crossing(crossing("DOWN", 2), crossing("UP", 1)) == crossing("DOWN", 2)


def test_of_two_crossings_of_one_day_the_known_one_stands() -> None:
    assert latest_crossing(crossing("UP", 1), crossing("UP", 1, ratio=3000)) == crossing("UP", 1)


def test_any_order_ends_at_the_latest_day() -> None:
    ends = set()
    for order in permutations([crossing("UP", 1), crossing("DOWN", 2), crossing("UP", 3), crossing("UP", 3)]):
        known = None
        for heard in order:
            known = latest_crossing(known, heard)
        ends.add(known)

    assert ends == {crossing("UP", 3)}
