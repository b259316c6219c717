"""A use's way from the proposal to publication: the table, what carries a use along it, and what it may not be for."""

from dataclasses import replace
from itertools import product
from random import Random

import pytest

from kit.money import Fen, yuan
from policy.instruments.maintenance_fund import SpecialMaintenanceFundPolicy
from policy.vocabulary import DecisionMatter, EmergencyReason
from services.finance.domain.maintenance_use import (
    TRANSITIONS,
    DecisionOutcome,
    UseAct,
    UseObject,
    UseState,
    advance,
    annul,
    approve_emergency,
    check_emergency,
    check_payment,
    check_proposal,
    hear_of_decision,
    hear_of_outcome,
    take,
)
from tests.finance.agreements import document_of
from tests.finance.maintenance import DAY, LATER, a_use
from tests.finance.refusals import refusal_of

USE_MATTER = DecisionMatter.USE_MAINTENANCE_FUND.value


@pytest.fixture(scope="module")
def policy() -> SpecialMaintenanceFundPolicy:
    return document_of(day=DAY).special_maintenance_fund


@pytest.mark.parametrize(("state", "act"), list(product(UseState, UseAct)))
def test_every_pair_of_state_and_act_is_in_the_table_or_refused(state: UseState, act: UseAct) -> None:
    expected = TRANSITIONS.get((state, act))

    if expected is None:
        assert refusal_of(lambda: take(a_use(state), act, DAY, path=("input", "useId"))) == (
            "STATE_CONFLICT",
            ("input", "useId"),
            state.value,
        )
    else:
        assert take(a_use(state), act, DAY).state is expected


@pytest.mark.parametrize("seed", range(20))
def test_a_random_walk_reaches_a_final_state_and_never_pays_before_an_approval(seed: int) -> None:
    dice, walked = Random(seed), a_use()
    acts: list[UseAct] = []

    while allowed := [act for (state, act), after in TRANSITIONS.items() if state is walked.state is not after]:
        acts.append(dice.choice(allowed))
        walked = take(walked, acts[-1], DAY)

    assert walked.state in {UseState.PUBLISHED, UseState.REJECTED}
    if UseAct.PAY in acts:
        approved = acts.index(UseAct.PASS) if UseAct.PASS in acts else acts.index(UseAct.APPROVE_EMERGENCY)
        assert approved < acts.index(UseAct.ACCEPT) < acts.index(UseAct.SETTLE) < acts.index(UseAct.PAY)


def test_an_act_changes_the_state_from_its_day_and_one_that_stays_keeps_the_day() -> None:
    scoped = take(a_use(), UseAct.SCOPE, LATER)
    paid_first = take(a_use(UseState.IN_WORK), UseAct.PAY_FIRST, LATER)

    assert scoped == a_use(UseState.SCOPED, state_since=LATER)
    assert paid_first == a_use(UseState.IN_WORK)


def proposal(
    concerns: UseObject = UseObject.SHARED_PARTS, *buildings: str, budget: str = "0.01"
) -> tuple[str, tuple[str, ...], str | None]:
    return refusal_of(
        lambda: check_proposal(
            concerns=concerns,
            budget=yuan(budget),
            scope_building_ids=buildings,
            buildings_of_estate=frozenset({"bld_1", "bld_2"}),
            path=("input",),
        )
    )


PAYABLE = (UseObject.SHARED_PARTS, UseObject.SHARED_FACILITIES)


@pytest.mark.rule("ZG-31")
@pytest.mark.parametrize("concerns", PAYABLE)
@pytest.mark.parametrize("buildings", [(), ("bld_1",), ("bld_1", "bld_2")])
def test_a_fund_pays_for_shared_parts_and_facilities_of_its_estate(
    concerns: UseObject, buildings: tuple[str, ...]
) -> None:
    check_proposal(
        concerns=concerns,
        budget=Fen(1),
        scope_building_ids=buildings,
        buildings_of_estate=frozenset({"bld_1", "bld_2"}),
    )


