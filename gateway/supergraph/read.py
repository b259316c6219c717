"""Read a supergraph document (join specification v0.1 to v0.5) into the planner's model."""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any

from graphql import (
    ConstDirectiveNode,
    DocumentNode,
    EnumTypeDefinitionNode,
    GraphQLError,
    InputObjectTypeDefinitionNode,
    InterfaceTypeDefinitionNode,
    ObjectTypeDefinitionNode,
    OperationType,
    ScalarTypeDefinitionNode,
    SchemaDefinitionNode,
    TypeDefinitionNode,
    TypeNode,
    UnionTypeDefinitionNode,
    parse,
    parse_type,
)

from gateway.supergraph.costs import read_costs
from gateway.supergraph.features import Features, UnsupportedSupergraph, directive_arguments, read_features
from gateway.supergraph.field_sets import merge_field_sets, parse_field_set
from gateway.supergraph.model import (
    ContextArgument,
    FieldInGraph,
    Key,
    Kind,
    Requirement,
    Subgraph,
    Supergraph,
    SupergraphField,
    SupergraphType,
    TypeInGraph,
)
from gateway.supergraph.public_schema import build_public_schema

_KINDS: Mapping[type[TypeDefinitionNode], Kind] = {
    ObjectTypeDefinitionNode: Kind.OBJECT,
    InterfaceTypeDefinitionNode: Kind.INTERFACE,
    UnionTypeDefinitionNode: Kind.UNION,
    ScalarTypeDefinitionNode: Kind.SCALAR,
    EnumTypeDefinitionNode: Kind.ENUM,
    InputObjectTypeDefinitionNode: Kind.INPUT,
}


def read_supergraph(text: str, urls: Mapping[str, str] | None = None) -> Supergraph:
    """Return the supergraph of the document; `urls` replaces subgraph addresses by subgraph name.

    Raises UnsupportedSupergraph when the document is no supergraph, or needs a feature that is not supported.
    """
    try:
        document = parse(text, no_location=True)
    except GraphQLError as error:
        raise UnsupportedSupergraph(f"the supergraph does not parse: {error}") from error
    features = read_features(document)
    reader = _Reader(document, features)
    subgraphs = reader.read_subgraphs(urls or {})
    types = reader.read_types(frozenset(subgraphs))
    roots = reader.read_roots(types)
    return Supergraph(
        subgraphs=subgraphs,
        types=types,
        roots=roots,
        public_schema=build_public_schema(document, features),
        requirements=reader.read_requirements(),
        contexts=reader.read_contexts(),
        costs=read_costs(document, features),
    )


