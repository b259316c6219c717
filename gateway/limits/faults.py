"""What is plainly wrong in a document, told from its tokens: many times cheaper than to parse and validate it.

Everything found here validation refuses too; what is not found here is left to it. Documents of a few tokens are left
to it altogether: it says more, and costs little.
"""

import re
from collections.abc import Mapping

from graphql import (
    GraphQLArgument,
    GraphQLEnumType,
    GraphQLError,
    GraphQLField,
    GraphQLInputField,
    GraphQLInputObjectType,
    GraphQLInputType,
    GraphQLInterfaceType,
    GraphQLList,
    GraphQLNamedType,
    GraphQLNonNull,
    GraphQLObjectType,
    GraphQLSchema,
    GraphQLUnionType,
    SchemaMetaFieldDef,
    Source,
    TypeMetaFieldDef,
    TypeNameMetaFieldDef,
    get_named_type,
)

from gateway.limits.tokens import places_of

FAULTS_MAX = 5  # Telling the place of one costs as much as reading a few hundred tokens.

_LITERALS = {
    "Int": re.compile(r"-?[0-9]+"),
    "Float": re.compile(r"-?[0-9].*", re.DOTALL),
    "String": re.compile(r'".*', re.DOTALL),
    "Boolean": re.compile(r"true|false"),
    "ID": re.compile(r'".*|-?[0-9]+', re.DOTALL),
}

Fields = Mapping[str, GraphQLField]
Inputs = Mapping[str, GraphQLArgument] | Mapping[str, GraphQLInputField]


class DocumentWrong(Exception):
    """The document is not valid in a way that its tokens show."""

    def __init__(self, document: str, found: list[tuple[int, str]]) -> None:
        super().__init__(found[0][1])
        self._document = document
        self._found = found

    def errors(self) -> list[GraphQLError]:
        """Return one error for each fault, with its place."""
        source = Source(self._document)
        places = places_of(self._document, [token for token, _ in self._found])
        return [GraphQLError(message, source=source, positions=[places[token]]) for token, message in self._found]


class PublicFields:
    """What clients can ask: the public schema's fields and directives by name."""

    def __init__(self, schema: GraphQLSchema) -> None:
        self._schema = schema
        self._known: dict[str, Fields | None] = {}
        self.directives = {directive.name: directive.is_repeatable for directive in schema.directives}

    def of(self, type_name: str | None) -> Fields | None:
        """Return the fields that can be selected on the type; None when it is not known or has no fields."""
        if not type_name:
            return None
        if type_name not in self._known:
            found = self._find(type_name)
            if found is None:
                return None  # Not kept: what clients make up must not fill the memory.
            self._known[type_name] = found
        return self._known[type_name]

    def _find(self, type_name: str) -> Fields | None:
        of_type = self._schema.type_map.get(type_name)
        if isinstance(of_type, GraphQLUnionType):
            return {"__typename": TypeNameMetaFieldDef}
        if not isinstance(of_type, GraphQLObjectType | GraphQLInterfaceType):
            return None
        meta = {"__typename": TypeNameMetaFieldDef}
        if of_type is self._schema.query_type:
            meta.update(__schema=SchemaMetaFieldDef, __type=TypeMetaFieldDef)
        return {**of_type.fields, **meta}


class Faults:
    """Gathers the faults of one document, each with the number of its token."""

    def __init__(self) -> None:
        self.found: list[tuple[int, str]] = []

    def add(self, token: int, message: str) -> None:
        """Note a fault, unless there are enough of them."""
        if len(self.found) < FAULTS_MAX:
            self.found.append((token, message))

    def check_arguments(
        self, tokens: list[str], at: int, behind: int, parent: str, name: str, one: GraphQLField
    ) -> None:
        """Note what is wrong with the arguments of a field, which stand from the bracket `at` to before `behind`."""
        _Arguments(self, tokens, f"on field '{parent}.{name}'").check(at + 1, behind - 1, one.args)


class _Arguments:
    """The arguments of one field; a mapping of None says that anything may stand there."""

    def __init__(self, faults: Faults, tokens: list[str], where: str) -> None:
        self._faults = faults
        self._tokens = tokens
        self._where = where

    def check(self, at: int, end: int, arguments: Inputs) -> None:
        """Check every value against the type it is for."""
        tokens = self._tokens
        members: Inputs | None = arguments
        seen: set[str] = set()
        expected: GraphQLInputType | None = None
        outer: list[tuple[Inputs | None, set[str], GraphQLInputType | None]] = []
        while at < end:
            token = tokens[at]
            if token == "{":
                outer.append((members, seen, expected))
                members, seen, expected = self._members(at, expected), set(), None
            elif token == "[":
                outer.append((members, seen, expected))
                members, seen, expected = None, set(), self._element(at, expected)
            elif token in "}]":
                members, seen, expected = outer.pop() if outer else (None, set(), None)
            elif token == "$":
                at += 1
            elif tokens[at + 1] == ":":
                expected = self._named(at, members, seen, top=not outer)
                at += 1
            elif expected is not None and not _fits(token, expected):
                self._faults.add(at, f"Expected value of type '{expected}', found {token[:100]}.")
            at += 1

    def _named(self, at: int, members: Inputs | None, seen: set[str], *, top: bool) -> GraphQLInputType | None:
        name = self._tokens[at]
        what = "argument" if top else "input field"
        if name in seen:
            self._faults.add(at, f"There can be only one {what} named '{name}'.")
        seen.add(name)
        if members is None:
            return None
        one = members.get(name)
        if one is None:
            self._faults.add(at, f"Unknown {what} '{name}' {self._where}.")
            return None
        return one.type

    def _members(self, at: int, expected: GraphQLInputType | None) -> Inputs | None:
        named = get_named_type(expected) if expected is not None else None
        if isinstance(named, GraphQLInputObjectType):
            members: Inputs = named.fields
            return members
        if named is not None and _has_known_literals(named):
            self._faults.add(at, f"Expected value of type '{expected}', found an object.")
        return None

    def _element(self, at: int, expected: GraphQLInputType | None) -> GraphQLInputType | None:
        if expected is None:
            return None
        nullable = expected.of_type if isinstance(expected, GraphQLNonNull) else expected
        if isinstance(nullable, GraphQLList):
            element: GraphQLInputType = nullable.of_type
            return element
        if isinstance(nullable, GraphQLInputObjectType) or _has_known_literals(nullable):
            self._faults.add(at, f"Expected value of type '{expected}', found a list.")
        return None


def _has_known_literals(of_type: object) -> bool:
    return isinstance(of_type, GraphQLEnumType) or (isinstance(of_type, GraphQLNamedType) and of_type.name in _LITERALS)


def _fits(token: str, expected: GraphQLInputType) -> bool:
    """Return whether the literal may be a value of the type, as far as its token tells."""
    named = get_named_type(expected)
    if token == "null":
        return True
    if isinstance(named, GraphQLEnumType):
        return token in named.values
    if isinstance(named, GraphQLInputObjectType):
        return False
    literal = _LITERALS.get(named.name)
    return literal is None or literal.fullmatch(token) is not None
