"""Which account takes a deposit on which day, and what of an account number is kept."""

from datetime import date

import pytest

from kit.errors import Refusal
from policy.policies import Activation
from policy.vocabulary import CustodyKind
from services.finance.domain.contract import ContractKind
from services.finance.domain.custody import (
    CustodyAccount,
    OwnersSide,
    check_custody,
    custody_on,
    first_custody,
    masked,
    masked_account_number,
)
from tests.heard import IN_FORCE_FROM, ZHANGGONG, mounted_policies

STREET, OWNERS = CustodyKind.STREET_DESIGNATED, CustodyKind.OWNERS_PUBLIC
OPENED = OwnersSide(congress_formed_on=date(2024, 3, 10), account_opened_on=date(2024, 4, 1))


def kind_of_first_custody(kind: ContractKind) -> CustodyKind:
    mounted = mounted_policies()
    activation = Activation("360702-v1", mounted.file("360702-v1").hash, IN_FORCE_FROM)
    return first_custody(kind, mounted.activate(activation).at(ZHANGGONG, date(2024, 2, 1)).deposit)


def an_account(kind: CustodyKind, **changes: str | None) -> CustodyAccount:
    place = {"street_id": "str_1"} if kind is STREET else {"estate_id": "est_1"}
    return CustodyAccount(
        id="cus_1",
        kind=kind,
        district=ZHANGGONG,
        holder="解放街道办事处",
        bank_account_masked="****0123",
        opened_on=date(2024, 1, 5),
        **(place | changes),  # type: ignore[arg-type]
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
    with pytest.raises(Refusal) as refused:
        kind_of_first_custody(kind)

    assert (refused.value.code, refused.value.value) == ("INSTRUMENT_NOT_AVAILABLE", kind.value)


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


@pytest.mark.parametrize(
    ("account", "paid_on"),
    [
        (an_account(OWNERS), date(2024, 2, 1)),
        (an_account(STREET), date(2024, 4, 1)),
        (an_account(STREET, street_id="str_2"), date(2024, 2, 1)),
        (an_account(OWNERS, estate_id="est_2"), date(2024, 4, 1)),
        (an_account(STREET), date(2024, 1, 4)),
    ],
    ids=["owners' too early", "street's too late", "another street's", "another estate's", "not open yet"],
)
def test_money_in_the_wrong_account_is_refused(account: CustodyAccount, paid_on: date) -> None:
    with pytest.raises(Refusal) as refused:
        check_custody(account, first=STREET, paid_on=paid_on, owners=OPENED, street_id="str_1", estate_id="est_1")

    assert refused.value.code == "VALIDATION"


def test_of_an_account_number_only_the_last_four_digits_are_kept() -> None:
    assert masked_account_number("6222 0200 0000 0000 123") == "****0123"


@pytest.mark.parametrize("text", ["1234567", "1" * 33, "622202000000000012a", "", "６２２２０２００００００００００"])
def test_a_text_that_is_no_account_number_is_refused_without_repeating_it(text: str) -> None:
    with pytest.raises(Refusal) as refused:
        masked_account_number(text)

    assert (refused.value.code, refused.value.value) == ("VALIDATION", None)


@pytest.mark.parametrize(("reference", "shown"), [("ref-7788", "****7788"), ("7788", "****"), ("", "****")])
def test_a_short_reference_is_masked_whole(reference: str, shown: str) -> None:
    assert masked(reference) == shown