class _Reader:
    def __init__(self, document: DocumentNode, features: Features) -> None:
        self.document = document
        self.features = features
        self.join = {
            name: features.directive_name("join", name)
            for name in ("graph", "owner", "type", "field", "implements", "unionMember")
        }

    def read_subgraphs(self, urls: Mapping[str, str]) -> dict[str, Subgraph]:
        graph_enum = self.features.by_name["join"].prefix + "__Graph"
        for definition in self.document.definitions:
            if isinstance(definition, EnumTypeDefinitionNode) and definition.name.value == graph_enum:
                subgraphs = {}
                for value in definition.values or ():
                    for arguments in _applied(value.directives, self.join["graph"]):
                        name = arguments["name"]
                        graph = value.name.value
                        subgraphs[graph] = Subgraph(graph, name, urls.get(name, arguments.get("url") or ""))
                return subgraphs
        raise UnsupportedSupergraph(f"the supergraph has no enum {graph_enum}")

    def read_types(self, graphs: frozenset[str]) -> dict[str, SupergraphType]:
        types: dict[str, SupergraphType] = {}
        for definition in self.document.definitions:
            kind = _KINDS.get(type(definition))  # type: ignore[arg-type]
            if kind is None or not isinstance(definition, TypeDefinitionNode):
                continue
            name = definition.name.value
            if self.features.owns(name):
                continue
            types[name] = self._read_type(definition, kind, graphs)
        for of_type in types.values():
            if self.features.join_version == "v0.1":
                self._place_fields_by_owner(of_type)
            for view_graph, view in of_type.in_graphs.items():
                # Without unionMember (v0.1, v0.2) a member is wherever both types are.
                view.members = {m for m in view.members if m in types and view_graph in types[m].in_graphs}
                view.implements = {i for i in view.implements if i in types and view_graph in types[i].in_graphs}
            of_type.members &= set(types)
            _mark_required_as_external(of_type)
        return types

    def read_roots(self, types: Mapping[str, SupergraphType]) -> dict[str, str]:
        roots: dict[str, str] = {}
        for definition in self.document.definitions:
            if isinstance(definition, SchemaDefinitionNode):
                for operation in definition.operation_types:
                    roots[operation.operation.value] = operation.type.name.value
        if not roots:
            roots = {kind.value: kind.value.title() for kind in OperationType if kind.value.title() in types}
        if roots.get("query") not in types:
            raise UnsupportedSupergraph("the supergraph has no query type")
        return roots

    def read_requirements(self) -> dict[tuple[str, str], Requirement]:
        requirements: dict[tuple[str, str], Requirement] = {}
        for definition in self.document.definitions:
            if not isinstance(definition, TypeDefinitionNode):
                continue
            name = definition.name.value
            found = self._read_requirement(definition.directives)
            if found is not None:
                requirements[name, ""] = found
            if isinstance(definition, ObjectTypeDefinitionNode | InterfaceTypeDefinitionNode):
                for one in definition.fields or ():
                    found = self._read_requirement(one.directives)
                    if found is not None:
                        requirements[name, one.name.value] = found
        return requirements

    def read_contexts(self) -> dict[str, frozenset[str]]:
        contexts: dict[str, set[str]] = {}
        directive = self.features.directive_name("context", "context")
        for definition in self.document.definitions:
            if isinstance(definition, TypeDefinitionNode):
                for arguments in _applied(definition.directives, directive):
                    contexts.setdefault(arguments["name"], set()).add(definition.name.value)
        return {name: frozenset(types) for name, types in contexts.items()}

    def _read_requirement(self, directives: Iterable[ConstDirectiveNode] | None) -> Requirement | None:
        applied = tuple(directives or ())
        names = {
            name: self.features.directive_name(name, name) for name in ("authenticated", "requiresScopes", "policy")
        }
        authenticated = any(one.name.value == names["authenticated"] for one in applied)
        scopes = _groups(_applied(applied, names["requiresScopes"]), "scopes")
        policies = _groups(_applied(applied, names["policy"]), "policies")
        if not authenticated and scopes is None and policies is None:
            return None
        return Requirement(authenticated, scopes, policies)

    def _read_type(self, definition: TypeDefinitionNode, kind: Kind, graphs: frozenset[str]) -> SupergraphType:
        read = SupergraphType(definition.name.value, kind)
        for arguments in _applied(definition.directives, self.join["type"]):
            view = read.in_graphs.setdefault(arguments["graph"], TypeInGraph())
            view.is_interface_object |= bool(arguments.get("isInterfaceObject"))
            if arguments.get("key"):
                view.keys.append(Key(parse_field_set(arguments["key"]), arguments.get("resolvable", True) is not False))
        if not read.in_graphs:
            read.in_graphs = {graph: TypeInGraph() for graph in sorted(graphs)}
        if isinstance(definition, ObjectTypeDefinitionNode | InterfaceTypeDefinitionNode):
            read.implements = {interface.name.value for interface in definition.interfaces or ()}
            self._read_implements(definition, read)
            for field_definition in definition.fields or ():
                name = field_definition.name.value
                read.fields[name] = self._read_field(
                    name, field_definition.type, field_definition.directives, read.in_graphs
                )
        elif isinstance(definition, UnionTypeDefinitionNode):
            read.members = {member.name.value for member in definition.types or ()}
            applied = list(_applied(definition.directives, self.join["unionMember"]))
            for graph, view in read.in_graphs.items():
                if applied:
                    view.members = {a["member"] for a in applied if a["graph"] == graph}
                else:
                    view.members = set(read.members)
        return read

    def _read_implements(
        self, definition: ObjectTypeDefinitionNode | InterfaceTypeDefinitionNode, read: SupergraphType
    ) -> None:
        applied = list(_applied(definition.directives, self.join["implements"]))
        for graph, view in read.in_graphs.items():
            if applied:
                view.implements = {a["interface"] for a in applied if a["graph"] == graph}
            elif self.features.join_version == "v0.1":
                view.implements = set(read.implements)

    def _read_field(
        self,
        name: str,
        type_node: TypeNode,
        directives: Iterable[ConstDirectiveNode] | None,
        type_graphs: Iterable[str],
    ) -> SupergraphField:
        read = SupergraphField(name, type_node)
        applied = list(_applied(directives, self.join["field"]))
        if not applied:
            read.in_graphs = {graph: FieldInGraph(type_node) for graph in type_graphs}
        for arguments in applied:
            graph = arguments.get("graph")
            if graph is None:
                continue
            requires, provides = arguments.get("requires"), arguments.get("provides")
            read.in_graphs[graph] = FieldInGraph(
                type_node=parse_type(arguments["type"], no_location=True) if arguments.get("type") else type_node,
                requires=parse_field_set(requires) if requires else (),
                provides=parse_field_set(provides) if provides else (),
                # An overridden field still used in a key is only known there, unless a label may leave it where it was.
                external=bool(arguments.get("external"))
                or (bool(arguments.get("usedOverridden")) and not arguments.get("overrideLabel")),
                override_label=arguments.get("overrideLabel"),
                overrides=arguments.get("override"),
                context_arguments=tuple(_context_argument(one) for one in arguments.get("contextArguments") or ()),
            )
        return read

    def _place_fields_by_owner(self, of_type: SupergraphType) -> None:
        """Apply v0.1's defaults: a field without join__field is the owner's, and key fields are everyone's."""
        owner = self._owner_of(of_type.name)
        if owner is None:
            return
        for name, one in of_type.fields.items():
            definition_has_field_directive = (of_type.name, name) in self._placed_fields()
            if not definition_has_field_directive:
                one.in_graphs = {owner: FieldInGraph(one.type_node)}
        for graph, view in of_type.in_graphs.items():
            for selected in merge_field_sets(*(key.fields for key in view.keys)):
                one = of_type.fields[selected.name]
                one.in_graphs.setdefault(graph, FieldInGraph(one.type_node))

    def _owner_of(self, type_name: str) -> str | None:
        for definition in self.document.definitions:
            if isinstance(definition, ObjectTypeDefinitionNode) and definition.name.value == type_name:
                for arguments in _applied(definition.directives, self.join["owner"]):
                    return str(arguments["graph"])
        return None

    def _placed_fields(self) -> frozenset[tuple[str, str]]:
        return frozenset(
            (definition.name.value, one.name.value)
            for definition in self.document.definitions
            if isinstance(definition, ObjectTypeDefinitionNode)
            for one in definition.fields or ()
            if any(True for _ in _applied(one.directives, self.join["field"]))
        )