@pytest.mark.rule("ZG-31")
@pytest.mark.parametrize("concerns", sorted(set(UseObject) - set(PAYABLE)))
def test_a_fund_pays_for_nothing_else(concerns: UseObject) -> None:
    assert proposal(concerns, "bld_1") == ("EARMARK", ("input", "concerns"), concerns.value)


@pytest.mark.rule("ZG-31")
def test_a_fund_pays_in_its_own_estate_and_above_zero() -> None:
    assert proposal(UseObject.SHARED_PARTS, "bld_1", "bld_9") == ("EARMARK", ("input", "scopeBuildingIds"), "bld_9")
    assert proposal(budget="0.00") == ("VALIDATION", ("input", "budget"), "0.00")
    assert proposal(budget="-0.01") == ("VALIDATION", ("input", "budget"), "-0.01")


@pytest.mark.parametrize("scope_first", [True, False])
def test_the_vote_of_the_scope_carries_the_use_in_whatever_order_it_is_heard(scope_first: bool) -> None:
    proposed = take(a_use(), UseAct.SCOPE, DAY) if scope_first else a_use()

    told = hear_of_decision(proposed, decision_id="dec_1", matter=USE_MATTER, scope_building_ids=["bld_1"], on=DAY)
    passed = hear_of_outcome(told, decision_id="dec_1", outcome=DecisionOutcome.PASSED, on=DAY)

    if scope_first:
        assert (told.state, passed.state) == (UseState.VOTING, UseState.APPROVED)
    else:
        assert (told.state, passed.state) == (UseState.PROPOSED, UseState.PROPOSED)


def test_what_is_heard_of_a_decision_is_kept_with_its_day() -> None:
    scoped = a_use(UseState.SCOPED, scope_building_ids=("bld_1", "bld_2"))

    told = hear_of_decision(
        scoped, decision_id="dec_1", matter=USE_MATTER, scope_building_ids=["bld_2", "bld_1"], on=LATER
    )
    passed = hear_of_outcome(told, decision_id="dec_1", outcome=DecisionOutcome.PASSED, on=DAY)

    assert told == replace(scoped, decision_id="dec_1", state=UseState.VOTING, state_since=LATER)
    assert passed == replace(
        told, outcome=DecisionOutcome.PASSED, decided_on=DAY, state=UseState.APPROVED, state_since=DAY
    )


def test_a_decision_that_was_heard_before_the_scope_carries_the_use_once_it_is_fixed() -> None:
    proposed = a_use(decision_id="dec_1", outcome=DecisionOutcome.PASSED, decided_on=DAY)

    scoped = advance(take(proposed, UseAct.SCOPE, DAY), LATER)

    assert (scoped.state, scoped.state_since) == (UseState.APPROVED, LATER)
    assert advance(a_use(UseState.SCOPED), LATER) == a_use(UseState.SCOPED)
    assert advance(a_use(UseState.VOTING), LATER) == a_use(UseState.VOTING)


def test_a_second_decision_or_outcome_changes_nothing() -> None:
    voting = a_use(UseState.VOTING, decision_id="dec_1")
    approved = a_use(UseState.APPROVED, decision_id="dec_1", outcome=DecisionOutcome.PASSED, decided_on=DAY)

    second = hear_of_decision(voting, decision_id="dec_2", matter=USE_MATTER, scope_building_ids=["bld_1"], on=LATER)
    again = hear_of_outcome(approved, decision_id="dec_1", outcome=DecisionOutcome.FAILED, on=LATER)

    assert (second, again) == (voting, approved)


@pytest.mark.parametrize("outcome", [DecisionOutcome.FAILED, DecisionOutcome.NO_QUORUM])
def test_a_use_that_the_owners_did_not_pass_is_rejected(outcome: DecisionOutcome) -> None:
    voting = a_use(UseState.VOTING, decision_id="dec_1")

    assert hear_of_outcome(voting, decision_id="dec_2", outcome=outcome, on=DAY) == voting
    assert hear_of_outcome(voting, decision_id="dec_1", outcome=outcome, on=DAY).state is UseState.REJECTED


