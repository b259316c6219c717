"""A use of a fund is filed, accepted, settled and paid; in danger some is paid before (Decree 165, art. 23, 24)."""

from dataclasses import replace
from datetime import timedelta

import pytest

from kit.money import Fen, yuan
from kit.ratio import Ratio
from policy.instruments.maintenance_fund import SpecialMaintenanceFundPolicy
from policy.vocabulary import EmergencyReason
from services.finance.domain.maintenance_use import (
    AcceptanceMissing,
    DecisionOutcome,
    MaintenanceUse,
    UseState,
    check_acceptance,
    check_first_payment,
    check_payment,
    file_use,
    settle,
)
from tests.finance.agreements import document_of
from tests.finance.maintenance import DAY, LATER, a_use
from tests.finance.refusals import refusal_of


@pytest.fixture(scope="module")
def policy() -> SpecialMaintenanceFundPolicy:
    return document_of(day=DAY).special_maintenance_fund


PASSED = a_use(UseState.SETTLED, decision_id="dec_1", outcome=DecisionOutcome.PASSED, decided_on=DAY)


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"outcome": None}, ("NEEDS_DECISION", ("input", "useId"), "mus_1")),
        ({"outcome": DecisionOutcome.FAILED}, ("NEEDS_DECISION", ("input", "useId"), "mus_1")),
        ({"filed_on": None}, ("PRECONDITION", ("input", "useId"), "mus_1")),
        ({"filed_on": LATER + timedelta(days=1)}, ("PRECONDITION", ("input", "useId"), LATER.isoformat())),
        ({"annulled_on": DAY}, ("STATE_CONFLICT", ("input", "useId"), "dec_1")),
    ],
    ids=["not decided", "not passed", "not filed", "filed a day later", "annulled"],
)
def test_the_bank_pays_after_a_passed_decision_and_the_filing(
    changes: dict[str, object], expected: tuple[str, tuple[str, ...], str]
) -> None:
    filed = replace(PASSED, filing_no="F1", filed_on=LATER)
    check_payment(filed, on=LATER)

    unready = replace(filed, **changes)  # type: ignore[arg-type]
    assert refusal_of(lambda: check_payment(unready, on=LATER, path=("input", "useId"))) == expected


FILED_IN = (UseState.APPROVED, UseState.IN_WORK, UseState.ACCEPTED, UseState.SETTLED)


@pytest.mark.parametrize("state", list(UseState))
def test_a_use_is_filed_from_its_approval_until_it_is_paid(state: UseState) -> None:
    decided = replace(PASSED, state=state)

    def file_it() -> MaintenanceUse:
        return file_use(decided, filing_no="F1", filed_on=LATER, path=("input", "useId"))

    if state in FILED_IN:
        assert file_it() == replace(decided, filing_no="F1", filed_on=LATER)
    else:
        assert refusal_of(file_it) == ("STATE_CONFLICT", ("input", "useId"), state.value)


def test_a_use_is_filed_from_the_day_on_which_the_owners_passed_it() -> None:
    decided = replace(PASSED, state=UseState.APPROVED, decided_on=LATER)

    assert file_use(decided, filing_no="F1", filed_on=LATER).filed_on == LATER
    assert refusal_of(lambda: file_use(decided, filing_no="F1", filed_on=DAY, path=("input", "useId"))) == (
        "NEEDS_DECISION",
        ("input", "useId"),
        DAY.isoformat(),
    )


@pytest.mark.parametrize("outcome", [None, DecisionOutcome.FAILED, DecisionOutcome.NO_QUORUM])
def test_a_use_is_not_filed_before_the_owners_passed_it(outcome: DecisionOutcome | None) -> None:
    undecided = a_use(UseState.SETTLED, outcome=outcome)

    assert refusal_of(lambda: file_use(undecided, filing_no="F1", filed_on=DAY, path=("input", "useId"))) == (
        "NEEDS_DECISION",
        ("input", "useId"),
        "mus_1",
    )


