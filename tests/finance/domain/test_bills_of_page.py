"""A page of parts gets the bills that each of its parts gets by itself, however plain the part is."""

from datetime import date

from hypothesis import given
from hypothesis import strategies as st

from kit.area import Area
from kit.money import yuan
from services.finance.domain.bill import FeeUnit
from services.finance.domain.bill_run import BilledPart, BillLine, OwnerSpell, UnitSpell, bills_of_page, bills_of_part
from services.finance.domain.part import AreaSpell
from tests.finance.bills import MARCH, bill_line

DAYS = st.dates(date(2026, 2, 26), date(2026, 4, 2))
OWNERS = st.lists(st.tuples(DAYS, st.sampled_from([("own_a",), ("own_b", "own_c"), ()])), max_size=3)
MEASURED = st.sampled_from([(), (AreaSpell(date.min, Area(8_000)), AreaSpell(date(2026, 3, 16), Area(7_000)))])
LINES = st.lists(
    st.builds(
        bill_line,
        st.sampled_from([MARCH.from_, date(2026, 3, 10)]),
        unit=st.sampled_from(list(FeeUnit)),
        rate=st.sampled_from(["0.01", "1.20"]),
    ),
    min_size=1,
    max_size=3,
)


@st.composite
def parts(draw: st.DrawFn) -> list[BilledPart]:
    found = []
    for number in range(draw(st.integers(1, 4))):
        owners = tuple(OwnerSpell(since, ids) for since, ids in sorted(dict(draw(OWNERS)).items()))
        area = Area(draw(st.sampled_from([0, 49, 8_935])))
        found.append(BilledPart.owned_by(f"prt_{number}", f"1栋{number}", area, owners, draw(MEASURED)))
    return found


@given(page=parts(), lines=LINES)
def test_a_page_has_the_bills_and_gaps_of_its_parts(page: list[BilledPart], lines: list[BillLine]) -> None:
    units = {"prt_0": [UnitSpell("prt_0", "PROPERTY", date(2026, 3, 2), None, 2)]}
    alone = [bills_of_part(part, lines, units.get(part.id, ())) for part in page]

    bills, unbilled = bills_of_page(page, lines, units)

    assert bills == [bill for made, _ in alone for bill in made]
    assert unbilled == sum(has_gap for _, has_gap in alone)


def test_an_area_that_comes_to_nothing_is_no_bill_and_no_gap() -> None:
    owners = (OwnerSpell(date(2020, 1, 1), ("own_a",)),)
    page = [
        BilledPart.owned_by("prt_1", "1栋101", Area(49), owners),
        BilledPart.owned_by("prt_2", "1栋102", Area(50), owners),
    ]

    # 0.01 × 0.49 = 0.0049, nothing; 0.01 × 0.50 = 0.005, a half goes up.
    bills, unbilled = bills_of_page(page, [bill_line(rate="0.01")], {})

    assert [(bill.part_id, bill.amount) for bill in bills] == [("prt_2", yuan("0.01"))]
    assert unbilled == 0
