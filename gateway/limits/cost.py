"""The cost of an operation, by the rules of `@cost` and `@listSize`: a sum of products over list sizes.

Each field counts its weight once per value asked for. A list is as long as its slicing argument says; where that is a
variable, the cost stays a polynomial that each request fills in.
"""

from collections.abc import Mapping
from typing import Any

from gateway.limits.outline import HANDED_DOWN, Definition, Outline, Polynomial, Sizes, Spread
from gateway.limits.refusal import at_most

TERMS_MAX = 5_000  # Adding one up costs some microseconds.


class CostAccount:
    """Adds up the definitions of one document; every fragment once."""

    def __init__(self, outline: Outline, list_size_assumed: int) -> None:
        self._fragments: Mapping[str, Definition] = outline.fragments
        self._assumed = list_size_assumed
        self._known: dict[str, Polynomial] = {}
        self._inside: set[str] = set()
        self._terms = 0

    def cost_of(self, definition: Definition) -> Polynomial:
        """Return the cost of an operation or fragment; an unknown or circular spread costs nothing.

        Raises LimitExceeded when the variable list sizes of the document combine into too many terms.
        """
        total = dict(definition.cost)
        for spread in definition.spreads:
            below = self._fragment(spread.name)
            self._terms += len(below)
            at_most("cost_terms", TERMS_MAX, self._terms)
            for sizes, cost in below.items():
                times, more = self._handed_down(spread, sizes)
                where = tuple(sorted((*spread.sizes, *more)))
                total[where] = total.get(where, 0) + cost * spread.times * times
        return total

    def _fragment(self, name: str) -> Polynomial:
        known = self._known.get(name)
        if known is not None:
            return known
        definition = self._fragments.get(name)
        if definition is None or name in self._inside:
            return {}
        self._inside.add(name)
        known = self._known[name] = self.cost_of(definition)
        self._inside.discard(name)
        return known

    def _handed_down(self, spread: Spread, sizes: Sizes) -> tuple[int, Sizes]:
        """Fill the length that the fragment's lists take from where it is spread."""
        if HANDED_DOWN not in sizes:
            return 1, sizes
        rest = tuple(size for size in sizes if size != HANDED_DOWN)
        given = spread.handed_size
        if isinstance(given, str):
            return 1, (*rest, given)
        return self._assumed if given is None else given, rest


def evaluate(
    cost: Polynomial, variables: Mapping[str, Any], defaults: Mapping[str, int], list_size_assumed: int
) -> tuple[int, int]:
    """Return the cost for these variables, and the longest list they ask for."""
    total = 0
    known: dict[str, int] = {}
    for sizes, amount in cost.items():
        for size in sizes:
            value = known.get(size)
            if value is None:
                value = known[size] = _value(size, variables, defaults, list_size_assumed)
            amount *= value
        total += amount
    return total, max(known.values(), default=0)


def _value(size: str, variables: Mapping[str, Any], defaults: Mapping[str, int], list_size_assumed: int) -> int:
    given = _given(size, variables, defaults)
    return list_size_assumed if given is None else given


def _given(size: str, variables: Mapping[str, Any], defaults: Mapping[str, int]) -> int | None:
    name, *path = size.split(".")
    value = variables.get(name, defaults.get(name))
    for step in path:
        value = value.get(step) if isinstance(value, Mapping) else None
    return value if isinstance(value, int) and not isinstance(value, bool) and value >= 0 else None
