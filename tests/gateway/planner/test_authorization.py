"""`@authenticated`, `@requiresScopes` and `@policy` are enforced before planning, closed unless proven open."""

from typing import Any

from gateway.pipeline import GraphQLRequest
from gateway.supergraph.authorization import ANONYMOUS, Access
from tests.gateway.federation import Federation, Subgraph

PEOPLE = [{"__typename": "Person", "id": "p1", "name": "Li", "phone": "1390000", "salary": 9}]

FEDERATION = Federation(
    people=Subgraph(
        """
        type Query { people: [Person] named: [Named] me: Person @authenticated }
        interface Named { id: ID! phone: String }
        type Person implements Named @key(fields: "id") {
          id: ID! @authenticated
          name: String
          phone: String @authenticated
          salary: Int @requiresScopes(scopes: [["pay:read"], ["staff", "audit"]])
          file: String @policy(policies: [["archive"]])
        }
        """,
        {"people": PEOPLE, "named": PEOPLE, "me": PEOPLE[0]},
        {"Person": lambda r: PEOPLE[0]},
    ),
    taxes=Subgraph(
        """
        type Person @key(fields: "id") {
          id: ID! @authenticated
          salary: Int @external @requiresScopes(scopes: [["pay:read"], ["staff", "audit"]])
          tax: Int @requires(fields: "salary") @requiresScopes(scopes: [["pay:read"], ["staff", "audit"]])
          bracket: String
        }
        """,
        entities={"Person": lambda r: {**r, "tax": (r.get("salary") or 0) * 2, "bracket": "low"}},
    ),
)


async def ask(query: str, access: Access) -> dict[str, Any]:
    """Return the answer for a caller."""
    FEDERATION.client.calls.clear()
    return (await FEDERATION.pipeline.answer(GraphQLRequest(query, access=access))).body


def refused(answer: dict[str, Any]) -> list[list[str]]:
    """Return the paths of the refused fields."""
    return [e["path"] for e in answer["errors"] if e["extensions"]["code"] == "UNAUTHORIZED_FIELD_OR_TYPE"]


async def test_an_anonymous_caller_gets_null_and_an_error_and_the_field_is_not_fetched() -> None:
    answer = await ask("{ people { name number: phone } }", ANONYMOUS)

    assert answer["data"] == {"people": [{"name": "Li", "number": None}]}
    assert refused(answer) == [["people", "number"]]
    assert "phone" not in FEDERATION.client.calls[0].query


async def test_a_known_caller_gets_the_field() -> None:
    answer = await ask("{ people { phone } me { name } }", Access(authenticated=True))

    assert answer == {"data": {"people": [{"phone": "1390000"}], "me": {"name": "Li"}}}


async def test_a_forbidden_field_stays_closed_behind_an_interface_and_a_fragment() -> None:
    answer = await ask("{ named { phone ... on Person { p: phone } } }", ANONYMOUS)

    assert answer["data"] == {"named": [{"phone": None, "p": None}]}
    assert refused(answer) == [["named", "phone"], ["named", "p"]]


async def test_one_whole_group_of_scopes_opens() -> None:
    query = "{ people { salary } }"

    for scopes in ({"staff"}, {"audit"}, set[str]()):
        answer = await ask(query, Access(authenticated=True, scopes=frozenset(scopes)))
        assert answer["data"] == {"people": [{"salary": None}]}
    for scopes in ({"pay:read"}, {"staff", "audit"}):
        answer = await ask(query, Access(authenticated=True, scopes=frozenset(scopes)))
        assert answer == {"data": {"people": [{"salary": 9}]}}


async def test_a_field_that_requires_a_forbidden_one_is_forbidden_too() -> None:
    answer = await ask("{ people { tax } }", Access(authenticated=True))

    assert answer["data"] == {"people": [{"tax": None}]}
    assert refused(answer) == [["people", "tax"]]


async def test_a_policy_nobody_vouches_for_is_closed() -> None:
    answer = await ask("{ people { file } }", Access(authenticated=True, scopes=frozenset({"archive"})))

    assert refused(answer) == [["people", "file"]]


async def test_a_forbidden_key_opens_the_way_but_does_not_show() -> None:
    answer = await ask("{ people { id bracket } }", ANONYMOUS)

    # The key is not nullable, so its holder answers null; the value itself appears nowhere.
    assert answer["data"] == {"people": [None]}
    assert "p1" not in str(answer)
    assert FEDERATION.calls == ["people", "taxes"]
