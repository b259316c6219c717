"""What a contract must state, who may be selected, and when it starts."""

from dataclasses import replace
from datetime import date

import pytest

from kit.errors import Refusal, ValidationFailed
from kit.money import Fen, yuan
from kit.ratio import Ratio
from services.registry.domain.contract import (
    CongressMissing,
    ContractKind,
    ContractNotRunning,
    DepositStatus,
    DepositTerms,
    DisclosureInterval,
    HiringDecision,
    HiringDecisionMissing,
    RemunerationKind,
    StandingContract,
    SurplusRule,
    TrustTerms,
    UnableToStart,
    advice_addressee,
    binds_owners,
    check_deposit_terms,
    check_period,
    check_signature,
    check_start,
    check_trust_terms,
    ends_at_start,
    entry_flags,
    require_hiring_decision,
    require_running,
    signing_body,
)
from services.registry.domain.contract_state import ContractState, ContractStepRefused
from services.registry.domain.decision import DecisionMatter, DecisionState
from services.registry.domain.estate import OwnersBody

SIGNED_ON = date(2026, 3, 1)
PASSED = HiringDecision(
    estate_id="est_1",
    matter=DecisionMatter.HIRE_OR_DISMISS_PROVIDER,
    state=DecisionState.CLOSED_PASSED,
    subject_ref="prv_1",
    closed_on=SIGNED_ON,
)


def require_hiring(kind: ContractKind, decision: HiringDecision | None) -> None:
    require_hiring_decision(kind, decision, estate_id="est_1", provider_id="prv_1", signed_on=SIGNED_ON)


@pytest.mark.rule("DH-31")
@pytest.mark.parametrize("kind", [ContractKind.CONGRESS, ContractKind.TRUST])
def test_owners_contracts_need_a_passed_decision_to_hire(kind: ContractKind) -> None:
    require_hiring(kind, PASSED)

    with pytest.raises(HiringDecisionMissing) as refused:
        require_hiring(kind, None)
    assert refused.value.value == kind.value
    assert (refused.value.code, refused.value.path) == ("NEEDS_DECISION", ("input", "decisionId"))


@pytest.mark.rule("DH-31")
@pytest.mark.rule("PZ-27")
@pytest.mark.parametrize(
    ("decision", "value"),
    [
        (replace(PASSED, estate_id="est_2"), "est_2"),
        (replace(PASSED, matter=DecisionMatter.USE_MAINTENANCE_FUND), "USE_MAINTENANCE_FUND"),
        (replace(PASSED, state=DecisionState.CLOSED_FAILED), "CLOSED_FAILED"),
        (replace(PASSED, state=DecisionState.CLOSED_NO_QUORUM), "CLOSED_NO_QUORUM"),
        (replace(PASSED, state=DecisionState.NOTICED, closed_on=None), "NOTICED"),
        (replace(PASSED, closed_on=date(2026, 3, 2)), "2026-03-02"),
        (replace(PASSED, subject_ref="prv_2"), "prv_2"),
    ],
    ids=["estate", "matter", "failed", "no quorum", "open", "later", "another provider"],
)
def test_a_decision_that_does_not_carry_the_contract_is_none(decision: HiringDecision, value: str | None) -> None:
    with pytest.raises(HiringDecisionMissing) as refused:
        require_hiring(ContractKind.TRUST, decision)

    assert refused.value.value == value
    assert refused.value.path == ("input", "decisionId")


@pytest.mark.parametrize("kind", [ContractKind.EARLY_STAGE, ContractKind.COOPERATION, ContractKind.CUSTODY])
def test_other_contracts_need_no_decision(kind: ContractKind) -> None:
    require_hiring(kind, None)


@pytest.mark.rule("ZG-17")
@pytest.mark.parametrize(
    "terms",
    [DepositTerms(DepositStatus.NOT_AGREED), DepositTerms(DepositStatus.AGREED, Fen(1))],
)
def test_a_contract_may_agree_on_a_deposit_or_not(terms: DepositTerms) -> None:
    check_deposit_terms(terms)


