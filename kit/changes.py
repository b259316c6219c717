"""Who in this process follows the changes of which estate, and what changed since each follower last looked.

A follower is told that something changed, never what it is now: it reads the present state itself, with its caller's
scope. So nothing is lost by telling ten changes at once, and nobody sees what they may not see.
"""

import asyncio
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Final

MOST_NOTED: Final = 500
"""How many things a follower that does not look notes one by one; beyond it, all of them count as changed."""

LIVE_SECONDS: Final = 2.0
"""How long a new follower waits for the source; with the source down it looks at once, and again when it is back."""


@dataclass(frozen=True)
class Change:
    """Something of an estate changed: an aggregate such as "finance.deposit", and the id of the thing."""

    estate_id: str
    aggregate: str
    aggregate_id: str


@dataclass(frozen=True)
class Changed:
    """What changed since the last look: the ids of things; None when it may be anything."""

    ids: frozenset[str] | None

    def includes(self, aggregate_id: str) -> bool:
        """Return whether the thing may have changed."""
        return self.ids is None or aggregate_id in self.ids


EVERYTHING: Final = Changed(None)


class Follower:
    """One stream's view of an estate; at first everything counts as changed."""

    def __init__(self, aggregate: str | None, live: asyncio.Event) -> None:
        self._aggregate = aggregate
        self._live = live
        self._noted: set[str] | None = None
        self._bell = asyncio.Event()
        self._bell.set()

    def note(self, change: Change) -> None:
        """Keep the change until the next look, unless it is of an aggregate that is not followed."""
        if self._aggregate is not None and change.aggregate != self._aggregate:
            return
        if self._noted is not None:
            self._noted.add(change.aggregate_id)
            if len(self._noted) > MOST_NOTED:
                self._noted = None
        self._bell.set()

    def note_everything(self) -> None:
        """Count everything as changed."""
        self._noted = None
        self._bell.set()

    async def changed(self) -> Changed:
        """Return what changed since the last call, once there is something."""
        if self._noted is None:
            await self._source_is_live()
        await self._bell.wait()
        self._bell.clear()
        noted, self._noted = self._noted, set()
        return EVERYTHING if noted is None else Changed(frozenset(noted))

    async def _source_is_live(self) -> None:
        """Return when changes are heard, so that a look misses none that comes after it; wait for it not too long."""
        try:
            async with asyncio.timeout(LIVE_SECONDS):
                await self._live.wait()
        except TimeoutError:
            return


class Changes:
    """The followers of one process. The source waits for `followed`, and keeps `live` set while it hears changes."""

    def __init__(self) -> None:
        self.followed = asyncio.Event()
        self.live = asyncio.Event()
        self._followers: dict[str, set[Follower]] = defaultdict(set)

    @contextmanager
    def follow(self, estate_id: str, aggregate: str | None = None) -> Iterator[Follower]:
        """Follow the changes of an estate, or of one aggregate of it, for the length of the block."""
        follower = Follower(aggregate, self.live)
        self._followers[estate_id].add(follower)
        self.followed.set()
        try:
            yield follower
        finally:
            self._followers[estate_id].remove(follower)
            if not self._followers[estate_id]:
                del self._followers[estate_id]
            if not self._followers:
                self.followed.clear()

    def tell(self, change: Change) -> None:
        """Tell the estate's followers."""
        for follower in self._followers.get(change.estate_id, ()):
            follower.note(change)

    def tell_everything(self) -> None:
        """Tell every follower that anything may have changed: the source does not know what it missed."""
        for followers in self._followers.values():
            for follower in followers:
                follower.note_everything()
