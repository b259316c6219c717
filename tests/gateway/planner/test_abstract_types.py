"""Interfaces and unions whose members and fields differ from subgraph to subgraph."""

from tests.gateway.federation import Federation, Subgraph, plan_text

APPLIANCES = Federation(
    list=Subgraph(
        """
        type Query { appliances: [Appliance] }
        interface Appliance { id: ID! }
        type Oven implements Appliance @key(fields: "id") { id: ID! }
        type Toaster implements Appliance @key(fields: "id") { id: ID! }
        """,
        {"appliances": [{"__typename": "Oven", "id": "o1"}, {"__typename": "Toaster", "id": "t1"}]},
        {"Oven": lambda r: r, "Toaster": lambda r: r},
    ),
    warranties=Subgraph(
        """
        interface Appliance { id: ID! warranty: Int size: Size }
        type Size @shareable { width: Int }
        type Oven implements Appliance @key(fields: "id") { id: ID! warranty: Int size: Size }
        type Toaster implements Appliance @key(fields: "id") { id: ID! warranty: Int size: Size }
        """,
        entities={
            "Oven": lambda r: {**r, "warranty": 5, "size": {"width": 60}},
            "Toaster": lambda r: {**r, "warranty": 2, "size": {"width": 20}},
        },
    ),
    heat=Subgraph(
        """
        type Query { hot: [Hot] }
        union Hot = Oven | Toaster
        type Oven @key(fields: "id") { id: ID! celsius: Int }
        type Toaster @key(fields: "id") { id: ID! slots: Int }
        """,
        {
            "hot": [
                {"__typename": "Oven", "id": "o1", "celsius": 250},
                {"__typename": "Toaster", "id": "t1", "slots": 2},
            ]
        },
        {"Oven": lambda r: {**r, "celsius": 250}, "Toaster": lambda r: {**r, "slots": 2}},
    ),
)


def test_an_interface_field_of_another_subgraph_is_fetched_by_object_type_in_one_request() -> None:
    query = "{ appliances { warranty } }"

    assert APPLIANCES.plan(query) == plan_text("""
    Plan {
      Level 0 {
        Fetch(list) {
          appliances {
            __typename
            ... on Oven {
              id
            }
            ... on Toaster {
              id
            }
          }
        }
      }
      Level 1 {
        Together(warranties) {
          Fetch(warranties, at appliances|[Oven]) {
            Oven by { id } =>
            ... on Oven {
              warranty
            }
          }
          Fetch(warranties, at appliances|[Toaster]) {
            Toaster by { id } =>
            ... on Toaster {
              warranty
            }
          }
        }
      }
    }
    """)


def test_an_interface_field_of_the_same_subgraph_is_not_expanded() -> None:
    assert APPLIANCES.plan("{ appliances { id } }") == plan_text("""
    Plan {
      Level 0 {
        Fetch(list) {
          appliances {
            __typename
            id
          }
        }
      }
    }
    """)


async def test_a_type_condition_that_the_subgraph_does_not_know_is_expanded() -> None:
    answer = await APPLIANCES.ask("{ hot { ... on Appliance { id warranty } ... on Oven { celsius } } }")

    assert answer == {"data": {"hot": [{"id": "o1", "warranty": 5, "celsius": 250}, {"id": "t1", "warranty": 2}]}}


async def test_the_same_field_under_an_interface_and_a_member_has_its_children_merged() -> None:
    answer = await APPLIANCES.ask("{ appliances { size { w: width } ... on Oven { size { width } } } }")

    assert answer == {"data": {"appliances": [{"size": {"w": 60, "width": 60}}, {"size": {"w": 20}}]}}


SHELVES = Federation(
    books=Subgraph(
        """
        type Query { media: Media @shareable book: Media }
        union Media = Book
        type Book { title: String @shareable }
        """,
        {"media": {"__typename": "Book", "title": "T"}, "book": {"__typename": "Book", "title": "B"}},
    ),
    all=Subgraph(
        """
        type Query { media: Media @shareable song: Media }
        union Media = Book | Song
        type Book { title: String @shareable }
        type Song { title: String }
        """,
        {"media": {"__typename": "Book", "title": "T"}, "song": {"__typename": "Song", "title": "S"}},
    ),
)


async def test_union_members_that_a_subgraph_lacks_are_not_asked_of_it() -> None:
    answer = await SHELVES.ask(
        "{ book { ... on Book { title } ... on Song { title } } song { ... on Song { title } } }"
    )

    assert answer == {"data": {"book": {"title": "B"}, "song": {"title": "S"}}}
    assert SHELVES.client.calls[0].query == "{book {__typename ... on Book {title}}}"


CONFLICTS = Federation(
    results=Subgraph(
        """
        type Query { search: [Result] }
        union Result = Person | House
        type Person @key(fields: "id") { id: ID! name: String! home: House }
        type House @key(fields: "id") { id: ID! number: Int! owner: Person }
        """,
        {
            "search": [
                {"__typename": "Person", "id": "p", "name": "Li", "home": {"id": "h"}},
                {"__typename": "House", "id": "h", "number": 7, "owner": {"id": "p"}},
            ]
        },
    ),
    extras=Subgraph(
        """
        type Person @key(fields: "id") { id: ID! age: Int }
        type House @key(fields: "id") { id: ID! floors: Int }
        """,
        entities={"Person": lambda r: {**r, "age": 40}, "House": lambda r: {**r, "floors": 6}},
    ),
)


async def test_one_response_name_for_different_fields_of_different_types() -> None:
    query = "{ search { ... on Person { link: home { floors } } ... on House { link: owner { age } } } }"

    answer = await CONFLICTS.ask(query)

    assert answer == {"data": {"search": [{"link": {"floors": 6}}, {"link": {"age": 40}}]}}


HIDDEN = Federation(
    things=Subgraph(
        """
        type Query { things: [Thing] states: [State] }
        union Thing = Open | Secret
        type Open { a: Int }
        type Secret @inaccessible { b: Int }
        enum State { ON OFF @inaccessible }
        """,
        {"things": [{"__typename": "Open", "a": 1}, {"__typename": "Secret", "b": 2}], "states": ["ON", "OFF"]},
    )
)


async def test_objects_of_an_inaccessible_type_answer_null_and_are_not_named() -> None:
    answer = await HIDDEN.ask("{ things { __typename ... on Open { a } } }")

    assert answer["data"] == {"things": [{"__typename": "Open", "a": 1}, None]}
    assert "Secret" not in str(answer)


async def test_an_inaccessible_enum_value_answers_null_with_an_error_at_its_path() -> None:
    answer = await HIDDEN.ask("{ states }")

    assert answer["data"] == {"states": ["ON", None]}
    assert [error["path"] for error in answer["errors"]] == [["states", 1]]
    assert "OFF" not in str(answer)


SHOWS = Federation(
    shows=Subgraph(
        """
        type Query { all: [Show] }
        interface Titled { title: String }
        type Book implements Titled { title: String }
        type Film implements Titled { title: String }
        type Song { length: Int }
        union Show = Book | Film | Song
        """,
        {"all": [{"__typename": "Book", "title": "B"}, {"__typename": "Song", "length": 3}]},
    ),
)


async def test_a_fragment_on_a_wider_type_inside_a_narrower_one_stays_narrow() -> None:
    answer = await SHOWS.ask("{ all { ... on Titled { ... on Show { kind: __typename } } ... on Song { length } } }")

    assert answer == {"data": {"all": [{"kind": "Book"}, {"length": 3}]}}
