"""What an estate began with: a bill for what was owed, and how it is taken back as long as it is whole."""

from dataclasses import replace
from datetime import date
from functools import partial

import pytest

from kit.area import square_metres
from kit.money import Fen, yuan
from services.finance.domain.bill import BillSource, FeeBill, FeeUnit, Settlement, Standing
from services.finance.domain.billing_period import parse_period
from services.finance.domain.cut_over import (
    CutOver,
    OpenedDeposit,
    OpenedPrepaid,
    bill_id,
    cancel_opening_bill,
    check_billed_since,
    opening_bill,
    without_opening,
)
from services.finance.domain.deposit import ClaimKind, Hold, Holding, OpenClaim, PerformanceDeposit
from services.finance.domain.deposit_state import DepositState
from services.finance.domain.opening import OpeningItem, OpeningRow
from services.finance.domain.part import Part, PartFacts
from tests.finance.agreements import HELD, OWNERS, STREET, a_held_deposit, an_estate
from tests.finance.bills import PROVIDER
from tests.finance.refusals import refusal_of

AS_OF, TODAY = date(2025, 12, 31), date(2026, 3, 5)
ROW = OpeningRow(2, "360702", "est_1", "prt_1", OpeningItem.ARREARS, yuan("120.00"), AS_OF, due_on=date(2024, 6, 30))
PART = Part("prt_1", "est_1", PartFacts("bld_1", "1栋101", square_metres("80.00"), "REGISTER", has_lift=False))


def a_bill(row: OpeningRow = ROW) -> FeeBill:
    return opening_bill(
        row,
        id_="bil_7f-0000001",
        run_id="cut_7f",
        estate=an_estate(),
        part=PART,
        debtors=["own_a", "own_b"],
        creditor=PROVIDER,
    )


@pytest.mark.rule("DH-38")
@pytest.mark.parametrize(
    ("period", "as_of", "is_charged"),
    [
        ("2025-12", AS_OF, True),
        ("2025-12", date(2025, 12, 30), False),
        ("2026-01", AS_OF, False),
        ("2025-Q4", date(2025, 10, 31), True),
        ("2025-Q4", date(2025, 10, 30), False),
        ("2026", AS_OF, False),
    ],
)
def test_a_month_that_was_over_at_the_cut_over_is_not_charged_again(period: str, as_of: date, is_charged: bool) -> None:
    begun = CutOver("cut_7f", "360702", "est_1", as_of, "sha256:1", bill_count=1)
    prepaid = replace(begun, bill_count=0, prepaid=(OpenedPrepaid("prt_1", PROVIDER, Fen(1)),))

    for one in (begun, prepaid):
        if is_charged:
            refused = refusal_of(partial(check_billed_since, one, parse_period(period), path=("input", "period")))
            assert refused == ("DUPLICATE", ("input", "period"), period)
        else:
            check_billed_since(one, parse_period(period))
    check_billed_since(replace(begun, bill_count=0), parse_period(period))


def test_what_was_owed_at_the_cut_over_is_one_bill() -> None:
    assert a_bill() == FeeBill(
        id="bil_7f-0000001",
        district="360702",
        estate_id="est_1",
        part_id="prt_1",
        door_number="1栋101",
        owner_ids=("own_a", "own_b"),
        run_id="cut_7f",
        item_code="OPENING",
        period="2025-12",
        from_=AS_OF,
        to=AS_OF,
        issued_on=AS_OF,
        due_on=date(2024, 6, 30),
        unit=FeeUnit.PER_USE,
        rate=yuan("120.00"),
        quantity=1,
        amount=yuan("120.00"),
        creditor=PROVIDER,
        source=BillSource.OPENING,
    )
    assert a_bill(replace(ROW, due_on=None)).due_on == AS_OF


def test_the_bills_of_an_opening_are_numbered_from_one() -> None:
    opening = CutOver("cut_7f", "360702", "est_1", AS_OF, "sha", bill_count=2)

    assert opening.bill_ids == ("bil_7f-0000001", "bil_7f-0000002")
    assert replace(opening, bill_count=0).bill_ids == ()
    assert bill_id("cut_7f", 12) == "bil_7f-0000012"


def test_a_bill_of_the_opening_is_taken_back_on_its_day() -> None:
    assert cancel_opening_bill(a_bill(), on=TODAY) == replace(a_bill(), standing=Standing.CANCELLED, cancelled_on=TODAY)


@pytest.mark.parametrize(
    "bill",
    [
        replace(a_bill(), paid=Fen(1), settlements=(Settlement(TODAY, Fen(1), "fpy_1"),)),
        replace(a_bill(), standing=Standing.CANCELLED),
        replace(a_bill(), standing=Standing.DISPUTED),
    ],
    ids=["paid by a fen", "cancelled", "disputed"],
)
def test_a_bill_of_the_opening_that_is_no_longer_whole_stays(bill: FeeBill) -> None:
    assert refusal_of(lambda: cancel_opening_bill(bill, on=TODAY)) == ("STATE_CONFLICT", (), "bil_7f-0000001")


OPENED = OpenedDeposit("dep_1", "cus_1", HELD)


@pytest.mark.parametrize("state", [DepositState.HELD, DepositState.PART_PAID])
def test_a_deposit_is_as_it_was_before_its_opening(state: DepositState) -> None:
    deposit = a_held_deposit(state=state)

    assert without_opening(deposit, OPENED) == replace(deposit, state=DepositState.DEMANDED, holdings=())


@pytest.mark.parametrize(
    ("opened", "left"),
    [
        (OPENED, (Holding("cus_2", OWNERS, Fen(5)),)),
        (replace(OPENED, amount=Fen(HELD - 1)), (Holding("cus_2", OWNERS, Fen(5)), Holding("cus_1", STREET, Fen(1)))),
        (OpenedDeposit("dep_1", "cus_2", Fen(5)), (Holding("cus_1", STREET, HELD),)),
    ],
)
def test_what_was_paid_beside_the_opening_stays(opened: OpenedDeposit, left: tuple[Holding, ...]) -> None:
    deposit = a_held_deposit(holdings=(Holding("cus_1", STREET, HELD), Holding("cus_2", OWNERS, Fen(5))))

    assert without_opening(deposit, opened) == replace(deposit, state=DepositState.PART_PAID, holdings=left)


@pytest.mark.parametrize(
    "deposit",
    [
        a_held_deposit(holdings=(Holding("cus_1", STREET, Fen(HELD - 1)),)),
        a_held_deposit(holdings=(Holding("cus_2", OWNERS, HELD),)),
        a_held_deposit(state=DepositState.TRANSFERRING),
        a_held_deposit(hold=Hold("dec_1", "1", TODAY)),
        a_held_deposit(open_claim=OpenClaim("clm_1", ClaimKind.RELEASE)),
    ],
    ids=["a fen left it", "it moved", "it moves", "on hold", "a claim is open"],
)
def test_a_deposit_that_was_moved_claimed_or_held_back_keeps_its_opening(deposit: PerformanceDeposit) -> None:
    assert refusal_of(lambda: without_opening(deposit, OPENED)) == ("STATE_CONFLICT", (), "dep_1")
