"""Valid queries drawn at random on any schema: aliases, arguments, variables, conditions, fragments of every kind."""

import random
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from graphql import (
    GraphQLEnumType,
    GraphQLField,
    GraphQLInputObjectType,
    GraphQLInputType,
    GraphQLList,
    GraphQLNamedOutputType,
    GraphQLNonNull,
    GraphQLSchema,
    get_named_type,
    is_abstract_type,
    is_leaf_type,
    parse,
    parse_value,
    validate,
    value_from_ast,
)

DEPTH_MAX = 6
FIELDS_MAX = 14
_LITERALS = {"Int": "3", "Float": "1.5", "Boolean": "true", "ID": '"1"', "String": '"a"'}


@dataclass(frozen=True)
class DrawnQuery:
    """An operation with the variables it needs."""

    text: str
    variables: dict[str, Any]


class QueryDrawer:
    """Draws the operations of a seed."""

    def __init__(self, schema: GraphQLSchema, seed: int) -> None:
        self.schema = schema
        self.random = random.Random(seed)

    def draw(self, number: int) -> Iterator[DrawnQuery]:
        """Yield so many queries, every third a mutation where there are any; what is no valid query is left out."""
        for count in range(number):
            is_mutation = self.schema.mutation_type is not None and count % 3 == 2
            root = self.schema.mutation_type if is_mutation else self.schema.query_type
            if root is None:
                raise ValueError("the schema has no query type")
            one = _Operation(self.schema, self.random)
            body = one.selection(root, self.random.randint(2, DEPTH_MAX))
            declared = f"({', '.join(f'${name}: {of_type}' for name, of_type in one.declared.items())})"
            head = f"{'mutation' if is_mutation else 'query'} {declared if one.declared else ''}"
            text = " ".join([f"{head} {{ {body} }}", *one.fragments])
            if not validate(self.schema, parse(text)):
                yield DrawnQuery(text, one.variables)


@dataclass
class _Operation:
    schema: GraphQLSchema
    random: random.Random
    declared: dict[str, str] = field(default_factory=dict)
    variables: dict[str, Any] = field(default_factory=dict)
    fragments: list[str] = field(default_factory=list)
    fields_left: int = 0

    def __post_init__(self) -> None:
        self.fields_left = self.random.randint(2, FIELDS_MAX)

    def selection(self, of_type: GraphQLNamedOutputType, depth: int) -> str:
        """Return the selections on the type, at least one."""
        parts = [self.random.choice(["__typename", "kind: __typename"])] if self.random.random() < 0.2 else []
        fields = list(getattr(of_type, "fields", {}).items())
        self.random.shuffle(fields)
        for name, one in fields:
            if self.fields_left > 0 and self.random.random() < 0.65:
                parts.extend(self._field(name, one, depth))
        parts.extend(self._fragments(of_type, depth))
        self.random.shuffle(parts)
        return " ".join(parts) or "__typename"

    def _field(self, name: str, one: GraphQLField, depth: int) -> Iterator[str]:
        inner = get_named_type(one.type)
        if not is_leaf_type(inner) and depth <= 0:
            return
        self.fields_left -= 1
        alias = self.random.choice(["x: ", "y: ", f"{name}2: "]) if self.random.random() < 0.15 else ""
        below = "" if is_leaf_type(inner) else f" {{ {self.selection(inner, depth - 1)} }}"
        yield f"{alias}{name}{self._arguments(one)}{self._condition()}{below}"

    def _fragments(self, of_type: GraphQLNamedOutputType, depth: int) -> Iterator[str]:
        if depth <= 0:
            return
        around = [one for one in self.schema.type_map.values() if is_abstract_type(one) and self._overlap(one, of_type)]
        if is_abstract_type(of_type):
            members = list(self.schema.get_possible_types(of_type))
            for one in self.random.sample(members, self.random.randint(0, len(members))):
                if self.fields_left > 0:
                    yield self._fragment(one, depth - 1)
            if self.random.random() < 0.25:
                yield self._fragment(self.random.choice(around), depth - 1)
        elif self.random.random() < 0.08:
            yield self._fragment(self.random.choice([of_type, *around]), depth - 1)

    def _overlap(self, one: Any, other: Any) -> bool:
        possible = set(self.schema.get_possible_types(one))
        others = set(self.schema.get_possible_types(other)) if is_abstract_type(other) else {other}
        return bool(possible & others)

    def _fragment(self, of_type: Any, depth: int) -> str:
        selection = self.selection(of_type, depth)
        if self.random.random() < 0.85:
            return f"... on {of_type.name}{self._condition()} {{ {selection} }}"
        name = f"F{len(self.fragments)}"
        self.fragments.append(f"fragment {name} on {of_type.name} {{ {selection} }}")
        return f"...{name}{self._condition()}"

    def _condition(self) -> str:
        if self.random.random() > 0.06:
            return ""
        directive, holds = self.random.choice(["skip", "include"]), self.random.random() < 0.5
        if self.random.random() < 0.5:
            return f" @{directive}(if: {str(holds).lower()})"
        return f" @{directive}(if: ${self._variable('Boolean!', holds)})"

    def _arguments(self, one: GraphQLField) -> str:
        parts = []
        for name, argument in one.args.items():
            if isinstance(argument.type, GraphQLNonNull) or self.random.random() < 0.5:
                literal = self._literal(argument.type)
                if self.random.random() < 0.3:
                    value = value_from_ast(parse_value(literal), argument.type)
                    literal = f"${self._variable(str(argument.type), value)}"
                parts.append(f"{name}: {literal}")
        return f"({', '.join(parts)})" if parts else ""

    def _variable(self, of_type: str, value: Any) -> str:
        name = f"v{len(self.declared)}"
        self.declared[name] = of_type
        self.variables[name] = value
        return name

    def _literal(self, of_type: GraphQLInputType) -> str:
        if isinstance(of_type, GraphQLNonNull):
            return self._literal(of_type.of_type)
        if isinstance(of_type, GraphQLList):
            return f"[{self._literal(of_type.of_type)}]"
        if isinstance(of_type, GraphQLEnumType):
            return self.random.choice(list(of_type.values))
        if isinstance(of_type, GraphQLInputObjectType):
            needed = [
                f"{name}: {self._literal(one.type)}"
                for name, one in of_type.fields.items()
                if isinstance(one.type, GraphQLNonNull) or (is_leaf_type(get_named_type(one.type)))
            ]
            return f"{{{', '.join(needed)}}}"
        return _LITERALS.get(of_type.name, '"a"')
