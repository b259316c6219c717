"""Arrears at the end of a day: exact at the threshold, and past days as they were (XY-15, A-12, P5, G-21)."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from kit.explanation import ExplainedParameter, ExplainedValue, Explanation
from kit.money import Fen, yuan
from kit.ratio import Ratio
from policy.instruments.fees import ArrearsPolicy
from policy.vocabulary import ArrearsBase
from services.finance.domain.arrears import ArrearsCount, ArrearsPosition, Direction, crossing, position
from services.finance.domain.bill import FeeBill, Settlement, Standing
from services.finance.domain.bill_correction import cut_at, remade
from services.finance.domain.bill_write_off import write_off_bill
from services.finance.domain.fee_payment import cancel_bill
from tests.finance.agreements import document_of
from tests.finance.bills import fee_bill

XUNYANG = "360403"
AS_OF = date(2026, 4, 30)
NEXT_DAY = date(2026, 5, 1)


def gate() -> ArrearsPolicy:
    return document_of(XUNYANG, day=AS_OF).arrears


def measured(*bills: FeeBill, as_of: date = AS_OF, policy: ArrearsPolicy | None = None) -> ArrearsPosition:
    count = ArrearsCount(as_of)
    count.add(bills)
    return position(count, estate_id="est_1", district=XUNYANG, policy=policy)


def paid(bill: FeeBill, amount: str, *, on: date = date(2026, 4, 1)) -> FeeBill:
    return replace(bill, paid=yuan(amount), settlements=(Settlement(on, yuan(amount), "pay_1"),))


@pytest.mark.rule("XY-15")
@pytest.mark.rule("G-21")
@pytest.mark.parametrize(
    ("unpaid", "reached", "shown"),
    [("1999.99", False, 2000), ("2000.00", True, 2000), ("2000.01", True, 2000), ("1999.00", False, 1999)],
    ids=["a fen below 20 %", "20 %", "a fen above", "19.99 %"],
)
def test_the_threshold_is_included_and_compared_exactly(unpaid: str, reached: bool, shown: int) -> None:
    owed = fee_bill("bil_1", amount=yuan(unpaid))
    rest = fee_bill("bil_2", part_id="prt_2", amount=Fen(yuan("10000.00") - yuan(unpaid)))
    settled = replace(rest, settlements=(Settlement(date(2026, 4, 1), rest.amount, "pay_1"),))

    found = measured(owed, settled, policy=gate())

    assert (found.overdue, found.due, found.threshold_reached) == (yuan(unpaid), yuan("10000.00"), reached)
    assert (found.ratio, found.threshold, found.household_ratio) == (shown, 2000, 5000)
    assert found.explanation is not None
    assert found.explanation.result == f"{yuan(unpaid)}/{yuan('10000.00')}"


def test_a_position_names_its_estate_day_and_how_it_came_about() -> None:
    found = measured(fee_bill(), fee_bill("bil_2", due_on=AS_OF), policy=gate())

    document, clause = "《浔阳区开展无物业管理小区清零行动实施方案》", "二（三）4"
    assert found == ArrearsPosition(
        estate_id="est_1",
        district=XUNYANG,
        as_of=AS_OF,
        due=yuan("186.00"),
        overdue=yuan("93.00"),
        billed_doors=1,
        debtor_doors=1,
        threshold=Ratio(2_000),
        threshold_reached=True,
        explanation=Explanation(
            formula="overdue ÷ due",
            inputs=(
                ExplainedValue("overdue", "93.00", "yuan", "bills due before 2026-04-30 less payments"),
                ExplainedValue("due", "186.00", "yuan", "bills due until 2026-04-30"),
            ),
            parameters=(
                ExplainedParameter("threshold", "0.2000", "ratio", clause, document, "required"),
                ExplainedParameter(
                    "base", "AMOUNT", "", f"{clause}（默认 A-12，待区住建局确认）", document, "required"
                ),
            ),
            result="9300/18600",
            clause=clause,
            document=document,
            policy_version_id="360403-v1",
        ),
    )


@pytest.mark.parametrize(("clause", "named"), [("第七条", "第七条"), (None, "二（三）4")])
def test_the_clause_is_the_instruments_and_else_that_of_the_threshold(clause: str | None, named: str) -> None:
    document = replace(gate(), source=replace(gate().source, clause=clause))

    explanation = measured(fee_bill(), policy=document).explanation

    assert explanation is not None
    assert explanation.clause == named


def test_without_a_threshold_nothing_is_reached_or_explained() -> None:
    found = measured(fee_bill())

    assert (found.overdue, found.threshold, found.threshold_reached, found.explanation) == (
        yuan("93.00"),
        None,
        False,
        None,
    )


def test_a_door_with_two_overdue_bills_is_one_debtor() -> None:
    bills = [fee_bill("bil_1"), fee_bill("bil_2"), fee_bill("bil_3", part_id="prt_2")]

    found = measured(*bills, fee_bill("bil_4", part_id="prt_3", due_on=AS_OF))

    assert (found.billed_doors, found.debtor_doors) == (3, 2)


@pytest.mark.rule("XY-15")
def test_a_single_fen_that_is_due_and_overdue_reaches_the_threshold() -> None:
    assert measured(fee_bill(amount=Fen(1)), policy=gate()).threshold_reached is True


@pytest.mark.rule("XY-15")
def test_by_households_the_doors_are_compared() -> None:
    bills = [fee_bill(f"bil_{place}", part_id=f"prt_{place}", amount=yuan("1.00")) for place in range(4)]
    owed = fee_bill("bil_9", part_id="prt_9", amount=yuan("0.01"))
    settled = [replace(bill, settlements=(Settlement(date(2026, 4, 1), bill.amount, "pay_1"),)) for bill in bills]
    by_doors = replace(gate(), base=ArrearsBase.HOUSEHOLDS)

    assert measured(*settled, owed, policy=gate()).threshold_reached is False
    assert measured(*settled, owed, policy=by_doors).threshold_reached is True


@pytest.mark.parametrize(
    ("as_of", "due", "overdue"),
    [
        (date(2026, 2, 28), "0.00", "0.00"),
        (date(2026, 3, 30), "0.00", "0.00"),
        (date(2026, 3, 31), "93.00", "0.00"),
        (date(2026, 4, 1), "93.00", "93.00"),
        (date(2026, 4, 9), "93.00", "93.00"),
        (date(2026, 4, 10), "93.00", "53.00"),
    ],
    ids=["not issued", "not due", "due day", "day after", "before the payment", "day of the payment"],
)
@pytest.mark.rule("XY-15")
def test_a_past_day_is_measured_as_it_was(as_of: date, due: str, overdue: str) -> None:
    found = measured(paid(fee_bill(), "40.00", on=date(2026, 4, 10)), as_of=as_of)

    assert (found.due, found.overdue) == (yuan(due), yuan(overdue))


def test_cancelled_and_written_off_bills_are_left_out_and_disputed_ones_count() -> None:
    cancelled = fee_bill("bil_1", standing=Standing.CANCELLED, cancelled_on=AS_OF)
    later = fee_bill("bil_2", standing=Standing.CANCELLED, cancelled_on=NEXT_DAY)
    written_off = fee_bill("bil_3", standing=Standing.WRITTEN_OFF)
    disputed = fee_bill("bil_4", standing=Standing.DISPUTED)

    found = measured(cancelled, later, written_off, disputed)

    assert (found.due, found.overdue, found.billed_doors) == (yuan("186.00"), yuan("186.00"), 1)


@pytest.mark.rule("XY-15")
@pytest.mark.parametrize(
    ("as_of", "due", "overdue"),
    [
        (date(2026, 4, 19), "186.00", "146.00"),
        (date(2026, 4, 20), "93.00", "93.00"),
        (date(2026, 4, 21), "93.00", "93.00"),
    ],
    ids=["the day before the write-off", "its day", "the day after"],
)
def test_a_write_off_leaves_the_past_ratio_as_it_was(as_of: date, due: str, overdue: str) -> None:
    part_paid = paid(fee_bill(), "40.00", on=date(2026, 4, 10))
    day = date(2026, 4, 20)
    written_off = write_off_bill(part_paid, reason="无法收回", decided_on=day, today=AS_OF + timedelta(days=90))

    found = measured(written_off, fee_bill("bil_2"), as_of=as_of)

    assert (found.due, found.overdue) == (yuan(due), yuan(overdue))


def test_nothing_billed_reaches_nothing() -> None:
    found = measured(policy=gate())

    assert (found.ratio, found.household_ratio, found.threshold_reached) == (None, None, False)


@pytest.mark.rule("XY-15", "G-21")
@pytest.mark.parametrize(
    ("as_of", "due", "overdue", "reached"),
    [
        (date(2026, 4, 19), "465.00", "93.00", True),
        (date(2026, 4, 20), "462.00", "90.00", False),
        (date(2026, 4, 21), "462.00", "90.00", False),
    ],
    ids=["the day before the correction", "its day", "the day after"],
)
def test_a_later_correction_leaves_the_past_ratio_as_it_was(as_of: date, due: str, overdue: str, reached: bool) -> None:
    corrected_on = date(2026, 4, 20)
    unpaid = fee_bill("bil_0")
    correction = cut_at(unpaid, date(2026, 3, 30))
    settled = [paid(fee_bill(f"bil_{place}", part_id=f"prt_{place}"), "93.00") for place in range(2, 6)]
    bills = [
        cancel_bill(unpaid, on=corrected_on),
        *remade(correction, ["bil_n"], on=corrected_on),
        *settled,
    ]

    found = measured(*bills, as_of=as_of, policy=gate())

    assert (found.due, found.overdue, found.threshold_reached) == (yuan(due), yuan(overdue), reached)
    assert (found.billed_doors, found.debtor_doors) == (5, 1)


@pytest.mark.parametrize(
    ("before", "after", "expected"),
    [
        (None, False, None),
        (None, True, Direction.UP),
        (False, True, Direction.UP),
        (True, True, None),
        (True, False, Direction.DOWN),
        (False, False, None),
    ],
)
@pytest.mark.rule("XY-15")
def test_a_crossing_has_a_direction(before: bool | None, after: bool, expected: Direction | None) -> None:
    position_ = measured()

    found = crossing(
        None if before is None else replace(position_, threshold_reached=before),
        replace(position_, threshold_reached=after),
    )

    assert found is expected
