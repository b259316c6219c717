"""An estate has one mode on each day; the table says which event leads where."""

import random
from dataclasses import replace
from datetime import date, timedelta
from itertools import pairwise

import pytest

from kit.errors import StateConflict, ValidationFailed
from policy.vocabulary import ManagementMode as PolicyMode
from policy.vocabulary import ServiceItem
from services.registry.domain.mode import (
    MODES_UNDER_REVIEW,
    TRANSITIONS,
    BasicItem,
    ManagementMode,
    ModeEvent,
    ModeNotReached,
    ModeRecord,
    ModeReview,
    NoModeRecorded,
    PastNotRewritten,
    continued,
    is_past_review,
    label_of,
    mode_on,
    next_mode,
    require_review_day,
    reviewed,
    without_latest,
)

MAY_1 = date(2024, 5, 1)
TODAY = date(2024, 6, 30)
DAY = timedelta(days=1)


def record(from_: date = MAY_1, *, event: ModeEvent = ModeEvent.FELL_BACK, review_on: date | None = None) -> ModeRecord:
    mode = next_mode(ManagementMode.MARKET, event)
    return ModeRecord(mode=mode, event=event, label="社区兜底管理模式", from_=from_, review_on=review_on)


@pytest.mark.rule("PZ-31")
def test_the_modes_are_those_of_the_policies_and_none() -> None:
    assert {mode.value for mode in ManagementMode} == {"NONE", *(mode.value for mode in PolicyMode)}


@pytest.mark.rule("PZ-29")
def test_the_basic_items_are_those_of_the_policies() -> None:
    assert [item.value for item in BasicItem] == [item.value for item in ServiceItem]


@pytest.mark.parametrize(
    ("event", "expected"),
    [
        (ModeEvent.SERVICE_STARTED, ManagementMode.MARKET),
        (ModeEvent.TRUST_STARTED, ManagementMode.TRUST),
        (ModeEvent.OWNERS_TOOK_OVER, ManagementMode.OWNER_SELF),
        (ModeEvent.UNIT_TOOK_OVER, ManagementMode.UNIT_SELF),
        (ModeEvent.TAKEN_OVER_FIRST, ManagementMode.TAKEOVER_FIRST),
        (ModeEvent.TAKEN_OVER_NEARBY, ManagementMode.MARKET),
        (ModeEvent.MERGED_INTO_PROJECT, ManagementMode.MARKET),
        (ModeEvent.GIVEN_INTO_CUSTODY, ManagementMode.COMMUNITY_FALLBACK),
        (ModeEvent.FELL_BACK, ManagementMode.COMMUNITY_FALLBACK),
    ],
)
@pytest.mark.parametrize("mode", list(ManagementMode))
def test_any_mode_may_follow_any_other(mode: ManagementMode, event: ModeEvent, expected: ManagementMode) -> None:
    assert next_mode(mode, event) is expected


@pytest.mark.parametrize("mode", [mode for mode in ManagementMode if mode is not ManagementMode.NONE])
def test_what_is_managed_can_be_abandoned(mode: ManagementMode) -> None:
    assert next_mode(mode, ModeEvent.ABANDONED) is ManagementMode.NONE


def test_what_nobody_manages_cannot_be_abandoned() -> None:
    with pytest.raises(ModeNotReached) as refused:
        next_mode(ManagementMode.NONE, ModeEvent.ABANDONED)

    assert refused.value.path == ()
    assert (refused.value.code, refused.value.value) == ("STATE_CONFLICT", "NONE")