@pytest.mark.rule("ZG-18")
@pytest.mark.parametrize(
    ("terms", "value"),
    [
        (DepositTerms(DepositStatus.AGREED), None),
        (DepositTerms(DepositStatus.AGREED, Fen(0)), "0.00"),
        (DepositTerms(DepositStatus.AGREED, Fen(-1)), "-0.01"),
        (DepositTerms(DepositStatus.NOT_AGREED, Fen(100)), "1.00"),
    ],
)
def test_a_deposit_clause_that_contradicts_itself_is_refused(terms: DepositTerms, value: str | None) -> None:
    with pytest.raises(ValidationFailed) as refused:
        check_deposit_terms(terms)

    assert refused.value.value == value
    assert refused.value.path == ("input", "deposit", "ratePerM2")


TRUST = TrustTerms(
    remuneration_kind=RemunerationKind.PERCENT_OF_SPEND,
    remuneration_rate=Ratio(1_000),
    remuneration_fixed=None,
    dual_sign_above=yuan("5000.00"),
    disclosure_every=DisclosureInterval.MONTH,
    surplus_rule=SurplusRule.CARRY_FORWARD,
)


@pytest.mark.rule("PZ-27")
def test_a_trust_contract_has_trust_terms_and_no_other_has() -> None:
    check_trust_terms(ContractKind.TRUST, TRUST)
    check_trust_terms(ContractKind.CONGRESS, None)
    smallest = replace(TRUST, remuneration_rate=Ratio(1), dual_sign_above=Fen(0))
    check_trust_terms(ContractKind.TRUST, smallest)
    fixed = replace(smallest, remuneration_kind=RemunerationKind.FIXED, remuneration_rate=None)
    check_trust_terms(ContractKind.TRUST, replace(fixed, remuneration_fixed=Fen(1)))

    for kind, terms in ((ContractKind.TRUST, None), (ContractKind.CONGRESS, TRUST)):
        with pytest.raises(ValidationFailed) as refused:
            check_trust_terms(kind, terms)
        assert (refused.value.path, refused.value.value) == (("input", "trust"), kind.value)


@pytest.mark.rule("PZ-27")
@pytest.mark.parametrize(
    ("changed", "field", "value"),
    [
        ({"remuneration_rate": None}, "remunerationRate", None),
        ({"remuneration_rate": Ratio(0)}, "remunerationRate", "0.0000"),
        ({"remuneration_fixed": Fen(1)}, "remunerationRate", "0.1000"),
        (
            {"remuneration_kind": RemunerationKind.FIXED, "remuneration_rate": None, "remuneration_fixed": Fen(0)},
            "remunerationFixed",
            "0.00",
        ),
        ({"remuneration_kind": RemunerationKind.FIXED}, "remunerationFixed", None),
        ({"remuneration_kind": RemunerationKind.FIXED, "remuneration_fixed": Fen(1)}, "remunerationFixed", "0.01"),
        ({"dual_sign_above": Fen(-1)}, "dualSignAbove", "-0.01"),
    ],
)
def test_trust_terms_that_contradict_themselves_are_refused(
    changed: dict[str, object], field: str, value: str | None
) -> None:
    with pytest.raises(ValidationFailed) as refused:
        check_trust_terms(ContractKind.TRUST, replace(TRUST, **changed))

    assert refused.value.value == value
    assert refused.value.path == ("input", "trust", field)


def test_the_developer_signs_an_early_stage_contract() -> None:
    assert signing_body(ContractKind.EARLY_STAGE, OwnersBody.CONGRESS_ONLY) is OwnersBody.NONE
    assert advice_addressee(OwnersBody.NONE) == "DEVELOPER"


@pytest.mark.parametrize("body", [OwnersBody.CONGRESS_ONLY, OwnersBody.CONGRESS_WITH_COMMITTEE])
def test_the_congress_signs_its_contract(body: OwnersBody) -> None:
    assert signing_body(ContractKind.CONGRESS, body) is body
    assert advice_addressee(body) == body.value


