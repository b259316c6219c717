"""Bills are cut where an owner, a contract or a creditor changes; the pieces make the bill's amount."""

from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kit.money import yuan
from services.finance.domain.bill import BillSource, DunningStep, FeeBill, FeeUnit, Settlement, Standing
from services.finance.domain.bill_correction import (
    Correction,
    Piece,
    can_be_cut,
    cut_at,
    cut_by_owner,
    cut_by_service,
    remade,
)
from services.finance.domain.service_period import FeeContract, ServiceSpell
from tests.finance.bills import PROVIDER, TRUST, fee_bill

TODAY = date(2026, 4, 5)


def made(correction: Correction) -> list[FeeBill]:
    return remade(correction, [f"bil_n{place}" for place in range(len(correction.pieces))], on=TODAY)


def a_piece(first: int, last: int, **changes: Any) -> Piece:
    """Return these days of the bill as a piece that stands as it was billed, changed as asked."""
    [whole] = cut_at(fee_bill(), date(2026, 3, 31)).pieces
    return replace(whole, from_=date(2026, 3, first), to=date(2026, 3, last), **changes)


@pytest.mark.parametrize(
    ("last", "amounts"),
    [(date(2026, 2, 28), []), (date(2026, 3, 10), ["30.00"]), (date(2026, 3, 31), ["93.00"])],
)
def test_nothing_is_owed_after_the_end(last: date, amounts: list[str]) -> None:
    correction = cut_at(fee_bill(), last)

    assert [bill.amount for bill in made(correction)] == [yuan(amount) for amount in amounts]
    assert correction.changes_nothing == (last == date(2026, 3, 31))


def test_a_sale_splits_the_bill_between_seller_and_buyer() -> None:
    owners = [(date(2020, 1, 1), ("own_a",)), (date(2026, 3, 11), ("own_b",))]

    bills = made(cut_by_owner(fee_bill(), owners))

    assert [(bill.owner_ids, bill.from_.day, bill.to.day, bill.amount) for bill in bills] == [
        (("own_a",), 1, 10, yuan("30.00")),
        (("own_b",), 11, 31, yuan("63.00")),
    ]
    assert all((bill.issued_on, bill.due_on, bill.paid) == (TODAY, date(2026, 3, 31), 0) for bill in bills)


@pytest.mark.parametrize("owners", [[], [(date(2020, 1, 1), ("own_a",))], [(date(2026, 4, 1), ("own_b",))]])
def test_an_owner_of_all_its_days_changes_nothing(owners: list[tuple[date, tuple[str, ...]]]) -> None:
    assert cut_by_owner(fee_bill(), owners).changes_nothing


@pytest.mark.rule("G-28")
def test_days_of_a_trust_are_owed_to_the_trust() -> None:
    spells = [ServiceSpell(date(2026, 3, 16), date(2026, 3, 31), TRUST, None, None)]

    bills = made(cut_by_service(fee_bill(), spells))

    assert [(bill.creditor, bill.from_.day, bill.to.day, bill.amount) for bill in bills] == [
        (PROVIDER, 1, 15, yuan("45.00")),
        (TRUST, 16, 31, yuan("48.00")),
    ]


def test_the_same_service_changes_nothing() -> None:
    spells = [
        ServiceSpell(date(2026, 3, 1), date(2026, 3, 9), PROVIDER, None, None),
        ServiceSpell(date(2026, 3, 10), date(2026, 3, 20), PROVIDER, None, None),
    ]

    assert cut_by_service(fee_bill(), spells).changes_nothing
    assert cut_by_service(fee_bill(), []).changes_nothing


def test_uses_stay_as_they_were_billed() -> None:
    uses = fee_bill(unit=FeeUnit.PER_USE, rate=yuan("3.00"), quantity=31)
    owners = [(date(2020, 1, 1), ("own_a",)), (date(2026, 3, 11), ("own_b",))]

    assert cut_by_owner(uses, owners).changes_nothing
    assert made(cut_at(uses, date(2026, 2, 28))) == []


