"""A cache with two bounds: how many values, and how much they weigh together."""

from collections import OrderedDict
from collections.abc import Callable
from itertools import islice
from typing import Any, Generic, TypeVar

Cached = TypeVar("Cached")


class BoundedCache(Generic[Cached]):
    """Keeps the most recently used values, at most `size` of them that weigh `weight_max` together.

    A number alone is no bound of memory: one value may be a thousand times as large as another.
    """

    def __init__(self, size: int, weight_max: int, weigh: Callable[[Any, Cached], int]) -> None:
        self.size = size
        self.weight_max = weight_max
        self.weight = 0
        self._weigh = weigh
        self._values: OrderedDict[Any, Cached] = OrderedDict()

    def get(self, key: Any) -> Cached | None:
        """Return the value and mark it used."""
        value = self._values.get(key)
        if value is not None:
            self._values.move_to_end(key)
        return value

    def put(self, key: Any, value: Cached) -> None:
        """Keep the value, dropping those unused for longest; one that is too heavy alone is not kept."""
        replaced = self._values.pop(key, None)
        if replaced is not None:
            self.weight -= self._weigh(key, replaced)
        self._values[key] = value
        self.weight += self._weigh(key, value)
        while len(self._values) > self.size or self.weight > self.weight_max:
            oldest, dropped = self._values.popitem(last=False)
            self.weight -= self._weigh(oldest, dropped)

    def recent(self, number_max: int) -> list[tuple[Any, Cached]]:
        """Return the most recently used keys and values, the latest first."""
        return list(islice(reversed(self._values.items()), number_max))

    def __len__(self) -> int:
        return len(self._values)
