"""Where a bill's payment stands, day by day."""

from dataclasses import replace
from datetime import date

import pytest

from kit.money import Fen, yuan
from services.finance.domain.bill import (
    BillNotPayable,
    BillState,
    FeeUnit,
    PaymentAboveBill,
    Settlement,
    Standing,
    oldest_first,
    settle,
    total_outstanding,
)
from tests.finance.bills import fee_bill

DUE = date(2026, 3, 31)
AFTER = date(2026, 4, 1)


def pay(amount: str, on: date = DUE) -> Settlement:
    return Settlement(on, yuan(amount), "fpy_1")


@pytest.mark.parametrize(
    ("paid", "day", "state"),
    [
        ((), DUE, BillState.ISSUED),
        ((), AFTER, BillState.OVERDUE),
        (("92.99",), DUE, BillState.PART_PAID),
        (("92.99",), AFTER, BillState.OVERDUE),
        (("92.99", "0.01"), DUE, BillState.PAID),
        (("93.00",), AFTER, BillState.PAID),
    ],
)
def test_a_bill_is_overdue_after_its_due_day_until_it_is_paid(
    paid: tuple[str, ...], day: date, state: BillState
) -> None:
    bill = fee_bill()
    for amount in paid:
        bill = settle(bill, pay(amount))

    assert bill.state_on(day) is state


@pytest.mark.parametrize("standing", [Standing.CANCELLED, Standing.WRITTEN_OFF, Standing.DISPUTED])
def test_what_is_disputed_written_off_or_cancelled_is_not_overdue(standing: Standing) -> None:
    bill = fee_bill(standing=standing)

    assert bill.state_on(AFTER).value == standing.value
    assert bill.outstanding == (yuan("93.00") if standing is Standing.DISPUTED else 0)


@pytest.mark.parametrize("amount", [0, -1, 9_301])
def test_a_bill_takes_more_than_nothing_and_no_more_than_is_owed(amount: int) -> None:
    assert settle(fee_bill(), pay("93.00")).standing is Standing.SETTLED

    with pytest.raises(PaymentAboveBill):
        settle(fee_bill(), Settlement(DUE, Fen(amount), "fpy_1"))


@pytest.mark.parametrize("standing", [Standing.CANCELLED, Standing.WRITTEN_OFF, Standing.SETTLED])
def test_a_closed_bill_takes_no_payment(standing: Standing) -> None:
    with pytest.raises(BillNotPayable) as refusal:
        settle(fee_bill(standing=standing), pay("1.00"))
    assert refusal.value.code == "STATE_CONFLICT"


def test_a_past_day_sees_what_was_billed_and_paid_by_then() -> None:
    bill = replace(settle(fee_bill(), pay("10.00", date(2026, 3, 9))), cancelled_on=date(2026, 4, 9))

    assert [bill.paid_until(date(2026, 3, day)) for day in (8, 9)] == [0, yuan("10.00")]
    assert [bill.was_billed_on(date(2026, month, day)) for month, day in ((2, 28), (3, 1), (4, 8), (4, 9))] == [
        False,
        True,
        True,
        False,
    ]


def test_the_oldest_bill_is_paid_first() -> None:
    bills = [
        fee_bill("bil_c", due_on=date(2026, 4, 30)),
        fee_bill("bil_b", from_=date(2026, 3, 11)),
        fee_bill("bil_a"),
    ]

    assert [bill.id for bill in oldest_first(bills)] == ["bil_a", "bil_b", "bil_c"]
    assert total_outstanding(bills) == yuan("279.00")


def test_a_bill_explains_its_amount() -> None:
    explanation = fee_bill(unit=FeeUnit.PER_M2_MONTH, quantity=8_935).explanation(policy_version_id="nation-v1")

    assert (explanation.result, explanation.inputs[0].value, explanation.inputs[1].value) == ("93.00", "93.00", "89.35")
    assert explanation.clause == "第九百四十四条"
