"""Settled arrears are paid in instalments: the terms against the case's arrears, and how far they are paid (P5)."""

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from kit.explanation import ExplainedValue, Explanation
from kit.money import Fen, format_money, yuan
from services.finance.domain.bill import Creditor, FeeBill, Payee, Settlement, Standing
from services.finance.domain.instalment_plan import (
    ArrearsMediation,
    Instalment,
    InstalmentPlan,
    MediationState,
    arrears_on,
    bills_of_plan,
    explain,
    hear,
    plan_of_bill,
    read_terms,
    require_arrears,
    require_missed,
    standing_on,
    versions_of,
)
from tests.finance.bills import fee_bill
from tests.finance.mediation import terms_of
from tests.finance.refusals import refusal_of

pytestmark = pytest.mark.rule("XY-15")

APPLIED_ON = date(2026, 4, 1)
SETTLED_ON = date(2026, 4, 8)
FIRST, SECOND = date(2026, 4, 30), date(2026, 5, 31)
PLAN = InstalmentPlan(SETTLED_ON, (Instalment(FIRST, yuan("43.00")), Instalment(SECOND, yuan("50.00"))), "prt_1")
WRONG = ("VALIDATION", ("settlementTerms", "instalments"))


def case(*states: MediationState, id_: str = "mdc_1", **changes: Any) -> ArrearsMediation:
    days = {MediationState.APPLIED: APPLIED_ON, MediationState.SETTLED: SETTLED_ON}
    values: dict[str, Any] = {
        "id": id_,
        "district": "360403",
        "estate_id": "est_1",
        "provider_id": "prv_1",
        "days": {state: days.get(state, SETTLED_ON) for state in states},
    }
    return ArrearsMediation(**(values | changes))


def settled(plan: InstalmentPlan = PLAN, **changes: Any) -> ArrearsMediation:
    return case(MediationState.APPLIED, MediationState.SETTLED, **{"plan": plan, **changes})


def paid(bill: FeeBill, *payments: tuple[date, str]) -> FeeBill:
    settlements = tuple(Settlement(day, yuan(amount), "pay_1") for day, amount in payments)
    return replace(bill, paid=Fen(sum(one.amount for one in settlements)), settlements=settlements)


def states(*payments: tuple[date, str], on: date) -> list[tuple[str, Fen]]:
    standing = standing_on(PLAN, [paid(fee_bill(), *payments)], on)
    return [(one.state.value, one.paid) for one in standing.instalments]


def test_a_case_begins_with_the_application_and_ends_once() -> None:
    applied = hear(case(), MediationState.APPLIED, APPLIED_ON)
    failed = hear(hear(applied, MediationState.ACCEPTED, SETTLED_ON), MediationState.FAILED, SETTLED_ON)

    assert (applied.state, applied.applied_on) == (MediationState.APPLIED, APPLIED_ON)
    assert failed.state is MediationState.FAILED
    assert hear(failed, MediationState.FAILED, SECOND) == failed
    assert hear(failed, MediationState.APPLIED, SECOND) == failed
    assert refusal_of(lambda: hear(failed, MediationState.SETTLED, SECOND)) == ("STATE_CONFLICT", ("caseId",), "mdc_1")


@pytest.mark.parametrize("state", [MediationState.ACCEPTED, MediationState.SETTLED, MediationState.FAILED])
def test_there_is_no_case_without_an_application(state: MediationState) -> None:
    assert refusal_of(lambda: hear(case(), state, SETTLED_ON)) == ("PRECONDITION", ("caseId",), "mdc_1")


def test_the_terms_name_days_and_amounts_of_a_part_or_of_the_estate() -> None:
    instalments = (("2026-04-30", "43.00"), ("2026-05-31", "50.00"))

    assert read_terms(terms_of(*instalments, part_id="prt_1"), settled_on=SETTLED_ON) == PLAN
    assert read_terms(terms_of(*instalments), settled_on=SETTLED_ON) == replace(PLAN, part_id=None)
    assert PLAN.total == yuan("93.00")


@pytest.mark.parametrize("terms", [None, "道歉并恢复服务", {}, {"note": "一次付清"}])
def test_terms_without_instalments_are_no_plan(terms: object) -> None:
    assert read_terms(terms, settled_on=SETTLED_ON) is None


@pytest.mark.parametrize(("due_on", "is_taken"), [("2026-04-07", False), ("2026-04-08", True), ("2026-04-09", True)])
def test_nothing_is_due_before_the_settlement(due_on: str, is_taken: bool) -> None:
    terms = terms_of((due_on, "93.00"))

    if is_taken:
        assert read_terms(terms, settled_on=SETTLED_ON) is not None
        return
    code, path, value = refusal_of(lambda: read_terms(terms, settled_on=SETTLED_ON))
    assert (code, path, value) == (WRONG[0], (*WRONG[1], "0", "dueOn"), due_on)


