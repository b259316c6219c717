"""A breaking change of the public schema is told; an addition is none."""

import pytest
from graphql import build_schema

from gateway.supergraph.released import breaking_changes

RELEASED = "type Query { estate(id: ID!): Estate } type Estate { id: ID! name: String! }"


@pytest.mark.parametrize(
    ("present", "expected"),
    [
        (RELEASED, []),
        ("type Query { estate(id: ID!): Estate } type Estate { id: ID! name: String! code: String }", []),
        ("type Query { estate(id: ID!): Estate } type Estate { id: ID! }", ["Field Estate.name was removed."]),
        (
            "type Query { estate(id: ID!): Estate } type Estate { id: ID! name: String }",
            ["Field Estate.name changed type from String! to String."],
        ),
        (
            "type Query { estate(id: ID!, at: String!): Estate } type Estate { id: ID! name: String! }",
            ["A required argument Query.estate(at:) was added."],
        ),
    ],
    ids=["the same", "a field more", "a field less", "a promise less", "an argument more"],
)
def test_only_what_breaks_a_client_is_told(present: str, expected: list[str]) -> None:
    assert breaking_changes(build_schema(RELEASED), build_schema(present)) == expected
