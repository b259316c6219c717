"""An explanation survives being stored as JSON without losing a digit."""

import json

import pytest

from kit.explanation import ExplainedParameter, ExplainedValue, Explanation

DEPOSIT = Explanation(
    formula="clamp(area × rate, floor, cap)",
    inputs=(
        ExplainedValue("area", "12000.00", "m2", "规划核准总建筑面积"),
        ExplainedValue("rate", "1.00", "yuan/m2/year"),
    ),
    parameters=(ExplainedParameter("floor", "20000.00", "yuan/area/year", "三（二）4", "《实施意见》", "guided"),),
    result="20000.00",
    clause="三（二）4",
    document="《实施意见》",
    policy_version_id="360702-v1",
    rounding="half-up to the fen",
)


def test_an_explanation_is_the_same_after_json() -> None:
    assert Explanation.from_data(json.loads(json.dumps(DEPOSIT.as_data()))) == DEPOSIT


def test_an_explanation_as_data_shows_the_sum() -> None:
    data = DEPOSIT.as_data()

    assert data["inputs"][0] == {
        "name": "area",
        "value": "12000.00",
        "unit": "m2",
        "source": "规划核准总建筑面积",
    }
    assert data["parameters"][0]["clause"] == "三（二）4"
    assert data["result"] == "20000.00"


@pytest.mark.parametrize("missing", ["formula", "inputs", "parameters", "result", "policy_version_id", "rounding"])
def test_data_without_a_part_is_no_explanation(missing: str) -> None:
    data = DEPOSIT.as_data()
    del data[missing]

    with pytest.raises(KeyError, match=missing):
        Explanation.from_data(data)
