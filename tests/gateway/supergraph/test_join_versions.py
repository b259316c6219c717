"""A supergraph of each version of the join specification, read and asked."""

from typing import Any

import pytest

from tests.gateway.federation import Federation, Subgraph

HEAD = """
schema @link(url: "https://specs.apollo.dev/link/v1.0") @link(url: "https://specs.apollo.dev/join/{}", for: EXECUTION)
{{ query: Query }}
enum join__Graph {{ A @join__graph(name: "a", url: "http://a.test") B @join__graph(name: "b", url: "http://b.test") }}
"""
V0_1 = """
schema @core(feature: "https://specs.apollo.dev/core/v0.1") @core(feature: "https://specs.apollo.dev/join/v0.1")
{ query: Query }
directive @core(feature: String!) repeatable on SCHEMA
directive @join__field(graph: join__Graph, requires: join__FieldSet, provides: join__FieldSet) on FIELD_DEFINITION
directive @join__type(graph: join__Graph!, key: join__FieldSet) repeatable on OBJECT | INTERFACE
directive @join__owner(graph: join__Graph!) on OBJECT | INTERFACE
directive @join__graph(name: String!, url: String!) on ENUM_VALUE
scalar join__FieldSet
enum join__Graph { A @join__graph(name: "a", url: "http://a.test") B @join__graph(name: "b", url: "http://b.test") }
type Query { users: [Named] @join__field(graph: A) one: Either @join__field(graph: A) }
interface Named { id: ID! name: String }
union Either = User
type User implements Named @join__owner(graph: A) @join__type(graph: A, key: "id") @join__type(graph: B, key: "id") {
  id: ID! @join__field(graph: A)
  name: String @join__field(graph: A)
  address: Address @join__field(graph: A)
  greeting: String @join__field(graph: B, requires: "name")
  home: Address @join__field(graph: B)
}
type Address { street: String }
"""
TYPES = """
type Query @join__type(graph: A) @join__type(graph: B) { users: [Named] @join__field(graph: A) one: Either
  @join__field(graph: A) }
interface Named @join__type(graph: A) { id: ID! name: String }
union Either @join__type(graph: A) MEMBERS = User
type User implements Named @join__implements(graph: A, interface: "Named") @join__type(graph: A, key: "id")
  @join__type(graph: B, key: "id") {
  id: ID!
  name: String @join__field(graph: A) @join__field(graph: B, external: true)
  address: Address @join__field(graph: A)
  greeting: String @join__field(graph: B, requires: "name")
  home: Address @join__field(graph: B)
}
type Address @join__type(graph: A) @join__type(graph: B) { street: String }
"""
WITH_MEMBERS = TYPES.replace("MEMBERS", '@join__unionMember(graph: A, member: "User")')
WITH_DIRECTIVES = WITH_MEMBERS.replace("{ street", '@join__directive(graphs: [A], name: "note", args: {}) { street')
DOCUMENTS = {
    "v0.1": V0_1,
    "v0.2": HEAD.format("v0.2") + TYPES.replace("MEMBERS ", ""),
    "v0.3": HEAD.format("v0.3") + WITH_MEMBERS,
    "v0.4": HEAD.format("v0.4") + WITH_MEMBERS,
    "v0.5": HEAD.format("v0.5") + WITH_DIRECTIVES,
}
USER = {"__typename": "User", "id": "1", "name": "Li", "address": {"street": "East"}}


def at_home(sent: dict[str, Any]) -> dict[str, Any]:
    """Find a user as the second subgraph knows them."""
    return {**sent, "greeting": f"Hello {sent.get('name')}", "home": {"street": "West"}}


@pytest.mark.parametrize("version", DOCUMENTS)
async def test_a_supergraph_of_every_version_answers(version: str) -> None:
    federation = Federation(
        DOCUMENTS[version],
        a=Subgraph(
            """
            type Query { users: [Named] one: Either }
            interface Named { id: ID! name: String }
            union Either = User
            type User implements Named { id: ID! name: String address: Address }
            type Address { street: String }
            """,
            {"users": [USER], "one": USER},
        ),
        b=Subgraph(
            """
            type Query { unused: Int }
            type User { id: ID! name: String greeting: String home: Address }
            type Address { street: String }
            """,
            entities={"User": at_home},
        ),
    )

    answer = await federation.ask(
        "{ users { name ... on User { greeting address { street } } } one { ... on User { home { street } } } }"
    )

    assert answer == {
        "data": {
            "users": [{"name": "Li", "greeting": "Hello Li", "address": {"street": "East"}}],
            "one": {"home": {"street": "West"}},
        }
    }
    assert federation.calls == ["a", "b"]
