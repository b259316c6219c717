"""What people do about events that a service could not take in: look at dead letters, redeliver them, see work items.

A dead letter stays at the head of its aggregate's lane. Redelivering it lets the running service try the whole lane
again, in order; nothing is skipped.
"""

import argparse
import json
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Final

from kit.caller import SYSTEM_CALLER
from kit.clock import Clock, SystemClock
from kit.errors import NotFound
from kit.inbox import BLOCKED_LANES, DEAD_LETTERS, WORK_ITEMS, DeadLetterState, LaneState
from kit.mongo import Mongo, UnitOfWork, run_unit_of_work

LIST_LIMIT: Final = 100

_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_END: Final = datetime(9999, 1, 1, tzinfo=UTC)


class DeadLetterUnknown(NotFound):
    """There is no dead letter of that id."""


@dataclass(frozen=True)
class DeadLetter:
    """An event that could not be taken in, and why."""

    id: str
    state: DeadLetterState
    listener: str
    subject: str
    event_id: str | None
    event_type: str | None
    version: int | None
    lane: str | None
    sequence: int
    error: str
    failures: int
    died_at: datetime
    headers: Mapping[str, str]
    body: bytes


@dataclass(frozen=True)
class BlockedLane:
    """An aggregate whose events wait, and for what."""

    lane: str
    state: LaneState
    parked: int
    error: str | None
    blocked_at: datetime


@dataclass(frozen=True)
class WorkItem:
    """A reaction that a rule refused: something a person has to decide."""

    id: str
    event_id: str
    event_type: str
    district: str
    aggregate_id: str
    estate_id: str | None
    code: str
    message: str
    path: tuple[str, ...]
    value: str | None
    opened_at: datetime


async def list_dead_letters(
    mongo: Mongo, *, state: DeadLetterState = DeadLetterState.DEAD, limit: int = LIST_LIMIT
) -> tuple[DeadLetter, ...]:
    """Return the dead letters in a state, the oldest first, at most `limit`."""
    query = {"state": state.value, "died_at": {"$gte": _EPOCH, "$lt": _END}}
    found = mongo.collection(DEAD_LETTERS).find(query).sort("died_at", 1).limit(limit)
    return tuple([_dead_letter(document) async for document in found])


async def list_blocked_lanes(mongo: Mongo, *, listener: str, limit: int = LIST_LIMIT) -> tuple[BlockedLane, ...]:
    """Return the aggregates of a listener whose events wait, dead ones first, at most `limit` of each state."""
    lanes: list[BlockedLane] = []
    for state in (LaneState.DEAD, LaneState.RETRYING, LaneState.WAITING):
        query = {"listener": listener, "state": state.value, "next_attempt_at": {"$gte": _EPOCH, "$lt": _END}}
        async for document in mongo.collection(BLOCKED_LANES).find(query).limit(limit):
            lanes.append(
                BlockedLane(document["_id"], state, document["parked"], document["error"], document["blocked_at"])
            )
    return tuple(lanes)


async def show_dead_letter(mongo: Mongo, letter_id: str) -> DeadLetter:
    """Return one dead letter; raises DeadLetterUnknown."""
    return _dead_letter(await _find(mongo, letter_id))


async def redeliver(mongo: Mongo, letter_id: str, *, clock: Clock | None = None) -> None:
    """Let the running service try a dead letter and what waits behind it again; raises DeadLetterUnknown.

    Does nothing to one that was taken in meanwhile.
    """
    letter = await _find(mongo, letter_id)

    async def mark(work: UnitOfWork) -> None:
        marked = await work.collection(DEAD_LETTERS).update_one(
            {"_id": letter["_id"], "state": DeadLetterState.DEAD.value},
            {"$set": {"state": DeadLetterState.REDELIVERING.value}},
            session=work.session,
        )
        if marked.matched_count and letter["lane"] is not None:
            await work.collection(BLOCKED_LANES).update_one(
                {"_id": letter["lane"]},
                {"$set": {"state": LaneState.RETRYING.value, "failures": 0, "next_attempt_at": work.now}},
                session=work.session,
            )

    await run_unit_of_work(mongo, SYSTEM_CALLER, mark, clock=clock or SystemClock())


async def list_work_items(mongo: Mongo, *, limit: int = LIST_LIMIT) -> tuple[WorkItem, ...]:
    """Return the open work items, the oldest first, at most `limit`."""
    query = {"state": "OPEN", "opened_at": {"$gte": _EPOCH, "$lt": _END}}
    found = mongo.collection(WORK_ITEMS).find(query).sort("opened_at", 1).limit(limit)
    return tuple([_work_item(document) async for document in found])