def _context_argument(given: Mapping[str, str]) -> ContextArgument:
    selection = given["selection"].strip()
    if selection.startswith("{"):
        selection = selection[1:-1]
    return ContextArgument(given["name"], given["type"], given["context"], parse_field_set(selection))


def _groups(applied: Iterable[dict[str, Any]], argument: str) -> tuple[frozenset[str], ...] | None:
    groups: list[frozenset[str]] | None = None
    for arguments in applied:
        groups = groups or []
        for group in arguments.get(argument) or ():
            groups.append(frozenset(group if isinstance(group, list) else [group]))
    return None if groups is None else tuple(groups)


def _mark_required_as_external(of_type: SupergraphType) -> None:
    """Mark what an interface object's fields require as external there: some composers leave that out."""
    if of_type.kind is not Kind.INTERFACE:
        return
    for graph, view in of_type.in_graphs.items():
        if not view.is_interface_object:
            continue
        required = {
            selected.name
            for one in of_type.fields.values()
            if graph in one.in_graphs
            for selected in one.in_graphs[graph].requires
        }
        for name in required & of_type.fields.keys():
            known = of_type.fields[name].in_graphs
            if graph in known and len(known) > 1:
                known[graph] = replace(known[graph], external=True)


def _applied(directives: Iterable[ConstDirectiveNode] | None, name: str) -> Iterable[dict[str, Any]]:
    for directive in directives or ():
        if directive.name.value == name:
            yield directive_arguments(directive)
