"""The plan: fetches, what each selects and waits for; and its printer."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from graphql import ArgumentNode

from gateway.planner.query_tree import Position, QueryField
from gateway.supergraph.field_sets import FieldSet, print_field_set

# A step of a fetch's path: the key to descend by, and the type its holder must have (None: any).
PathStep = tuple[str, str | None]


@dataclass(eq=False, slots=True)
class FetchField:
    """A field as a subgraph is asked for it."""

    key: str
    name: str
    arguments: tuple[ArgumentNode, ...]
    arguments_text: str
    child: "SelectionBranch | None" = None
    # Arguments taken from a context, each with its variable.
    context_arguments: tuple[tuple[str, str], ...] = ()

    def arguments_with(self, suffix: str = "") -> str:
        """Return the arguments as GraphQL; the suffix is put to the variables of contexts."""
        if not self.context_arguments:
            return self.arguments_text
        texts = [f"{argument}: ${variable}{suffix}" for argument, variable in self.context_arguments]
        return f"({', '.join([*([self.arguments_text[1:-1]] if self.arguments_text else []), *texts])})"


@dataclass(eq=False, slots=True)
class SelectionBranch:
    """What is selected on one type inside a fetch."""

    typename: bool = False
    fields: dict[str, FetchField] = field(default_factory=dict)
    fragments: dict[str, "SelectionBranch"] = field(default_factory=dict)

    def fragment(self, type_name: str) -> "SelectionBranch":
        """Return the branch for a narrower type, made on first use."""
        return self.fragments.setdefault(type_name, SelectionBranch())

    def is_empty(self) -> bool:
        """Return whether nothing is selected, on narrower types neither."""
        return not (self.typename or self.fields) and all(one.is_empty() for one in self.fragments.values())

    def merge(self, other: "SelectionBranch") -> None:
        """Add everything that `other` selects."""
        self.typename |= other.typename
        for key, one in other.fields.items():
            known = self.fields.get(key)
            if known is None:
                self.fields[key] = one
            elif known.child is not None and one.child is not None and known.child is not one.child:
                known.child.merge(one.child)
        for type_name, branch in other.fragments.items():
            self.fragment(type_name).merge(branch)

    def arguments(self) -> Iterator[ArgumentNode]:
        """Yield every argument anywhere in the branch."""
        for one in self.fields.values():
            yield from one.arguments
            if one.child is not None:
                yield from one.child.arguments()
        for branch in self.fragments.values():
            yield from branch.arguments()


@dataclass(eq=False, slots=True)
class RepresentationField:
    """A value of a representation: its name for the subgraph, its key in the gathered data."""

    name: str
    key: str
    type_condition: str | None
    required: bool
    children: "tuple[RepresentationField, ...]" = ()


def merge_representations(
    one: tuple[RepresentationField, ...], other: tuple[RepresentationField, ...]
) -> tuple[RepresentationField, ...] | None:
    """Return one representation with the values of both; None when they want different values under one name."""
    merged = list(one)
    for wanted in other:
        same = [known for known in merged if known.name == wanted.name]
        if any(known.key != wanted.key and _may_meet(known, wanted) for known in same):
            return None
        twin = next((known for known in same if known.type_condition == wanted.type_condition), None)
        if twin is None:
            merged.append(wanted)
            continue
        children = merge_representations(twin.children, wanted.children)
        if children is None:
            return None
        merged[merged.index(twin)] = RepresentationField(
            twin.name, twin.key, twin.type_condition, twin.required or wanted.required, children
        )
    return tuple(merged)


def _may_meet(one: RepresentationField, other: RepresentationField) -> bool:
    return one.type_condition is None or other.type_condition is None or one.type_condition == other.type_condition


@dataclass(eq=False, slots=True)
class Entity:
    """How a fetch enters a subgraph by key."""

    # The type in the `... on` of the fetch, and in representations whose own type name is not to be used.
    type_name: str
    # Type names the subgraph can be told; empty when it is always told `type_name`.
    known_types: frozenset[str]
    key: FieldSet
    requires: FieldSet
    representation: tuple[RepresentationField, ...] = ()


@dataclass(eq=False, slots=True)
class ContextSource:
    """An ancestor that may give a context's value: its depth below the root, its types (None: any), what to take."""

    depth: int
    types: frozenset[str] | None
    values: tuple[RepresentationField, ...]


