"""The blacklist follows from the yearly scores, by the real document of Zhanggong."""

from dataclasses import replace
from datetime import date
from itertools import count
from typing import Any

import pytest

from kit.errors import Refusal
from kit.score import Score, points
from policy.instruments.oversight import CreditPolicy
from policy.policies import Activation
from policy.vocabulary import BlacklistClasses
from services.inspection.domain.credit import (
    BlacklistChange,
    BlacklistEntry,
    BlacklistReason,
    CorrectionWithoutReason,
    CreditRecord,
    Ground,
    Rating,
    RatingNotPossible,
    RatingUnchanged,
    RecordExpiryMissing,
    grounds,
    rate,
    revise_blacklist,
)
from tests.heard import IN_FORCE_FROM, ZHANGGONG, mounted_policies

TODAY = date(2026, 3, 5)


@pytest.fixture(scope="module")
def policy() -> CreditPolicy:
    mounted = mounted_policies()
    activation = Activation("360702-v1", mounted.file("360702-v1").hash, IN_FORCE_FROM)
    return mounted.activate(activation).at(ZHANGGONG, date(2024, 1, 1)).credit


def a_rating(year: int, score: str, *, serious: bool = False, expires: date | None = None, revision: int = 1) -> Rating:
    return Rating(
        year=year,
        revision=revision,
        score=points(score),
        serious_dishonesty=serious,
        published_on=date(year + 1, 2, 1),
        record_expires_on=expires,
    )


def a_record(*ratings: Rating) -> CreditRecord:
    return CreditRecord(ZHANGGONG, "prv_1", ratings)


def revised(record: CreditRecord, policy: CreditPolicy, on: date = TODAY) -> BlacklistChange:
    first = len(record.entries) + 1
    return revise_blacklist(record, policy=policy, changed_on=on, entry_ids=(f"ble_{n}" for n in count(first)))


def with_rating(record: CreditRecord, rating: Rating, policy: CreditPolicy) -> tuple[CreditRecord, BlacklistChange]:
    rated = replace(record, ratings=(*record.ratings, rating))
    change = revised(rated, policy, rating.published_on)
    return replace(rated, entries=change.entries), change


@pytest.mark.rule("ZG-14")
@pytest.mark.rule("G-20")
@pytest.mark.parametrize(
    ("scores", "listed"),
    [
        ({2023: "70.00", 2024: "70.00"}, [(BlacklistReason.LOW_SCORES, (2023, 2024))]),
        ({2023: "70.00", 2024: "70.01"}, []),
        ({2023: "70.01", 2024: "70.00"}, []),
        ({2022: "69.00", 2024: "69.00"}, []),
        ({2023: "69.00"}, []),
        ({2023: "0.00", 2024: "0.00"}, [(BlacklistReason.LOW_SCORES, (2023, 2024))]),
        (
            {2022: "60.00", 2023: "60.00", 2024: "60.00"},
            [(BlacklistReason.LOW_SCORES, (2022, 2023)), (BlacklistReason.LOW_SCORES, (2023, 2024))],
        ),
    ],
    ids=[
        "70 and 70",
        "70 and 70.01",
        "70.01 and 70",
        "a missing year breaks",
        "one year",
        "nothing twice",
        "three years",
    ],
)
def test_low_scores_of_consecutive_years_list(
    policy: CreditPolicy, scores: dict[int, str], listed: list[tuple[BlacklistReason, tuple[int, ...]]]
) -> None:
    record = a_record(*(a_rating(year, score) for year, score in scores.items()))

    assert [(ground.reason, ground.years) for ground in grounds(record.in_force, policy)] == listed


@pytest.mark.rule("G-20")
def test_a_serious_act_lists_whatever_the_score(policy: CreditPolicy) -> None:
    record = a_record(a_rating(2024, "95.00", serious=True, expires=date(2027, 2, 1)))

    [ground] = grounds(record.in_force, policy)

    assert (ground.reason, ground.years) == (BlacklistReason.SERIOUS_DISHONESTY, (2024,))


