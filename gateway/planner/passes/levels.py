"""Which level each fetch runs on: one after the last fetch it waits for."""

from gateway.planner.errors import PlanningError
from gateway.planner.plan import Fetch


def levels_of(fetches: list[Fetch]) -> dict[Fetch, int]:
    """Return the earliest level of every fetch; fetches of a later mutation field come after all of the earlier."""
    levels: dict[Fetch, int] = {}
    base = 0
    for serial in sorted({fetch.serial for fetch in fetches}):
        group = [fetch for fetch in fetches if fetch.serial == serial]
        for fetch in group:
            _level(fetch, base, levels, set())
        base = max(levels[fetch] for fetch in group) + 1
    return levels


def depth(fetches: list[Fetch]) -> int:
    """Return how many levels the fetches need."""
    return max(levels_of(fetches).values(), default=-1) + 1


def _level(fetch: Fetch, base: int, levels: dict[Fetch, int], asking: set[Fetch]) -> int:
    known = levels.get(fetch)
    if known is not None:
        return known
    if fetch in asking:
        raise PlanningError("fetches wait for each other in a circle")
    asking.add(fetch)
    level = max((_level(before, base, levels, asking) + 1 for before in fetch.depends_on), default=base)
    asking.discard(fetch)
    levels[fetch] = max(level, base)
    return levels[fetch]
