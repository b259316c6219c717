"""What a run makes out to the owners of each part: area times rate, by the days of service and of ownership."""

from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kit.area import Area, square_metres
from kit.money import Fen, yuan
from services.finance.domain.bill import FeeUnit
from services.finance.domain.bill_run import (
    BilledPart,
    BillLine,
    NewBill,
    OwnerSpell,
    UnitSpell,
    bills_of_page,
    bills_of_part,
    fee_of_month,
    owner_spells,
)
from services.finance.domain.billing_period import parse_period
from tests.finance.bills import MARCH, bill_line, billed_part


@pytest.mark.parametrize(
    ("area", "rate", "expected"),
    [
        ("89.35", "1.20", "107.22"),  # 107.220
        ("63.55", "0.85", "54.02"),  # 54.0175, up
        ("63.54", "0.85", "54.01"),  # 54.009
        ("10.10", "0.25", "2.53"),  # 2.525, a half goes up
    ],
)
def test_a_months_fee_is_one_product_rounded_half_up(area: str, rate: str, expected: str) -> None:
    assert fee_of_month(FeeUnit.PER_M2_MONTH, yuan(rate), square_metres(area)) == yuan(expected)


def test_a_part_of_one_owner_gets_one_bill_for_the_month() -> None:
    bills, has_gap = bills_of_part(billed_part(("2020-01-01", "own_a")), [bill_line()])

    assert [(bill.owner_ids, bill.from_, bill.to, bill.amount) for bill in bills] == [
        (("own_a",), MARCH.from_, MARCH.to, yuan("107.22"))
    ]
    assert not has_gap


def test_a_sale_within_the_month_splits_the_bill_by_days() -> None:
    bills, has_gap = bills_of_part(billed_part(("2020-01-01", "own_a"), ("2026-03-11", "own_b")), [bill_line()])

    # 107.22 × 10 ÷ 31 = 34.587…, floored; the buyer has the rest of the month's fee.
    assert [(bill.owner_ids, bill.from_, bill.to, bill.amount) for bill in bills] == [
        (("own_a",), date(2026, 3, 1), date(2026, 3, 10), yuan("34.58")),
        (("own_b",), date(2026, 3, 11), date(2026, 3, 31), yuan("72.64")),
    ]
    assert not has_gap


def test_days_before_the_first_owner_known_are_a_gap_and_billed_to_nobody() -> None:
    bills, has_gap = bills_of_part(billed_part(("2026-03-31", "own_a")), [bill_line()])

    assert [(bill.from_, bill.amount) for bill in bills] == [(date(2026, 3, 31), yuan("3.46"))]
    assert has_gap


def test_a_part_without_owners_is_a_gap() -> None:
    assert bills_of_part(billed_part(), [bill_line()]) == ([], True)


def test_a_household_pays_the_rate_whatever_its_area() -> None:
    bills, _ = bills_of_part(
        billed_part(("2020-01-01", "own_a")), [bill_line(unit=FeeUnit.PER_HOUSEHOLD_MONTH, rate="15.00")]
    )

    assert [(bill.quantity, bill.amount) for bill in bills] == [(1, yuan("15.00"))]


def test_spaces_are_billed_by_number_and_days_and_only_those_of_the_item() -> None:
    units = [
        UnitSpell("prt_1", "PROPERTY", date(2025, 1, 1), date(2026, 3, 10), 2),
        UnitSpell("prt_1", "PROPERTY", date(2026, 3, 11), None, 1),
        UnitSpell("prt_1", "OTHER", date(2025, 1, 1), None, 9),
    ]

    bills, _ = bills_of_part(
        billed_part(("2020-01-01", "own_a")), [bill_line(unit=FeeUnit.PER_SPACE_MONTH, rate="31.00")], units
    )

    assert [(bill.from_, bill.to, bill.quantity, bill.amount) for bill in bills] == [
        (date(2026, 3, 1), date(2026, 3, 10), 2, yuan("20.00")),
        (date(2026, 3, 11), date(2026, 3, 31), 1, yuan("21.00")),
    ]


def test_uses_are_counted_and_no_use_is_no_bill() -> None:
    uses = [UnitSpell("prt_1", "PROPERTY", date(2026, 3, day), date(2026, 3, day), 2) for day in (1, 31)]
    before = UnitSpell("prt_1", "PROPERTY", date(2026, 2, 28), date(2026, 2, 28), 5)
    use = bill_line(unit=FeeUnit.PER_USE, rate="3.00")

    bills, _ = bills_of_part(billed_part(("2020-01-01", "own_a")), [use], [*uses, before])

    assert [(bill.quantity, bill.amount) for bill in bills] == [(4, yuan("12.00"))]
    assert bills_of_part(billed_part(("2020-01-01", "own_a")), [use], [before]) == ([], False)


