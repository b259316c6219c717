"""A query over a limit is refused with the limit and the value, before it is parsed, validated or planned."""

from dataclasses import replace
from typing import Any

import pytest
from graphql import get_introspection_query

from gateway.limits.check import LimitChecker
from gateway.limits.faults import DocumentWrong
from gateway.limits.refusal import VALUE_MAX, LimitExceeded
from gateway.pipeline import GraphQLRequest, Pipeline
from gateway.settings import QueryLimits
from gateway.supergraph.read import read_supergraph
from tests.gateway.federation import Federation, Subgraph

SUPERGRAPH = read_supergraph(
    """
    schema
      @link(url: "https://specs.apollo.dev/link/v1.0")
      @link(url: "https://specs.apollo.dev/join/v0.5", for: EXECUTION)
      @link(url: "https://specs.apollo.dev/cost/v0.1", import: ["@cost", {name: "@listSize", as: "@long"}])
    { query: Query }
    enum join__Graph { A @join__graph(name: "a", url: "http://a.test/") }
    input Page @join__type(graph: A) { first: Int }
    type Query @join__type(graph: A) {
      node: Node
      nodes(first: Int, last: Int): [Node]
      connection(first: Int): Connection
      sized(limit: Int, page: Page): Connection @long(slicingArguments: ["limit", "page.first"], sizedFields: ["nodes"])
      assumed: [Node] @long(assumedSize: 50)
      either(first: Int, last: Int): [Node]
        @long(assumedSize: 50, slicingArguments: ["first", "last"], requireOneSlicingArgument: false)
      defaulted(first: Int = 20): [Node]
      expensive(by: Int @cost(weight: 2)): Int @cost(weight: 7)
    }
    type Connection @join__type(graph: A) { nodes: [Node] others: [Node] total: Int }
    type Node @join__type(graph: A) { id: ID node: Node nodes(first: Int): [Node] heavy: Heavy }
    type Heavy @join__type(graph: A) @cost(weight: 5) { id: ID }
    """
)
OFF = QueryLimits(**dict.fromkeys(QueryLimits.__dataclass_fields__, 0))


def check(query: str, variables: dict[str, Any] | None = None, operation: str | None = None, **limits: int) -> None:
    checker = LimitChecker(SUPERGRAPH, replace(OFF, list_size_assumed=1, **limits))
    cost = checker.check_document(query).get(operation)
    if cost is not None:
        checker.check_variables(cost, variables or {})


@pytest.mark.parametrize(
    ("limit", "query", "value"),
    [
        ("characters", "{ a }", 5),
        ("literal_characters", '{ total(a: "bcd") }', 5),
        ("tokens", '{ a(b: "c d", # e\n f: """g "h" \\""" i""") }', 11),
        ("operations", "query A { a } query B { a }", 2),
        ("directives", "query A @x { a @y(b: 1) ... @z { b } }", 3),
        ("depth", "{ a { b { c } } }", 3),
        ("depth", "{ a { ...F } } fragment F on T { b { ... on T { c { d } } } }", 4),
        ("aliases", "{ x: a { y: b c } ...F ...F } fragment F on Query { z: a }", 4),
        ("root_fields", "{ a ... { b } ...F } fragment F on Query { c { d } e }", 4),
        ("fields", "{ a { b c(d: {e: 1}) } ...F ...F } fragment F on Query { a }", 5),
        ("list_size", "{ node { nodes(first: 12) { id } } }", 12),
        ("list_size", "{ ...F } fragment F on Query { nodes(last: 12) { id } }", 12),
    ],
)
def test_each_limit_counts_what_it_names(limit: str, query: str, value: int) -> None:
    check(query, **{limit: value})

    with pytest.raises(LimitExceeded) as refusal:
        check(query, **{limit: value - 1})

    assert refusal.value.extensions() == {"limit": limit, "value": value, "maximum": value - 1}


