"""Income of common parts: its net, its earmark, the decision it needs, and what it may be spent on."""

from dataclasses import replace
from datetime import date
from itertools import product

import pytest

from kit.errors import Refusal
from kit.explanation import ExplainedParameter, ExplainedValue, Explanation
from kit.money import Fen, yuan
from policy.instruments.fees import IncomeEarmarksPolicy
from policy.vocabulary import IncomeEarmark
from services.finance.domain.estate import Estate
from services.finance.domain.joint_decision import JointDecision
from services.finance.domain.public_revenue import (
    USES,
    Income,
    RevenueKind,
    RevenueUse,
    check_use,
    earmark_of,
    explain_net,
    hold_back,
    net_revenue,
    release_hold,
    require_collector,
    require_common_use,
    require_in_account,
    require_ratified,
    require_spendable,
)
from tests.finance.agreements import document_of
from tests.finance.refusals import refusal_of
from tests.finance.revenues import an_income_of_lifts

DONGHU, XUNYANG = "360102", "360403"
RECEIVED_ON = date(2026, 3, 1)
DECISION = JointDecision("dec_1", "est_1", "CHANGE_COMMON_USE", RECEIVED_ON)
ESTATE = Estate(id="est_1", district=DONGHU, street_id="str_1", community_id="com_1")
SAME_COMMUNITY = replace(ESTATE, id="est_2")
ELSEWHERE = replace(ESTATE, id="est_3", community_id="com_2")


def an_income(kind: RevenueKind = RevenueKind.LIFT_ADVERT, *, gross: str = "100.00", cost: str = "30.00") -> Income:
    return Income(
        kind=kind,
        gross=yuan(gross),
        cost=yuan(cost),
        received_on=RECEIVED_ON,
        bank_ref="B-1",
        evidence_ids=("doc_1",),
        decision_id="dec_1",
    )


def earmarks_of(district: str) -> IncomeEarmarksPolicy:
    return document_of(district, day=RECEIVED_ON).income_earmarks


@pytest.mark.rule("DH-44")
@pytest.mark.parametrize(
    ("gross", "cost", "net"), [("100.00", "30.00", "70.00"), ("100.00", "100.00", "0.00"), ("0.01", "0.00", "0.01")]
)
def test_the_net_is_the_gross_less_the_proved_cost(gross: str, cost: str, net: str) -> None:
    income = an_income(gross=gross, cost=cost)

    assert net_revenue(income) == yuan(net)


def test_up_to_twenty_documents_prove_a_cost_and_none_is_needed_without_one() -> None:
    twenty = replace(an_income(cost="0.01"), evidence_ids=("doc_1",) * 20)
    unproved = replace(an_income(cost="0.00"), evidence_ids=())

    assert (net_revenue(twenty), net_revenue(unproved)) == (yuan("99.99"), yuan("100.00"))


@pytest.mark.parametrize(
    ("gross", "cost", "evidence", "code", "path", "value"),
    [
        ("0.00", "0.00", 1, "VALIDATION", "gross", "0.00"),
        ("-0.01", "0.00", 1, "VALIDATION", "gross", "-0.01"),
        ("100.00", "-0.01", 1, "VALIDATION", "cost", "-0.01"),
        ("100.00", "100.01", 1, "OUT_OF_RANGE", "cost", "100.01"),
        ("100.00", "0.01", 0, "PRECONDITION", "evidenceIds", "0.01"),
        ("100.00", "0.01", 21, "VALIDATION", "evidenceIds", "21"),
    ],
)
@pytest.mark.rule("DH-44")
def test_a_cost_that_is_not_proved_or_not_possible_is_refused(
    gross: str, cost: str, evidence: int, code: str, path: str, value: str
) -> None:
    income = replace(an_income(gross=gross, cost=cost), evidence_ids=("doc_1",) * evidence)

    assert refusal_of(lambda: net_revenue(income, path=("input",))) == (code, ("input", path), value)


