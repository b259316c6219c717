"""`@shareable` fields are taken where it costs least; `@override` moves a field, with a label for some requests."""

import pytest

from gateway.pipeline import GraphQLRequest, Pipeline
from tests.gateway.federation import Federation, Subgraph, plan_text

SHARED_ROOT = Federation(
    categories=Subgraph(
        """
        type Query { product: Product @shareable }
        type Product @shareable { id: ID! category: Category }
        type Category { id: ID! @shareable name: String! }
        """,
        {"product": {"id": "1", "category": {"id": "c", "name": "Lamps"}}},
    ),
    prices=Subgraph(
        """
        type Query { product: Product @shareable }
        type Product @shareable { id: ID! price: Price }
        type Price { amount: Int! }
        """,
        {"product": {"id": "1", "price": {"amount": 1000}}},
    ),
)


def test_a_shared_root_field_is_asked_side_by_side_for_its_parts() -> None:
    query = "{ product { id price { amount } category { name } } }"

    assert SHARED_ROOT.plan(query) == plan_text(
        """
    Plan {
      Level 0 {
        Fetch(prices) {
          product {
            price {
              amount
            }
          }
        }
        Fetch(categories) {
          product {
            category {
              name
            }
            id
          }
        }
      }
    }
    """
    )


async def test_the_parts_of_a_shared_object_are_merged() -> None:
    answer = await SHARED_ROOT.ask("{ product { id price { amount } category { name } } }")

    assert answer == {"data": {"product": {"id": "1", "price": {"amount": 1000}, "category": {"name": "Lamps"}}}}


OVERRIDE = Federation(
    old=Subgraph(
        """
        type Query { posts: [Post] }
        interface Post { id: ID! written: String }
        type ImagePost implements Post @key(fields: "id") { id: ID! written: String }
        """,
        {"posts": [{"__typename": "ImagePost", "id": "i1", "written": "old"}]},
        {"ImagePost": lambda r: {**r, "written": "old"}},
    ),
    new=Subgraph(
        'type ImagePost @key(fields: "id") { id: ID! written: String @override(from: "old") }',
        entities={"ImagePost": lambda r: {**r, "written": "new"}},
    ),
)


async def test_an_overridden_field_comes_from_its_new_owner_also_through_an_interface() -> None:
    assert await OVERRIDE.ask("{ posts { id written } }") == {"data": {"posts": [{"id": "i1", "written": "new"}]}}
    assert OVERRIDE.calls == ["old", "new"]


REQUIRED_OVERRIDE = Federation(
    old=Subgraph(
        'type Query { a: User } type User @key(fields: "id") { id: ID name: String! }',
        {"a": {"id": "u1", "name": "old"}},
    ),
    new=Subgraph(
        'type User @key(fields: "id") { id: ID name: String! @override(from: "old") }',
        entities={"User": lambda r: {**r, "name": "new"}},
    ),
    labels=Subgraph(
        """
        type Query { c: User }
        type User @key(fields: "id") { id: ID name: String! @external label: String! @requires(fields: "name") }
        """,
        {"c": {"id": "u1"}},
        {"User": lambda r: {**r, "label": f"label of {r['name']}"}},
    ),
)


async def test_a_requirement_on_an_overridden_field_is_met_by_its_new_owner() -> None:
    assert await REQUIRED_OVERRIDE.ask("{ a { label } c { label } }") == {
        "data": {"a": {"label": "label of new"}, "c": {"label": "label of new"}}
    }


def progressive(label: str) -> Federation:
    """Return a federation in which the new owner takes over as the label says."""
    return Federation(
        old=Subgraph(
            'type Query { post: Post } type Post @key(fields: "id") { id: ID! written: String }',
            {"post": {"id": "1", "written": "old"}},
            {"Post": lambda r: {**r, "written": "old"}},
        ),
        new=Subgraph(
            f'type Post @key(fields: "id") {{ id: ID! written: String @override(from: "old", label: "{label}") }}',
            entities={"Post": lambda r: {**r, "written": "new"}},
        ),
    )


@pytest.mark.parametrize(("label", "owner"), [("percent(0)", "old"), ("percent(100)", "new"), ("unknown", "old")])
async def test_a_progressive_override_holds_as_its_label_says(label: str, owner: str) -> None:
    assert await progressive(label).ask("{ post { written } }") == {"data": {"post": {"written": owner}}}


async def test_a_label_can_be_switched_on_by_the_settings() -> None:
    federation = progressive("new-posts")
    pipeline = Pipeline(federation.supergraph, federation.client, override_labels=frozenset({"new-posts"}))

    answer = await pipeline.answer(GraphQLRequest("{ post { written } }"))

    assert answer.body == {"data": {"post": {"written": "new"}}}
