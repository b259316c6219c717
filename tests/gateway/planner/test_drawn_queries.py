"""Random queries on federations of every kind answer as graphql-core does on one schema, nulls and all."""

import os
import zlib

import pytest

from tests.gateway.drawn_queries import QueryDrawer
from tests.gateway.other_federations import OTHER_FEDERATIONS
from tests.gateway.planner.test_federation_scenarios import SCENARIOS
from tests.gateway.same_values import SameValues, announce_federations

QUERIES = int(os.environ.get("ANJU_DRAWN_QUERIES", "4"))  # Of each federation.
FEDERATIONS = {name: subgraphs for name, (subgraphs, _) in SCENARIOS.items()} | OTHER_FEDERATIONS


announce_federations(FEDERATIONS.values())


@pytest.mark.parametrize("name", FEDERATIONS)
async def test_drawn_queries_answer_as_one_schema(name: str) -> None:
    federation = SameValues(FEDERATIONS[name], with_nulls=True)
    drawer = QueryDrawer(federation.supergraph.public_schema, zlib.crc32(name.encode()))

    for drawn in drawer.draw(QUERIES):
        answer, right = await federation.answers(drawn.text, drawn.variables)

        assert answer == right, (drawn, federation.queries)
