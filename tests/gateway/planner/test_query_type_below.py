"""Fields that answer the query type again: any subgraph can go on from there, without a key."""

from tests.gateway.federation import Federation, Subgraph, plan_text

ROOTS = {"a": 1, "viewer": {"name": "me", "query": {"a": 1}, "queries": [{"a": 1}, {"a": 1}]}}
# Written by hand: this composition does not let other subgraphs be asked below a field that answers the query type.
SUPERGRAPH = """
schema @link(url: "https://specs.apollo.dev/link/v1.0") @link(url: "https://specs.apollo.dev/join/v0.3", for: EXECUTION)
{ query: Query mutation: Mutation }
enum join__Graph {
  ONE @join__graph(name: "one", url: "") TWO @join__graph(name: "two", url: "")
  THREE @join__graph(name: "three", url: "")
}
type Query @join__type(graph: ONE) @join__type(graph: TWO) @join__type(graph: THREE) {
  a: Int @join__field(graph: ONE)
  viewer: Viewer @join__field(graph: ONE)
  b: Int @join__field(graph: TWO)
  user: User @join__field(graph: TWO)
  now: Int @join__field(graph: THREE)
}
type Mutation @join__type(graph: ONE) { touch: Touched }
type Touched @join__type(graph: ONE) { ok: Boolean query: Query }
type Viewer @join__type(graph: ONE) { name: String query: Query! queries: [Query] }
type User @join__type(graph: TWO, key: "id") @join__type(graph: THREE, key: "id") {
  id: ID!
  name: String @join__field(graph: THREE)
}
"""
FEDERATION = Federation(
    SUPERGRAPH,
    one=Subgraph(
        """
        type Query { a: Int viewer: Viewer }
        type Mutation { touch: Touched }
        type Touched { ok: Boolean query: Query }
        type Viewer { name: String query: Query! queries: [Query] }
        """,
        {**ROOTS, "touch": {"ok": True, "query": {"a": 1}}},
    ),
    two=Subgraph(
        'type Query { b: Int user: User } type User @key(fields: "id") { id: ID! }', {"b": 2, "user": {"id": "u"}}
    ),
    three=Subgraph(
        'type Query { now: Int } type User @key(fields: "id") { id: ID! name: String }',
        {"now": 3},
        {"User": lambda sent: {**sent, "name": "N"}},
    ),
)


def test_another_subgraph_is_asked_from_its_own_root() -> None:
    assert FEDERATION.plan("{ viewer { query { a b } } }") == plan_text("""
    Plan {
      Level 0 {
        Fetch(one) {
          viewer {
            query {
              a
            }
          }
        }
      }
      Level 1 {
        Fetch(two, at viewer.query) {
          b
        }
      }
    }
    """)


async def test_the_answer_goes_where_the_query_type_was() -> None:
    answer = await FEDERATION.ask("{ a viewer { name query { b user { name } } queries { b __typename } } }")

    assert answer == {
        "data": {
            "a": 1,
            "viewer": {
                "name": "me",
                "query": {"b": 2, "user": {"name": "N"}},
                "queries": [{"b": 2, "__typename": "Query"}, {"b": 2, "__typename": "Query"}],
            },
        }
    }


async def test_after_a_mutation_the_other_subgraph_is_still_asked_with_a_query() -> None:
    answer = await FEDERATION.ask("mutation { touch { ok query { a b } } }")

    assert answer == {"data": {"touch": {"ok": True, "query": {"a": 1, "b": 2}}}}
    assert [call.query.startswith("mutation") for call in FEDERATION.client.calls] == [True, False]


async def test_only_fields_of_another_subgraph_below() -> None:
    answer = await FEDERATION.ask("{ viewer { query { now } } }")

    assert answer == {"data": {"viewer": {"query": {"now": 3}}}}


async def test_introspection_answers_in_the_order_of_the_query() -> None:
    answer = await FEDERATION.ask('{ __type(name: "User") { name } b __schema { queryType { name } } a }')

    assert list(answer["data"]) == ["__type", "b", "__schema", "a"]


def test_where_only_another_subgraph_is_asked_below_the_first_selects_the_type_name() -> None:
    assert FEDERATION.plan("{ viewer { query { now } } }") == plan_text("""
    Plan {
      Level 0 {
        Fetch(one) {
          viewer {
            query {
              __typename
            }
          }
        }
      }
      Level 1 {
        Fetch(three, at viewer.query) {
          now
        }
      }
    }
    """)


async def test_the_schema_can_be_asked_below_a_field_that_answers_the_query_type() -> None:
    answer = await FEDERATION.ask(
        '{ viewer { name queries { t: __type(name: "User") { name } a } query { __schema { queryType { name } } } } }'
    )

    assert answer == {
        "data": {
            "viewer": {
                "name": "me",
                "queries": [{"t": {"name": "User"}, "a": 1}, {"t": {"name": "User"}, "a": 1}],
                "query": {"__schema": {"queryType": {"name": "Query"}}},
            }
        }
    }


async def test_the_schema_can_be_asked_below_a_mutation() -> None:
    answer = await FEDERATION.ask("mutation { touch { query { __schema { mutationType { name } } b } } }")

    assert answer == {"data": {"touch": {"query": {"__schema": {"mutationType": {"name": "Mutation"}}, "b": 2}}}}


async def test_what_is_asked_of_the_schema_in_two_places_of_one_selection_is_answered_together() -> None:
    answer = await FEDERATION.ask(
        "query($name: String!, $no: Boolean!) { __type(name: $name) { name } ...More __type(name: $name) @skip(if: $no)"
        " { description } } fragment More on Query { __type(name: $name) { kind } }",
        {"name": "User", "no": True},
    )

    assert answer == {"data": {"__type": {"name": "User", "kind": "OBJECT"}}}
