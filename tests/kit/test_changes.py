"""What a follower is told, and what it is spared."""

import asyncio

import pytest

from kit import changes as module
from kit.changes import EVERYTHING, MOST_NOTED, Change, Changed, Changes


@pytest.fixture
def changes() -> Changes:
    """Followers whose source is live."""
    live = Changes()
    live.live.set()
    return live


def deposit(number: int, estate_id: str = "est_1") -> Change:
    """Return the change of a deposit."""
    return Change(estate_id, "finance.deposit", f"dep_{number}")


async def test_a_follower_looks_at_everything_first_and_then_at_what_changed(changes: Changes) -> None:
    with changes.follow("est_1") as follower:
        first = await follower.changed()
        changes.tell(deposit(1))

        assert (first, await follower.changed()) == (EVERYTHING, Changed(frozenset({"dep_1"})))


async def test_a_change_while_the_follower_is_busy_is_kept_and_told_with_the_next_ones(changes: Changes) -> None:
    with changes.follow("est_1") as follower:
        await follower.changed()
        for number in (1, 2, 1):
            changes.tell(deposit(number))

        assert await follower.changed() == Changed(frozenset({"dep_1", "dep_2"}))


async def test_nobody_is_told_of_another_estate_or_another_aggregate(changes: Changes) -> None:
    with changes.follow("est_1", "finance.deposit") as follower:
        await follower.changed()
        waiting = asyncio.ensure_future(follower.changed())
        changes.tell(deposit(1, estate_id="est_2"))
        changes.tell(Change("est_1", "finance.bill", "bil_1"))
        changes.tell(deposit(7))

        assert await waiting == Changed(frozenset({"dep_7"}))


@pytest.mark.parametrize(("told", "is_everything"), [(MOST_NOTED, False), (MOST_NOTED + 1, True)])
async def test_what_is_noted_for_a_follower_that_does_not_look_is_bounded(
    changes: Changes, told: int, is_everything: bool
) -> None:
    with changes.follow("est_1") as follower:
        await follower.changed()
        for number in range(told):
            changes.tell(deposit(number))

        assert (await follower.changed() == EVERYTHING) is is_everything


async def test_when_the_source_may_have_missed_something_every_follower_looks_anew(changes: Changes) -> None:
    with changes.follow("est_1") as one, changes.follow("est_2") as other:
        for follower in (one, other):
            await follower.changed()
        changes.tell_everything()

        assert [await follower.changed() for follower in (one, other)] == [EVERYTHING, EVERYTHING]


async def test_the_first_look_waits_for_the_source(changes: Changes) -> None:
    changes.live.clear()
    with changes.follow("est_1") as follower:
        looking = asyncio.ensure_future(follower.changed())
        await asyncio.sleep(0)
        waits = not looking.done()
        changes.live.set()

        assert (waits, await looking) == (True, EVERYTHING)


async def test_without_its_source_a_follower_looks_all_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "LIVE_SECONDS", 0.01)
    with Changes().follow("est_1") as follower:
        assert await follower.changed() == EVERYTHING


def test_the_source_is_wanted_while_anybody_follows(changes: Changes) -> None:
    seen = [changes.followed.is_set()]
    with changes.follow("est_1"):
        with changes.follow("est_1"):
            seen.append(changes.followed.is_set())
        seen.append(changes.followed.is_set())
    seen.append(changes.followed.is_set())

    assert seen == [False, True, True, False]


def test_changed_includes_what_it_names_or_anything() -> None:
    some = Changed(frozenset({"dep_1"}))

    assert [some.includes("dep_1"), some.includes("dep_2"), EVERYTHING.includes("dep_2")] == [True, False, True]
