"""The inbox's collections: what a row is called, which states it has, by which indexes it is found."""

from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import Final

from kit.mongo import Index

INBOX: Final = "inbox"
FOLLOWED_AGGREGATES: Final = "followed_aggregates"
BLOCKED_LANES: Final = "blocked_lanes"
PARKED_EVENTS: Final = "parked_events"
DEAD_LETTERS: Final = "dead_letters"
WORK_ITEMS: Final = "work_items"

KEEP_TAKEN_IN: Final = timedelta(days=90)
"""How long inbox rows stay; an event that comes again later is still known by its aggregate's version."""

EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
"""Before every row: a lower bound, for a range with one end is read in full."""

INDEXES: Final = (
    Index(INBOX, (("taken_in_at", 1),), expire_after_seconds=int(KEEP_TAKEN_IN.total_seconds())),
    Index(BLOCKED_LANES, (("listener", 1), ("state", 1), ("next_attempt_at", 1))),
    Index(PARKED_EVENTS, (("lane", 1), ("version", 1))),
    Index(DEAD_LETTERS, (("state", 1), ("died_at", 1))),
    Index(DEAD_LETTERS, (("letter_id", 1),), unique=True),
    Index(WORK_ITEMS, (("state", 1), ("opened_at", 1))),
)


class LaneState(StrEnum):
    """Why an aggregate's lane is blocked: an event is missing, is tried again, or is a dead letter."""

    WAITING = "WAITING"
    RETRYING = "RETRYING"
    DEAD = "DEAD"


class DeadLetterState(StrEnum):
    """A dead letter waits for people, is to be tried again, or was taken in at last."""

    DEAD = "DEAD"
    REDELIVERING = "REDELIVERING"
    TAKEN_IN = "TAKEN_IN"
