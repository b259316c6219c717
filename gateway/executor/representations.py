"""Find the objects a fetch is about and build their representations, equal ones once.

A builder is prepared once per fetch. Where the key is flat (scalars on one type, as nearly always) it is generated
code; otherwise it walks the representation's description. Both skip objects whose key is null or whose needs are
missing.
"""

from collections.abc import Callable, Iterator, Sequence
from typing import Any

import orjson
from graphql import ListTypeNode, NonNullTypeNode

from gateway.executor.generated_code import build_function
from gateway.planner.plan import Entity, Fetch, RepresentationField
from gateway.planner.query_tree import Position
from gateway.supergraph.model import Kind, Supergraph

JsonObject = dict[str, Any]
Collect = Callable[[list[JsonObject], dict[Any, int], list[JsonObject], list[list[JsonObject]]], None]

_MISSING = object()
_SCALARS = frozenset({"ID", "String", "Int", "Float", "Boolean"})


class ObjectFinder:
    """The way to a position's objects of one type (None: of any)."""

    def __init__(self, position: Position, type_condition: str | None, supergraph: Supergraph) -> None:
        self.steps = [
            (key, None if condition is None else supergraph.possible_types(condition))
            for key, condition in position.path()
        ]
        self.types = None if type_condition is None else supergraph.possible_types(type_condition)
        self.walk = _generate_walk(position, self.steps, self.types, supergraph)

    def objects(self, data: JsonObject) -> list[JsonObject]:
        """Return the gathered objects at the position."""
        try:
            return self.walk(data)
        except TypeError:
            # Some subgraph answered another shape than its schema says; what is well-formed is still found.
            return self._walk_any_shape(data)

    def _walk_any_shape(self, data: JsonObject) -> list[JsonObject]:
        found = [data]
        for key, types in self.steps:
            below: list[Any] = []
            for one in found:
                if types is not None and not _is_of(one, types):
                    continue
                _flatten([one.get(key)], below)
            found = below
        if self.types is None:
            return found
        return [one for one in found if _is_of(one, self.types)]


class RepresentationBuilder(ObjectFinder):
    """The way to a fetch's objects, and how to represent one of them."""

    def __init__(self, fetch: Fetch, supergraph: Supergraph) -> None:
        super().__init__(fetch.position, fetch.type_condition, supergraph)
        self.entity = fetch.entity
        self.collect = _generate_collect(fetch.entity, supergraph) if fetch.entity is not None else None
        self._conditions = {
            one.type_condition: supergraph.possible_types(one.type_condition)
            for one in _all_fields(fetch.entity.representation if fetch.entity else ())
            if one.type_condition is not None
        }

    def represent(self, one: JsonObject, entity: Entity) -> JsonObject | None:
        """Return the representation, or None when a key is null or a needed value is missing."""
        type_name = entity.type_name
        if entity.known_types:
            actual = one.get("__typename", type_name)
            if not isinstance(actual, str) or (actual != type_name and actual not in entity.known_types):
                return None
            type_name = actual
        built: JsonObject = {"__typename": type_name}
        return built if self._take(entity.representation, one, built) else None

    def _take(self, fields: Sequence[RepresentationField], source: JsonObject, built: JsonObject) -> bool:
        for one in fields:
            if (
                one.type_condition is not None
                and source.get("__typename", one.type_condition) not in (self._conditions[one.type_condition])
            ):
                continue
            value = source.get(one.key, _MISSING)
            if value is _MISSING or (value is None and one.required):
                return False
            if one.children:
                value = self._take_below(one, value)
                if value is _MISSING:
                    return False
            built[one.name] = value
        return True

    def _take_below(self, one: RepresentationField, value: Any) -> Any:
        if value is None:
            return None
        if isinstance(value, list):
            taken = [self._take_below(one, item) for item in value]
            return _MISSING if any(item is _MISSING for item in taken) else taken
        if not isinstance(value, dict):
            return _MISSING
        below: JsonObject = {}
        if "__typename" in value:
            below["__typename"] = value["__typename"]
        return below if self._take(one.children, value, below) else _MISSING


class Representations:
    """The distinct representations of one entity call, and which gathered objects wait for each answer."""

    def __init__(self) -> None:
        self.values: list[JsonObject] = []
        self.targets: list[list[JsonObject]] = []
        self._numbers: dict[Any, int] = {}

    def add(self, builder: RepresentationBuilder, entity: Entity, data: JsonObject) -> None:
        """Add the representations of a fetch's objects."""
        self.add_objects(builder, entity, builder.objects(data))

    def add_objects(self, builder: RepresentationBuilder, entity: Entity, objects: list[JsonObject]) -> None:
        """Add the representations of these objects."""
        if builder.collect is not None:
            builder.collect(objects, self._numbers, self.values, self.targets)
            return
        for one in objects:
            built = builder.represent(one, entity)
            if built is None:
                continue
            signature = orjson.dumps(built)
            number = self._numbers.get(signature)
            if number is None:
                self._numbers[signature] = len(self.values)
                self.values.append(built)
                self.targets.append([one])
            else:
                self.targets[number].append(one)


