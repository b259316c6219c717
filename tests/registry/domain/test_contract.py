"""What a contract must state, who may be selected, and when it starts."""

from dataclasses import replace
from datetime import date

import pytest

from kit.errors import Refusal, ValidationFailed
from kit.money import Fen, yuan
from kit.ratio import Ratio
from services.registry.domain.contract import (
    BidderNotEligible,
    CongressMissing,
    ContractKind,
    ContractNotWritten,
    ContractState,
    DepositStatus,
    DepositTerms,
    DisclosureInterval,
    DraftItem,
    HiringDecision,
    HiringDecisionMissing,
    RemunerationKind,
    SurplusRule,
    Tender,
    TenderMethod,
    TenderRecordMissing,
    TrustTerms,
    UnableToStart,
    advice_addressee,
    check_deposit_terms,
    check_start,
    check_term,
    check_trust_terms,
    checked_items,
    require_hiring_decision,
    require_tender,
    signing_body,
)
from services.registry.domain.decision import DecisionMatter, DecisionState
from services.registry.domain.estate import OwnersBody

SIGNED_ON = date(2026, 3, 1)
ITEM = DraftItem("CLEANING", True, None, "楼道保洁", "每日一次", yuan("0.60"), "m2/month")
PASSED = HiringDecision(
    estate_id="est_1",
    matter=DecisionMatter.HIRE_OR_DISMISS_PROVIDER,
    state=DecisionState.CLOSED_PASSED,
    subject_ref="prv_1",
    closed_on=SIGNED_ON,
)
TENDER = Tender(TenderMethod.OPEN, "赣住建招〔2026〕1号", SIGNED_ON)


def require_hiring(kind: ContractKind, decision: HiringDecision | None) -> None:
    require_hiring_decision(kind, decision, estate_id="est_1", provider_id="prv_1", signed_on=SIGNED_ON)


@pytest.mark.rule("DH-33")
def test_a_complete_item_is_accepted() -> None:
    assert checked_items([ITEM])[0].standard == "每日一次"


@pytest.mark.rule("DH-33")
@pytest.mark.parametrize(
    ("field", "value", "path"),
    [
        ("description", None, "description"),
        ("description", "  ", "description"),
        ("standard", None, "standard"),
        ("standard", "", "standard"),
        ("price", None, "price"),
        ("price", Fen(-1), "price"),
        ("price_unit", None, "priceUnit"),
    ],
)
def test_an_item_without_content_standard_or_price_is_refused(field: str, value: object, path: str) -> None:
    with pytest.raises(ContractNotWritten) as refused:
        checked_items([ITEM, replace(ITEM, **{field: value})])

    assert (refused.value.code, refused.value.path) == ("VALIDATION", ("input", "items", "1", path))


@pytest.mark.rule("DH-33")
@pytest.mark.parametrize("count", [0, 201])
def test_a_contract_states_some_services_and_not_too_many(count: int) -> None:
    with pytest.raises(ContractNotWritten) as refused:
        checked_items([ITEM] * count)

    assert refused.value.value == str(count)


@pytest.mark.rule("DH-31")
@pytest.mark.parametrize("kind", [ContractKind.CONGRESS, ContractKind.TRUST])
def test_owners_contracts_need_a_passed_decision_to_hire(kind: ContractKind) -> None:
    require_hiring(kind, PASSED)

    with pytest.raises(HiringDecisionMissing) as refused:
        require_hiring(kind, None)
    assert (refused.value.code, refused.value.path) == ("NEEDS_DECISION", ("input", "decisionId"))


@pytest.mark.rule("DH-31")
@pytest.mark.rule("PZ-27")
@pytest.mark.parametrize(
    "decision",
    [
        replace(PASSED, estate_id="est_2"),
        replace(PASSED, matter=DecisionMatter.USE_MAINTENANCE_FUND),
        replace(PASSED, state=DecisionState.CLOSED_FAILED),
        replace(PASSED, state=DecisionState.CLOSED_NO_QUORUM),
        replace(PASSED, state=DecisionState.NOTICED, closed_on=None),
        replace(PASSED, closed_on=date(2026, 3, 2)),
        replace(PASSED, subject_ref="prv_2"),
    ],
    ids=["estate", "matter", "failed", "no quorum", "open", "later", "another provider"],
)
def test_a_decision_that_does_not_carry_the_contract_is_none(decision: HiringDecision) -> None:
    with pytest.raises(HiringDecisionMissing):
        require_hiring(ContractKind.TRUST, decision)


@pytest.mark.parametrize("kind", [ContractKind.EARLY_STAGE, ContractKind.COOPERATION, ContractKind.CUSTODY])
def test_other_contracts_need_no_decision(kind: ContractKind) -> None:
    require_hiring(kind, None)


@pytest.mark.rule("ZG-10")
def test_an_early_stage_contract_without_a_tender_is_refused() -> None:
    with pytest.raises(TenderRecordMissing) as refused:
        require_tender(ContractKind.EARLY_STAGE, None, filed=True, blacklisted=False, signed_on=SIGNED_ON)

    assert refused.value.code == "PRECONDITION"


@pytest.mark.rule("ZG-10")
def test_a_tender_awarded_on_the_day_of_signing_counts_and_a_later_one_does_not() -> None:
    require_tender(ContractKind.EARLY_STAGE, TENDER, filed=True, blacklisted=False, signed_on=SIGNED_ON)

    late = replace(TENDER, awarded_on=date(2026, 3, 2))
    with pytest.raises(TenderRecordMissing):
        require_tender(ContractKind.EARLY_STAGE, late, filed=True, blacklisted=False, signed_on=SIGNED_ON)


