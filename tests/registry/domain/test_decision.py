"""Rolls, quorums and majorities, counted in whole numbers."""

from datetime import date

import pytest

from kit.area import Area, square_metres
from kit.errors import ValidationFailed
from policy.instruments import VotingPolicy
from policy.policies import Policies
from services.registry.domain.decision import (
    Count,
    CountsDisagree,
    DecisionClosed,
    DecisionMatter,
    DecisionState,
    NoticeTooShort,
    Roll,
    RollEntry,
    check_calendar,
    check_closing,
    check_counts,
    count_roll,
    is_special,
    result_of,
)

ROLL = Roll(total_area=square_metres("9000.00"), total_persons=84)


@pytest.fixture(scope="module")
def voting(mounted: Policies) -> VotingPolicy:
    return mounted.national(date(2026, 3, 5)).voting


def count(participating: tuple[str, int], agree: tuple[str, int]) -> Count:
    return Count(square_metres(participating[0]), participating[1], square_metres(agree[0]), agree[1])


@pytest.mark.rule("G-22")
def test_ninety_parts_of_which_one_owner_has_seven_are_84_persons() -> None:
    entries = [
        RollEntry(f"prt_{number}", square_metres("100.00"), ("own_0" if number < 7 else f"own_{number}",))
        for number in range(90)
    ]

    assert count_roll(entries) == ROLL


def test_co_owners_are_one_person_and_a_part_without_known_owner_is_one_too() -> None:
    entries = [
        RollEntry("prt_1", square_metres("80.00"), ("own_a", "own_b")),
        RollEntry("prt_2", square_metres("80.00"), ("own_b", "own_a")),
        RollEntry("prt_3", square_metres("80.00"), ("own_a",)),
        RollEntry("prt_4", square_metres("80.00"), ()),
        RollEntry("prt_5", square_metres("80.00"), ()),
    ]

    assert count_roll(entries) == Roll(square_metres("400.00"), 4)


@pytest.mark.rule("G-22")
@pytest.mark.parametrize(
    ("participating", "quorum_met"),
    [
        (("6000.00", 56), True),  # exactly two thirds of both
        (("5999.99", 56), False),
        (("6000.00", 55), False),
        (("9000.00", 55), False),  # much area does not make up for few persons
    ],
)
def test_the_quorum_is_two_thirds_of_area_and_of_persons(
    voting: VotingPolicy, participating: tuple[str, int], quorum_met: bool
) -> None:
    result = result_of(ROLL, count(participating, participating), special=False, voting=voting)

    assert result.quorum_met is quorum_met
    assert result.passed is quorum_met
    assert result.state is (DecisionState.CLOSED_PASSED if quorum_met else DecisionState.CLOSED_NO_QUORUM)


@pytest.mark.rule("G-23")
@pytest.mark.parametrize(
    ("agree", "passed"),
    [
        (("3000.01", 29), True),
        (("3000.00", 29), False),  # exactly half of the area fails
        (("3000.01", 28), False),  # exactly half of the persons fails
    ],
)
def test_an_ordinary_matter_needs_more_than_half_of_those_who_take_part(
    voting: VotingPolicy, agree: tuple[str, int], passed: bool
) -> None:
    result = result_of(ROLL, count(("6000.00", 56), agree), special=False, voting=voting)

    assert (result.quorum_met, result.passed) == (True, passed)


@pytest.mark.rule("G-24")
@pytest.mark.parametrize(
    ("agree", "passed"),
    [(("4500.00", 42), True), (("4499.99", 42), False), (("4500.00", 41), False)],
)
def test_a_special_matter_needs_three_quarters_of_those_who_take_part(
    voting: VotingPolicy, agree: tuple[str, int], passed: bool
) -> None:
    result = result_of(ROLL, count(("6000.00", 56), agree), special=True, voting=voting)

    assert (result.quorum_met, result.passed) == (True, passed)
    assert result.state is (DecisionState.CLOSED_PASSED if passed else DecisionState.CLOSED_FAILED)


@pytest.mark.rule("G-24")
def test_raising_the_fund_is_special_and_using_it_is_not(voting: VotingPolicy) -> None:
    special = {matter for matter in DecisionMatter if is_special(matter, voting)}

    assert special == {
        DecisionMatter.RAISE_MAINTENANCE_FUND,
        DecisionMatter.REBUILD,
        DecisionMatter.CHANGE_COMMON_USE,
    }


