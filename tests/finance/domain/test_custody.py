"""Which account takes a deposit on which day, and what of an account number is kept."""

from datetime import date

import pytest

from policy.vocabulary import CustodyKind
from services.finance.domain.contract import ContractKind
from services.finance.domain.custody import (
    CustodyAccount,
    OwnersSide,
    check_custody,
    checked_holder,
    custody_on,
    first_custody,
    masked,
    masked_account_number,
    place_of,
)
from tests.finance.agreements import OWNERS, STREET, document_of
from tests.finance.refusals import refusal_of
from tests.heard import ZHANGGONG

OPENED = OwnersSide(congress_formed_on=date(2024, 3, 10), account_opened_on=date(2024, 4, 1))


def kind_of_first_custody(kind: ContractKind) -> CustodyKind:
    return first_custody(kind, document_of().deposit)


def an_account(kind: CustodyKind, **changes: str | None) -> CustodyAccount:
    place = {"street_id": "str_1"} if kind is STREET else {"estate_id": "est_1"}
    return CustodyAccount(
        id="cus_1",
        kind=kind,
        district=ZHANGGONG,
        holder="解放街道办事处",
        bank_account_masked="****0123",
        opened_on=date(2024, 1, 5),
        **(place | changes),
    )


def check(account: CustodyAccount, paid_on: date) -> None:
    check_custody(
        account,
        first=STREET,
        paid_on=paid_on,
        owners=OPENED,
        street_id="str_1",
        estate_id="est_1",
        path=("input", "custodyAccountId"),
    )


@pytest.mark.rule("ZG-20")
@pytest.mark.rule("ZG-21")
@pytest.mark.parametrize(
    ("kind", "custody"),
    [(ContractKind.EARLY_STAGE, STREET), (ContractKind.CONGRESS, OWNERS), (ContractKind.TRUST, OWNERS)],
)
def test_the_kind_of_contract_decides_the_first_custody(kind: ContractKind, custody: CustodyKind) -> None:
    assert kind_of_first_custody(kind) is custody


@pytest.mark.parametrize("kind", [ContractKind.COOPERATION, ContractKind.CUSTODY])
def test_a_kind_that_the_document_does_not_speak_of_has_no_custody(kind: ContractKind) -> None:
    assert refusal_of(lambda: kind_of_first_custody(kind)) == ("INSTRUMENT_NOT_AVAILABLE", (), kind.value)


@pytest.mark.rule("ZG-20")
@pytest.mark.parametrize(
    ("day", "owners", "expected"),
    [
        (date(2024, 3, 9), OPENED, STREET),
        (date(2024, 3, 31), OPENED, STREET),
        (date(2024, 4, 1), OPENED, OWNERS),
        (date(2024, 5, 1), OwnersSide(congress_formed_on=date(2024, 3, 10)), STREET),
        (date(2024, 5, 1), OwnersSide(account_opened_on=date(2024, 4, 1)), STREET),
    ],
    ids=["before the congress", "a day before the account", "the account's day", "no account", "congress not heard"],
)
def test_the_street_holds_until_the_owners_can(day: date, owners: OwnersSide, expected: CustodyKind) -> None:
    assert custody_on(STREET, day=day, owners=owners) is expected


def test_what_the_congress_keeps_from_the_start_never_goes_to_the_street() -> None:
    assert custody_on(OWNERS, day=date(2024, 1, 1), owners=OwnersSide()) is OWNERS


@pytest.mark.rule("ZG-20", "ZG-21")
@pytest.mark.parametrize(
    ("account", "paid_on", "value"),
    [
        (an_account(OWNERS), date(2024, 2, 1), "OWNERS_PUBLIC"),
        (an_account(STREET), date(2024, 4, 1), "STREET_DESIGNATED"),
        (an_account(STREET, street_id="str_2"), date(2024, 2, 1), "cus_1"),
        (an_account(STREET, street_id=None, estate_id="est_1"), date(2024, 2, 1), "cus_1"),
        (an_account(OWNERS, estate_id="est_2"), date(2024, 4, 1), "cus_1"),
        (an_account(OWNERS, estate_id=None, street_id="str_1"), date(2024, 4, 1), "cus_1"),
        (an_account(STREET), date(2024, 1, 4), "2024-01-04"),
    ],
    ids=[
        "owners' too early", "street's too late", "another street's", "no street's", "another estate's", "no estate's",
        "not open yet",
    ],
)  # fmt: skip
def test_money_in_the_wrong_account_is_refused(account: CustodyAccount, paid_on: date, value: str) -> None:
    assert refusal_of(lambda: check(account, paid_on)) == ("VALIDATION", ("input", "custodyAccountId"), value)


