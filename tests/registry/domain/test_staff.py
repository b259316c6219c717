"""Staff by numbers: trained, resident, and where they come from."""

from dataclasses import replace
from datetime import date

import pytest

from kit.errors import ValidationFailed
from services.registry.domain.staff import StaffCount, StaffSource, check_staff

TODAY = date(2026, 3, 5)
COUNT = StaffCount(source=StaffSource.STREET, work="保洁", headcount=3, trained=3, residents=0, from_=TODAY)


@pytest.mark.rule("NZ-23")
@pytest.mark.parametrize("source", [StaffSource.STREET, StaffSource.COMMUNITY, StaffSource.VOLUNTEER])
def test_staff_are_sent_or_volunteer_and_the_untrained_are_flagged(source: StaffSource) -> None:
    assert check_staff(replace(COUNT, source=source), today=TODAY) == []

    (flag,) = check_staff(replace(COUNT, source=source, trained=2), today=TODAY)
    assert (flag.code, flag.path, flag.value) == ("WARN:STAFF_UNTRAINED", ("input", "trained"), "1")


@pytest.mark.rule("PZ-21")
@pytest.mark.parametrize(("residents", "flagged"), [(0, True), (1, False)])
def test_hiring_residents_is_preferred_and_never_forced(residents: int, flagged: bool) -> None:
    flags = check_staff(replace(COUNT, source=StaffSource.PROVIDER, residents=residents), today=TODAY)

    warning = ("WARN:NO_RESIDENT_HIRED", ("input", "residents"), None)
    assert [(flag.code, flag.path, flag.value) for flag in flags] == ([warning] if flagged else [])


@pytest.mark.parametrize("headcount", [1, 10_000])
def test_staff_are_counted_from_one_to_ten_thousand(headcount: int) -> None:
    counted = replace(COUNT, headcount=headcount, trained=headcount, residents=headcount)

    assert check_staff(counted, today=TODAY) == []


@pytest.mark.parametrize(
    ("changed", "field", "value"),
    [
        ({"headcount": 0}, "headcount", "0"),
        ({"headcount": 10_001}, "headcount", "10001"),
        ({"trained": 4}, "trained", "4"),
        ({"trained": -1}, "trained", "-1"),
        ({"residents": 4}, "residents", "4"),
        ({"from_": date(2026, 3, 6)}, "from", "2026-03-06"),
    ],
)
def test_a_count_that_cannot_be_is_refused(changed: dict[str, object], field: str, value: str | None) -> None:
    with pytest.raises(ValidationFailed) as refused:
        check_staff(replace(COUNT, **changed), today=TODAY)  # type: ignore[arg-type]

    assert refused.value.value == value
    assert refused.value.path == ("input", field)
