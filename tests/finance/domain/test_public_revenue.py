"""Income of common parts: its net, its earmark, the decision it needs, and what it may be spent on."""

from dataclasses import replace
from datetime import date
from itertools import product

import pytest

from kit.errors import Refusal
from kit.money import Fen, yuan
from policy.instruments.fees import IncomeEarmarksPolicy
from policy.policies import Activation
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
    net_revenue,
    require_collector,
    require_common_use,
    require_spendable,
)
from tests.heard import mounted_policies

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


def document_of(district: str) -> IncomeEarmarksPolicy:
    version = f"{district}-v1"
    policies = mounted_policies()
    activated = policies.activate(Activation(version, policies.file(version).hash, date(2021, 1, 1)))
    return activated.at(district, RECEIVED_ON).income_earmarks


@pytest.mark.rule("DH-44")
@pytest.mark.parametrize(
    ("gross", "cost", "net"), [("100.00", "30.00", "70.00"), ("100.00", "100.00", "0.00"), ("0.01", "0.00", "0.01")]
)
def test_the_net_is_the_gross_less_the_proved_cost(gross: str, cost: str, net: str) -> None:
    income = an_income(gross=gross, cost=cost)

    assert net_revenue(income) == yuan(net)
    explanation = explain_net(income, yuan(net), policy=document_of(DONGHU), version_id="360102-v1")
    assert (explanation.result, explanation.clause) == (net, "五（六）2")
    assert explain_net(income, yuan(net), policy=None, version_id="v").clause == "第二百八十二条"


@pytest.mark.parametrize(
    ("gross", "cost", "evidence", "code", "path"),
    [
        ("0.00", "0.00", ("doc_1",), "VALIDATION", "gross"),
        ("100.00", "-0.01", ("doc_1",), "VALIDATION", "cost"),
        ("100.00", "100.01", ("doc_1",), "OUT_OF_RANGE", "cost"),
        ("100.00", "0.01", (), "PRECONDITION", "evidenceIds"),
        ("100.00", "0.01", ("doc_1",) * 21, "VALIDATION", "evidenceIds"),
    ],
)
@pytest.mark.rule("DH-44")
def test_a_cost_that_is_not_proved_or_not_possible_is_refused(
    gross: str, cost: str, evidence: tuple[str, ...], code: str, path: str
) -> None:
    with pytest.raises(Refusal) as refused:
        net_revenue(replace(an_income(gross=gross, cost=cost), evidence_ids=evidence))

    assert (refused.value.code, refused.value.path) == (code, (path,))


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
    assert earmark_of(kind, None if district is None else document_of(district)) is expected


@pytest.mark.rule("DH-46")
@pytest.mark.parametrize(
    "kind", [RevenueKind.CHARGING, RevenueKind.CONVENIENCE_SERVICE, RevenueKind.NEIGHBOURHOOD_CENTRE]
)
def test_what_a_company_earns_by_itself_is_no_public_revenue(kind: RevenueKind) -> None:
    with pytest.raises(Refusal) as refused:
        earmark_of(kind, document_of(DONGHU))

    assert (refused.value.code, refused.value.path, refused.value.value) == ("VALIDATION", ("kind",), kind.value)


@pytest.mark.rule("DH-45")
def test_parking_money_is_the_streets_to_collect() -> None:
    require_collector(RevenueKind.STREET_PARKING, frozenset({"STREET"}))
    require_collector(RevenueKind.STREET_PARKING, frozenset({"COMMUNITY"}))
    require_collector(RevenueKind.LIFT_ADVERT, frozenset({"PROVIDER"}))
    with pytest.raises(Refusal) as refused:
        require_collector(RevenueKind.STREET_PARKING, frozenset({"PROVIDER"}))

    assert (refused.value.code, refused.value.value) == ("FORBIDDEN_ACTOR", "PROVIDER")


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
    if fits:
        require_common_use(an_income(), decision, estate_id="est_1")
    else:
        with pytest.raises(Refusal) as refused:
            require_common_use(an_income(), decision, estate_id="est_1")
        assert (refused.value.code, refused.value.path, refused.value.value) == (
            "NEEDS_DECISION",
            ("decisionId",),
            "dec_1",
        )
    require_common_use(an_income(RevenueKind.STREET_PARKING), None, estate_id="est_1")


@pytest.mark.rule("DH-44")
@pytest.mark.rule("DH-45")
@pytest.mark.rule("XY-11")
@pytest.mark.parametrize(("earmark", "use"), list(product(IncomeEarmark, RevenueUse)))
def test_each_purse_pays_for_its_own_purposes_only(earmark: IncomeEarmark, use: RevenueUse) -> None:
    if use in USES[earmark]:
        check_use(earmark, use, estate=ESTATE, for_estate=ESTATE)
        return
    with pytest.raises(Refusal) as refused:
        check_use(earmark, use, estate=ESTATE, for_estate=ESTATE)

    assert (refused.value.code, refused.value.path, refused.value.value) == ("EARMARK", ("use",), use.value)


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
    with pytest.raises(Refusal) as refused:
        check_use(earmark, use, estate=ESTATE, for_estate=for_estate)

    assert (refused.value.code, refused.value.path) == ("EARMARK", ("forEstateId",))


@pytest.mark.parametrize(
    ("amount", "code"), [("70.01", "INSUFFICIENT_FUNDS"), ("70.00", None), ("0.01", None), ("0.00", "VALIDATION")]
)
def test_no_more_is_spent_than_the_purse_holds_apart_from_what_is_held_back(amount: str, code: str | None) -> None:
    if code is None:
        require_spendable(yuan(amount), balance=yuan("100.00"), held=yuan("30.00"))
        return
    with pytest.raises(Refusal) as refused:
        require_spendable(yuan(amount), balance=yuan("100.00"), held=yuan("30.00"))

    assert (refused.value.code, refused.value.path, refused.value.value) == (code, ("amount",), amount)
    with pytest.raises(Refusal, match=r"0\.00"):
        require_spendable(Fen(1), balance=yuan("30.00"), held=yuan("30.01"))
