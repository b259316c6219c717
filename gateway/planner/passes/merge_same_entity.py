"""Join fetches that enter the same subgraph for the same objects, when neither waits for the other."""

from gateway.planner.passes.levels import depth
from gateway.planner.plan import Fetch


def merge_same_entity(fetches: list[Fetch]) -> list[Fetch]:
    """Return the fetches with duplicates of (subgraph, position, type) joined; the plan never gets deeper."""
    kept: list[Fetch] = []
    current = list(fetches)
    allowed_depth = depth(current)
    for fetch in fetches:
        twin = next((one for one in kept if _same_place(one, fetch) and not _linked(one, fetch)), None)
        if twin is None:
            kept.append(fetch)
            continue
        saved = set(twin.depends_on)
        twin.depends_on = twin.depends_on | fetch.depends_on
        dependents = [one for one in current if fetch in one.depends_on]
        for one in dependents:
            one.depends_on = (one.depends_on - {fetch}) | {twin}
        remaining = [one for one in current if one is not fetch]
        if depth(remaining) > allowed_depth:
            twin.depends_on = saved
            for one in dependents:
                one.depends_on = (one.depends_on - {twin}) | {fetch}
            kept.append(fetch)
            continue
        current = remaining
        _absorb(twin, fetch)
    return current


def _same_place(one: Fetch, other: Fetch) -> bool:
    return (
        one.graph == other.graph
        and one.position is other.position
        and one.type_condition == other.type_condition
        and one.serial == other.serial
        and one.operation == other.operation
        and (one.entity is None) == (other.entity is None)
        and (
            one.entity is None
            or other.entity is None
            or (one.entity.type_name == other.entity.type_name and one.entity.key == other.entity.key)
        )
    )


def _linked(one: Fetch, other: Fetch) -> bool:
    return _waits_for(one, other) or _waits_for(other, one)


def _waits_for(one: Fetch, other: Fetch) -> bool:
    return other in one.depends_on or any(_waits_for(before, other) for before in one.depends_on)


def _absorb(twin: Fetch, fetch: Fetch) -> None:
    twin.selection.merge(fetch.selection)
    if twin.entity is not None and fetch.entity is not None:
        known = {(one.name, one.key, one.type_condition) for one in twin.entity.representation}
        twin.entity.representation += tuple(
            one for one in fetch.entity.representation if (one.name, one.key, one.type_condition) not in known
        )
        twin.entity.requires = tuple(dict.fromkeys((*twin.entity.requires, *fetch.entity.requires)))
