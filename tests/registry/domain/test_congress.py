"""The owners' congress and its account."""

from datetime import date

import pytest

from kit.errors import ValidationFailed
from services.registry.domain.congress import AccountOpened, CongressFormed, check_account, check_formation

FORMED_ON = date(2024, 3, 10)
TODAY = date(2024, 4, 1)


@pytest.mark.rule("G-27")
@pytest.mark.parametrize("filed_on", [None, FORMED_ON, TODAY])
def test_a_congress_is_filed_when_it_is_formed_or_later(filed_on: date | None) -> None:
    check_formation(formed_on=FORMED_ON, filed_on=filed_on, today=TODAY, has_congress=False)
    check_formation(formed_on=TODAY, filed_on=None, today=TODAY, has_congress=False)


@pytest.mark.parametrize("filed_on", [date(2024, 3, 9), date(2024, 4, 2)])
def test_a_filing_before_the_formation_or_to_come_is_refused(filed_on: date) -> None:
    with pytest.raises(ValidationFailed) as refused:
        check_formation(formed_on=FORMED_ON, filed_on=filed_on, today=TODAY, has_congress=False)

    assert refused.value.value == filed_on.isoformat()
    assert refused.value.path == ("input", "filedOn")


def test_a_formation_to_come_is_refused() -> None:
    with pytest.raises(ValidationFailed) as refused:
        check_formation(formed_on=date(2024, 4, 2), filed_on=None, today=TODAY, has_congress=False)

    assert refused.value.value == "2024-04-02"
    assert refused.value.path == ("input", "formedOn")


def test_one_estate_has_one_congress() -> None:
    with pytest.raises(CongressFormed) as refused:
        check_formation(formed_on=FORMED_ON, filed_on=None, today=TODAY, has_congress=True)

    assert (refused.value.path, refused.value.value) == ((), None)
    assert refused.value.code == "STATE_CONFLICT"


@pytest.mark.rule("G-27")
@pytest.mark.parametrize("opened_on", [FORMED_ON, TODAY])
def test_the_account_is_opened_after_the_formation(opened_on: date) -> None:
    check_account(opened_on=opened_on, formed_on=FORMED_ON, today=TODAY, has_account=False)


@pytest.mark.parametrize("opened_on", [date(2024, 3, 9), date(2024, 4, 2)])
def test_an_account_before_the_formation_or_to_come_is_refused(opened_on: date) -> None:
    with pytest.raises(ValidationFailed) as refused:
        check_account(opened_on=opened_on, formed_on=FORMED_ON, today=TODAY, has_account=False)

    assert refused.value.value == opened_on.isoformat()
    assert refused.value.path == ("input", "openedOn")


def test_one_congress_has_one_public_account() -> None:
    with pytest.raises(AccountOpened) as refused:
        check_account(opened_on=TODAY, formed_on=FORMED_ON, today=TODAY, has_account=True)
    assert (refused.value.path, refused.value.value) == ((), None)
