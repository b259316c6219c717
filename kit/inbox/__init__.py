"""What a service has heard: each event taken in once, in the order of its aggregate, together with what it caused.

The inbox of one listener (a service listening to another) keeps, in the transaction of the reaction itself, a row per
event that had one, and the version up to which each aggregate was followed. Known versions are ignored; a gap is filled
from the stream.

An event that fails by itself blocks its aggregate's lane, and no other: it is parked, later events of the aggregate
park behind it, and it is tried again with growing pauses. After the last try it is a dead letter, stays at the head of
its lane, and goes to the dead-letter stream. A failing store or network is not the event's fault: it passes through to
the caller, and nothing is counted.
"""

from kit.inbox.heard import Delivery, is_infrastructure_failure
from kit.inbox.inbox import BACKOFF, MAX_DELIVER, Inbox
from kit.inbox.rows import (
    BLOCKED_LANES,
    DEAD_LETTERS,
    FOLLOWED_AGGREGATES,
    INBOX,
    INDEXES,
    PARKED_EVENTS,
    WORK_ITEMS,
    DeadLetterState,
    LaneState,
)

__all__ = [
    "BACKOFF",
    "BLOCKED_LANES",
    "DEAD_LETTERS",
    "FOLLOWED_AGGREGATES",
    "INBOX",
    "INDEXES",
    "MAX_DELIVER",
    "PARKED_EVENTS",
    "WORK_ITEMS",
    "DeadLetterState",
    "Delivery",
    "Inbox",
    "LaneState",
    "is_infrastructure_failure",
]