@pytest.mark.rule("DH-31")
@pytest.mark.rule("XY-06")
@pytest.mark.rule("PZ-16")
@pytest.mark.parametrize("body", [OwnersBody.MANAGEMENT_COMMITTEE, OwnersBody.ACTING_COMMUNITY])
def test_who_acts_for_the_committee_signs_but_the_owners_still_decide(body: OwnersBody) -> None:
    assert signing_body(ContractKind.CONGRESS, body) is body

    with pytest.raises(HiringDecisionMissing) as refused:
        require_hiring(ContractKind.CONGRESS, None)
    assert (refused.value.path, refused.value.value) == (("input", "decisionId"), "CONGRESS")
    assert refused.value.code == "NEEDS_DECISION"


@pytest.mark.rule("PZ-25")
@pytest.mark.parametrize(
    ("kind", "body"),
    [
        (ContractKind.CONGRESS, OwnersBody.NONE),
        (ContractKind.TRUST, OwnersBody.NONE),
        (ContractKind.TRUST, OwnersBody.MANAGEMENT_COMMITTEE),
        (ContractKind.TRUST, OwnersBody.ACTING_COMMUNITY),
    ],
)
def test_without_a_body_nobody_signs_for_the_owners(kind: ContractKind, body: OwnersBody) -> None:
    with pytest.raises(CongressMissing) as refused:
        signing_body(kind, body)

    assert refused.value.path == ("input", "kind")
    assert (refused.value.code, refused.value.value) == ("PRECONDITION", kind.value)


@pytest.mark.parametrize(
    ("kind", "state", "decision_id", "expected"),
    [
        (ContractKind.EARLY_STAGE, ContractState.SIGNED, None, True),
        (ContractKind.CONGRESS, ContractState.ACTIVE, "dec_1", True),
        (ContractKind.COOPERATION, ContractState.ACTIVE, None, False),
        (ContractKind.CONGRESS, ContractState.DRAFT, None, False),
    ],
)
def test_a_developers_contract_and_a_decided_one_bind_every_owner(
    kind: ContractKind, state: ContractState, decision_id: str | None, expected: bool
) -> None:
    assert binds_owners(kind, state=state, decision_id=decision_id) is expected


@pytest.mark.parametrize(
    ("from_", "today", "field"),
    [(SIGNED_ON, date(2026, 2, 28), "signedOn"), (date(2026, 2, 28), SIGNED_ON, "from")],
)
def test_a_signature_that_cannot_be_is_refused(from_: date, today: date, field: str) -> None:
    with pytest.raises(ValidationFailed) as refused:
        check_signature(signed_on=SIGNED_ON, from_=from_, today=today)

    assert refused.value.value == from_.isoformat()
    assert refused.value.path == ("input", field)


def test_a_term_ends_after_it_begins_and_may_begin_on_the_day_of_signing() -> None:
    check_signature(signed_on=SIGNED_ON, from_=SIGNED_ON, today=SIGNED_ON)
    check_period(from_=SIGNED_ON, to=date(2026, 3, 2))
    check_period(from_=SIGNED_ON, to=None)

    with pytest.raises(ValidationFailed) as refused:
        check_period(from_=SIGNED_ON, to=SIGNED_ON)
    assert refused.value.value == "2026-03-01"
    assert refused.value.path == ("input", "to")


def start(**changed: object) -> ContractState:
    facts = {
        "state": ContractState.SIGNED,
        "service_start_on": SIGNED_ON,
        "signed_on": SIGNED_ON,
        "serving_contract": None,
    }
    return check_start(**{**facts, **changed})  # type: ignore[arg-type]


def test_service_may_begin_on_the_day_of_signing() -> None:
    assert start() is ContractState.ACTIVE


@pytest.mark.rule("DH-51")
@pytest.mark.parametrize(
    "state", [state for state in ContractState if state is not ContractState.SIGNED], ids=lambda state: state.value
)
def test_nobody_enters_before_the_signature_or_a_second_time(state: ContractState) -> None:
    with pytest.raises(ContractStepRefused) as refused:
        start(state=state)

    assert refused.value.path == ()
    assert (refused.value.code, refused.value.value) == ("STATE_CONFLICT", state.value)