@given(
    area=st.integers(min_value=1, max_value=10**6),
    rate=st.integers(min_value=1, max_value=10**5),
    sales=st.sets(st.integers(min_value=2, max_value=31), max_size=5),
)
def test_however_often_a_part_is_sold_the_bills_make_the_months_fee(area: int, rate: int, sales: set[int]) -> None:
    owners = [("2020-01-01", "own_0"), *((f"2026-03-{day:02d}", f"own_{day}") for day in sorted(sales))]
    billed = BilledPart.owned_by("prt_1", "1栋101", Area(area), billed_part(*owners).owners)

    bills, _ = bills_of_part(billed, [replace(bill_line(), rate=Fen(rate))])

    assert sum(bill.amount for bill in bills) == (area * rate + 50) // 100


def test_a_bill_knows_its_line_part_door_and_owners() -> None:
    two = BilledPart.owned_by("prt_9", "2栋202", square_metres("89.35"), (OwnerSpell(MARCH.from_, ("own_a", "own_b")),))
    asked = bill_line()

    assert bills_of_part(two, [asked]) == (
        [NewBill(asked, "prt_9", "2栋202", ("own_a", "own_b"), MARCH.from_, MARCH.to, 8_935, yuan("107.22"))],
        False,
    )


def test_a_fen_is_billed_and_nothing_is_not() -> None:
    rate = bill_line(unit=FeeUnit.PER_HOUSEHOLD_MONTH, rate="0.01")
    sole = billed_part(("2020-01-01", "own_a"))
    sold = billed_part(("2020-01-01", "own_a"), ("2026-03-31", "own_b"))

    assert [bill.amount for bill in bills_of_part(sole, [rate])[0]] == [1]
    # The day-by-day fen of the month is due on its last day alone.
    assert [(bill.owner_ids, bill.amount) for bill in bills_of_part(sold, [rate])[0]] == [(("own_b",), 1)]
    assert bills_of_page([sole], [replace(rate, rate=Fen(0))], {}) == ([], 0)


def test_days_on_which_nobody_is_known_to_owe_are_a_gap_between_owners() -> None:
    spells = (
        OwnerSpell(date(2020, 1, 1), ("own_a",)),
        OwnerSpell(date(2026, 3, 11), ()),
        OwnerSpell(date(2026, 3, 21), ("own_b",)),
    )
    unowned = BilledPart.owned_by("prt_1", "1栋101", square_metres("89.35"), spells)

    bills, has_gap = bills_of_part(unowned, [bill_line()])

    assert ([(bill.from_.day, bill.to.day) for bill in bills], has_gap) == ([(1, 10), (21, 31)], True)
    nobody = BilledPart.owned_by("prt_1", "1栋101", square_metres("89.35"), (OwnerSpell(date(2020, 1, 1), ()),))
    assert bills_of_part(nobody, [bill_line()]) == ([], True)
    assert bills_of_page([nobody, nobody], [bill_line()], {}) == ([], 2)


def test_an_item_with_a_gap_does_not_hide_that_another_has_none() -> None:
    late = billed_part(("2026-03-11", "own_a"))
    second_half = bill_line(date(2026, 3, 16), date(2026, 3, 31))

    assert bills_of_part(late, [second_half])[1] is False
    assert bills_of_part(late, [bill_line(), second_half])[1] is True
    assert bills_of_part(late, [second_half, bill_line()])[1] is True


@pytest.mark.parametrize(
    ("from_", "to", "expected"),
    [
        (date(2026, 3, 1), date(2026, 3, 31), [(1, 10, "own_a"), (11, 20, "own_b"), (21, 31, "own_c")]),
        (date(2026, 3, 10), date(2026, 3, 11), [(10, 10, "own_a"), (11, 11, "own_b")]),
        (date(2026, 3, 21), date(2026, 3, 21), [(21, 21, "own_c")]),
        (date(2026, 3, 11), date(2026, 3, 20), [(11, 20, "own_b")]),
    ],
)
def test_who_owes_the_fee_on_which_days(from_: date, to: date, expected: list[tuple[int, int, str]]) -> None:
    owners = billed_part(("2020-01-01", "own_a"), ("2026-03-11", "own_b"), ("2026-03-21", "own_c")).owners

    found = owner_spells(owners, from_=from_, to=to)

    assert [(first.day, last.day, owner) for first, last, (owner,) in found] == expected


