"""A stopped service nulls its own fields only: what it adds to an entity of another, or refers to, is nullable.

Read off the committed supergraph: for each field, the services that answer it and the service that owns its type.
"""

from pathlib import Path

from graphql import FieldDefinitionNode, NonNullTypeNode, ObjectTypeDefinitionNode, StringValueNode, TypeNode, parse
from graphql.language import EnumValueNode

SUPERGRAPH = Path(__file__).parents[2] / "gateway" / "supergraph" / "supergraph.graphql"
# Entities of one service that others extend or refer to; every other type belongs to the one service that has it.
OWNERS = dict.fromkeys(
    (
        *("District", "Street", "Community", "Estate", "Building", "ExclusivePart", "Owner", "Committee"),
        *("Provider", "ServiceContract", "JointDecision"),
    ),
    "REGISTRY",
)
ROOTS = {"Query", "Mutation", "Subscription"}


def graphs(field: FieldDefinitionNode) -> set[str]:
    """Return the services whose `@join__field` names the field; none: all that have its type."""
    return {
        argument.value.value
        for directive in field.directives or ()
        if directive.name.value == "join__field"
        for argument in directive.arguments or ()
        if argument.name.value == "graph" and isinstance(argument.value, EnumValueNode)
    }


def innermost(type_node: TypeNode) -> str:
    while not hasattr(type_node, "name"):
        type_node = type_node.type
    return type_node.name.value


def faults(sdl: str) -> list[str]:
    """Return one sentence per field that must be nullable and is not."""
    found = []
    for definition in parse(sdl).definitions:
        if not isinstance(definition, ObjectTypeDefinitionNode) or definition.name.value in ROOTS:
            continue
        type_name = definition.name.value
        for field in definition.fields or ():
            if not isinstance(field.type, NonNullTypeNode):
                continue
            answering = graphs(field)
            owner = OWNERS.get(type_name)
            if owner is not None and answering and owner not in answering:
                found.append(f"{type_name}.{field.name.value} is added by {min(answering)} and not nullable")
            target_owner = OWNERS.get(innermost(field.type))
            holders = answering or joined(definition)
            if target_owner is not None and target_owner not in holders:
                found.append(
                    f"{type_name}.{field.name.value} refers to an entity of {target_owner} and is not nullable"
                )
    return found


def joined(definition: ObjectTypeDefinitionNode) -> set[str]:
    return {
        argument.value.value
        for directive in definition.directives or ()
        if directive.name.value == "join__type"
        for argument in directive.arguments or ()
        if argument.name.value == "graph" and not isinstance(argument.value, StringValueNode)
    }


def test_what_a_service_adds_to_anothers_entity_or_refers_to_is_nullable() -> None:
    assert faults(SUPERGRAPH.read_text(encoding="utf-8")) == []


def test_the_check_itself_sees_both_faults() -> None:
    sdl = """
    type Estate @join__type(graph: REGISTRY, key: "id") @join__type(graph: FINANCE, key: "id") {
      id: ID!
      name: String! @join__field(graph: REGISTRY)
      deposits: [Deposit!]! @join__field(graph: FINANCE)
    }
    type Deposit @join__type(graph: FINANCE, key: "id") { id: ID! estate: Estate! paid: String! }
    """

    assert faults(sdl) == [
        "Estate.deposits is added by FINANCE and not nullable",
        "Deposit.estate refers to an entity of REGISTRY and is not nullable",
    ]
