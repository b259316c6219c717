"""Whoever is shown a sum can add it up again."""

import pytest

from kit.explanation import ExplainedValue, Explanation
from kit.money import Fen, yuan
from services.finance.domain.fee_summary import FeeSummary
from services.finance.domain.sums_explained import explain_balance, explain_collection, explain_year
from tests.finance.revenues import an_income_of_lifts

CIVIL_CODE = "《中华人民共和国民法典》"


@pytest.mark.parametrize(
    ("billed", "collected", "result"),
    [("0.00", "0.00", ""), ("300.00", "100.00", "0.3333"), ("300.00", "200.00", "0.6667")],
)
def test_a_collection_rate_is_collected_by_billed(billed: str, collected: str, result: str) -> None:
    summary = FeeSummary("est_1", "2026-03", yuan(billed), yuan(collected))

    assert explain_collection(summary, policy_version_id="cn-v1") == Explanation(
        formula="collected ÷ billed",
        inputs=(
            ExplainedValue("collected", collected, "yuan", "payments on these bills"),
            ExplainedValue("billed", billed, "yuan", "bills of 2026-03"),
        ),
        parameters=(),
        result=result,
        clause="第九百四十四条",
        document=CIVIL_CODE,
        policy_version_id="cn-v1",
        rounding="half-up to four digits",
    )


@pytest.mark.parametrize(("owed", "result"), [("0.01", "0.00"), ("0.02", "-0.01"), ("0.00", "0.01")])
def test_a_balance_is_what_is_prepaid_less_what_is_owed(owed: str, result: str) -> None:
    assert explain_balance(prepaid=Fen(1), owed=yuan(owed), bill_count=3, policy_version_id="cn-v1") == Explanation(
        formula="prepaid − Σ outstanding",
        inputs=(
            ExplainedValue("prepaid", "0.01", "yuan", "payments"),
            ExplainedValue("Σ outstanding", owed, "yuan", "3 bills"),
        ),
        parameters=(),
        result=result,
        clause="第九百四十四条",
        document=CIVIL_CODE,
        policy_version_id="cn-v1",
    )


def test_a_years_net_is_the_gross_less_the_cost_of_all_its_incomes() -> None:
    free_of_cost = an_income_of_lifts(gross=yuan("0.01"), cost=Fen(0), net=yuan("0.01"))

    assert explain_year([an_income_of_lifts(), free_of_cost], policy_version_id="cn-v1") == Explanation(
        formula="Σ gross − Σ cost",
        inputs=(
            ExplainedValue("Σ gross", "100.01", "yuan", "2 incomes"),
            ExplainedValue("Σ cost", "30.00", "yuan", "documents that prove it"),
        ),
        parameters=(),
        result="70.01",
        clause="第二百八十二条",
        document=CIVIL_CODE,
        policy_version_id="cn-v1",
    )
