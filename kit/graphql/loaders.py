"""Batched reads: however many fields of one request ask for an entity by id, the store is asked once.

A service writes one function per entity, which may answer in any order and leaves out what it does not find or what
lies outside the caller's scope; the kit puts the answers in the order asked, null for the rest::

    async def estates_by_id(context: Context, ids: Sequence[str]) -> Mapping[str, Estate]:
        documents = await find_estates(context.mongo, ids, scope=context.scope)
        return {document.id: Estate.of(document) for document in documents}

    @strawberry.federation.type(keys=["id"])
    class Estate:
        @classmethod
        async def resolve_reference(cls, info: Info, id: strawberry.ID) -> "Estate | None":
            return await info.context.load(estates_by_id, id)
"""

from collections.abc import Awaitable, Callable, Hashable, Mapping, Sequence
from typing import Any, TypeVar

from strawberry.dataloader import DataLoader

Key = TypeVar("Key", bound=Hashable)
Value = TypeVar("Value")
ContextT = TypeVar("ContextT")

Batch = Callable[[ContextT, Sequence[Key]], Awaitable[Mapping[Key, Value]]]
"""Reads many keys at once; keys that are missing from the answer are unknown or outside the caller's scope."""

MOST_KEYS_IN_ONE_READ = 1000  # An `$in` of the store stays well below the size of one command.


class Loaders:
    """The loaders of one request, one per batch function, made when first used."""

    def __init__(self, context: object) -> None:
        self._context = context
        self._loaders: dict[Callable[..., Any], DataLoader[Any, Any]] = {}

    def of(
        self, batch: Callable[[Any, Sequence[Key]], Awaitable[Mapping[Key, Value]]]
    ) -> "DataLoader[Key, Value | None]":
        """Return this request's loader over `batch`."""
        loader = self._loaders.get(batch)
        if loader is None:

            async def in_the_order_asked(keys: list[Key]) -> list[Value | None]:
                found = await batch(self._context, keys)
                return [found.get(key) for key in keys]

            loader = DataLoader(load_fn=in_the_order_asked, max_batch_size=MOST_KEYS_IN_ONE_READ)
            self._loaders[batch] = loader
        return loader

    def forget(self) -> None:
        """Drop everything that was read, so that the next load sees what was just written."""
        self._loaders.clear()
