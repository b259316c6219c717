"""`@context` and `@fromContext`: arguments that come from the nearest ancestor which sets the context."""

from typing import Any

from tests.gateway.federation import Federation, Subgraph, plan_text


def amount(_info: object, currency: str | None = None, unit: int = 1) -> str:
    """What a deal is worth, told in the currency that its holder uses."""
    return f"{100 // unit} {currency}"


def deal(number: str) -> dict[str, Any]:
    return {"__typename": "Deal", "id": number, "amount": amount}


def person(number: str, currency: str | None, *deals: str) -> dict[str, Any]:
    return {
        "__typename": "Person",
        "id": number,
        "settings": {"currency": currency},
        "deals": [deal(one) for one in deals],
    }


def company(number: str, *deals: str) -> dict[str, Any]:
    return {"__typename": "Company", "id": number, "deals": [deal(one) for one in deals]}


CURRENCIES = {"c1": "EUR", "c2": "CNY"}

BANK = Federation(
    deals=Subgraph(
        """
        type Query { holders: [Holder] person: Person }
        union Holder = Person | Company
        type Person @key(fields: "id") @context(name: "holder") { id: ID! settings: Settings! deals: [Deal] }
        type Settings { currency: String }
        type Company @key(fields: "id") @context(name: "holder") {
          id: ID!
          currency: String @external
          deals: [Deal]
        }
        type Deal @key(fields: "id") {
          id: ID!
          amount(
            unit: Int
            currency: String
              @fromContext(field: "$holder ... on Person { settings { currency } } ... on Company { currency }")
          ): String
        }
        """,
        {
            "holders": [
                person("p1", "CNY", "d1", "d2"),
                company("c1", "d1", "d3"),
                person("p2", None, "d4"),
                company("c2", "d4"),
            ],
            "person": person("p1", "CNY", "d1"),
        },
        {"Deal": lambda sent: deal(sent["id"])},
    ),
    companies=Subgraph(
        'type Query { now: Int } type Company @key(fields: "id") { id: ID! currency: String }',
        {"now": 1},
        {"Company": lambda sent: {**sent, "currency": CURRENCIES[sent["id"]]}},
    ),
)


def test_the_argument_is_gathered_from_the_ancestor_and_hidden_from_clients() -> None:
    assert BANK.plan("{ person { deals { amount(unit: 2) } } }") == plan_text("""
    Plan {
      Level 0 {
        Fetch(deals) {
          person {
            deals {
              id
            }
            settings {
              currency
            }
          }
        }
      }
      Level 1 {
        Fetch(deals, at person.deals) {
          Deal by { id } =>
          $context_0 from person { ... on Person { settings { currency } } ... on Company { currency } }
          ... on Deal {
            amount(unit: 2, currency: $context_0)
          }
        }
      }
    }
    """)


async def test_one_value_is_one_call() -> None:
    answer = await BANK.ask("{ person { deals { amount } } }")

    assert answer == {"data": {"person": {"deals": [{"amount": "100 CNY"}]}}}
    assert BANK.calls == ["deals", "deals"]
    assert BANK.client.calls[1].variables["context_0"] == "CNY"


async def test_objects_with_other_values_are_asked_in_the_same_request_under_aliases() -> None:
    answer = await BANK.ask(
        "query($context_0: Int) { holders {"
        " ... on Person { deals { amount(unit: $context_0) } }"
        " ... on Company { deals { amount(unit: $context_0) } } } }",
        {"context_0": 4},
    )

    assert answer == {
        "data": {
            "holders": [
                {"deals": [{"amount": "25 CNY"}, {"amount": "25 CNY"}]},
                {"deals": [{"amount": "25 EUR"}, {"amount": "25 EUR"}]},
                {"deals": [{"amount": "25 None"}]},
                {"deals": [{"amount": "25 CNY"}]},
            ]
        }
    }
    assert sorted(BANK.calls) == ["companies", "deals", "deals"]


NESTED = Federation(
    trees=Subgraph(
        """
        type Query { root: Node }
        type Node @key(fields: "id") @context(name: "node") {
          id: ID! name: String! below: Node leaf: Leaf names: [Name!]!
        }
        type Name { text: String! }
        type Leaf @key(fields: "id") {
          id: ID!
          of(name: String @fromContext(field: "$node { name }")): String
          all(names: [String] @fromContext(field: "$node { names { text } }")): String
        }
        """,
        {
            "root": {
                "id": "1",
                "name": "outer",
                "names": [],
                "below": {
                    "id": "2",
                    "name": "inner",
                    "names": [{"text": "a"}, {"text": "b"}],
                    "leaf": {"__typename": "Leaf", "id": "3"},
                },
                "leaf": {"__typename": "Leaf", "id": "3"},
            }
        },
        {
            "Leaf": lambda sent: {
                **sent,
                "of": lambda _info, name: f"of {name}",
                "all": lambda _info, names: " ".join(names),
            }
        },
    )
)


async def test_the_nearest_ancestor_gives_the_value() -> None:
    answer = await NESTED.ask("{ root { leaf { of } below { leaf { of all mine: of } } } }")

    assert answer == {
        "data": {
            "root": {
                "leaf": {"of": "of outer"},
                "below": {"leaf": {"of": "of inner", "all": "a b", "mine": "of inner"}},
            }
        }
    }


async def test_the_argument_is_no_argument_for_clients() -> None:
    answer = await NESTED.ask('{ root { leaf { of(name: "mine") } } }')

    assert answer["errors"][0]["message"] == "Unknown argument 'name' on field 'Leaf.of'."
