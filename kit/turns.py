"""Turns: units of work of one process that met a conflict go one after the other from then on."""

import asyncio
from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager


class Turns:
    """Who may change what next, by name, within this process; replicas still meet in the store."""

    def __init__(self) -> None:
        self._locks: dict[str, asyncio.Lock] = {}
        self._interested: dict[str, int] = {}

    def are_taken(self, names: Iterable[str]) -> bool:
        """Return whether somebody holds or awaits the turn of one of the names."""
        return any(name in self._locks for name in names)

    @asynccontextmanager
    async def taken(self, names: Iterable[str]) -> AsyncIterator[None]:
        """Hold the turns of all the names; who asked first comes first.

        They are taken in one order by everybody, and by somebody who holds none yet, so nobody waits in a circle.
        """
        ordered = sorted(set(names))
        for name in ordered:
            self._locks.setdefault(name, asyncio.Lock())
            self._interested[name] = self._interested.get(name, 0) + 1
        held: list[asyncio.Lock] = []
        try:
            for name in ordered:
                await self._locks[name].acquire()
                held.append(self._locks[name])
            yield
        finally:
            for lock in held:
                lock.release()
            for name in ordered:
                self._interested[name] -= 1
                if self._interested[name] == 0:
                    del self._interested[name], self._locks[name]
