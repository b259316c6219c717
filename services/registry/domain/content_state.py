"""Where an uploaded file stands, from its first byte until a document has it or it is removed."""

from collections.abc import Mapping
from enum import StrEnum
from typing import Final


class ContentState(StrEnum):
    """Where an uploaded file stands."""

    UPLOADING = "UPLOADING"
    UPLOADED = "UPLOADED"
    REGISTERED = "REGISTERED"
    REMOVING = "REMOVING"


class ContentEvent(StrEnum):
    """What happens to an uploaded file."""

    ALL_CAME = "ALL_CAME"
    REGISTER = "REGISTER"
    CLAIM_REMOVAL = "CLAIM_REMOVAL"


TRANSITIONS: Final[Mapping[tuple[ContentState, ContentEvent], ContentState]] = {
    (ContentState.UPLOADING, ContentEvent.ALL_CAME): ContentState.UPLOADED,
    (ContentState.UPLOADED, ContentEvent.REGISTER): ContentState.REGISTERED,
    (ContentState.UPLOADING, ContentEvent.CLAIM_REMOVAL): ContentState.REMOVING,
    (ContentState.UPLOADED, ContentEvent.CLAIM_REMOVAL): ContentState.REMOVING,
    # Whoever removed it was killed: another begins again.
    (ContentState.REMOVING, ContentEvent.CLAIM_REMOVAL): ContentState.REMOVING,
}
"""State and event → state: what a document has is never removed, and what is being removed no document takes."""


def states_before(event: ContentEvent) -> tuple[ContentState, ...]:
    """Return the states in which this may happen."""
    return tuple(state for state, possible in TRANSITIONS if possible is event)


def state_after(event: ContentEvent) -> ContentState:
    """Return the one state that the event leads to, from whichever it may happen in."""
    (reached,) = {TRANSITIONS[(state, event)] for state in states_before(event)}
    return reached
