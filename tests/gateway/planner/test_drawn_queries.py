"""Random queries on federations of every kind answer as graphql-core does on one schema, nulls and all."""

import os
import zlib
from collections.abc import Mapping

import pytest

from tests.gateway.drawn_queries import QueryDrawer
from tests.gateway.federation import compose_many
from tests.gateway.other_federations import OTHER_FEDERATIONS
from tests.gateway.planner.test_federation_scenarios import SCENARIOS
from tests.gateway.same_values import SameValues, subgraphs_of

QUERIES = int(os.environ.get("ANJU_DRAWN_QUERIES", "4"))  # Of each federation.
FEDERATIONS = {name: subgraphs for name, (subgraphs, _) in SCENARIOS.items()} | OTHER_FEDERATIONS


@pytest.fixture(scope="module")
def supergraphs() -> Mapping[str, str]:
    """Return the supergraph of every federation."""
    return compose_many({name: subgraphs_of(texts) for name, texts in FEDERATIONS.items()})


@pytest.mark.parametrize("name", FEDERATIONS)
async def test_drawn_queries_answer_as_one_schema(name: str, supergraphs: Mapping[str, str]) -> None:
    federation = SameValues(FEDERATIONS[name], supergraphs[name], with_nulls=True)
    drawer = QueryDrawer(federation.supergraph.public_schema, zlib.crc32(name.encode()))

    for drawn in drawer.draw(QUERIES):
        answer, right = await federation.answers(drawn.text, drawn.variables)

        assert answer == right, (drawn, federation.queries)
