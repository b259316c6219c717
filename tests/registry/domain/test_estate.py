"""What an estate can be, and when it is an old one."""

from dataclasses import replace
from datetime import date

import pytest

from kit.area import Area, square_metres
from kit.errors import OutOfRange, ValidationFailed
from policy.policies import Activation, Policies
from services.registry.domain.estate import (
    LARGEST_ESTATE_M2,
    LARGEST_HOUSEHOLD_COUNT,
    Enclosure,
    EstateFacts,
    EstateKind,
    ImplausibleDate,
    check_area,
    check_estate_facts,
    check_household_count,
    is_old_estate,
)

TODAY = date(2026, 3, 5)
FACTS = EstateFacts(
    name="丹枫小区",
    enclosure=Enclosure.CLOSED,
    kind=EstateKind.OLD,
    built_on=date(1998, 5, 1),
    built_year=None,
    approved_gross_area=square_metres("12000.00"),
    managed_area=square_metres("11000.00"),
    household_count=120,
)


@pytest.fixture(scope="module")
def policies(mounted: Policies) -> Policies:
    for district in ("360702", "510400"):
        policy_file = next(file for file in mounted.files if file.area == district)
        if policy_file.effective_from is None:
            mounted = mounted.activate(Activation(policy_file.id, policy_file.hash, date(2021, 1, 1)))
    return mounted


@pytest.mark.rule("ZG-02")
@pytest.mark.rule("G-25")
@pytest.mark.parametrize(
    ("district", "built_on", "expected"),
    [
        ("360702", date(2004, 12, 31), True),
        ("360702", date(2005, 1, 1), False),
        ("510400", date(1999, 12, 31), True),
        ("510400", date(2000, 1, 1), False),
    ],
)
def test_an_estate_is_old_up_to_its_districts_day(
    policies: Policies, district: str, built_on: date, expected: bool
) -> None:
    bound = policies.at(district, TODAY).old_estate

    assert is_old_estate(replace(FACTS, built_on=built_on), bound) is expected


@pytest.mark.rule("ZG-02")
@pytest.mark.parametrize(("year", "expected"), [(2004, True), (2005, False), (None, None)])
def test_a_year_tells_an_estates_age_where_it_can(policies: Policies, year: int | None, expected: bool | None) -> None:
    bound = policies.at("360702", TODAY).old_estate

    assert is_old_estate(replace(FACTS, built_on=None, built_year=year), bound) is expected


@pytest.mark.rule("ZG-02")
def test_without_a_bound_nobody_knows_whether_an_estate_is_old() -> None:
    assert is_old_estate(FACTS, None) is None


@pytest.mark.rule("ZG-01")
def test_there_are_four_classes_of_estates() -> None:
    assert {kind.value for kind in EstateKind} == {"OLD", "NEW_COMMERCIAL", "RESETTLEMENT", "AFFORDABLE"}


@pytest.mark.parametrize("area", [Area(1), Area(LARGEST_ESTATE_M2)])
def test_areas_up_to_the_bounds_are_accepted(area: Area) -> None:
    check_area(area, path=("area",))


@pytest.mark.parametrize(
    ("area", "refusal", "value"),
    [
        (Area(0), ValidationFailed, "0.00"),
        (Area(-1), ValidationFailed, "-0.01"),
        (Area(LARGEST_ESTATE_M2 + 1), OutOfRange, "100000000.01"),
    ],
)
def test_areas_beyond_the_bounds_are_refused_with_their_value(area: Area, refusal: type, value: str) -> None:
    with pytest.raises(refusal) as refused:
        check_area(area, path=("area",))

    assert (refused.value.path, refused.value.value) == (("area",), value)


@pytest.mark.parametrize("count", [0, LARGEST_HOUSEHOLD_COUNT])
def test_household_counts_up_to_the_bounds_are_accepted(count: int) -> None:
    check_household_count(count, path=("count",))


@pytest.mark.parametrize(("count", "refusal"), [(-1, ValidationFailed), (LARGEST_HOUSEHOLD_COUNT + 1, OutOfRange)])
def test_household_counts_beyond_the_bounds_are_refused(count: int, refusal: type) -> None:
    with pytest.raises(refusal) as refused:
        check_household_count(count, path=("count",))

    assert refused.value.path == ("count",)
    assert refused.value.value == str(count)


@pytest.mark.parametrize(
    ("fact", "beyond", "path", "value"),
    [
        ("managed_area", Area(0), ("input", "managedArea"), "0.00"),
        ("approved_gross_area", Area(0), ("input", "approvedGrossArea"), "0.00"),
        ("household_count", -1, ("input", "householdCount"), "-1"),
    ],
)
def test_each_fact_of_an_estate_is_checked_and_named(fact: str, beyond: int, path: tuple[str, ...], value: str) -> None:
    with pytest.raises(ValidationFailed) as refused:
        check_estate_facts(replace(FACTS, **{fact: beyond}), today=TODAY)  # type: ignore[arg-type]

    assert (refused.value.code, refused.value.path, refused.value.value) == ("VALIDATION", path, value)


@pytest.mark.parametrize("year", [1900, 2026, None])
def test_an_estate_of_whose_area_and_completion_little_is_known_can_be(year: int | None) -> None:
    check_estate_facts(replace(FACTS, approved_gross_area=None, built_on=None, built_year=year), today=TODAY)


@pytest.mark.parametrize("built_on", [date(1900, 1, 1), TODAY])
def test_completions_between_1900_and_today_are_plausible(built_on: date) -> None:
    check_estate_facts(replace(FACTS, built_on=built_on), today=TODAY)


@pytest.mark.parametrize("built_on", [date(1899, 12, 31), date(2026, 3, 6)])
def test_other_completions_are_refused(built_on: date) -> None:
    with pytest.raises(ImplausibleDate) as refused:
        check_estate_facts(replace(FACTS, built_on=built_on), today=TODAY)

    assert refused.value.path == ("input", "builtOn")
    assert refused.value.value == built_on.isoformat()


@pytest.mark.parametrize("year", [1899, 2027])
def test_other_years_are_refused(year: int) -> None:
    with pytest.raises(ImplausibleDate) as refused:
        check_estate_facts(replace(FACTS, built_on=None, built_year=year), today=TODAY)

    assert refused.value.path == ("input", "builtYear")
    assert refused.value.value == str(year)


def test_a_day_and_a_year_that_differ_are_refused() -> None:
    with pytest.raises(ValidationFailed) as refused:
        check_estate_facts(replace(FACTS, built_year=1997), today=TODAY)

    assert refused.value.value == "1997"
    assert refused.value.path == ("input", "builtYear")
