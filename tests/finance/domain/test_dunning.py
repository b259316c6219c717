"""Asking for an overdue fee: one step after the other, none skipped, none that cuts water or power (ZG-07, ZG-08)."""

from dataclasses import fields
from datetime import date
from itertools import product
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kit.errors import Refusal
from kit.money import yuan
from services.finance.domain.bill import DunningStep, FeeBill, Standing
from services.finance.domain.dunning import DunningNotice, DunningRecord, notice_of, take_step
from tests.finance.bills import fee_bill
from tests.finance.refusals import refusal_of

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
    return take_step(bill, [POSTED], to, today=today, deadline=deadline, reference="赣仲2026-17", path=("input",))


@pytest.mark.rule("ZG-07")
@pytest.mark.parametrize(("at", "to"), list(product(DunningStep, DunningStep)))
def test_no_step_is_skipped(at: DunningStep, to: DunningStep) -> None:
    bill = fee_bill(dunning=at)

    if (at.value, to.value) in FOLLOWS:
        assert step(bill, to).step is to
        return
    assert refusal_of(lambda: step(bill, to)) == ("STATE_CONFLICT", ("input", "step"), to.value)


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
    assert refusal_of(lambda: step(bill, DunningStep.DEADLINE_PASSED, today=today)) == (
        "STATE_CONFLICT",
        ("input", "step"),
        "2026-04-20",
    )


@pytest.mark.rule("ZG-08")
@pytest.mark.parametrize(
    ("taken", "value"),
    [
        ([], None),
        ([DunningRecord(DunningStep.REMINDED, OVERDUE_ON)], None),
        ([POSTED, DunningRecord(DunningStep.POSTED, DEADLINE, deadline=date(2026, 5, 1))], "2026-05-01"),
    ],
    ids=["nothing was posted", "only reminded", "posted anew"],
)
def test_the_last_posted_deadline_is_the_one_that_counts(taken: list[DunningRecord], value: str | None) -> None:
    bill = fee_bill(dunning=DunningStep.POSTED)

    def pass_deadline(today: date) -> DunningRecord:
        return take_step(bill, taken, DunningStep.DEADLINE_PASSED, today=today, path=("input",))

    assert refusal_of(lambda: pass_deadline(date(2026, 5, 1))) == ("STATE_CONFLICT", ("input", "step"), value)
    if value is not None:
        reminded = DunningRecord(DunningStep.REMINDED, date(2026, 5, 1))
        taken.append(reminded)
        assert pass_deadline(date(2026, 5, 2)).step is DunningStep.DEADLINE_PASSED


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
def test_only_an_overdue_bill_is_asked_for(changes: dict[str, Any], today: date, state: str) -> None:
    assert refusal_of(lambda: step(fee_bill(**changes), DunningStep.REMINDED, today=today)) == (
        "STATE_CONFLICT",
        ("input", "billId"),
        state,
    )


@pytest.mark.rule("ZG-07")
@pytest.mark.parametrize(("deadline", "value"), [(None, None), (OVERDUE_ON, "2026-04-01")])
def test_a_posted_notice_names_a_day_to_come(deadline: date | None, value: str | None) -> None:
    bill = fee_bill(dunning=DunningStep.REMINDED)

    def post(deadline: date | None) -> DunningRecord:
        return take_step(bill, [], DunningStep.POSTED, today=OVERDUE_ON, deadline=deadline, path=("input",))

    assert refusal_of(lambda: post(deadline)) == ("VALIDATION", ("input", "deadline"), value)
    assert post(date(2026, 4, 2)) == DunningRecord(DunningStep.POSTED, OVERDUE_ON, deadline=date(2026, 4, 2))


@pytest.mark.rule("ZG-07")
def test_only_a_posting_keeps_a_deadline_and_only_a_legal_step_a_reference() -> None:
    def taken(at: DunningStep, to: DunningStep) -> DunningRecord:
        return take_step(
            fee_bill(dunning=at), [POSTED], to, today=AFTER_DEADLINE, deadline=date(2026, 12, 31), reference=" A-1 "
        )

    assert taken(DunningStep.NONE, DunningStep.REMINDED) == DunningRecord(DunningStep.REMINDED, AFTER_DEADLINE)
    assert taken(DunningStep.DEADLINE_PASSED, DunningStep.LAWSUIT) == DunningRecord(
        DunningStep.LAWSUIT, AFTER_DEADLINE, reference="A-1"
    )


@pytest.mark.rule("ZG-08")
@pytest.mark.parametrize("reference", [None, " ", "x" * 101, "赣仲\t17"])
@pytest.mark.parametrize("legal", [DunningStep.ARBITRATION, DunningStep.LAWSUIT])
def test_a_legal_step_keeps_its_reference(legal: DunningStep, reference: str | None) -> None:
    bill = fee_bill(dunning=DunningStep.DEADLINE_PASSED)

    def sue(reference: str | None) -> DunningRecord:
        return take_step(bill, [POSTED], legal, today=AFTER_DEADLINE, reference=reference, path=("input",))

    assert refusal_of(lambda: sue(reference)) == ("VALIDATION", ("input", "reference"), reference)
    assert [sue(text).reference for text in ("x", " x" + "y" * 99)] == ["x", "x" + "y" * 99]


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
