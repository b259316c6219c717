"""Join fetches that enter the same subgraph for the same objects, when neither waits for the other."""

from gateway.planner.passes.levels import depth
from gateway.planner.plan import Fetch, merge_representations


def merge_same_entity(fetches: list[Fetch]) -> list[Fetch]:
    """Return the fetches with duplicates of (subgraph, position, type) joined; the plan never gets deeper."""
    kept: dict[tuple[object, ...], list[Fetch]] = {}
    current = list(fetches)
    allowed_depth = depth(current)
    for fetch in fetches:
        same = kept.setdefault(_place(fetch), [])
        twin = next((one for one in same if not _linked(one, fetch) and _agree(one, fetch)), None)
        if twin is None:
            same.append(fetch)
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
            same.append(fetch)
            continue
        current = remaining
        _absorb(twin, fetch)
    return current


def _place(fetch: Fetch) -> tuple[object, ...]:
    """Return what two fetches must have in common to be one."""
    entity = fetch.entity
    return (
        fetch.graph,
        fetch.position,
        fetch.type_condition,
        fetch.serial,
        fetch.operation,
        None if entity is None else (entity.type_name, entity.key),
        # An object without its context is left out of the fetch, so nothing else may be asked in it.
        tuple(context.name for context in fetch.contexts),
    )


def _agree(one: Fetch, other: Fetch) -> bool:
    """Return whether one representation serves both: a field required with other arguments has another value."""
    if one.entity is None or other.entity is None:
        return True
    return merge_representations(one.entity.representation, other.entity.representation) is not None


def _linked(one: Fetch, other: Fetch) -> bool:
    return _waits_for(one, other) or _waits_for(other, one)


def _waits_for(one: Fetch, other: Fetch) -> bool:
    seen: set[Fetch] = set()
    waiting = [one]
    while waiting:
        fetch = waiting.pop()
        if other in fetch.depends_on:
            return True
        waiting.extend(fetch.depends_on - seen)
        seen |= fetch.depends_on
    return False


def _absorb(twin: Fetch, fetch: Fetch) -> None:
    twin.selection.merge(fetch.selection)
    if twin.entity is not None and fetch.entity is not None:
        both = merge_representations(twin.entity.representation, fetch.entity.representation)
        twin.entity.representation = both or twin.entity.representation
        twin.entity.requires = tuple(dict.fromkeys((*twin.entity.requires, *fetch.entity.requires)))
