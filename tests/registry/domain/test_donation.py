"""What a provider of several estates gives to their community is a gift."""

from datetime import date

import pytest

from kit.errors import ValidationFailed
from kit.money import Fen
from services.registry.domain.donation import ForcedDeduction, NoSharedProvider, check_donation

TODAY = date(2026, 3, 5)


def check(*, is_voluntary: bool = True, estate_count: int = 2, amount: int = 1, given_on: date = TODAY) -> None:
    check_donation(
        is_voluntary=is_voluntary, estate_count=estate_count, amount=Fen(amount), given_on=given_on, today=TODAY
    )


@pytest.mark.rule("DH-29")
def test_a_deduction_is_no_donation() -> None:
    check()

    with pytest.raises(ForcedDeduction) as refused:
        check(is_voluntary=False)
    assert refused.value.value is None
    assert (refused.value.code, refused.value.path) == ("EARMARK", ("input", "isVoluntary"))


@pytest.mark.rule("DH-29")
def test_only_a_provider_of_two_estates_of_the_community_saved_anything() -> None:
    with pytest.raises(NoSharedProvider) as refused:
        check(estate_count=1)

    assert refused.value.path == ("input", "providerId")
    assert (refused.value.code, refused.value.value) == ("PRECONDITION", "1")


def test_a_gift_is_more_than_nothing_and_not_to_come() -> None:
    with pytest.raises(ValidationFailed) as refused:
        check(amount=0)
    assert (refused.value.path, refused.value.value) == (("input", "amount"), "0.00")
    with pytest.raises(ValidationFailed) as refused:
        check(given_on=date(2026, 3, 6))
    assert (refused.value.path, refused.value.value) == (("input", "givenOn"), "2026-03-06")
