"""Put fetches of one level to one subgraph into one request; a fetch with time to spare waits for company."""

from collections import Counter

from gateway.planner.passes.levels import levels_of
from gateway.planner.plan import Fetch, Request


def share_requests(fetches: list[Fetch]) -> list[list[Request]]:
    """Return the requests by level. Delaying a fetch never makes the plan deeper."""
    levels = levels_of(fetches)
    if not levels:
        return []
    last = max(levels.values())
    dependents: dict[Fetch, list[Fetch]] = {fetch: [] for fetch in fetches}
    for fetch in fetches:
        for before in fetch.depends_on:
            dependents[before].append(fetch)
    if len({fetch.serial for fetch in fetches}) == 1:
        _wait_for_company(fetches, levels, dependents, last)
    by_level: list[list[Request]] = [[] for _ in range(last + 1)]
    shared: dict[tuple[int, str], Request] = {}
    for fetch in fetches:
        level, place = by_level[levels[fetch]], (levels[fetch], fetch.graph)
        if fetch.entity is not None and place in shared:
            shared[place].fetches.append(fetch)
            continue
        request = Request(fetch.graph, [fetch], levels[fetch])
        level.append(request)
        if fetch.entity is not None:
            shared[place] = request
    return [level for level in by_level if level]


def _wait_for_company(
    fetches: list[Fetch], levels: dict[Fetch, int], dependents: dict[Fetch, list[Fetch]], last: int
) -> None:
    """Move fetches to a later level at which their subgraph is asked anyway, where nobody waits for them sooner."""
    asked: dict[str, Counter[int]] = {}
    for fetch in fetches:
        if fetch.entity is not None:
            asked.setdefault(fetch.graph, Counter())[levels[fetch]] += 1
    for fetch in sorted(fetches, key=lambda one: (-levels[one], one.number)):
        if fetch.entity is None:
            continue
        latest = min((levels[one] - 1 for one in dependents[fetch]), default=last)
        here = asked[fetch.graph]
        here[levels[fetch]] -= 1
        company = [level for level in range(levels[fetch], latest + 1) if here[level] > 0]
        if company:
            levels[fetch] = company[0]
        here[levels[fetch]] += 1