@pytest.mark.parametrize(
    ("changed", "refusal", "path", "value"),
    [
        ({"serving_contract": "HT-1"}, UnableToStart, (), "HT-1"),
        ({"service_start_on": date(2026, 2, 28)}, ValidationFailed, ("input", "serviceStartOn"), "2026-02-28"),
    ],
)
def test_a_start_that_cannot_be_is_refused(
    changed: dict[str, object], refusal: type[Refusal], path: tuple[str, ...], value: str | None
) -> None:
    with pytest.raises(refusal) as refused:
        start(**changed)

    assert (refused.value.path, refused.value.value) == (path, value)


@pytest.mark.rule("PZ-16")
def test_a_provider_that_enters_after_the_first_day_of_the_term_is_flagged() -> None:
    assert entry_flags(from_=SIGNED_ON, service_start_on=SIGNED_ON) == ()
    (flag,) = entry_flags(from_=SIGNED_ON, service_start_on=date(2026, 3, 2))
    assert (flag.code, flag.path, flag.value) == ("WARN:LATE_ENTRY", ("input", "serviceStartOn"), "2026-03-02")


OWN = StandingContract(kind=ContractKind.CONGRESS, state=ContractState.SIGNED, provider_id="prv_1", to=None)
SERVING = StandingContract(
    kind=ContractKind.CONGRESS, state=ContractState.ACTIVE, provider_id="prv_1", to=date(2026, 2, 28)
)


@pytest.mark.parametrize(
    ("standing", "by", "ends"),
    [
        (replace(SERVING, kind=ContractKind.EARLY_STAGE, to=None), OWN, True),
        (replace(SERVING, kind=ContractKind.EARLY_STAGE), replace(OWN, kind=ContractKind.EARLY_STAGE), True),
        (
            replace(SERVING, kind=ContractKind.EARLY_STAGE, to=None),
            replace(OWN, kind=ContractKind.EARLY_STAGE),
            False,
        ),
        (SERVING, OWN, True),
        (replace(SERVING, to=SIGNED_ON), OWN, False),
        (replace(SERVING, to=None), OWN, False),
        (SERVING, replace(OWN, provider_id="prv_2"), False),
        (replace(SERVING, state=ContractState.EXIT_NOTICED), OWN, False),
        (replace(SERVING, kind=ContractKind.EARLY_STAGE, state=ContractState.BUFFERING), OWN, False),
    ],
    ids=[
        "early stage",
        "early stage renewed",
        "early stage against early stage",
        "run out and renewed",
        "last day of the term",
        "without a term",
        "another provider",
        "on its way out",
        "handing over",
    ],
)
def test_what_ends_when_service_under_another_contract_begins(
    standing: StandingContract, by: StandingContract, ends: bool
) -> None:
    assert ends_at_start(standing, by=by, on=SIGNED_ON) is ends


@pytest.mark.parametrize(
    ("state", "blocks"),
    [
        (ContractState.SIGNED, False),
        (ContractState.ACTIVE, True),
        (ContractState.RESELECTING, True),
        (ContractState.HANDING_OVER, False),
        (ContractState.BUFFERING, False),
        (ContractState.TERMINATED, False),
    ],
)
def test_one_area_has_one_provider_until_it_hands_over(state: ContractState, blocks: bool) -> None:
    assert replace(SERVING, state=state).blocks_a_start is blocks


@pytest.mark.parametrize("state", [ContractState.DRAFT, ContractState.TERMINATED])
def test_nothing_is_added_to_a_draft_or_an_ended_contract(state: ContractState) -> None:
    require_running(ContractState.BUFFERING)

    with pytest.raises(ContractNotRunning) as refused:
        require_running(state)
    assert (refused.value.path, refused.value.value) == (("input", "contractId"), state.value)
    assert refused.value.code == "STATE_CONFLICT"