@pytest.mark.rule("G-20")
@pytest.mark.parametrize(
    ("score", "serious", "reasons"),
    [
        ("70.00", True, {BlacklistReason.LOW_SCORES, BlacklistReason.SERIOUS_DISHONESTY}),
        ("70.00", False, set()),
        ("70.01", True, set()),
    ],
    ids=["both", "low scores alone", "a serious act alone"],
)
def test_where_the_document_asks_for_both_one_reason_alone_lists_nobody(
    policy: CreditPolicy, score: str, serious: bool, reasons: set[BlacklistReason]
) -> None:
    both = replace(policy, classes=BlacklistClasses.BOTH)
    record = a_record(a_rating(2023, "60.00"), a_rating(2024, score, serious=serious))

    assert {ground.reason for ground in grounds(record.in_force, both)} == reasons


@pytest.mark.rule("G-20")
def test_a_serious_act_lists_only_where_the_document_says_so(policy: CreditPolicy) -> None:
    silent = replace(policy, serious_dishonesty_lists=False)

    assert grounds(a_record(a_rating(2024, "95.00", serious=True)).in_force, silent) == ()


@pytest.mark.rule("ZG-16")
@pytest.mark.parametrize(
    ("ends", "listed_until"),
    [
        ((date(2027, 1, 1), date(2026, 1, 1)), date(2027, 1, 1)),
        ((date(2026, 1, 1), date(2027, 1, 1)), date(2027, 1, 1)),
        ((None, date(2027, 1, 1)), None),
        ((None, None), None),
    ],
)
def test_low_scores_list_until_the_longest_record_behind_them_ends(
    policy: CreditPolicy, ends: tuple[date | None, date | None], listed_until: date | None
) -> None:
    record = a_record(a_rating(2023, "60.00", expires=ends[0]), a_rating(2024, "60.00", expires=ends[1]))

    assert grounds(record.in_force, policy) == (Ground(BlacklistReason.LOW_SCORES, (2023, 2024), listed_until),)


def test_an_entry_says_who_is_listed_where_why_since_when_and_by_which_document(policy: CreditPolicy) -> None:
    record = a_record(a_rating(2024, "95.00", serious=True, expires=date(2027, 2, 1)))

    change = revised(record, policy)

    entry = BlacklistEntry(
        id="ble_1",
        district=ZHANGGONG,
        provider_id="prv_1",
        reason=BlacklistReason.SERIOUS_DISHONESTY,
        years=(2024,),
        listed_on=TODAY,
        expires_on=date(2027, 2, 1),
        policy_version_id="360702-v1",
    )
    assert change == BlacklistChange(entries=(entry,), listed=(entry,), withdrawn=())


def test_one_entry_goes_on_while_another_is_withdrawn_and_a_withdrawn_ground_lists_anew(policy: CreditPolicy) -> None:
    low = a_record(a_rating(2023, "60.00"), a_rating(2024, "60.00", serious=True, expires=date(2030, 1, 1)))
    record = replace(low, entries=revised(low, policy).entries)
    cleared = replace(a_rating(2023, "90.00", revision=2), published_on=date(2025, 6, 1))
    cleared_record, withdrawal = with_rating(record, cleared, policy)
    lowered = replace(a_rating(2023, "60.00", revision=3), published_on=date(2025, 7, 1))

    lowered_record, relisting = with_rating(cleared_record, lowered, policy)

    assert [(entry.id, entry.reason, entry.withdrawn_on) for entry in lowered_record.entries] == [
        ("ble_1", BlacklistReason.LOW_SCORES, date(2025, 6, 1)),
        ("ble_2", BlacklistReason.SERIOUS_DISHONESTY, None),
        ("ble_3", BlacklistReason.LOW_SCORES, None),
    ]
    assert [entry.id for entry in withdrawal.withdrawn] == ["ble_1"]
    assert ([entry.id for entry in relisting.listed], relisting.withdrawn) == (["ble_3"], ())


