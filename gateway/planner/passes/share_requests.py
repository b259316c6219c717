"""Put fetches of one level to one subgraph into one request; a fetch with time to spare waits for company."""

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
    for fetch in sorted(fetches, key=lambda one: (-levels[one], one.number)):
        if fetch.entity is None or any(one.serial != fetch.serial for one in fetches):
            continue
        latest = min((levels[one] - 1 for one in dependents[fetch]), default=last)
        company = [
            levels[one]
            for one in fetches
            if one is not fetch
            and one.entity is not None
            and one.graph == fetch.graph
            and levels[fetch] <= levels[one] <= latest
        ]
        if company:
            levels[fetch] = min(company)
    by_level: list[list[Request]] = [[] for _ in range(last + 1)]
    for fetch in fetches:
        level = by_level[levels[fetch]]
        shared = next(
            (
                r
                for r in level
                if fetch.entity is not None and r.graph == fetch.graph and r.fetches[0].entity is not None
            ),
            None,
        )
        if shared is None:
            level.append(Request(fetch.graph, [fetch], levels[fetch]))
        else:
            shared.fetches.append(fetch)
    return [level for level in by_level if level]