@pytest.mark.parametrize(("second", "is_taken"), [("2026-04-29", False), ("2026-04-30", False), ("2026-05-01", True)])
def test_instalments_are_due_one_after_the_other(second: str, is_taken: bool) -> None:
    terms = terms_of(("2026-04-30", "43.00"), (second, "50.00"))

    if is_taken:
        assert read_terms(terms, settled_on=SETTLED_ON) is not None
        return
    code, path, value = refusal_of(lambda: read_terms(terms, settled_on=SETTLED_ON))
    assert (code, path, value) == (WRONG[0], (*WRONG[1], "1", "dueOn"), second)


@pytest.mark.parametrize(
    ("terms", "path", "value"),
    [
        ({"instalments": []}, (), "[]"),
        ({"instalments": "each month"}, (), "each month"),
        ({"instalments": ["43.00"]}, ("0",), "43.00"),
        (terms_of(("2026-04-30", "0.00")), ("0", "amount"), "0.00"),
        (terms_of(("2026-04-30", "-0.01")), ("0", "amount"), "-0.01"),
        (terms_of(("2026-04-30", "43.0")), ("0", "amount"), "43.0"),
        (terms_of(("2026-04-31", "43.00")), ("0", "dueOn"), "2026-04-31"),
        ({"instalments": [{"amount": "43.00"}]}, ("0", "dueOn"), "None"),
    ],
)
def test_instalments_that_are_none_are_refused_where_they_are_wrong(
    terms: object, path: tuple[str, ...], value: str
) -> None:
    assert refusal_of(lambda: read_terms(terms, settled_on=SETTLED_ON)) == (WRONG[0], (*WRONG[1], *path), value)


def test_a_part_is_named_by_its_id() -> None:
    terms = {**terms_of(("2026-04-30", "93.00")), "partId": 1}

    refused = refusal_of(lambda: read_terms(terms, settled_on=SETTLED_ON))

    assert refused == ("VALIDATION", ("settlementTerms", "partId"), "1")


def test_an_instalment_of_one_fen_is_one() -> None:
    plan = read_terms(terms_of(("2026-04-30", "0.01")), settled_on=SETTLED_ON)

    assert plan is not None
    assert plan.total == 1


@pytest.mark.parametrize(("last", "is_taken"), [("49.99", False), ("50.00", True), ("50.01", False)])
def test_the_instalments_are_the_arrears_to_the_fen(last: str, is_taken: bool) -> None:
    plan = replace(PLAN, instalments=(PLAN.instalments[0], Instalment(SECOND, yuan(last))))

    if is_taken:
        require_arrears(settled(), plan, [fee_bill()])
        return
    assert refusal_of(lambda: require_arrears(settled(), plan, [fee_bill()])) == (*WRONG, format_money(plan.total))


@pytest.mark.parametrize(
    ("day", "arrears"), [(date(2026, 3, 31), "83.00"), (APPLIED_ON, "83.00"), (date(2026, 4, 2), "93.00")]
)
def test_the_arrears_of_a_case_are_those_of_the_day_of_its_application(day: date, arrears: str) -> None:
    bill = paid(fee_bill(), (day, "10.00"))
    plan = replace(PLAN, instalments=(Instalment(FIRST, yuan(arrears)),))

    require_arrears(settled(), plan, [bill])


@pytest.mark.parametrize(
    ("changes", "is_covered"),
    [
        ({}, True),
        ({"due_on": date(2026, 4, 1)}, False),
        ({"creditor": Creditor(Payee.PROVIDER, "prv_2")}, False),
        ({"part_id": "prt_2"}, False),
        ({"issued_on": date(2026, 4, 1)}, True),
        ({"issued_on": date(2026, 4, 2)}, False),
        ({"issued_on": date(2026, 3, 1), "cancelled_on": APPLIED_ON, "standing": Standing.CANCELLED}, False),
        ({"cancelled_on": date(2026, 4, 2), "standing": Standing.CANCELLED}, True),
    ],
)
def test_a_plan_is_about_what_was_overdue_to_the_applicant(changes: dict[str, Any], is_covered: bool) -> None:
    assert bool(bills_of_plan(settled(), PLAN, [fee_bill(**changes)])) is is_covered


def test_a_plan_of_the_estate_is_about_all_parts() -> None:
    bills = [fee_bill(), fee_bill("bil_2", part_id="prt_2")]

    assert bills_of_plan(settled(), replace(PLAN, part_id=None), bills) == bills


def test_bills_that_took_the_place_of_others_stay_in_the_plan_and_late_ones_do_not_come_in() -> None:
    corrected = date(2026, 4, 10)
    old = fee_bill(cancelled_on=corrected, standing=Standing.CANCELLED)
    halves = [fee_bill("bil_2", issued_on=corrected, amount=yuan("45.00"))]
    halves.append(fee_bill("bil_3", issued_on=corrected, amount=yuan("48.00")))
    late = fee_bill("bil_4", issued_on=corrected, run_id="run_2")

    bills = bills_of_plan(settled(), PLAN, [old, *halves, late])

    assert bills == [old, *halves]
    assert [arrears_on(bills, day) for day in (APPLIED_ON, corrected)] == [yuan("93.00"), yuan("93.00")]


