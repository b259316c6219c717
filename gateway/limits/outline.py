"""What a document asks, read off its tokens in one pass: counted per definition, fragments left as references.

Lenient on purpose: what is no GraphQL is left for the parser to refuse. Nothing here recurses with the document.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

from gateway.limits.faults import Faults, PublicFields
from gateway.limits.refusal import at_most
from gateway.supergraph.model import FieldCost

OPERATIONS = frozenset({"query", "mutation", "subscription"})
NESTING_MAX = 200  # The parser's own.
# A list whose length the surrounding fragment does not know: its connection is where the fragment is spread.
HANDED_DOWN = "*"
# Marks the cost of introspection, which the gateway answers itself.
INTROSPECTION = "__schema"
_INTROSPECTION = frozenset({"__schema", "__type"})
# How often a part is asked for: a factor, times the values of list sizes that are variables.
Sizes = tuple[str, ...]
Polynomial = dict[Sizes, int]


@dataclass(slots=True)
class Asked:
    """Fields of one place that answer under one response path, merged as validation will compare them."""

    count: int = 0
    children: "dict[str, Asked]" = field(default_factory=dict)
    spreads: list[str] = field(default_factory=list)


@dataclass(slots=True)
class Spread:
    """A fragment spread: where it stands and how often that is asked for."""

    name: str
    depth: int
    times: int
    sizes: Sizes
    handed_size: int | str | None
    token: int


@dataclass(slots=True)
class Definition:
    """One operation or fragment, without what its spreads add."""

    kind: str
    name: str | None
    type_name: str | None
    token: int
    depth: int = 0
    aliases: int = 0
    fields: int = 0
    root_fields: int = 0
    spreads: list[Spread] = field(default_factory=list)
    asked: Asked = field(default_factory=Asked)
    cost: Polynomial = field(default_factory=dict)
    list_size: int = 0
    size_defaults: dict[str, int] = field(default_factory=dict)


@dataclass(slots=True)
class Outline:
    """All definitions of a document, how many directives it applies, and what was seen to be wrong with it."""

    operations: list[Definition] = field(default_factory=list)
    fragments: dict[str, Definition] = field(default_factory=dict)
    directives: int = 0
    faults: Faults = field(default_factory=Faults)
    # What the schema's own directives refuse, whatever the document's size.
    refused: list[tuple[int, str]] = field(default_factory=list)
    # Whether brackets are missing: then what looks wrong may be something else.
    broken: bool = False


@dataclass(slots=True)
class _Place:
    """The selection set being read."""

    type_name: str | None
    depth: int
    times: int
    sizes: Sizes
    handed_size: int | str | None
    handed_to: frozenset[str] | None
    asked: Asked


_LEAF = FieldCost(0, None, False)
_NOTHING: Mapping[str, FieldCost] = {}
_Arguments = dict[str, int | str]


class OutlineReader:
    """Reads outlines with the costs of one supergraph; `list_size_assumed` stands for every unknown length."""

    def __init__(
        self,
        costs: Mapping[str, Mapping[str, FieldCost]],
        public: PublicFields,
        roots: Mapping[str, str],
        list_size_assumed: int,
    ) -> None:
        self.costs = costs
        self.public = public
        self.roots = roots
        self.list_size_assumed = list_size_assumed

    def read(self, tokens: list[str]) -> Outline:
        """Return the outline of a document; raises LimitExceeded where the parser would give up too."""
        outline = Outline(directives=tokens.count("@"))
        # Behind the end stand closing brackets, so that a broken document ends every loop.
        end = len(tokens)
        tokens = [*tokens, "", "", "", ""]
        at = 0
        while at < end:
            token = tokens[at]
            if token == "{":
                definition = Definition("query", None, self.roots.get("query"), at)
                outline.operations.append(definition)
            elif token in OPERATIONS:
                definition, at = self._operation(tokens, at, end)
                outline.operations.append(definition)
            elif token == "fragment":
                definition = Definition("fragment", tokens[at + 1], tokens[at + 3], at)
                if outline.fragments.setdefault(tokens[at + 1], definition) is not definition:
                    outline.faults.add(at, f"There can be only one fragment named '{tokens[at + 1]}'.")
                at = _find(tokens, at + 4, end)
            else:
                at += 1
                continue
            at = self._selections(outline, definition, tokens, at + 1, end)
        return outline

    def _operation(self, tokens: list[str], at: int, end: int) -> tuple[Definition, int]:
        definition = Definition(tokens[at], None, self.roots.get(tokens[at]), at)
        at += 1
        if tokens[at] not in {"{", "(", "@"}:
            definition.name, at = tokens[at], at + 1
        if tokens[at] == "(":
            variable = ""
            nested = 0
            while at < end:
                token = tokens[at]
                if token in _OPENING:
                    nested += 1
                elif token in _CLOSING:
                    nested -= 1
                    if nested <= 0:
                        break
                elif token == "$" and nested == 1:
                    variable = tokens[at + 1]
                elif token == "=" and nested == 1 and _is_whole(tokens[at + 1]):
                    definition.size_defaults[variable] = int(tokens[at + 1])
                at += 1
        return definition, _find(tokens, at, end)

    def _selections(self, outline: Outline, definition: Definition, tokens: list[str], at: int, end: int) -> int:
        """Read from behind the opening brace to behind the closing one; return where that is."""
        faults = outline.faults
        in_fragment = definition.kind == "fragment"
        place = _Place(definition.type_name, 1, 1, (), HANDED_DOWN if in_fragment else None, None, definition.asked)
        stack: list[_Place] = []
        cost = definition.cost
        while at < end:
            token = tokens[at]
            at += 1
            if token == "}":
                if not stack:
                    return at
                place = stack.pop()
                continue
            if token == "...":
                following = tokens[at]
                if following not in {"on", "{", "@"}:
                    definition.spreads.append(
                        Spread(following, place.depth - 1, place.times, place.sizes, place.handed_size, at)
                    )
                    place.asked.spreads.append(following)
                    at = self._directives(faults, tokens, at + 1, end)
                    continue
                type_name = place.type_name
                if following == "on":
                    type_name = tokens[at + 1]
                    at += 2
                at = self._directives(faults, tokens, at, end)
                if tokens[at] == "{":
                    at += 1
                    at_most("nesting", NESTING_MAX, len(stack))
                    stack.append(place)
                    place = _Place(
                        type_name,
                        place.depth,
                        place.times,
                        place.sizes,
                        place.handed_size,
                        place.handed_to,
                        place.asked,
                    )
                continue
            key, named_at = token, at - 1
            if tokens[at] == ":":
                token, named_at = tokens[at + 1], at + 1
                at += 2
                definition.aliases += 1
            definition.fields += 1
            depth = place.depth
            if depth > definition.depth:
                definition.depth = depth
            if depth == 1:
                definition.root_fields += 1
            asked = place.asked.children.get(key)
            if asked is None:
                asked = place.asked.children[key] = Asked()
            asked.count += 1
            type_name = place.type_name or ""
            public = self.public.of(type_name)
            one = public.get(token) if public is not None else None
            if public is not None and one is None:
                faults.add(named_at, f"Cannot query field '{token}' on type '{type_name}'.")
            arguments: _Arguments | None = None
            if tokens[at] == "(":
                opened = at
                arguments, at = _arguments(tokens, at, end)
                if one is not None:
                    faults.check_arguments(tokens, opened, at, type_name, token, one)
            if tokens[at] == "@":
                at = self._directives(faults, tokens, at, end)
            field_cost = self.costs.get(type_name, _NOTHING).get(token, _LEAF)
            size = self._size(definition, field_cost, arguments) if field_cost.slicing else field_cost.assumed_size
            if field_cost.requires_one and (given := _slices_given(field_cost, arguments)) != 1:
                names = ", ".join(field_cost.slicing)
                outline.refused.append(
                    (named_at, f"Field '{type_name}.{token}' needs exactly one of {names} to be given, not {given}.")
                )
            times, sizes = place.times, place.sizes
            if token in _INTROSPECTION and type_name == self.roots.get("query"):
                sizes = (*sizes, INTROSPECTION)
            if field_cost.is_list:
                length = None if field_cost.sized_fields else size
                if length is None and (place.handed_to is None or token in place.handed_to):
                    length = place.handed_size
                if length is None:
                    length = self.list_size_assumed
                if isinstance(length, int):
                    times *= length
                else:
                    sizes = (*sizes, length)
            if field_cost.weight:
                cost[sizes] = cost.get(sizes, 0) + times * field_cost.weight
            if tokens[at] == "{":
                at += 1
                at_most("nesting", NESTING_MAX, len(stack))
                stack.append(place)
                handed = None if field_cost.is_list and not field_cost.sized_fields else size
                place = _Place(field_cost.type_name, depth + 1, times, sizes, handed, field_cost.sized_fields, asked)
        outline.broken = True
        return at

    def _directives(self, faults: Faults, tokens: list[str], at: int, end: int) -> int:
        """Return where the directives of one place end."""
        seen: set[str] = set()
        while at < end and tokens[at] == "@":
            name = tokens[at + 1]
            repeatable = self.public.directives.get(name)
            if repeatable is None:
                faults.add(at, f"Unknown directive '@{name}'.")
            elif name in seen and not repeatable:
                faults.add(at, f"The directive '@{name}' can only be used once at this location.")
            seen.add(name)
            at += 2
            if tokens[at] == "(":
                at = _arguments(tokens, at, end)[1]
        return at

    def _size(self, definition: Definition, field_cost: FieldCost, arguments: _Arguments | None) -> int | str | None:
        """Return how long the field's own arguments make its list, the name of a variable, or None."""
        size: int | str | None = None
        for name in field_cost.slicing if arguments else ():
            given = arguments.get(name) if arguments else None
            if isinstance(given, int):
                definition.list_size = max(definition.list_size, given)
                size = max(size, given) if isinstance(size, int) else given if size is None else size
            elif given is not None:
                size = given
            elif "." in name and arguments:
                head, _, rest = name.partition(".")
                whole = arguments.get(head)
                size = f"{whole}.{rest}" if isinstance(whole, str) else size
        return field_cost.assumed_size if size is None else size


