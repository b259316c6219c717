"""Finance's subgraph as it is committed."""

from pathlib import Path

from kit.graphql.schema import print_sdl
from services.finance.graphql.labels import LABELS
from services.finance.graphql.schema import SCHEMA


def test_the_committed_schema_is_the_one_that_is_served() -> None:
    committed = Path("services/finance/graphql/schema.graphql").read_text(encoding="utf-8")

    assert committed == print_sdl(SCHEMA)


def test_every_enum_value_has_its_words() -> None:
    assert LABELS.missing(SCHEMA) == []
