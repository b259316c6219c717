"""Whoever is shown a sum can add it up again."""

import pytest

from kit.money import Fen, yuan
from services.finance.domain.fee_summary import FeeSummary
from services.finance.domain.sums_explained import explain_balance, explain_collection


@pytest.mark.parametrize(
    ("billed", "collected", "result"),
    [("0.00", "0.00", ""), ("300.00", "100.00", "0.3333"), ("300.00", "200.00", "0.6667")],
)
def test_a_collection_rate_is_collected_by_billed(billed: str, collected: str, result: str) -> None:
    summary = FeeSummary("est_1", "2026-03", yuan(billed), yuan(collected))

    explanation = explain_collection(summary, policy_version_id="cn-v1")

    assert explanation.result == result
    assert [(one.name, one.value) for one in explanation.inputs] == [("collected", collected), ("billed", billed)]


@pytest.mark.parametrize(("owed", "result"), [("0.01", "0.00"), ("0.02", "-0.01"), ("0.00", "0.01")])
def test_a_balance_is_what_is_prepaid_less_what_is_owed(owed: str, result: str) -> None:
    explanation = explain_balance(prepaid=Fen(1), owed=yuan(owed), bill_count=1, policy_version_id="cn-v1")

    assert explanation.result == result
