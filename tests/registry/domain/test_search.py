"""What a typed text looks for, and the keys it is compared with."""

from datetime import date

import pytest

from kit.errors import ValidationFailed
from policy.policies import Policies
from services.registry.domain.search import (
    SearchBy,
    SearchTerm,
    initials_key,
    last_old_day,
    last_old_year,
    name_key,
    search_term,
)


@pytest.mark.parametrize(
    ("typed", "by", "prefix"),
    [
        ("丹枫", SearchBy.NAME, "丹枫"),
        (" 丹枫 小区 ", SearchBy.NAME, "丹枫小区"),
        ("3号院", SearchBy.NAME, "3号院"),
        ("dfxq", SearchBy.INITIALS, "dfxq"),
        ("DF", SearchBy.INITIALS, "df"),
        ("d f", SearchBy.INITIALS, "df"),
        ("360702-001", SearchBy.CODE, "360702-001"),
        ("９１", SearchBy.CODE, "91"),
        ("H-", SearchBy.CODE, "H-"),
    ],
)
def test_a_text_says_by_its_characters_what_it_looks_for(typed: str, by: SearchBy, prefix: str) -> None:
    assert search_term(typed) == SearchTerm(by, prefix)


@pytest.mark.parametrize("typed", ["", "  ", "丹" * 51, "丹\x00", "\ufffd"])
def test_a_text_that_nobody_means_is_refused(typed: str) -> None:
    with pytest.raises(ValidationFailed) as refusal:
        search_term(typed)

    assert refusal.value.value == typed
    assert (refusal.value.code, refusal.value.path) == ("VALIDATION", ("filter", "search"))


@pytest.mark.parametrize("typed", ["丹", "丹" * 50])
def test_one_and_fifty_characters_are_a_text_to_look_for(typed: str) -> None:
    assert search_term(typed).prefix == typed


def test_a_key_begins_with_what_is_typed_and_is_unique_by_its_code() -> None:
    assert name_key("丹枫 小区", "360702-001") == "丹枫小区\n360702-001"
    assert initials_key("丹枫小区", "360702-001") == "dfxq\n360702-001"
    assert initials_key("重庆路3号A栋", "x") == "cql3had\nx"


@pytest.mark.rule("ZG-02")
@pytest.mark.rule("G-25")
@pytest.mark.parametrize(
    ("district", "last_day", "last_year"),
    [("360702", date(2004, 12, 31), 2004), ("510400", date(1999, 12, 31), 1999)],
)
def test_the_last_old_day_is_that_of_the_districts_document(
    mounted: Policies, district: str, last_day: date, last_year: int
) -> None:
    file = next(policy_file for policy_file in mounted.files if policy_file.area == district)
    bound = file.instruments["oldEstate"]

    assert last_old_day(bound) == last_day  # type: ignore[arg-type]
    assert last_old_year(last_day) == last_year
    assert last_old_year(date(2004, 12, 30)) == 2003
