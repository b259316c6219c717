"""Take contextual arguments from the ancestors of objects; objects with equal arguments are asked together."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import orjson

from gateway.executor.representations import JsonObject, RepresentationBuilder, Representations
from gateway.planner.plan import ContextVariable, Fetch, RepresentationField
from gateway.supergraph.model import Supergraph

_MISSING = object()

Values = tuple[Any, ...]


@dataclass(slots=True)
class ContextGroup:
    """Representations that share the values of their contextual arguments."""

    values: Values
    representations: Representations


class ContextReader:
    """Finds the objects of one fetch with their contexts' values; prepared once per fetch."""

    def __init__(self, fetch: Fetch, supergraph: Supergraph, builder: RepresentationBuilder) -> None:
        self.fetch = fetch
        self.supergraph = supergraph
        self.builder = builder
        self._by_depth: dict[int, list[tuple[int, frozenset[str] | None, Sequence[RepresentationField]]]] = {}
        for number, context in enumerate(fetch.contexts):
            for source in context.sources:
                self._by_depth.setdefault(source.depth, []).append((number, source.types, source.values))

    def groups(self, data: JsonObject) -> list[ContextGroup]:
        """Return the fetch's representations by the values of their contexts; objects without a value are left out."""
        found: dict[bytes, ContextGroup] = {}
        objects: dict[bytes, list[JsonObject]] = {}
        for one, values in self._objects(data, 0, (_MISSING,) * len(self.fetch.contexts)):
            if not all(map(_is_usable, self.fetch.contexts, values)):
                continue
            signature = orjson.dumps(values)
            if signature not in found:
                found[signature] = ContextGroup(values, Representations())
                objects[signature] = []
            objects[signature].append(one)
        if self.fetch.entity is not None:
            for signature, group in found.items():
                group.representations.add_objects(self.builder, self.fetch.entity, objects[signature])
        return [group for group in found.values() if group.representations.values]

    def _objects(self, value: Any, depth: int, values: Values) -> Iterator[tuple[JsonObject, Values]]:
        if isinstance(value, list):
            for item in value:
                yield from self._objects(item, depth, values)
        elif isinstance(value, dict):
            for number, types, fields in self._by_depth.get(depth, ()):
                if types is None or value.get("__typename") in types:
                    values = (*values[:number], self._take(fields, value), *values[number + 1 :])
            steps = self.builder.steps
            types = self.builder.types if depth == len(steps) else steps[depth][1]
            if types is not None and value.get("__typename") not in types:
                return
            if depth == len(steps):
                yield value, values
            else:
                yield from self._objects(value.get(steps[depth][0]), depth + 1, values)

    def _take(self, fields: Sequence[RepresentationField], source: Any) -> Any:
        if source is None:
            return None
        if isinstance(source, list):
            taken = [self._take(fields, item) for item in source]
            return _MISSING if any(item is _MISSING for item in taken) else taken
        if not isinstance(source, dict):
            return _MISSING
        for one in fields:
            condition = one.type_condition
            if condition is not None and source.get("__typename", condition) not in {
                condition,
                *self.supergraph.possible_types(condition),
            }:
                continue
            value = source.get(one.key, _MISSING)
            return self._take(one.children, value) if one.children and value is not _MISSING else value
        return _MISSING


def context_values(contexts: Sequence[ContextVariable], group: ContextGroup, suffix: str) -> Mapping[str, Any]:
    """Return the variables of one group."""
    return {f"{context.name}{suffix}": value for context, value in zip(contexts, group.values, strict=True)}


def _is_usable(context: ContextVariable, value: Any) -> bool:
    # A null for an argument that takes none would have the subgraph refuse the whole request.
    return value is not _MISSING and not (value is None and context.type_text.endswith("!"))