def test_a_net_explains_itself_by_the_districts_document() -> None:
    document = "《东湖区“彰显省会担当 唱响南昌品牌”创新老旧小区物业服务模式工作方案》（东府办发〔2021〕17号）"
    income = an_income()

    explanation = explain_net(income, yuan("70.00"), policy=earmarks_of(DONGHU), version_id="360102-v1")

    assert explanation == Explanation(
        formula="gross − cost",
        inputs=(
            ExplainedValue("gross", "100.00", "yuan", "postPublicRevenue: LIFT_ADVERT"),
            ExplainedValue("cost", "30.00", "yuan", "postPublicRevenue: the documents of the cost"),
        ),
        parameters=(
            ExplainedParameter(
                "earmarks",
                '{"COMMON_PARTS": "PROJECT_SERVICE", "STREET_PARKING": "COMMUNITY_FUNDS"}',
                "",
                "五（六）2",
                document,
                "required",
            ),
        ),
        result="70.00",
        clause="五（六）2",
        document=document,
        policy_version_id="360102-v1",
    )
    assert explain_net(income, yuan("70.00"), policy=None, version_id="CN-v1") == replace(
        explanation,
        parameters=(),
        clause="第二百八十二条",
        document="《中华人民共和国民法典》",
        policy_version_id="CN-v1",
    )


def test_a_document_that_does_not_speak_of_the_income_does_not_explain_it() -> None:
    # Xunyang's document is about idle space alone: the income of common parts is the law's.
    explanation = explain_net(an_income(), yuan("70.00"), policy=earmarks_of(XUNYANG), version_id="360403-v1")

    assert (explanation.parameters, explanation.clause, explanation.document) == (
        (),
        "第二百八十二条",
        "《中华人民共和国民法典》",
    )
    idle = explain_net(an_income(RevenueKind.IDLE_SPACE), yuan("70.00"), policy=earmarks_of(XUNYANG), version_id="v")
    assert (len(idle.parameters), idle.clause) == (1, earmarks_of(XUNYANG).source.clause)


@pytest.mark.parametrize(("clause", "named"), [("第七条", "第七条"), (None, "第二百八十二条")])
def test_a_document_without_a_clause_is_explained_by_the_laws(clause: str | None, named: str) -> None:
    policy = replace(earmarks_of(DONGHU), source=replace(earmarks_of(DONGHU).source, clause=clause))

    assert explain_net(an_income(), yuan("70.00"), policy=policy, version_id="v").clause == named


@pytest.mark.rule("DH-44")
@pytest.mark.rule("DH-45")
@pytest.mark.rule("XY-11")
@pytest.mark.parametrize(
    ("kind", "district", "expected"),
    [
        (RevenueKind.LIFT_ADVERT, DONGHU, IncomeEarmark.PROJECT_SERVICE),
        (RevenueKind.STREET_PARKING, DONGHU, IncomeEarmark.COMMUNITY_FUNDS),
        (RevenueKind.IDLE_SPACE, DONGHU, None),
        (RevenueKind.IDLE_SPACE, XUNYANG, IncomeEarmark.AREA_SERVICE),
        (RevenueKind.STREET_PARKING, XUNYANG, None),
        (RevenueKind.LIFT_ADVERT, XUNYANG, IncomeEarmark.PROJECT_SERVICE),
        (RevenueKind.LIFT_ADVERT, None, IncomeEarmark.PROJECT_SERVICE),
        (RevenueKind.STREET_PARKING, None, None),
    ],
)
def test_the_earmark_follows_the_districts_document_and_else_the_law(
    kind: RevenueKind, district: str | None, expected: IncomeEarmark | None
) -> None:
    assert earmark_of(kind, None if district is None else earmarks_of(district)) is expected


@pytest.mark.rule("DH-46")
@pytest.mark.rule("XY-12")
@pytest.mark.parametrize("district", [DONGHU, XUNYANG])
@pytest.mark.parametrize(
    "kind", [RevenueKind.CHARGING, RevenueKind.CONVENIENCE_SERVICE, RevenueKind.NEIGHBOURHOOD_CENTRE]
)
def test_what_a_company_earns_by_itself_is_no_public_revenue(kind: RevenueKind, district: str) -> None:
    assert refusal_of(lambda: earmark_of(kind, earmarks_of(district), path=("input",))) == (
        "VALIDATION",
        ("input", "kind"),
        kind.value,
    )