def test_a_disputed_bill_stays_disputed() -> None:
    [bill] = made(cut_at(fee_bill(standing=Standing.DISPUTED), date(2026, 3, 10)))

    assert bill.standing is Standing.DISPUTED


def test_what_is_made_out_anew_keeps_everything_but_its_days_amount_and_payments() -> None:
    bill = fee_bill(
        paid=yuan("93.00"),
        settlements=(Settlement(date(2026, 3, 9), yuan("93.00"), "fpy_1"),),
        standing=Standing.SETTLED,
        dunning=DunningStep.POSTED,
        cancelled_on=TODAY,
    )

    [made_out] = made(cut_at(bill, date(2026, 3, 10)))

    assert made_out == fee_bill("bil_n0", to=date(2026, 3, 10), issued_on=TODAY, amount=yuan("30.00"))


@pytest.mark.parametrize(
    ("last", "to"), [(date(2026, 3, 1), 1), (date(2026, 3, 30), 30), (date(2026, 4, 5), 31)], ids=str
)
def test_a_bill_ends_with_the_last_day_that_is_owed(last: date, to: int) -> None:
    [piece] = cut_at(fee_bill(), last).pieces

    assert piece == a_piece(1, to)


def test_a_bill_that_was_made_out_to_somebody_who_owed_none_of_its_days_goes_to_who_did() -> None:
    correction = cut_by_owner(fee_bill(), [(date(2026, 3, 1), ("own_b",))])

    assert correction.pieces == (a_piece(1, 31, owner_ids=("own_b",)),)


def test_an_area_is_charged_by_square_metres_in_every_piece() -> None:
    bill = fee_bill(unit=FeeUnit.PER_M2_MONTH, rate=yuan("1.20"), quantity=8_935, amount=yuan("107.22"))
    spells = [ServiceSpell(date(2026, 3, 11), date(2026, 3, 31), TRUST, None, None)]

    bills = made(cut_by_service(bill, spells))

    # 107.22 × 10 ÷ 31 = 34.587…, floored; the rest of the month's fee is the trust's.
    assert [(one.amount, one.creditor, one.contract_id) for one in bills] == [
        (yuan("34.58"), PROVIDER, "ctr_1"),
        (yuan("72.64"), TRUST, None),
    ]


def test_a_piece_that_comes_to_nothing_is_not_made_out() -> None:
    a_fen = fee_bill(rate=yuan("0.01"), amount=yuan("0.01"))
    owners = [(date(2020, 1, 1), ("own_a",)), (date(2026, 3, 31), ("own_b",))]

    [bill] = made(cut_by_owner(a_fen, owners))

    assert (bill.id, bill.owner_ids, bill.amount) == ("bil_n1", ("own_b",), yuan("0.01"))


def test_days_before_the_first_debtor_that_is_known_stay_with_those_who_were_billed() -> None:
    owners = [(date(2026, 3, 11), ("own_b",)), (date(2026, 3, 31), ("own_b",)), (date(2026, 4, 1), ("own_c",))]

    assert cut_by_owner(fee_bill(), owners).pieces == (
        a_piece(1, 10),
        a_piece(11, 31, owner_ids=("own_b",)),
    )


def test_a_buyer_on_the_last_day_owes_that_day() -> None:
    owners = [(date(2020, 1, 1), ("own_a",)), (date(2026, 3, 31), ("own_b",))]

    assert [(piece.from_.day, piece.to.day) for piece in cut_by_owner(fee_bill(), owners).pieces] == [(1, 30), (31, 31)]


@pytest.mark.rule("G-28")
def test_a_bill_is_cut_by_its_services_in_the_order_of_their_days() -> None:
    of_trust = FeeContract(id="ctr_2", district="360702", estate_id="est_1")
    spells = [
        ServiceSpell(date(2026, 3, 21), date(2026, 4, 30), TRUST, of_trust, None),
        ServiceSpell(date(2026, 2, 1), date(2026, 3, 5), TRUST, of_trust, None),
        ServiceSpell(date(2026, 3, 5), date(2026, 3, 5), PROVIDER, None, None),
        ServiceSpell(date(2026, 3, 11), date(2026, 3, 11), TRUST, None, None),
        ServiceSpell(date(2026, 4, 1), date(2026, 4, 30), PROVIDER, None, None),
    ]

    assert cut_by_service(fee_bill(), spells).pieces == (
        a_piece(1, 5, creditor=TRUST, contract_id="ctr_2"),
        a_piece(6, 10),
        a_piece(11, 11, creditor=TRUST, contract_id=None),
        a_piece(12, 20),
        a_piece(21, 31, creditor=TRUST, contract_id="ctr_2"),
    )


