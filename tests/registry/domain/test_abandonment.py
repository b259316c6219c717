"""Estates that nobody serves: since when, why, and until when."""

from datetime import date

import pytest

from kit.errors import Refusal, ValidationFailed
from services.registry.domain.abandonment import (
    Abandonment,
    AbandonmentReason,
    AlreadyAbandoned,
    NotAbandoned,
    StillServed,
    check_abandonment,
    taken_up,
)

TODAY = date(2026, 3, 5)
LEFT = Abandonment(AbandonmentReason.PROVIDER_LEFT, date(2025, 1, 1))
ENDED = Abandonment(AbandonmentReason.PROVIDER_LEFT, date(2025, 1, 1), date(2025, 6, 1))


@pytest.mark.rule("ZG-40")
@pytest.mark.parametrize("latest", [None, ENDED])
def test_an_estate_that_nobody_serves_is_abandoned(latest: Abandonment | None) -> None:
    check_abandonment(latest, reason=AbandonmentReason.NO_PROVIDER_WILLING, on=TODAY, is_served=False, today=TODAY)


@pytest.mark.rule("ZG-40")
def test_an_estate_may_be_left_again_on_the_day_it_was_taken_up() -> None:
    again = date(2025, 6, 1)
    check_abandonment(ENDED, reason=AbandonmentReason.PROVIDER_LEFT, on=again, is_served=False, today=TODAY)

    assert taken_up(LEFT, on=TODAY, today=TODAY).to == TODAY


@pytest.mark.rule("ZG-40")
def test_a_provider_that_left_still_has_its_contract() -> None:
    check_abandonment(None, reason=AbandonmentReason.PROVIDER_LEFT, on=TODAY, is_served=True, today=TODAY)

    with pytest.raises(StillServed) as refused:
        check_abandonment(None, reason=AbandonmentReason.NO_PROVIDER_WILLING, on=TODAY, is_served=True, today=TODAY)

    assert refused.value.path == ("input", "reason")
    assert (refused.value.code, refused.value.value) == ("STATE_CONFLICT", "NO_PROVIDER_WILLING")


@pytest.mark.rule("ZG-40")
@pytest.mark.parametrize(
    ("latest", "on", "refusal"),
    [
        (LEFT, TODAY, AlreadyAbandoned),
        (ENDED, date(2025, 5, 31), AlreadyAbandoned),
        (None, date(2026, 3, 6), ValidationFailed),
    ],
)
def test_a_second_abandonment_and_one_to_come_are_refused(
    latest: Abandonment | None, on: date, refusal: type[Refusal]
) -> None:
    with pytest.raises(refusal) as refused:
        check_abandonment(latest, reason=AbandonmentReason.PROVIDER_LEFT, on=on, is_served=False, today=TODAY)
    assert (refused.value.path, refused.value.value) == (("input", "abandonedOn"), on.isoformat())


def test_an_abandoned_estate_is_taken_up_once_and_not_before_it_was_left() -> None:
    assert taken_up(LEFT, on=LEFT.from_, today=TODAY).to == LEFT.from_
    with pytest.raises(ValidationFailed) as refused:
        taken_up(LEFT, on=date(2024, 12, 31), today=TODAY)
    assert (refused.value.path, refused.value.value) == (("input", "takenUpOn"), "2024-12-31")
    with pytest.raises(ValidationFailed) as refused:
        taken_up(LEFT, on=date(2026, 3, 6), today=TODAY)
    assert (refused.value.path, refused.value.value) == (("input", "takenUpOn"), "2026-03-06")
    for latest in (None, ENDED):
        with pytest.raises(NotAbandoned) as refused:
            taken_up(latest, on=TODAY, today=TODAY)
        assert (refused.value.path, refused.value.value) == (("input", "estateId"), None)
        assert refused.value.code == "STATE_CONFLICT"
