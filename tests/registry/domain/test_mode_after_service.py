"""What is left of a mode when the service that it rests on ends."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from services.registry.domain.mode import (
    TRANSITIONS,
    ManagementMode,
    ModeEvent,
    ModeNotReached,
    ModeRecord,
    PastNotRewritten,
    continued,
    mode_on,
    next_mode,
)

BEGAN, ENDED = date(2025, 6, 1), date(2026, 3, 1)
MARKET = ModeRecord(mode=ManagementMode.MARKET, event=ModeEvent.SERVICE_STARTED, label="市场化", from_=BEGAN)
LEFT = ModeRecord(mode=ManagementMode.NONE, event=ModeEvent.SERVICE_ENDED, label="无物业管理", from_=ENDED)
NEXT = replace(MARKET, from_=ENDED)


@pytest.mark.parametrize("mode", list(ManagementMode))
def test_a_service_ends_in_every_mode_but_that_of_nobody(mode: ManagementMode) -> None:
    if mode is not ManagementMode.NONE:
        assert next_mode(mode, ModeEvent.SERVICE_ENDED) is ManagementMode.NONE
        return
    with pytest.raises(ModeNotReached):
        next_mode(mode, ModeEvent.SERVICE_ENDED)


def test_every_event_leads_from_every_mode_or_is_refused() -> None:
    for mode in ManagementMode:
        for event in ModeEvent:
            if (mode, event) in TRANSITIONS:
                assert next_mode(mode, event) is TRANSITIONS[(mode, event)]
            else:
                with pytest.raises(ModeNotReached):
                    next_mode(mode, event)


def test_nobody_manages_from_the_day_of_the_end_on() -> None:
    history = continued((MARKET,), LEFT, today=ENDED)

    assert mode_on(history, ENDED - timedelta(days=1)) is ManagementMode.MARKET
    assert mode_on(history, ENDED) is ManagementMode.NONE


def test_who_takes_over_on_the_same_day_leaves_no_gap() -> None:
    left = continued((MARKET,), LEFT, today=ENDED)

    history = continued(left, NEXT, today=ENDED)

    assert history == (replace(MARKET, to=ENDED - timedelta(days=1)), NEXT)


def test_who_takes_over_on_the_same_day_leaves_the_years_before_as_they_were() -> None:
    fallback = replace(MARKET, mode=ManagementMode.COMMUNITY_FALLBACK, from_=date(2020, 1, 1))
    left = continued(continued((fallback,), MARKET, today=ENDED), LEFT, today=ENDED)

    assert continued(left, NEXT, today=ENDED) == (*left[:2], NEXT)


def test_who_takes_over_a_day_later_leaves_one_day_of_nobody() -> None:
    left = continued((MARKET,), LEFT, today=ENDED + timedelta(days=1))

    history = continued(left, replace(NEXT, from_=ENDED + timedelta(days=1)), today=ENDED + timedelta(days=1))

    assert [(record.mode, record.from_, record.to) for record in history] == [
        (ManagementMode.MARKET, BEGAN, ENDED - timedelta(days=1)),
        (ManagementMode.NONE, ENDED, ENDED),
        (ManagementMode.MARKET, ENDED + timedelta(days=1), None),
    ]


@pytest.mark.parametrize("latest", [LEFT, replace(LEFT, event=ModeEvent.ABANDONED)])
def test_nobody_takes_over_before_the_end_nor_on_the_day_of_an_abandonment(latest: ModeRecord) -> None:
    left = continued((MARKET,), latest, today=ENDED)
    day = ENDED if latest.event is ModeEvent.ABANDONED else ENDED - timedelta(days=1)

    with pytest.raises(PastNotRewritten):
        continued(left, replace(NEXT, from_=day), today=ENDED)