@pytest.mark.rule("ZG-11")
@pytest.mark.parametrize(("filed", "blacklisted"), [(False, False), (True, True)])
def test_a_bidder_is_filed_and_not_blacklisted(filed: bool, blacklisted: bool) -> None:
    with pytest.raises(BidderNotEligible) as refused:
        require_tender(ContractKind.EARLY_STAGE, TENDER, filed=filed, blacklisted=blacklisted, signed_on=SIGNED_ON)

    assert (refused.value.code, refused.value.path) == ("PRECONDITION", ("input", "providerId"))


def test_only_an_early_stage_contract_has_a_tender() -> None:
    with pytest.raises(ValidationFailed):
        require_tender(ContractKind.CONGRESS, TENDER, filed=True, blacklisted=False, signed_on=SIGNED_ON)


@pytest.mark.rule("ZG-17")
@pytest.mark.parametrize(
    "terms",
    [DepositTerms(DepositStatus.NOT_AGREED), DepositTerms(DepositStatus.AGREED, Fen(1))],
)
def test_a_contract_may_agree_on_a_deposit_or_not(terms: DepositTerms) -> None:
    check_deposit_terms(terms)


@pytest.mark.rule("ZG-18")
@pytest.mark.parametrize(
    "terms",
    [
        DepositTerms(DepositStatus.AGREED),
        DepositTerms(DepositStatus.AGREED, Fen(0)),
        DepositTerms(DepositStatus.AGREED, Fen(-1)),
        DepositTerms(DepositStatus.NOT_AGREED, Fen(100)),
    ],
)
def test_a_deposit_clause_that_contradicts_itself_is_refused(terms: DepositTerms) -> None:
    with pytest.raises(ValidationFailed) as refused:
        check_deposit_terms(terms)

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

    for kind, terms in ((ContractKind.TRUST, None), (ContractKind.CONGRESS, TRUST)):
        with pytest.raises(ValidationFailed) as refused:
            check_trust_terms(kind, terms)
        assert refused.value.path == ("input", "trust")


@pytest.mark.rule("PZ-27")
@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"remuneration_rate": None}, "remunerationRate"),
        ({"remuneration_rate": Ratio(0)}, "remunerationRate"),
        ({"remuneration_fixed": Fen(1)}, "remunerationRate"),
        ({"remuneration_kind": RemunerationKind.FIXED}, "remunerationFixed"),
        ({"remuneration_kind": RemunerationKind.FIXED, "remuneration_fixed": Fen(1)}, "remunerationFixed"),
        ({"dual_sign_above": Fen(-1)}, "dualSignAbove"),
    ],
)
def test_trust_terms_that_contradict_themselves_are_refused(changed: dict[str, object], field: str) -> None:
    with pytest.raises(ValidationFailed) as refused:
        check_trust_terms(ContractKind.TRUST, replace(TRUST, **changed))

    assert refused.value.path == ("input", "trust", field)


def test_the_developer_signs_an_early_stage_contract() -> None:
    assert signing_body(ContractKind.EARLY_STAGE, OwnersBody.CONGRESS_ONLY) is OwnersBody.NONE
    assert advice_addressee(OwnersBody.NONE) == "DEVELOPER"


@pytest.mark.parametrize("body", [OwnersBody.CONGRESS_ONLY, OwnersBody.CONGRESS_WITH_COMMITTEE])
def test_the_congress_signs_its_contract(body: OwnersBody) -> None:
    assert signing_body(ContractKind.CONGRESS, body) is body
    assert advice_addressee(body) == body.value


@pytest.mark.parametrize("body", [OwnersBody.NONE, OwnersBody.MANAGEMENT_COMMITTEE, OwnersBody.ACTING_COMMUNITY])
def test_without_a_congress_nobody_signs_for_it(body: OwnersBody) -> None:
    with pytest.raises(CongressMissing) as refused:
        signing_body(ContractKind.TRUST, body)

    assert refused.value.code == "PRECONDITION"


@pytest.mark.parametrize(
    ("from_", "to", "today", "field"),
    [
        (SIGNED_ON, None, date(2026, 2, 28), "signedOn"),
        (date(2026, 2, 28), None, SIGNED_ON, "from"),
        (SIGNED_ON, SIGNED_ON, SIGNED_ON, "to"),
    ],
)
def test_a_term_that_cannot_be_is_refused(from_: date, to: date | None, today: date, field: str) -> None:
    with pytest.raises(ValidationFailed) as refused:
        check_term(signed_on=SIGNED_ON, from_=from_, to=to, today=today)

    assert refused.value.path == ("input", field)


def test_a_term_may_begin_on_the_day_of_signing() -> None:
    check_term(signed_on=SIGNED_ON, from_=SIGNED_ON, to=date(2026, 3, 2), today=SIGNED_ON)


def start(**changed: object) -> None:
    facts = {
        "state": ContractState.SIGNED,
        "service_start_on": SIGNED_ON,
        "signed_on": SIGNED_ON,
        "serving_contract": None,
    }
    check_start(**{**facts, **changed})  # type: ignore[arg-type]


def test_service_may_begin_on_the_day_of_signing() -> None:
    start()


@pytest.mark.parametrize(
    ("changed", "refusal"),
    [
        ({"state": ContractState.ACTIVE}, UnableToStart),
        ({"state": ContractState.TERMINATED}, UnableToStart),
        ({"serving_contract": "HT-1"}, UnableToStart),
        ({"service_start_on": date(2026, 2, 28)}, ValidationFailed),
    ],
)
def test_a_start_that_cannot_be_is_refused(changed: dict[str, object], refusal: type[Refusal]) -> None:
    with pytest.raises(refusal):
        start(**changed)
