"""What the pipeline answers without any subgraph: introspection, refusals, the root's own names."""

import re
from typing import Any

import pytest
from graphql import (
    GraphQLBoolean,
    GraphQLField,
    build_client_schema,
    get_introspection_query,
    introspection_types,
    is_input_object_type,
    print_schema,
)
from prometheus_client import REGISTRY

from gateway.pipeline import GraphQLRequest, Pipeline
from tests.gateway.federation import Federation, Subgraph

FEDERATION = Federation(
    things=Subgraph(
        """
        scalar Url @specifiedBy(url: "https://example.org/url")
        type Query {
          "How many."
          count(of: Filter, kinds: [Kind!] = [ROUND]): Int
          link: Url
          old: Int @deprecated(reason: "gone")
          sure: Int!
          chosen(by: Choice): Int
        }
        input Choice @oneOf { least: Int most: Int }
        "What to count."
        input Filter { least: Int = 3 inner: Filter }
        enum Kind { ROUND SQUARE @deprecated }
        type Mutation { act: Int }
        """,
        {"count": lambda _info, of=None, kinds=None: of["least"] if of else 0, "link": "http://x.test", "act": 4},
    )
)


@pytest.fixture(autouse=True)
def introspection_of_graphql_core(monkeypatch: pytest.MonkeyPatch) -> None:
    """Answer `isOneOf` as a gateway does: a library of the services, loaded by other tests, answers it otherwise."""

    def is_one_of(described: Any, _info: object) -> bool | None:
        return described.is_one_of if is_input_object_type(described) else None

    field = GraphQLField(GraphQLBoolean, resolve=is_one_of)
    monkeypatch.setitem(introspection_types["__Type"].fields, "isOneOf", field)


async def ask(query: str, variables: dict[str, Any] | None = None, **options: Any) -> dict[str, Any]:
    """Return the answer of a pipeline with these options."""
    name = options.pop("operation_name", None)
    pipeline = Pipeline(FEDERATION.supergraph, FEDERATION.client, **options)
    return (await pipeline.answer(GraphQLRequest(query, name, variables or {}))).body


async def test_introspection_gives_the_public_schema_back() -> None:
    query = get_introspection_query(specified_by_url=True, input_value_deprecation=True, one_of=True)

    answer = await ask(query)

    printed = print_schema(build_client_schema(answer["data"]))
    assert printed == print_schema(FEDERATION.supergraph.public_schema)
    assert "join__" not in printed
    assert '"""How many."""' in printed


async def test_introspection_beside_data_with_a_variable() -> None:
    query = "query ($name: String!) { __typename shape: __type(name: $name) { kind } link }"

    assert await ask(query, {"name": "Url"}) == {
        "data": {"__typename": "Query", "shape": {"kind": "SCALAR"}, "link": "http://x.test"}
    }


async def test_introspection_turned_off_is_refused_and_names_nothing() -> None:
    answer = await ask("{ __schema { types { name } } }", introspection=False)
    misspelt = await ask("{ lnk }", introspection=False)

    assert answer["errors"][0]["extensions"]["code"] == "INTROSPECTION_DISABLED"
    assert "data" not in answer
    assert "link" not in misspelt["errors"][0]["message"]


MISSPELT = [
    ("{ lnk }", {}),
    ("{ count(off: {}) }", {}),
    ("{ count(of: {leest: 1}) }", {}),
    ("{ count(kinds: [ROUN]) }", {}),
    ("query ($of: Filtr) { count(of: $of) }", {}),
    ("fragment F on Quer { link } { ...F }", {}),
    ("{ ... on Quer { link } }", {}),
    ("{ link @skp(if: true) }", {}),
    ("query ($of: Filter) { count(of: $of) }", {"of": {"leest": 1}}),
    ("query ($of: Filter) { count(of: $of) }", {"of": {"inner": {"leest": 1}}}),
    ("query ($of: [Kind!]) { count(kinds: $of) }", {"of": ["ROUN"]}),
    ("mutation { ackt }", {}),
    ('{ __type(nme: "Kind") { kind } }', {}),
]


@pytest.mark.parametrize(("query", "variables"), MISSPELT)
async def test_without_introspection_no_mistake_is_answered_with_the_names_that_exist(
    query: str, variables: dict[str, Any]
) -> None:
    hidden = await ask(query, variables, introspection=False)

    messages = " ".join(error["message"] for error in hidden["errors"])
    assert "Did you mean" not in messages
    assert not {"link", "least", "ROUND"} & set(re.findall(r"\w+", messages.replace(query, "")))


