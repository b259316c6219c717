"""What is prepared to go back when a contract ends: what was paid for unserved time, and no fen of the served (P14)."""

from datetime import date

import pytest

from kit.money import yuan
from services.finance.domain.exit_refund import exit_refunds, explain_refund
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
    april = {"period": "2026-04", "from_": date(2026, 4, 1), "to": date(2026, 4, 30)}
    bills = [
        fee_bill("bil_1", paid=yuan("93.00"), part_id="prt_2", door_number="2栋101"),
        fee_bill("bil_2", paid=yuan("93.00")),
        fee_bill("bil_3", paid=yuan("5.00"), **april),
        fee_bill("bil_4", part_id="prt_3", door_number="3栋101"),
    ]

    refunds = exit_refunds(bills, last_day=date(2026, 3, 10))

    assert [(one.door_number, one.amount) for one in refunds] == [
        ("1栋101", yuan("68.00")),  # 63.00 of March and all of April.
        ("2栋101", yuan("63.00")),
    ]
    explanation = explain_refund(refunds[0], policy_version_id="cn-v1")
    assert (explanation.result, explanation.clause) == ("68.00", "第三条")
    assert [(value.name, value.value) for value in explanation.inputs] == [("paid", "98.00"), ("fee", "30.00")]
