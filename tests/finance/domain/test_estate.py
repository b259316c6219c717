"""What finance knows of an estate, a part, a contract and a decision, day by day."""

from dataclasses import replace
from datetime import date
from fractions import Fraction
from typing import Any

import pytest

from kit.area import square_metres
from kit.money import Fen
from kit.ratio import Ratio
from services.finance.domain.books import books_of
from services.finance.domain.estate import BasisArea, CommitteeTerm
from services.finance.domain.fee_summary import FeeSummary
from services.finance.domain.joint_decision import JointDecision
from services.finance.domain.part import OwnerShare, Part, PartFacts, share_fraction
from services.finance.domain.visibility import (
    areas_of_district,
    areas_of_estate,
    areas_of_part,
    areas_of_street,
)
from tests.finance.agreements import a_contract, an_estate

FIRST, SECOND, THIRD = date(2024, 1, 1), date(2024, 7, 1), date(2025, 1, 1)
DAY_BEFORE = date(2024, 6, 30)


@pytest.mark.rule("ZG-18")
@pytest.mark.parametrize(
    ("signed_on", "expected"),
    [
        (date(2023, 12, 31), BasisArea(square_metres("100.00"), FIRST)),
        (FIRST, BasisArea(square_metres("100.00"), FIRST)),
        (DAY_BEFORE, BasisArea(square_metres("100.00"), DAY_BEFORE)),
        (SECOND, BasisArea(square_metres("200.00"), SECOND)),
        (date(2026, 1, 1), BasisArea(square_metres("300.00"), date(2026, 1, 1))),
    ],
)
def test_the_area_of_a_day_is_the_last_that_took_effect_and_else_the_first(
    signed_on: date, expected: BasisArea
) -> None:
    estate = (
        an_estate()
        .with_area(square_metres("300.00"), THIRD)
        .with_area(square_metres("100.00"), FIRST)
        .with_area(square_metres("200.00"), SECOND)
    )

    assert estate.basis_area(signed_on) == expected
    assert an_estate().basis_area(signed_on) is None


def test_an_area_that_is_corrected_replaces_that_of_its_day() -> None:
    estate = an_estate(gross_areas={FIRST: square_metres("1.00"), SECOND: square_metres("2.00")})

    corrected = estate.with_area(square_metres("3.00"), FIRST)

    assert corrected == replace(estate, gross_areas={FIRST: square_metres("3.00"), SECOND: square_metres("2.00")})


@pytest.mark.rule("ZG-22")
@pytest.mark.parametrize(
    ("term", "days"),
    [
        (CommitteeTerm(FIRST), (False, True, True, True)),
        (CommitteeTerm(FIRST, to=DAY_BEFORE), (False, True, True, False)),
        (CommitteeTerm(FIRST, ended_on=SECOND), (False, True, True, False)),
        (CommitteeTerm(FIRST, to=SECOND), (False, True, True, True)),
        (CommitteeTerm(FIRST, to=THIRD, ended_on=DAY_BEFORE), (False, True, False, False)),
    ],
)
def test_a_committee_is_in_term_until_its_last_day_and_not_on_the_day_it_ended(
    term: CommitteeTerm, days: tuple[bool, ...]
) -> None:
    asked = (date(2023, 12, 31), FIRST, DAY_BEFORE, SECOND)

    assert tuple(term.is_running_on(day) for day in asked) == days
    assert (
        tuple(an_estate(committees={"com": term}).has_committee_on(day, signed_with_one=True) for day in asked) == days
    )


@pytest.mark.parametrize("signed_with_one", [True, False])
def test_before_a_committee_was_heard_of_the_contract_says_whether_there_is_one(signed_with_one: bool) -> None:
    assert an_estate().has_committee_on(FIRST, signed_with_one=signed_with_one) is signed_with_one


def test_the_congress_is_called_by_the_estates_name_once_it_is_known() -> None:
    assert [an_estate(name=name).owners_name for name in ("幸福里", None)] == ["幸福里业主大会", "业主大会"]


def test_a_provider_takes_an_estate_on_when_service_starts() -> None:
    assert a_contract().take_on == date(2024, 3, 1)
    assert a_contract(service_start_on=date(2024, 3, 15)).take_on == date(2024, 3, 15)
    assert [a_contract(signed_by_body=body).has_committee for body in ("CONGRESS_WITH_COMMITTEE", "CONGRESS")] == [
        True,
        False,
    ]


@pytest.mark.parametrize(
    ("decision", "in_force"),
    [
        (JointDecision("dec_1"), (False, False)),
        (JointDecision("dec_1", passed_on=SECOND), (False, True)),
        (JointDecision("dec_1", passed_on=FIRST), (True, True)),
        (JointDecision("dec_1", passed_on=FIRST, annulled_on=THIRD), (False, False)),
    ],
)
def test_a_decision_is_in_force_from_the_day_it_passed_unless_a_court_annulled_it(
    decision: JointDecision, in_force: tuple[bool, bool]
) -> None:
    assert (decision.is_in_force_on(DAY_BEFORE), decision.is_in_force_on(SECOND)) == in_force


ANNE, BOB = OwnerShare("own_a", Ratio(5_000)), OwnerShare("own_b", Ratio(5_000))
CARL = OwnerShare("own_c", Ratio(10_000))
PART = Part("prt_1", "est_1", PartFacts("bld_1", "1栋101", square_metres("80.00"), "REGISTER", has_lift=False))


