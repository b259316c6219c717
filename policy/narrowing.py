"""Whether a lower level's document keeps to the bounds of the upper level's: a county may narrow its city's (PZ-32)."""

from collections.abc import Iterator, Sequence
from typing import Any

from policy.errors import Problem
from policy.instruments import Declared, Instrument, Narrowing
from policy.kinds import declared
from policy.parameter import Status
from policy.periods import by_area
from policy.policy_file import NATION, Level, PolicyFile, city_of


def widening_problems(files: Sequence[PolicyFile]) -> list[Problem]:
    """Return where any file goes beyond the levels above it that can be in force on the same day."""
    versions = by_area(files)
    problems: list[Problem] = []
    for lower in files:
        for area in _areas_above(lower):
            for upper in versions.get(area, ()):
                if _may_meet(lower, upper):
                    problems.extend(widenings(lower, upper))
    return problems


def _areas_above(lower: PolicyFile) -> tuple[str, ...]:
    if lower.parent is None:
        return () if lower.level is Level.NATION else (NATION,)
    if lower.level is Level.ESTATE:
        return (lower.parent, city_of(lower.parent), NATION)
    return (lower.parent, NATION)


def _may_meet(one: PolicyFile, other: PolicyFile) -> bool:
    """Return whether both can be in force on one day; a version without a date may be so on any day."""
    for earlier, later in ((one, other), (other, one)):
        last, first = earlier.effective_to, later.effective_from
        if last is not None and first is not None and last < first:
            return False
    return True


def widenings(lower: PolicyFile, upper: PolicyFile) -> Iterator[Problem]:
    """Return where the lower file goes beyond what the upper one provides, at the lower file's lines.

    An instrument that the upper file does not provide, or delegates, leaves the lower one free.
    """
    for key, upper_instrument in upper.instruments.items():
        if upper_instrument.status is Status.DELEGATED:
            continue
        lower_instrument = lower.instruments.get(key)
        if lower_instrument is None:
            continue
        if upper_instrument.status is Status.REQUIRED and lower_instrument.status is not Status.REQUIRED:
            yield Problem(
                lower.path,
                lower.lines[key],
                f"{key} is required by {upper.id} and may not be {lower_instrument.status}",
            )
        yield from _value_widenings(lower, lower_instrument, upper, upper_instrument)


def _value_widenings(
    lower: PolicyFile, lower_instrument: Instrument, upper: PolicyFile, upper_instrument: Instrument
) -> Iterator[Problem]:
    for name, declaration in declared(type(upper_instrument), Declared).items():
        upper_value, lower_value = getattr(upper_instrument, name), getattr(lower_instrument, name)
        if upper_value is None or _stays_inside(declaration.narrows, lower_value, upper_value):
            continue
        place = f"{lower_instrument.key}.{declaration.key}"
        line = lower.lines.get(place, lower.lines[lower_instrument.key])
        bound = declaration.kind.plain(upper_value)
        yield Problem(lower.path, line, f"{place} {declaration.narrows.value}: {upper.id} says {bound}")


def _stays_inside(narrows: Narrowing, lower: Any, upper: Any) -> bool:
    if narrows is Narrowing.FREE:
        return True
    if lower is None:
        return False
    if narrows is Narrowing.SUBSET:
        return set(lower) <= set(upper)
    if narrows is Narrowing.SAME:
        return bool(lower == upper)
    if isinstance(upper, tuple):
        pairs = zip(lower, upper, strict=False)
        return len(lower) <= len(upper) and all(_stays_inside(narrows, below, above) for below, above in pairs)
    return bool(lower <= upper if narrows is Narrowing.CEILING else lower >= upper)
