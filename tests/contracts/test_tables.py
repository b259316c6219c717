"""The tables of docs/ fail on what is missing: a field that nothing fills, a rule that nothing proves."""

import pytest

from tests import fields_table, rules_table

SDL = "type Query { estate: Estate } type Estate { id: ID! name: String }"


@pytest.mark.parametrize(
    ("filled", "expected"),
    [
        ({"Estate.id": "registerEstate", "Estate.name": "registerEstate"}, []),
        ({"Estate.id": "registerEstate"}, ["Estate.name has no entry"]),
        (
            {"Estate.id": "registerEstate", "Estate.name": " "},
            ["Estate.name is filled by nothing"],
        ),
        (
            {"Estate.id": "x", "Estate.name": "x", "Estate.age": "x"},
            ["Estate.age is no field of the schema"],
        ),
        (
            {"Estate.id": "registry.estate.lost", "Estate.name": "registry.estate.registered"},
            ["Estate.id names registry.estate.lost, which nobody announces"],
        ),
    ],
)
def test_a_field_needs_an_entry_that_says_something(filled: dict[str, str], expected: list[str]) -> None:
    fields = fields_table.fields_of_the_schema(SDL)

    assert fields_table.faults(fields, filled, {"registry.estate.registered"}) == expected


def test_a_rule_that_code_cites_and_no_test_proves_is_a_fault() -> None:
    code = {"ZG-18": ["services/finance/domain/deposit.py"]}

    assert rules_table.faults({}, code) == [
        "ZG-18 is cited by services/finance/domain/deposit.py and proved by no test"
    ]


def test_a_rule_that_a_service_test_marks_and_no_code_cites_is_a_fault() -> None:
    tests = {"ZG-18": ["tests/finance/test_deposit.py::test_clamp"]}

    assert rules_table.faults(tests, {}) == [
        "ZG-18 is marked by tests/finance/test_deposit.py::test_clamp and cited by no code"
    ]


def test_a_value_of_a_policy_needs_no_citing_code() -> None:
    assert rules_table.faults({"DH-39": ["tests/policy/test_five_districts.py::test_rates"]}, {}) == []
