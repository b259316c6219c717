"""A use's way from the proposal to publication: the table, what carries a use along it, and what it may not be for."""

from dataclasses import replace
from datetime import date
from itertools import product
from random import Random

import pytest

from kit.errors import Refusal
from kit.money import Fen, yuan
from kit.ratio import Ratio
from policy.instruments.maintenance_fund import SpecialMaintenanceFundPolicy
from policy.policies import Policies
from policy.vocabulary import DecisionMatter, EmergencyReason
from services.finance.domain.maintenance_use import (
    TRANSITIONS,
    AcceptanceMissing,
    BudgetNotPositive,
    DecisionAnnulled,
    DecisionOutcome,
    DecisionOutOfScope,
    FirstPaymentNotProvided,
    FirstPaymentTooHigh,
    MaintenanceUse,
    NotAnEmergency,
    ScopeOutsideEstate,
    SettledOutOfRange,
    UseAct,
    UseDecisionMissing,
    UseNotFiled,
    UseNotPayable,
    UseObject,
    UseState,
    UseStateConflict,
    UseWork,
    annul,
    approve_emergency,
    check_acceptance,
    check_emergency,
    check_first_payment,
    check_payment,
    check_proposal,
    file_use,
    hear_of_decision,
    hear_of_outcome,
    settle,
    take,
)
from tests.heard import DISTRICTS

DAY = date(2024, 4, 10)
USE_MATTER = DecisionMatter.USE_MAINTENANCE_FUND.value


@pytest.fixture(scope="module")
def policy() -> SpecialMaintenanceFundPolicy:
    return Policies.load(DISTRICTS).national(DAY).special_maintenance_fund


def use(state: UseState = UseState.PROPOSED, **changes: object) -> MaintenanceUse:
    proposed = MaintenanceUse(
        id="mus_1",
        fund_id="mtf_1",
        estate_id="est_1",
        district="360702",
        purpose="屋面防水翻修",
        work=UseWork.REPAIR,
        concerns=UseObject.SHARED_PARTS,
        scope_building_ids=("bld_1",),
        budget=yuan("10000.00"),
        proposed_on=DAY,
        state=state,
        state_since=DAY,
        policy_version_id="CN-v1",
    )
    return replace(proposed, **changes)  # type: ignore[arg-type]


@pytest.mark.parametrize(("state", "act"), list(product(UseState, UseAct)))
def test_every_pair_of_state_and_act_is_in_the_table_or_refused(state: UseState, act: UseAct) -> None:
    expected = TRANSITIONS.get((state, act))

    if expected is None:
        with pytest.raises(UseStateConflict) as refused:
            take(use(state), act, DAY)
        assert (refused.value.code, refused.value.value) == ("STATE_CONFLICT", state.value)
    else:
        assert take(use(state), act, DAY).state is expected


@pytest.mark.parametrize("seed", range(20))
def test_a_random_walk_reaches_a_final_state_and_never_pays_before_an_approval(seed: int) -> None:
    dice, walked = Random(seed), use()
    acts: list[UseAct] = []

    while allowed := [act for (state, act), after in TRANSITIONS.items() if state is walked.state is not after]:
        acts.append(dice.choice(allowed))
        walked = take(walked, acts[-1], DAY)

    assert walked.state in {UseState.PUBLISHED, UseState.REJECTED}
    if UseAct.PAY in acts:
        approved = acts.index(UseAct.PASS) if UseAct.PASS in acts else acts.index(UseAct.APPROVE_EMERGENCY)
        assert approved < acts.index(UseAct.ACCEPT) < acts.index(UseAct.SETTLE) < acts.index(UseAct.PAY)


