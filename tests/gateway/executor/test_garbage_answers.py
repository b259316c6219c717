"""Fuzz of subgraph answers: whatever comes, the gateway answers, and what it answers has the schema's shape."""

import asyncio
import os
import random
from collections.abc import Mapping
from typing import Any

import orjson
from graphql import (
    GraphQLEnumType,
    GraphQLList,
    GraphQLNonNull,
    GraphQLOutputType,
    OperationDefinitionNode,
    is_leaf_type,
    parse,
)
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from gateway.executor.subgraph_client import SubgraphAnswer, read_answer
from gateway.pipeline import GraphQLRequest, Pipeline
from tests.gateway.random_federation import RandomFederation

CASES = int(os.environ.get("ANJU_DIFFERENTIAL_CASES", "60"))
GARBAGE: list[Any] = [
    *(None, 0, 1, -1.5, 1e300, True, "x", "", [], {}, [None], [[]], [1, "a", {}]),
    *({"__typename": "Nope"}, {"__typename": 5}, {"__typename": []}, {"id": {}}, {"__typename": "E0", "id": [1]}),
]


class GarblingClient:
    """Passes questions on and garbles the answers."""

    def __init__(self, federation: RandomFederation, seed: int) -> None:
        self.federation = federation
        self.random = random.Random(seed)
        self.share = self.random.choice([0.02, 0.1, 0.3])

    async def ask(
        self, graph: str, body: bytes, headers: Mapping[str, str], *, repeatable: bool, deadline: float | None = None
    ) -> SubgraphAnswer:
        """Answer with parts replaced, left out or added."""
        answer = await self.federation.ask(graph, body, headers, repeatable=repeatable, deadline=deadline)
        garbled = self._garble({"data": answer.data, "errors": answer.errors})
        if self.random.random() < 0.1:
            odd = self.random.choice(GARBAGE)
            garbled = {"data": None, "errors": [odd, {"message": odd, "path": odd, "extensions": odd}]}
        return read_answer(200, orjson.dumps(garbled))

    def _garble(self, value: Any) -> Any:
        if self.random.random() < self.share:
            return self.random.choice(GARBAGE)
        if isinstance(value, dict):
            return {key: self._garble(one) for key, one in value.items() if self.random.random() > self.share / 2}
        return [self._garble(one) for one in value] if isinstance(value, list) else value


def fits(of_type: GraphQLOutputType, value: Any) -> bool:
    """Return whether a value may be answered for a type; objects are looked into by their fields' own check."""
    if isinstance(of_type, GraphQLNonNull):
        return value is not None and fits(of_type.of_type, value)
    if value is None:
        return True
    if isinstance(of_type, GraphQLList):
        return isinstance(value, list) and all(fits(of_type.of_type, one) for one in value)
    if is_leaf_type(of_type):
        allowed = {"Int": int, "String": str, "ID": str}.get(of_type.name, object)
        return isinstance(value, allowed) and not isinstance(of_type, GraphQLEnumType)
    return isinstance(value, dict)


@settings(max_examples=CASES, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))
@given(seed=st.integers(min_value=0, max_value=2**48))
def test_garbage_from_subgraphs_never_becomes_garbage_for_clients(seed: int) -> None:
    federation = RandomFederation(seed)
    query = federation.draw_query()
    pipeline = Pipeline(federation.supergraph, GarblingClient(federation, seed))

    body = asyncio.run(pipeline.answer(GraphQLRequest(query))).body

    orjson.dumps(body)
    roots = federation.supergraph.public_schema.query_type
    operation = parse(query).definitions[0]
    assert roots is not None
    assert isinstance(operation, OperationDefinitionNode)
    names = {
        (one.alias or one.name).value: one.name.value
        for one in operation.selection_set.selections
        if hasattr(one, "name")
    }
    for name, value in (body["data"] or {}).items():
        assert names[name] == "__typename" or fits(roots.fields[names[name]].type, value)
