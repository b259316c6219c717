"""What a field costs and how long its list is: `@cost` and `@listSize`, else estimated from the schema."""

from collections.abc import Iterable, Mapping

from graphql import (
    ConstDirectiveNode,
    DocumentNode,
    FieldDefinitionNode,
    GraphQLEnumType,
    GraphQLInputObjectType,
    GraphQLInterfaceType,
    GraphQLObjectType,
    GraphQLSchema,
    GraphQLUnionType,
    InterfaceTypeDefinitionNode,
    IntValueNode,
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


def introspection_costs(schema: GraphQLSchema, query_type: str) -> dict[str, Mapping[str, FieldCost]]:
    """Return the cost of introspection's own fields: one per object of the answer, its lists as long as on average.

    The query root's are under its name, `__schema` and `__type` alone.
    """
    types = list(schema.type_map.values())
    composite = [one for one in types if isinstance(one, GraphQLObjectType | GraphQLInterfaceType)]
    inputs = [one for one in types if isinstance(one, GraphQLInputObjectType)]
    fields = [one for holder in composite for one in holder.fields.values()]
    lengths = {
        "types": len(types),
        "directives": len(schema.directives),
        "fields": _average(len(fields), len(types)),
        "interfaces": _average(sum(len(one.interfaces) for one in composite), len(types)),
        "possibleTypes": _average(
            sum(
                len(schema.get_possible_types(one))
                for one in types
                if isinstance(one, GraphQLInterfaceType | GraphQLUnionType)
            ),
            len(types),
        ),
        "enumValues": _average(sum(len(one.values) for one in types if isinstance(one, GraphQLEnumType)), len(types)),
        "inputFields": _average(sum(len(one.fields) for one in inputs), len(types)),
        "args": _average(sum(len(one.args) for one in fields), len(fields)),
    }

    def cost(name: str, type_name: str) -> FieldCost:
        return FieldCost(1, type_name, name in lengths, (), lengths.get(name))

    children = {
        "__Schema": {
            "types": "__Type",
            "queryType": "__Type",
            "mutationType": "__Type",
            "subscriptionType": "__Type",
            "directives": "__Directive",
        },
        "__Type": {
            "fields": "__Field",
            "interfaces": "__Type",
            "possibleTypes": "__Type",
            "enumValues": "__EnumValue",
            "inputFields": "__InputValue",
            "ofType": "__Type",
        },
        "__Field": {"args": "__InputValue", "type": "__Type"},
        "__InputValue": {"type": "__Type"},
        "__Directive": {"args": "__InputValue"},
    }
    found: dict[str, Mapping[str, FieldCost]] = {
        holder: {name: cost(name, of_type) for name, of_type in below.items()} for holder, below in children.items()
    }
    found[query_type] = {"__schema": cost("__schema", "__Schema"), "__type": cost("__type", "__Type")}
    return found


def _average(whole: int, parts: int) -> int:
    """Return the whole in so many parts, rounded up, at least one."""
    return max(1, -(-whole // max(1, parts)))


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
            slicing = tuple(map(str, given.get("slicingArguments") or ()))
            default = _default_size(definition, slicing)
            return FieldCost(
                weight,
                type_name,
                is_list,
                slicing,
                given.get("assumedSize") if default is None else default,
                frozenset(map(str, sized)) if sized else frozenset(),
                has_default_size=default is not None,
                requires_one=bool(slicing) and given.get("requireOneSlicingArgument") is not False,
            )
    paged = tuple(a.name.value for a in definition.arguments or () if a.name.value in PAGE_ARGUMENTS)
    if not paged or not (is_list or composite):
        return FieldCost(weight, type_name, is_list)
    default = _default_size(definition, paged)
    bounds = frozenset[str]() if is_list else None
    return FieldCost(weight, type_name, is_list, paged, default, bounds, has_default_size=default is not None)


def _default_size(definition: FieldDefinitionNode, slicing: tuple[str, ...]) -> int | None:
    """Return the longest list that the schema's defaults of the slicing arguments ask for."""
    return max(
        (
            int(argument.default_value.value)
            for argument in definition.arguments or ()
            if argument.name.value in slicing and isinstance(argument.default_value, IntValueNode)
        ),
        default=None,
    )


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
