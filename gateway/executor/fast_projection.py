"""Shape answers with generated code: one function per position and object type.

The functions cover the ordinary case, in which every value is of its type. At the first value that is not (a null
where none may be, an unknown enum value, a type the client may not see) they raise NeedsExactShaping, and the answer is
shaped again by `project_response`, which knows about errors and null propagation. Both give the same answer wherever
the fast one gives one.
"""

from collections.abc import Callable
from typing import Any

from graphql import (
    GraphQLEnumType,
    GraphQLList,
    GraphQLNonNull,
    GraphQLObjectType,
    GraphQLOutputType,
    is_abstract_type,
    is_leaf_type,
)

from gateway.executor.generated_code import build_function
from gateway.executor.project_response import ProjectedField, Projection
from gateway.planner.query_tree import Position

Shape = Callable[[Any], Any]

_CLASS_CHECKS = {
    "String": "{v}.__class__ is str",
    "ID": "{v}.__class__ is str",
    "Boolean": "{v}.__class__ is bool",
    "Float": "({v}.__class__ is float or {v}.__class__ is int)",
    "Int": "({v}.__class__ is int and -2147483648 <= {v} <= 2147483647)",
}


class NeedsExactShaping(Exception):
    """A value is not what its type says; errors and nulls have to be placed with care."""


class FastProjection:
    """Generates and keeps the functions of one plan; types behind an interface are generated when they first occur."""

    def __init__(self, projection: Projection) -> None:
        self.projection = projection
        self._functions: dict[tuple[Position, str], Shape] = {}

    def function_for(self, position: Position, type_name: str) -> Shape:
        """Return the function that shapes objects of the type at the position."""
        known = self._functions.get((position, type_name))
        if known is None:
            known = self._functions[position, type_name] = self._generate(position, type_name)
        return known

    def _generate(self, position: Position, type_name: str) -> Shape:
        # Values that the source cannot spell are passed by name; names of the schema appear only as string literals.
        names: dict[str, Any] = {"NeedsExactShaping": NeedsExactShaping, "dict": dict, "list": list, "str": str}
        lines = ["def shape(o):", "    if o.__class__ is not dict: raise NeedsExactShaping", "    get = o.get"]
        parts: list[str] = []
        for number, one in enumerate(self.projection.fields_for(position, type_name)):
            if one.ready:
                parts.append(f"{one.response_name!r}: get({one.key!r})")
                continue
            if one.field is None:
                parts.append(f"{one.response_name!r}: {type_name!r}")
                continue
            value = f"v{number}"
            lines.append(f"    {value} = get({one.key!r})")
            lines.extend(f"    {line}" for line in self._check(one.field.type, one, value, number, names))
            parts.append(f"{one.response_name!r}: {value}")
        lines.append("    return {" + ", ".join(parts) + "}")
        return build_function("shape", lines, names)

    def _check(
        self, of_type: GraphQLOutputType, one: ProjectedField, value: str, number: int, names: dict[str, Any]
    ) -> list[str]:
        """Return the lines that check a leaf in place or replace a composite value by its shaped form."""
        if isinstance(of_type, GraphQLNonNull):
            inner = of_type.of_type
            if is_leaf_type(inner):
                test = self._leaf_test(inner, value, number, names)
                return [
                    f"if not {test}: raise NeedsExactShaping"
                    if test
                    else f"if {value} is None: raise NeedsExactShaping"
                ]
            return [
                f"if {value} is None: raise NeedsExactShaping",
                f"{value} = {self._shaped(inner, one, value, number, names)}",
            ]
        if is_leaf_type(of_type):
            test = self._leaf_test(of_type, value, number, names)
            return [f"if {value} is not None and not {test}: raise NeedsExactShaping"] if test else []
        return [f"if {value} is not None: {value} = {self._shaped(of_type, one, value, number, names)}"]

    def _shaped(
        self, of_type: GraphQLOutputType, one: ProjectedField, value: str, number: int, names: dict[str, Any]
    ) -> str:
        """Return an expression for a value that is not null."""
        if isinstance(of_type, GraphQLList):
            function = f"items{number}_{len(names)}"
            names[function] = self._list_function(of_type.of_type, one)
            return f"{function}({value})"
        function = f"object{number}_{len(names)}"
        names[function] = self._object_function(of_type, one)
        return f"{function}({value})"

    def _object_function(self, of_type: GraphQLOutputType, one: ProjectedField) -> Shape:
        if one.child is None:
            return _refuse
        if isinstance(of_type, GraphQLObjectType):
            return self.function_for(one.child, of_type.name)
        if is_abstract_type(of_type):
            possible = frozenset(each.name for each in self.projection.schema.get_possible_types(of_type))
            return _by_type_name(self, one.child, possible)
        return _refuse

    def _list_function(self, item_type: GraphQLOutputType, one: ProjectedField) -> Shape:
        nullable = not isinstance(item_type, GraphQLNonNull)
        inner = item_type.of_type if isinstance(item_type, GraphQLNonNull) else item_type
        names: dict[str, Any] = {"NeedsExactShaping": NeedsExactShaping}
        lines = ["def items(values):", "    if values.__class__ is not list: raise NeedsExactShaping"]
        if is_leaf_type(inner):
            test = self._leaf_test(inner, "v", 0, names)
            conditions = [part for part in ("v is not None" if nullable else "", f"not {test}" if test else "") if part]
            if not nullable and not test:
                conditions = ["v is None"]
            if test or not nullable:
                lines += ["    for v in values:", f"        if {' and '.join(conditions)}: raise NeedsExactShaping"]
            lines.append("    return values")
        else:
            names["item"] = (
                self._list_function(inner.of_type, one)
                if isinstance(inner, GraphQLList)
                else self._object_function(inner, one)
            )
            # A null item reaches `item` when none is allowed, and is refused there.
            lines.append(
                "    return [None if v is None else item(v) for v in values]"
                if nullable
                else "    return [item(v) for v in values]"
            )
        return build_function("items", lines, names)

    def _leaf_test(self, of_type: GraphQLOutputType, value: str, number: int, names: dict[str, Any]) -> str:
        """Return an expression that is true for a valid value, or nothing when any value is."""
        if isinstance(of_type, GraphQLEnumType):
            allowed = f"allowed{number}_{len(names)}"
            names[allowed] = frozenset(of_type.values)
            return f"({value}.__class__ is str and {value} in {allowed})"
        check = _CLASS_CHECKS.get(getattr(of_type, "name", ""))
        return f"({check.format(v=value)})" if check else ""


def _by_type_name(fast: FastProjection, position: Position, possible: frozenset[str]) -> Shape:
    functions: dict[str, Shape] = {}

    def shape(value: Any) -> Any:
        if value.__class__ is not dict:
            raise NeedsExactShaping
        type_name = value.get("__typename")
        if not isinstance(type_name, str):
            raise NeedsExactShaping
        function = functions.get(type_name)
        if function is None:
            if type_name not in possible:
                raise NeedsExactShaping
            function = functions[type_name] = fast.function_for(position, type_name)
        return function(value)

    return shape


def _refuse(_value: Any) -> Any:
    raise NeedsExactShaping