@dataclass(eq=False, slots=True)
class ContextVariable:
    """A variable whose value each of a fetch's objects has from its nearest ancestor that sets the context."""

    name: str
    type_text: str
    selection: FieldSet
    # Outermost first.
    sources: tuple[ContextSource, ...]


@dataclass(eq=False, slots=True)
class Fetch:
    """One query to one subgraph, about the objects of one position."""

    number: int
    graph: str
    operation: str
    position: Position
    type_condition: str | None
    selection: SelectionBranch
    entity: Entity | None = None
    contexts: tuple[ContextVariable, ...] = ()
    depends_on: "set[Fetch]" = field(default_factory=set)
    serial: int = 0

    @property
    def path(self) -> tuple[PathStep, ...]:
        """Return the keys to the objects this fetch is about."""
        return self.position.path()


@dataclass(eq=False, slots=True)
class Request:
    """One HTTP request: fetches of the same subgraph that run together."""

    graph: str
    fetches: list[Fetch]
    level: int


@dataclass(eq=False, slots=True)
class Plan:
    """The fetches of one operation in levels; the requests of one level run side by side."""

    operation: str
    root: Position
    levels: list[list[Request]] = field(default_factory=list)
    introspection: list[QueryField] = field(default_factory=list)
    forbidden: list[list[str]] = field(default_factory=list)

    def requests(self) -> Iterator[Request]:
        """Yield every request, level by level."""
        for level in self.levels:
            yield from level


def print_plan(plan: Plan, names: Mapping[str, str]) -> str:
    """Return the plan for people; `names` gives the subgraph's name for its graph value."""
    lines = ["Plan {"]
    for number, level in enumerate(plan.levels):
        lines.append(f"  Level {number} {{")
        for request in level:
            indent = "    "
            if len(request.fetches) > 1:
                lines.append(f"    Together({names[request.graph]}) {{")
                indent = "      "
            for fetch in request.fetches:
                lines.extend(indent + line for line in _print_fetch(fetch, names))
            if len(request.fetches) > 1:
                lines.append("    }")
        lines.append("  }")
    lines.append("}")
    return "\n".join(lines)


def _print_fetch(fetch: Fetch, names: Mapping[str, str]) -> Iterator[str]:
    where = print_path(fetch.path, fetch.type_condition)
    yield f"Fetch({names[fetch.graph]}{', at ' + where if where else ''}) {{"
    if fetch.entity is not None:
        needed = [print_field_set(fetch.entity.key), print_field_set(fetch.entity.requires)]
        yield f"  {fetch.entity.type_name} by {{ {' '.join(one for one in needed if one)} }} =>"
    for context in fetch.contexts:
        holders = ", ".join(print_path(fetch.path[: source.depth]) or "the root" for source in context.sources[::-1])
        yield f"  ${context.name} from {holders} {{ {print_field_set(context.selection)} }}"
    yield from _print_branch(fetch.selection, "  ")
    yield "}"


def print_path(path: tuple[PathStep, ...], type_condition: str | None = None) -> str:
    """Return the path for people, like `nodes|[Book].author`."""
    text = ""
    for key, condition in path:
        text += f"|[{condition}]" if condition else ""
        text += f".{key}" if text else key
    return text + (f"|[{type_condition}]" if type_condition else "")


def _print_branch(branch: SelectionBranch, indent: str) -> Iterator[str]:
    if branch.typename:
        yield f"{indent}__typename"
    for one in branch.fields.values():
        alias = f"{one.key}: " if one.key != one.name else ""
        head = f"{indent}{alias}{one.name}{one.arguments_with()}"
        if one.child is None:
            yield head
        else:
            yield f"{head} {{"
            yield from _print_branch(one.child, indent + "  ")
            yield f"{indent}}}"
    for type_name, inner in branch.fragments.items():
        yield f"{indent}... on {type_name} {{"
        yield from _print_branch(inner, indent + "  ")
        yield f"{indent}}}"
