"""The property office of a community: its area, its source, and the district's minimum."""

from datetime import date

import pytest

from kit.area import Area, square_metres
from kit.errors import OutOfRange, Refusal, ValidationFailed
from policy.instruments import PropertyRoomPolicy
from policy.policies import Policies
from policy.vocabulary import PropertyRoomSource
from services.registry.domain.property_room import (
    PropertyRoom,
    RoomOutOfOrder,
    SourceNotAllowed,
    allows_completion,
    checked_room,
)

TODAY = date(2026, 3, 5)
RENOVATION = PropertyRoomSource.RENOVATION


def policy_of(policies: Policies, district: str) -> PropertyRoomPolicy:
    (mounted,) = [file for file in policies.files if file.area == district]
    found = mounted.instruments[PropertyRoomPolicy.key]
    assert isinstance(found, PropertyRoomPolicy)
    return found


def room(
    policy: PropertyRoomPolicy | None,
    area: str = "120.00",
    *,
    source: PropertyRoomSource = RENOVATION,
    from_: date = TODAY,
    present: PropertyRoom | None = None,
) -> PropertyRoom:
    return checked_room(
        office_area=square_metres(area), source=source, from_=from_, policy=policy, present=present, today=TODAY
    )


@pytest.mark.rule("DH-27")
@pytest.mark.parametrize(("area", "meets"), [("119.99", False), ("120.00", True), ("120.01", True), ("0.00", False)])
def test_an_office_below_120_m2_is_recorded_and_does_not_meet_the_minimum(
    mounted: Policies, area: str, meets: bool
) -> None:
    found = room(policy_of(mounted, "360102"), area)

    assert found.meets_minimum is meets
    assert found.minimum == square_metres("120.00")
    assert allows_completion(found) is meets


@pytest.mark.rule("DH-27")
def test_a_community_without_an_office_does_not_complete_its_renovation() -> None:
    assert not allows_completion(None)


@pytest.mark.rule("DH-27")
@pytest.mark.parametrize("source", ["RENOVATION", "NEIGHBOURHOOD_CENTRE", "LONG_LEASE", "SHARED_OFFICE"])
def test_donghu_lists_four_sources(mounted: Policies, source: str) -> None:
    assert room(policy_of(mounted, "360102"), source=PropertyRoomSource(source)).source == source


@pytest.mark.rule("DH-27")
def test_a_source_that_donghu_does_not_list_is_refused(mounted: Policies) -> None:
    with pytest.raises(SourceNotAllowed) as refused:
        room(policy_of(mounted, "360102"), source=PropertyRoomSource.OWNED_BY_UNIT)

    assert refused.value.path == ("input", "source")
    assert (refused.value.code, refused.value.value) == ("VALIDATION", "OWNED_BY_UNIT")


@pytest.mark.rule("PZ-23")
def test_a_unit_in_panzhihua_may_turn_its_own_rooms_into_the_office(mounted: Policies) -> None:
    found = room(policy_of(mounted, "510400"), "35.00", source=PropertyRoomSource.OWNED_BY_UNIT)

    assert found.meets_minimum  # The document asks for no area.


@pytest.mark.rule("XY-10")
def test_xunyang_encourages_rooms_of_the_renovation_and_refuses_no_other(mounted: Policies) -> None:
    policy = policy_of(mounted, "360403")

    assert policy.sources == (RENOVATION,)
    assert room(policy, "60.00").meets_minimum
    assert room(policy, "60.00", source=PropertyRoomSource.LONG_LEASE).source is PropertyRoomSource.LONG_LEASE


def test_a_district_without_a_word_on_offices_has_no_minimum() -> None:
    assert room(None, "1.00").meets_minimum


@pytest.mark.rule("DH-27")
@pytest.mark.parametrize(
    ("area", "from_", "refusal", "path", "value"),
    [
        (Area(-1), TODAY, ValidationFailed, ("input", "officeArea"), "-1"),
        (square_metres("10000.01"), TODAY, OutOfRange, ("input", "officeArea"), "10000.01"),
        (square_metres("120.00"), date(2026, 3, 6), ValidationFailed, ("input", "from"), "2026-03-06"),
        (square_metres("120.00"), date(2025, 1, 1), RoomOutOfOrder, ("input", "from"), "2025-01-01"),
    ],
)
def test_an_office_that_cannot_be_is_refused(
    area: Area, from_: date, refusal: type[Refusal], path: tuple[str, ...], value: str | None
) -> None:
    present = PropertyRoom(square_metres("90.00"), RENOVATION, date(2025, 1, 1), None)

    with pytest.raises(refusal) as refused:
        checked_room(office_area=area, source=RENOVATION, from_=from_, policy=None, present=present, today=TODAY)

    assert (refused.value.path, refused.value.value) == (path, value)


def test_an_office_of_the_next_day_follows_the_present_one() -> None:
    present = PropertyRoom(square_metres("90.00"), RENOVATION, date(2025, 1, 1), None)

    assert room(None, "10000.00", from_=date(2025, 1, 2), present=present).from_ == date(2025, 1, 2)
