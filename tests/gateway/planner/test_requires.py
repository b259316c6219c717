"""`@requires`: what a field needs is gathered first, sent with the key, and never shown to the client."""

from typing import Any

from tests.gateway.federation import Federation, Subgraph, plan_text

SIZES = {"p1": {"width": 1, "box": {"height": 5}}, "p2": {"width": 2, "box": {"height": 6}}}


def warehouse(representation: dict[str, Any]) -> dict[str, Any]:
    """A product as its own subgraph knows it."""
    number = representation["id"]

    def price(_info: object, currency: str) -> int:
        return 10 if currency == "CNY" else 1000

    return {"__typename": "Product", "id": number, "price": price, "size": SIZES[number]}


def shipping(representation: dict[str, Any]) -> dict[str, Any]:
    """A product as the shipping subgraph computes it from what it was sent."""
    size = representation.get("size")
    return {
        **representation,
        "fee": representation.get("price"),
        "volume": size and size["width"] * size["box"]["height"],
    }


NESTED = Federation(
    products=Subgraph(
        """
        type Query { products: [Product] }
        type Product @key(fields: "id") { id: ID! price(currency: String): Int size: Size }
        type Size { width: Int box: Box }
        type Box { height: Int }
        """,
        {"products": [warehouse({"id": "p1"}), warehouse({"id": "p2"})]},
        {"Product": warehouse},
    ),
    shipping=Subgraph(
        """
        type Product @key(fields: "id") {
          id: ID!
          price(currency: String): Int @external
          size: Size @external
          fee: Int @requires(fields: "price(currency: \\"USD\\")")
          volume: Int @requires(fields: "size { width box { height } }")
        }
        type Size { width: Int @external box: Box @external }
        type Box { height: Int @external }
        """,
        entities={"Product": shipping},
    ),
)


def test_nested_requirements_are_selected_with_the_key() -> None:
    assert NESTED.plan("{ products { volume } }") == plan_text("""
    Plan {
      Level 0 {
        Fetch(products) {
          products {
            id
            size {
              width
              box {
                height
              }
            }
          }
        }
      }
      Level 1 {
        Fetch(shipping, at products) {
          Product by { id size { width box { height } } } =>
          ... on Product {
            volume
          }
        }
      }
    }
    """)


def test_a_required_field_with_arguments_gets_its_own_key_beside_the_clients() -> None:
    query = '{ products { price(currency: "CNY") fee } }'

    assert NESTED.plan(query) == plan_text("""
    Plan {
      Level 0 {
        Fetch(products) {
          products {
            price(currency: "CNY")
            id
            _1_price: price(currency: "USD")
          }
        }
      }
      Level 1 {
        Fetch(shipping, at products) {
          Product by { id price(currency: "USD") } =>
          ... on Product {
            fee
          }
        }
      }
    }
    """)


async def test_required_arguments_and_client_aliases_do_not_disturb_each_other() -> None:
    answer = await NESTED.ask('{ products { price: id fee cheap: price(currency: "CNY") } }')

    assert answer == {
        "data": {"products": [{"price": "p1", "fee": 1000, "cheap": 10}, {"price": "p2", "fee": 1000, "cheap": 10}]}
    }


async def test_required_fields_do_not_leak_and_share_one_request() -> None:
    answer = await NESTED.ask("{ products { fee volume } }")

    assert answer == {"data": {"products": [{"fee": 1000, "volume": 5}, {"fee": 1000, "volume": 12}]}}
    assert NESTED.calls == ["products", "shipping"]


def priced(representation: dict[str, Any]) -> dict[str, Any]:
    """Fields that need the other subgraph's answer."""
    return {
        **representation,
        "net": representation["price"] - 100 if representation.get("discounted") else None,
        "dear": representation.get("price", 0) > 500,
    }


CHAIN = Federation(
    catalogue=Subgraph(
        'type Query { product: Product } type Product @key(fields: "id") { id: ID! discounted: Boolean! }',
        {"product": {"id": "p1", "discounted": True}},
        {"Product": lambda r: {**r, "discounted": True}},
    ),
    prices=Subgraph(
        'type Product @key(fields: "id") { id: ID! price: Int! }', entities={"Product": lambda r: {**r, "price": 599}}
    ),
    sums=Subgraph(
        """
        type Product @key(fields: "id") {
          id: ID!
          discounted: Boolean! @external
          price: Int! @external
          net: Int @requires(fields: "discounted price")
          dear: Boolean! @requires(fields: "price")
        }
        """,
        entities={"Product": priced},
    ),
    advice=Subgraph(
        """
        type Product @key(fields: "id") {
          id: ID!
          dear: Boolean! @external
          net: Int @external
          affordable: Boolean @requires(fields: "net dear")
        }
        """,
        entities={"Product": lambda r: {**r, "affordable": r["dear"] and r["net"] < 500}},
    ),
)


