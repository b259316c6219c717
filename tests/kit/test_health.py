"""Live asks nobody; ready asks everybody and says who failed."""

import asyncio

import httpx
import pytest
from starlette.applications import Starlette
from starlette.routing import Route

from kit import health as health_module
from kit.background import Supervisor
from kit.health import Health


async def fine() -> str | None:
    return None


async def broken() -> str | None:
    raise ConnectionError("mongodb://anju:secret@db")


async def lacking() -> str | None:
    return "lacks policy 360702-v2"


async def answer(health: Health, path: str) -> httpx.Response:
    app = Starlette(routes=[Route("/health/live", health.live), Route("/health/ready", health.ready)])
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app=app), base_url="http://service") as client:
        return await client.get(path)


async def test_ready_when_every_check_is_fine() -> None:
    response = await answer(Health({"mongo": fine, "nats": fine}), "/health/ready")

    assert (response.status_code, response.json()) == (200, {"status": "ready"})


async def test_unready_names_each_failing_check_and_leaks_no_exception_text() -> None:
    response = await answer(Health({"mongo": broken, "nats": fine, "policies": lacking}), "/health/ready")

    assert response.status_code == 503
    assert response.json()["problems"] == {"mongo": "ConnectionError", "policies": "lacks policy 360702-v2"}


async def test_a_check_that_hangs_is_a_failed_check(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(health_module, "CHECK_SECONDS", 0.01)

    async def hanging() -> str | None:
        await asyncio.Event().wait()
        return None

    assert await Health({"mongo": hanging}).problems() == {"mongo": "no answer within 0.01 s"}


async def test_a_stopping_process_is_live_but_not_ready() -> None:
    health = Health({"mongo": fine})
    health.stop("SIGTERM")
    health.stop("later")

    assert (await answer(health, "/health/live")).status_code == 200
    response = await answer(health, "/health/ready")
    assert (response.status_code, response.json()["problems"]) == (503, {"process": "SIGTERM"})


async def test_a_crashed_task_turns_the_process_unready_and_ends_it_with_the_reason() -> None:
    health = Health()
    ended = asyncio.Event()
    supervisor = Supervisor(health, on_failure=ended.set)

    async def crash() -> None:
        raise RuntimeError("lost the lease")

    supervisor.start("relay", crash)
    await asyncio.wait_for(ended.wait(), 5)

    assert supervisor.failure == "background task 'relay' RuntimeError: lost the lease"
    assert await health.problems() == {"process": "background task 'relay' failed"}


async def test_a_task_that_just_ends_is_a_crash_too() -> None:
    ended = asyncio.Event()
    supervisor = Supervisor(Health(), on_failure=ended.set)

    async def leave() -> None:
        await asyncio.sleep(0)

    supervisor.start("consumer", leave)
    await asyncio.wait_for(ended.wait(), 5)

    assert supervisor.failure == "background task 'consumer' ended by itself"


async def test_stopping_lets_tasks_finish_and_is_no_failure() -> None:
    health, log = Health(), []
    supervisor = Supervisor(health)
    started = asyncio.Event()

    async def consume() -> None:
        started.set()
        try:
            await asyncio.Event().wait()
        finally:
            await asyncio.sleep(0)
            log.append("drained")

    supervisor.start("consumer", consume)
    await started.wait()
    await supervisor.stop(seconds=5)

    assert log == ["drained"]
    assert supervisor.failure is None
    assert await health.problems() == {}


async def test_a_task_that_will_not_stop_is_left_behind_in_bounded_time() -> None:
    supervisor = Supervisor(Health())
    started, release = asyncio.Event(), asyncio.Event()

    async def stubborn() -> None:
        started.set()
        while not release.is_set():
            try:
                await release.wait()
            except asyncio.CancelledError:
                continue

    supervisor.start("stubborn", stubborn)
    await started.wait()
    await asyncio.wait_for(supervisor.stop(seconds=0.01), 5)

    assert [task.get_name() for task in asyncio.all_tasks() if task.get_name() == "stubborn"] == ["stubborn"]
    release.set()
