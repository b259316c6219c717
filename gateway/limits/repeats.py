"""How often validation must compare fields that answer under one key: with the square of the repeats."""

from collections.abc import Iterable, Mapping

from gateway.limits.outline import Asked, Definition, Outline
from gateway.limits.refusal import LimitExceeded

# Unfolding one field here is charged as so many comparisons, which bounds the counting itself.
UNFOLDED_FIELD = 15


class Comparisons:
    """Counts the comparisons of one document, and stops at the limit."""

    def __init__(self, outline: Outline, maximum: int) -> None:
        self._fragments: Mapping[str, Definition] = outline.fragments
        self._maximum = maximum
        self._count = 0
        self._seen: set[tuple[int, ...]] = set()

    def add(self, definition: Definition) -> None:
        """Count the definition; raises LimitExceeded."""
        waiting: list[list[Asked]] = [[definition.asked]]
        while waiting:
            places = waiting.pop()
            identity = tuple(map(id, places))
            if identity in self._seen:
                continue
            self._seen.add(identity)
            by_key: dict[str, list[Asked]] = {}
            fragments = 0
            for place in self._unfolded(places):
                fragments += 1
                self._spend(UNFOLDED_FIELD * (1 + len(place.children)))
                for key, asked in place.children.items():
                    by_key.setdefault(key, []).append(asked)
            self._spend(fragments * (fragments - 1) // 2)
            for same in by_key.values():
                repeats = sum(asked.count for asked in same)
                if repeats > 1:
                    self._spend(repeats * (repeats - 1) // 2)
                deeper = [asked for asked in same if asked.children or asked.spreads]
                if deeper:
                    waiting.append(deeper)

    def _unfolded(self, places: Iterable[Asked]) -> Iterable[Asked]:
        spread: set[str] = set()
        waiting = list(places)
        while waiting:
            place = waiting.pop()
            yield place
            for name in place.spreads:
                if name not in spread and name in self._fragments:
                    spread.add(name)
                    waiting.append(self._fragments[name].asked)

    def _spend(self, comparisons: int) -> None:
        self._count += comparisons
        if self._count > self._maximum:
            raise LimitExceeded("field_comparisons", self._maximum, self._count)
