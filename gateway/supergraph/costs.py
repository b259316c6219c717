"""What a field costs and how long its list is: `@cost` and `@listSize`, else estimated from the schema."""

from collections.abc import Iterable, Mapping

from graphql import (
    ConstDirectiveNode,
    DocumentNode,
    FieldDefinitionNode,
    InterfaceTypeDefinitionNode,
    ListTypeNode,
    NonNullTypeNode,
    ObjectTypeDefinitionNode,
    TypeDefinitionNode,
    TypeNode,
    UnionTypeDefinitionNode,
)

from gateway.supergraph.features import Features, directive_arguments
from gateway.supergraph.model import FieldCost, named_type

COMPOSITE_WEIGHT = 1
LEAF_WEIGHT = 0
PAGE_ARGUMENTS = ("first", "last")


def read_costs(document: DocumentNode, features: Features) -> dict[str, Mapping[str, FieldCost]]:
    """Return the cost of every field of every object and interface type of the supergraph, by type name."""
    cost, list_size = features.directive_name("cost", "cost"), features.directive_name("cost", "listSize")
    definitions = {d.name.value: d for d in document.definitions if isinstance(d, TypeDefinitionNode)}
    weights = {
        name: _weight(definition.directives, cost, _is_composite(definition) * COMPOSITE_WEIGHT or LEAF_WEIGHT)
        for name, definition in definitions.items()
    }
    return {
        name: {
            one.name.value: _field_cost(one, weights, definitions, cost, list_size) for one in definition.fields or ()
        }
        for name, definition in definitions.items()
        if isinstance(definition, ObjectTypeDefinitionNode | InterfaceTypeDefinitionNode)
    }


def _field_cost(
    definition: FieldDefinitionNode,
    weights: Mapping[str, int],
    definitions: Mapping[str, TypeDefinitionNode],
    cost: str,
    list_size: str,
) -> FieldCost:
    name = named_type(definition.type)
    composite = name in definitions and _is_composite(definitions[name])
    weight = _weight(definition.directives, cost, weights.get(name, LEAF_WEIGHT))
    weight += sum(_weight(argument.directives, cost, 0) for argument in definition.arguments or ())
    type_name, is_list = name if composite else None, _is_list(definition.type)
    for directive in definition.directives or ():
        if directive.name.value == list_size:
            given = directive_arguments(directive)
            sized = given.get("sizedFields")
            return FieldCost(
                weight,
                type_name,
                is_list,
                tuple(map(str, given.get("slicingArguments") or ())),
                given.get("assumedSize"),
                frozenset(map(str, sized)) if sized else frozenset(),
            )
    paged = tuple(a.name.value for a in definition.arguments or () if a.name.value in PAGE_ARGUMENTS)
    if not paged or not composite:
        return FieldCost(weight, type_name, is_list, paged if is_list else ())
    return FieldCost(weight, type_name, is_list, paged, None, frozenset() if is_list else None)


def _weight(directives: Iterable[ConstDirectiveNode] | None, cost: str, otherwise: int) -> int:
    for directive in directives or ():
        if directive.name.value == cost:
            weight = directive_arguments(directive).get("weight")
            return weight if isinstance(weight, int) else otherwise
    return otherwise


def _is_composite(definition: TypeDefinitionNode) -> bool:
    return isinstance(definition, ObjectTypeDefinitionNode | InterfaceTypeDefinitionNode | UnionTypeDefinitionNode)


def _is_list(type_node: TypeNode) -> bool:
    return isinstance(type_node.type if isinstance(type_node, NonNullTypeNode) else type_node, ListTypeNode)
