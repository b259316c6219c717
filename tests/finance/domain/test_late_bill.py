"""What a run makes out late: the days that it left out, by its own rates, and no day twice."""

from dataclasses import replace
from datetime import date

import pytest

from kit.money import yuan
from services.finance.domain.bill import BillSource
from services.finance.domain.bill_run import BillLine, BillRun, RunState, bills_of_part
from services.finance.domain.late_bill import TakenMonth, has_passed, late_bill, lines_as_served, uncovered
from services.finance.domain.service_period import FeeContract, ServiceSpell
from tests.finance.bills import PROVIDER, TRUST, bill_line, bill_run, billed_part, fee_bill

FIRST, LAST = date(2026, 3, 1), date(2026, 3, 31)
SERVING = FeeContract(id="ctr_1", district="360702", estate_id="est_1", provider_id="prv_1", started_on=FIRST)
TAKEN = {TakenMonth("PROPERTY", month, "ctr_1", BillSource.REGULAR) for month in ("2026-03", "2026-04", "2026-06")}


def day(number: int) -> date:
    return date(2026, 3, number)


def a_run(*lines: BillLine) -> BillRun:
    return bill_run(lines=lines or (bill_line(),), state=RunState.COMPLETED)


def a_spell(from_: date = FIRST, to: date = LAST) -> ServiceSpell:
    """Return days of the contract's service."""
    return ServiceSpell(from_, to, PROVIDER, SERVING, None)


def days_of(lines: list[BillLine]) -> list[tuple[date, date]]:
    return [(line.from_, line.to) for line in lines]


@pytest.mark.parametrize(
    ("owned_since", "expected"),
    [
        ("2026-02-28", [(1, 31, "93.00")]),
        ("2026-03-01", [(1, 31, "93.00")]),
        ("2026-03-02", [(2, 31, "90.00")]),
        ("2026-03-31", [(31, 31, "3.00")]),
        ("2026-04-01", []),
    ],
)
def test_an_owner_who_is_heard_late_owes_the_own_days_of_the_month(
    owned_since: str, expected: list[tuple[int, int, str]]
) -> None:
    run, part = a_run(), billed_part((owned_since, "own_a"), area="93.00")
    lines = uncovered(run, lines_as_served(run, TAKEN, [a_spell()], since=date.min), [])

    new, _ = bills_of_part(part, [replace(line, rate=yuan("1.00")) for line in lines])

    bills = [late_bill(run, one, "bil_late", on=date(2026, 3, 20)) for one in new]
    assert [(bill.from_.day, bill.to.day, bill.amount) for bill in bills] == [
        (first, last, yuan(amount)) for first, last, amount in expected
    ]


@pytest.mark.rule("DH-38")
@pytest.mark.parametrize(
    ("billed", "expected"),
    [
        ([], [(1, 31)]),
        ([(1, 31)], []),
        ([(2, 31)], [(1, 1)]),
        ([(1, 30)], [(31, 31)]),
        ([(20, 31), (5, 9)], [(1, 4), (10, 19)]),
        ([(1, 15), (10, 20)], [(21, 31)]),
    ],
)
def test_a_day_that_was_billed_is_not_billed_again(
    billed: list[tuple[int, int]], expected: list[tuple[int, int]]
) -> None:
    bills = [fee_bill(from_=day(first), to=day(last)) for first, last in billed]

    left = uncovered(a_run(), [bill_line()], bills)

    assert days_of(left) == [(day(first), day(last)) for first, last in expected]


@pytest.mark.rule("DH-38")
def test_what_was_cancelled_stays_cancelled_and_another_items_bill_covers_nothing() -> None:
    lines = [bill_line()]
    of_run = fee_bill(cancelled_on=LAST)

    assert uncovered(a_run(), lines, [of_run]) == []
    assert uncovered(a_run(), lines, [fee_bill(run_id="run_2")]) == []
    assert uncovered(a_run(), lines, [fee_bill(run_id="run_2", cancelled_on=LAST)]) == lines
    assert uncovered(a_run(), lines, [fee_bill(item_code="PARKING")]) == lines
    assert uncovered(a_run(), lines, [fee_bill(from_=date(2026, 2, 1), to=date(2026, 2, 28))]) == lines


@pytest.mark.parametrize(
    ("since", "first"), [(date(2026, 2, 28), FIRST), (FIRST, FIRST), (day(2), day(2)), (LAST, LAST)]
)
def test_days_before_the_fact_are_left_alone(since: date, first: date) -> None:
    assert days_of(lines_as_served(a_run(), TAKEN, [a_spell()], since=since)) == [(first, LAST)]
    assert lines_as_served(a_run(), TAKEN, [a_spell()], since=date(2026, 4, 1)) == []


def test_a_run_bills_the_months_that_it_has_taken_and_neighbours_are_one_bill() -> None:
    half_year = bill_line(date(2026, 1, 15), date(2026, 6, 30))
    served = [a_spell(half_year.from_, half_year.to)]

    lines = lines_as_served(a_run(half_year), TAKEN, served, since=date.min)

    assert days_of(lines) == [(FIRST, date(2026, 4, 30)), (date(2026, 6, 1), date(2026, 6, 30))]


@pytest.mark.rule("G-28")
def test_late_days_are_owed_to_whom_they_are_owed_now_at_the_rate_of_the_run() -> None:
    of_trust = ServiceSpell(day(16), LAST, TRUST, SERVING, None)

    lines = lines_as_served(a_run(), TAKEN, [a_spell(to=day(15)), of_trust], since=date.min)

    assert [(line.from_.day, line.creditor, line.contract_id, line.rate) for line in lines] == [
        (1, PROVIDER, "ctr_1", bill_line().rate),
        (16, TRUST, "ctr_1", bill_line().rate),
    ]


def test_nothing_is_owed_late_of_days_without_service_or_of_another_runs_months() -> None:
    run, successor = a_run(), replace(SERVING, id="ctr_2")
    after_the_end = replace(a_spell(day(16)), source=BillSource.POST_TERMINATION)
    of_successor = ServiceSpell(day(16), LAST, PROVIDER, successor, None)

    for later in (after_the_end, of_successor):
        assert days_of(lines_as_served(run, TAKEN, [a_spell(to=day(15)), later], since=date.min)) == [(FIRST, day(15))]
    assert lines_as_served(run, TAKEN, [], since=date.min) == []


@pytest.mark.parametrize(("on", "due_on"), [(day(30), LAST), (LAST, LAST), (date(2026, 4, 1), date(2026, 4, 1))])
def test_a_late_bill_falls_due_with_its_run_but_not_before_it_is_issued(on: date, due_on: date) -> None:
    run = a_run()
    [new] = bills_of_part(billed_part(("2020-01-01", "own_a")), run.lines)[0]

    bill = late_bill(run, new, "bil_late", on=on)

    assert (bill.issued_on, bill.due_on, bill.amount, bill.run_id) == (on, due_on, yuan("107.22"), run.id)
    assert not run.has_numbered(bill.id)


@pytest.mark.parametrize(
    ("state", "after_part", "expected"),
    [
        (RunState.RUNNING, "prt_1", False),
        (RunState.RUNNING, "prt_2", True),
        (RunState.HALTED, "prt_3", True),
        (RunState.HALTED, "", False),
        (RunState.COMPLETED, "prt_1", True),
    ],
)
def test_a_run_that_goes_on_bills_the_parts_that_it_has_yet_to_come_to(
    state: RunState, after_part: str, expected: bool
) -> None:
    assert has_passed(bill_run(state=state, after_part=after_part), "prt_2") is expected
