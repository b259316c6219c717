"""The base survey of an estate, and what is weak about it."""

from dataclasses import replace
from datetime import date

import pytest

from kit.area import square_metres
from kit.errors import ValidationFailed
from services.registry.domain.base_survey import (
    BaseSurvey,
    BuildingScale,
    Condition,
    HouseholdStructure,
    Priority,
    SurveyBlock,
    SurveyedFacility,
    ThreeWithoutContradicted,
    Weakness,
    check_survey,
    checked_traits,
    in_work_order,
)

TODAY = date(2026, 3, 5)
SCALE = BuildingScale(building_count=4, stairwell_count=12, gross_area=square_metres("11000.00"))
HOUSEHOLDS = HouseholdStructure(household_count=120, owner_occupied=80, rented=30, vacant=10)
FULL = BaseSurvey(
    surveyed_on=TODAY,
    scale=SCALE,
    households=HOUSEHOLDS,
    infrastructure=(SurveyedFacility("路灯", Condition.BROKEN),),
)


@pytest.mark.rule("NZ-24")
@pytest.mark.parametrize(
    ("survey", "missing"),
    [
        (FULL, ()),
        (replace(FULL, scale=None), (SurveyBlock.BUILDING_SCALE,)),
        (replace(FULL, households=None), (SurveyBlock.HOUSEHOLD_STRUCTURE,)),
        (replace(FULL, infrastructure=None), (SurveyBlock.INFRASTRUCTURE,)),
        (replace(FULL, infrastructure=()), (SurveyBlock.INFRASTRUCTURE,)),
        (replace(FULL, scale=None, households=None, infrastructure=None), tuple(SurveyBlock)),
    ],
)
def test_a_survey_with_a_missing_block_is_kept_as_incomplete(
    survey: BaseSurvey, missing: tuple[SurveyBlock, ...]
) -> None:
    check_survey(survey, today=TODAY)

    assert (survey.missing_blocks, survey.complete) == (missing, not missing)


@pytest.mark.rule("NZ-24")
@pytest.mark.parametrize(
    ("survey", "path", "value"),
    [
        (replace(FULL, surveyed_on=date(2026, 3, 6)), ("input", "surveyedOn"), "2026-03-06"),
        (replace(FULL, scale=replace(SCALE, building_count=0)), ("input", "scale", "buildingCount"), "0"),
        (replace(FULL, scale=replace(SCALE, stairwell_count=0)), ("input", "scale", "stairwellCount"), "0"),
        (replace(FULL, scale=replace(SCALE, gross_area=square_metres("0.00"))), ("input", "scale", "grossArea"), "0"),
        (replace(FULL, households=replace(HOUSEHOLDS, vacant=-1)), ("input", "households", "vacant"), "-1"),
        (replace(FULL, households=replace(HOUSEHOLDS, rented=-1)), ("input", "households", "rented"), "-1"),
        (
            replace(FULL, households=replace(HOUSEHOLDS, owner_occupied=-1)),
            ("input", "households", "ownerOccupied"),
            "-1",
        ),
        (
            replace(FULL, households=replace(HOUSEHOLDS, household_count=-1)),
            ("input", "households", "householdCount"),
            "-1",
        ),
        (replace(FULL, households=replace(HOUSEHOLDS, vacant=9)), ("input", "households", "householdCount"), "120"),
        (
            replace(FULL, infrastructure=FULL.infrastructure and FULL.infrastructure * 51),
            ("input", "infrastructure"),
            "51",
        ),
    ],
)
def test_a_survey_that_cannot_be_is_refused(survey: BaseSurvey, path: tuple[str, ...], value: str | None) -> None:
    with pytest.raises(ValidationFailed) as refused:
        check_survey(survey, today=TODAY)

    assert refused.value.value == value
    assert refused.value.path == path


@pytest.mark.rule("NZ-05")
@pytest.mark.parametrize(
    ("flag", "without"),
    [(True, ["物业服务"]), (True, ["物业服务", "主管部门", "人防物防"]), (False, []), (None, [])],
)
def test_a_three_without_estate_says_what_it_is_without(flag: bool | None, without: list[str]) -> None:
    traits = checked_traits(three_without=flag, without=without, weaknesses=[], priority=Priority.NORMAL)

    assert (traits.three_without, traits.without) == (flag, tuple(without))


@pytest.mark.rule("NZ-05")
@pytest.mark.parametrize(
    ("flag", "without", "value"),
    [
        (True, [], ""),
        (False, ["物业服务"], "物业服务"),
        (None, ["物业服务"], "物业服务"),
        (True, ["一", "二", "三", "四"], "一、二、三、四"),
        (True, ["一", "一"], "一、一"),
    ],
)
def test_a_flag_that_contradicts_what_is_named_is_refused(
    flag: bool | None, without: list[str], value: str | None
) -> None:
    with pytest.raises(ThreeWithoutContradicted) as refused:
        checked_traits(three_without=flag, without=without, weaknesses=[], priority=Priority.NORMAL)

    assert refused.value.value == value
    assert (refused.value.code, refused.value.path) == ("VALIDATION", ("input", "without"))


@pytest.mark.rule("NZ-24")
def test_the_smallest_and_the_fullest_survey_can_be() -> None:
    one = replace(SCALE, building_count=1, stairwell_count=1, gross_area=square_metres("0.01"))
    nobody = replace(HOUSEHOLDS, household_count=0, owner_occupied=0, rented=0, vacant=0)
    facility = (FULL.infrastructure or ())[0]

    check_survey(replace(FULL, scale=one, households=nobody, infrastructure=(facility,) * 50), today=TODAY)


@pytest.mark.rule("NZ-05")
def test_a_thing_that_is_missing_is_named_in_twenty_characters() -> None:
    named = ["甲" * 20, "乙"]
    traits = checked_traits(three_without=True, without=named, weaknesses=[], priority=Priority.EASY)
    assert (traits.without, traits.priority) == (tuple(named), Priority.EASY)

    with pytest.raises(ValidationFailed) as refused:
        checked_traits(three_without=True, without=["乙", "甲" * 21], weaknesses=[], priority=Priority.EASY)
    assert (refused.value.path, refused.value.value) == (("input", "without", "1"), "甲" * 21)


@pytest.mark.rule("NZ-14")
def test_the_four_known_weaknesses_are_codes_kept_once_each() -> None:
    traits = checked_traits(
        three_without=None,
        without=[],
        weaknesses=[Weakness.STAFF_QUALITY_LOW, Weakness.LOW_COLLECTION_RATE, Weakness.STAFF_QUALITY_LOW],
        priority=Priority.NORMAL,
    )

    assert traits.weaknesses == (Weakness.LOW_COLLECTION_RATE, Weakness.STAFF_QUALITY_LOW)
    assert traits.priority is Priority.NORMAL
    assert list(Weakness) == [
        "LOW_COLLECTION_RATE", "CONGRESS_HARD_TO_RUN", "COMMITTEE_HARD_TO_RUN", "STAFF_QUALITY_LOW",
    ]  # fmt: skip


@pytest.mark.rule("NZ-20")
def test_pilots_come_first_and_easy_estates_before_hard_ones() -> None:
    estates = [("d", Priority.HARD), ("c", Priority.NORMAL), ("b", Priority.EASY), ("z", Priority.PILOT)]

    assert in_work_order([*estates, ("a2", Priority.EASY)]) == ["z", "b", "a2", "c", "d"]
