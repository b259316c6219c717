"""Who serves on an estate, by numbers and never by person: sent by street or community, volunteers, hired residents."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from kit.errors import Flag, ValidationFailed

MOST_HEADS = 10_000


class StaffSource(StrEnum):
    """Where staff come from (NZ-23, PZ-21)."""

    PROVIDER = "PROVIDER"
    STREET = "STREET"
    COMMUNITY = "COMMUNITY"
    VOLUNTEER = "VOLUNTEER"
    PROPERTY_UNIT = "PROPERTY_UNIT"


@dataclass(frozen=True, kw_only=True)
class StaffCount:
    """How many of one source serve on an estate from a day on, how many of them are trained and live there."""

    source: StaffSource
    work: str
    headcount: int
    trained: int
    residents: int
    from_: date


def check_staff(staff: StaffCount, *, today: date) -> list[Flag]:
    """Return the warnings of the count: WARN:STAFF_UNTRAINED (NZ-23), WARN:NO_RESIDENT_HIRED (PZ-21, a preference).

    Raises ValidationFailed for counts that cannot be, and for a day to come.
    """
    if not 1 <= staff.headcount <= MOST_HEADS:
        raise ValidationFailed(
            f"a count of staff is 1 to {MOST_HEADS}", path=("input", "headcount"), value=staff.headcount
        )
    for field, part in (("trained", staff.trained), ("residents", staff.residents)):
        if not 0 <= part <= staff.headcount:
            raise ValidationFailed("a part is at most the whole", path=("input", field), value=part)
    if staff.from_ > today:
        raise ValidationFailed("staff are counted once they serve", path=("input", "from"), value=staff.from_)
    flags = []
    if staff.trained < staff.headcount:
        flags.append(
            Flag(
                "WARN:STAFF_UNTRAINED",
                "not everybody is trained",
                path=("input", "trained"),
                value=str(staff.headcount - staff.trained),
            )
        )
    if staff.source is StaffSource.PROVIDER and staff.residents == 0:
        flags.append(
            Flag(
                "WARN:NO_RESIDENT_HIRED", "residents of the estate are hired by preference", path=("input", "residents")
            )
        )
    return flags
