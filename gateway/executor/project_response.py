"""Shape the gathered data as the public schema says: names, order, types, and null where the specification puts it."""

from dataclasses import dataclass
from typing import Any

from graphql import (
    GraphQLAbstractType,
    GraphQLEnumType,
    GraphQLField,
    GraphQLInterfaceType,
    GraphQLList,
    GraphQLNamedOutputType,
    GraphQLNonNull,
    GraphQLObjectType,
    GraphQLOutputType,
    GraphQLSchema,
    is_abstract_type,
    is_composite_type,
    is_leaf_type,
)

from gateway.executor.errors import ErrorCollector
from gateway.executor.representations import JsonObject
from gateway.planner.query_tree import Position, QueryField
from gateway.supergraph.model import Supergraph

INT_MAX = 2**31 - 1

Path = list[str | int]


class NullBubble(Exception):
    """A null where the schema allows none: the nearest nullable holder becomes null."""


@dataclass(frozen=True, slots=True)
class ProjectedField:
    """One response name of objects of one type."""

    response_name: str
    key: str
    field: GraphQLField | None
    child: Position | None
    # The data holds the answer as it is, of the schema itself.
    ready: bool = False


class Projection:
    """Prepared per plan; remembers which fields each object type answers at each position."""

    def __init__(self, supergraph: Supergraph) -> None:
        self.supergraph = supergraph
        self.schema: GraphQLSchema = supergraph.public_schema
        self._fields: dict[tuple[Position, str], tuple[ProjectedField, ...]] = {}

    def fields_for(self, position: Position, type_name: str) -> tuple[ProjectedField, ...]:
        """Return what an object of the type answers at the position, in the order of the document."""
        known = self._fields.get((position, type_name))
        if known is None:
            known = self._fields[position, type_name] = tuple(self._collect(position, type_name))
        return known

    def only_type(self, of_type: GraphQLAbstractType) -> str:
        """Return the one object type of an abstract type that has no other, else the abstract type itself."""
        possible = self.supergraph.possible_types(of_type.name)
        public = [one.name for one in self.schema.get_possible_types(of_type)]
        return public[0] if len(public) == len(possible) == 1 else of_type.name

    def _collect(self, position: Position, type_name: str) -> list[ProjectedField]:
        chosen: dict[str, QueryField] = {}
        possible = self.supergraph.possible_types
        # More than one where only an interface object answered, and nobody told the type.
        standing = possible(type_name)
        for one in sorted(position.fields, key=lambda each: each.order):
            if one.response_name is None or one.is_expansion or one.response_name in chosen:
                continue
            if one.type_condition != type_name and not standing <= possible(one.type_condition):
                continue
            if one.expanded:
                variant = (one.expansion or {}).get(type_name)
                if variant is None:
                    continue
                one = variant
            chosen[one.response_name or one.key] = one
        of_type = self.schema.get_type(type_name)
        fields = of_type.fields if isinstance(of_type, GraphQLObjectType | GraphQLInterfaceType) else {}
        return [
            ProjectedField(name, one.key, fields.get(one.name), one.child, bool(one.introspection))
            for name, one in chosen.items()
            if one.name == "__typename" or one.introspection or one.name in fields
        ]


