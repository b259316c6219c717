"""`@interfaceObject`: a subgraph adds fields to every implementation of an interface without knowing them."""

from typing import Any

from tests.gateway.federation import Federation, Subgraph, plan_text

STORES = {
    "s1": {"__typename": "Shop", "id": "s1", "name": "Corner"},
    "s2": {"__typename": "Stall", "id": "s2", "name": "Market"},
}


def store(representation: dict[str, Any]) -> dict[str, Any]:
    """Find a store whatever type the representation names."""
    return STORES[representation["id"]]


def rated(representation: dict[str, Any]) -> dict[str, Any]:
    """Rate any store."""
    return {**representation, "rating": 5, "stars": "*" * representation.get("rating", 0)}


FEDERATION = Federation(
    stores=Subgraph(
        """
        type Query { stores: [Store] }
        interface Store @key(fields: "id") { id: ID! name: String }
        type Shop implements Store @key(fields: "id") { id: ID! name: String }
        type Stall implements Store @key(fields: "id") { id: ID! name: String }
        """,
        {"stores": list(STORES.values())},
        {"Store": store, "Shop": store, "Stall": store},
    ),
    ratings=Subgraph(
        """
        type Query { best: [Store] }
        type Store @key(fields: "id") @interfaceObject { id: ID! rating: Int }
        """,
        {"best": [{"id": "s1", "rating": 5}, {"id": "s2", "rating": 5}]},
        {"Store": rated},
    ),
    stars=Subgraph(
        """
        type Store @key(fields: "id") @interfaceObject {
          id: ID!
          rating: Int @external
          stars: String @requires(fields: "rating")
        }
        """,
        entities={"Store": rated},
    ),
)


def test_a_field_of_an_interface_object_is_fetched_for_all_implementations_at_once() -> None:
    assert FEDERATION.plan("{ stores { name rating } }") == plan_text("""
    Plan {
      Level 0 {
        Fetch(stores) {
          stores {
            __typename
            name
            id
          }
        }
      }
      Level 1 {
        Fetch(ratings, at stores) {
          Store by { id } =>
          ... on Store {
            rating
          }
        }
      }
    }
    """)


async def test_representations_for_an_interface_object_name_the_interface() -> None:
    await FEDERATION.ask("{ stores { rating } }")

    assert FEDERATION.client.calls[1].variables["representations"] == [
        {"__typename": "Store", "id": "s1"},
        {"__typename": "Store", "id": "s2"},
    ]


async def test_the_type_name_behind_an_interface_object_comes_from_the_subgraph_that_knows() -> None:
    answer = await FEDERATION.ask("{ best { __typename rating ... on Stall { name } } }")

    assert answer == {
        "data": {"best": [{"__typename": "Shop", "rating": 5}, {"__typename": "Stall", "rating": 5, "name": "Market"}]}
    }
    assert FEDERATION.calls == ["ratings", "stores"]


async def test_no_type_is_looked_up_when_none_is_asked() -> None:
    answer = await FEDERATION.ask("{ best { id rating } }")

    assert answer == {"data": {"best": [{"id": "s1", "rating": 5}, {"id": "s2", "rating": 5}]}}
    assert FEDERATION.calls == ["ratings"]


async def test_a_requirement_on_an_interface_object_is_met_by_another_interface_object() -> None:
    answer = await FEDERATION.ask("{ stores { stars ... on Shop { rating } } }")

    assert answer == {"data": {"stores": [{"stars": "*****", "rating": 5}, {"stars": "*****"}]}}


def test_a_requirement_on_an_interface_object_is_planned_on_the_interface() -> None:
    assert FEDERATION.plan("{ stores { stars } }") == plan_text("""
    Plan {
      Level 0 {
        Fetch(stores) {
          stores {
            __typename
            id
          }
        }
      }
      Level 1 {
        Fetch(ratings, at stores) {
          Store by { id } =>
          ... on Store {
            rating
          }
        }
      }
      Level 2 {
        Fetch(stars, at stores) {
          Store by { id rating } =>
          ... on Store {
            stars
          }
        }
      }
    }
    """)


async def test_an_object_of_which_nothing_is_wanted_is_there_without_its_type() -> None:
    answer = await FEDERATION.ask("{ best { id @skip(if: true) } }")

    assert answer == {"data": {"best": [{}, {}]}}
    assert [call.query for call in FEDERATION.client.calls] == ["{best {_0___typename: __typename}}"]


async def test_the_type_of_an_interfaces_only_implementation_needs_nobody_to_tell_it() -> None:
    federation = Federation(
        people=Subgraph(
            """
            type Query { people: [Person] }
            interface Person @key(fields: "id") { id: ID! }
            type Owner implements Person @key(fields: "id") { id: ID! }
            """
        ),
        mail=Subgraph(
            """
            type Query { addressees: [Person] }
            type Person @key(fields: "id") @interfaceObject { id: ID! address: String }
            """,
            {"addressees": [{"id": "1", "address": "1 Main Street"}]},
        ),
    )

    answer = await federation.ask("{ addressees { address ... on Owner { id } } }")

    assert answer == {"data": {"addressees": [{"address": "1 Main Street", "id": "1"}]}}
    assert federation.calls == ["mail"]
