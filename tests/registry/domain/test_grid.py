"""One named person of each department for each community."""

from dataclasses import replace
from datetime import date

import pytest

from kit.caller import Caller, Role, Scope
from kit.errors import Refusal, ValidationFailed
from policy.bodies import GridDepartment
from services.registry.domain.grid import (
    CONTACT_MISSING,
    ContactOutOfOrder,
    DepartmentNotInGrid,
    GridContact,
    check_contact,
    missing_contact_flags,
    missing_departments,
    shown_phone,
)

TODAY = date(2026, 3, 5)
ALL = tuple(GridDepartment)
POLICE = GridContact(GridDepartment.POLICE, "周警官", "0791-12345678", "李网格", date(2026, 1, 1))


@pytest.mark.rule("DH-37")
def test_four_departments_name_a_person_each() -> None:
    assert ALL == ("POLICE", "FIRE", "URBAN_MANAGEMENT", "ENVIRONMENT")
    for department in ALL:
        check_contact(replace(POLICE, department=department), departments=ALL, present=None, today=TODAY)


@pytest.mark.rule("DH-37")
def test_each_missing_department_is_a_warning_and_no_refusal() -> None:
    missing = missing_departments(ALL, [POLICE])
    flags = missing_contact_flags(missing)

    assert [(flag.code, flag.value) for flag in flags] == [
        (CONTACT_MISSING, "FIRE"), (CONTACT_MISSING, "URBAN_MANAGEMENT"), (CONTACT_MISSING, "ENVIRONMENT"),
    ]  # fmt: skip
    everybody = [replace(POLICE, department=department) for department in ALL]
    assert missing_contact_flags(missing_departments(ALL, everybody)) == ()


@pytest.mark.rule("DH-37")
@pytest.mark.parametrize(
    ("changed", "departments", "refusal", "code", "path", "value"),
    [
        ({}, (GridDepartment.FIRE,), DepartmentNotInGrid, "VALIDATION", ("input", "department"), "POLICE"),
        ({"phone": "12"}, ALL, ValidationFailed, "VALIDATION", ("input", "phone"), "12"),
        ({"phone": "1" * 16}, ALL, ValidationFailed, "VALIDATION", ("input", "phone"), "1111111111111111"),
        ({"phone": "周警官"}, ALL, ValidationFailed, "VALIDATION", ("input", "phone"), "周警官"),
        ({"from_": date(2026, 3, 6)}, ALL, ValidationFailed, "VALIDATION", ("input", "from"), "2026-03-06"),
        ({"from_": date(2025, 6, 1)}, ALL, ContactOutOfOrder, "STATE_CONFLICT", ("input", "from"), "2025-06-01"),
    ],
)
def test_a_contact_that_cannot_be_is_refused(
    changed: dict[str, object],
    departments: tuple[GridDepartment, ...],
    refusal: type[Refusal],
    code: str,
    path: tuple[str, ...],
    value: str | None,
) -> None:
    present = replace(POLICE, from_=date(2025, 6, 1))

    with pytest.raises(refusal) as refused:
        check_contact(
            replace(POLICE, **changed),  # type: ignore[arg-type]
            departments=departments,
            present=present,
            today=TODAY,
        )

    assert (refused.value.path, refused.value.value) == (path, value)
    assert refused.value.code == code


@pytest.mark.parametrize("phone", ["110", "1" * 15, "+86 791-1234"])
def test_numbers_of_3_to_15_digits_are_numbers(phone: str) -> None:
    check_contact(replace(POLICE, phone=phone), departments=ALL, present=None, today=TODAY)


def test_the_offices_see_the_number_and_others_its_end() -> None:
    office = Caller("office", frozenset({Role.STREET.value}), Scope.everything())
    owner = Caller("owner", frozenset({Role.OWNER.value}), Scope.everything())

    assert shown_phone("0791-12345678", caller=office) == "0791-12345678"
    assert shown_phone("0791-12345678", caller=owner) == "*********5678"
    assert shown_phone("12345", caller=owner) == "*2345"


@pytest.mark.rule("DH-37")
def test_a_person_may_be_named_today_and_follows_one_of_an_earlier_day() -> None:
    yesterday = replace(POLICE, from_=date(2026, 3, 4))

    check_contact(replace(POLICE, from_=TODAY), departments=ALL, present=yesterday, today=TODAY)