def test_requirements_of_requirements_are_planned_in_order() -> None:
    query = "{ product { affordable } }"

    assert CHAIN.plan(query) == plan_text("""
    Plan {
      Level 0 {
        Fetch(catalogue) {
          product {
            id
            discounted
          }
        }
      }
      Level 1 {
        Fetch(prices, at product) {
          Product by { id } =>
          ... on Product {
            price
          }
        }
      }
      Level 2 {
        Fetch(sums, at product) {
          Product by { id discounted price } =>
          ... on Product {
            net
            dear
          }
        }
      }
      Level 3 {
        Fetch(advice, at product) {
          Product by { id net dear } =>
          ... on Product {
            affordable
          }
        }
      }
    }
    """)


async def test_requirements_of_requirements_answer() -> None:
    answer = await CHAIN.ask("{ product { affordable net dear } }")

    assert answer == {"data": {"product": {"affordable": True, "net": 499, "dear": True}}}
    assert CHAIN.calls == ["catalogue", "prices", "sums", "advice"]


CIRCULAR = Federation(
    left=Subgraph(
        """
        type Query { product: Product }
        type Product @key(fields: "id") { id: ID! a: Int b: Int @external c: Int @requires(fields: "b") }
        """,
        {"product": {"id": "p1", "a": 1}},
        {"Product": lambda r: {**r, "a": 1, "c": r.get("b", 0) + 1}},
    ),
    right=Subgraph(
        """
        type Product @key(fields: "id") {
          id: ID!
          a: Int @external
          b: Int @requires(fields: "a")
          c: Int @external
          d: Int @requires(fields: "c")
        }
        """,
        entities={"Product": lambda r: {**r, "b": r.get("a", 0) + 1, "d": r.get("c", 0) + 1}},
    ),
)


async def test_two_subgraphs_that_require_each_others_fields_take_turns() -> None:
    assert await CIRCULAR.ask("{ product { d } }") == {"data": {"product": {"d": 4}}}
    assert CIRCULAR.calls == ["left", "right", "left", "right"]


def described(representation: dict[str, Any]) -> dict[str, Any]:
    """Show what arrived of the abstract value."""
    part = representation["part"]
    return {**representation, "text": f"{part['__typename']} {part['name']} {part.get('voltage', part.get('weight'))}"}


PARTS = Federation(
    machines=Subgraph(
        """
        type Query { machines: [Machine] }
        type Machine @key(fields: "id") { id: ID! part: Part }
        interface Part { name: String }
        type Motor implements Part { name: String voltage: Int }
        type Frame implements Part { name: String weight: Int }
        """,
        {
            "machines": [
                {"id": "m1", "part": {"__typename": "Motor", "name": "drive", "voltage": 380}},
                {"id": "m2", "part": {"__typename": "Frame", "name": "base", "weight": 70}},
            ]
        },
    ),
    texts=Subgraph(
        """
        type Machine @key(fields: "id") {
          id: ID!
          part: Part @external
          text: String @requires(fields: "part { name ... on Motor { voltage } ... on Frame { weight } }")
        }
        interface Part { name: String }
        type Motor implements Part { name: String @external voltage: Int @external }
        type Frame implements Part { name: String @external weight: Int @external }
        """,
        entities={"Machine": described},
    ),
)


async def test_a_requirement_with_fragments_sends_the_type_name_and_its_types_fields() -> None:
    assert await PARTS.ask("{ machines { text } }") == {
        "data": {"machines": [{"text": "Motor drive 380"}, {"text": "Frame base 70"}]}
    }


def test_a_requirement_with_fragments_is_selected_by_type() -> None:
    assert PARTS.plan("{ machines { text } }") == plan_text("""
    Plan {
      Level 0 {
        Fetch(machines) {
          machines {
            id
            part {
              __typename
              name
              ... on Motor {
                voltage
              }
              ... on Frame {
                weight
              }
            }
          }
        }
      }
      Level 1 {
        Fetch(texts, at machines) {
          Machine by { id part { name ... on Motor { voltage } ... on Frame { weight } } } =>
          ... on Machine {
            text
          }
        }
      }
    }
    """)


RATES = Federation(
    goods=Subgraph(
        """
        type Query { good: Good }
        type Good @key(fields: "id") { id: ID! group: Group }
        type Group { mean(currency: String): Int }
        """,
        {"good": {"id": "g1", "group": {"mean": lambda _info, currency: {"CNY": 7, "USD": 1}[currency]}}},
    ),
    rating=Subgraph(
        """
        type Good @key(fields: "id") {
          id: ID!
          group: Group @external
          dear: Int @requires(fields: "group { mean(currency: \\"USD\\") }")
        }
        type Group { mean(currency: String): Int @external }
        """,
        entities={"Good": lambda sent: {**sent, "dear": sent["group"]["mean"] * 1000}},
    ),
)


async def test_a_required_argument_below_a_field_that_the_client_asks_too_has_its_own_key() -> None:
    answer = await RATES.ask('{ good { group { mean(currency: "CNY") } dear } }')

    assert answer == {"data": {"good": {"group": {"mean": 7}, "dear": 1000}}}
    assert RATES.client.calls[0].query == ('{good {group {mean(currency: "CNY") _1_mean: mean(currency: "USD")} id}}')
