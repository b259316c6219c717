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


LISTED = {"ZG-18": {"finance": "due"}, "DH-39": {"finance": "later"}}
CODE = {"ZG-18": ["services/finance/domain/deposit.py"]}
TESTS = {"ZG-18": ["tests/finance/test_deposit.py::test_clamp"]}


def test_a_rule_that_code_cites_and_a_test_marks_is_proved() -> None:
    assert rules_table.faults(LISTED, TESTS, CODE) == []


def test_a_rule_that_is_due_without_a_test_is_a_fault() -> None:
    assert rules_table.faults(LISTED, {}, CODE) == [
        "ZG-18 is cited by services/finance/domain/deposit.py and proved by no test",
        "ZG-18 is due in finance and no test proves it",
    ]


def test_a_rule_that_is_due_without_code_is_a_fault() -> None:
    assert rules_table.faults(LISTED, TESTS, {}) == [
        "ZG-18 is due in finance and no code of it cites it",
        "ZG-18 is marked by tests/finance/test_deposit.py::test_clamp and cited by no code",
    ]


def test_a_rule_that_is_due_with_neither_is_a_fault() -> None:
    assert rules_table.faults(LISTED, {}, {}) == [
        "ZG-18 is due in finance and no code of it cites it",
        "ZG-18 is due in finance and no test proves it",
    ]


def test_code_of_another_service_does_not_make_a_rule_done() -> None:
    assert rules_table.faults(LISTED, TESTS, {"ZG-18": ["services/registry/domain/contract.py"]}) == [
        "ZG-18 is due in finance and no code of it cites it"
    ]


def test_a_rule_that_code_cites_before_it_is_due_still_needs_its_test() -> None:
    early = {**CODE, "DH-39": ["services/finance/domain/reward.py"]}

    assert rules_table.faults(LISTED, TESTS, early) == [
        "DH-39 is cited by services/finance/domain/reward.py and proved by no test"
    ]


def test_a_rule_that_no_document_has_is_a_fault() -> None:
    code = {**CODE, "ZG-99": ["services/finance/domain/deposit.py"]}
    tests = {**TESTS, "ZG-99": ["tests/finance/test_deposit.py::test_clamp"]}

    assert rules_table.faults(LISTED, tests, code) == ["ZG-99 is in no document"]


def test_a_value_of_a_policy_needs_no_citing_code() -> None:
    tests = {**TESTS, "DH-39": ["tests/policy/test_five_districts.py::test_rates"]}

    assert rules_table.faults(LISTED, tests, CODE) == []


@pytest.mark.parametrize(
    ("rules", "expected"),
    [
        ({"ZG-01": {"finance": "due"}, "ZG-02": {"registry": "adoption"}}, []),
        ({"ZG-01": {"finance": "due"}}, ["ZG-02 is not listed"]),
        (
            {"ZG-01": {"finance": "due"}, "ZG-02": {"finance": "later"}, "ZG-03": {"finance": "due"}},
            ["ZG-03 is no rule of the documents"],
        ),
        ({"ZG-01": {}, "ZG-02": {"finance": "due"}}, ["ZG-01 has no owner"]),
        (
            {"ZG-01": {"treasury": "due"}, "ZG-02": {"finance": "due"}},
            ["ZG-01 is owned by treasury, which is no service"],
        ),
        (
            {"ZG-01": {"finance": "someday"}, "ZG-02": {"finance": "due"}},
            ["ZG-01 waits for 'someday', which is no part"],
        ),
    ],
)
def test_the_list_has_every_rule_once_with_owner_and_part(
    rules: dict[str, dict[str, str]], expected: list[str]
) -> None:
    assert rules_table.faults_of_the_list(rules, {"ZG": 2}) == expected


def test_the_list_has_the_197_rules_of_the_documents() -> None:
    rules = rules_table.listed_rules()

    assert rules_table.faults_of_the_list(rules) == []
    assert len(rules) == 197
    assert [rule for rule, owners in rules.items() if "work-log" in owners.values()] == ["DH-55", "XY-32", "ZG-52"]
