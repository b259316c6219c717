"""Depth, aliases, fields and root fields of an operation, and how long its longest list is, fragments included."""

from collections.abc import Mapping
from dataclasses import dataclass

from gateway.limits.outline import Definition, Outline
from gateway.limits.refusal import LimitExceeded

FRAGMENTS_IN_FRAGMENTS_MAX = 200  # As deep as the parser lets brackets nest.


@dataclass(frozen=True, slots=True)
class Counts:
    """What one definition has, its fragments counted wherever they are spread."""

    depth: int
    aliases: int
    fields: int
    root_fields: int
    list_size: int


class Counter:
    """Counts the definitions of one document; every fragment once."""

    def __init__(self, outline: Outline) -> None:
        self._fragments: Mapping[str, Definition] = outline.fragments
        self._known: dict[str, Counts] = {}
        self._inside: list[str] = []

    def count(self, definition: Definition) -> Counts:
        """Return the counts of an operation or fragment; an unknown or circular spread counts nothing."""
        depth, aliases, fields = definition.depth, definition.aliases, definition.fields
        root_fields, list_size = definition.root_fields, definition.list_size
        for spread in definition.spreads:
            below = self._fragment(spread.name)
            if below is not None:
                depth = max(depth, spread.depth + below.depth)
                aliases += below.aliases
                fields += below.fields
                list_size = max(list_size, below.list_size)
                if spread.depth == 0:
                    root_fields += below.root_fields
        return Counts(depth, aliases, fields, root_fields, list_size)

    def _fragment(self, name: str) -> Counts | None:
        known = self._known.get(name)
        definition = self._fragments.get(name)
        if known is not None or definition is None or name in self._inside:
            return known
        self._inside.append(name)
        if len(self._inside) > FRAGMENTS_IN_FRAGMENTS_MAX:
            raise LimitExceeded("fragments_in_fragments", FRAGMENTS_IN_FRAGMENTS_MAX, len(self._inside))
        counted = self._known[name] = self.count(definition)
        self._inside.pop()
        return counted
