"""One estate, one street, one community."""

from datetime import date

import pytest

from kit.errors import Refusal, ValidationFailed
from services.registry.domain.territory import (
    Membership,
    MoveOutOfOrder,
    OtherDistrict,
    Place,
    SameCommunity,
    SecondCommunity,
    StreetNotOfDistrict,
    membership_on,
    moved,
    private_areas,
    public_areas,
    require_same_community,
    require_street_of_district,
)

MOVED_ON = date(2025, 7, 1)
BEFORE = Membership("360702", "str_a", "com_a", None, MOVED_ON)
AFTER = Membership("360702", "str_b", "com_b", MOVED_ON, None)


@pytest.mark.rule("DH-04")
@pytest.mark.parametrize(
    ("day", "community"),
    [(date(2001, 1, 1), "com_a"), (date(2025, 6, 30), "com_a"), (MOVED_ON, "com_b"), (date(2030, 1, 1), "com_b")],
)
def test_each_day_has_one_membership(day: date, community: str) -> None:
    assert membership_on((BEFORE, AFTER), day).community_id == community


@pytest.mark.rule("DH-04")
@pytest.mark.parametrize("memberships", [(), (BEFORE,), (AFTER, Membership("360702", "str_c", "com_c"))])
def test_no_membership_and_two_are_refused(memberships: tuple[Membership, ...]) -> None:
    with pytest.raises(ValidationFailed) as refused:
        membership_on(memberships, MOVED_ON)

    assert refused.value.path == ()
    assert refused.value.value == "2025-07-01"


@pytest.mark.rule("DH-28")
@pytest.mark.rule("G-26")
def test_a_second_community_is_refused() -> None:
    with pytest.raises(SecondCommunity) as refused:
        require_same_community(known="com_a", named="com_b", path=("社区",), value="云栖社区")

    assert (refused.value.code, refused.value.path, refused.value.value) == ("VALIDATION", ("社区",), "云栖社区")


@pytest.mark.rule("DH-28")
def test_the_same_community_again_is_no_second_one() -> None:
    require_same_community(known="com_a", named="com_a", path=("社区",), value="金桂社区")


XUNYANG_STREETS = ("湓浦街道", "甘棠街道", "人民路街道", "白水湖街道", "金鸡坡街道")


@pytest.mark.rule("XY-28")
@pytest.mark.parametrize("name", XUNYANG_STREETS)
def test_a_street_that_the_document_names_is_accepted(name: str) -> None:
    require_street_of_district(name, named_streets=XUNYANG_STREETS, path=("name",))


@pytest.mark.rule("XY-28")
def test_a_street_that_the_document_does_not_name_is_refused() -> None:
    with pytest.raises(StreetNotOfDistrict) as refused:
        require_street_of_district("解放街道", named_streets=XUNYANG_STREETS, path=("name",))

    assert refused.value.path == ("name",)
    assert (refused.value.code, refused.value.value) == ("VALIDATION", "解放街道")


def test_a_district_whose_document_names_no_streets_takes_any() -> None:
    require_street_of_district("解放街道", named_streets=None, path=("name",))


def test_neighbours_see_public_records_and_no_private_ones() -> None:
    place = Place("360702", "str_a", "com_a")

    assert public_areas(place, "est_1") == [
        "district:360702", "street:str_a", "community:com_a", "estate:est_1", "manage:est_1",
    ]  # fmt: skip
    assert private_areas(place, "est_1", part_id="prt_1", owner_ids=["own_1"]) == [
        "district:360702", "street:str_a", "community:com_a", "manage:est_1", "part:prt_1", "owner:own_1",
    ]  # fmt: skip


SINCE_EVER = (Membership("360702", "str_a", "com_a"),)
TODAY = date(2026, 3, 5)


@pytest.mark.rule("DH-28")
@pytest.mark.parametrize("on", [MOVED_ON, TODAY])
def test_a_moved_estate_has_one_community_on_each_day(on: date) -> None:
    memberships = moved(SINCE_EVER, Place("360702", "str_b", "com_b"), on=on, today=TODAY)

    assert membership_on(memberships, date(2025, 6, 30)).community_id == "com_a"
    assert membership_on(memberships, on).community_id == "com_b"
    assert len(memberships) == 2


@pytest.mark.rule("DH-28")
@pytest.mark.parametrize(
    ("memberships", "destination", "on", "refusal", "code", "path", "value"),
    [
        (
            SINCE_EVER,
            Place("360702", "str_a", "com_a"),
            MOVED_ON,
            SameCommunity,
            "VALIDATION",
            ("input", "communityId"),
            "com_a",
        ),
        (
            SINCE_EVER,
            Place("360403", "str_x", "com_x"),
            MOVED_ON,
            OtherDistrict,
            "VALIDATION",
            ("input", "communityId"),
            "com_x",
        ),
        (
            SINCE_EVER,
            Place("360702", "str_b", "com_b"),
            date(2026, 3, 6),
            ValidationFailed,
            "VALIDATION",
            ("input", "effectiveOn"),
            "2026-03-06",
        ),
        (
            (BEFORE, AFTER),
            Place("360702", "str_a", "com_a"),
            MOVED_ON,
            MoveOutOfOrder,
            "STATE_CONFLICT",
            ("input", "effectiveOn"),
            "2025-07-01",
        ),
    ],
)
def test_a_move_that_cannot_be_is_refused(
    memberships: tuple[Membership, ...],
    destination: Place,
    on: date,
    refusal: type[Refusal],
    code: str,
    path: tuple[str, ...],
    value: str | None,
) -> None:
    with pytest.raises(refusal) as refused:
        moved(memberships, destination, on=on, today=TODAY)

    assert (refused.value.path, refused.value.value) == (path, value)
    assert refused.value.code == code


def test_a_move_on_the_day_after_the_last_one_is_in_order() -> None:
    memberships = moved((BEFORE, AFTER), Place("360702", "str_a", "com_a"), on=date(2025, 7, 2), today=TODAY)

    assert membership_on(memberships, MOVED_ON).community_id == "com_b"
    assert membership_on(memberships, date(2025, 7, 2)).community_id == "com_a"