@pytest.mark.parametrize(
    ("query", "variables", "cost"),
    [
        ("{ node { node { id } } }", {}, 1 + 1),
        ("{ nodes(first: 10) { id } }", {}, 10),
        ("{ nodes(first: 10) { nodes(first: 5) { id } } }", {}, 10 + 10 * 5),
        ("{ nodes { nodes { id } } }", {}, 1 + 1),
        ("{ connection(first: 10) { nodes { node { id } } total } }", {}, 1 + 10 + 10),
        ("{ connection(first: 10) { ...F } } fragment F on Connection { nodes { id } }", {}, 1 + 10),
        ("{ sized(limit: 4) { nodes { id } others { id } } }", {}, 1 + 4 + 1),
        ("{ sized(page: {first: 4}) { nodes { id } } }", {}, 1 + 4),
        ("{ assumed { heavy { id } } }", {}, 50 + 50 * 5),
        ("{ either { id } }", {}, 50),
        ("{ either(first: 3, last: 4) { id } }", {}, 4),
        ("{ defaulted { id } }", {}, 20),
        ("{ defaulted(first: 2) { id } }", {}, 2),
        ("{ expensive(by: 1) }", {}, 7 + 2),
        ("query ($n: Int) { nodes(first: $n) { id } }", {"n": 6}, 6),
        ("query ($n: Int) { nodes(first: $n) { nodes(first: $n) { id } } }", {"n": 6}, 6 + 6 * 6),
        ("query ($n: Int = 9) { nodes(first: $n) { id } }", {}, 9),
        ("query ($n: Int) { nodes(first: $n) { node { id } } }", {}, 1 + 1),
        ("query ($p: Page) { sized(page: $p) { nodes { id } } }", {"p": {"first": 8}}, 1 + 8),
        ("query ($n: Int) { connection(first: $n) { ...F } } fragment F on Connection { nodes { id } }", {"n": 3}, 4),
    ],
)
def test_cost_multiplies_by_the_lists_asked_for(query: str, variables: dict[str, Any], cost: int) -> None:
    check(query, variables, cost=cost)

    with pytest.raises(LimitExceeded) as refusal:
        check(query, variables, cost=cost - 1)

    assert refusal.value.extensions() == {"limit": "cost", "value": cost, "maximum": cost - 1}


@pytest.mark.parametrize(
    ("arguments", "given"),
    [("", 0), ("(limit: null)", 0), ("(limit: 4, page: {first: 4})", 2), ("(limit: 4, page: $p)", 2)],
)
def test_a_list_that_requires_one_slicing_argument_gets_exactly_one(arguments: str, given: int) -> None:
    with pytest.raises(DocumentWrong) as refusal:
        check(f"{{ sized{arguments} {{ total }} }}", cost=10**6)

    told = f"Field 'Query.sized' needs exactly one of limit, page.first to be given, not {given}."
    assert [(error.message, error.locations) for error in refusal.value.errors()] == [(told, [(1, 3)])]
    for one in ("(limit: 4)", "(page: {first: 4})", "(page: $p)"):
        check(f"query ($p: Page) {{ sized{one} {{ total }} }}", cost=10**6)


def test_introspection_is_bounded_by_the_size_of_the_schema() -> None:
    whole = get_introspection_query(specified_by_url=True, input_value_deprecation=True)

    check(whole, cost=1)
    with pytest.raises(LimitExceeded) as refusal:
        check(
            "{ " + "".join(f"a{n}: __schema {{ types {{ fields {{ args {{ name }} }} }} }} " for n in range(50)) + "}",
            cost=1,
        )

    assert refusal.value.limit == "introspection"


@pytest.mark.parametrize(
    ("limit", "variables", "value"),
    [
        ("variable_values", {"a": [1, [2, {"b": 3}]]}, 6),
        ("variable_members", {"a": {"b": 1, "c": {"d": 1, "e": 2, "f": 3}}}, 3),
        ("variable_characters", {"a": ["b", {"c": "four"}]}, 4),
    ],
)
def test_variables_are_bounded_before_they_are_read(limit: str, variables: dict[str, Any], value: int) -> None:
    def check_values(maximum: int) -> None:
        LimitChecker(SUPERGRAPH, replace(OFF, **{limit: maximum})).check_values(variables)

    check_values(value)
    with pytest.raises(LimitExceeded) as refusal:
        check_values(value - 1)

    assert refusal.value.extensions() == {"limit": limit, "value": value, "maximum": value - 1}


def test_a_mutation_may_carry_a_file_as_a_text() -> None:
    LimitChecker(SUPERGRAPH, replace(OFF, variable_characters=3)).check_values({"file": "four"}, carries_files=True)


def test_a_list_size_in_a_variable_is_checked_per_request() -> None:
    query = "query ($n: Int) { nodes(first: $n) { id } }"

    check(query, {"n": 10}, list_size=10)
    with pytest.raises(LimitExceeded) as refusal:
        check(query, {"n": 11}, list_size=10)

    assert refusal.value.extensions() == {"limit": "list_size", "value": 11, "maximum": 10}


def test_fields_under_one_key_are_counted_with_the_square() -> None:
    query = "{ node { " + "id " * 100 + "} }"

    with pytest.raises(LimitExceeded) as refusal:
        check(query, field_comparisons=4_000)

    assert refusal.value.limit == "field_comparisons"
    assert refusal.value.value >= 100 * 99 // 2
    check(query, field_comparisons=6_000)