@pytest.mark.parametrize("seed", range(5))
def test_a_random_walk_keeps_to_the_table_and_leaves_no_gap_and_no_overlap(seed: int) -> None:
    walk = random.Random(seed)
    history: tuple[ModeRecord, ...] = ()
    mode, day = ManagementMode.NONE, MAY_1
    for _ in range(200):
        event = walk.choice(list(ModeEvent))
        if (mode, event) not in TRANSITIONS:
            with pytest.raises(ModeNotReached) as refused:
                next_mode(mode, event)
            assert (refused.value.path, refused.value.value) == ((), "NONE")
            continue
        mode = next_mode(mode, event)
        day += walk.randint(1, 3) * DAY
        new = ModeRecord(mode=mode, event=event, label="x", from_=day)
        before, history = history, continued(history, new, today=day)
        assert mode_on(history, day) is mode
        assert len(history) == len(before) + 1
        assert without_latest(history) == (before, new)

    for before, after in pairwise(history):
        assert before.to is not None
        assert before.to + DAY == after.from_
        assert before.from_ <= before.to
    assert history[-1].to is None
    days = [history[0].from_ + offset * DAY for offset in range((day - history[0].from_).days + 1)]
    assert all(sum(each.covers(one) for each in history) == 1 for one in days)


def test_the_name_that_holds_is_the_latest_one() -> None:
    named = [replace(record(MAY_1 + offset * DAY), label=label) for offset, label in enumerate(("甲", "乙", "丙"))]

    assert [label_of(named[:count]) for count in range(4)] == ["无物业管理", "甲", "乙", "丙"]


def test_the_former_record_ends_on_the_day_before() -> None:
    history = continued((record(MAY_1),), record(date(2024, 6, 1), event=ModeEvent.SERVICE_STARTED), today=TODAY)

    assert [(each.from_, each.to) for each in history] == [
        (date(2024, 5, 1), date(2024, 5, 31)),
        (date(2024, 6, 1), None),
    ]
    assert mode_on(history, date(2024, 4, 30)) is ManagementMode.NONE
    assert mode_on(history, date(2024, 5, 31)) is ManagementMode.COMMUNITY_FALLBACK
    assert mode_on(history, date(2024, 6, 1)) is ManagementMode.MARKET


@pytest.mark.parametrize("from_", [MAY_1 - DAY, MAY_1])
def test_a_record_that_does_not_begin_after_the_latest_is_refused(from_: date) -> None:
    with pytest.raises(PastNotRewritten) as refused:
        continued((record(MAY_1),), record(from_), today=TODAY)

    assert (refused.value.code, refused.value.path, refused.value.value) == (
        "STATE_CONFLICT", ("input", "effectiveOn"), from_.isoformat(),
    )  # fmt: skip


def test_a_record_may_begin_the_day_after_the_latest() -> None:
    first, second = continued((record(MAY_1),), record(MAY_1 + DAY), today=TODAY)

    assert (first.from_, first.to, second.from_) == (MAY_1, MAY_1, MAY_1 + DAY)


def test_a_mode_is_recorded_when_it_has_begun() -> None:
    assert continued((), record(TODAY), today=TODAY)[-1].from_ == TODAY

    with pytest.raises(ValidationFailed) as refused:
        continued((), record(TODAY + DAY), today=TODAY)
    assert (refused.value.path, refused.value.value) == (("input", "effectiveOn"), "2024-07-01")


def test_the_latest_record_is_reversed_and_the_one_before_it_holds_again() -> None:
    first, second = record(MAY_1), record(date(2024, 6, 1), event=ModeEvent.SERVICE_STARTED)
    history = continued(continued((), first, today=TODAY), second, today=TODAY)

    assert without_latest(history) == ((first,), second)
    assert without_latest((first,)) == ((), first)
    with pytest.raises(NoModeRecorded) as refused:
        without_latest(())
    assert (refused.value.path, refused.value.value) == ((), None)
    assert refused.value.code == "STATE_CONFLICT"


@pytest.mark.rule("PZ-30")
@pytest.mark.rule("XY-08")
@pytest.mark.parametrize("mode", list(ManagementMode))
def test_a_mode_that_is_meant_to_pass_has_a_day_of_review(mode: ManagementMode) -> None:
    require_review_day(mode, review_on=MAY_1 + DAY, effective_on=MAY_1)
    for early in (MAY_1, MAY_1 - DAY):
        with pytest.raises(ValidationFailed) as refused:
            require_review_day(mode, review_on=early, effective_on=MAY_1)
        assert (refused.value.path, refused.value.value) == (("input", "reviewOn"), early.isoformat())

    if mode in MODES_UNDER_REVIEW:
        with pytest.raises(ValidationFailed) as refused:
            require_review_day(mode, review_on=None, effective_on=MAY_1)
        assert (refused.value.path, refused.value.value) == (("input", "reviewOn"), mode.value)
    else:
        require_review_day(mode, review_on=None, effective_on=MAY_1)


