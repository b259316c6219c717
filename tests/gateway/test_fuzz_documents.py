"""Fuzz of documents: whatever is asked, the gateway answers, and nothing inaccessible or forbidden is in the answer."""

import random
from typing import Any

import orjson
import pytest

from gateway.graphql_over_http import JSON, RequestRefused, read_post
from gateway.limits.tokens import read_tokens
from gateway.pipeline import GraphQLRequest
from tests.gateway.federation import Federation, Subgraph

SECRETS = ("TOP-SECRET", "1390000", "PEEKED")
PERSON = {"__typename": "Person", "id": "p1", "name": "Li", "code": SECRETS[0], "phone": SECRETS[1], "friends": []}
FEDERATION = Federation(
    people=Subgraph(
        """
        type Query {
          people(first: Int, by: Filter): [Person]
          named: Named
          any: Any
          me(code: String @inaccessible): Person
        }
        type Mutation { rename(id: ID!, to: String): Person }
        input Filter { least: Int code: String @inaccessible kinds: [Kind!] }
        enum Kind { OWNER TENANT HIDDEN @inaccessible }
        interface Named { id: ID! name: String phone: String }
        union Any = Person | Hidden
        type Hidden @inaccessible { id: ID! code: String }
        type Person implements Named @key(fields: "id") {
          id: ID!
          name: String
          code: String @inaccessible
          phone: String @authenticated
          friends: [Person]
        }
        """,
        {"people": [PERSON], "named": PERSON, "any": PERSON, "me": PERSON, "rename": PERSON},
        {"Person": lambda _: PERSON},
    ),
    cards=Subgraph(
        """
        type Person @key(fields: "id") {
          id: ID!
          code: String @external
          phone: String @external @authenticated
          card: String @requires(fields: "code")
          call: String @requires(fields: "phone") @authenticated
        }
        """,
        entities={"Person": lambda one: {**one, "card": "c", "call": f"PEEKED {one.get('phone')}"}},
    ),
)
DOCUMENTS = [
    "{ people(first: 2, by: {least: 1, kinds: [OWNER]}) { id name phone call card friends { ...P } } } "
    "fragment P on Person { id phone }",
    "query Q($n: Int, $s: Boolean = false) { people(first: $n) { id @skip(if: $s) ... on Named { phone name } } "
    "named { __typename id ... on Person { card call } } }",
    "{ any { __typename ... on Person { number: phone card } } me { name friends { card } } }",
    'mutation M { rename(id: "p1", to: "x") { id phone name } } query R { __type(name: "Person") { name } }',
    "{ __schema { types { name fields { name args { name } } enumValues { name } inputFields { name } } } }",
]
WORDS = [
    *("{", "}", "(", ")", "[", "]", ":", "...", "@", "$", "!", "=", "on", "query", "fragment", '"', '"""', "#", "\x00"),
    *("code", "phone", "Hidden", "HIDDEN", "call", "card", "id", "__typename", "__schema", "_entities", "_service"),
    *("Person", "Named", "skip", "include", "null", "true", "9999999999999", "1e999", '"x"', "\ud800", "名"),
]


async def answer_of(document: str, variables: Any, operation_name: Any) -> dict[str, Any]:
    """Return what the gateway answers to the request, or how the door refuses it."""
    sent = {"query": document, "variables": variables, "operationName": operation_name}
    try:
        body = orjson.dumps(sent)
    except TypeError:
        return {"errors": []}  # No JSON can carry it.
    try:
        asked = read_post(JSON, body)
    except RequestRefused as refusal:
        return refusal.answer()
    assert not isinstance(asked, list)
    assert asked.query is not None
    request = GraphQLRequest(asked.query, asked.operation_name, asked.variables)
    return (await FEDERATION.pipeline.answer(request)).body


@pytest.mark.parametrize("seed", range(6))
async def test_no_document_breaks_the_gateway_or_draws_out_what_is_hidden(seed: int) -> None:
    chance = random.Random(seed)
    answered = 0
    for _ in range(80):
        tokens = read_tokens(chance.choice(DOCUMENTS), 0, 0)
        for _ in range(chance.choice([0, 1, 1, 2, 4])):
            at = chance.randrange(len(tokens))
            new = chance.choice([chance.choice(WORDS), chance.choice(tokens)])
            tokens[at : at + 1] = chance.choice([[], [new], [tokens[at], new], [new, tokens[at]]])
        variables = chance.choice(
            [None, {}, {"n": 1}, None, {"n": "x", "s": [{}]}, chance.choice([[], "v", {"n": 1e99}])]
        )
        operation_name = chance.choice([None] * 6 + ["M", "nobody", 7])

        body = await answer_of(" ".join(tokens), variables, operation_name)

        assert body.get("errors") is not None or "data" in body
        assert not any(secret in str(body.get("data")) for secret in SECRETS)
        answered += body.get("data") is not None
    assert answered >= 5


async def test_what_is_inaccessible_is_in_no_introspection() -> None:
    body = await answer_of(DOCUMENTS[-1], None, None)

    person = next(one for one in body["data"]["__schema"]["types"] if one["name"] == "Person")
    assert [one["name"] for one in person["fields"]] == ["id", "phone", "card", "call", "name", "friends"]
    assert not any(name in str(body) for name in ("code", "Hidden", "HIDDEN", "join__", "_entities"))
