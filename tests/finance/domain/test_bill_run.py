"""What a run makes out to the owners of each part: area times rate, by the days of service and of ownership."""

from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kit.area import Area, square_metres
from kit.errors import ValidationFailed
from kit.money import Fen, yuan
from services.finance.domain.bill import BillSource, Creditor, FeeUnit, Payee
from services.finance.domain.bill_run import (
    BilledPart,
    BillLine,
    BillRun,
    ContractEnded,
    NoServiceToBill,
    OwnerSpell,
    UnitSpell,
    bills_of_part,
    check_due_day,
    checked_items,
    fee_of_month,
    plan_lines,
)
from services.finance.domain.billing_period import parse_period
from services.finance.domain.contract import ContractKind
from services.finance.domain.fee_rate import FeeNotDecided, FeeRate
from services.finance.domain.service_period import ContractItem, FeeContract, ServiceSpell

MARCH = parse_period("2026-03")
PROVIDER = Creditor(Payee.PROVIDER, "prv_1")
CONTRACT = FeeContract(
    id="ctr_1",
    district="360702",
    estate_id="est_1",
    provider_id="prv_1",
    kind=ContractKind.EARLY_STAGE,
    items=(ContractItem("PROPERTY", inside=True),),
    started_on=date(2024, 1, 1),
)
RATE = FeeRate(
    id="frt_1",
    estate_id="est_1",
    contract_id="ctr_1",
    item_code="PROPERTY",
    unit=FeeUnit.PER_M2_MONTH,
    rate=yuan("1.20"),
    effective_from=date(2024, 1, 1),
    price_marked_on=date(2024, 1, 1),
)
SPELL = ServiceSpell(MARCH.from_, MARCH.to, PROVIDER, CONTRACT, None)


def line(
    from_: date = MARCH.from_, to: date = MARCH.to, *, unit: FeeUnit = FeeUnit.PER_M2_MONTH, rate: str = "1.20"
) -> BillLine:
    return BillLine(
        item_code="PROPERTY",
        unit=unit,
        rate=yuan(rate),
        from_=from_,
        to=to,
        creditor=PROVIDER,
        source=BillSource.REGULAR,
        contract_id="ctr_1",
    )


def part(*owners: tuple[str, str], area: str = "89.35") -> BilledPart:
    spells = tuple(OwnerSpell(date.fromisoformat(since), (owner_id,)) for since, owner_id in owners)
    return BilledPart("prt_1", "1栋101", square_metres(area), spells)


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
    bills, has_gap = bills_of_part(part(("2020-01-01", "own_a")), [line()])

    assert [(bill.owner_ids, bill.from_, bill.to, bill.amount) for bill in bills] == [
        (("own_a",), MARCH.from_, MARCH.to, yuan("107.22"))
    ]
    assert not has_gap


def test_a_sale_within_the_month_splits_the_bill_by_days() -> None:
    bills, has_gap = bills_of_part(part(("2020-01-01", "own_a"), ("2026-03-11", "own_b")), [line()])

    # 107.22 × 10 ÷ 31 = 34.587…, floored; the buyer has the rest of the month's fee.
    assert [(bill.owner_ids, bill.from_, bill.to, bill.amount) for bill in bills] == [
        (("own_a",), date(2026, 3, 1), date(2026, 3, 10), yuan("34.58")),
        (("own_b",), date(2026, 3, 11), date(2026, 3, 31), yuan("72.64")),
    ]
    assert not has_gap


def test_days_before_the_first_owner_known_are_a_gap_and_billed_to_nobody() -> None:
    bills, has_gap = bills_of_part(part(("2026-03-31", "own_a")), [line()])

    assert [(bill.from_, bill.amount) for bill in bills] == [(date(2026, 3, 31), yuan("3.46"))]
    assert has_gap


def test_a_part_without_owners_is_a_gap() -> None:
    assert bills_of_part(part(), [line()]) == ([], True)


def test_a_household_pays_the_rate_whatever_its_area() -> None:
    bills, _ = bills_of_part(part(("2020-01-01", "own_a")), [line(unit=FeeUnit.PER_HOUSEHOLD_MONTH, rate="15.00")])

    assert [(bill.quantity, bill.amount) for bill in bills] == [(1, yuan("15.00"))]


def test_spaces_are_billed_by_number_and_days_and_only_those_of_the_item() -> None:
    units = [
        UnitSpell("prt_1", "PROPERTY", date(2025, 1, 1), date(2026, 3, 10), 2),
        UnitSpell("prt_1", "PROPERTY", date(2026, 3, 11), None, 1),
        UnitSpell("prt_1", "OTHER", date(2025, 1, 1), None, 9),
    ]

    bills, _ = bills_of_part(part(("2020-01-01", "own_a")), [line(unit=FeeUnit.PER_SPACE_MONTH, rate="31.00")], units)

    assert [(bill.from_, bill.to, bill.quantity, bill.amount) for bill in bills] == [
        (date(2026, 3, 1), date(2026, 3, 10), 2, yuan("20.00")),
        (date(2026, 3, 11), date(2026, 3, 31), 1, yuan("21.00")),
    ]


