"""What the planner knows of a supergraph: every type and field, and which subgraph answers it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from graphql import GraphQLSchema, ListTypeNode, NamedTypeNode, NonNullTypeNode, TypeNode

from gateway.supergraph.field_sets import FieldSet


class Kind(StrEnum):
    """The kind of a named type."""

    OBJECT = "OBJECT"
    INTERFACE = "INTERFACE"
    UNION = "UNION"
    SCALAR = "SCALAR"
    ENUM = "ENUM"
    INPUT = "INPUT"


COMPOSITE_KINDS = frozenset({Kind.OBJECT, Kind.INTERFACE, Kind.UNION})


@dataclass(frozen=True, slots=True)
class Subgraph:
    """One subgraph: its enum value in the supergraph, its name for people, where it listens."""

    graph: str
    name: str
    url: str


@dataclass(frozen=True, slots=True)
class Key:
    """An `@key`: entities of the type can be fetched by these fields when `resolvable`."""

    fields: FieldSet
    resolvable: bool


@dataclass(frozen=True, slots=True)
class ContextArgument:
    """An argument that is not the client's: its value is selected on the nearest ancestor that sets the context."""

    name: str
    type_text: str
    context: str
    selection: FieldSet


@dataclass(frozen=True, slots=True)
class FieldInGraph:
    """How one subgraph sees a field."""

    type_node: TypeNode
    requires: FieldSet = ()
    provides: FieldSet = ()
    external: bool = False
    override_label: str | None = None
    overrides: str | None = None
    context_arguments: tuple[ContextArgument, ...] = ()

    @property
    def needs_entry(self) -> bool:
        """Return whether the field is answered only to an entity call that brings what it needs."""
        return bool(self.requires or self.context_arguments)


@dataclass(frozen=True, slots=True)
class Requirement:
    """What a caller needs for a type or field: of each list of groups one whole group (None: nothing)."""

    authenticated: bool = False
    scopes: tuple[frozenset[str], ...] | None = None
    policies: tuple[frozenset[str], ...] | None = None


@dataclass(frozen=True, slots=True)
class FieldCost:
    """The cost of one field: `weight` per value, and what says how many values there are.

    `slicing` names the arguments that bound the list, `input.first` inside an input object. `sized_fields` names the
    lists one level below that the arguments bound instead; None means every list there (a connection, estimated).
    `assumed_size` holds without any of them: the schema's default (`has_default_size`), or what `@listSize` says.
    `requires_one` tells that a query must give exactly one of them.
    """

    weight: int
    type_name: str | None
    is_list: bool
    slicing: tuple[str, ...] = ()
    assumed_size: int | None = None
    sized_fields: frozenset[str] | None = frozenset()
    has_default_size: bool = False
    requires_one: bool = False


@dataclass(slots=True)
class SupergraphField:
    """A field of a composite type. `in_graphs` holds the subgraphs that define it, external ones included."""

    name: str
    type_node: TypeNode
    in_graphs: dict[str, FieldInGraph] = field(default_factory=dict)

    @property
    def type_name(self) -> str:
        """Return the innermost named type."""
        return named_type(self.type_node)


@dataclass(slots=True)
class TypeInGraph:
    """How one subgraph sees a type."""

    keys: list[Key] = field(default_factory=list)
    is_interface_object: bool = False
    implements: set[str] = field(default_factory=set)
    members: set[str] = field(default_factory=set)


@dataclass(slots=True)
class SupergraphType:
    """A named type of the supergraph with its view from each subgraph."""

    name: str
    kind: Kind
    in_graphs: dict[str, TypeInGraph] = field(default_factory=dict)
    fields: dict[str, SupergraphField] = field(default_factory=dict)
    implements: set[str] = field(default_factory=set)
    members: set[str] = field(default_factory=set)


@dataclass(slots=True)
class Supergraph:
    """A supergraph that was read and checked; not changed afterwards."""

    subgraphs: Mapping[str, Subgraph]
    types: Mapping[str, SupergraphType]
    roots: Mapping[str, str]
    public_schema: GraphQLSchema
    # By (type, field); the field is empty when the whole type is meant.
    requirements: Mapping[tuple[str, str], Requirement] = field(default_factory=dict)
    # The types that set each context.
    contexts: Mapping[str, frozenset[str]] = field(default_factory=dict)
    # By type and field name.
    costs: Mapping[str, Mapping[str, FieldCost]] = field(default_factory=dict)
    _possible: dict[tuple[str, str | None], frozenset[str]] = field(default_factory=dict)

    @property
    def query_type(self) -> str:
        """Return the name of the query root type."""
        return self.roots["query"]

    def possible_types(self, name: str) -> frozenset[str]:
        """Return the object types a value of `name` can have anywhere in the supergraph."""
        return self._possible_types(name, None)

    def possible_types_in(self, graph: str, name: str) -> frozenset[str]:
        """Return the object types that `graph` can answer for `name`."""
        return self._possible_types(name, graph)

    def _possible_types(self, name: str, graph: str | None) -> frozenset[str]:
        known = self._possible.get((name, graph))
        if known is not None:
            return known
        of_type = self.types[name]
        result: frozenset[str]
        if of_type.kind is Kind.OBJECT:
            result = frozenset({name}) if graph is None or graph in of_type.in_graphs else frozenset()
        elif of_type.kind is Kind.UNION:
            if graph is None:
                result = frozenset(of_type.members)
            else:
                view = of_type.in_graphs.get(graph)
                result = frozenset(view.members) if view else frozenset()
        elif graph is None:
            result = frozenset(t.name for t in self.types.values() if t.kind is Kind.OBJECT and name in t.implements)
        else:
            result = frozenset(
                t.name
                for t in self.types.values()
                if t.kind is Kind.OBJECT and graph in t.in_graphs and name in t.in_graphs[graph].implements
            )
        self._possible[(name, graph)] = result
        return result

    def is_interface_object(self, graph: str, name: str) -> bool:
        """Return whether `graph` knows the interface `name` only as an object type."""
        view = self.types[name].in_graphs.get(graph)
        return view is not None and view.is_interface_object

    def override_labels(self) -> frozenset[str]:
        """Return the labels of progressive overrides anywhere in the supergraph."""
        return frozenset(
            view.override_label
            for of_type in self.types.values()
            for one in of_type.fields.values()
            for view in one.in_graphs.values()
            if view.override_label is not None
        )

    def field(self, type_name: str, field_name: str) -> SupergraphField | None:
        """Return the field, or None when the type has none of that name."""
        return self.types[type_name].fields.get(field_name)


def named_type(type_node: TypeNode) -> str:
    """Return the innermost name of a type reference."""
    while isinstance(type_node, ListTypeNode | NonNullTypeNode):
        type_node = type_node.type
    if not isinstance(type_node, NamedTypeNode):
        raise TypeError(f"not a type reference: {type_node!r}")
    return type_node.name.value