@pytest.mark.parametrize(
    ("payments", "on", "expected"),
    [
        ((), FIRST, [("DUE", "0.00"), ("DUE", "0.00")]),
        ((), date(2026, 5, 1), [("MISSED", "0.00"), ("DUE", "0.00")]),
        ((), date(2026, 6, 1), [("MISSED", "0.00"), ("MISSED", "0.00")]),
        (((FIRST, "42.99"),), date(2026, 5, 1), [("MISSED", "42.99"), ("DUE", "0.00")]),
        (((FIRST, "43.00"),), date(2026, 5, 1), [("PAID", "43.00"), ("DUE", "0.00")]),
        (((FIRST, "43.01"),), date(2026, 5, 1), [("PAID", "43.00"), ("DUE", "0.01")]),
        (((date(2026, 5, 1), "43.00"),), FIRST, [("DUE", "0.00"), ("DUE", "0.00")]),
        (((date(2026, 5, 2), "43.00"),), date(2026, 5, 1), [("MISSED", "0.00"), ("DUE", "0.00")]),
        (((date(2026, 5, 2), "43.00"),), date(2026, 5, 2), [("PAID", "43.00"), ("DUE", "0.00")]),
        (((APPLIED_ON, "0.00"), (SETTLED_ON, "93.00")), SETTLED_ON, [("PAID", "43.00"), ("PAID", "50.00")]),
    ],
)
def test_an_instalment_is_due_paid_or_missed_by_what_was_paid_up_to_the_day(
    payments: tuple[tuple[date, str], ...], on: date, expected: list[tuple[str, str]]
) -> None:
    assert states(*payments, on=on) == [(state, yuan(amount)) for state, amount in expected]


def test_what_is_written_off_is_no_longer_owed_and_a_refund_is_owed_again() -> None:
    off = standing_on(PLAN, [fee_bill(standing=Standing.WRITTEN_OFF)], FIRST)
    refunded = states((APPLIED_ON, "93.00"), (FIRST, "-93.00"), on=FIRST)

    assert (off.paid, off.outstanding, off.is_kept) == (yuan("93.00"), 0, True)
    assert refunded == [("DUE", 0), ("DUE", 0)]


def test_more_owed_than_agreed_leaves_nothing_paid() -> None:
    standing = standing_on(PLAN, [fee_bill(), fee_bill("bil_2")], FIRST)

    assert (standing.paid, standing.outstanding) == (0, yuan("186.00"))


@pytest.mark.rule("ZG-07")
@pytest.mark.parametrize(("on", "rests"), [(FIRST, True), (date(2026, 5, 1), False)])
def test_the_ladder_rests_until_an_instalment_is_missed(on: date, rests: bool) -> None:
    standing = standing_on(PLAN, [fee_bill()], on)

    assert (standing.is_kept, standing.missed_since) == (rests, None if rests else FIRST)
    if not rests:
        require_missed(standing)
        return
    refused = refusal_of(lambda: require_missed(standing, path=("input", "billId")))
    assert refused == ("STATE_CONFLICT", ("input", "billId"), "2026-04-30")


def test_the_plan_that_was_settled_last_holds() -> None:
    later = {MediationState.APPLIED: date(2026, 4, 5), MediationState.SETTLED: date(2026, 6, 1)}
    first, second = settled(), settled(id_="mdc_0", days=later)
    whole = settled(replace(PLAN, part_id=None), id_="mdc_2")
    cases = [second, whole, first, case(MediationState.APPLIED, id_="mdc_3")]

    assert plan_of_bill(cases, fee_bill()) == second
    assert plan_of_bill(cases, fee_bill(part_id="prt_2")) == whole
    assert plan_of_bill([first, whole], fee_bill()) == whole
    assert plan_of_bill(cases, fee_bill(due_on=date(2026, 4, 5))) is None
    assert plan_of_bill(cases, fee_bill(creditor=Creditor(Payee.PROVIDER, "prv_2"))) is None
    assert versions_of(cases) == {"mdc_1": 1, "mdc_0": 2, "mdc_2": 1}


def test_plans_of_the_whole_estate_and_of_each_part_are_counted_apart() -> None:
    of_estate = [settled(replace(PLAN, part_id=None), id_=f"mdc_{place}") for place in (1, 2)]
    other_part = settled(replace(PLAN, part_id="prt_2"), id_="mdc_3")

    assert versions_of([*of_estate, other_part, settled(id_="mdc_4")]) == {
        "mdc_1": 1,
        "mdc_2": 2,
        "mdc_3": 1,
        "mdc_4": 1,
    }


def test_what_is_paid_is_explained() -> None:
    standing = standing_on(PLAN, [paid(fee_bill(), (FIRST, "43.00"))], FIRST)

    assert explain(PLAN, standing, policy_version_id="national-v1") == Explanation(
        formula="Σ instalments − outstanding",
        inputs=(
            ExplainedValue("Σ instalments", "93.00", "yuan", "settlement of the mediation"),
            ExplainedValue("outstanding", "50.00", "yuan", "the case's bills on 2026-04-30"),
        ),
        parameters=(),
        result="43.00",
        clause="第九百四十四条",
        document="《中华人民共和国民法典》",
        policy_version_id="national-v1",
    )
