"""What a store is asked to read, as it is sent to it, and whether a declared index serves it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC
from typing import Any

from motor.motor_asyncio import AsyncIOMotorClient
from pymongo.monitoring import CommandFailedEvent, CommandListener, CommandStartedEvent, CommandSucceededEvent

from kit.mongo import Document, Index, Mongo
from services.registry.store.indexes import INDEXES

KEYS = ("_id", ".id", "code", "number")


@dataclass(frozen=True)
class Read:
    """A read as it was sent to the store."""

    collection: str
    query: Mapping[str, Any]
    sort: tuple[str, ...]
    limit: int

    @property
    def equal(self) -> dict[str, Any]:
        """The fields that must equal a value, or one of a list of values."""
        equal: dict[str, Any] = {}
        for name, condition in self.query.items():
            if not isinstance(condition, Mapping):
                equal[name] = condition
            elif "$eq" in condition or "$in" in condition:
                equal[name] = condition["$eq"] if "$eq" in condition else list(condition["$in"])
        return equal

    @property
    def ranges(self) -> dict[str, list[str]]:
        """The bounds of the fields that lie in a range."""
        bounds = {
            name: [bound for bound in condition if bound in {"$gt", "$gte", "$lt", "$lte"}]
            for name, condition in self.query.items()
            if isinstance(condition, Mapping)
        }
        return {name: found for name, found in bounds.items() if found}

    def walked(self) -> list[str] | None:
        """Return the fields that one declared index serves, all ranges and the sort among them; None if none does."""
        served = [self._walked(index) for index in INDEXES if index.collection == self.collection]
        return ["_id"] if "_id" in self.equal else max(filter(None, served), key=len, default=None)

    def _walked(self, index: Index) -> list[str] | None:
        """Return what the index serves if it begins with equalities and goes on with the range and the sort."""
        names = [name for name, _ in index.keys]
        equal = next((number for number, name in enumerate(names) if name not in self.equal), len(names))
        rest, ranges = names[equal:], list(self.ranges)
        is_ordered = rest[: len(self.sort)] == list(self.sort)
        # Several values before the sort are several walks, each in its own order.
        is_one_walk = not self.sort or all(not isinstance(self.equal[name], list) for name in names[:equal])
        serves = is_ordered and is_one_walk and rest[: len(ranges)] == ranges
        return names[: equal + len(ranges)] if serves else None

    def fault(self, *, small: bool = False, compares: bool = False) -> str | None:
        """Return what is wrong with the read; None if it is served and bounded.

        `small` lets it lack a limit, and `compares` lets it hold an `$and` or `$or` against what the index finds.
        """
        walked = self.walked()
        if not walked:
            return "no declared index serves it"
        if any(len(bounds) != 2 for bounds in self.ranges.values()):
            return "a range is open at one end"
        beside = [name for name in self.query if name.startswith("$")]
        if beside and not compares:
            return f"the embedded store leaves its indexes for {beside}"
        by_keys = any(name in self.equal and name.endswith(KEYS) for name in walked)
        if self.limit == 0 and not small and (self.ranges or not by_keys):
            return "neither a limit nor a bounded set of keys"
        return None


class Reads(CommandListener):
    """What was sent to the store to be read."""

    def __init__(self) -> None:
        self.sent: list[Read] = []

    def started(self, event: CommandStartedEvent) -> None:
        """Keep a reading command."""
        command = event.command
        if event.command_name == "find":
            sort = tuple(command.get("sort", {}))
            limit = abs(int(command.get("limit", 0)))
            self.sent.append(Read(command["find"], dict(command["filter"]), sort, limit))
        elif event.command_name == "aggregate":
            (match, *stages) = command["pipeline"]
            limit = next((stage["$limit"] for stage in stages if "$limit" in stage), 0)
            self.sent.append(Read(command["aggregate"], dict(match["$match"]), (), limit))
        else:
            assert event.command_name not in {"distinct", "findAndModify", "count"}, "not held against the indexes yet"

    def succeeded(self, event: CommandSucceededEvent) -> None:
        """Nothing to keep."""

    def failed(self, event: CommandFailedEvent) -> None:
        """Nothing to keep; the failure reaches whoever asked."""


def listened_store(uri: str, database: str) -> tuple[Mongo, Reads]:
    """Return a store over a database, to be closed by the caller, and what is read through it."""
    heard = Reads()
    client: AsyncIOMotorClient[Document] = AsyncIOMotorClient(
        uri, event_listeners=[heard], tz_aware=True, tzinfo=UTC, appname=database
    )
    return Mongo(client, database), heard
