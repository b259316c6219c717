"""An uploaded file from its first byte on: one table, every event in every state, and walks through it."""

import random

import pytest

from services.registry.domain.content_state import (
    TRANSITIONS,
    ContentEvent,
    ContentState,
    state_after,
    states_before,
)


@pytest.mark.parametrize("event", list(ContentEvent))
@pytest.mark.parametrize("state", list(ContentState))
def test_every_event_in_every_state_does_what_the_table_says(state: ContentState, event: ContentEvent) -> None:
    may_happen = state in states_before(event)

    assert may_happen is ((state, event) in TRANSITIONS)
    if may_happen:
        assert TRANSITIONS[(state, event)] is state_after(event)


def test_a_document_takes_what_has_come_as_a_whole_and_nothing_else() -> None:
    assert states_before(ContentEvent.REGISTER) == (ContentState.UPLOADED,)


@pytest.mark.parametrize("seed", range(5))
def test_on_any_walk_a_registered_file_stays_and_a_removed_one_is_never_registered(seed: int) -> None:
    walk = random.Random(seed)
    for _ in range(50):
        passed = [ContentState.UPLOADING]
        for event in walk.choices(list(ContentEvent), k=30):
            passed.append(TRANSITIONS.get((passed[-1], event), passed[-1]))
        assert {ContentState.REGISTERED, ContentState.REMOVING} & set(passed)
        assert not {ContentState.REGISTERED, ContentState.REMOVING} <= set(passed)
