"""The creditor gives up what is open of a bill, from a day on."""

from datetime import date

import pytest

from kit.money import ZERO_FEN, yuan
from services.finance.domain.bill import BillState, FeeBill, Settlement, Standing, settle
from services.finance.domain.bill_dispute import dispute_bill
from services.finance.domain.bill_write_off import write_off_bill
from tests.finance.bills import fee_bill
from tests.finance.refusals import refusal_of

TODAY, PAID_ON = date(2026, 4, 30), date(2026, 4, 10)
PATH = ("input",)


def part_paid() -> FeeBill:
    """Return a bill of 93.00 yuan of which 40.00 were paid on the tenth of April."""
    return settle(fee_bill(), Settlement(PAID_ON, yuan("40.00"), "pay_1"))


def write_off(bill: FeeBill, decided_on: date = TODAY) -> FeeBill:
    """Return the bill written off."""
    return write_off_bill(bill, reason="无法收回", decided_on=decided_on, today=TODAY, path=PATH)


@pytest.mark.parametrize(
    ("bill", "amount"),
    [
        (fee_bill(), "93.00"),
        (part_paid(), "53.00"),
        (dispute_bill(fee_bill(), on=PAID_ON, reason="重复收取"), "93.00"),
    ],
    ids=["unpaid", "paid in part", "disputed"],
)
def test_what_is_open_is_given_up_and_what_is_paid_stays_paid(bill: FeeBill, amount: str) -> None:
    written_off = write_off(bill)

    assert (written_off.standing, written_off.written_off_on) == (Standing.WRITTEN_OFF, TODAY)
    assert (written_off.written_off, written_off.write_off_reason) == (yuan(amount), "无法收回")
    assert (written_off.paid, written_off.outstanding) == (bill.paid, ZERO_FEN)


def test_a_bill_is_written_off_from_the_day_of_the_decision_on() -> None:
    bill = write_off(fee_bill(), PAID_ON)

    assert bill.state_on(date(2026, 4, 9)) is BillState.OVERDUE
    assert bill.state_on(PAID_ON) is BillState.WRITTEN_OFF
    assert (bill.was_billed_on(date(2026, 4, 9)), bill.was_billed_on(PAID_ON)) == (True, False)


@pytest.mark.parametrize(
    "bill",
    [
        settle(fee_bill(), Settlement(PAID_ON, yuan("93.00"), "pay_1")),
        fee_bill(standing=Standing.CANCELLED, cancelled_on=PAID_ON),
        write_off(fee_bill(), PAID_ON),
    ],
    ids=["paid", "cancelled", "written off"],
)
def test_where_nothing_is_open_nothing_is_given_up(bill: FeeBill) -> None:
    assert refusal_of(lambda: write_off(bill)) == ("STATE_CONFLICT", ("input", "billId"), "bil_1")


@pytest.mark.parametrize(
    ("bill", "decided_on", "is_refused"),
    [
        (fee_bill(), date(2026, 2, 28), True),
        (fee_bill(), date(2026, 3, 1), False),
        (fee_bill(), date(2026, 3, 2), False),
        (part_paid(), date(2026, 4, 9), True),
        (part_paid(), PAID_ON, False),
        (fee_bill(), date(2026, 4, 29), False),
        (fee_bill(), date(2026, 5, 1), True),
    ],
    ids=["before the bill", "its day", "after it", "before the payment", "its day", "yesterday", "tomorrow"],
)
def test_a_write_off_is_decided_after_the_bill_and_its_payments_and_not_in_the_future(
    bill: FeeBill, decided_on: date, is_refused: bool
) -> None:
    if is_refused:
        expected = ("VALIDATION", ("input", "decidedOn"), decided_on.isoformat())
        assert refusal_of(lambda: write_off(bill, decided_on)) == expected
    else:
        assert write_off(bill, decided_on).written_off_on == decided_on
