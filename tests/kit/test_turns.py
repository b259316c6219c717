"""Turns within one process: first come, first served; no circle of waiting; nothing left behind."""

import asyncio

import pytest

from kit.turns import Turns


async def test_who_asked_first_comes_first() -> None:
    turns = Turns()
    order: list[int] = []

    async def take(number: int) -> None:
        async with turns.taken(["account:a"]):
            order.append(number)
            await asyncio.sleep(0)

    await asyncio.gather(*(take(number) for number in range(20)))

    assert order == list(range(20))


async def test_two_never_hold_the_same_turn_and_opposite_orders_do_not_wait_in_a_circle() -> None:
    turns = Turns()
    inside = 0
    most_inside = 0

    async def take(names: list[str]) -> None:
        nonlocal inside, most_inside
        async with turns.taken(names):
            inside += 1
            most_inside = max(most_inside, inside)
            await asyncio.sleep(0)
            inside -= 1

    async with asyncio.timeout(5):
        await asyncio.gather(*(take(names) for _ in range(20) for names in (["a", "b"], ["b", "a"])))

    assert most_inside == 1


async def test_a_turn_is_taken_while_it_is_held_or_awaited_and_free_afterwards() -> None:
    turns = Turns()

    assert turns.are_taken(["a"]) is False
    async with turns.taken(["a", "b"]):
        assert turns.are_taken(["b"]) is True
        assert turns.are_taken(["c"]) is False
    assert turns.are_taken(["a", "b"]) is False


async def test_a_turn_is_given_up_by_a_failure_and_by_being_cancelled_while_waiting() -> None:
    turns = Turns()
    with pytest.raises(RuntimeError, match="broken"):
        async with turns.taken(["a"]):
            raise RuntimeError("broken")

    async def wait() -> None:
        async with turns.taken(["a"]):
            raise AssertionError("the turn was held by another")

    async with turns.taken(["a"]):
        waiting = asyncio.create_task(wait())
        await asyncio.sleep(0)
        waiting.cancel()
        with pytest.raises(asyncio.CancelledError):
            await waiting

    assert turns.are_taken(["a"]) is False
