"""Entities move between subgraphs by `@key`: single, compound, nested, through a third, from several sources."""

from typing import Any

from tests.gateway.federation import Federation, Subgraph, plan_text

PRODUCTS: list[dict[str, Any]] = [
    {"__typename": "Product", "id": "p1", "code": "c1", "name": "Lamp", "category": {"id": "k1", "tag": "home"}},
    {"__typename": "Product", "id": "p2", "code": "c2", "name": "Door", "category": {"id": "k2", "tag": "site"}},
]
PRICES = {"p1": 10, "p2": 20}


def product(representation: dict[str, Any]) -> dict[str, Any] | None:
    """Find a product by any of its keys."""
    for one in PRODUCTS:
        if one["id"] == representation.get("id") or one["code"] == representation.get("code"):
            return {**one, "price": PRICES[one["id"]]}
    return None


MULTI_HOP = Federation(
    list=Subgraph(
        'type Query { products: [Product] } type Product @key(fields: "id") { id: ID! }', {"products": PRODUCTS}
    ),
    codes=Subgraph(
        'type Product @key(fields: "id") @key(fields: "code") { id: ID! code: ID! }', entities={"Product": product}
    ),
    prices=Subgraph('type Product @key(fields: "code") { code: ID! price: Int }', entities={"Product": product}),
)


def test_a_key_that_only_a_third_subgraph_has_is_fetched_from_there_first() -> None:
    assert MULTI_HOP.plan("{ products { price } }") == plan_text("""
    Plan {
      Level 0 {
        Fetch(list) {
          products {
            id
          }
        }
      }
      Level 1 {
        Fetch(codes, at products) {
          Product by { id } =>
          ... on Product {
            code
          }
        }
      }
      Level 2 {
        Fetch(prices, at products) {
          Product by { code } =>
          ... on Product {
            price
          }
        }
      }
    }
    """)


async def test_each_subgraph_on_the_way_is_called_once() -> None:
    answer = await MULTI_HOP.ask("{ products { price } }")

    assert answer == {"data": {"products": [{"price": 10}, {"price": 20}]}}
    assert MULTI_HOP.calls == ["list", "codes", "prices"]


NESTED = Federation(
    list=Subgraph(
        """
        type Query { products: [Product] }
        type Product @key(fields: "id category { id }") { id: ID! category: Category @shareable }
        type Category { id: ID! @shareable }
        """,
        {"products": PRODUCTS},
    ),
    prices=Subgraph(
        """
        type Product @key(fields: "id category { id }") { id: ID! category: Category @shareable price: Int }
        type Category { id: ID! @shareable tag: String }
        """,
        entities={"Product": lambda r: product(r) if r["category"]["id"] else None},
    ),
)


def test_a_compound_nested_key_is_selected_with_its_parts() -> None:
    assert NESTED.plan("{ products { price } }") == plan_text("""
    Plan {
      Level 0 {
        Fetch(list) {
          products {
            id
            category {
              id
            }
          }
        }
      }
      Level 1 {
        Fetch(prices, at products) {
          Product by { id category { id } } =>
          ... on Product {
            price
          }
        }
      }
    }
    """)


async def test_a_compound_nested_key_is_sent_whole() -> None:
    await NESTED.ask("{ products { price } }")

    assert NESTED.client.calls[1].variables == {
        "representations": [
            {"__typename": "Product", "id": "p1", "category": {"id": "k1"}},
            {"__typename": "Product", "id": "p2", "category": {"id": "k2"}},
        ]
    }


async def test_a_child_without_a_key_is_reached_again_through_its_parent() -> None:
    answer = await NESTED.ask("{ products { category { id tag } } }")

    assert answer == {
        "data": {"products": [{"category": {"id": "k1", "tag": "home"}}, {"category": {"id": "k2", "tag": "site"}}]}
    }


FROM_TWO = Federation(
    list=Subgraph(
        'type Query { products: [Product] } type Product @key(fields: "id") { id: ID! }', {"products": PRODUCTS}
    ),
    codes=Subgraph('type Product @key(fields: "id") { id: ID! code: ID! @shareable }', entities={"Product": product}),
    names=Subgraph(
        'type Product @key(fields: "id") { id: ID! name: String @shareable }', entities={"Product": product}
    ),
    prices=Subgraph(
        'type Product @key(fields: "code name") { code: ID! @shareable name: String @shareable price: Int }',
        entities={"Product": product},
    ),
)


def test_a_key_whose_parts_lie_in_two_subgraphs_is_gathered_from_both() -> None:
    assert FROM_TWO.plan("{ products { price } }") == plan_text("""
    Plan {
      Level 0 {
        Fetch(list) {
          products {
            id
          }
        }
      }
      Level 1 {
        Fetch(codes, at products) {
          Product by { id } =>
          ... on Product {
            code
          }
        }
        Fetch(names, at products) {
          Product by { id } =>
          ... on Product {
            name
          }
        }
      }
      Level 2 {
        Fetch(prices, at products) {
          Product by { code name } =>
          ... on Product {
            price
          }
        }
      }
    }
    """)


