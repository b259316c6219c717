"""Where a bill's payment stands, day by day."""

from dataclasses import replace
from datetime import date

import pytest

from kit.explanation import ExplainedValue, Explanation
from kit.money import Fen, yuan
from services.finance.domain.bill import (
    BillSource,
    BillState,
    FeeUnit,
    Settlement,
    Standing,
    oldest_first,
    settle,
    total_outstanding,
)
from tests.finance.bills import fee_bill
from tests.finance.refusals import refusal_of

DUE = date(2026, 3, 31)
AFTER = date(2026, 4, 1)


def pay(amount: str, on: date = DUE) -> Settlement:
    return Settlement(on, yuan(amount), "fpy_1")


@pytest.mark.parametrize(
    ("paid", "day", "state"),
    [
        ((), DUE, BillState.ISSUED),
        (("0.01",), DUE, BillState.PART_PAID),
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


@pytest.mark.parametrize(("amount", "shown"), [(0, "0.00"), (-1, "-0.01"), (9_301, "93.01")])
def test_a_bill_takes_more_than_nothing_and_no_more_than_is_owed(amount: int, shown: str) -> None:
    refused = Settlement(DUE, Fen(amount), "fpy_1")

    assert refusal_of(lambda: settle(fee_bill(), refused)) == ("VALIDATION", (), shown)


def test_a_bill_keeps_every_payment_and_is_settled_by_the_last() -> None:
    bill = fee_bill(standing=Standing.DISPUTED)

    part = settle(bill, pay("0.01"))
    whole = settle(part, pay("92.99", AFTER))

    assert part == replace(bill, paid=Fen(1), settlements=(pay("0.01"),))
    assert whole == replace(
        bill,
        paid=yuan("93.00"),
        settlements=(pay("0.01"), pay("92.99", AFTER)),
        standing=Standing.SETTLED,
    )


@pytest.mark.parametrize("standing", [Standing.CANCELLED, Standing.WRITTEN_OFF, Standing.SETTLED])
def test_a_closed_bill_takes_no_payment(standing: Standing) -> None:
    assert refusal_of(lambda: settle(fee_bill(standing=standing), pay("1.00"))) == ("STATE_CONFLICT", (), "bil_1")


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
        fee_bill("bil_e", due_on=date(2026, 4, 30)),
        fee_bill("bil_d", from_=date(2026, 3, 11)),
        fee_bill("bil_c", item_code="SECURITY"),
        fee_bill("bil_b"),
        fee_bill("bil_a"),
    ]

    assert [bill.id for bill in oldest_first(bills)] == ["bil_a", "bil_b", "bil_c", "bil_d", "bil_e"]
    assert total_outstanding([*bills[:2], fee_bill(standing=Standing.CANCELLED)]) == yuan("186.00")


@pytest.mark.parametrize(
    ("unit", "quantity", "inputs", "formula"),
    [
        (FeeUnit.PER_M2_MONTH, 8_935, ("yuan/m2/month", "89.35", "m2"), "rate × quantity, by days of each month"),
        (FeeUnit.PER_HOUSEHOLD_MONTH, 1, ("yuan/household/month", "1", "household"), None),
        (FeeUnit.PER_SPACE_MONTH, 2, ("yuan/space/month", "2", "space"), None),
        (FeeUnit.PER_USE, 31, ("yuan/use", "31", "use"), "rate × uses"),
    ],
)
def test_a_bill_explains_its_amount(
    unit: FeeUnit, quantity: int, inputs: tuple[str, str, str], formula: str | None
) -> None:
    rate_unit, shown, quantity_unit = inputs
    bill = fee_bill(unit=unit, quantity=quantity, rate=yuan("1.20"))

    assert bill.explanation(policy_version_id="nation-v1") == Explanation(
        formula=formula or "rate × quantity, by days of each month",
        inputs=(
            ExplainedValue("rate", "1.20", rate_unit, "fee schedule"),
            ExplainedValue("quantity", shown, quantity_unit, "registry"),
            ExplainedValue("from", "2026-03-01", "", "service period and ownership"),
            ExplainedValue("to", "2026-03-31", "", "service period and ownership"),
        ),
        parameters=(),
        result="93.00",
        clause="第九百四十四条",
        document="《中华人民共和国民法典》",
        policy_version_id="nation-v1",
        rounding="a month's fee is rounded half-up to the fen; within a month it accrues by days, floored",
    )


def test_service_after_the_contracts_end_is_explained_by_the_article_on_it() -> None:
    bill = fee_bill(source=BillSource.POST_TERMINATION)

    assert bill.explanation(policy_version_id="nation-v1").clause == "第九百五十条"


def test_a_bill_of_the_cut_over_says_that_nothing_was_computed() -> None:
    bill = fee_bill(source=BillSource.OPENING, unit=FeeUnit.PER_USE, issued_on=date(2025, 12, 31))

    assert bill.explanation(policy_version_id="nation-v1") == Explanation(
        formula="balance at the cut-over",
        inputs=(
            ExplainedValue("balance", "93.00", "yuan", "opening balances"),
            ExplainedValue("asOf", "2025-12-31", "", "opening balances"),
        ),
        parameters=(),
        result="93.00",
        clause="第九百四十四条",
        document="《中华人民共和国民法典》",
        policy_version_id="nation-v1",
    )
