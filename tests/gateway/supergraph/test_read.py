"""Reading supergraph documents: versions, features, what clients see."""

import pytest
from graphql import print_schema

from gateway.supergraph.features import UnsupportedSupergraph
from gateway.supergraph.read import read_supergraph

HEAD = """
schema
  @link(url: "https://specs.apollo.dev/link/v1.0")
  @link(url: "https://specs.apollo.dev/join/{version}", for: EXECUTION)
  {features}
{{ query: Query }}
scalar join__FieldSet
enum join__Graph {{
  A @join__graph(name: "a", url: "http://a.test")
  B @join__graph(name: "b", url: "http://b.test")
}}
"""


def document(body: str, *, version: str = "v0.3", features: str = "") -> str:
    """Return a supergraph document."""
    return HEAD.format(version=version, features=features) + body


QUERY = "type Query @join__type(graph: A) @join__type(graph: B) { a: Int @join__field(graph: A) }"


@pytest.mark.parametrize("version", ["v0.2", "v0.3", "v0.4", "v0.5"])
def test_known_join_versions_are_read(version: str) -> None:
    supergraph = read_supergraph(document(QUERY, version=version))

    assert list(supergraph.types["Query"].fields["a"].in_graphs) == ["A"]


@pytest.mark.parametrize(
    ("text", "named"),
    [
        (document(QUERY, version="v9.9"), "v9.9"),
        ("type Query { a: Int }", "no join"),
        ("type Query {", "does not parse"),
        (document(QUERY, features='@link(url: "https://example.org/vault/v1.0", for: SECURITY)'), "vault"),
        (document(QUERY, features='@link(url: "https://example.org/speed/v1.0", for: EXECUTION)'), "speed"),
    ],
)
def test_what_cannot_be_served_is_refused_by_name(text: str, named: str) -> None:
    with pytest.raises(UnsupportedSupergraph, match=named):
        read_supergraph(text)


def test_a_feature_for_neither_security_nor_execution_is_let_be() -> None:
    features = '@link(url: "https://example.org/notes/v1.0")'

    assert read_supergraph(document(QUERY, features=features)).query_type == "Query"


def test_subgraph_addresses_can_be_replaced_by_name() -> None:
    supergraph = read_supergraph(document(QUERY), {"b": "http://elsewhere.test"})

    assert [one.url for one in supergraph.subgraphs.values()] == ["http://a.test", "http://elsewhere.test"]


INACCESSIBLE = """
type Query @join__type(graph: A) @join__type(graph: B) {
  a(open: Int, hidden: Int @inaccessible, gone: Gone): Int @join__field(graph: A)
  secret: Secret @join__field(graph: A)
  union: Either @join__field(graph: A)
}
type Secret @join__type(graph: A) @inaccessible { x: Int }
type Shown @join__type(graph: A) { y: Int @deprecated(reason: "old") z: Int @inaccessible }
union Either @join__type(graph: A) = Secret | Shown
input Gone @join__type(graph: A) { only: Hidden }
enum Hidden @join__type(graph: A) { ONE @inaccessible }
"""


def test_what_is_inaccessible_goes_with_all_that_hangs_on_it() -> None:
    features = '@link(url: "https://specs.apollo.dev/inaccessible/v0.2", for: SECURITY)'

    supergraph = read_supergraph(document(INACCESSIBLE, features=features))

    assert print_schema(supergraph.public_schema) == (
        "type Query {\n  a(open: Int): Int\n  union: Either\n}\n\n"
        'type Shown {\n  y: Int @deprecated(reason: "old")\n}\n\n'
        "union Either = Shown"
    )


def test_renamed_features_are_followed() -> None:
    features = '@link(url: "https://specs.apollo.dev/inaccessible/v0.2", as: "unseen", for: SECURITY)'
    text = document(INACCESSIBLE.replace("@inaccessible", "@unseen"), features=features)

    assert "Secret" not in read_supergraph(text).public_schema.type_map


FEDERATION_1 = """
schema @core(feature: "https://specs.apollo.dev/core/v0.1") @core(feature: "https://specs.apollo.dev/join/v0.1")
{ query: Query }
enum join__Graph {
  A @join__graph(name: "a", url: "http://a.test")
  B @join__graph(name: "b", url: "http://b.test")
}
type Query { user: User @join__field(graph: A) }
type User @join__owner(graph: A) @join__type(graph: A, key: "id") @join__type(graph: B, key: "id") {
  id: ID! @join__field(graph: A)
  name: String
  age: Int @join__field(graph: B)
}
"""


def test_join_0_1_gives_fields_to_the_owner_and_keys_to_all() -> None:
    fields = read_supergraph(FEDERATION_1).types["User"].fields

    assert {name: sorted(one.in_graphs) for name, one in fields.items()} == {
        "id": ["A", "B"],
        "name": ["A"],
        "age": ["B"],
    }
