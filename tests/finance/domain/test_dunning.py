"""Asking for an overdue fee: one step after the other, none skipped, none that cuts water or power (ZG-07, ZG-08)."""

from dataclasses import fields
from datetime import date
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kit.errors import Refusal
from kit.money import yuan
from services.finance.domain.bill import DunningStep, FeeBill, Standing
from services.finance.domain.dunning import DunningNotice, DunningRecord, notice_of, take_step
from tests.finance.bills import fee_bill

OVERDUE_ON = date(2026, 4, 1)
DEADLINE = date(2026, 4, 20)
AFTER_DEADLINE = date(2026, 4, 21)
POSTED = DunningRecord(DunningStep.POSTED, OVERDUE_ON, deadline=DEADLINE)
FOLLOWS = {
    ("NONE", "REMINDED"),
    ("REMINDED", "POSTED"),
    ("POSTED", "DEADLINE_PASSED"),
    ("DEADLINE_PASSED", "ARBITRATION"),
    ("DEADLINE_PASSED", "LAWSUIT"),
}


def step(bill: FeeBill, to: DunningStep, *, today: date = AFTER_DEADLINE) -> DunningRecord:
    deadline = date(2026, 12, 31) if to is DunningStep.POSTED else None
    return take_step(bill, [POSTED], to, today=today, deadline=deadline, reference="赣仲2026-17")


@pytest.mark.rule("ZG-07")
@pytest.mark.parametrize(("at", "to"), list(product(DunningStep, DunningStep)))
def test_no_step_is_skipped(at: DunningStep, to: DunningStep) -> None:
    bill = fee_bill(dunning=at)

    if (at.value, to.value) in FOLLOWS:
        assert step(bill, to).step is to
        return
    with pytest.raises(Refusal) as refused:
        step(bill, to)
    assert (refused.value.code, refused.value.path, refused.value.value) == ("STATE_CONFLICT", ("step",), to.value)


@pytest.mark.rule("ZG-07")
def test_there_is_no_step_that_cuts_anything() -> None:
    assert [one.value for one in DunningStep] == [
        "NONE",
        "REMINDED",
        "POSTED",
        "DEADLINE_PASSED",
        "ARBITRATION",
        "LAWSUIT",
    ]


@pytest.mark.rule("ZG-08")
@pytest.mark.parametrize(
    ("today", "passed"), [(DEADLINE, False), (AFTER_DEADLINE, True)], ids=["deadline", "day after"]
)
def test_nothing_follows_before_the_deadline_is_over(today: date, passed: bool) -> None:
    bill = fee_bill(dunning=DunningStep.POSTED)

    if passed:
        assert step(bill, DunningStep.DEADLINE_PASSED, today=today).taken_on == today
        return
    with pytest.raises(Refusal) as refused:
        step(bill, DunningStep.DEADLINE_PASSED, today=today)
    assert (refused.value.code, refused.value.value) == ("STATE_CONFLICT", "2026-04-20")


@pytest.mark.rule("ZG-07")
@pytest.mark.parametrize(
    ("changes", "today", "state"),
    [
        ({}, date(2026, 3, 31), "ISSUED"),
        ({"paid": yuan("93.00"), "standing": Standing.SETTLED}, OVERDUE_ON, "PAID"),
        ({"standing": Standing.CANCELLED}, OVERDUE_ON, "CANCELLED"),
        ({"standing": Standing.DISPUTED}, OVERDUE_ON, "DISPUTED"),
    ],
)
def test_only_an_overdue_bill_is_asked_for(changes: dict[str, object], today: date, state: str) -> None:
    with pytest.raises(Refusal) as refused:
        step(fee_bill(**changes), DunningStep.REMINDED, today=today)

    assert (refused.value.code, refused.value.path, refused.value.value) == ("STATE_CONFLICT", ("billId",), state)


@pytest.mark.rule("ZG-07")
@pytest.mark.parametrize("deadline", [None, OVERDUE_ON])
def test_a_posted_notice_names_a_day_to_come(deadline: date | None) -> None:
    bill = fee_bill(dunning=DunningStep.REMINDED)

    with pytest.raises(Refusal) as refused:
        take_step(bill, [], DunningStep.POSTED, today=OVERDUE_ON, deadline=deadline)

    assert (refused.value.code, refused.value.path) == ("VALIDATION", ("deadline",))
    record = take_step(bill, [], DunningStep.POSTED, today=OVERDUE_ON, deadline=date(2026, 4, 2))
    assert record.deadline == date(2026, 4, 2)


@pytest.mark.rule("ZG-08")
@pytest.mark.parametrize("reference", [None, " ", "x" * 101])
@pytest.mark.parametrize("legal", [DunningStep.ARBITRATION, DunningStep.LAWSUIT])
def test_a_legal_step_keeps_its_reference(legal: DunningStep, reference: str | None) -> None:
    bill = fee_bill(dunning=DunningStep.DEADLINE_PASSED)

    with pytest.raises(Refusal) as refused:
        take_step(bill, [POSTED], legal, today=AFTER_DEADLINE, reference=reference)

    assert (refused.value.code, refused.value.path) == ("VALIDATION", ("reference",))
    assert take_step(bill, [POSTED], legal, today=AFTER_DEADLINE, reference=" x" + "y" * 99).reference == "x" + "y" * 99


@pytest.mark.rule("ZG-07")
def test_a_notice_shows_door_and_amount_and_never_a_name() -> None:
    assert {field.name for field in fields(DunningNotice)} == {"door_number", "amount", "pay_by"}
    assert notice_of(fee_bill(paid=yuan("40.00")), DEADLINE) == DunningNotice("1栋101", yuan("53.00"), DEADLINE)


@given(st.lists(st.sampled_from(DunningStep), max_size=12))
def test_whatever_is_tried_the_steps_taken_are_in_order(tried: list[DunningStep]) -> None:
    bill, taken = fee_bill(), []

    for one in tried:
        try:
            record = step(bill, one)
        except Refusal:
            continue
        taken.append(record.step)
        bill = fee_bill(dunning=record.step)

    ladder = [DunningStep.REMINDED, DunningStep.POSTED, DunningStep.DEADLINE_PASSED]
    assert taken[:3] == ladder[: len(taken)]
    assert len(taken) <= 4
