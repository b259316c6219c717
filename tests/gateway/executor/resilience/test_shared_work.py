"""Identical work under way is done once."""

import asyncio

import pytest

from gateway.executor.resilience.shared_work import SharedWork


class Worker:
    """Does the work when it is let go, and counts."""

    def __init__(self) -> None:
        self.started = 0
        self.let_go = asyncio.Event()
        self.failure: Exception | None = None

    async def work(self) -> int:
        """Return how often the work was started."""
        self.started += 1
        number = self.started
        await self.let_go.wait()
        if self.failure is not None:
            raise self.failure
        return number


async def start(shared: SharedWork[int], *keys: str, worker: Worker) -> list["asyncio.Task[int]"]:
    """Start the work by these keys and wait until everybody waits."""
    tasks = [asyncio.create_task(shared.do(key, worker.work)) for key in keys]
    for _ in range(3):
        await asyncio.sleep(0)
    return tasks


async def test_the_same_key_is_worked_on_once_and_another_one_beside_it() -> None:
    shared, worker = SharedWork[int](), Worker()
    tasks = await start(shared, "a", "a", "b", worker=worker)

    worker.let_go.set()

    assert await asyncio.gather(*tasks) == [1, 1, 2]
    assert len(shared) == 0


async def test_work_that_is_done_is_done_anew_for_who_comes_later() -> None:
    shared, worker = SharedWork[int](), Worker()
    worker.let_go.set()

    assert [await shared.do("a", worker.work), await shared.do("a", worker.work)] == [1, 2]


async def test_a_failure_is_everybodys() -> None:
    shared, worker = SharedWork[int](), Worker()
    tasks = await start(shared, "a", "a", worker=worker)

    worker.failure = ConnectionError("gone")
    worker.let_go.set()

    for task in tasks:
        with pytest.raises(ConnectionError, match="gone"):
            await task
    assert worker.started == 1


async def test_when_the_first_one_is_cancelled_one_of_the_others_does_the_work() -> None:
    shared, worker = SharedWork[int](), Worker()
    first, second, third = await start(shared, "a", "a", "a", worker=worker)

    first.cancel()
    for _ in range(4):
        await asyncio.sleep(0)
    worker.let_go.set()

    assert list(await asyncio.gather(second, third)) == [2, 2]
    assert first.cancelled()


async def test_when_another_one_is_cancelled_the_first_one_goes_on() -> None:
    shared, worker = SharedWork[int](), Worker()
    first, second = await start(shared, "a", "a", worker=worker)

    second.cancel()
    worker.let_go.set()

    assert await first == 1
