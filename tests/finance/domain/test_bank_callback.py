"""A bank's call-back: every member is what it says, and the same reference told again says the same."""

from dataclasses import replace
from datetime import date

import pytest

from kit.money import Fen
from services.finance.domain.bank_callback import BankCallback, callback_of, check_repeated
from tests.finance.refusals import refusal_of

TOLD = {
    "custodyAccountId": "cus_1",
    "bankRef": " HD-1 ",
    "amount": "20000.00",
    "paidOn": "2024-03-01",
    "paidFor": "dep_1",
}
CALLED = BankCallback(
    bank="ICBC",
    custody_account_id="cus_1",
    bank_ref="HD-1",
    amount=Fen(2_000_000),
    paid_on=date(2024, 3, 1),
    paid_for="dep_1",
)


def told(**changes: object) -> BankCallback:
    """Return what the bank says with some members changed; `...` leaves one out."""
    members = {name: value for name, value in (TOLD | changes).items() if value is not ...}
    return callback_of("ICBC", members)


def test_a_call_back_says_what_came_in_where_when_and_for_what() -> None:
    assert told() == CALLED
    assert CALLED.id == "cus_1#HD-1"


@pytest.mark.parametrize(("currency", "shown"), [("USD", "USD"), ("cny", "cny"), (None, "None"), (156, "156")])
def test_an_amount_is_in_yuan(currency: object, shown: str) -> None:
    assert told(currency="CNY") == CALLED
    assert refusal_of(lambda: told(currency=currency)) == ("VALIDATION", ("currency",), shown)


@pytest.mark.parametrize("account", [None, ...])
def test_money_that_reached_a_creditors_own_account_is_known_by_the_bank(account: object) -> None:
    called = told(custodyAccountId=account)

    assert called == replace(CALLED, custody_account_id=None)
    assert called.id == "ICBC#HD-1"


@pytest.mark.parametrize("name", ["custodyAccountId", "bankRef", "paidFor", "paidOn"])
@pytest.mark.parametrize(("value", "shown"), [("", ""), (7, "7"), ("x" * 65, "x" * 65)])
def test_a_member_is_a_text_of_1_to_64_characters(name: str, value: object, shown: str) -> None:
    assert refusal_of(lambda: told(**{name: value})) == ("VALIDATION", (name,), shown)


@pytest.mark.parametrize("name", ["bankRef", "paidFor", "paidOn"])
def test_a_member_that_is_missing_is_named(name: str) -> None:
    assert refusal_of(lambda: told(**{name: ...})) == ("VALIDATION", (name,), None)


@pytest.mark.parametrize("value", ["x", "x" * 64])
def test_texts_of_1_and_64_characters_are_taken(value: str) -> None:
    called = told(paidFor=value, custodyAccountId=value, bankRef=value)

    assert (called.paid_for, called.custody_account_id, called.bank_ref) == (value, value, value)


def test_a_reference_of_spaces_is_none() -> None:
    assert refusal_of(lambda: told(bankRef="  ")) == ("VALIDATION", ("bankRef",), "  ")


@pytest.mark.parametrize(
    "day", ["2024-02-30", "01.03.2024", "x", "20240301", "2024-W09-5", "2024-3-1", "2024-03-01 ", "2024-03-01T00:00:00"]
)
def test_what_is_no_day_in_the_one_form_is_refused(day: str) -> None:
    assert refusal_of(lambda: told(paidOn=day)) == ("VALIDATION", ("paidOn",), day)


@pytest.mark.parametrize(
    ("amount", "shown"), [("0.00", "0.00"), ("-0.01", "-0.01"), ("1.5", "1.5"), (100, "100"), (None, None), (..., None)]
)
def test_an_amount_is_a_text_above_zero(amount: object, shown: str | None) -> None:
    assert told(amount="0.01").amount == 1
    assert refusal_of(lambda: told(amount=amount)) == ("VALIDATION", ("amount",), shown)


def test_the_same_call_back_again_is_the_same_and_any_other_content_is_refused() -> None:
    check_repeated(CALLED, told())

    for changed in (
        replace(CALLED, amount=Fen(2_000_001)),
        replace(CALLED, paid_on=date(2024, 3, 2)),
        replace(CALLED, paid_for="dep_2"),
        replace(CALLED, custody_account_id="cus_2"),
    ):
        assert refusal_of(lambda changed=changed: check_repeated(CALLED, changed)) == (  # type: ignore[misc]
            "DUPLICATE",
            ("bankRef",),
            "HD-1",
        )