@pytest.mark.rule("DH-45")
def test_parking_money_is_the_streets_to_collect() -> None:
    require_collector(RevenueKind.STREET_PARKING, frozenset({"STREET"}))
    require_collector(RevenueKind.STREET_PARKING, frozenset({"COMMUNITY"}))
    require_collector(RevenueKind.LIFT_ADVERT, frozenset({"PROVIDER"}))
    others = frozenset({"PROVIDER", "COMMITTEE"})
    assert refusal_of(lambda: require_collector(RevenueKind.STREET_PARKING, others, path=("input",))) == (
        "FORBIDDEN_ACTOR",
        ("input", "kind"),
        "COMMITTEE, PROVIDER",
    )


@pytest.mark.rule("DH-44")
@pytest.mark.parametrize(
    ("decision", "fits"),
    [
        (DECISION, True),
        (None, False),
        (replace(DECISION, matter="HIRE_OR_DISMISS_PROVIDER"), False),
        (replace(DECISION, estate_id="est_2"), False),
        (replace(DECISION, passed_on=date(2026, 3, 2)), False),
        (replace(DECISION, passed_on=None), False),
        (replace(DECISION, annulled_on=date(2026, 3, 4)), False),
    ],
    ids=["passed that day", "none", "other matter", "other estate", "passed later", "not passed", "annulled"],
)
def test_letting_a_common_part_needs_the_owners_decision(decision: JointDecision | None, fits: bool) -> None:
    def require(kind: RevenueKind) -> None:
        require_common_use(an_income(kind), decision, estate_id="est_1", path=("input",))

    if fits:
        require(RevenueKind.LIFT_ADVERT)
    else:
        expected = ("NEEDS_DECISION", ("input", "decisionId"), "dec_1")
        assert refusal_of(lambda: require(RevenueKind.LIFT_ADVERT)) == expected
    require(RevenueKind.STREET_PARKING)


@pytest.mark.parametrize("kind", [RevenueKind.IDLE_SPACE, RevenueKind.STREET_PARKING, RevenueKind.CHARGING])
def test_what_is_no_common_part_is_let_without_the_owners_decision(kind: RevenueKind) -> None:
    require_common_use(an_income(kind), None, estate_id="est_1")


@pytest.mark.rule("DH-44")
@pytest.mark.rule("DH-45")
@pytest.mark.rule("XY-11")
@pytest.mark.parametrize(("earmark", "use"), list(product(IncomeEarmark, RevenueUse)))
def test_each_purse_pays_for_its_own_purposes_only(earmark: IncomeEarmark, use: RevenueUse) -> None:
    if use in USES[earmark]:
        check_use(earmark, use, estate=ESTATE, for_estate=ESTATE)
        return
    assert refusal_of(lambda: check_use(earmark, use, estate=ESTATE, for_estate=ESTATE, path=("input",))) == (
        "EARMARK",
        ("input", "use"),
        use.value,
    )


def test_no_purpose_has_two_purses() -> None:
    assert sorted(use for uses in USES.values() for use in uses) == sorted(RevenueUse)


@pytest.mark.rule("DH-44")
@pytest.mark.rule("XY-11")
@pytest.mark.parametrize(
    ("earmark", "use", "for_estate", "allowed"),
    [
        (IncomeEarmark.PROJECT_SERVICE, RevenueUse.PROPERTY_SERVICE, SAME_COMMUNITY, False),
        (IncomeEarmark.AREA_SERVICE, RevenueUse.FEE_SHORTFALL, SAME_COMMUNITY, True),
        (IncomeEarmark.AREA_SERVICE, RevenueUse.FEE_SHORTFALL, ELSEWHERE, False),
        (IncomeEarmark.COMMUNITY_FUNDS, RevenueUse.COMMUNITY_FUNDS, SAME_COMMUNITY, False),
    ],
)
def test_project_money_stays_in_its_project(
    earmark: IncomeEarmark, use: RevenueUse, for_estate: Estate, allowed: bool
) -> None:
    if allowed:
        check_use(earmark, use, estate=ESTATE, for_estate=for_estate)
        return
    assert refusal_of(lambda: check_use(earmark, use, estate=ESTATE, for_estate=for_estate, path=("input",))) == (
        "EARMARK",
        ("input", "forEstateId"),
        for_estate.id,
    )


