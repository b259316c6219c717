"""A bill is refused, and then stands again or is taken back."""

from dataclasses import replace
from datetime import date

import pytest

from kit.money import yuan
from services.finance.domain.bill import BillState, Dispute, FeeBill, Settlement, Standing, settle
from services.finance.domain.bill_correction import cut_at, remade
from services.finance.domain.bill_dispute import dispute_bill, require_disputed, uphold_bill
from services.finance.domain.fee_payment import cancel_bill
from tests.finance.bills import fee_bill
from tests.finance.refusals import refusal_of

ON, UPHELD_ON = date(2026, 4, 10), date(2026, 4, 20)
PATH = ("input", "billId")


def disputed() -> FeeBill:
    """Return a bill that is disputed since the tenth of April."""
    return dispute_bill(fee_bill(), on=ON, reason="重复收取")


@pytest.mark.rule("DH-38")
@pytest.mark.parametrize(
    ("day", "state"),
    [
        (date(2026, 4, 9), BillState.OVERDUE),
        (ON, BillState.DISPUTED),
        (date(2026, 4, 19), BillState.DISPUTED),
        (UPHELD_ON, BillState.OVERDUE),
        (date(2026, 4, 21), BillState.OVERDUE),
    ],
)
def test_a_bill_is_disputed_from_its_day_until_it_stands_again(day: date, state: BillState) -> None:
    bill = uphold_bill(disputed(), on=UPHELD_ON, finding="按合同收取")

    assert bill.state_on(day) is state
    assert (bill.standing, bill.is_disputed) == (Standing.OPEN, False)
    assert bill.disputes == (Dispute(ON, "重复收取", UPHELD_ON, "按合同收取"),)


def test_a_disputed_bill_stays_owed() -> None:
    bill = disputed()

    assert (bill.standing, bill.is_disputed, bill.outstanding) == (Standing.DISPUTED, True, yuan("93.00"))


@pytest.mark.parametrize("standing", [one for one in Standing if one is not Standing.OPEN])
def test_only_a_bill_that_is_to_be_paid_is_disputed(standing: Standing) -> None:
    bill = fee_bill(standing=standing)

    refusal = refusal_of(lambda: dispute_bill(bill, on=ON, reason="重复收取", path=PATH))

    assert refusal == ("STATE_CONFLICT", PATH, "bil_1")


def test_a_bill_that_stands_again_may_be_disputed_again() -> None:
    upheld = uphold_bill(disputed(), on=UPHELD_ON, finding="按合同收取")

    again = dispute_bill(upheld, on=date(2026, 5, 1), reason="多计面积")

    assert [again.state_on(day) for day in (ON, UPHELD_ON, date(2026, 5, 1))] == [
        BillState.DISPUTED,
        BillState.OVERDUE,
        BillState.DISPUTED,
    ]
    assert [one.reason for one in again.disputes] == ["重复收取", "多计面积"]


@pytest.mark.parametrize(
    "bill",
    [
        fee_bill(),
        uphold_bill(disputed(), on=UPHELD_ON, finding="按合同收取"),
        cancel_bill(disputed(), on=UPHELD_ON),
        replace(disputed(), standing=Standing.WRITTEN_OFF, written_off_on=UPHELD_ON),
    ],
    ids=["never disputed", "upheld", "cancelled", "written off"],
)
def test_only_an_open_dispute_ends(bill: FeeBill) -> None:
    expected = ("STATE_CONFLICT", PATH, "bil_1")

    assert refusal_of(lambda: uphold_bill(bill, on=UPHELD_ON, finding="按合同收取", path=PATH)) == expected
    assert refusal_of(lambda: require_disputed(bill, path=PATH)) == expected


def test_what_was_paid_under_dispute_is_paid_and_the_dispute_still_ends() -> None:
    paid = settle(disputed(), Settlement(date(2026, 4, 12), yuan("93.00"), "pay_1"))

    upheld = uphold_bill(paid, on=UPHELD_ON, finding="按合同收取")

    assert (paid.state_on(UPHELD_ON), paid.is_disputed) == (BillState.PAID, True)
    assert (upheld.standing, upheld.is_disputed) == (Standing.SETTLED, False)


@pytest.mark.parametrize(("is_paid", "is_upheld"), [(False, False), (True, False), (False, True)])
def test_what_is_made_out_anew_is_disputed_while_the_bill_was(is_paid: bool, is_upheld: bool) -> None:
    bill = disputed()
    if is_paid:
        bill = settle(bill, Settlement(date(2026, 4, 12), yuan("93.00"), "pay_1"))
    if is_upheld:
        bill = uphold_bill(bill, on=UPHELD_ON, finding="按合同收取")

    [made] = remade(cut_at(bill, date(2026, 3, 10)), ["bil_2"], on=UPHELD_ON)

    assert made.standing is (Standing.OPEN if is_upheld else Standing.DISPUTED)
    assert made.is_disputed is not is_upheld
