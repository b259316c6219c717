"""One effect per key: a repeated command gets the first one's outcome instead of a second effect.

The record is written in the transaction of the effect itself. It holds the digest of the body and the outcome as ids,
never the answer that the client selected: that is read anew. A refusal rolls the record back with everything else, so
the same key works once the missing precondition is met.
"""

import hashlib
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Final

from pymongo.errors import DuplicateKeyError

from kit.errors import Duplicate, Flag
from kit.mongo import ConcurrentChange, Index, UnitOfWork

IDEMPOTENCY: Final = "idempotency"
JSON = Any

INDEXES: tuple[Index, ...] = ()
"""None of its own: the record's `_id` is the key."""


class KeyUsedForAnotherBody(Duplicate):
    """The idempotency key was already used for a command with another content."""


@dataclass(frozen=True)
class EventReference:
    """An event that a command announced: its id and type."""

    id: str
    type: str


@dataclass(frozen=True)
class Outcome:
    """What a command brought about: ids by the name of what they identify, warnings, and the policy version it used.

    `events` is filled by `with_idempotency` with what the unit of work announced. `details` holds JSON values that a
    replay must give again though they cannot be read from the entities.
    """

    entity_ids: Mapping[str, str] = field(default_factory=dict)
    events: tuple[EventReference, ...] = ()
    warnings: tuple[Flag, ...] = ()
    policy_version_id: str | None = None
    details: Mapping[str, JSON] = field(default_factory=dict)

    @property
    def event_ids(self) -> tuple[str, ...]:
        """The ids of the announced events."""
        return tuple(event.id for event in self.events)


async def with_idempotency(
    work: UnitOfWork,
    *,
    mutation: str,
    key: str,
    body_digest: str,
    run: Callable[[], Awaitable[Outcome]],
) -> tuple[Outcome, bool]:
    """Run once per caller, mutation and key; return the outcome and whether it is the first one's, replayed.

    A concurrent command with the same key waits for the first one and gets its outcome. Raises KeyUsedForAnotherBody
    (DUPLICATE) if the key belongs to a body with another digest; a refusal of `run` passes through and frees the key.
    """
    records = work.collection(IDEMPOTENCY)
    record_id = _record_id(work.caller.subject, mutation, key)
    known = await records.find_one({"_id": record_id}, session=work.session)
    if known is not None:
        if known["body_digest"] != body_digest:
            raise KeyUsedForAnotherBody(
                f"this idempotency key was used for another {mutation}", path=("input", "idempotencyKey"), value=key
            )
        return _outcome_of(known["outcome"]), True
    # Claimed before anything else is read, so that of two commands with one key the second conflicts here.
    try:
        await records.insert_one(
            {"_id": record_id, "body_digest": body_digest, "created_at": work.now}, session=work.session
        )
    except DuplicateKeyError as error:
        raise ConcurrentChange(f"the same key of {mutation} is being used") from error
    before = len(work.announced)
    outcome = await run()
    announced = zip(work.announced_ids[before:], work.announced[before:], strict=True)
    outcome = replace(outcome, events=tuple(EventReference(event_id, event.type) for event_id, event in announced))
    await records.update_one({"_id": record_id}, {"$set": {"outcome": _document_of(outcome)}}, session=work.session)
    return outcome, False


def _record_id(subject: str, mutation: str, key: str) -> str:
    # Digested with lengths, so that no choice of subject and key can meet another caller's record.
    parts = "".join(f"{len(part)}:{part}" for part in (subject, mutation, key))
    return hashlib.sha256(parts.encode()).hexdigest()


def _document_of(outcome: Outcome) -> dict[str, Any]:
    return {
        "entity_ids": dict(outcome.entity_ids),
        "events": [{"id": event.id, "type": event.type} for event in outcome.events],
        "warnings": [
            {"code": flag.code, "message": flag.message, "path": list(flag.path), "value": flag.value}
            for flag in outcome.warnings
        ],
        "policy_version_id": outcome.policy_version_id,
        "details": dict(outcome.details),
    }


def _outcome_of(document: Mapping[str, Any]) -> Outcome:
    return Outcome(
        entity_ids=document["entity_ids"],
        events=tuple(EventReference(event["id"], event["type"]) for event in document["events"]),
        warnings=tuple(
            Flag(flag["code"], flag["message"], tuple(flag["path"]), flag["value"]) for flag in document["warnings"]
        ),
        policy_version_id=document["policy_version_id"],
        details=document["details"],
    )