def _slices_given(field_cost: FieldCost, arguments: _Arguments | None) -> int:
    """Return how many slicing arguments the query gives; the schema's own default counts when it gives none.

    A variable for a whole input object counts as one: what is in it is the request's.
    """
    given = arguments or {}
    heads = {name.partition(".")[0] for name in field_cost.slicing if "." in name}
    number = sum(name in given for name in field_cost.slicing) + sum(isinstance(given.get(head), str) for head in heads)
    return number or int(field_cost.has_default_size)


_OPENING = frozenset("([{")
_CLOSING = frozenset(")]}")


def _is_whole(token: str) -> bool:
    # Twenty digits are past every list; longer ones would cost time to read.
    return token.isdigit() and len(token) <= 20


def _find(tokens: list[str], at: int, end: int) -> int:
    """Return where the next opening brace is that no directive's arguments hold."""
    nested = 0
    while at < end:
        token = tokens[at]
        if token == "(":
            nested += 1
        elif token == ")":
            nested -= 1
        elif token == "{" and nested <= 0:
            return at
        at += 1
    return end


def _arguments(tokens: list[str], at: int, end: int) -> tuple[_Arguments, int]:
    """Return the whole numbers and variables among the arguments, and where the arguments end.

    Members of an input object go by their path, `input.first`.
    """
    found: _Arguments = {}
    path: list[str] = []
    name = ""
    nested = 0
    while at < end:
        token = tokens[at]
        if token in _OPENING:
            nested += 1
            if nested > 1:
                path.append(name)
        elif token in _CLOSING:
            nested -= 1
            if nested <= 0:
                return found, at + 1
            name = path.pop()
        elif tokens[at + 1] == ":":
            name = token
            at += 1
        elif token == "$":
            at += 1
            found[".".join([*path, name])] = tokens[at]
        elif _is_whole(token):
            found[".".join([*path, name])] = int(token)
        at += 1
    return found, at
