"""The committed subgraph: its SDL, its labels, and what fills each of its fields."""

from pathlib import Path

import yaml
from graphql import GraphQLObjectType

from kit.graphql.schema import print_sdl
from services.registry.graphql.labels import LABELS
from services.registry.graphql.schema import SCHEMA

ROOM = Path("services/registry/graphql")


def test_the_committed_sdl_is_the_schemas() -> None:
    assert (ROOM / "schema.graphql").read_text(encoding="utf-8") == print_sdl(SCHEMA)


def test_every_enum_value_has_its_labels() -> None:
    assert LABELS.missing(SCHEMA) == []


def test_every_field_says_what_fills_it() -> None:
    filled = yaml.safe_load((ROOM / "fields.yaml").read_text(encoding="utf-8"))
    fields = {
        f"{name}.{field}"
        for name, graphql_type in SCHEMA._schema.type_map.items()
        if isinstance(graphql_type, GraphQLObjectType)
        and not name.startswith("_")
        and name not in ("Query", "Mutation", "Subscription")
        for field in graphql_type.fields
    }

    assert fields == set(filled)
    assert [field for field, source in filled.items() if len(source.split()) < 1] == []


def test_every_mutation_has_one_input_and_one_payload() -> None:
    mutation = SCHEMA._schema.mutation_type
    assert mutation is not None

    shapes = {name: (list(field.args), str(field.type)) for name, field in mutation.fields.items()}

    assert shapes == {name: (["input"], f"{name[0].upper()}{name[1:]}Payload!") for name in shapes}
