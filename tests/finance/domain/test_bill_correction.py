"""Bills are cut where an owner, a contract or a creditor changes; the pieces make the bill's amount."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kit.money import yuan
from services.finance.domain.bill import FeeBill, FeeUnit, Standing
from services.finance.domain.bill_correction import Correction, cut_at, cut_by_owner, cut_by_service, remade
from services.finance.domain.service_period import ServiceSpell
from tests.finance.bills import PROVIDER, TRUST, fee_bill

TODAY = date(2026, 4, 5)


def made(correction: Correction) -> list[FeeBill]:
    return remade(correction, [f"bil_n{place}" for place in range(len(correction.pieces))], on=TODAY)


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


@given(
    cuts=st.sets(st.integers(min_value=2, max_value=31), max_size=6), rate=st.integers(min_value=1, max_value=99_999)
)
def test_however_a_bill_is_cut_its_pieces_make_its_amount(cuts: set[int], rate: int) -> None:
    bill = fee_bill(rate=rate, amount=rate)
    owners = [(date(2020, 1, 1), ("own_0",)), *((date(2026, 3, day), (f"own_{day}",)) for day in sorted(cuts))]

    assert sum(piece.amount for piece in made(cut_by_owner(bill, owners))) == rate