DOUBLING = " ".join(f"fragment F{n} on T {{ a {{ ...F{n + 1} ...F{n + 1} }} }}" for n in range(60))


@pytest.mark.parametrize(
    ("query", "limit"),
    [
        ("{ ...F0 } " + DOUBLING + " fragment F60 on T { a }", "fields"),
        ("{ a " * 1_900, "nesting"),
        ("{ a(b: " + "[" * 20_000, "tokens"),
        ("{ " + "a " * 4_000 + "}", "tokens"),
        ('{ a(b: "' + "x" * 10_000 + '") }', "literal_characters"),
        ('{ a(b: "' + "\\" * 300_000, "characters"),
        ("#" * 10_000_000, "characters"),
        ("{ " + " ".join(f"a{n}: node {{ id }}" for n in range(501)) + " }", "root_fields"),
        (
            "{ ...F0 }" + "".join(f"fragment F{n} on Query {{ ...F{n + 1} }}" for n in range(300)),
            "fragments_in_fragments",
        ),
        ("{ node { " + "id " * 3_900 + "} }", "field_comparisons"),
    ],
    ids=lambda value: value if len(value) < 30 else "query",
)
def test_a_hostile_query_is_refused_without_being_unfolded(query: str, limit: str) -> None:
    with pytest.raises(LimitExceeded) as refusal:
        LimitChecker(SUPERGRAPH, QueryLimits()).check_document(query)

    assert refusal.value.limit == limit
    assert refusal.value.value <= VALUE_MAX


def test_variable_list_sizes_are_not_multiplied_out_without_end() -> None:
    sized = " ".join(f"nodes(first: $v{n}) {{ id }}" for n in range(400))
    variables = " ".join(f"$v{n}: Int" for n in range(400))
    query = f"query ({variables}) {{ node {{ {'...F ' * 400} }} }} fragment F on Node {{ {sized} }}"

    with pytest.raises(LimitExceeded) as refusal:
        check(query, cost=10**9)

    assert refusal.value.limit == "cost_terms"


@pytest.mark.parametrize(
    "query",
    [
        "",
        "{",
        "}",
        "query",
        "query (",
        "fragment",
        "fragment F on",
        "{ ...",
        "{ a(",
        "{ a: ",
        '{ a(b: "',
        '{ a(b: """',
        ") ] } { @ $ ! | & = ...",
        "{ a @",
        "query ($",
        "type T { a: Int }",
    ],
)
def test_what_is_no_query_is_left_to_the_parser(query: str) -> None:
    LimitChecker(SUPERGRAPH, QueryLimits()).check_document(query)


def test_a_circular_fragment_is_left_to_validation() -> None:
    LimitChecker(SUPERGRAPH, QueryLimits()).check_document("{ ...F } fragment F on Query { node { id } ...F }")


def limited(**limits: int) -> Federation:
    federation = Federation(
        a=Subgraph('type Query { node: Node } type Node @key(fields: "id") { id: ID }', {"node": {"id": "1"}}),
        b=Subgraph(
            'type Node @key(fields: "id") { id: ID name: String }',
            entities={"Node": lambda given: {"__typename": "Node", "id": given["id"], "name": "N"}},
        ),
    )
    federation.pipeline = Pipeline(federation.supergraph, federation.client, limits=QueryLimits(**limits))
    return federation


async def test_the_refusal_tells_limit_value_and_maximum_and_asks_no_subgraph() -> None:
    federation = limited(depth=1)

    answer = await federation.pipeline.answer(GraphQLRequest("{ node { id } }"))

    assert answer.body == {
        "errors": [
            {
                "message": "The operation's depth is 2; at most 1 is allowed.",
                "extensions": {"code": "LIMIT_EXCEEDED", "limit": "depth", "value": 2, "maximum": 1},
            }
        ]
    }
    assert not answer.executed
    assert federation.calls == []


async def test_a_plan_that_asks_the_subgraphs_too_often_is_refused() -> None:
    query = "{ node { id name } }"

    refused = await limited(subgraph_requests=1).ask(query)
    answered = await limited(subgraph_requests=2).ask(query)

    assert refused["errors"][0]["extensions"] == {
        "code": "LIMIT_EXCEEDED",
        "limit": "subgraph_requests",
        "value": 2,
        "maximum": 1,
    }
    assert answered == {"data": {"node": {"id": "1", "name": "N"}}}


async def test_wrong_variables_are_told_up_to_a_number() -> None:
    federation = Federation(a=Subgraph("type Query { sum(of: [Int]): Int }"))

    answer = await federation.ask("query ($of: [Int]) { sum(of: $of) }", {"of": ["x"] * 1_000})

    assert len(answer["errors"]) == 21
    assert "Too many errors" in answer["errors"][-1]["message"]