@pytest.mark.rule("ZG-31")
def test_a_fund_pays_for_shared_parts_and_facilities_of_its_estate_alone() -> None:
    def check(concerns: UseObject, *buildings: str, budget: str = "0.01") -> None:
        check_proposal(
            concerns=concerns,
            budget=yuan(budget),
            scope_building_ids=buildings,
            buildings_of_estate=frozenset({"bld_1", "bld_2"}),
        )

    for payable in (UseObject.SHARED_PARTS, UseObject.SHARED_FACILITIES):
        check(payable, "bld_1", "bld_2")
        check(payable)
    for concerns in set(UseObject) - {UseObject.SHARED_PARTS, UseObject.SHARED_FACILITIES}:
        with pytest.raises(UseNotPayable) as refused:
            check(concerns, "bld_1")
        assert (refused.value.code, refused.value.value) == ("EARMARK", concerns.value)
    with pytest.raises(ScopeOutsideEstate) as outside:
        check(UseObject.SHARED_PARTS, "bld_1", "bld_9")
    assert (outside.value.code, outside.value.value) == ("EARMARK", "bld_9")
    with pytest.raises(BudgetNotPositive):
        check(UseObject.SHARED_PARTS, budget="0.00")


@pytest.mark.parametrize("scope_first", [True, False])
def test_the_vote_of_the_scope_carries_the_use_in_whatever_order_it_is_heard(scope_first: bool) -> None:
    proposed = take(use(), UseAct.SCOPE, DAY) if scope_first else use()

    told = hear_of_decision(proposed, decision_id="dec_1", matter=USE_MATTER, scope_building_ids=["bld_1"], on=DAY)
    passed = hear_of_outcome(told, decision_id="dec_1", outcome=DecisionOutcome.PASSED, on=DAY)

    if scope_first:
        assert (told.state, passed.state) == (UseState.VOTING, UseState.APPROVED)
    else:
        assert (told.state, passed.state) == (UseState.PROPOSED, UseState.PROPOSED)


@pytest.mark.parametrize("outcome", [DecisionOutcome.FAILED, DecisionOutcome.NO_QUORUM])
def test_a_use_that_the_owners_did_not_pass_is_rejected(outcome: DecisionOutcome) -> None:
    voting = use(UseState.VOTING, decision_id="dec_1")

    assert hear_of_outcome(voting, decision_id="dec_2", outcome=outcome, on=DAY) == voting
    assert hear_of_outcome(voting, decision_id="dec_1", outcome=outcome, on=DAY).state is UseState.REJECTED


@pytest.mark.parametrize(
    ("matter", "scope"), [("REBUILD", ["bld_1"]), (USE_MATTER, ["bld_1", "bld_2"]), (USE_MATTER, [])]
)
def test_a_decision_on_another_matter_or_scope_does_not_carry_the_use(matter: str, scope: list[str]) -> None:
    with pytest.raises(DecisionOutOfScope) as refused:
        hear_of_decision(use(UseState.SCOPED), decision_id="dec_1", matter=matter, scope_building_ids=scope, on=DAY)
    assert refused.value.code == "VALIDATION"


@pytest.mark.parametrize("state", [UseState.VOTING, UseState.APPROVED, UseState.IN_WORK, UseState.SETTLED])
def test_an_annulled_decision_stops_what_is_unpaid(state: UseState) -> None:
    stopped = annul(use(state, decision_id="dec_1"), on=DAY)

    assert (stopped.state, stopped.annulled_on) == (UseState.REJECTED, DAY)


@pytest.mark.parametrize("state", [UseState.PAID, UseState.ALLOCATED, UseState.PUBLISHED])
def test_an_annulled_decision_leaves_what_is_paid_and_lists_it(state: UseState) -> None:
    paid = use(state, decision_id="dec_1", outcome=DecisionOutcome.PASSED, paid=yuan("100.00"), filing_no="F1")

    kept = annul(paid, on=DAY)

    assert (kept.state, kept.annulled_on, kept.paid) == (state, DAY, yuan("100.00"))
    with pytest.raises(DecisionAnnulled) as refused:
        check_payment(kept)
    assert refused.value.code == "STATE_CONFLICT"