RunCommand = Callable[[Mongo, argparse.Namespace], Awaitable[str]]
"""What a command does: it returns the text to print."""


def add_commands(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Add `dead-letters list|show|redeliver` and `work-items list`; `arguments.run_with_store` is a RunCommand."""
    letters = commands.add_parser("dead-letters", help="events that this service could not take in")
    letter_commands = letters.add_subparsers(dest="dead_letters_command", required=True)
    listing = letter_commands.add_parser("list", help="the dead letters, the oldest first")
    listing.add_argument("--limit", type=int, default=LIST_LIMIT)
    listing.set_defaults(run_with_store=_list_dead_letters)
    showing = letter_commands.add_parser("show", help="one dead letter with headers, data and error")
    showing.add_argument("id")
    showing.set_defaults(run_with_store=_show_dead_letter)
    redelivering = letter_commands.add_parser("redeliver", help="try again, in order, what a dead letter blocks")
    chosen = redelivering.add_mutually_exclusive_group(required=True)
    chosen.add_argument("id", nargs="?")
    chosen.add_argument("--all", action="store_true")
    redelivering.set_defaults(run_with_store=_redeliver)
    items = commands.add_parser("work-items", help="reactions that a rule refused, for people to decide")
    item_commands = items.add_subparsers(dest="work_items_command", required=True)
    item_listing = item_commands.add_parser("list", help="the open work items, the oldest first")
    item_listing.add_argument("--limit", type=int, default=LIST_LIMIT)
    item_listing.set_defaults(run_with_store=_list_work_items)


async def _list_dead_letters(mongo: Mongo, arguments: argparse.Namespace) -> str:
    letters = await list_dead_letters(mongo, limit=arguments.limit)
    return "\n".join(
        f"{letter.id}  {letter.died_at:%Y-%m-%d %H:%M:%S}Z  {letter.subject}  {letter.lane or '-'}  {letter.error}"
        for letter in letters
    )


async def _show_dead_letter(mongo: Mongo, arguments: argparse.Namespace) -> str:
    letter = await show_dead_letter(mongo, arguments.id)
    shown = {
        "id": letter.id,
        "state": letter.state.value,
        "listener": letter.listener,
        "subject": letter.subject,
        "lane": letter.lane,
        "version": letter.version,
        "sequence": letter.sequence,
        "error": letter.error,
        "failures": letter.failures,
        "diedAt": letter.died_at.isoformat(),
        "headers": dict(letter.headers),
        "body": letter.body.decode(errors="replace"),
    }
    return json.dumps(shown, ensure_ascii=False, indent=2)


async def _redeliver(mongo: Mongo, arguments: argparse.Namespace) -> str:
    if not arguments.all:
        await redeliver(mongo, arguments.id)
        return f"{arguments.id} will be tried again by the running service"
    count = 0
    while letters := await list_dead_letters(mongo):
        for letter in letters:
            await redeliver(mongo, letter.id)
        count += len(letters)
    return f"{count} dead letters will be tried again by the running service"


async def _list_work_items(mongo: Mongo, arguments: argparse.Namespace) -> str:
    items = await list_work_items(mongo, limit=arguments.limit)
    return "\n".join(
        f"{item.id}  {item.opened_at:%Y-%m-%d %H:%M:%S}Z  {item.event_type}  {item.aggregate_id}  {item.code}: "
        f"{item.message}"
        for item in items
    )


async def _find(mongo: Mongo, letter_id: str) -> Mapping[str, Any]:
    document: Mapping[str, Any] | None = await mongo.collection(DEAD_LETTERS).find_one({"letter_id": letter_id})
    if document is None:
        raise DeadLetterUnknown("there is no such dead letter", path=("id",), value=letter_id)
    return document


def _dead_letter(document: Mapping[str, Any]) -> DeadLetter:
    return DeadLetter(
        id=document["letter_id"],
        state=DeadLetterState(document["state"]),
        listener=document["listener"],
        subject=document["subject"],
        event_id=document["event_id"],
        event_type=document["event_type"],
        version=document["version"],
        lane=document["lane"],
        sequence=document["sequence"],
        error=document["error"],
        failures=document["failures"],
        died_at=document["died_at"],
        headers=document["headers"],
        body=bytes(document["body"]),
    )


def _work_item(document: Mapping[str, Any]) -> WorkItem:
    return WorkItem(
        id=document["_id"],
        event_id=document["event_id"],
        event_type=document["event_type"],
        district=document["district"],
        aggregate_id=document["aggregate_id"],
        estate_id=document["estate_id"],
        code=document["code"],
        message=document["message"],
        path=tuple(document["path"]),
        value=document["value"],
        opened_at=document["opened_at"],
    )
