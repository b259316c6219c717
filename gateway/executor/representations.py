"""Find the objects a fetch is about and build their representations, equal ones once."""

from collections.abc import Iterator, Sequence
from typing import Any

import orjson

from gateway.planner.plan import Entity, Fetch, RepresentationField
from gateway.supergraph.model import Supergraph

JsonObject = dict[str, Any]

_MISSING = object()


class RepresentationBuilder:
    """Prepared once per fetch: the way to its objects, and how to represent one of them."""

    def __init__(self, fetch: Fetch, supergraph: Supergraph) -> None:
        self.steps = [
            (key, None if condition is None else supergraph.possible_types(condition)) for key, condition in fetch.path
        ]
        self.types = None if fetch.type_condition is None else supergraph.possible_types(fetch.type_condition)
        self.entity = fetch.entity
        self._conditions = {
            one.type_condition: supergraph.possible_types(one.type_condition)
            for one in _all_fields(fetch.entity.representation if fetch.entity else ())
            if one.type_condition is not None
        }

    def objects(self, data: JsonObject) -> list[JsonObject]:
        """Return the gathered objects at the fetch's position that it is for."""
        found = [data]
        for key, types in self.steps:
            below: list[Any] = []
            for one in found:
                if types is not None and one.get("__typename") not in types:
                    continue
                value = one.get(key)
                if value.__class__ is dict:
                    below.append(value)
                elif value.__class__ is list:
                    _flatten(value, below)
            found = below
        if self.types is not None:
            types = self.types
            found = [one for one in found if one.get("__typename") in types]
        return found

    def represent(self, one: JsonObject, entity: Entity) -> JsonObject | None:
        """Return the representation, or None when a key is null or a needed value is missing."""
        type_name = entity.type_name
        if entity.known_types:
            actual = one.get("__typename", type_name)
            if actual != type_name and actual not in entity.known_types:
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
        below: JsonObject = {}
        if "__typename" in value:
            below["__typename"] = value["__typename"]
        return below if self._take(one.children, value, below) else _MISSING


class Representations:
    """The distinct representations of one entity call, and which gathered objects wait for each answer."""

    def __init__(self) -> None:
        self.values: list[JsonObject] = []
        self.targets: list[list[JsonObject]] = []
        self._numbers: dict[bytes, int] = {}

    def add(self, builder: RepresentationBuilder, entity: Entity, data: JsonObject) -> None:
        """Add the representations of a fetch's objects."""
        for one in builder.objects(data):
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