async def test_a_key_gathered_from_two_subgraphs_opens_the_third() -> None:
    assert await FROM_TWO.ask("{ products { price } }") == {"data": {"products": [{"price": 10}, {"price": 20}]}}


NOT_RESOLVABLE = Federation(
    orders=Subgraph(
        """
        type Query { orders: [Order] }
        type Order @key(fields: "id") { id: ID! product: Product }
        type Product @key(fields: "id", resolvable: false) { id: ID! }
        """,
        {"orders": [{"id": "o1", "product": PRODUCTS[0]}]},
    ),
    products=Subgraph(
        'type Query { products: [Product] } type Product @key(fields: "id") { id: ID! name: String }',
        {"products": PRODUCTS},
        {"Product": product},
    ),
)


async def test_a_subgraph_with_an_unresolvable_key_is_left_but_never_entered() -> None:
    answer = await NOT_RESOLVABLE.ask("{ orders { product { name } } }")

    assert answer == {"data": {"orders": [{"product": {"name": "Lamp"}}]}}
    assert NOT_RESOLVABLE.calls == ["orders", "products"]


NULL_KEYS = Federation(
    list=Subgraph(
        'type Query { books: [Book] } type Book @key(fields: "upc") { upc: ID }',
        {"books": [{"upc": "1"}, {"upc": None}, {"upc": "3"}, {"upc": "1"}]},
    ),
    titles=Subgraph(
        'type Book @key(fields: "upc") { upc: ID title: String }',
        entities={"Book": lambda r: {**r, "title": "One"} if r["upc"] == "1" else None},
    ),
)


async def test_an_object_with_a_null_key_and_one_unknown_to_the_subgraph_answer_null_without_an_error() -> None:
    answer = await NULL_KEYS.ask("{ books { title } }")

    assert answer == {"data": {"books": [{"title": "One"}, {"title": None}, {"title": None}, {"title": "One"}]}}


async def test_equal_representations_are_sent_once() -> None:
    await NULL_KEYS.ask("{ books { title } }")

    assert NULL_KEYS.client.calls[1].variables["representations"] == [
        {"__typename": "Book", "upc": "1"},
        {"__typename": "Book", "upc": "3"},
    ]


FEDERATION_1 = Federation(
    rights=Subgraph(
        'type Query { users: [User] } extend type User @key(fields: "id") { id: ID! @external right: ID }',
        {"users": [{"id": "u1", "right": "r1"}]},
        {"User": lambda r: {**r, "right": "r1"}},
        federation_1=True,
    ),
    names=Subgraph(
        'type Query { user(id: ID!): User } type User @key(fields: "id") { id: ID! name: String! }',
        {"user": lambda _info, **arguments: {**arguments, "name": "Wang"}},
        {"User": lambda r: {**r, "name": "Wang"}},
        federation_1=True,
    ),
)


async def test_an_external_key_of_an_extended_type_can_be_selected_where_it_is_extended() -> None:
    assert await FEDERATION_1.ask("{ users { id name right } }") == {
        "data": {"users": [{"id": "u1", "name": "Wang", "right": "r1"}]}
    }
    assert FEDERATION_1.calls == ["rights", "names"]


CONTAINERS = Federation(
    containers=Subgraph(
        """
        type Query { containers: [Container] }
        type Container { book: Book }
        type Book @key(fields: "upc") { upc: ID! }
        """,
        {
            "containers": [
                {"book": {"upc": "b1"}},
                {"book": {"upc": "unknown"}},
                {"book": None},
                {"book": {"upc": "b3"}},
            ]
        },
    ),
    ids=Subgraph(
        'type Book @key(fields: "id") @key(fields: "upc") { id: ID! upc: ID! }',
        entities={"Book": lambda sent: None if sent["upc"] == "unknown" else {**sent, "id": sent["upc"][1:]}},
    ),
    authors=Subgraph(
        'type Book @key(fields: "id") { id: ID! author: String }',
        entities={"Book": lambda sent: {**sent, "author": "Ann"} if sent["id"] == "1" else None},
    ),
)


async def test_an_entity_that_a_subgraph_on_the_way_does_not_know_answers_null_and_is_not_asked_further() -> None:
    answer = await CONTAINERS.ask("{ containers { book { upc author } } }")

    assert answer == {
        "data": {
            "containers": [
                {"book": {"upc": "b1", "author": "Ann"}},
                {"book": {"upc": "unknown", "author": None}},
                {"book": None},
                {"book": {"upc": "b3", "author": None}},
            ]
        }
    }
    assert CONTAINERS.client.calls[-1].variables == {
        "representations": [{"__typename": "Book", "id": "1"}, {"__typename": "Book", "id": "3"}]
    }


async def test_a_key_that_cannot_be_found_nulls_its_entity_with_one_error() -> None:
    answer = await CONTAINERS.ask("{ containers { book { id } } }")

    assert answer["data"] == {
        "containers": [{"book": {"id": "1"}}, {"book": None}, {"book": None}, {"book": {"id": "3"}}]
    }
    assert [one["path"] for one in answer["errors"]] == [["containers", 1, "book", "id"]]
