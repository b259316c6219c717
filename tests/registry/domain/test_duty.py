"""Who has which duty, by the district's document."""

import pytest

from policy.bodies import DutyBody, DutySide
from policy.instruments import DutiesPolicy
from policy.policies import Policies
from services.registry.domain.duty import duty_matrix, territorial_duties


def duties(policies: Policies, district: str) -> DutiesPolicy:
    (mounted,) = [file for file in policies.files if file.area == district]
    found = mounted.instruments[DutiesPolicy.key]
    assert isinstance(found, DutiesPolicy)
    return found


@pytest.mark.rule("DH-10")
@pytest.mark.rule("DH-14")
@pytest.mark.rule("DH-22")
@pytest.mark.parametrize(
    ("body", "expected"),
    [
        (DutyBody.HOUSING, ["指导业主大会和业主委员会成立", "配合镇街督促物业服务企业", "推进社区物业党建联建"]),
        (
            DutyBody.CIVIL_AFFAIRS,
            ["指导社区居民委员会自治", "完善“五位一体”议事协商机制", "推进居委会与业主委员会交叉任职"],
        ),
        (DutyBody.COMMUNITY, ["协调推行物业服务中的日常问题", "日常指导监督物业服务", "配合承接公共服务"]),
    ],
)
def test_donghus_bodies_have_the_duties_of_the_document(mounted: Policies, body: DutyBody, expected: list[str]) -> None:
    rows = duty_matrix(duties(mounted, "360102"), bodies=[body])

    assert [row.duty for row in rows] == expected
    assert {row.document for row in rows} == {
        "《东湖区“彰显省会担当 唱响南昌品牌”创新老旧小区物业服务模式工作方案》（东府办发〔2021〕17号）"
    }


def test_a_duty_says_on_which_side_of_the_gate_it_lies(mounted: Policies) -> None:
    rows = duty_matrix(duties(mounted, "360102"), bodies=[DutyBody.CONSTRUCTION])

    assert [(row.side, row.clause) for row in rows] == [(DutySide.OUTSIDE, "四（二）区城建局")]


@pytest.mark.rule("PZ-11")
def test_in_panzhihua_counties_plan_and_streets_and_communities_answer_for_their_area(mounted: Policies) -> None:
    policy = duties(mounted, "510400")
    plans = duty_matrix(policy, bodies=[DutyBody.COUNTY])
    assert {row.body for row in territorial_duties(policy)} == {DutyBody.STREET, DutyBody.COMMUNITY}
    assert [row.name for row in duty_matrix(policy)] == [row.name for row in policy.duties]
    answer = [row for row in territorial_duties(policy) if "属地责任" in row.duty]

    assert plans[0].duty == "整体谋划和工作统筹，建立推进机制"
    assert [(row.body, row.clause) for row in answer] == [
        (DutyBody.STREET, "三、10"), (DutyBody.COMMUNITY, "三、10"),
    ]  # fmt: skip