def test_the_bank_pays_after_a_passed_decision_and_the_filing() -> None:
    settled = use(UseState.SETTLED)
    with pytest.raises(UseDecisionMissing) as undecided:
        check_payment(settled)
    assert undecided.value.code == "NEEDS_DECISION"

    passed = replace(settled, decision_id="dec_1", outcome=DecisionOutcome.PASSED)
    with pytest.raises(UseNotFiled) as unfiled:
        check_payment(passed)
    assert unfiled.value.code == "PRECONDITION"

    check_payment(file_use(passed, filing_no="F1", filed_on=DAY))
    with pytest.raises(UseDecisionMissing):
        file_use(settled, filing_no="F1", filed_on=DAY)
    with pytest.raises(UseStateConflict):
        file_use(replace(passed, state=UseState.PAID), filing_no="F1", filed_on=DAY)


def test_in_danger_the_work_begins_without_a_vote_and_is_tagged(policy: SpecialMaintenanceFundPolicy) -> None:
    urgent = use(UseState.SCOPED, emergency_reason=EmergencyReason.LIFT)

    approved = approve_emergency(urgent, filing_no="YJ-1", on=DAY)

    assert (approved.state, approved.emergency_reason) == (UseState.EMERGENCY_APPROVED, EmergencyReason.LIFT)
    check_payment(approved)
    told = hear_of_decision(urgent, decision_id="dec_1", matter=USE_MATTER, scope_building_ids=["bld_1"], on=DAY)
    assert told == urgent


def test_an_emergency_is_one_of_the_districts_list(policy: SpecialMaintenanceFundPolicy) -> None:
    check_emergency(EmergencyReason.LIFT, policy)
    check_emergency(None, policy)
    shorter = replace(policy, emergency_reasons=(EmergencyReason.FIRE_SYSTEM,))
    with pytest.raises(NotAnEmergency) as refused:
        check_emergency(EmergencyReason.LIFT, shorter)
    assert (refused.value.code, refused.value.value) == ("VALIDATION", "LIFT")


@pytest.mark.parametrize(
    ("paid", "amount", "is_allowed"),
    [("0.00", "6000.00", True), ("0.00", "6000.01", False), ("5999.99", "0.01", True), ("6000.00", "0.01", False)],
)
def test_a_first_payment_stays_within_the_local_share_of_the_budget(
    policy: SpecialMaintenanceFundPolicy, paid: str, amount: str, is_allowed: bool
) -> None:
    local = replace(policy, emergency_first_payment_max=Ratio(6_000))
    urgent = use(UseState.IN_WORK, emergency_reason=EmergencyReason.WATER_PUMP, paid=yuan(paid))

    if is_allowed:
        check_first_payment(urgent, yuan(amount), policy=local)
    else:
        with pytest.raises(FirstPaymentTooHigh) as refused:
            check_first_payment(urgent, yuan(amount), policy=local)
        assert (refused.value.code, refused.value.value) == ("OUT_OF_RANGE", amount)


def test_a_first_payment_needs_an_emergency_and_a_local_list(policy: SpecialMaintenanceFundPolicy) -> None:
    urgent = use(UseState.IN_WORK, emergency_reason=EmergencyReason.DRAIN)
    local = replace(policy, emergency_first_payment_max=Ratio(6_000))

    refusals: list[type[Refusal]] = []
    for one, rules, amount in ((urgent, policy, 1), (use(UseState.IN_WORK), local, 1), (urgent, local, 0)):
        with pytest.raises(Refusal) as refused:
            check_first_payment(one, Fen(amount), policy=rules)
        refusals.append(type(refused.value))
    assert refusals == [FirstPaymentNotProvided, UseStateConflict, BudgetNotPositive]


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
    accepted = use(UseState.ACCEPTED, paid=yuan(paid))

    if is_allowed:
        assert settle(accepted, yuan(amount), on=DAY).settled == yuan(amount)
    else:
        with pytest.raises(SettledOutOfRange) as refused:
            settle(accepted, yuan(amount), on=DAY)
        assert refused.value.code == "OUT_OF_RANGE"


@pytest.mark.parametrize("accepted", [None, False])
def test_the_work_is_accepted_by_an_acceptance_that_was_announced(accepted: bool | None) -> None:
    check_acceptance(True, acceptance_id="tko_1")
    with pytest.raises(AcceptanceMissing) as refused:
        check_acceptance(accepted, acceptance_id="tko_1")
    assert (refused.value.code, refused.value.value) == ("PRECONDITION", "tko_1")
