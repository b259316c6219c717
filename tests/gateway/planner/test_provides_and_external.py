"""`@provides` makes an external field answerable on one path only."""

from tests.gateway.federation import Federation, Subgraph, plan_text

REVIEWS = Federation(
    reviews=Subgraph(
        """
        type Query { reviews: [Review] }
        type Review @key(fields: "id") {
          id: ID!
          author: User @provides(fields: "name address { street }")
          editor: User
        }
        type User @key(fields: "id") { id: ID! name: String @external address: Address @external }
        type Address { street: String @external }
        """,
        {
            "reviews": [
                {
                    "id": "r1",
                    "author": {"id": "u1", "name": "near", "address": {"street": "near"}},
                    "editor": {"id": "u1"},
                }
            ]
        },
    ),
    users=Subgraph(
        """
        type User @key(fields: "id") { id: ID! name: String @shareable address: Address @shareable }
        type Address @shareable { street: String }
        """,
        entities={"User": lambda r: {**r, "name": "far", "address": {"street": "far"}}},
    ),
)


async def test_a_provided_field_is_taken_where_the_path_provides_it() -> None:
    answer = await REVIEWS.ask("{ reviews { author { name address { street } } } }")

    assert answer == {"data": {"reviews": [{"author": {"name": "near", "address": {"street": "near"}}}]}}
    assert REVIEWS.calls == ["reviews"]


async def test_the_same_field_on_another_path_is_fetched_from_its_owner() -> None:
    answer = await REVIEWS.ask("{ reviews { editor { name } } }")

    assert answer == {"data": {"reviews": [{"editor": {"name": "far"}}]}}
    assert REVIEWS.calls == ["reviews", "users"]


MEDIA = Federation(
    shelf=Subgraph(
        """
        type Query { media: [Media] @provides(fields: "... on Book { title }") }
        union Media = Book | Film
        type Book @key(fields: "id") { id: ID! title: String @external }
        type Film @key(fields: "id") { id: ID! }
        """,
        {"media": [{"__typename": "Book", "id": "m1", "title": "near"}, {"__typename": "Film", "id": "m2"}]},
    ),
    titles=Subgraph(
        """
        type Book @key(fields: "id") { id: ID! title: String @shareable }
        type Film @key(fields: "id") { id: ID! title: String @shareable }
        """,
        entities={"Book": lambda r: {**r, "title": "far"}, "Film": lambda r: {**r, "title": "far"}},
    ),
)


def test_a_field_provided_for_one_member_of_a_union_is_fetched_for_the_others() -> None:
    query = "{ media { ... on Book { title } ... on Film { title } } }"

    assert MEDIA.plan(query) == plan_text("""
    Plan {
      Level 0 {
        Fetch(shelf) {
          media {
            __typename
            ... on Film {
              id
            }
            ... on Book {
              title
            }
          }
        }
      }
      Level 1 {
        Fetch(titles, at media|[Film]) {
          Film by { id } =>
          ... on Film {
            title
          }
        }
      }
    }
    """)


async def test_a_field_provided_on_a_union_member_answers_from_the_providing_subgraph() -> None:
    answer = await MEDIA.ask("{ media { ... on Book { title } ... on Film { title } } }")

    assert answer == {"data": {"media": [{"title": "near"}, {"title": "far"}]}}


ALIKE = Federation(
    shop=Subgraph(
        """
        type Query { product: Product }
        interface Product { like: Product }
        type Book implements Product @key(fields: "id") {
          id: ID!
          like: Book @provides(fields: "price")
          price: Float @external
        }
        """
    ),
    prices=Subgraph('type Book @key(fields: "id") { id: ID! price: Float @shareable }'),
)


def test_what_every_implementation_provides_is_taken_through_the_interface() -> None:
    assert ALIKE.plan("{ product { like { ... on Book { price } } } }") == plan_text("""
    Plan {
      Level 0 {
        Fetch(shop) {
          product {
            __typename
            like {
              __typename
              ... on Book {
                price
              }
            }
          }
        }
      }
    }
    """)


ANIMALS = Federation(
    shelf=Subgraph(
        """
        type Query { media: Media @shareable @provides(fields: "animals { name }") other: Media }
        interface Media { id: ID! animals: [Animal] }
        interface Animal { id: ID! name: String }
        type Book implements Media @key(fields: "id") { id: ID! animals: [Animal] @external }
        type Dog implements Animal { id: ID! @external name: String @external }
        """
    ),
    owner=Subgraph(
        """
        type Query { media: Media @shareable }
        interface Media { id: ID! animals: [Animal] }
        interface Animal { id: ID! name: String }
        type Book implements Media @key(fields: "id") { id: ID! animals: [Animal] @shareable }
        type Dog implements Animal @key(fields: "id") { id: ID! @shareable name: String @shareable }
        """
    ),
)


def test_fields_provided_on_an_interface_hold_on_the_path_that_provides_them_only() -> None:
    assert ANIMALS.plan("{ other { animals { name } } }") == plan_text("""
    Plan {
      Level 0 {
        Fetch(shelf) {
          other {
            __typename
            ... on Book {
              id
            }
          }
        }
      }
      Level 1 {
        Fetch(owner, at other|[Book]) {
          Book by { id } =>
          ... on Book {
            animals {
              __typename
              name
            }
          }
        }
      }
    }
    """)
    assert ANIMALS.plan("{ media { animals { name } } }").count("Fetch(") == 1
