"""The mutation run counts what a test could notice: a changed message is for people, the rest is for programs."""

import ast

import pytest

from tests import mutants

ORIGINAL = """
def f(x):
    if x < 1:
        raise TooSmall("x is too small", path=("x",), value=x)
    for a, b in zip(x, x, strict=False):
        raise refused(a, "a is refused", b)
    message = "x is fine"
    return Flag("WARN:X", "look at x", value=x), Odd("x is odd", path=("x",)), Found("ran", x), message
"""
PLACES = {"refused": 1}


def function(text: str) -> ast.FunctionDef:
    (found,) = mutants.functions_of(ast.parse(text)).values()
    assert isinstance(found, ast.FunctionDef)
    return found


@pytest.mark.parametrize(
    ("before", "after", "same"),
    [
        ('"x is too small"', '"XXx is too smallXX"', True),
        ('"x is too small"', "None", True),
        ('"look at x"', '"LOOK AT X"', True),
        ('"x is odd"', "None", True),
        ('"a is refused"', "None", True),
        ('"x is fine"', '"X IS FINE"', True),
        ("strict=False", "strict=None", True),
        (", strict=False", "", True),
        ("strict=False", "strict=True", False),
        ("x < 1", "x <= 1", False),
        ('("x",)', '("XXxXX",)', False),
        ("value=x)\n    for", "value=None)\n    for", False),
        ('"WARN:X"', '"warn:x"', False),
        ("refused(a,", "refused(None,", False),
        ('"a is refused", b', '"a is refused", None', False),
        ('Found("ran"', 'Found("RAN"', False),
    ],
)
def test_only_the_words_of_a_message_and_what_zip_does_unasked_are_let_pass(
    before: str, after: str, same: bool
) -> None:
    original, mutant = function(ORIGINAL), function(ORIGINAL.replace(before, after).replace("def f", "def g"))

    assert ORIGINAL.replace(before, after) != ORIGINAL
    assert (mutants.comparable(original, PLACES) == mutants.comparable(mutant, PLACES)) is same


def test_a_functions_message_stands_where_its_parameter_does() -> None:
    module = ast.parse(
        "def refused(row, message): ...\ndef other(row): ...\nclass C:\n    def said(self, message): ..."
    )

    assert mutants.message_places(module) == {"refused": 1, "said": 0}


def test_a_file_has_a_share_of_survivors_and_what_ended_unclear_counts_as_one() -> None:
    result = mutants.FileResult("a.py", killed=97, unnoticeable=9, survivors={"f": "-"}, unclear={"g": 9, "h": 9})

    assert (result.counted, result.alive, result.share) == (100, 3, 3.0)
    assert mutants.FileResult("b.py").share == 0
    assert mutants.summary([result, mutants.FileResult("c.py", killed=100)]) == "200 mutants, 3 survived: 1.5 %"


def test_a_survivor_is_shown_by_the_lines_that_differ() -> None:
    mutant = function(ORIGINAL.replace("x < 1", "x <= 1"))

    assert mutants.changed_lines(function(ORIGINAL), mutant) == "-     if x < 1:\n+     if x <= 1:"


@pytest.mark.parametrize(
    ("file", "tests"),
    [
        ("services/registry/domain/mode.py", "tests/registry/domain"),
        ("services/finance/domain/deposit.py", "tests/finance/domain"),
        ("policy/instruments/estates.py", "tests/policy"),
    ],
)
def test_a_file_is_judged_by_the_tests_of_the_mirrored_room(file: str, tests: str) -> None:
    assert mutants.room_tests(file) == tests
