"""What is prepared to go back when a contract ends: what was paid for unserved time, and no fen of the served (P14)."""

from datetime import date
from typing import Any

import pytest

from kit.explanation import ExplainedValue, Explanation
from kit.money import yuan
from services.finance.domain.exit_refund import ExitRefund, exit_refunds, explain_refund
from tests.finance.bills import fee_bill


@pytest.mark.parametrize(
    ("paid", "amount"),
    [
        ("30.00", None),  # The fee of ten days of March: 93.00 ÷ 31 × 10.
        ("30.01", "0.01"),
        ("93.00", "63.00"),
    ],
)
def test_what_was_paid_beyond_the_last_day_goes_back(paid: str, amount: str | None) -> None:
    refunds = exit_refunds([fee_bill(paid=yuan(paid))], last_day=date(2026, 3, 10))

    assert [one.amount for one in refunds] == ([] if amount is None else [yuan(amount)])


def test_the_bills_of_a_door_are_summed_and_doors_stand_in_their_order() -> None:
    april: dict[str, Any] = {"period": "2026-04", "from_": date(2026, 4, 1), "to": date(2026, 4, 30)}
    bills = [
        fee_bill("bil_1", paid=yuan("93.00"), part_id="prt_2", door_number="2栋101"),
        fee_bill("bil_2", paid=yuan("93.00")),
        fee_bill("bil_3", paid=yuan("5.00"), **april),
        fee_bill("bil_4", part_id="prt_3", door_number="3栋101"),
    ]

    refunds = exit_refunds(bills, last_day=date(2026, 3, 10))

    assert refunds == (
        # 63.00 of March and all that was paid of April.
        ExitRefund("prt_1", "1栋101", date(2026, 3, 10), paid=yuan("98.00"), fee=yuan("30.00")),
        ExitRefund("prt_2", "2栋101", date(2026, 3, 10), paid=yuan("93.00"), fee=yuan("30.00")),
    )


def test_two_parts_behind_one_door_stand_by_their_ids() -> None:
    bills = [fee_bill(id_, part_id=id_, paid=yuan("93.00")) for id_ in ("prt_b", "prt_a")]

    assert [one.part_id for one in exit_refunds(bills, last_day=date(2026, 3, 10))] == ["prt_a", "prt_b"]


def test_a_refund_explains_itself() -> None:
    refund = ExitRefund("prt_1", "1栋101", date(2026, 3, 10), paid=yuan("98.00"), fee=yuan("30.00"))

    assert explain_refund(refund, policy_version_id="cn-v1") == Explanation(
        formula="paid − fee",
        inputs=(
            ExplainedValue("paid", "98.00", "yuan", "payments of bills that reach beyond 2026-03-10"),
            ExplainedValue("fee", "30.00", "yuan", "of these bills until 2026-03-10"),
        ),
        parameters=(),
        result="68.00",
        clause="第三条",
        document="《最高人民法院关于审理物业服务纠纷案件适用法律若干问题的解释》",
        policy_version_id="cn-v1",
    )
