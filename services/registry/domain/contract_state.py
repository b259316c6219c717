"""Where a contract stands and what can happen to it: one table of state × event → state, and nothing beside it.

The five steps of an exit (NZ-13) are the longest way out. A district asks for those that its document names; where no
document speaks, national law asks for notice and handover (Civil Code, arts. 946-949). A step that a district does not
ask for may be passed over, one that it asks for may not.
"""

from collections.abc import Mapping, Sequence
from enum import StrEnum
from typing import Final

from kit.errors import StateConflict
from policy.vocabulary import ExitStep


class ContractState(StrEnum):
    """Where a contract stands, in the order of its life."""

    DRAFT = "DRAFT"
    SIGNED = "SIGNED"
    ACTIVE = "ACTIVE"
    EXIT_NOTICED = "EXIT_NOTICED"
    AUDITING = "AUDITING"
    RESELECTING = "RESELECTING"
    HANDING_OVER = "HANDING_OVER"
    BUFFERING = "BUFFERING"
    TERMINATED = "TERMINATED"


class ContractEvent(StrEnum):
    """What can happen to a contract."""

    SIGN = "SIGN"
    START = "START"
    PASS_TERM = "PASS_TERM"
    NOTICE = "NOTICE"
    AUDIT = "AUDIT"
    RESELECT = "RESELECT"
    HANDOVER = "HANDOVER"
    ACCEPT_HANDOVER = "ACCEPT_HANDOVER"
    BUFFER = "BUFFER"
    TERMINATE = "TERMINATE"
    SUPERSEDE = "SUPERSEDE"


class ContractStepRefused(StateConflict):
    """The contract's state does not allow this: an exit step is skipped, or service begins before the signature."""


_S = ContractState
_E = ContractEvent

TRANSITIONS: Final[Mapping[tuple[ContractState, ContractEvent], ContractState]] = {
    (_S.DRAFT, _E.SIGN): _S.SIGNED,
    (_S.SIGNED, _E.START): _S.ACTIVE,
    # Past its term the contract goes on for an indefinite time; that is its state, not an error (art. 948).
    (_S.ACTIVE, _E.PASS_TERM): _S.ACTIVE,
    (_S.ACTIVE, _E.NOTICE): _S.EXIT_NOTICED,
    (_S.EXIT_NOTICED, _E.AUDIT): _S.AUDITING,
    (_S.EXIT_NOTICED, _E.RESELECT): _S.RESELECTING,
    (_S.EXIT_NOTICED, _E.HANDOVER): _S.HANDING_OVER,
    (_S.AUDITING, _E.RESELECT): _S.RESELECTING,
    (_S.AUDITING, _E.HANDOVER): _S.HANDING_OVER,
    (_S.RESELECTING, _E.HANDOVER): _S.HANDING_OVER,
    (_S.HANDING_OVER, _E.ACCEPT_HANDOVER): _S.HANDING_OVER,
    (_S.HANDING_OVER, _E.BUFFER): _S.BUFFERING,
    (_S.HANDING_OVER, _E.TERMINATE): _S.TERMINATED,
    (_S.BUFFERING, _E.TERMINATE): _S.TERMINATED,
    # A later contract that takes effect ends an early-stage or a run-out one at once (art. 940).
    (_S.ACTIVE, _E.SUPERSEDE): _S.TERMINATED,
    (_S.EXIT_NOTICED, _E.SUPERSEDE): _S.TERMINATED,
    (_S.AUDITING, _E.SUPERSEDE): _S.TERMINATED,
    (_S.RESELECTING, _E.SUPERSEDE): _S.TERMINATED,
}
"""Every pair that is not here is refused."""

STEPS_OF_LAW: Final = (ExitStep.NOTICE, ExitStep.HANDOVER)
"""What an exit takes where no document of a district names its steps (Civil Code, arts. 946-949)."""

EXIT_STATES: Final = (
    ContractState.EXIT_NOTICED,
    ContractState.AUDITING,
    ContractState.RESELECTING,
    ContractState.HANDING_OVER,
    ContractState.BUFFERING,
)
"""The states of an exit in their order; until the take-over the old provider goes on serving (art. 950)."""

_STEP_OF: Final = dict(zip(EXIT_STATES, ExitStep, strict=True))

SERVING_STATES: Final = (ContractState.ACTIVE, *EXIT_STATES)
"""The states in which the provider serves the estate."""


def next_state(
    state: ContractState, event: ContractEvent, *, required_steps: Sequence[ExitStep] = STEPS_OF_LAW
) -> ContractState:
    """Return the state after the event; raises ContractStepRefused, naming the state, when the table has none.

    It is refused as well when the event passes over a step of the exit that is required (NZ-13).
    """
    after = TRANSITIONS.get((state, event))
    if after is None:
        raise ContractStepRefused(f"a contract in the state {state.value} does not take {event.value}", value=state)
    skipped = _steps_between(state, after) if event is not ContractEvent.SUPERSEDE else ()
    lacking = [step.value for step in skipped if step in required_steps]
    if lacking:
        raise ContractStepRefused(
            f"the exit takes {', '.join(lacking)} first: none of its steps may be skipped", value=state
        )
    return after


def _steps_between(state: ContractState, after: ContractState) -> tuple[ExitStep, ...]:
    """Return the steps whose states lie between the two in the order of a contract's life."""
    life = tuple(ContractState)
    passed_over = life[life.index(state) + 1 : life.index(after)]
    return tuple(_STEP_OF[passed] for passed in passed_over if passed in _STEP_OF)
