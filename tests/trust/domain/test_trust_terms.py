"""What a trust contract must state, by the real document of Panzhihua."""

from dataclasses import replace
from datetime import date

import pytest

from kit.errors import Refusal
from kit.money import yuan
from kit.ratio import parse_ratio
from policy.instruments.trust import TrustPolicy
from policy.vocabulary import MoneySource
from services.trust.domain.trust_terms import (
    RemunerationKind,
    RemunerationNotAgreed,
    StatedTerms,
    TrustFundSource,
    agree_trust_terms,
)
from tests.heard import PANZHIHUA, mounted_policies

STATED = StatedTerms(
    remuneration_kind=RemunerationKind.PERCENT_OF_SPEND,
    remuneration_rate=parse_ratio("0.1000"),
    remuneration_fixed=None,
    dual_sign_above=yuan("5000.00"),
    disclosure_every="QUARTER",
    surplus_rule="CARRY_FORWARD",
)


@pytest.fixture(scope="module")
def policy() -> TrustPolicy:
    return mounted_policies().at(PANZHIHUA, date(2024, 1, 1)).trust


@pytest.mark.rule("PZ-26")
def test_fees_and_public_revenue_are_the_trust_property(policy: TrustPolicy) -> None:
    terms = agree_trust_terms(STATED, policy)

    assert terms.fund_scope == (TrustFundSource.PROPERTY_FEES, TrustFundSource.PUBLIC_REVENUE)
    assert terms.policy_version_id == "510400-v1"


@pytest.mark.rule("PZ-26")
def test_other_money_is_no_trust_property(policy: TrustPolicy) -> None:
    wider = replace(policy, trust_property=(MoneySource.PROPERTY_FEE, MoneySource.DISTRICT_FINANCE))

    with pytest.raises(Refusal) as refused:
        agree_trust_terms(STATED, wider)

    assert (refused.value.code, refused.value.value) == ("EARMARK", "DISTRICT_FINANCE")


@pytest.mark.rule("PZ-28")
@pytest.mark.parametrize(
    ("kind", "rate", "fixed", "field", "value"),
    [
        (RemunerationKind.FIXED, None, None, "remunerationFixed", None),
        (RemunerationKind.FIXED, None, "0.00", "remunerationFixed", "0.00"),
        (RemunerationKind.FIXED, "0.1000", "100.00", "remunerationFixed", "0.1000, 100.00"),
        (RemunerationKind.PERCENT_OF_SPEND, None, None, "remunerationRate", None),
        (RemunerationKind.PERCENT_OF_SPEND, "0.0000", None, "remunerationRate", "0.0000"),
        (RemunerationKind.PERCENT_OF_RECEIPTS, "0.1000", "100.00", "remunerationRate", "0.1000, 100.00"),
    ],
)
def test_pay_is_one_sum_or_one_rate_above_zero(
    policy: TrustPolicy,
    kind: RemunerationKind,
    rate: str | None,
    fixed: str | None,
    field: str,
    value: str | None,
) -> None:
    stated = replace(
        STATED,
        remuneration_kind=kind,
        remuneration_rate=None if rate is None else parse_ratio(rate),
        remuneration_fixed=None if fixed is None else yuan(fixed),
    )

    with pytest.raises(RemunerationNotAgreed) as refused:
        agree_trust_terms(stated, policy)

    refusal = refused.value
    assert (refusal.code, refusal.path, refusal.value) == ("VALIDATION", ("trustTerms", field), value)


@pytest.mark.rule("PZ-28")
def test_the_least_pay_of_either_kind_is_accepted(policy: TrustPolicy) -> None:
    by_sum = replace(
        STATED, remuneration_kind=RemunerationKind.FIXED, remuneration_rate=None, remuneration_fixed=yuan("0.01")
    )
    by_rate = replace(STATED, remuneration_rate=parse_ratio("0.0001"))

    assert agree_trust_terms(by_sum, policy).stated == by_sum
    assert agree_trust_terms(by_rate, policy).stated == by_rate


def test_a_second_signature_may_be_wanted_from_the_first_fen(policy: TrustPolicy) -> None:
    stated = replace(STATED, dual_sign_above=yuan("0.00"))

    assert agree_trust_terms(stated, policy).stated == stated


def test_the_bound_of_the_second_signature_is_not_negative(policy: TrustPolicy) -> None:
    stated = replace(STATED, dual_sign_above=yuan("-0.01"))

    with pytest.raises(Refusal) as refused:
        agree_trust_terms(stated, policy)

    refusal = refused.value
    assert (refusal.code, refusal.path, refusal.value) == ("VALIDATION", ("trustTerms", "dualSignAbove"), "-0.01")
