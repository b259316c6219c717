"""A query over a limit is refused with the limit and the value, before it is validated or planned."""

import time

import pytest
from graphql import parse

from gateway.limits import LimitExceeded, QueryLimits, enforce

LIMITS = QueryLimits(depth=3, aliases=2, root_fields=2, fields=5)


@pytest.mark.parametrize(
    "query",
    [
        "{ a { b { c } } }",
        "{ x: a y: a }",
        "{ a b }",
        "{ a { b c d e } }",
        "{ ...F } fragment F on Query { a { b { c } } }",
    ],
)
def test_a_query_at_its_limit_is_let_through(query: str) -> None:
    enforce(parse(query), LIMITS)


@pytest.mark.parametrize(
    ("query", "measure", "value"),
    [
        ("{ a { b { c { d } } } }", "depth", 4),
        ("{ a { ...F } } fragment F on T { b { ... { c { d } } } }", "depth", 4),
        ("{ x: a { y: b z: c } }", "aliases", 3),
        ("{ a b c }", "root_fields", 3),
        ("{ ...F ...F } fragment F on Query { a { b } c }", "root_fields", 4),
        ("{ a { b c d e f } }", "fields", 6),
    ],
)
def test_a_query_over_its_limit_is_refused_with_the_figures(query: str, measure: str, value: int) -> None:
    with pytest.raises(LimitExceeded) as refusal:
        enforce(parse(query), LIMITS)

    assert (refusal.value.measure, refusal.value.value) == (measure, value)
    assert refusal.value.limit == getattr(LIMITS, measure)


def test_fragments_that_double_at_every_step_are_counted_without_being_unfolded() -> None:
    doubling = " ".join(f"fragment F{n} on T {{ a {{ ...F{n + 1} ...F{n + 1} }} }}" for n in range(60))
    document = parse("{ ...F0 } " + doubling + " fragment F60 on T { a }")
    started = time.process_time()

    with pytest.raises(LimitExceeded) as refusal:
        enforce(document, QueryLimits(depth=100))

    assert refusal.value.value > 2**60
    assert time.process_time() - started < 1.0  # Unfolded, it would take the age of the universe.


def test_a_circular_fragment_is_left_to_validation() -> None:
    enforce(parse("{ ...F } fragment F on Query { a { ...F } }"), LIMITS)