def _generate_walk(
    position: Position,
    steps: Sequence[tuple[str, frozenset[str] | None]],
    types: frozenset[str] | None,
    supergraph: Supergraph,
) -> Callable[[JsonObject], list[JsonObject]]:
    """Return a function that finds the position's objects; it raises TypeError for a scalar where a list belongs."""
    names: dict[str, Any] = {"dict": dict}
    lines = ["def walk(data):", "    found = [data]"]
    for number, ((key, condition), depth) in enumerate(zip(steps, _list_depths(position, supergraph), strict=True)):
        names[f"key{number}"] = key
        test = ""
        if condition is not None:
            names[f"types{number}"] = condition
            test = f" if o.get('__typename') in types{number}"
        if depth == 0:
            lines.append(f"    found = [o.get(key{number}) for o in found{test}]")
        else:
            lines.append(f"    found = [x for o in found{test} for x in o.get(key{number}) or ()]")
            lines.extend(["    found = [x for o in found for x in o or ()]"] * (depth - 1))
        lines.append("    found = [o for o in found if o.__class__ is dict]")
    if types is not None:
        names["types"] = types
        lines.append("    found = [o for o in found if o.get('__typename') in types]")
    lines.append("    return found")
    return build_function("walk", lines, names)


def _list_depths(position: Position, supergraph: Supergraph) -> list[int]:
    depths: list[int] = []
    via = position.parent
    while via is not None:
        known = supergraph.field(via.type_condition, via.name)
        node = known.type_node if known is not None else None
        depth = 0
        while isinstance(node, ListTypeNode | NonNullTypeNode):
            depth += isinstance(node, ListTypeNode)
            node = node.type
        depths.append(depth)
        via = via.position.parent
    return depths[::-1]


def _generate_collect(entity: Entity, supergraph: Supergraph) -> Collect | None:
    """Return a function that represents objects by a flat key, or None when the key is not flat."""
    if entity.known_types or not all(_is_flat(one, entity, supergraph) for one in entity.representation):
        return None
    lines = ["def collect(objects, numbers, values, targets):", "    for o in objects:"]
    names: dict[str, Any] = {
        "missing": _MISSING,
        "len": len,
        "type_name": entity.type_name,
        "signature": tuple(one.name for one in entity.representation),
    }
    parts = ["'__typename': type_name"]
    key = ["signature"]
    for number, one in enumerate(entity.representation):
        if one.required:
            lines += [f"        a{number} = o.get({one.key!r})", f"        if a{number} is None: continue"]
        else:
            lines += [f"        a{number} = o.get({one.key!r}, missing)", f"        if a{number} is missing: continue"]
        parts.append(f"{one.name!r}: a{number}")
        key.append(f"a{number}")
    lines += [
        f"        key = ({', '.join(key)},)",
        "        try: number = numbers.get(key)",
        "        except TypeError: continue",  # A list or object where the schema has a scalar.
        "        if number is None:",
        "            numbers[key] = len(values)",
        f"            values.append({{{', '.join(parts)}}})",
        "            targets.append([o])",
        "        else: targets[number].append(o)",
    ]
    return build_function("collect", lines, names)


def _is_flat(one: RepresentationField, entity: Entity, supergraph: Supergraph) -> bool:
    known = supergraph.field(entity.type_name, one.name)
    if one.children or one.type_condition is not None or known is None:
        return False
    node = known.type_node.type if isinstance(known.type_node, NonNullTypeNode) else known.type_node
    if isinstance(node, ListTypeNode):
        return False
    of_type = supergraph.types.get(known.type_name)
    return known.type_name in _SCALARS or (of_type is not None and of_type.kind is Kind.ENUM)


def _is_of(one: JsonObject, types: frozenset[str]) -> bool:
    type_name = one.get("__typename")
    return isinstance(type_name, str) and type_name in types


def _flatten(values: list[Any], into: list[Any]) -> None:
    for value in values:
        if value.__class__ is dict:
            into.append(value)
        elif value.__class__ is list:
            _flatten(value, into)


def _all_fields(fields: Sequence[RepresentationField]) -> Iterator[RepresentationField]:
    for one in fields:
        yield one
        yield from _all_fields(one.children)
