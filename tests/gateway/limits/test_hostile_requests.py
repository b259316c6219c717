"""Every class of hostile request is refused before planning; what that costs, `bench/gateway/hostile.py` measures."""

from functools import cache

import pytest

from bench.gateway.hostile import refusal_of
from bench.gateway.hostile_requests import hostile_bodies
from gateway.__main__ import OWN_SUPERGRAPH
from gateway.app import build_pipeline
from gateway.executor.http_subgraphs import SubgraphConnections
from gateway.pipeline import Pipeline
from gateway.settings import GatewaySettings

SETTINGS = GatewaySettings(supergraph=OWN_SUPERGRAPH)
BODIES = hostile_bodies()
# What validation or the parser says of a document that is small enough for them.
LEFT_TO_GRAPHQL = {"GRAPHQL_PARSE_FAILED", "GRAPHQL_VALIDATION_FAILED", "BAD_USER_INPUT", "MALFORMED_JSON"}
OWN_REFUSALS = {"LIMIT_EXCEEDED", "BODY_TOO_LARGE", "BATCHING_DISABLED"}


@cache
def pipeline() -> Pipeline:
    """Return a gateway over our own supergraph, with the limits that hold by default."""
    return build_pipeline(OWN_SUPERGRAPH.read_text(encoding="utf-8"), SETTINGS, SubgraphConnections(SETTINGS.traffic))


@pytest.mark.parametrize("name", BODIES)
def test_it_is_refused(name: str) -> None:
    assert refusal_of(pipeline(), BODIES[name], SETTINGS.body_bytes_max) in LEFT_TO_GRAPHQL | OWN_REFUSALS


def test_an_ordinary_request_is_let_through() -> None:
    body = b'{"query":"{ estates(first: 2) { nodes { id name } } }"}'

    assert refusal_of(pipeline(), body, SETTINGS.body_bytes_max) is None
