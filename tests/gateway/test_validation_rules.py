"""The gateway's validation rules find what the specified ones find."""

import pytest
from graphql import Visitor, build_schema, parse, specified_rules, validate
from graphql.language.ast import QUERY_DOCUMENT_KEYS

from gateway.validation_rules import RULES

SCHEMA = build_schema(
    """
    interface Node { id: ID! }
    type Estate implements Node { id: ID! name: String fees(first: Int!, kind: Kind): [Fee!]! }
    type Fee { amount: Int }
    enum Kind { WATER LIFT }
    input Wanted { name: String! }
    type Query { estate(id: ID!): Estate find(wanted: Wanted): [Node!] }
    type Subscription { changed: Estate gone: Estate }
    """
)
DOCUMENTS = {
    "right": "query One($n: Int = 3) { estate(id: 1) { ...E } } fragment E on Estate { id fees(first: $n) { amount } }",
    "an unknown field": "{ estate(id: 1) { nam } }",
    "a missing argument": "{ estate(id: 1) { fees { amount } } }",
    "an unknown argument": "{ estate(id: 1, nr: 2) { id } }",
    "an argument twice": "{ estate(id: 1, id: 2) { id } }",
    "a leaf with fields": "{ estate(id: 1) { id { x } } }",
    "no fields of an object": "{ estate(id: 1) }",
    "a wrong value": "{ estate(id: 1) { fees(first: true, kind: FIRE) { amount } } }",
    "a wrong input object": "{ find(wanted: { nam: 1, nam: 2 }) { id } }",
    "fields that cannot be merged": "{ estate(id: 1) { a: id a: name } }",
    "an unknown fragment": "{ estate(id: 1) { ...Nowhere } }",
    "an unused fragment": "{ estate(id: 1) { id } } fragment E on Estate { id }",
    "a fragment in itself": "{ estate(id: 1) { ...E } } fragment E on Estate { id ...E }",
    "a fragment that never fits": "{ estate(id: 1) { ... on Fee { amount } } }",
    "a fragment on a leaf": "{ estate(id: 1) { ... on Kind { id } } }",
    "an unknown directive": "{ estate(id: 1) @often { id } }",
    "a directive twice": "{ estate(id: 1) @skip(if: true) @skip(if: true) { id } }",
    "an undefined variable": "{ estate(id: $id) { id } }",
    "an unused variable": "query One($id: ID!, $id: ID!) { estate(id: 1) { id } }",
    "a variable of the wrong type": "query One($id: Kind) { estate(id: $id) { id } }",
    "a variable of an output type": "query One($e: Estate) { estate(id: $e) { id } }",
    "two operations of one name": "query One { estate(id: 1) { id } } query One { estate(id: 1) { id } }",
    "an anonymous operation among others": "{ estate(id: 1) { id } } query One { estate(id: 1) { id } }",
    "a subscription to two fields": "subscription { changed { id } gone { id } }",
    "a mutation that the schema has not": "mutation { change }",
    "a type definition": "{ estate(id: 1) { id } } type Fee { amount: Int }",
}


@pytest.mark.parametrize("case", DOCUMENTS)
def test_they_find_what_the_specified_rules_find(case: str) -> None:
    document = parse(DOCUMENTS[case])
    specified = [error.formatted for error in validate(SCHEMA, document, specified_rules)]

    assert bool(specified) is (case != "right")
    # Twice: the second document is validated by what was remembered of the first.
    for _ in range(2):
        assert [error.formatted for error in validate(SCHEMA, document, RULES)] == specified


def test_they_look_at_every_kind_of_node_that_the_specified_rules_look_at() -> None:
    def methods(rule: type[Visitor]) -> list[tuple[str, bool, bool]]:
        visitor = rule.__new__(rule)
        visitor.enter_leave_map = {}
        pairs = [(kind, visitor.get_enter_leave_for_kind(kind)) for kind in QUERY_DOCUMENT_KEYS]
        return [(kind, pair.enter is not None, pair.leave is not None) for kind, pair in pairs]

    assert [methods(rule) for rule in RULES] == [methods(rule) for rule in specified_rules]
