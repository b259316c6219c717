"""The clauses of a written contract, promises, and what may be subcontracted."""

from dataclasses import replace
from datetime import date

import pytest

from kit.errors import OutOfRange, ValidationFailed
from kit.money import yuan
from kit.ratio import Ratio, format_ratio
from services.registry.domain.contract_terms import (
    ContractTerms,
    FeeInterval,
    FeeMethod,
    FeeTerms,
    Promise,
    Subcontract,
    SubcontractedAlready,
    UnableToSubcontract,
    check_subcontract,
    checked_promise,
    checked_terms,
)
from services.registry.domain.service_item import ContractNotWritten, ServiceItem

TODAY = date(2026, 3, 5)
TERMS = ContractTerms(
    fee=FeeTerms(method=FeeMethod.LUMP_SUM, interval=FeeInterval.MONTH),
    fund_use="依法申请使用",
    rooms="无偿使用",
    handover="合同终止时移交",
)
CLEANING = ServiceItem(
    code="CLEANING",
    inside=True,
    menu=None,
    description="保洁",
    standard="每日",
    price=yuan("0.60"),
    price_unit="m2/month",
    cost_centre="INSIDE",
)
ITEMS = [CLEANING, replace(CLEANING, code="GUARDING"), replace(CLEANING, code="GREENING")]
GIVEN = Subcontract(item_code="CLEANING", provider_id="prv_2", share=Ratio(4_000), from_=TODAY)


@pytest.mark.rule("DH-33")
@pytest.mark.parametrize(
    ("changed", "field", "value"),
    [({"fund_use": " "}, "fundUse", " "), ({"rooms": ""}, "rooms", ""), ({"handover": ""}, "handover", "")],
)
def test_a_clause_that_lacks_is_named(changed: dict[str, str], field: str, value: str | None) -> None:
    assert checked_terms(TERMS) == TERMS

    with pytest.raises(ContractNotWritten) as refused:
        checked_terms(replace(TERMS, **changed))  # type: ignore[arg-type]

    assert refused.value.value == value
    assert (refused.value.code, refused.value.path) == ("VALIDATION", ("input", "terms", field))


@pytest.mark.rule("DH-33")
def test_a_contract_without_clauses_is_none() -> None:
    with pytest.raises(ContractNotWritten) as refused:
        checked_terms(None)

    assert refused.value.value is None
    assert refused.value.path == ("input", "terms")


@pytest.mark.parametrize(("days", "accepted"), [(-1, False), (0, True), (365, True), (366, False)])
def test_an_agreed_notice_has_bounds(days: int, accepted: bool) -> None:
    terms = replace(TERMS, dismissal_notice_days=days)
    if accepted:
        assert checked_terms(terms).dismissal_notice_days == days
        return
    with pytest.raises(OutOfRange) as refused:
        checked_terms(terms)
    assert refused.value.value == str(days)
    assert refused.value.path == ("input", "terms", "dismissalNoticeDays")


@pytest.mark.rule("DH-33")
@pytest.mark.parametrize(("name", "field"), [("fund_use", "fundUse"), ("rooms", "rooms"), ("handover", "handover")])
def test_a_clause_has_its_length(name: str, field: str) -> None:
    longest = replace(TERMS, **{name: "甲" * 2000})  # type: ignore[arg-type]
    assert checked_terms(longest) == longest

    with pytest.raises(ValidationFailed) as refused:
        checked_terms(replace(TERMS, **{name: "甲" * 2001}))  # type: ignore[arg-type]
    assert refused.value.path == ("input", "terms", field)


def test_a_promise_has_its_length() -> None:
    promise = Promise(text="甲" * 2000, made_on=TODAY, document_id="doc_1")
    assert checked_promise(promise, today=TODAY, promise_count=0) == promise

    with pytest.raises(ValidationFailed) as refused:
        checked_promise(replace(promise, text="甲" * 2001), today=TODAY, promise_count=0)
    assert refused.value.path == ("input", "text")


def test_a_promise_was_made_and_there_are_not_too_many() -> None:
    promise = Promise(text=" 24小时维修响应 ", made_on=TODAY)

    assert checked_promise(promise, today=TODAY, promise_count=99).text == "24小时维修响应"
    with pytest.raises(ValidationFailed) as refused:
        checked_promise(replace(promise, made_on=date(2026, 3, 6)), today=TODAY, promise_count=0)
    assert (refused.value.path, refused.value.value) == (("input", "madeOn"), "2026-03-06")
    with pytest.raises(OutOfRange) as refused:
        checked_promise(promise, today=TODAY, promise_count=100)
    assert (refused.value.path, refused.value.value) == (("input", "text"), None)


def subcontract(new: Subcontract, *existing: Subcontract) -> None:
    check_subcontract(new, items=ITEMS, existing=existing, provider_id="prv_1")


@pytest.mark.parametrize(("share", "accepted"), [(5_999, True), (6_000, False), (6_001, False)])
def test_all_subcontracts_together_stay_below_the_whole(share: int, accepted: bool) -> None:
    new = replace(GIVEN, item_code="GUARDING", share=Ratio(share))
    if accepted:
        subcontract(new, GIVEN)
        return
    with pytest.raises(UnableToSubcontract) as refused:
        subcontract(new, GIVEN)
    assert (refused.value.code, refused.value.path) == ("OUT_OF_RANGE", ("input", "share"))
    assert refused.value.value == format_ratio(new.share)


def test_splitting_the_whole_up_is_no_way_around_it() -> None:
    two = [replace(GIVEN, share=Ratio(1)), replace(GIVEN, item_code="GUARDING", share=Ratio(1))]

    with pytest.raises(UnableToSubcontract) as refused:
        subcontract(replace(GIVEN, item_code="GREENING", share=Ratio(1)), *two)

    assert refused.value.value == "GREENING"
    assert refused.value.path == ("input", "itemCode")


@pytest.mark.parametrize(
    ("changed", "field", "value"),
    [
        ({"item_code": "PARKING"}, "itemCode", "PARKING"),
        ({"provider_id": "prv_1"}, "providerId", "prv_1"),
        ({"share": Ratio(0)}, "share", "0.0000"),
    ],
)
def test_a_subcontract_that_cannot_be_is_refused(changed: dict[str, object], field: str, value: str | None) -> None:
    with pytest.raises(ValidationFailed) as refused:
        subcontract(replace(GIVEN, **changed))  # type: ignore[arg-type]

    assert refused.value.value == value
    assert refused.value.path == ("input", field)


def test_a_service_is_subcontracted_once() -> None:
    with pytest.raises(SubcontractedAlready) as refused:
        subcontract(replace(GIVEN, provider_id="prv_3"), GIVEN)

    assert (refused.value.path, refused.value.value) == (("input", "itemCode"), "CLEANING")
    assert refused.value.code == "DUPLICATE"
