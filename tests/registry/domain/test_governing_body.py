"""Bodies, their posts, and who holds them when."""

from datetime import date

import pytest

from kit.errors import Refusal, ValidationFailed
from policy.bodies import BodyKind, PostRole
from policy.instruments import OrganisationPolicy
from policy.policies import Policies
from services.registry.domain.governing_body import (
    BodyNotInDocument,
    Holder,
    Post,
    PostOccupied,
    PostUnknown,
    PostVacant,
    appointed,
    blueprint,
    vacated,
    with_post,
)

DONGHU, XUNYANG, ZHANGGONG = "360102", "360403", "360702"


def organisation(policies: Policies, district: str) -> OrganisationPolicy:
    (mounted,) = [file for file in policies.files if file.area == district]
    found = mounted.instruments[OrganisationPolicy.key]
    assert isinstance(found, OrganisationPolicy)
    return found


@pytest.mark.rule("DH-07")
def test_donghus_leading_group_has_a_head_a_deputy_ten_departments_and_every_street(mounted: Policies) -> None:
    group = blueprint(
        organisation(mounted, DONGHU), "leadingGroup", of_a_street=False, streets=("扬子洲镇", "公园街道")
    )
    roles = [post.role for post in group.posts]

    assert (group.code, group.kind) == ("leadingGroup", BodyKind.LEADING_GROUP)
    assert [post.number for post in group.posts] == list(range(1, 15))
    assert (roles.count(PostRole.HEAD), roles.count(PostRole.DEPUTY), roles.count(PostRole.MEMBER)) == (1, 1, 12)
    assert [post.office for post in group.posts[:2]] == ["区政府分管副区长", "区房管局主要领导"]
    assert [post.office for post in group.posts[-2:]] == [
        "扬子洲镇：镇、街道（管理处）分管领导", "公园街道：镇、街道（管理处）分管领导",
    ]  # fmt: skip


@pytest.mark.rule("DH-08")
def test_donghus_office_sits_in_the_housing_bureau_with_staff_of_ten_departments(mounted: Policies) -> None:
    office = blueprint(organisation(mounted, DONGHU), "office", of_a_street=False, streets=())

    assert (office.kind, office.seat) == (BodyKind.OFFICE, "区房管局")
    assert [post.office for post in office.posts if post.role is PostRole.HEAD] == ["区房管局分管领导"]
    assert sum(post.role is PostRole.STAFF for post in office.posts) == 10


@pytest.mark.rule("DH-53")
def test_each_street_of_donghu_forms_a_task_group_with_its_leaders(mounted: Policies) -> None:
    group = blueprint(organisation(mounted, DONGHU), "taskGroup", of_a_street=True, streets=("公园街道",))

    assert [post.role for post in group.posts] == [PostRole.HEAD, PostRole.DEPUTY]


@pytest.mark.rule("XY-27")
def test_xunyangs_leading_group_has_one_head_four_deputies_and_eighteen_members(mounted: Policies) -> None:
    group = blueprint(organisation(mounted, XUNYANG), "leadingGroup", of_a_street=False, streets=("甘棠街道",))
    roles = [post.role for post in group.posts]

    assert (roles.count(PostRole.HEAD), roles.count(PostRole.DEPUTY), roles.count(PostRole.MEMBER)) == (1, 4, 18)
    assert all(post.holders == () for post in group.posts)  # Posts, no names.


@pytest.mark.rule("XY-27")
def test_xunyangs_office_has_a_head_and_a_standing_deputy_in_the_housing_bureau(mounted: Policies) -> None:
    office = blueprint(organisation(mounted, XUNYANG), "office", of_a_street=False, streets=())

    assert office.seat == "区住建局"
    assert [(post.role, post.office) for post in office.posts] == [
        (PostRole.HEAD, "区住建局局长"), (PostRole.STANDING_DEPUTY, "区住建局副局长"),
    ]  # fmt: skip


@pytest.mark.rule("XY-29")
def test_each_street_of_xunyang_forms_a_task_team(mounted: Policies) -> None:
    team = blueprint(organisation(mounted, XUNYANG), "taskGroup", of_a_street=True, streets=("甘棠街道",))

    assert (team.kind, team.name) == (BodyKind.TASK_GROUP, "工作专班")


@pytest.mark.rule("ZG-03")
def test_zhanggongs_joint_meeting_has_its_departments_and_utilities(mounted: Policies) -> None:
    meeting = blueprint(organisation(mounted, ZHANGGONG), "jointMeeting", of_a_street=False, streets=("解放街道",))

    assert (meeting.kind, len(meeting.posts)) == (BodyKind.JOINT_MEETING, 12)


@pytest.mark.rule("DH-07")
@pytest.mark.parametrize(("code", "of_a_street"), [("council", False), ("leadingGroup", True), ("taskGroup", False)])
def test_a_body_that_the_document_does_not_set_up_is_refused(mounted: Policies, code: str, of_a_street: bool) -> None:
    with pytest.raises(BodyNotInDocument) as refused:
        blueprint(organisation(mounted, DONGHU), code, of_a_street=of_a_street, streets=())

    assert refused.value.path == ("input", "code")
    assert (refused.value.code, refused.value.value) == ("INSTRUMENT_NOT_AVAILABLE", code)


