"""No mutation of finance is forgotten: the random walk asks it, or it moves no money and says why it is left out."""

import ast
from collections.abc import Iterator
from pathlib import Path

from services.finance.graphql.schema import SCHEMA

LEFT_OUT = {
    "openCustodyAccount": "opens an empty account; every walk begins with some",
    "openMaintenanceFund": "opens an empty fund; every walk begins with two",
    "markLeadPayer": "marks a person for a report",
}
"""What the walk does not ask of a state that it has come to, by the reason: none of it moves money."""


def mutations() -> set[str]:
    """Return the names of all mutations of the service."""
    mutation = SCHEMA._schema.mutation_type
    assert mutation is not None
    return set(mutation.fields)


def asked() -> Iterator[str]:
    """Yield every text of the walk that may name a mutation."""
    for module in Path(__file__).parent.glob("*.py"):
        if module != Path(__file__):
            for node in ast.walk(ast.parse(module.read_text(encoding="utf-8"))):
                if isinstance(node, ast.Constant) and isinstance(node.value, str):
                    yield node.value


def test_the_walk_asks_every_mutation_that_may_move_money() -> None:
    assert mutations() - LEFT_OUT.keys() - set(asked()) == set()


def test_what_is_left_out_exists() -> None:
    assert LEFT_OUT.keys() <= mutations()
