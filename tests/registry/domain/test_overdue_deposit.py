"""The mark of an overdue deposit: the latest contract year's, until that year or a later one is settled."""

from collections.abc import Callable
from datetime import date
from itertools import permutations

from kit.money import Fen
from services.registry.domain.overdue_deposit import DepositMarks, OverdueDeposit, mark_overdue, unmark


def overdue(year: int, *, missing: int = 10_000_00) -> OverdueDeposit:
    return OverdueDeposit(f"dep_{year}", year, date(2023 + year, 3, 1), Fen(missing))


def test_a_contract_of_whose_deposits_nothing_was_heard_shows_no_mark() -> None:
    assert DepositMarks().shown is None


def test_a_mark_stands_until_its_deposit_is_settled() -> None:
    marked = mark_overdue(DepositMarks(), overdue(1))

    assert marked.shown == overdue(1)
    assert unmark(marked, "dep_1", contract_year=1).shown is None


def test_the_same_facts_again_change_nothing() -> None:
    marked = mark_overdue(DepositMarks(), overdue(1))
    unmarked = unmark(marked, "dep_1", contract_year=1)

    assert mark_overdue(marked, overdue(1)) == marked
    assert unmark(unmarked, "dep_1", contract_year=1) == unmarked


def test_a_deposit_that_is_overdue_anew_after_it_was_held_is_marked_with_what_is_missing_now() -> None:
    held = unmark(mark_overdue(DepositMarks(), overdue(1)), "dep_1", contract_year=1)

    assert mark_overdue(held, overdue(1, missing=1)).shown == overdue(1, missing=1)


def test_a_later_due_day_takes_the_place_of_the_earlier_one() -> None:
    again = OverdueDeposit("dep_1", 1, date(2025, 3, 1), Fen(5))

    assert mark_overdue(mark_overdue(DepositMarks(), overdue(1)), again).overdue == (again,)


def test_two_overdue_years_show_the_later_one() -> None:
    one_way = mark_overdue(mark_overdue(DepositMarks(), overdue(1)), overdue(2))
    other_way = mark_overdue(mark_overdue(DepositMarks(), overdue(2)), overdue(1))

    assert one_way == other_way
    assert one_way.shown == overdue(2)


def test_an_earlier_year_that_is_settled_leaves_the_mark_of_a_later_one() -> None:
    assert unmark(mark_overdue(DepositMarks(), overdue(2)), "dep_1", contract_year=1).shown == overdue(2)


def test_a_later_year_that_is_held_settles_what_was_carried_over_into_it_in_any_order() -> None:
    facts: tuple[Callable[[DepositMarks], DepositMarks], ...] = (
        lambda marks: mark_overdue(marks, overdue(1)),
        lambda marks: unmark(marks, "dep_2", contract_year=2),
        lambda marks: unmark(marks, "dep_3", contract_year=3),
    )
    ends = set()
    for order in permutations(facts):
        marks = DepositMarks()
        for fact in order:
            marks = fact(marks)
        ends.add((marks, marks.shown))

    assert ends == {(DepositMarks((overdue(1),), 3), None)}
