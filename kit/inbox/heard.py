"""What is heard, and what becomes of it."""

from collections import defaultdict
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from pymongo.errors import BulkWriteError, DuplicateKeyError, PyMongoError, WriteError

from kit import telemetry_names as names
from kit.clock import Clock
from kit.cloud_events import Message
from kit.event_schemas import EventSchemas
from kit.events import ReceivedEvent
from kit.metrics import Counter
from kit.mongo import ConcurrentChange, Mongo, StoreUnavailable, TooContended
from kit.reactions import Reactions

HEARD = Counter(
    names.METRIC_EVENTS_HEARD, "Events heard, by listener and what became of them.", ["listener", "outcome"]
)
DEAD = Counter(names.METRIC_DEAD_LETTERS, "Events that became dead letters.", ["listener"])
REFUSED = Counter(names.METRIC_WORK_ITEMS, "Reactions refused by a rule, left to people as work items.", ["listener"])


class Heard(StrEnum):
    """What became of an event that was heard."""

    APPLIED = "APPLIED"
    ADVANCED = "ADVANCED"
    UNKNOWN_TYPE = "UNKNOWN_TYPE"
    ALREADY_KNOWN = "ALREADY_KNOWN"
    PARKED = "PARKED"
    REFUSED = "REFUSED"


class GapNotFilled(Exception):
    """A version of an aggregate never arrived and is not in the stream."""


class NeverAnswered(Exception):
    """The stream delivered an event as often as it may and got no answer: the process may have died of it each time."""


class ReactionFailed(Exception):
    """A reaction raised inside a batch; the batch is rolled back. `position` is that of its event."""

    def __init__(self, position: int, cause: Exception) -> None:
        super().__init__(f"event {position} of the batch: {cause}")
        self.position = position
        self.cause = cause


class PlanOutdated(Exception):
    """Another replica, or the lane's own tries, moved an aggregate on after the plan was made."""


@dataclass(frozen=True)
class Delivery:
    """A message of a source stream and its sequence there."""

    sequence: int
    message: Message


@dataclass(frozen=True)
class HeardEvent:
    """A delivery that is a readable event."""

    delivery: Delivery
    event: ReceivedEvent
    lane: str


@dataclass
class Followed:
    """Up to where an aggregate was followed, as it was read and as the plan goes on."""

    read_version: int
    version: int
    sequence: int
    is_blocked: bool
    is_stored: bool


Refill = Callable[[ReceivedEvent, int, int, int | None], Awaitable[list[Delivery]]]
"""`refill(event, first_missing_version, from_sequence, until_sequence)` returns what the stream has of the missing.

They are the versions before the event's; `until_sequence` None looks to the end of the stream.
"""


@dataclass(frozen=True)
class Listener:
    """A service that listens to another's stream: what it reacts to, and where it keeps what it heard."""

    mongo: Mongo
    service: str
    source: str
    reactions: Reactions
    schemas: EventSchemas
    refill: Refill
    clock: Clock

    @property
    def name(self) -> str:
        """Its name in rows, and the durable consumer's, such as "finance_from_registry"."""
        return f"{self.service}_from_{self.source}"

    def heard(self, delivery: Delivery, event: ReceivedEvent) -> HeardEvent:
        """Return the event in the lane of its aggregate."""
        return HeardEvent(delivery, event, f"{self.name}|{event.aggregate}|{event.aggregate_id}")


def is_infrastructure_failure(error: BaseException) -> bool:
    """Return whether the store or the network failed, and not the event or the reaction to it."""
    if isinstance(error, (DuplicateKeyError, BulkWriteError, WriteError)):
        return error.has_error_label("TransientTransactionError")
    return isinstance(
        error,
        (PyMongoError, StoreUnavailable, TooContended, ConcurrentChange, PlanOutdated, ConnectionError, TimeoutError),
    )


def in_lane_order(heard: Sequence[HeardEvent]) -> list[HeardEvent]:
    """Return the events with those of one lane in the order of their versions, at the places they had between them."""
    by_lane: dict[str, list[HeardEvent]] = defaultdict(list)
    for item in heard:
        by_lane[item.lane].append(item)
    ordered = {
        lane: iter(sorted(items, key=lambda item: item.event.aggregate_version)) for lane, items in by_lane.items()
    }
    return [next(ordered[item.lane]) for item in heard]


def parked_key(item: HeardEvent) -> str:
    return f"{item.lane}|{item.event.aggregate_version}"


def dead_letter_key(lane: str, version: int) -> str:
    return f"{lane}|{version}"


def parked_document(key: str, item: HeardEvent, now: datetime) -> dict[str, Any]:
    return {
        "_id": key,
        "lane": item.lane,
        "version": item.event.aggregate_version,
        "event_id": item.event.id,
        "sequence": item.delivery.sequence,
        "subject": item.delivery.message.subject,
        "headers": dict(item.delivery.message.headers),
        "body": item.delivery.message.body,
        "parked_at": now,
    }


def parked_delivery(document: Mapping[str, Any]) -> Delivery:
    message = Message(document["subject"], document["headers"], bytes(document["body"]))
    return Delivery(document["sequence"], message)


def error_text(error: Exception | None) -> str | None:
    return None if error is None else f"{type(error).__name__}: {error}"[:1000]
