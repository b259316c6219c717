"""Every event in every state, and random walks through the life of a contract."""

import random
from collections.abc import Sequence

import pytest

from policy.vocabulary import ExitStep
from services.registry.domain.contract_state import (
    EXIT_STATES,
    STEPS_OF_LAW,
    TRANSITIONS,
    ContractEvent,
    ContractState,
    ContractStepRefused,
    next_state,
)

ALL_STEPS = tuple(ExitStep)
STEPS_OF_DISTRICTS = (ALL_STEPS, STEPS_OF_LAW)
LONGEST_WAY = [
    (ContractEvent.SIGN, ContractState.SIGNED),
    (ContractEvent.START, ContractState.ACTIVE),
    (ContractEvent.PASS_TERM, ContractState.ACTIVE),
    (ContractEvent.NOTICE, ContractState.EXIT_NOTICED),
    (ContractEvent.AUDIT, ContractState.AUDITING),
    (ContractEvent.RESELECT, ContractState.RESELECTING),
    (ContractEvent.HANDOVER, ContractState.HANDING_OVER),
    (ContractEvent.ACCEPT_HANDOVER, ContractState.HANDING_OVER),
    (ContractEvent.BUFFER, ContractState.BUFFERING),
    (ContractEvent.TERMINATE, ContractState.TERMINATED),
]


@pytest.mark.rule("NZ-13")
def test_a_contract_lives_from_draft_to_its_end_by_five_ordered_steps() -> None:
    state = ContractState.DRAFT

    for event, expected in LONGEST_WAY:
        state = next_state(state, event, required_steps=ALL_STEPS)
        assert state is expected


@pytest.mark.parametrize("state", ContractState, ids=lambda state: state.value)
@pytest.mark.parametrize("event", ContractEvent, ids=lambda event: event.value)
def test_every_event_in_every_state_is_in_the_table_or_refused(state: ContractState, event: ContractEvent) -> None:
    expected = TRANSITIONS.get((state, event))

    if expected is None:
        with pytest.raises(ContractStepRefused) as refused:
            next_state(state, event, required_steps=())
        assert refused.value.path == ()
        assert (refused.value.code, refused.value.value) == ("STATE_CONFLICT", state.value)
    else:
        assert next_state(state, event, required_steps=()) is expected


@pytest.mark.rule("NZ-13")
@pytest.mark.parametrize(
    ("state", "event", "lacking"),
    [
        (ContractState.EXIT_NOTICED, ContractEvent.RESELECT, "AUDIT"),
        (ContractState.EXIT_NOTICED, ContractEvent.HANDOVER, "AUDIT, RESELECT"),
        (ContractState.AUDITING, ContractEvent.HANDOVER, "RESELECT"),
        (ContractState.HANDING_OVER, ContractEvent.TERMINATE, "BUFFER"),
    ],
)
def test_a_step_that_the_district_asks_for_is_not_skipped(
    state: ContractState, event: ContractEvent, lacking: str
) -> None:
    assert next_state(state, event, required_steps=STEPS_OF_LAW) is TRANSITIONS[(state, event)]

    with pytest.raises(ContractStepRefused) as refused:
        next_state(state, event, required_steps=ALL_STEPS)
    assert (refused.value.path, refused.value.value) == ((), state.value)
    assert refused.value.code == "STATE_CONFLICT"
    assert lacking in refused.value.message


@pytest.mark.parametrize(
    "state",
    [ContractState.ACTIVE, ContractState.EXIT_NOTICED, ContractState.AUDITING, ContractState.RESELECTING],
)
def test_a_later_contract_ends_an_earlier_one_at_once_whatever_steps_an_exit_takes(state: ContractState) -> None:
    assert next_state(state, ContractEvent.SUPERSEDE, required_steps=ALL_STEPS) is ContractState.TERMINATED


@pytest.mark.rule("DH-51")
def test_a_draft_is_signed_before_anything_else() -> None:
    taken = {event for state, event in TRANSITIONS if state is ContractState.DRAFT}

    assert taken == {ContractEvent.SIGN}


@pytest.mark.rule("NZ-13")
@pytest.mark.parametrize("required", STEPS_OF_DISTRICTS, ids=["five steps", "steps of the law"])
@pytest.mark.parametrize("seed", range(20))
def test_a_random_walk_skips_no_required_step_and_never_leaves_the_end(seed: int, required: Sequence[ExitStep]) -> None:
    choose = random.Random(seed)
    state, visited = ContractState.DRAFT, [ContractState.DRAFT]

    for _ in range(200):
        event = choose.choice(list(ContractEvent))
        try:
            after = next_state(state, event, required_steps=required)
        except ContractStepRefused:
            after = state
        else:
            assert state is not ContractState.TERMINATED
            superseded = event is ContractEvent.SUPERSEDE
            if after is ContractState.TERMINATED and not superseded:
                assert steps_of(visited) >= set(required)
        state = after
        visited.append(state)

    exits = [EXIT_STATES.index(state) for state in visited if state in EXIT_STATES]
    assert exits == sorted(exits)


def steps_of(visited: Sequence[ContractState]) -> set[ExitStep]:
    return {step for step, state in zip(ExitStep, EXIT_STATES, strict=True) if state in visited}