def sold(**changes: Any) -> Part:
    """Return the part after two sales that were heard in the wrong order, changed as asked."""
    return replace(PART.with_owners((CARL,), SECOND).with_owners((BOB, ANNE), FIRST), **changes)


def test_a_part_is_owned_from_each_transfer_until_the_next() -> None:
    part, days = sold(), (date(2023, 12, 31), FIRST, DAY_BEFORE, SECOND)

    assert [part.owners_on(day) for day in days] == [(), (BOB, ANNE), (BOB, ANNE), (CARL,)]
    assert [part.owned_since(day) for day in days] == [None, FIRST, FIRST, SECOND]
    assert part.owner_ids == {"own_a", "own_b", "own_c"}
    assert part.facts == PART.facts


def test_who_owes_the_fees_of_a_day() -> None:
    part = sold(undelivered={FIRST: ("dev_1",)}, delivered_on=frozenset({DAY_BEFORE}))

    days = (date(2023, 12, 31), FIRST, date(2024, 6, 29), DAY_BEFORE, SECOND, date.max)
    assert [part.debtors_on(day) for day in days] == [
        (),
        ("dev_1",),
        ("dev_1",),
        ("own_a", "own_b"),
        ("own_c",),
        ("own_c",),
    ]
    assert [part.holders_on(day) for day in (days[0], *days[2:5])] == [
        set(),
        {"own_a", "own_b", "dev_1"},
        {"own_a", "own_b"},
        {"own_c"},
    ]


def test_owners_owe_the_fees_jointly_from_each_transfer_on() -> None:
    assert sold().fee_debtors == ((FIRST, ("own_a", "own_b")), (SECOND, ("own_c",)))


@pytest.mark.parametrize(
    ("delivered_on", "debtors"),
    [
        ((), ((FIRST, ("dev_1",)), (SECOND, ("own_c",)))),
        ((FIRST,), ((FIRST, ("own_a", "own_b")), (SECOND, ("own_c",)))),
        ((date(2024, 3, 1),), ((FIRST, ("dev_1",)), (date(2024, 3, 1), ("own_a", "own_b")), (SECOND, ("own_c",)))),
        (
            (date(2024, 5, 1), date(2024, 3, 1)),
            ((FIRST, ("dev_1",)), (date(2024, 3, 1), ("own_a", "own_b")), (SECOND, ("own_c",))),
        ),
        ((date(2023, 12, 31),), ((FIRST, ("dev_1",)), (SECOND, ("own_c",)))),
        ((SECOND,), ((FIRST, ("dev_1",)), (SECOND, ("own_c",)))),
    ],
    ids=["never", "that day", "later", "twice", "before the sale", "after the next sale"],
)
def test_a_developer_owes_the_fees_until_the_part_is_handed_over(
    delivered_on: tuple[date, ...], debtors: tuple[tuple[date, tuple[str, ...]], ...]
) -> None:
    part = sold(undelivered={FIRST: ("dev_1",)}, delivered_on=frozenset(delivered_on))

    assert part.fee_debtors == debtors


def test_the_last_sale_waits_for_its_own_delivery() -> None:
    part = sold(undelivered={SECOND: ("dev_1",)})

    assert part.fee_debtors[1:] == ((SECOND, ("dev_1",)),)
    assert replace(part, delivered_on=frozenset({THIRD})).fee_debtors[1:] == (
        (SECOND, ("dev_1",)),
        (THIRD, ("own_c",)),
    )


def test_the_shares_of_an_owner_add_up() -> None:
    shares = (ANNE, BOB, OwnerShare("own_a", Ratio(2_500)))

    assert [share_fraction(shares, owner) for owner in ("own_a", "own_b", "own_x")] == [
        Fraction(3, 4),
        Fraction(1, 2),
        Fraction(0),
    ]


@pytest.mark.parametrize(
    ("billed", "collected", "rate"), [(0, 0, None), (1, 1, 10_000), (30_000, 20_000, 6_667), (30_000, 10_000, 3_333)]
)
def test_a_collection_rate_is_the_share_of_what_was_billed(billed: int, collected: int, rate: int | None) -> None:
    assert FeeSummary("est_1", "2026-03", Fen(billed), Fen(collected)).collection_rate == rate


@pytest.mark.rule("ZG-22")
def test_records_are_seen_by_the_levels_above_and_by_whom_they_concern() -> None:
    place = {"district": "360702", "street_id": "str_1", "community_id": "com_1", "estate_id": "est_1"}
    levels = ("district:360702", "street:str_1", "community:com_1")

    assert areas_of_estate(**place) == (*levels, "estate:est_1", "manage:est_1")
    assert areas_of_part(**place, part_id="prt_1", owner_ids={"own_b", "own_a"}) == (
        *levels,
        "manage:est_1",
        "part:prt_1",
        "owner:own_a",
        "owner:own_b",
    )
    assert areas_of_street(district="360702", street_id="str_1") == levels[:2]
    assert areas_of_district("360702") == levels[:1]


def test_a_district_has_four_books_that_are_closed_together() -> None:
    assert books_of("360702") == (
        "deposits:360702",
        "fees:360702",
        "maintenance:360702",
        "public-revenue:360702",
    )