class ResponseWriter:
    """Shapes one answer; errors of completion go to the collector once per cause."""

    def __init__(self, projection: Projection, errors: ErrorCollector) -> None:
        self.projection = projection
        self.errors = errors
        # A subgraph's error has been told already; the nulls that follow from it are not told again.
        self.quiet = bool(errors.errors)

    def write(self, root: Position, data: JsonObject) -> JsonObject | None:
        """Return the response's `data`."""
        try:
            return self._object(root, root.type_name, data, [])
        except NullBubble:
            return None

    def _object(self, position: Position, type_name: str, source: JsonObject, path: Path) -> JsonObject:
        answer: JsonObject = {}
        for one in self.projection.fields_for(position, type_name):
            name = one.response_name
            if one.ready:
                answer[name] = source.get(one.key)
                continue
            path.append(name)
            if one.field is None:
                if is_abstract_type(self.projection.schema.get_type(type_name)):
                    self._report(f"No subgraph told the object's type; it is some {type_name}.", path)
                    raise NullBubble
                answer[name] = type_name
                path.pop()
                continue
            answer[name] = self._value(one.field.type, one, source.get(one.key), path, type_name)
            path.pop()
        return answer

    def _value(self, of_type: GraphQLOutputType, one: ProjectedField, value: Any, path: Path, holder: str) -> Any:
        if isinstance(of_type, GraphQLNonNull):
            depth = len(path)
            try:
                completed = self._value(of_type.of_type, one, value, path, holder)
            except NullBubble:
                del path[depth:]
                raise
            if completed is None:
                if value is None:
                    self._report(f"Cannot return null for non-nullable field {holder}.{path_name(path)}.", path)
                raise NullBubble
            return completed
        depth = len(path)
        try:
            return self._nullable(of_type, one, value, path, holder)
        except NullBubble:
            del path[depth:]
            return None

    def _nullable(self, of_type: GraphQLOutputType, one: ProjectedField, value: Any, path: Path, holder: str) -> Any:
        if value is None:
            return None
        if isinstance(of_type, GraphQLList):
            if not isinstance(value, list):
                self._report(f"Expected a list for {holder}.{path_name(path)}.", path)
                return None
            answers = []
            for index, item in enumerate(value):
                path.append(index)
                answers.append(self._value(of_type.of_type, one, item, path, holder))
                path.pop()
            return answers
        if is_leaf_type(of_type):
            completed = complete_leaf(of_type, value)
            if completed is None:
                self._report(f"{of_type.name} cannot represent the value of {holder}.{path_name(path)}.", path)
            return completed
        if is_composite_type(of_type) and one.child is not None:
            return self._composite(of_type, one.child, value, path)
        return None

    def _composite(self, of_type: GraphQLNamedOutputType, child: Position, value: Any, path: Path) -> Any:
        if not isinstance(value, dict):
            self._report(f"Expected an object of type {of_type.name}.", path)
            return None
        if not is_abstract_type(of_type):
            return self._object(child, of_type.name, value, path)
        type_name = value.get("__typename")
        if type_name is None:
            # Only an interface object answered; what the interface itself has can still be shown.
            return self._object(child, self.projection.only_type(of_type), value, path)
        actual = self.projection.schema.get_type(type_name) if isinstance(type_name, str) else None
        if not isinstance(actual, GraphQLObjectType) or not _is_member(self.projection.schema, of_type, actual):
            self._report(f"The value's type is not a known member of {of_type.name}.", path)
            return None
        return self._object(child, type_name, value, path)

    def _report(self, message: str, path: Path) -> None:
        if self.quiet:
            return
        self.errors.add(message, path=list(path), code="INTERNAL_SERVER_ERROR")


def _is_member(schema: GraphQLSchema, of_type: GraphQLNamedOutputType, actual: GraphQLObjectType) -> bool:
    return isinstance(of_type, GraphQLAbstractType) and schema.is_sub_type(of_type, actual)


def path_name(path: Path) -> str:
    """Return the last name of a path."""
    return next((str(step) for step in reversed(path) if isinstance(step, str)), "")


def complete_leaf(of_type: GraphQLNamedOutputType, value: Any) -> Any:
    """Return the value as the leaf type's JSON, or None when it cannot be one."""
    if isinstance(of_type, GraphQLEnumType):
        return value if isinstance(value, str) and value in of_type.values else None
    check = _BUILT_IN.get(of_type.name)
    return value if check is None else check(value)


def _int(value: Any) -> Any:
    if isinstance(value, bool) or not isinstance(value, int | float) or value != int(value):
        return None
    return int(value) if -INT_MAX - 1 <= value <= INT_MAX else None


def _float(value: Any) -> Any:
    return value if isinstance(value, int | float) and not isinstance(value, bool) else None


def _string(value: Any) -> Any:
    if isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(value) if isinstance(value, int | float) else None


def _boolean(value: Any) -> Any:
    return value if isinstance(value, bool) else None


def _id(value: Any) -> Any:
    if isinstance(value, str):
        return value
    return str(value) if isinstance(value, int) and not isinstance(value, bool) else None


_BUILT_IN = {"Int": _int, "Float": _float, "String": _string, "Boolean": _boolean, "ID": _id}
