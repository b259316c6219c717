"""Differential test: random federations and queries answer as graphql-core does on one merged schema."""

import asyncio
import os

from graphql import parse, validate
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from gateway.pipeline import GraphQLRequest, Pipeline
from tests.gateway.random_federation import RandomFederation

CASES = int(os.environ.get("ANJU_DIFFERENTIAL_CASES", "100"))
QUERIES_PER_FEDERATION = 3


@settings(max_examples=CASES, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))
@given(seed=st.integers(min_value=0, max_value=2**48))
def test_random_queries_answer_as_one_merged_schema(seed: int) -> None:
    federation = RandomFederation(seed)
    pipeline = Pipeline(federation.supergraph, federation)

    for _ in range(QUERIES_PER_FEDERATION):
        query = federation.draw_query()
        assert not validate(federation.merged, parse(query))

        expected = federation.ask_merged(query)
        answered = asyncio.run(pipeline.answer(GraphQLRequest(query))).body

        assert answered.get("data") == expected.get("data"), query
        assert bool(answered.get("errors")) == bool(expected.get("errors")), query
