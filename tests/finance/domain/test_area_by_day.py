"""A part that was measured anew is billed by the area that it had on each day."""

from datetime import date
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kit.area import Area, square_metres
from kit.money import Fen, yuan
from services.finance.domain.bill import FeeUnit
from services.finance.domain.bill_correction import cut_by_area, remade
from services.finance.domain.bill_run import BilledPart, OwnerSpell, bills_of_page
from services.finance.domain.part import AreaSpell, Part, PartFacts, area_spells
from tests.finance.bills import bill_line, fee_bill

OWNERS = (OwnerSpell(date(2020, 1, 1), ("own_a",)),)
FIRST, CHANGED, LAST = date(2026, 3, 1), date(2026, 3, 16), date(2026, 3, 31)
MEASURED = (AreaSpell(date.min, square_metres("100.00")), AreaSpell(CHANGED, square_metres("90.00")))


def part(area: str = "100.00") -> Part:
    return Part("prt_1", "est_1", PartFacts("bld_1", "1栋101", square_metres(area), "REGISTER", has_lift=False))


def billed(measured: tuple[AreaSpell, ...], unit: FeeUnit = FeeUnit.PER_M2_MONTH) -> list[tuple[date, date, int, Fen]]:
    parts = [BilledPart.owned_by("prt_1", "1栋101", square_metres("90.00"), OWNERS, measured)]
    bills, unbilled = bills_of_page(parts, [bill_line(unit=unit)], {})
    assert unbilled == 0
    return [(bill.from_, bill.to, bill.quantity, bill.amount) for bill in bills]


def test_an_area_holds_from_its_day_and_the_one_before_until_then() -> None:
    changed = part().with_area(square_metres("90.00"), CHANGED)

    assert changed.facts is not None
    assert changed.facts.area == square_metres("90.00")
    assert changed.measured == {date.min: square_metres("100.00"), CHANGED: square_metres("90.00")}


def test_the_same_area_again_is_no_change() -> None:
    assert part().with_area(square_metres("100.00"), CHANGED) == part()


@pytest.mark.parametrize("since", [CHANGED, date(2026, 2, 1)])
def test_a_later_word_on_the_same_or_an_earlier_day_takes_the_place_of_the_one_before(since: date) -> None:
    corrected = part().with_area(square_metres("90.00"), CHANGED).with_area(square_metres("91.00"), since)

    assert corrected.measured == {date.min: square_metres("100.00"), since: square_metres("91.00")}


def test_a_month_is_billed_by_the_area_of_its_days() -> None:
    # 120.00 × 15 ÷ 31 = 58.06…, floored; 108.00 less 108.00 × 15 ÷ 31 = 52.25…, floored, is the rest.
    assert billed(MEASURED) == [
        (FIRST, date(2026, 3, 15), square_metres("100.00"), yuan("58.06")),
        (CHANGED, LAST, square_metres("90.00"), yuan("55.75")),
    ]


@pytest.mark.parametrize(
    ("since", "area"),
    [(date(2026, 2, 28), "90.00"), (FIRST, "90.00"), (date(2026, 4, 1), "100.00")],
)
def test_an_area_that_changed_outside_the_month_makes_one_bill(since: date, area: str) -> None:
    measured = (MEASURED[0], AreaSpell(since, square_metres("90.00")))

    whole = yuan("1.20") * square_metres(area) // 100
    assert billed(measured) == [(FIRST, LAST, square_metres(area), whole)]


def test_a_household_is_billed_whatever_its_area() -> None:
    assert billed(MEASURED, FeeUnit.PER_HOUSEHOLD_MONTH) == [(FIRST, LAST, 1, yuan("1.20"))]


@given(days=st.lists(st.integers(1, 31), unique=True, max_size=5), areas=st.lists(st.integers(1, 3), min_size=6))
def test_spells_cover_every_day_once_and_neighbours_differ(days: list[int], areas: list[int]) -> None:
    begins = [date.min, *(date(2026, 3, day) for day in sorted(days))]
    measured = [AreaSpell(since, Area(area)) for since, area in zip(begins, areas, strict=False)]

    spells = area_spells(measured, from_=FIRST, to=LAST)

    assert (spells[0][0], spells[-1][1]) == (FIRST, LAST)
    for (_, last, area), (first, _, following) in pairwise(spells):
        assert (first - last).days == 1
        assert area != following


def test_a_bill_is_cut_where_the_area_changed_and_counts_each() -> None:
    area = square_metres("100.00")
    bill = fee_bill(unit=FeeUnit.PER_M2_MONTH, quantity=area, rate=yuan("1.20"), amount=yuan("120.00"))

    correction = cut_by_area(bill, MEASURED)

    new = remade(correction, ["bil_2", "bil_3"], on=date(2026, 4, 2))
    assert [(one.from_, one.to, one.quantity, one.amount) for one in new] == billed(MEASURED)


@pytest.mark.parametrize("unit", [FeeUnit.PER_HOUSEHOLD_MONTH, FeeUnit.PER_SPACE_MONTH, FeeUnit.PER_USE])
def test_what_is_not_billed_by_area_stays(unit: FeeUnit) -> None:
    assert cut_by_area(fee_bill("bil_1", unit=unit, quantity=1), MEASURED).changes_nothing


def test_a_bill_stays_while_the_area_was_never_changed() -> None:
    assert cut_by_area(fee_bill("bil_1"), []).changes_nothing
