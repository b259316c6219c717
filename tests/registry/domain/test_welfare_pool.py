"""Who may enter the pool of public-welfare companies, and how one leaves it."""

from dataclasses import replace
from datetime import date

import pytest

from kit.errors import ValidationFailed
from kit.score import Score
from services.registry.domain.credit import Credit, Listing, YearlyScore
from services.registry.domain.welfare_pool import (
    BadRecord,
    InPoolAlready,
    NotInPool,
    PoolMembership,
    entry_to_pool,
    is_member,
    leaving_pool,
)
from tests.heard import mounted_policies

TODAY = date(2026, 3, 5)
MOUNTED = mounted_policies()
NEEDS = MOUNTED.activate(MOUNTED.activation_of("360702-v1", date(2021, 1, 1))).at("360702", TODAY).welfare_pool
GOOD = Credit(scores=(YearlyScore(2025, Score(9_200), False),))
LISTED = Credit(scores=GOOD.scores, listings=(Listing("ble_1", "two years", date(2026, 1, 1), date(2026, 3, 4)),))


def enter(credit: Credit = GOOD, current: PoolMembership | None = None, joined_on: date = TODAY) -> PoolMembership:
    return entry_to_pool(
        credit, current, joined_on=joined_on, rank_reference="赣市物信〔2025〕3号", needs=NEEDS, today=TODAY
    )


@pytest.mark.rule("ZG-39")
def test_a_company_with_a_clean_record_and_a_rating_enters() -> None:
    membership = enter()

    assert (membership.joined_on, membership.rank_reference, is_member(membership)) == (
        TODAY,
        "赣市物信〔2025〕3号",
        True,
    )


@pytest.mark.rule("ZG-39")
@pytest.mark.parametrize(
    ("credit", "joined_on", "value"),
    [
        (LISTED, date(2026, 3, 4), "BLACKLISTED"),
        (Credit(scores=(YearlyScore(2024, Score(9_000), True),)), TODAY, "2024"),
        (Credit(), TODAY, "UNRATED"),
    ],
    ids=["blacklisted", "dishonest", "unknown"],
)
def test_a_bad_record_or_none_at_all_is_refused(credit: Credit, joined_on: date, value: str) -> None:
    with pytest.raises(BadRecord) as refused:
        enter(credit, joined_on=joined_on)

    assert refused.value.path == ("input", "providerId")
    assert (refused.value.code, refused.value.value) == ("PRECONDITION", value)


@pytest.mark.rule("ZG-39")
def test_the_day_after_a_listing_ended_the_record_is_clean_again() -> None:
    assert is_member(enter(LISTED))


def test_an_entry_is_once_not_to_come_and_rests_on_a_rating() -> None:
    with pytest.raises(InPoolAlready) as twice:
        enter(current=enter())
    assert (twice.value.path, twice.value.value) == (("input", "providerId"), None)
    assert twice.value.code == "STATE_CONFLICT"
    with pytest.raises(ValidationFailed) as refused:
        enter(joined_on=date(2026, 3, 6))
    assert (refused.value.path, refused.value.value) == (("input", "joinedOn"), "2026-03-06")
    with pytest.raises(ValidationFailed) as unrated:
        entry_to_pool(GOOD, None, joined_on=TODAY, rank_reference=" ", needs=NEEDS, today=TODAY)
    assert unrated.value.value == " "
    assert unrated.value.path == ("input", "rankReference")


@pytest.mark.rule("ZG-39")
def test_where_the_document_asks_for_no_rank_none_is_kept() -> None:
    needs = replace(NEEDS, needs_rank=False)

    named = entry_to_pool(GOOD, None, joined_on=TODAY, rank_reference="第3名", needs=needs, today=TODAY)
    unnamed = entry_to_pool(GOOD, None, joined_on=TODAY, rank_reference=None, needs=needs, today=TODAY)

    assert (named.rank_reference, unnamed.rank_reference) == (None, None)


@pytest.mark.rule("ZG-39")
@pytest.mark.parametrize("reference", [None, ""])
def test_where_the_document_asks_for_a_rank_it_is_named(reference: str | None) -> None:
    with pytest.raises(ValidationFailed) as refused:
        entry_to_pool(GOOD, None, joined_on=TODAY, rank_reference=reference, needs=NEEDS, today=TODAY)

    assert (refused.value.code, refused.value.path, refused.value.value) == (
        "VALIDATION", ("input", "rankReference"), "",
    )  # fmt: skip


@pytest.mark.rule("ZG-39")
def test_a_company_leaves_once_and_may_enter_again() -> None:
    left = leaving_pool(enter(), left_on=TODAY, because="自愿退出", today=TODAY)

    assert not is_member(left)
    assert is_member(enter(current=left))
    with pytest.raises(NotInPool) as refused:
        leaving_pool(left, left_on=TODAY, because="自愿退出", today=TODAY)
    assert (refused.value.path, refused.value.value) == (("input", "providerId"), None)
    assert refused.value.code == "STATE_CONFLICT"
    with pytest.raises(ValidationFailed) as refused:
        leaving_pool(enter(), left_on=date(2026, 3, 4), because="自愿退出", today=TODAY)
    assert (refused.value.path, refused.value.value) == (("input", "leftOn"), "2026-03-04")
    with pytest.raises(ValidationFailed) as refused:
        leaving_pool(enter(), left_on=TODAY, because=" ", today=TODAY)
    assert (refused.value.path, refused.value.value) == (("input", "reason"), " ")
    assert left == replace(enter(), left_on=TODAY, left_because="自愿退出")