@pytest.mark.rule("PZ-30")
@pytest.mark.parametrize(("offset", "is_past"), [(-1, False), (0, False), (1, True)])
def test_a_review_is_past_from_the_day_after(offset: int, is_past: bool) -> None:
    review_on = date(2024, 6, 10)

    assert is_past_review(record(review_on=review_on), today=review_on + offset * DAY) is is_past


def test_what_has_ended_or_has_no_review_is_never_past_it() -> None:
    (ended, _) = continued((record(review_on=MAY_1 + DAY),), record(date(2024, 6, 1)), today=TODAY)

    assert not is_past_review(ended, today=TODAY)
    assert not is_past_review(record(), today=TODAY)


@pytest.mark.rule("PZ-30")
def test_a_review_sets_the_next_one() -> None:
    review = ModeReview(reviewed_on=date(2024, 6, 5), action="成立物业管理委员会", review_on=date(2024, 12, 1))

    after = reviewed(record(review_on=date(2024, 6, 1)), review, today=TODAY)

    assert (after.review_on, after.reviews) == (date(2024, 12, 1), (review,))
    assert not is_past_review(after, today=TODAY)


@pytest.mark.rule("PZ-30")
@pytest.mark.parametrize(
    ("reviewed_on", "review_on", "path"),
    [
        (MAY_1 - DAY, TODAY + DAY, "reviewedOn"),
        (TODAY + DAY, TODAY + 2 * DAY, "reviewedOn"),
        (TODAY, TODAY, "reviewOn"),
        (TODAY, TODAY - DAY, "reviewOn"),
    ],
)
def test_a_review_on_a_day_that_cannot_be_is_refused(reviewed_on: date, review_on: date, path: str) -> None:
    review = ModeReview(reviewed_on=reviewed_on, action="入户", review_on=review_on)

    with pytest.raises(ValidationFailed) as refused:
        reviewed(record(review_on=MAY_1 + DAY), review, today=TODAY)
    assert (refused.value.path, refused.value.value) == (
        ("input", path), (reviewed_on if path == "reviewedOn" else review_on).isoformat(),
    )  # fmt: skip


@pytest.mark.parametrize(("reviewed_on", "review_on"), [(MAY_1, MAY_1 + DAY), (TODAY, TODAY + DAY)])
def test_a_review_may_be_on_the_first_day_and_today(reviewed_on: date, review_on: date) -> None:
    review = ModeReview(reviewed_on=reviewed_on, action="入户", review_on=review_on)

    assert reviewed(record(review_on=MAY_1 + DAY), review, today=TODAY).review_on == review_on


def test_a_review_is_not_before_the_last_one() -> None:
    first = ModeReview(reviewed_on=date(2024, 6, 5), action="入户", review_on=date(2024, 6, 20))
    after = reviewed(record(review_on=date(2024, 6, 1)), first, today=TODAY)

    with pytest.raises(ValidationFailed) as refused:
        reviewed(after, ModeReview(reviewed_on=date(2024, 6, 4), action="x", review_on=TODAY), today=TODAY)
    assert refused.value.path == ("input", "reviewedOn")
    assert refused.value.value == "2024-06-04"


def test_a_mode_that_lasts_is_not_reviewed() -> None:
    review = ModeReview(reviewed_on=TODAY, action="入户", review_on=TODAY + DAY)

    with pytest.raises(StateConflict) as refused:
        reviewed(record(event=ModeEvent.SERVICE_STARTED), review, today=TODAY)
    assert refused.value.path == ()
    assert refused.value.value == "MARKET"