NOTICE = date(2026, 1, 1)


def test_the_vote_begins_fifteen_days_after_the_notice() -> None:
    check_calendar(notice_on=NOTICE, voting_from=date(2026, 1, 16), voting_to=date(2026, 1, 16), notice_days_min=15)

    with pytest.raises(NoticeTooShort) as refused:
        check_calendar(notice_on=NOTICE, voting_from=date(2026, 1, 15), voting_to=date(2026, 1, 20), notice_days_min=15)
    assert refused.value.path == ("input", "votingFrom")
    assert refused.value.value == "2026-01-15"


def test_a_vote_does_not_end_before_it_begins() -> None:
    with pytest.raises(ValidationFailed) as refused:
        check_calendar(notice_on=NOTICE, voting_from=date(2026, 1, 16), voting_to=date(2026, 1, 15), notice_days_min=15)

    assert refused.value.value == "2026-01-15"
    assert refused.value.path == ("input", "votingTo")


@pytest.mark.parametrize(
    ("changed", "field", "value"),
    [
        ({"participating_area": square_metres("9000.01")}, "participatingArea", "900001"),
        ({"participating_persons": 85}, "participatingPersons", "85"),
        ({"participating_persons": -1, "agree_persons": -1}, "participatingPersons", "-1"),
        ({"agree_area": square_metres("6000.01")}, "agreeArea", "600001"),
        ({"agree_persons": 57}, "agreePersons", "57"),
        ({"agree_persons": -1}, "agreePersons", "-1"),
    ],
)
def test_counts_that_cannot_be_are_refused_by_field(changed: dict[str, int], field: str, value: str | None) -> None:
    facts = {
        "participating_area": square_metres("6000.00"),
        "participating_persons": 56,
        "agree_area": square_metres("6000.00"),
        "agree_persons": 56,
    }

    with pytest.raises(CountsDisagree) as refused:
        check_counts(ROLL, Count(**{**facts, **changed}))  # type: ignore[arg-type]

    assert refused.value.value == value
    assert refused.value.path == ("input", field)


def test_everybody_may_take_part_and_one_hundredth_and_one_person_are_a_roll() -> None:
    check_counts(ROLL, Count(ROLL.total_area, ROLL.total_persons, ROLL.total_area, ROLL.total_persons))
    check_counts(Roll(Area(1), 1), Count(Area(0), 0, Area(0), 0))


@pytest.mark.parametrize(("roll", "field"), [(Roll(Area(0), 84), "totalArea"), (Roll(Area(100), 0), "totalPersons")])
def test_an_empty_roll_is_refused(roll: Roll, field: str) -> None:
    with pytest.raises(CountsDisagree) as refused:
        check_counts(roll, Count(Area(0), 0, Area(0), 0))

    assert refused.value.value == "0"
    assert refused.value.path == ("input", field)


def test_a_decision_closes_between_the_end_of_the_vote_and_today() -> None:
    today, voting_to = date(2026, 3, 5), date(2026, 3, 1)
    for closed_on in (voting_to, today):
        check_closing(closed_on=closed_on, voting_to=voting_to, today=today, state=DecisionState.NOTICED)

    for closed_on in (date(2026, 2, 28), date(2026, 3, 6)):
        with pytest.raises(ValidationFailed) as refused:
            check_closing(closed_on=closed_on, voting_to=voting_to, today=today, state=DecisionState.NOTICED)
        assert (refused.value.path, refused.value.value) == (("input", "closedOn"), closed_on.isoformat())


@pytest.mark.parametrize(
    "state", [DecisionState.CLOSED_PASSED, DecisionState.CLOSED_FAILED, DecisionState.CLOSED_NO_QUORUM]
)
def test_a_result_is_never_replaced(state: DecisionState) -> None:
    with pytest.raises(DecisionClosed) as refused:
        check_closing(closed_on=NOTICE, voting_to=NOTICE, today=NOTICE, state=state)

    assert refused.value.path == ()
    assert (refused.value.code, refused.value.value) == ("STATE_CONFLICT", state.value)