def test_a_space_that_ends_before_the_days_or_begins_after_them_is_not_billed() -> None:
    units = [
        UnitSpell("prt_1", "PROPERTY", date(2025, 1, 1), date(2026, 2, 28), 1),
        UnitSpell("prt_1", "PROPERTY", date(2026, 4, 1), None, 1),
        UnitSpell("prt_1", "PROPERTY", date(2026, 3, 31), date(2026, 3, 31), 3),
    ]

    bills, _ = bills_of_part(
        billed_part(("2020-01-01", "own_a")), [bill_line(unit=FeeUnit.PER_SPACE_MONTH, rate="31.00")], units
    )

    assert [(bill.from_.day, bill.to.day, bill.quantity, bill.amount) for bill in bills] == [(31, 31, 3, yuan("3.00"))]


def test_a_quarter_is_three_months_fees() -> None:
    quarter = parse_period("2026-Q1")
    area = bill_line(quarter.from_, quarter.to)
    sold = billed_part(("2020-01-01", "own_a"), ("2026-02-15", "own_b"))

    [bill] = bills_of_part(billed_part(("2020-01-01", "own_a")), [area])[0]
    halves = bills_of_part(sold, [area])[0]

    assert bill.amount == 3 * yuan("107.22")
    # January, and 14 of February's 28 days.
    assert [half.amount for half in halves] == [yuan("160.83"), yuan("160.83")]


@pytest.mark.parametrize(
    ("from_", "to", "unit", "is_plain"),
    [
        (MARCH.from_, MARCH.to, FeeUnit.PER_M2_MONTH, True),
        (MARCH.from_, MARCH.to, FeeUnit.PER_HOUSEHOLD_MONTH, True),
        (MARCH.from_, MARCH.to, FeeUnit.PER_SPACE_MONTH, False),
        (MARCH.from_, MARCH.to, FeeUnit.PER_USE, False),
        (MARCH.from_, date(2026, 3, 30), FeeUnit.PER_M2_MONTH, False),
        (date(2026, 3, 2), MARCH.to, FeeUnit.PER_M2_MONTH, False),
        (date(2026, 2, 1), MARCH.to, FeeUnit.PER_M2_MONTH, False),
    ],
)
def test_a_line_that_charges_every_part_a_whole_months_fee_is_plain(
    from_: date, to: date, unit: FeeUnit, is_plain: bool
) -> None:
    asked = bill_line(from_, to, unit=unit)

    assert (asked.is_plain, asked.is_by_area) == (is_plain, unit is FeeUnit.PER_M2_MONTH)


def test_a_page_of_parts_that_have_long_had_one_owner() -> None:
    area, household = bill_line(), bill_line(unit=FeeUnit.PER_HOUSEHOLD_MONTH, rate="15.00")
    page = [
        billed_part(("2020-01-01", "own_a")),
        BilledPart.owned_by("prt_2", "1栋102", square_metres("10.10"), (OwnerSpell(MARCH.from_, ("own_b", "own_c")),)),
    ]

    def bill(asked: BillLine, of: BilledPart, quantity: int, amount: str) -> NewBill:
        days = MARCH.from_, MARCH.to
        return NewBill(asked, of.id, of.door_number, of.owners[0].owner_ids, *days, quantity, yuan(amount))

    assert bills_of_page(page, [area, household], {}) == (
        [
            bill(area, page[0], 8_935, "107.22"),
            bill(household, page[0], 1, "15.00"),
            bill(area, page[1], 1_010, "12.12"),
            bill(household, page[1], 1, "15.00"),
        ],
        0,
    )


lines = st.lists(
    st.builds(
        lambda unit, first, last, rate: replace(
            bill_line(date(2026, 3, first), date(2026, 3, last), unit=unit), rate=rate
        ),
        st.sampled_from(FeeUnit),
        st.sampled_from([1, 1, 1, 16]),
        st.sampled_from([31, 31, 31, 20]),
        st.integers(0, 300).map(Fen),
    ),
    max_size=3,
)
parts = st.lists(
    st.builds(
        lambda number, area, days: BilledPart.owned_by(
            f"prt_{number}",
            "1栋101",
            Area(area),
            tuple(OwnerSpell(day, (f"own_{day}",) * (day.day != 9)) for day in sorted(days)),
        ),
        st.integers(1, 3),
        st.integers(0, 10_000),
        st.sets(st.sampled_from([date(2020, 1, 1), date(2026, 3, 1), date(2026, 3, 2), date(2026, 3, 9)])),
    ),
    max_size=3,
)


@given(parts, lines)
def test_a_page_holds_the_bills_of_its_parts(page: list[BilledPart], asked: list[BillLine]) -> None:
    units = {"prt_1": [UnitSpell("prt_1", "PROPERTY", date(2026, 3, 5), None, 2)]}

    bills, unbilled = bills_of_page(page, asked, units)

    one_by_one = [bills_of_part(one, asked, units.get(one.id, ())) for one in page]
    assert bills == [bill for made, _ in one_by_one for bill in made]
    assert unbilled == sum(has_gap for _, has_gap in one_by_one)