JANUARY, JUNE, DECEMBER = date(2025, 1, 1), date(2025, 6, 1), date(2025, 12, 1)
POSTS = (
    Post(1, PostRole.HEAD, "区政府分管副区长", (Holder("per_1", JANUARY, JUNE),)),
    Post(2, PostRole.DEPUTY, "区房管局主要领导"),
)


@pytest.mark.rule("DH-07")
@pytest.mark.parametrize(
    ("from_", "to"), [(JUNE, None), (DECEMBER, None), (JUNE, DECEMBER), (date(2024, 1, 1), JANUARY)]
)
def test_holders_follow_each_other_without_overlapping(from_: date, to: date | None) -> None:
    head = appointed(POSTS, 1, Holder("per_2", from_, to))[0]

    assert head.holder_on(date(2025, 5, 31)) == Holder("per_1", JANUARY, JUNE)
    assert head.holder_on(from_) == Holder("per_2", from_, to)


@pytest.mark.rule("DH-07")
@pytest.mark.parametrize(
    ("from_", "to"),
    [(date(2025, 5, 31), None), (JANUARY, JUNE), (date(2024, 1, 1), date(2025, 1, 2)), (date(2024, 1, 1), None)],
)
def test_two_holders_of_one_post_on_one_day_are_refused(from_: date, to: date | None) -> None:
    with pytest.raises(PostOccupied) as refused:
        appointed(POSTS, 1, Holder("per_2", from_, to))

    assert (refused.value.path, refused.value.value) == (("input", "from"), from_.isoformat())
    assert refused.value.code == "VALIDATION"


@pytest.mark.rule("DH-07")
def test_who_left_before_stays_on_record_when_the_next_one_leaves() -> None:
    held = appointed(POSTS, 1, Holder("per_2", JUNE, None))

    (head, _) = vacated(held, 1, on=DECEMBER)

    assert head.holders == (Holder("per_1", JANUARY, JUNE), Holder("per_2", JUNE, DECEMBER))


@pytest.mark.rule("DH-07")
def test_a_further_post_has_the_next_number_and_its_office() -> None:
    assert with_post(POSTS, role=PostRole.MEMBER, office="区财政局")[-1] == Post(3, PostRole.MEMBER, "区财政局")


@pytest.mark.rule("DH-26")
def test_one_person_may_hold_posts_in_several_bodies_and_two_in_one() -> None:
    posts = appointed(POSTS, 2, Holder("per_1", JANUARY))

    assert [post.holder_on(date(2025, 5, 31)) for post in posts] == [
        Holder("per_1", JANUARY, JUNE), Holder("per_1", JANUARY),
    ]  # fmt: skip


def test_a_holder_leaves_and_the_post_is_vacant_from_that_day() -> None:
    posts = vacated(appointed(POSTS, 2, Holder("per_3", JANUARY)), 2, on=JUNE)

    assert posts[1].holder_on(date(2025, 5, 31)) == Holder("per_3", JANUARY, JUNE)
    assert posts[1].holder_on(JUNE) is None


@pytest.mark.parametrize(
    ("number", "on", "refusal", "code"),
    [
        (3, JUNE, PostUnknown, "VALIDATION"),
        (2, JUNE, PostVacant, "STATE_CONFLICT"),
        (1, DECEMBER, PostVacant, "STATE_CONFLICT"),
    ],
)
def test_nobody_leaves_a_post_that_nobody_holds(number: int, on: date, refusal: type[Refusal], code: str) -> None:
    with pytest.raises(refusal) as refused:
        vacated(POSTS, number, on=on)

    assert (refused.value.path, refused.value.value) == (("input", "post"), str(number))
    assert refused.value.code == code


def test_a_post_is_held_for_a_day_at_least() -> None:
    with pytest.raises(ValidationFailed) as refused:
        appointed(POSTS, 2, Holder("per_2", JUNE, JUNE))
    assert (refused.value.path, refused.value.value) == (("input", "to"), "2025-06-01")
    with pytest.raises(ValidationFailed) as refused:
        vacated(appointed(POSTS, 2, Holder("per_3", JUNE)), 2, on=JUNE)
    assert (refused.value.path, refused.value.value) == (("input", "to"), "2025-06-01")


def test_a_body_whose_document_prints_no_posts_gets_them_one_by_one() -> None:
    posts = with_post((), role=PostRole.HEAD, office="街道办事处主任")
    posts = with_post(posts, role=PostRole.MEMBER, office="物业专干")

    assert [(post.number, post.role) for post in posts] == [(1, PostRole.HEAD), (2, PostRole.MEMBER)]
    full = tuple(Post(number, PostRole.MEMBER, "成员") for number in range(1, 201))
    with pytest.raises(ValidationFailed) as refused:
        with_post(full, role=PostRole.MEMBER, office="成员")
    assert (refused.value.path, refused.value.value) == (("input", "bodyId"), "200")