@pytest.mark.parametrize(
    ("amount", "code"),
    [
        ("70.01", "INSUFFICIENT_FUNDS"),
        ("70.00", None),
        ("0.01", None),
        ("0.00", "VALIDATION"),
        ("-0.01", "VALIDATION"),
    ],
)
def test_no_more_is_spent_than_the_purse_holds_apart_from_what_is_held_back(amount: str, code: str | None) -> None:
    def spend() -> None:
        require_spendable(yuan(amount), balance=yuan("100.00"), held=yuan("30.00"), path=("input",))

    if code is None:
        spend()
    else:
        assert refusal_of(spend) == (code, ("input", "amount"), amount)


@pytest.mark.parametrize(("balance", "held"), [("30.00", "30.00"), ("30.00", "30.01"), ("0.00", "0.00")])
def test_of_a_purse_that_is_held_back_as_a_whole_nothing_is_spent(balance: str, held: str) -> None:
    with pytest.raises(Refusal, match=r"of this purse 0\.00 may be spent"):
        require_spendable(Fen(1), balance=yuan(balance), held=yuan(held))


def test_a_purse_pays_from_the_account_where_its_money_lies() -> None:
    def pay(amount: str) -> None:
        require_in_account(yuan(amount), in_account=yuan("50.00"), path=("input", "custodyAccountId"))

    pay("50.00")
    assert refusal_of(lambda: pay("50.01")) == ("INSUFFICIENT_FUNDS", ("input", "custodyAccountId"), "50.01")


def test_revenue_of_an_annulled_decision_is_held_back_and_nothing_else_changes() -> None:
    revenue = an_income_of_lifts()

    assert hold_back(revenue) == replace(revenue, is_held=True)
    assert revenue.is_held is False


@pytest.mark.parametrize(("decision_id", "rests_on"), [("dec_2", "dec_2"), (None, "dec_1")])
def test_revenue_that_is_freed_rests_on_the_later_decision_if_there_is_one(
    decision_id: str | None, rests_on: str
) -> None:
    held = an_income_of_lifts(is_held=True, decision_id="dec_1")

    assert release_hold(held, decision_id=decision_id) == an_income_of_lifts(decision_id=rests_on)


def test_revenue_that_is_not_held_back_is_not_freed() -> None:
    free = an_income_of_lifts()

    assert refusal_of(lambda: release_hold(free, decision_id=None, path=("input", "revenueId"))) == (
        "STATE_CONFLICT",
        ("input", "revenueId"),
        "rev_1",
    )


@pytest.mark.rule("DH-44")
@pytest.mark.parametrize(
    ("decision", "is_ratified"),
    [
        (replace(DECISION, id="dec_2"), True),
        (None, False),
        (replace(DECISION, matter="HIRE_OR_DISMISS_PROVIDER"), False),
        (replace(DECISION, estate_id="est_2"), False),
        (replace(DECISION, passed_on=date(2026, 3, 2)), False),
        (replace(DECISION, annulled_on=date(2026, 3, 4)), False),
    ],
    ids=["passed by today", "none", "other matter", "other estate", "passed tomorrow", "annulled"],
)
def test_revenue_of_an_annulled_decision_needs_a_new_one_of_the_owners(
    decision: JointDecision | None, is_ratified: bool
) -> None:
    held = an_income_of_lifts(is_held=True, decision_id="dec_1")

    def ratify() -> None:
        require_ratified(held, decision, today=RECEIVED_ON, path=("input",))

    if is_ratified:
        ratify()
    else:
        assert refusal_of(ratify) == ("NEEDS_DECISION", ("input", "decisionId"), "dec_1")