@pytest.mark.parametrize(
    ("paid", "amount", "is_allowed"),
    [("0.00", "6000.00", True), ("0.00", "6000.01", False), ("5999.99", "0.01", True), ("6000.00", "0.01", False)],
)
def test_a_first_payment_stays_within_the_local_share_of_the_budget(
    policy: SpecialMaintenanceFundPolicy, paid: str, amount: str, is_allowed: bool
) -> None:
    local = replace(policy, emergency_first_payment_max=Ratio(6_000))
    urgent = a_use(UseState.IN_WORK, emergency_reason=EmergencyReason.WATER_PUMP, paid=yuan(paid))

    if is_allowed:
        check_first_payment(urgent, yuan(amount), policy=local)
    else:
        assert refusal_of(
            lambda: check_first_payment(urgent, yuan(amount), policy=local, path=("input", "amount"))
        ) == ("OUT_OF_RANGE", ("input", "amount"), amount)  # fmt: skip


def test_a_first_payment_needs_an_emergency_and_a_local_list(policy: SpecialMaintenanceFundPolicy) -> None:
    urgent = a_use(UseState.IN_WORK, emergency_reason=EmergencyReason.DRAIN)
    local = replace(policy, emergency_first_payment_max=Ratio(6_000))

    def refused(one: MaintenanceUse, rules: SpecialMaintenanceFundPolicy, amount: int) -> object:
        return refusal_of(lambda: check_first_payment(one, Fen(amount), policy=rules, path=("input", "amount")))

    assert refused(urgent, policy, 1) == ("INSTRUMENT_NOT_AVAILABLE", ("input", "amount"), "360702")
    assert refused(a_use(UseState.IN_WORK), local, 1) == ("STATE_CONFLICT", ("input", "amount"), "IN_WORK")
    assert refused(urgent, local, 0) == ("VALIDATION", ("input", "amount"), "0.00")
    check_first_payment(urgent, Fen(1), policy=local)


@pytest.mark.parametrize(
    ("paid", "amount", "is_allowed"),
    [
        ("0.00", "10000.00", True),
        ("0.00", "10000.01", False),
        ("0.00", "0.01", True),
        ("0.00", "0.00", False),
        ("600.00", "600.00", True),
        ("600.00", "599.99", False),
    ],
)
def test_a_settlement_lies_within_the_budget_and_covers_what_is_paid(paid: str, amount: str, is_allowed: bool) -> None:
    accepted = a_use(UseState.ACCEPTED, paid=yuan(paid))

    if is_allowed:
        assert settle(accepted, yuan(amount), on=LATER) == replace(
            accepted, state=UseState.SETTLED, state_since=LATER, settled=yuan(amount)
        )
    else:
        assert refusal_of(lambda: settle(accepted, yuan(amount), on=LATER, path=("input", "amount"))) == (
            "OUT_OF_RANGE",
            ("input", "amount"),
            amount,
        )


def test_only_accepted_work_is_settled() -> None:
    assert refusal_of(lambda: settle(a_use(UseState.IN_WORK), Fen(1), on=DAY, path=("input", "useId"))) == (
        "STATE_CONFLICT",
        ("input", "useId"),
        "IN_WORK",
    )


@pytest.mark.parametrize(("accepted", "message"), [(None, "is not known for this estate"), (False, "was not accepted")])
def test_the_work_is_accepted_by_an_acceptance_that_was_announced(accepted: bool | None, message: str) -> None:
    check_acceptance(True, acceptance_id="tko_1")

    def check() -> None:
        check_acceptance(accepted, acceptance_id="tko_1", path=("input", "acceptanceId"))

    assert refusal_of(check) == ("PRECONDITION", ("input", "acceptanceId"), "tko_1")
    with pytest.raises(AcceptanceMissing, match=message):
        check()
