"""Unified credit codes and the filing of providers."""

from datetime import date

import pytest

from kit.errors import ValidationFailed
from services.registry.domain.provider import (
    FiledAlready,
    NoSelfManagementGroup,
    NoUnifiedCreditCode,
    OriginNotStated,
    ProviderKind,
    ProviderSource,
    check_character,
    check_filing,
    checked_origin,
    checked_registration,
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

    assert refused.value.path == ("input", "unifiedCreditCode")
    assert (refused.value.code, refused.value.value) == ("VALIDATION", changed)


@pytest.mark.parametrize("code", ["", "91350100M000100Y4", "91350100M000100Y433", "91350100I000100Y43", "九" * 18])
def test_texts_of_another_form_are_refused(code: str) -> None:
    with pytest.raises(NoUnifiedCreditCode) as refused:
        checked_unified_credit_code(code, path=())
    assert (refused.value.path, refused.value.value) == ((), code)


def test_the_check_character_of_a_body_is_that_of_the_standard() -> None:
    assert check_character("91350100M000100Y4") == "3"


@pytest.mark.rule("ZG-11")
def test_a_filing_of_today_is_accepted() -> None:
    check_filing(filed_on=TODAY, today=TODAY, already_filed=False)


@pytest.mark.rule("ZG-11")
def test_a_filing_to_come_and_a_second_one_are_refused() -> None:
    with pytest.raises(ValidationFailed) as refused:
        check_filing(filed_on=date(2026, 3, 6), today=TODAY, already_filed=False)
    assert refused.value.path == ("input", "filedOn")
    assert refused.value.value == "2026-03-06"

    with pytest.raises(FiledAlready) as refused:
        check_filing(filed_on=TODAY, today=TODAY, already_filed=True)
    assert (refused.value.path, refused.value.value) == ((), None)


@pytest.mark.rule("XY-03")
@pytest.mark.rule("XY-04")
@pytest.mark.parametrize("source", [ProviderSource.NEW, ProviderSource.RESTRUCTURED])
def test_a_new_provider_names_who_funds_it_and_a_restructured_one_what_it_was(source: ProviderSource) -> None:
    assert checked_origin(source, " 甘棠街道投资平台 ") == "甘棠街道投资平台"

    for body in (None, " "):
        with pytest.raises(OriginNotStated) as refused:
            checked_origin(source, body)
        assert refused.value.value == source.value
        assert (refused.value.code, refused.value.path) == ("VALIDATION", ("input", "sourceBody"))


@pytest.mark.rule("XY-05")
def test_a_provider_from_the_market_may_have_a_partner_by_equity() -> None:
    assert checked_origin(ProviderSource.INTRODUCED, None) is None
    assert checked_origin(ProviderSource.INTRODUCED, "九江城投") == "九江城投"
    assert checked_origin(None, None) is None
    with pytest.raises(OriginNotStated) as refused:
        checked_origin(None, "九江城投")
    assert (refused.value.path, refused.value.value) == (("input", "sourceBody"), "九江城投")


@pytest.mark.rule("XY-03")
@pytest.mark.rule("XY-07")
def test_a_body_and_a_number_have_their_length() -> None:
    unit = ProviderKind.NON_ENTERPRISE_UNIT

    with pytest.raises(ValidationFailed) as refused:
        checked_origin(ProviderSource.NEW, "甲" * 101)
    assert refused.value.path == ("input", "sourceBody")
    with pytest.raises(ValidationFailed) as refused:
        checked_registration(unit, registration_number="1" * 101, self_managed_estate_id=None)
    assert refused.value.path == ("input", "registrationNumber")


@pytest.mark.rule("XY-07")
def test_a_self_management_group_is_a_private_non_enterprise_unit_with_its_number() -> None:
    unit = ProviderKind.NON_ENTERPRISE_UNIT
    assert checked_registration(unit, registration_number=" 民证1号 ", self_managed_estate_id="est_1") == "民证1号"
    assert checked_registration(ProviderKind.COMPANY, registration_number=None, self_managed_estate_id=None) is None

    for kind, number, estate, field, value in (
        (unit, None, None, "registrationNumber", None),
        (ProviderKind.COMPANY, "民证1号", None, "registrationNumber", "民证1号"),
        (ProviderKind.COMPANY, None, "est_1", "kind", "COMPANY"),
    ):
        with pytest.raises(NoSelfManagementGroup) as refused:
            checked_registration(kind, registration_number=number, self_managed_estate_id=estate)
        assert (refused.value.code, refused.value.path) == ("VALIDATION", ("input", field))
        assert refused.value.value == value


@pytest.mark.rule("DH-05")
def test_companies_bodies_persons_and_self_management_may_run_an_estate() -> None:
    assert {"COMPANY", "PROFESSIONAL_BODY", "PROFESSIONAL_PERSON", "NON_ENTERPRISE_UNIT"} <= set(ProviderKind)
    with pytest.raises(ValueError, match="STRANGER"):
        ProviderKind("STRANGER")
