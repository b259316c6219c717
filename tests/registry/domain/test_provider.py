"""Unified credit codes and the filing of providers."""

from datetime import date

import pytest

from kit.errors import ValidationFailed
from services.registry.domain.provider import (
    FiledAlready,
    NoUnifiedCreditCode,
    check_character,
    check_filing,
    checked_unified_credit_code,
)

TODAY = date(2026, 3, 5)

# The standard's own example, and a large company's published code.
VALID_CODES = ["91350100M000100Y43", "91110108551385082Q"]


@pytest.mark.rule("XY-05")
@pytest.mark.parametrize("code", VALID_CODES)
def test_codes_with_the_right_check_character_are_accepted(code: str) -> None:
    assert checked_unified_credit_code(f" {code.lower()} ", path=()) == code


@pytest.mark.parametrize("code", VALID_CODES)
@pytest.mark.parametrize("place", range(18))
def test_any_single_wrong_character_is_refused(code: str, place: int) -> None:
    wrong = "1" if code[place] != "1" else "2"
    changed = code[:place] + wrong + code[place + 1 :]

    with pytest.raises(NoUnifiedCreditCode) as refused:
        checked_unified_credit_code(changed, path=("input", "unifiedCreditCode"))

    assert (refused.value.code, refused.value.value) == ("VALIDATION", changed)


@pytest.mark.parametrize("code", ["", "91350100M000100Y4", "91350100M000100Y433", "91350100I000100Y43", "九" * 18])
def test_texts_of_another_form_are_refused(code: str) -> None:
    with pytest.raises(NoUnifiedCreditCode):
        checked_unified_credit_code(code, path=())


def test_the_check_character_of_a_body_is_that_of_the_standard() -> None:
    assert check_character("91350100M000100Y4") == "3"


@pytest.mark.rule("ZG-11")
def test_a_filing_of_today_is_accepted() -> None:
    check_filing(filed_on=TODAY, today=TODAY, already_filed=False)


@pytest.mark.rule("ZG-11")
def test_a_filing_to_come_and_a_second_one_are_refused() -> None:
    with pytest.raises(ValidationFailed) as refused:
        check_filing(filed_on=date(2026, 3, 6), today=TODAY, already_filed=False)
    assert refused.value.value == "2026-03-06"

    with pytest.raises(FiledAlready):
        check_filing(filed_on=TODAY, today=TODAY, already_filed=True)