@pytest.mark.rule("ZG-16")
@pytest.mark.parametrize(
    ("day", "listed"),
    [(date(2025, 1, 31), False), (date(2025, 2, 1), True), (date(2027, 2, 1), True), (date(2027, 2, 2), False)],
)
def test_an_entry_lasts_as_long_as_the_record(policy: CreditPolicy, day: date, listed: bool) -> None:
    rating = a_rating(2024, "95.00", serious=True, expires=date(2027, 2, 1))

    _, change = with_rating(a_record(), rating, policy)

    assert [entry.holds_on(day) for entry in change.listed] == [listed]


@pytest.mark.rule("ZG-16")
def test_an_entry_without_an_end_of_the_record_goes_on(policy: CreditPolicy) -> None:
    record = a_record(a_rating(2023, "60.00", expires=date(2026, 1, 1)), a_rating(2024, "60.00"))

    [entry] = revised(record, policy).listed

    assert entry.expires_on is None
    assert entry.holds_on(date(2099, 1, 1))


def test_the_same_ratings_again_list_nobody_twice(policy: CreditPolicy) -> None:
    record, first = with_rating(a_record(a_rating(2023, "60.00")), a_rating(2024, "60.00"), policy)

    again = revised(record, policy)

    assert len(first.listed) == 1
    assert (again.listed, again.withdrawn, again.entries) == ((), (), record.entries)


def test_a_corrected_rating_that_takes_the_ground_away_withdraws_the_entry(policy: CreditPolicy) -> None:
    record, _ = with_rating(a_record(a_rating(2023, "60.00")), a_rating(2024, "60.00"), policy)
    correction = replace(a_rating(2024, "75.00", revision=2), published_on=date(2025, 6, 1))

    corrected, change = with_rating(record, correction, policy)

    [entry] = change.withdrawn
    assert entry.withdrawn_on == date(2025, 6, 1)
    assert (entry.holds_on(date(2025, 5, 31)), entry.holds_on(date(2025, 6, 1))) == (True, False)
    assert corrected.entries == (entry,)


@pytest.mark.rule("ZG-16")
def test_a_record_whose_end_is_corrected_gives_a_new_entry_with_the_new_end(policy: CreditPolicy) -> None:
    serious = a_rating(2024, "95.00", serious=True, expires=date(2027, 2, 1))
    record, _ = with_rating(a_record(), serious, policy)

    longer = replace(serious, revision=2, record_expires_on=date(2028, 2, 1))
    _, change = with_rating(record, longer, policy)

    assert [entry.expires_on for entry in change.withdrawn] == [date(2027, 2, 1)]
    assert [entry.expires_on for entry in change.listed] == [date(2028, 2, 1)]


def test_the_last_years_end_with_the_latest_rated_one_and_keep_gaps() -> None:
    record = a_record(a_rating(2020, "80.00"), a_rating(2022, "81.00"), a_rating(2023, "82.00"))

    assert [rating.year for rating in record.last_years(1)] == [2023]
    assert [rating.year for rating in record.last_years(3)] == [2023, 2022]
    assert [rating.year for rating in record.last_years(4)] == [2023, 2022, 2020]
    assert a_record().last_years(5) == ()


FIRST_RATING: dict[str, Any] = {
    "year": 2025,
    "score": points("80.00"),
    "serious_dishonesty": False,
    "published_on": date(2026, 2, 1),
    "record_expires_on": None,
    "today": TODAY,
    "reason": None,
    "path": ("input",),
}
RATED_2025 = replace(a_rating(2025, "80.00"), published_on=date(2026, 2, 1))


def refusal_of(record: CreditRecord, **changes: Any) -> tuple[type[Refusal], str, tuple[str, ...], str | None]:
    with pytest.raises(Refusal) as refused:
        rate(record, **(FIRST_RATING | changes))
    return type(refused.value), refused.value.code, refused.value.path, refused.value.value