def test_the_last_day_without_a_known_service_stays_as_it_was_billed() -> None:
    spells = [ServiceSpell(date(2026, 3, 1), date(2026, 3, 30), TRUST, None, None)]

    assert [(piece.creditor, piece.from_.day, piece.to.day) for piece in cut_by_service(fee_bill(), spells).pieces] == [
        (TRUST, 1, 30),
        (PROVIDER, 31, 31),
    ]


@pytest.mark.rule("DH-38")
@pytest.mark.parametrize(
    ("taken_over_on", "left"),
    [
        (date(2026, 3, 1), ()),
        (date(2026, 3, 2), ((1, 1),)),
        (date(2026, 3, 31), ((1, 30),)),
        (date(2026, 4, 1), ((1, 31),)),
    ],
)
def test_post_termination_service_is_owed_until_the_day_before_the_take_over(
    taken_over_on: date, left: tuple[tuple[int, int], ...]
) -> None:
    bill = fee_bill(source=BillSource.POST_TERMINATION)
    goes_on = ServiceSpell(date(2026, 1, 1), date(2026, 3, 31), PROVIDER, None, None, BillSource.POST_TERMINATION)
    taken_over = ServiceSpell(taken_over_on, date(2026, 4, 30), TRUST, None, None)

    assert cut_by_service(bill, [goes_on]).changes_nothing
    assert cut_by_service(bill, [taken_over]).pieces == tuple(a_piece(*days) for days in left)


@pytest.mark.rule("DH-38")
def test_it_stays_over_when_one_who_took_over_follows_the_other() -> None:
    bill = fee_bill(source=BillSource.POST_TERMINATION)
    first = ServiceSpell(date(2026, 3, 11), date(2026, 3, 20), TRUST, None, None)
    second = ServiceSpell(date(2026, 3, 21), date(2026, 4, 30), PROVIDER, None, None)

    assert cut_by_service(bill, [first, second]).pieces == (a_piece(1, 10),)


@pytest.mark.parametrize("unit", list(FeeUnit))
def test_a_fee_of_uses_is_not_cut(unit: FeeUnit) -> None:
    bill = fee_bill(unit=unit)
    spells = [ServiceSpell(date(2026, 3, 1), date(2026, 3, 9), TRUST, None, None)]
    is_cut = unit is not FeeUnit.PER_USE

    assert can_be_cut(bill) is is_cut
    assert cut_by_service(bill, spells).changes_nothing is not is_cut
    assert cut_at(bill, date(2026, 3, 9)).changes_nothing is not is_cut


def test_uses_are_made_out_anew_for_what_they_were_billed() -> None:
    uses = fee_bill(unit=FeeUnit.PER_USE, rate=yuan("3.00"), quantity=31)

    [bill] = made(cut_at(uses, date(2026, 3, 10)))

    assert bill == fee_bill("bil_n0", unit=FeeUnit.PER_USE, rate=yuan("3.00"), quantity=31, issued_on=TODAY)


@given(
    cuts=st.sets(st.integers(min_value=2, max_value=31), max_size=6), rate=st.integers(min_value=1, max_value=99_999)
)
def test_however_a_bill_is_cut_its_pieces_make_its_amount(cuts: set[int], rate: int) -> None:
    bill = fee_bill(rate=rate, amount=rate)
    owners = [(date(2020, 1, 1), ("own_0",)), *((date(2026, 3, day), (f"own_{day}",)) for day in sorted(cuts))]

    assert sum(piece.amount for piece in made(cut_by_owner(bill, owners))) == rate
