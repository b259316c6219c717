"""The grid of administration (网格化): one named person of each department for each community."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from kit.caller import Caller, Role
from kit.errors import Flag, StateConflict, ValidationFailed
from policy.bodies import GridDepartment

ROLES_THAT_SEE_PHONES = (
    Role.STREET,
    Role.COMMUNITY,
    Role.DISTRICT_OFFICE,
    Role.HOUSING_BUREAU,
    Role.OPERATOR,
)
"""Who calls these people at work; everybody else sees the masked number."""

CONTACT_MISSING = "WARN:GRID_CONTACT_MISSING"
_SHOWN_DIGITS = 4


class DepartmentNotInGrid(ValidationFailed):
    """The district's document names the departments of its grid, and this is none of them (DH-37)."""


class ContactOutOfOrder(StateConflict):
    """The department named a person for this community from this day or a later one already."""


@dataclass(frozen=True)
class GridContact:
    """The person whom a department names for a community from a day on; `grid_worker` is the community's own."""

    department: GridDepartment
    person: str
    phone: str
    grid_worker: str | None
    from_: date


def check_contact(
    contact: GridContact,
    *,
    departments: Sequence[GridDepartment],
    present: GridContact | None,
    today: date,
) -> None:
    """Raise DepartmentNotInGrid, ContactOutOfOrder or ValidationFailed unless the contact can be recorded (DH-37)."""
    if contact.department not in departments:
        raise DepartmentNotInGrid(
            f"the grid has {'、'.join(departments)}", path=("input", "department"), value=contact.department.value
        )
    digits = contact.phone.removeprefix("+").replace("-", "").replace(" ", "")
    if not digits.isdecimal() or not 3 <= len(digits) <= 15:
        raise ValidationFailed("a telephone number has 3 to 15 digits", path=("input", "phone"), value=contact.phone)
    if contact.from_ > today:
        raise ValidationFailed("a contact is recorded when named", path=("input", "from"), value=contact.from_)
    if present is not None and contact.from_ <= present.from_:
        raise ContactOutOfOrder(
            f"{present.department.value} named a person from {present.from_.isoformat()}",
            path=("input", "from"),
            value=contact.from_,
        )


def missing_departments(
    departments: Sequence[GridDepartment], present: Iterable[GridContact]
) -> tuple[GridDepartment, ...]:
    """Return the departments of the grid that have named nobody, in the document's order (DH-37)."""
    named = {contact.department for contact in present}
    return tuple(department for department in departments if department not in named)


def missing_contact_flags(missing: Sequence[GridDepartment]) -> tuple[Flag, ...]:
    """Return one warning per department without a person; complaints still go to the department (DH-37)."""
    return tuple(
        Flag(CONTACT_MISSING, f"{department.value} has named nobody for this community", value=department.value)
        for department in missing
    )


def shown_phone(phone: str, *, caller: Caller) -> str:
    """Return the number, for others than the offices with all but the last four characters masked."""
    if caller.has_role(*ROLES_THAT_SEE_PHONES):
        return phone
    return "*" * max(len(phone) - _SHOWN_DIGITS, 1) + phone[-_SHOWN_DIGITS:]
