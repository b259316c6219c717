"""The schema that clients see: the supergraph without its machinery and without what is inaccessible."""

from collections.abc import Iterable

from graphql import (
    ConstDirectiveNode,
    DefinitionNode,
    DirectiveDefinitionNode,
    DocumentNode,
    EnumTypeDefinitionNode,
    FieldDefinitionNode,
    GraphQLSchema,
    InputObjectTypeDefinitionNode,
    InputValueDefinitionNode,
    InterfaceTypeDefinitionNode,
    ObjectTypeDefinitionNode,
    ScalarTypeDefinitionNode,
    SchemaDefinitionNode,
    TypeDefinitionNode,
    TypeNode,
    UnionTypeDefinitionNode,
    build_ast_schema,
)
from graphql.language.ast import NamedTypeNode

from gateway.supergraph.features import Features
from gateway.supergraph.model import named_type

_BUILT_IN_SCALARS = frozenset({"Int", "Float", "String", "Boolean", "ID"})
_KEPT_DIRECTIVES = frozenset({"deprecated", "specifiedBy", "oneOf"})


def build_public_schema(document: DocumentNode, features: Features) -> GraphQLSchema:
    """Return the client's schema; a definition left empty or unreachable by hiding goes too."""
    return build_ast_schema(_PublicSchema(document, features).document(), assume_valid=True, assume_valid_sdl=True)


class _PublicSchema:
    def __init__(self, source: DocumentNode, features: Features) -> None:
        self.features = features
        self.inaccessible = features.directive_name("inaccessible", "inaccessible")
        self.definitions = {
            d.name.value: d
            for d in source.definitions
            if isinstance(d, TypeDefinitionNode) and not features.owns(d.name.value) and not self._hidden(d.directives)
        }
        self.others = [
            d
            for d in source.definitions
            if isinstance(d, SchemaDefinitionNode)
            or (isinstance(d, DirectiveDefinitionNode) and not features.owns(d.name.value))
        ]

    def document(self) -> DocumentNode:
        while True:
            kept = {}
            for name, definition in self.definitions.items():
                public = self._public(definition)
                if public is not None:
                    kept[name] = public
            done = kept.keys() == self.definitions.keys()
            self.definitions = kept
            if done:
                break
        others: list[DefinitionNode] = []
        for other in self.others:
            if isinstance(other, SchemaDefinitionNode):
                operations = tuple(o for o in other.operation_types if o.type.name.value in self.definitions)
                others.append(SchemaDefinitionNode(description=other.description, operation_types=operations))
            elif isinstance(other, DirectiveDefinitionNode):
                others.append(
                    DirectiveDefinitionNode(
                        name=other.name,
                        description=other.description,
                        arguments=self._input_values(other.arguments),
                        repeatable=other.repeatable,
                        locations=other.locations,
                    )
                )
        return DocumentNode(definitions=(*others, *self.definitions.values()))

    def _hidden(self, directives: Iterable[ConstDirectiveNode] | None) -> bool:
        return any(d.name.value == self.inaccessible for d in directives or ())

    def _directives(self, directives: Iterable[ConstDirectiveNode] | None) -> tuple[ConstDirectiveNode, ...]:
        return tuple(d for d in directives or () if d.name.value in _KEPT_DIRECTIVES)

    def _known(self, type_node: TypeNode) -> bool:
        name = named_type(type_node)
        return name in self.definitions or name in _BUILT_IN_SCALARS

    def _named(self, nodes: Iterable[NamedTypeNode] | None) -> tuple[NamedTypeNode, ...]:
        return tuple(node for node in nodes or () if node.name.value in self.definitions)

    def _input_values(self, values: Iterable[InputValueDefinitionNode] | None) -> tuple[InputValueDefinitionNode, ...]:
        return tuple(
            InputValueDefinitionNode(
                name=v.name,
                description=v.description,
                type=v.type,
                default_value=v.default_value,
                directives=self._directives(v.directives),
            )
            for v in values or ()
            if not self._hidden(v.directives) and self._known(v.type)
        )

    def _fields(self, fields: Iterable[FieldDefinitionNode] | None) -> tuple[FieldDefinitionNode, ...]:
        return tuple(
            FieldDefinitionNode(
                name=f.name,
                description=f.description,
                arguments=self._input_values(f.arguments),
                type=f.type,
                directives=self._directives(f.directives),
            )
            for f in fields or ()
            if not self._hidden(f.directives) and self._known(f.type)
        )

    def _public(self, definition: TypeDefinitionNode) -> TypeDefinitionNode | None:
        directives = self._directives(definition.directives)
        if isinstance(definition, ObjectTypeDefinitionNode | InterfaceTypeDefinitionNode):
            fields = self._fields(definition.fields)
            if not fields:
                return None
            return type(definition)(
                name=definition.name,
                description=definition.description,
                interfaces=self._named(definition.interfaces),
                directives=directives,
                fields=fields,
            )
        if isinstance(definition, UnionTypeDefinitionNode):
            members = self._named(definition.types)
            if not members:
                return None
            return UnionTypeDefinitionNode(
                name=definition.name, description=definition.description, directives=directives, types=members
            )
        if isinstance(definition, EnumTypeDefinitionNode):
            values = tuple(
                type(v)(name=v.name, description=v.description, directives=self._directives(v.directives))
                for v in definition.values or ()
                if not self._hidden(v.directives)
            )
            if not values:
                return None
            return EnumTypeDefinitionNode(
                name=definition.name, description=definition.description, directives=directives, values=values
            )
        if isinstance(definition, InputObjectTypeDefinitionNode):
            inputs = self._input_values(definition.fields)
            if not inputs:
                return None
            return InputObjectTypeDefinitionNode(
                name=definition.name, description=definition.description, directives=directives, fields=inputs
            )
        return ScalarTypeDefinitionNode(name=definition.name, description=definition.description, directives=directives)
