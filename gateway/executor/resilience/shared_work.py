"""Do identical work once while it is under way: who comes second waits for the first one's result."""

import asyncio
from collections.abc import Awaitable, Callable, Hashable
from typing import Generic, TypeVar

Result = TypeVar("Result")


class _Abandoned(Exception):
    """The first one was cancelled; somebody else must do the work."""


class SharedWork(Generic[Result]):
    """Work under way by key. Only work whose result may be given to all who use the same key belongs here."""

    def __init__(self) -> None:
        self._under_way: dict[Hashable, list[asyncio.Future[Result]]] = {}

    def __len__(self) -> int:
        return len(self._under_way)

    async def do(
        self, key: Hashable, work: Callable[[], Awaitable[Result]], on_shared: Callable[[], None] = lambda: None
    ) -> Result:
        """Return the work's result, from one under way if there is one (then `on_shared` is called).

        Raises what the work raised. The first one works in its own task: when it is cancelled, one of those waiting
        does the work instead.
        """
        while True:
            waiting = self._under_way.get(key)
            if waiting is None:
                return await self._do_first(key, work)
            future: asyncio.Future[Result] = asyncio.get_running_loop().create_future()
            waiting.append(future)
            try:
                result = await future
            except _Abandoned:
                continue
            on_shared()
            return result

    async def _do_first(self, key: Hashable, work: Callable[[], Awaitable[Result]]) -> Result:
        waiting: list[asyncio.Future[Result]] = []
        self._under_way[key] = waiting
        try:
            result = await work()
        except BaseException as problem:
            del self._under_way[key]
            shared = problem if isinstance(problem, Exception) else _Abandoned()
            for future in waiting:
                if not future.done():
                    future.set_exception(shared)
            raise
        del self._under_way[key]
        for future in waiting:
            if not future.done():
                future.set_result(result)
        return result
