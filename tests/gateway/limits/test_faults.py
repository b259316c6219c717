"""What is plainly wrong in a large document is told from its tokens; validation refuses all of it too."""

import random
import re

import pytest
from graphql import GraphQLError, get_introspection_query, parse, validate

from gateway.limits.check import LimitChecker
from gateway.limits.faults import DocumentWrong
from gateway.limits.tokens import read_tokens
from gateway.settings import QueryLimits
from gateway.supergraph.read import read_supergraph
from tests.gateway.sketch.stubs import SKETCH

SUPERGRAPH = read_supergraph((SKETCH / "supergraph.graphql").read_text(encoding="utf-8"))
SMALL = read_supergraph(
    """
    schema
      @link(url: "https://specs.apollo.dev/link/v1.0")
      @link(url: "https://specs.apollo.dev/join/v0.5", for: EXECUTION)
    { query: Query }
    enum join__Graph { A @join__graph(name: "a", url: "http://a.test/") }
    scalar Json @join__type(graph: A)
    enum Kind @join__type(graph: A) { ROUND SQUARE }
    input Filter @join__type(graph: A) { least: Int within: [Filter!] kind: Kind }
    interface Shape @join__type(graph: A) { id: ID }
    type Circle implements Shape @join__type(graph: A) @join__implements(graph: A, interface: "Shape") {
      id: ID
      radius(of: Int): Int
    }
    union Any @join__type(graph: A) @join__unionMember(graph: A, member: "Circle") = Circle
    type Query @join__type(graph: A) {
      shapes(filter: Filter, kinds: [Kind!], ids: [ID], name: String, at: Float, on: Boolean, more: Json): [Shape]
      any: Any
    }
    """
)
CHECKER = LimitChecker(SMALL, QueryLimits())
QUERIES = [path.read_text(encoding="utf-8") for path in sorted((SKETCH / "queries").glob("*.graphql"))]
VALID = [
    "{ shapes(filter: {least: 1, within: [{kind: ROUND}, {least: null}]}, kinds: SQUARE) { id } }",
    '{ shapes(ids: [1, "2", null], name: "n", at: 1, on: true, more: {a: [1, {b: x}]}) { __typename } }',
    '{ shapes(ids: "1", at: -1.5e3, more: [1], kinds: null, filter: {within: {least: 2}}) { ... on Circle { id } } }',
    "query Q($k: [Kind!], $n: Int = 3) { shapes(kinds: $k) { ...C @skip(if: false) } } "
    "fragment C on Circle { r: radius(of: $n) @include(if: true) ...D } fragment D on Shape { id }",
    "query A { any { __typename ... on Circle { radius } } } query B { __schema { queryType { name } } }",
    get_introspection_query(),
]


def faults_of(checker: LimitChecker, document: str) -> list[GraphQLError]:
    """Return what is told to be wrong, however small the document is."""
    try:
        checker.check_document(document, tokens_checked_min=0)
    except DocumentWrong as refusal:
        return refusal.errors()
    return []


@pytest.mark.parametrize("document", VALID)
def test_a_valid_document_has_no_faults(document: str) -> None:
    assert validate(SMALL.public_schema, parse(document)) == []
    assert faults_of(CHECKER, document) == []


def test_the_queries_of_real_screens_have_no_faults() -> None:
    checker = LimitChecker(SUPERGRAPH, QueryLimits())

    assert [faults_of(checker, query) for query in QUERIES] == [[]] * len(QUERIES)


@pytest.mark.parametrize(
    ("document", "message", "place"),
    [
        ("{ shapes { nothing } }", "Cannot query field 'nothing' on type 'Shape'.", 12),
        ("{ any { id } }", "Cannot query field 'id' on type 'Any'.", 9),
        ("{ shapes(first: 1) { id } }", "Unknown argument 'first' on field 'Query.shapes'.", 10),
        ("{ shapes(at: 1, at: 2) { id } }", "There can be only one argument named 'at'.", 17),
        ("{ shapes(filter: {most: 1}) { id } }", "Unknown input field 'most' on field 'Query.shapes'.", 19),
        ("{ shapes(at: [1, 2]) { id } }", "Expected value of type 'Float', found a list.", 14),
        ("{ shapes(name: {a: 1}) { id } }", "Expected value of type 'String', found an object.", 16),
        ("{ shapes(kinds: [OVAL]) { id } }", "Expected value of type 'Kind!', found OVAL.", 18),
        ("{ shapes(filter: 1) { id } }", "Expected value of type 'Filter', found 1.", 18),
        ("{ shapes @odd { id } }", "Unknown directive '@odd'.", 10),
        (
            "{ any @skip(if: true) @skip(if: true) { __typename } }",
            "The directive '@skip' can only be used once at this location.",
            23,
        ),
        ("{ ...F }", "Unknown fragment 'F'.", 6),
        ("{ any { __typename } } fragment F on Query { any }", "Fragment 'F' is never used.", 24),
        ("{ ...F } fragment F on Query { ...F }", "Cannot spread fragment 'F' within itself.", 35),
        ("{ any { __typename } } query A { any }", "This anonymous operation must be the only defined operation.", 1),
        ("query A { any } query A { any }", "There can be only one operation named 'A'.", 17),
        ("query ($a: Int) { any { __typename } }", "Variable '$a' is never used.", 8),
        ("{ shapes(at: $b) { id } }", "Variable '$b' is not defined.", 14),
    ],
)
def test_each_fault_is_told_with_its_place(document: str, message: str, place: int) -> None:
    found = faults_of(CHECKER, document)

    assert [(error.message, error.locations) for error in found[:1]] == [(message, [(1, place)])]
    assert validate(SMALL.public_schema, parse(document)) != []


def test_fragments_with_one_name_and_wide_circles_are_told() -> None:
    wide = " ".join(f"fragment F{n} on Query {{ {' '.join(f'...F{m}' for m in range(9))} }}" for n in range(9))

    twice = faults_of(CHECKER, "{ ...F } fragment F on Query { any } fragment F on Query { any }")
    circles = faults_of(CHECKER, "{ ...F0 } " + wide)

    assert [error.message for error in twice] == ["There can be only one fragment named 'F'."]
    assert {re.sub(r"\d", "", error.message) for error in circles} == {"Cannot spread fragment 'F' within itself."}


def test_a_document_with_missing_brackets_is_left_to_the_parser() -> None:
    assert faults_of(CHECKER, "{ nothing { nothing }") == []


def test_a_small_document_is_left_to_validation() -> None:
    CHECKER.check_document("{ nothing }")
    with pytest.raises(DocumentWrong):
        CHECKER.check_document("{ " + "nothing " * 150 + "}")


@pytest.mark.parametrize("seed", range(8))
def test_whatever_has_a_fault_is_refused_by_validation_too(seed: int) -> None:
    """Documents with tokens left out, doubled or put elsewhere: many are refused here, and none wrongly."""
    chance = random.Random(seed)
    refused = 0
    for _ in range(60):
        tokens = read_tokens(chance.choice(VALID[:5]), 0, 0)
        for _ in range(chance.randint(1, 3)):
            at, other = chance.randrange(len(tokens)), chance.randrange(len(tokens))
            tokens[at : at + 1] = chance.choice([[], [tokens[at]] * 2, [tokens[other]], [tokens[other], tokens[at]]])
        document = " ".join(tokens)
        if faults_of(CHECKER, document):
            refused += 1
            try:
                errors = validate(SMALL.public_schema, parse(document))
            except GraphQLError as error:
                errors = [error]
            assert errors, document
    assert refused > 10
