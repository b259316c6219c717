"""What most of the registry's tests begin with, brought about once per test process and laid down again for each test.

The first test that asks for a foundation lets the registry bring it about, by the same mutations as its callers; what
that wrote is kept, and laid down as it was for the tests that follow.
"""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, TypeVar

from pymongo import MongoClient, ReplaceOne

from kit.mongo import Document
from tests.heard import EmptiedDatabase
from tests.registry.cities import Registry

T = TypeVar("T")

Contents = Mapping[str, Mapping[Any, Document]]
"""The documents of a database by collection and id."""


@dataclass(frozen=True)
class Laid:
    """A foundation: what was written for it, and its outcome."""

    written: Contents
    keys: int
    outcome: Any


@dataclass
class Foundations:
    """The foundations of one test process, in the database that its tests share.

    Each is known by its name, the time, and how many mutations came before it: on other ground it is founded anew.
    """

    database: EmptiedDatabase
    client: MongoClient[Document]
    known: dict[tuple[str, datetime, int], Laid] = field(default_factory=dict)

    async def lay(self, name: str, registry: Registry, found: Callable[[Registry], Awaitable[T]]) -> T:
        """Return the outcome of `found`; what it writes is in the registry's store then."""
        ground = (name, registry.clock.now(), registry.keys)
        laid = self.known.get(ground)
        if laid is not None:
            self._write(laid.written)
            registry.keys = laid.keys
            outcome: T = laid.outcome
            return outcome
        before = self._contents()
        outcome = await found(registry)
        self.known[ground] = Laid(_written(before, self._contents()), registry.keys, outcome)
        return outcome

    def _contents(self) -> Contents:
        database = self.client[self.database.name]
        return {
            collection: {document["_id"]: document for document in database[collection].find()}
            for collection in database.list_collection_names()
        }

    def _write(self, written: Contents) -> None:
        database = self.client[self.database.name]
        for collection, documents in written.items():
            database[collection].bulk_write(
                [ReplaceOne({"_id": one}, document, upsert=True) for one, document in documents.items()]
            )


def _written(before: Contents, after: Contents) -> Contents:
    changed = {
        collection: {
            one: document for one, document in documents.items() if before.get(collection, {}).get(one) != document
        }
        for collection, documents in after.items()
    }
    return {collection: documents for collection, documents in changed.items() if documents}
