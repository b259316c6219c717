"""Refusals carry code, message, path and value; the catalogue for clients says exactly what the code has."""

import ast
import re
from pathlib import Path

import pytest

import kit.errors
from kit.errors import FAMILIES, Duplicate, Flag, PreconditionMissing, Refusal

CATALOGUE = Path(__file__).parents[2] / "docs" / "errors.md"


class UnableToPayReward(PreconditionMissing):
    """A rule's own refusal, as a domain writes it."""


def test_a_refusal_carries_message_path_and_the_value_as_text() -> None:
    refusal = Duplicate("the code is taken", path=["input", "code"], value=17)

    assert (refusal.code, refusal.message, refusal.path, refusal.value) == (
        "DUPLICATE",
        "the code is taken",
        ("input", "code"),
        "17",
    )
    assert str(refusal) == "the code is taken"


def test_a_rules_own_refusal_has_the_code_of_its_family() -> None:
    assert UnableToPayReward("no qualified assessment").code == "PRECONDITION"


def test_a_refusal_without_a_value_has_none_and_not_the_text_none() -> None:
    assert Duplicate("again").value is None


@pytest.mark.parametrize(("length", "kept"), [(199, 199), (200, 200), (201, 200), (1_000_000, 200)])
def test_a_long_value_is_cut_to_two_hundred_characters(length: int, kept: int) -> None:
    value = Duplicate("too long", value="户" * length).value

    assert value is not None
    assert len(value) == kept
    assert value.endswith("…") == (length > 200)


def test_every_family_has_a_code_of_its_own() -> None:
    assert len({family.code for family in FAMILIES}) == len(FAMILIES)


def test_every_family_of_the_module_is_listed() -> None:
    defined = {value for value in vars(kit.errors).values() if isinstance(value, type) and issubclass(value, Refusal)}

    assert defined - {Refusal} == set(FAMILIES)


def test_a_warnings_code_says_that_it_is_a_warning() -> None:
    assert Flag("WARN:PARTY_RATIO", "the director is not a party member").value is None
    with pytest.raises(ValueError, match="WARN:"):
        Flag("PARTY_RATIO", "the director is not a party member")


def test_the_catalogue_lists_exactly_the_codes_of_the_families() -> None:
    rows = re.findall(r"^\| `([A-Z_]+)` \| (.+?) \| (.+?) \| (.+?) \|$", CATALOGUE.read_text(encoding="utf-8"), re.M)

    assert [row[0] for row in rows] == [family.code for family in FAMILIES]


def test_the_catalogue_lists_exactly_the_warnings_that_the_program_writes() -> None:
    written = {
        node.value
        for room in ("kit", "policy", "services", "gateway")
        for path in (CATALOGUE.parents[1] / room).rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Constant)
        and isinstance(node.value, str)
        and re.fullmatch(r"WARN:[A-Z][A-Z_]*", node.value)
    }
    listed = re.findall(r"^\| `(WARN:[A-Z_]+)` \|", CATALOGUE.read_text(encoding="utf-8"), re.M)

    assert sorted(written) == listed


def test_the_catalogue_tells_every_code_with_an_example_and_what_a_client_does() -> None:
    rows = re.findall(r"^\| `[A-Z_]+` \|(.*)\|$", CATALOGUE.read_text(encoding="utf-8"), re.M)

    assert rows
    assert all(len(cell.strip()) > 20 for row in rows for cell in row.split(" | "))