def test_uses_are_counted_and_no_use_is_no_bill() -> None:
    uses = [UnitSpell("prt_1", "PROPERTY", date(2026, 3, day), date(2026, 3, day), 2) for day in (1, 31)]
    before = UnitSpell("prt_1", "PROPERTY", date(2026, 2, 28), date(2026, 2, 28), 5)
    use = line(unit=FeeUnit.PER_USE, rate="3.00")

    bills, _ = bills_of_part(part(("2020-01-01", "own_a")), [use], [*uses, before])

    assert [(bill.quantity, bill.amount) for bill in bills] == [(4, yuan("12.00"))]
    assert bills_of_part(part(("2020-01-01", "own_a")), [use], [before]) == ([], False)


@given(
    area=st.integers(min_value=1, max_value=10**6),
    rate=st.integers(min_value=1, max_value=10**5),
    sales=st.sets(st.integers(min_value=2, max_value=31), max_size=5),
)
def test_however_often_a_part_is_sold_the_bills_make_the_months_fee(area: int, rate: int, sales: set[int]) -> None:
    owners = [("2020-01-01", "own_0"), *((f"2026-03-{day:02d}", f"own_{day}") for day in sorted(sales))]
    billed = BilledPart("prt_1", "1栋101", Area(area), part(*owners).owners)

    bills, _ = bills_of_part(billed, [replace(line(), rate=Fen(rate))])

    assert sum(bill.amount for bill in bills) == (area * rate + 50) // 100


def plan(*spells: ServiceSpell, source: BillSource = BillSource.REGULAR) -> tuple[BillLine, ...]:
    return plan_lines("PROPERTY", spells, [RATE], source=source, passed_on={}, today=date(2026, 3, 5))


def test_a_plan_has_a_line_for_each_service_and_rate() -> None:
    dearer = replace(RATE, id="frt_2", rate=yuan("1.50"), effective_from=date(2026, 3, 16))
    cheaper = replace(RATE, effective_to=date(2026, 3, 15))

    lines = plan_lines(
        "PROPERTY", [SPELL], [dearer, cheaper], source=BillSource.REGULAR, passed_on={}, today=date(2026, 3, 5)
    )

    assert [(one.from_.day, one.to.day, one.rate) for one in lines] == [
        (1, 15, yuan("1.20")),
        (16, 31, yuan("1.50")),
    ]


@pytest.mark.rule("PZ-19")
def test_a_service_whose_price_nobody_set_is_not_billed() -> None:
    of_the_estate = replace(SPELL, contract=None, creditor=Creditor(Payee.OWNERS_PUBLIC_ACCOUNT, "est_1"))

    with pytest.raises(FeeNotDecided) as refusal:
        plan(of_the_estate)
    assert refusal.value.code == "NEEDS_DECISION"


def test_service_after_the_end_is_billed_as_post_termination_service_only() -> None:
    after = replace(SPELL, source=BillSource.POST_TERMINATION)

    [billed] = plan(after, source=BillSource.POST_TERMINATION)

    assert billed.source is BillSource.POST_TERMINATION
    with pytest.raises(ContractEnded) as refusal:
        plan(after)
    assert refusal.value.code == "STATE_CONFLICT"


@pytest.mark.parametrize("source", BillSource)
def test_a_period_without_service_is_not_billed(source: BillSource) -> None:
    with pytest.raises(NoServiceToBill) as refusal:
        plan(source=source)
    assert refusal.value.code == "PRECONDITION"


def test_a_run_has_some_different_items() -> None:
    assert checked_items(["B", "A"]) == ("A", "B")
    for codes in ([], ["A", "A"], [str(number) for number in range(21)]):
        with pytest.raises(ValidationFailed):
            checked_items(codes)


@pytest.mark.parametrize(
    ("due_on", "today"), [(date(2026, 3, 4), date(2026, 3, 5)), (date(2026, 2, 28), date(2026, 2, 1))]
)
def test_bills_fall_due_neither_before_today_nor_before_the_period(due_on: date, today: date) -> None:
    check_due_day(date(2026, 3, 5), period=MARCH, today=date(2026, 3, 5))
    check_due_day(date(2026, 3, 1), period=MARCH, today=date(2026, 2, 1))

    with pytest.raises(ValidationFailed):
        check_due_day(due_on, period=MARCH, today=today)


def test_a_run_counts_its_pages_by_item_and_creditor() -> None:
    run = BillRun(
        id="run_1",
        district="360702",
        estate_id="est_1",
        period="2026-03",
        items=("PROPERTY",),
        source=BillSource.REGULAR,
        due_on=MARCH.to,
        issued_on=date(2026, 3, 5),
        lines=(line(),),
    )
    page = [part(("2020-01-01", "own_a"), ("2026-03-11", "own_b"))]
    bills, _ = bills_of_part(page[0], run.lines)

    after = run.after_page(page, bills, unbilled_count=0).after_page(page, bills, unbilled_count=1)

    assert (after.after_part, after.page_count, after.bill_count, after.part_count) == ("prt_1", 2, 4, 2)
    assert (after.unbilled_count, after.total) == (1, yuan("214.44"))
    assert [(one.item_code, one.creditor, one.count, one.amount) for one in after.totals] == [
        ("PROPERTY", PROVIDER, 4, yuan("214.44"))
    ]
    assert after.next_bill_ids(2) == ["bil_1-0000005", "bil_1-0000006"]
    assert after.owed_since(run) == {PROVIDER: yuan("214.44")}
    assert after.owed_since(after) == {}
