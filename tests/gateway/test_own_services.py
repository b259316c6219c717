"""The platform's own supergraph over its own services' schemas: a page of a list is one call to each service."""

from collections import Counter
from pathlib import Path

from graphql import GraphQLSchema, build_schema

from gateway.__main__ import OWN_SUPERGRAPH
from gateway.pipeline import GraphQLRequest, Pipeline
from gateway.supergraph.read import read_supergraph
from tests.gateway.sketch.stubs import PAGE_LENGTH, SERVICES, SketchClient

LIST_OF_ESTATES = """{
  estates(filter: {district: "360702"}, first: 50) {
    nodes {
      code name mode
      street { name }
      community { name }
      provider { name creditScores(lastYears: 1) { year score } blacklisted }
      currentContract { number state trustTerms { dualSignAbove } deposit { state demanded } provider { name } }
      arrears { ratio }
      deposits { state demanded }
    }
    pageInfo { hasNextPage endCursor }
  }
}"""


def own_schema(service: str) -> GraphQLSchema:
    """Return a service's executable schema as it is committed."""
    sdl = Path(f"services/{service}/graphql/schema.graphql").read_text(encoding="utf-8")
    return build_schema(sdl, assume_valid=True, assume_valid_sdl=True)


async def test_fifty_estates_with_provider_and_contract_are_one_call_to_each_service() -> None:
    supergraph = read_supergraph(OWN_SUPERGRAPH.read_text(encoding="utf-8"))
    client = SketchClient(supergraph, {service: own_schema(service) for service in SERVICES})

    answer = (await Pipeline(supergraph, client).answer(GraphQLRequest(LIST_OF_ESTATES))).body

    assert "errors" not in answer
    nodes = answer["data"]["estates"]["nodes"]
    assert len(nodes) == PAGE_LENGTH
    assert all(node["provider"]["creditScores"] and node["currentContract"]["deposit"] for node in nodes)
    assert Counter(client.calls) == dict.fromkeys(SERVICES, 1)