@pytest.mark.parametrize(
    ("changes", "rating"),
    [
        ({}, Rating(2025, 1, points("80.00"), False, date(2026, 2, 1))),
        ({"published_on": TODAY}, Rating(2025, 1, points("80.00"), False, TODAY)),
        ({"year": 2026}, Rating(2026, 1, points("80.00"), False, date(2026, 2, 1))),
        ({"year": 2000}, Rating(2000, 1, points("80.00"), False, date(2026, 2, 1))),
        (
            {"serious_dishonesty": True, "record_expires_on": date(2026, 2, 1)},
            Rating(2025, 1, points("80.00"), True, date(2026, 2, 1), date(2026, 2, 1)),
        ),
        (
            {"record_expires_on": date(2028, 2, 1)},
            Rating(2025, 1, points("80.00"), False, date(2026, 2, 1), date(2028, 2, 1)),
        ),
    ],
    ids=["as usual", "published today", "the year itself", "the first rated year", "record of a day", "record alone"],
)
def test_a_year_that_was_not_rated_gets_its_first_revision_as_stated(changes: dict[str, Any], rating: Rating) -> None:
    assert rate(a_record(a_rating(2024, "80.00", revision=3)), **(FIRST_RATING | changes)) == rating


@pytest.mark.parametrize(
    ("changes", "refusal", "field", "value"),
    [
        ({"published_on": date(2026, 3, 6)}, RatingNotPossible, "publishedOn", "2026-03-06"),
        ({"year": 2027}, RatingNotPossible, "year", "2027"),
        ({"year": 1999}, RatingNotPossible, "year", "1999"),
        ({"serious_dishonesty": True}, RecordExpiryMissing, "recordExpiresOn", None),
        ({"record_expires_on": date(2026, 1, 31)}, RatingNotPossible, "recordExpiresOn", "2026-01-31"),
    ],
    ids=["published tomorrow", "a year to come", "before ratings", "serious without record", "record over before"],
)
def test_a_rating_that_cannot_be_is_refused(
    changes: dict[str, Any], refusal: type[Refusal], field: str, value: str | None
) -> None:
    assert refusal_of(a_record(), **changes) == (refusal, "VALIDATION", ("input", field), value)


@pytest.mark.parametrize("later", [date(2026, 2, 1), date(2026, 3, 1)])
def test_a_rated_year_is_not_rated_the_same_again_on_whatever_day(later: date) -> None:
    again = refusal_of(a_record(RATED_2025), published_on=later, reason="复核")

    assert again == (RatingUnchanged, "DUPLICATE", ("input", "score"), None)


@pytest.mark.parametrize("reason", [None, "", " "])
def test_a_rated_year_is_only_corrected_with_a_reason(reason: str | None) -> None:
    refused = refusal_of(a_record(RATED_2025), score=points("81.00"), reason=reason)

    assert refused == (CorrectionWithoutReason, "PRECONDITION", ("input", "reason"), "2025")


def test_a_correction_is_published_on_the_day_of_what_it_corrects_or_later() -> None:
    corrected: dict[str, Any] = {"score": Score(81_00), "reason": "复核"}

    early = refusal_of(a_record(RATED_2025), **corrected, published_on=date(2026, 1, 31))
    correction = rate(a_record(RATED_2025), **(FIRST_RATING | corrected))

    assert early == (RatingNotPossible, "VALIDATION", ("input", "publishedOn"), "2026-01-31")
    assert correction == replace(RATED_2025, revision=2, score=Score(81_00))


def test_a_further_correction_is_measured_by_the_latest_revision() -> None:
    corrected = replace(RATED_2025, revision=2, score=points("90.00"))
    record = a_record(corrected, RATED_2025)

    unchanged = refusal_of(record, score=points("90.00"), reason="复核")
    back = rate(record, **(FIRST_RATING | {"reason": "复核"}))

    assert unchanged == (RatingUnchanged, "DUPLICATE", ("input", "score"), None)
    assert back == replace(RATED_2025, revision=3)
