"""The look-up before a selection, and what is on the blacklist when."""

from datetime import date

import pytest

from services.registry.domain.credit import Credit, CreditNotLookedUp, Listing, require_lookup

VOTE = date(2026, 3, 1)
LISTING = Listing("ble_1", "two years at 70 or less", date(2025, 6, 1), date(2027, 5, 31))


@pytest.mark.rule("ZG-12")
@pytest.mark.parametrize("days", [[VOTE], [date(2026, 1, 1)], [date(2026, 4, 1), date(2026, 2, 28)]])
def test_a_look_up_on_or_before_the_vote_counts(days: list[date]) -> None:
    require_lookup(days, vote_on=VOTE)


@pytest.mark.rule("ZG-12")
@pytest.mark.parametrize("days", [[], [date(2026, 3, 2)]])
def test_a_selection_without_an_earlier_look_up_is_refused(days: list[date]) -> None:
    with pytest.raises(CreditNotLookedUp) as refused:
        require_lookup(days, vote_on=VOTE)

    assert refused.value.path == ("input", "providerId")
    assert (refused.value.code, refused.value.value) == ("PRECONDITION", "2026-03-01")


@pytest.mark.parametrize(
    ("day", "listed"),
    [
        (date(2025, 5, 31), False),
        (date(2025, 6, 1), True),
        (date(2027, 5, 31), True),
        (date(2027, 6, 1), False),
    ],
)
def test_an_entry_holds_from_its_first_to_its_last_day(day: date, listed: bool) -> None:
    assert Credit(listings=(LISTING,)).is_blacklisted_on(day) is listed


def test_an_entry_without_end_holds_on() -> None:
    endless = Listing("ble_1", "serious act", date(2025, 6, 1), None)

    assert Credit(listings=(endless,)).is_blacklisted_on(date(2099, 1, 1))


def test_nothing_announced_is_no_entry() -> None:
    assert not Credit().is_blacklisted_on(VOTE)
