"""How an early-stage provider is selected."""

from dataclasses import replace
from datetime import date

import pytest

from kit.errors import OutOfRange, ValidationFailed
from services.registry.domain.contract import ContractKind
from services.registry.domain.tender import (
    AgreementGround,
    Bidder,
    BidderNotEligible,
    Tender,
    TenderMethod,
    TenderRecordMissing,
    check_bidder_count,
    require_tender,
)

SIGNED_ON = date(2026, 3, 1)
TENDER = Tender(method=TenderMethod.OPEN, reference="赣住建招〔2026〕1号", awarded_on=SIGNED_ON)
AGREEMENT = replace(
    TENDER,
    method=TenderMethod.BY_AGREEMENT,
    agreement_ground=AgreementGround.FEWER_THAN_THREE_BIDDERS,
    bidder_ids=("prv_1", "prv_2"),
    district_approval="章住保〔2026〕5号",
)
GOOD = Bidder("prv_1", filed=True, blacklisted=False)


def check(tender: Tender | None, *bidders: Bidder, kind: ContractKind = ContractKind.EARLY_STAGE) -> None:
    require_tender(kind, tender, provider_id="prv_1", bidders=bidders or (GOOD,), signed_on=SIGNED_ON)


@pytest.mark.rule("ZG-10")
def test_an_early_stage_contract_without_a_tender_is_refused() -> None:
    with pytest.raises(TenderRecordMissing) as refused:
        check(None)

    assert (refused.value.path, refused.value.value) == (("input", "tender"), None)
    assert refused.value.code == "PRECONDITION"


@pytest.mark.rule("ZG-10")
def test_a_tender_awarded_on_the_day_of_signing_counts_and_a_later_one_does_not() -> None:
    check(TENDER)

    with pytest.raises(TenderRecordMissing) as refused:
        check(replace(TENDER, awarded_on=date(2026, 3, 2)))
    assert refused.value.value == "2026-03-02"
    assert refused.value.path == ("input", "tender", "awardedOn")


@pytest.mark.rule("ZG-10")
@pytest.mark.parametrize("bidder_count", [0, 2])
def test_with_fewer_than_three_bidders_and_an_approval_it_goes_by_agreement(bidder_count: int) -> None:
    check(replace(AGREEMENT, bidder_ids=("prv_1", "prv_2")[:bidder_count]))


@pytest.mark.rule("ZG-10")
def test_an_estate_of_small_scale_goes_by_agreement_whoever_bid() -> None:
    check(
        replace(AGREEMENT, agreement_ground=AgreementGround.SMALL_SCALE, bidder_ids=("prv_1", "prv_2", "prv_3")),
    )


@pytest.mark.rule("ZG-10")
@pytest.mark.parametrize(
    ("changed", "field", "value"),
    [
        ({"bidder_ids": ("prv_1", "prv_2", "prv_3")}, "bidderIds", "3"),
        ({"agreement_ground": None}, "agreementGround", None),
        ({"district_approval": None}, "districtApproval", None),
        ({"district_approval": "  "}, "districtApproval", None),
        ({"method": TenderMethod.OTHER_WAY}, "method", "OTHER_WAY"),
        ({"bidder_ids": ("prv_2",)}, "bidderIds", "prv_1"),
    ],
)
def test_an_agreement_that_the_law_does_not_let_is_refused(
    changed: dict[str, object], field: str, value: str | None
) -> None:
    with pytest.raises(TenderRecordMissing) as refused:
        check(replace(AGREEMENT, **changed))  # type: ignore[arg-type]

    assert refused.value.value == value
    assert (refused.value.code, refused.value.path) == ("PRECONDITION", ("input", "tender", field))


def test_ground_and_approval_belong_to_an_agreement() -> None:
    with pytest.raises(ValidationFailed) as refused:
        check(replace(AGREEMENT, method=TenderMethod.OPEN))

    assert refused.value.value == "OPEN"
    assert refused.value.path == ("input", "tender", "agreementGround")


@pytest.mark.rule("ZG-11")
@pytest.mark.parametrize(("filed", "blacklisted"), [(False, False), (True, True)])
def test_the_winner_is_filed_and_not_blacklisted(filed: bool, blacklisted: bool) -> None:
    with pytest.raises(BidderNotEligible) as refused:
        check(TENDER, Bidder("prv_1", filed=filed, blacklisted=blacklisted))

    assert refused.value.value == "prv_1"
    assert (refused.value.code, refused.value.path) == ("PRECONDITION", ("input", "providerId"))


@pytest.mark.rule("ZG-11")
def test_every_bidder_is_filed_and_not_blacklisted() -> None:
    tender = replace(TENDER, bidder_ids=("prv_1", "prv_2"))
    check(tender, GOOD, replace(GOOD, provider_id="prv_2"))

    with pytest.raises(BidderNotEligible) as refused:
        check(tender, GOOD, Bidder("prv_2", filed=False, blacklisted=False))
    assert (refused.value.path, refused.value.value) == (("input", "tender"), "prv_2")


@pytest.mark.parametrize(("count", "accepted"), [(50, True), (51, False)])
def test_bidders_are_bounded_before_anybody_looks_them_up(count: int, accepted: bool) -> None:
    if accepted:
        check_bidder_count(count, path=("input", "offers"))
        return
    with pytest.raises(OutOfRange) as refused:
        check_bidder_count(count, path=("input", "offers"))
    assert refused.value.path == ("input", "offers")
    assert refused.value.value == str(count)


def test_only_an_early_stage_contract_has_a_tender() -> None:
    with pytest.raises(ValidationFailed) as refused:
        check(TENDER, kind=ContractKind.CONGRESS)
    assert (refused.value.path, refused.value.value) == (("input", "tender"), "CONGRESS")
