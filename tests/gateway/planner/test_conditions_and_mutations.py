"""`@skip` and `@include` decide before planning; mutations run one after the other, each with its follow-ups."""

from typing import Any

from tests.gateway.federation import Federation, Subgraph, plan_text

FEDERATION = Federation(
    products=Subgraph(
        'type Query { product: Product } type Product @key(fields: "id") { id: ID! price: Int name: String }',
        {"product": {"id": "p1", "price": 5, "name": "Lamp"}},
        {"Product": lambda r: {**r, "price": 5, "name": "Lamp"}},
    ),
    advice=Subgraph(
        """
        type Product @key(fields: "id") {
          id: ID!
          price: Int @external
          dear: Boolean @requires(fields: "price")
          stock(of: Int): Int
        }
        """,
        entities={"Product": lambda r: {**r, "dear": True, "stock": lambda _info, of: of}},
    ),
)


async def test_a_skipped_field_is_not_fetched_and_neither_is_what_it_requires() -> None:
    query = "query ($wanted: Boolean = false) { product { name dear @include(if: $wanted) } }"

    assert await FEDERATION.ask(query) == {"data": {"product": {"name": "Lamp"}}}
    assert [call.query for call in FEDERATION.client.calls] == ["{product {name}}"]

    assert await FEDERATION.ask(query, {"wanted": True}) == {"data": {"product": {"name": "Lamp", "dear": True}}}
    assert FEDERATION.calls == ["products", "advice"]


async def test_conditions_hold_on_fragments_and_combine() -> None:
    query = """
    query ($a: Boolean!, $b: Boolean!) {
      product { ... @include(if: $a) { name ... @skip(if: $b) { stock(of: 1) } } ...More @skip(if: $a) }
    }
    fragment More on Product { price }
    """

    assert await FEDERATION.ask(query, {"a": True, "b": False}) == {"data": {"product": {"name": "Lamp", "stock": 1}}}
    assert await FEDERATION.ask(query, {"a": True, "b": True}) == {"data": {"product": {"name": "Lamp"}}}
    assert await FEDERATION.ask(query, {"a": False, "b": False}) == {"data": {"product": {"price": 5}}}


async def test_an_object_of_which_everything_is_skipped_is_still_there() -> None:
    answer = await FEDERATION.ask("query ($no: Boolean!) { product { name @skip(if: $no) } }", {"no": True})

    assert answer == {"data": {"product": {}}}


async def test_a_variable_goes_only_to_the_fetch_that_uses_it() -> None:
    answer = await FEDERATION.ask("query ($of: Int!) { product { name stock(of: $of) } }", {"of": 3})

    assert answer == {"data": {"product": {"name": "Lamp", "stock": 3}}}
    assert FEDERATION.client.calls[0].query == "{product {name id}}"
    assert FEDERATION.client.calls[0].variables == {}
    assert FEDERATION.client.calls[1].query.startswith("query($of: Int!, $representations: [_Any!]!)")
    assert FEDERATION.client.calls[1].variables["of"] == 3


DONE: list[str] = []


def doing(name: str) -> Any:
    """Return a mutation that notes that it ran."""

    def run(_info: object, number: int) -> dict[str, Any]:
        DONE.append(f"{name} {number}")
        return {"__typename": "Product", "id": str(number)}

    return run


def priced(representation: dict[str, Any]) -> dict[str, Any]:
    """Note the follow-up."""
    DONE.append(f"price {representation['id']}")
    return {**representation, "price": int(representation["id"]) * 10}


MUTATIONS = Federation(
    adding=Subgraph(
        """
        type Query { nothing: Int }
        type Mutation { add(number: Int!): Product! }
        type Product @key(fields: "id") { id: ID! }
        """,
        {"add": doing("add")},
    ),
    removing=Subgraph(
        """
        type Mutation { remove(number: Int!): Product! }
        type Product @key(fields: "id") { id: ID! price: Int }
        """,
        {"remove": doing("remove")},
        {"Product": priced},
    ),
)
SERIAL = "mutation { a: add(number: 1) { price } remove(number: 2) { id } b: add(number: 3) { price } }"


async def test_mutations_run_in_order_each_followed_by_its_own_fetches() -> None:
    DONE.clear()

    answer = await MUTATIONS.ask(SERIAL)

    assert answer == {"data": {"a": {"price": 10}, "remove": {"id": "2"}, "b": {"price": 30}}}
    assert DONE == ["add 1", "price 1", "remove 2", "add 3", "price 3"]


def test_each_mutation_has_its_own_levels() -> None:
    query = "mutation { add(number: 1) { price } remove(number: 2) { price } }"

    assert MUTATIONS.plan(query) == plan_text("""
    Plan {
      Level 0 {
        Fetch(adding) {
          add(number: 1) {
            id
          }
        }
      }
      Level 1 {
        Fetch(removing, at add) {
          Product by { id } =>
          ... on Product {
            price
          }
        }
      }
      Level 2 {
        Fetch(removing) {
          remove(number: 2) {
            price
          }
        }
      }
    }
    """)
