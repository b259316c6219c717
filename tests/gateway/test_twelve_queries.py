"""Twelve queries of real screens on the sketch of the services: right, in few calls, partly when one is stopped."""

from collections import Counter
from collections.abc import Iterator
from functools import cache
from typing import Any

import pytest
from graphql import graphql_sync

from gateway.pipeline import GraphQLRequest, Pipeline
from gateway.supergraph.compose import SERVICE_URLS, compose, read_services
from gateway.supergraph.read import read_supergraph
from tests.gateway.sketch.stubs import SERVICES, SKETCH, SketchClient, resolve, stub_schema, variables_of

SDL = (SKETCH / "supergraph.graphql").read_text(encoding="utf-8")
QUERIES = {path.stem: path.read_text(encoding="utf-8") for path in sorted((SKETCH / "queries").glob("*.graphql"))}

# The services that each query needs: each is called once, however many objects it is asked about.
NEEDED = {
    "01-estate-overview": {"registry", "finance", "trust", "inspection"},
    "02-street-dashboard": {"registry", "finance", "inspection"},
    "03-contract-file": {"registry", "finance", "trust", "inspection"},
    "04-owner-money": {"registry", "finance", "trust", "inspection"},
    "05-voucher-check": {"registry", "trust", "inspection"},
    "06-deposit-move": {"registry", "finance", "inspection"},
    "07-reward-run": {"finance", "inspection"},
    "08-arrears-to-mediation": {"registry", "finance", "inspection"},
    "09-provider-due-diligence": {"registry", "finance", "inspection"},
    "10-maintenance-use": {"registry", "finance", "inspection"},
    "11-campaign-month": {"registry", "inspection"},
    "12-mode-and-subsidy": {"registry", "finance", "trust", "inspection"},
}
Path = tuple[str | int, ...]


@cache
def city() -> tuple[Pipeline, SketchClient]:
    """Return a gateway over the sketch, all its services running."""
    supergraph = read_supergraph(SDL)
    client = SketchClient(supergraph, {name: stub_schema(name) for name in SERVICES})
    return Pipeline(supergraph, client), client


async def ask(query: str, *stopped: str) -> dict[str, Any]:
    """Return the gateway's answer while these services are stopped."""
    pipeline, client = city()
    client.stopped = frozenset(stopped)
    client.calls.clear()
    return (await pipeline.answer(GraphQLRequest(query, variables=variables_of(query)))).body


def differences(
    whole: Any, partial: Any, path: tuple[str | int, ...] = ()
) -> Iterator[tuple[tuple[str | int, ...], Any]]:
    """Yield where the partial answer differs, with what stands there instead."""
    if isinstance(whole, dict) and isinstance(partial, dict):
        assert list(whole) == list(partial)
        for name, value in whole.items():
            yield from differences(value, partial[name], (*path, name))
    elif isinstance(whole, list) and isinstance(partial, list) and len(whole) == len(partial):
        for index, value in enumerate(whole):
            yield from differences(value, partial[index], (*path, index))
    elif whole != partial:
        yield path, partial


def owners(path: Path) -> set[str]:
    """Return the services that answer the field at the end of the path."""
    supergraph = city()[0].supergraph
    holder, found = supergraph.query_type, set()
    for name in (step for step in path if isinstance(step, str)):
        one = supergraph.types[holder].fields[name]
        holder, found = one.type_name, {supergraph.subgraphs[graph].name for graph in one.in_graphs}
    return found


def test_the_committed_supergraph_is_composed_from_the_sketch() -> None:
    assert compose(read_services(SKETCH / "services", SERVICE_URLS)) == SDL


@pytest.mark.parametrize("name", QUERIES)
async def test_the_answer_is_that_of_one_merged_schema(name: str) -> None:
    query = QUERIES[name]
    schema = city()[0].supergraph.public_schema
    merged = graphql_sync(schema, query, {"seed": "Query"}, variable_values=variables_of(query), field_resolver=resolve)

    answer = await ask(query)

    assert merged.errors is None
    assert answer == {"data": merged.data}
    assert Counter(city()[1].calls) == dict.fromkeys(NEEDED[name], 1)


@pytest.mark.parametrize("stopped", SERVICES)
@pytest.mark.parametrize("name", QUERIES)
async def test_a_stopped_service_takes_away_its_own_fields_alone(name: str, stopped: str) -> None:
    query = QUERIES[name]
    whole = await ask(query)
    needed = stopped in NEEDED[name]

    partial = await ask(query, stopped)

    missing = dict(differences(whole["data"], partial["data"]))
    assert set(missing.values()) <= {None}
    # Both fields of query 07 may not be null, so that without either of them there is no data at all.
    assert all(owners(path) == {stopped} for path in missing if path)
    assert bool(missing) == needed == ("errors" in partial)
    for error in partial.get("errors", ()):
        assert error["extensions"]["serviceName"] == stopped
        assert error["path"]