@pytest.mark.parametrize(
    ("matter", "scope", "path", "value"),
    [
        ("REBUILD", ["bld_1"], "matter", "REBUILD"),
        (USE_MATTER, ["bld_2", "bld_1"], "scopeBuildingIds", "bld_1, bld_2"),
        (USE_MATTER, [], "scopeBuildingIds", ""),
    ],
)
def test_a_decision_on_another_matter_or_scope_does_not_carry_the_a_use(
    matter: str, scope: list[str], path: str, value: str
) -> None:
    def hear() -> None:
        hear_of_decision(a_use(UseState.SCOPED), decision_id="dec_1", matter=matter, scope_building_ids=scope, on=DAY)

    assert refusal_of(hear) == ("VALIDATION", (path,), value)


@pytest.mark.parametrize(
    "state", [UseState.VOTING, UseState.APPROVED, UseState.IN_WORK, UseState.ACCEPTED, UseState.SETTLED]
)
def test_an_annulled_decision_stops_what_is_unpaid(state: UseState) -> None:
    decided = a_use(state, decision_id="dec_1")

    assert annul(decided, on=LATER) == replace(decided, state=UseState.REJECTED, state_since=LATER, annulled_on=LATER)


@pytest.mark.parametrize(
    "state", [UseState.PAID, UseState.ALLOCATED, UseState.PUBLISHED, UseState.PROPOSED, UseState.SCOPED]
)
def test_an_annulled_decision_leaves_what_is_paid_or_not_voted_on_and_lists_it(state: UseState) -> None:
    kept = a_use(state, decision_id="dec_1")

    assert annul(kept, on=LATER) == replace(kept, annulled_on=LATER)


def test_what_was_rejected_or_annulled_before_is_not_annulled_again() -> None:
    for ended in (a_use(UseState.REJECTED), a_use(UseState.PAID, annulled_on=DAY)):
        assert annul(ended, on=LATER) == ended


def test_in_danger_the_work_begins_without_a_vote_and_is_tagged() -> None:
    urgent = a_use(UseState.SCOPED, emergency_reason=EmergencyReason.LIFT)

    approved = approve_emergency(urgent, filing_no="YJ-1", on=LATER)

    assert approved == replace(
        urgent, state=UseState.EMERGENCY_APPROVED, state_since=LATER, filing_no="YJ-1", filed_on=LATER
    )
    check_payment(approved, on=LATER)
    told = hear_of_decision(urgent, decision_id="dec_1", matter=USE_MATTER, scope_building_ids=["bld_1"], on=DAY)
    assert told == urgent
    late = replace(urgent, state=UseState.VOTING)
    assert refusal_of(lambda: approve_emergency(late, filing_no="YJ-1", on=DAY, path=("input", "useId"))) == (
        "STATE_CONFLICT",
        ("input", "useId"),
        "VOTING",
    )


def test_an_emergency_is_one_of_the_districts_list(policy: SpecialMaintenanceFundPolicy) -> None:
    check_emergency(EmergencyReason.LIFT, policy)
    check_emergency(None, policy)

    shorter = replace(policy, emergency_reasons=(EmergencyReason.FIRE_SYSTEM,))
    assert refusal_of(lambda: check_emergency(EmergencyReason.LIFT, shorter, path=("input", "reason"))) == (
        "VALIDATION",
        ("input", "reason"),
        "LIFT",
    )


@pytest.mark.parametrize(
    ("changes", "approved_by"),
    [
        ({}, None),
        ({"outcome": DecisionOutcome.FAILED}, None),
        ({"outcome": DecisionOutcome.PASSED}, "业主共同决定"),
        ({"emergency_reason": EmergencyReason.LIFT, "filing_no": "YJ-1"}, "应急使用备案 YJ-1"),
    ],
)
def test_a_use_says_who_approved_it(changes: dict[str, object], approved_by: str | None) -> None:
    assert a_use(**changes).approved_by == approved_by  # type: ignore[arg-type]


def test_a_use_says_its_scope() -> None:
    assert [a_use(scope_building_ids=ids).scope for ids in ((), ("bld_1",), ("bld_1", "bld_2"))] == [
        "全小区",
        "bld_1",
        "bld_1、bld_2",
    ]