async def test_with_introspection_mistakes_are_answered_with_suggestions() -> None:
    told = [" ".join(error["message"] for error in (await ask(*one))["errors"]) for one in MISSPELT]

    assert sum("Did you mean" in message for message in told) > 8


async def test_introspection_tells_what_is_said_of_types_fields_and_values() -> None:
    answer = await ask(
        """{
          __typename
          url: __type(name: "Url") { specifiedByURL }
          query: __type(name: "Query") { fields(includeDeprecated: true) { name description deprecationReason } }
          kind: __type(name: "Kind") { enumValues(includeDeprecated: true) { name isDeprecated } }
          filter: __type(name: "Filter") { description isOneOf inputFields { name defaultValue } }
          choice: __type(name: "Choice") { isOneOf }
        }"""
    )

    data = answer["data"]
    assert (data["__typename"], data["url"]) == ("Query", {"specifiedByURL": "https://example.org/url"})
    fields = {one["name"]: (one["description"], one["deprecationReason"]) for one in data["query"]["fields"]}
    assert (fields["count"], fields["old"]) == (("How many.", None), (None, "gone"))
    assert data["kind"]["enumValues"][1] == {"name": "SQUARE", "isDeprecated": True}
    assert (data["filter"]["description"], data["filter"]["isOneOf"]) == ("What to count.", False)
    assert data["filter"]["inputFields"][0] == {"name": "least", "defaultValue": "3"}
    assert data["choice"] == {"isOneOf": True}


async def test_documents_that_differ_in_their_writing_alone_share_a_plan_and_operations_do_not() -> None:
    pipeline = Pipeline(FEDERATION.supergraph, FEDERATION.client)
    missed = plan_cache_misses()

    for query in ("{ link count }", "{link,count}", "# a\n{\n  link\n  count\n}"):
        await pipeline.answer(GraphQLRequest(query))
    shared = plan_cache_misses() - missed
    for name in ("A", "B", "A"):
        await pipeline.answer(GraphQLRequest("query A { link } query B { count }", name))

    assert (shared, plan_cache_misses() - missed) == (1, 3)


def plan_cache_misses() -> float:
    return REGISTRY.get_sample_value("anju_gateway_plan_cache_total", {"outcome": "miss"}) or 0.0


@pytest.mark.parametrize(
    ("query", "variables", "expected"),
    [
        ("query ($of: Filter = {least: 9}) { count(of: $of) }", {}, 9),
        ("query ($of: Filter = {least: 9}) { count(of: $of) }", {"of": None}, 0),
        ("query ($of: Filter) { count(of: $of) }", {"of": {"least": 5}}, 5),
        ("query ($n: Int) { count(of: {least: 7, inner: {least: $n}}, kinds: [SQUARE]) }", {"n": 1}, 7),
    ],
)
async def test_arguments_and_variables_arrive_as_sent(query: str, variables: dict[str, Any], expected: int) -> None:
    assert await ask(query, variables) == {"data": {"count": expected}}


@pytest.mark.parametrize(
    ("query", "options", "code"),
    [
        ("{", {}, "GRAPHQL_PARSE_FAILED"),
        ("{ }", {}, "GRAPHQL_PARSE_FAILED"),
        ("{ nothing }", {}, "GRAPHQL_VALIDATION_FAILED"),
        ("{ ...F } fragment F on Query { ...F }", {}, "GRAPHQL_VALIDATION_FAILED"),
        ("query ($of: Filter!) { count(of: $of) }", {}, "BAD_USER_INPUT"),
        ("query A { link } query B { link }", {}, "OPERATION_RESOLUTION_FAILURE"),
        ("query A { link } query B { link }", {"operation_name": "C"}, "OPERATION_RESOLUTION_FAILURE"),
    ],
)
async def test_a_refused_request_has_no_data_and_one_code(query: str, options: dict[str, Any], code: str) -> None:
    answer = await ask(query, **options)

    assert "data" not in answer
    assert [error["extensions"]["code"] for error in answer["errors"]] == [code]


async def test_a_null_where_none_may_be_is_told_once() -> None:
    answer = await ask("{ link sure }")

    assert answer["data"] is None
    assert [error["path"] for error in answer["errors"]] == [["sure"]]


async def test_a_mutation_over_get_is_refused() -> None:
    pipeline = Pipeline(FEDERATION.supergraph, FEDERATION.client)

    answer = await pipeline.answer(GraphQLRequest("mutation { act }", read_only=True))

    assert answer.mutation_refused
    assert answer.body["errors"][0]["extensions"]["code"] == "METHOD_NOT_ALLOWED"
