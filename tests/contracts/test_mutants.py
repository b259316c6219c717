"""The mutation run counts what a test could notice: a changed message is for people, the rest is for programs."""

import ast

import pytest

from tests import mutants

ORIGINAL = """
def f(x):
    if x < 1:
        raise TooSmall("x is too small", path=("x",), value=x)
    return Flag("WARN:X", "look at x", value=x)
"""


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
        ("x < 1", "x <= 1", False),
        ('("x",)', '("XXxXX",)', False),
        ("value=x)\n    return", "value=None)\n    return", False),
        ('"WARN:X"', '"warn:x"', False),
    ],
)
def test_only_the_words_of_a_message_are_let_pass(before: str, after: str, same: bool) -> None:
    original, mutant = function(ORIGINAL), function(ORIGINAL.replace(before, after).replace("def f", "def g"))

    assert (ast.dump(mutants.without_messages(original)) == ast.dump(mutants.without_messages(mutant))) is same


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