@pytest.mark.rule("ZG-20", "ZG-21")
@pytest.mark.parametrize(
    ("account", "paid_on"),
    [
        (an_account(STREET), date(2024, 1, 5)),
        (an_account(STREET), date(2024, 3, 31)),
        (an_account(OWNERS), date(2024, 4, 1)),
    ],
    ids=["opened that day", "the day before the owners can", "the owners' first day"],
)
def test_money_in_the_right_account_is_taken(account: CustodyAccount, paid_on: date) -> None:
    check(account, paid_on)


FINANCE, AUTHORITY = CustodyKind.DISTRICT_FINANCE_MAINTENANCE, CustodyKind.HOUSING_AUTHORITY_MAINTENANCE
OWNERS_FUND, TRUST = CustodyKind.OWNERS_MAINTENANCE, CustodyKind.TRUST_FUND


def place(kind: CustodyKind, district: str | None, street_id: str | None, estate_id: str | None) -> str:
    return place_of(kind, district=district, street_id=street_id, estate_id=estate_id, path=("input",))


@pytest.mark.rule("ZG-28")
@pytest.mark.parametrize(
    ("kind", "district", "street_id", "estate_id", "right"),
    [
        (FINANCE, "360702", None, None, "360702"),
        (AUTHORITY, "360702", None, None, "360702"),
        (STREET, None, "str_1", None, "str_1"),
        (OWNERS_FUND, None, None, "est_1", "est_1"),
        (TRUST, None, None, "est_1", "est_1"),
    ],
)
def test_an_account_of_each_kind_is_held_for_one_place(
    kind: CustodyKind, district: str | None, street_id: str | None, estate_id: str | None, right: str
) -> None:
    assert place(kind, district, street_id, estate_id) == right


@pytest.mark.rule("ZG-28")
@pytest.mark.parametrize(
    ("kind", "district", "street_id", "estate_id", "named"),
    [
        (FINANCE, None, None, None, "DISTRICT_FINANCE_MAINTENANCE"),
        (FINANCE, None, "str_1", None, "STREET"),
        (FINANCE, "360702", "str_1", "est_1", "ESTATE, STREET"),
        (AUTHORITY, None, None, "est_1", "ESTATE"),
        (STREET, "360702", None, None, "DISTRICT"),
        (STREET, "360702", "str_1", None, "DISTRICT"),
        (STREET, None, "str_1", "est_1", "ESTATE"),
        (OWNERS_FUND, "360702", None, None, "DISTRICT"),
        (OWNERS_FUND, None, "str_1", "est_1", "STREET"),
        (TRUST, "360702", "str_1", None, "DISTRICT, STREET"),
    ],
)
def test_another_place_or_a_second_one_is_refused(
    kind: CustodyKind, district: str | None, street_id: str | None, estate_id: str | None, named: str
) -> None:
    assert refusal_of(lambda: place(kind, district, street_id, estate_id)) == ("VALIDATION", ("input", "kind"), named)


def test_the_owners_public_account_is_not_opened_here() -> None:
    assert refusal_of(lambda: place(OWNERS, None, None, "est_1")) == ("VALIDATION", ("input", "kind"), "OWNERS_PUBLIC")


def test_of_an_account_number_only_the_last_four_digits_are_kept() -> None:
    assert masked_account_number("6222 0200 0000 0000 123") == "****0123"


@pytest.mark.parametrize("digits", ["12345678", "1" * 32])
def test_an_account_number_has_8_to_32_digits(digits: str) -> None:
    assert masked_account_number(digits) == f"****{digits[-4:]}"


@pytest.mark.parametrize("text", ["1234567", "1" * 33, "622202000000000012a", "", "６２２２０２００００００００００"])
def test_a_text_that_is_no_account_number_is_refused_without_repeating_it(text: str) -> None:
    assert refusal_of(lambda: masked_account_number(text, path=("input", "bankAccount"))) == (
        "VALIDATION",
        ("input", "bankAccount"),
        None,
    )


@pytest.mark.parametrize(
    ("text", "holder"), [(" 解放街道办事处 ", "解放街道办事处"), ("x", "x"), ("x" * 100, "x" * 100)]
)
def test_a_holder_is_kept_without_spaces_around_it(text: str, holder: str) -> None:
    assert checked_holder(text) == holder


@pytest.mark.parametrize("text", ["", " ", "x" * 101, "解放\t街道"])
def test_a_holder_has_1_to_100_printable_characters(text: str) -> None:
    assert refusal_of(lambda: checked_holder(text, path=("input", "holder"))) == (
        "VALIDATION",
        ("input", "holder"),
        text,
    )


@pytest.mark.parametrize(("reference", "shown"), [("ref-7788", "****7788"), ("7788", "****"), ("", "****")])
def test_a_short_reference_is_masked_whole(reference: str, shown: str) -> None:
    assert masked(reference) == shown
