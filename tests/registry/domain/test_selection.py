"""Content and fee first, then the offers, then the vote, then the signature."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from kit.errors import ValidationFailed
from kit.money import yuan
from services.registry.domain.selection import (
    Menu,
    Offer,
    OfferNotChosen,
    OfferNotKept,
    Plan,
    PlanNotFixed,
    Procedure,
    SelectionClosed,
    SelectionEvent,
    check_plan,
    check_procedure,
    require_chosen_offer,
    require_open_plan,
    require_plan_first,
)
from services.registry.domain.service_item import ServiceItem
from services.registry.domain.tender import Bidder, BidderNotEligible, TenderMethod

TODAY = date(2026, 3, 5)
ITEM = ServiceItem(
    code="CLEANING",
    inside=True,
    menu="二级",
    description="保洁",
    standard="每日一次",
    price=yuan("0.60"),
    price_unit="m2/month",
    cost_centre="INSIDE",
)
BASIC = Menu(code="L2", name="二级", items=(ITEM,))
BETTER = Menu(code="L1", name="一级", items=(replace(ITEM, standard="每日两次", price=yuan("0.90")),))
PLAN = Plan(owners_heard_on=date(2026, 1, 10), fixed_on=date(2026, 1, 20), menus=(BASIC, BETTER))
OFFER = Offer(id="ofr_1", provider_id="prv_1", menu_code="L2")
OTHER = Offer(id="ofr_2", provider_id="prv_2", menu_code="L1")
PROCEDURE = Procedure(
    method=TenderMethod.OPEN, reference="选聘1号", accepted_way=None, decided_on=PLAN.fixed_on, offers=(OFFER, OTHER)
)
BIDDER = Bidder("prv_1", filed=True, blacklisted=False)


@pytest.mark.rule("PZ-14")
def test_owners_are_heard_on_or_before_the_day_the_plan_is_fixed() -> None:
    check_plan(replace(PLAN, owners_heard_on=PLAN.fixed_on), today=TODAY)

    with pytest.raises(ValidationFailed) as refused:
        check_plan(replace(PLAN, owners_heard_on=PLAN.fixed_on + timedelta(days=1)), today=TODAY)
    assert refused.value.value == "2026-01-21"
    assert refused.value.path == ("input", "ownersHeardOn")


@pytest.mark.rule("DH-51")
@pytest.mark.parametrize(
    ("menus", "value"),
    [
        ((), "[]"),
        ((BASIC, BASIC), "['L2', 'L2']"),
        (
            tuple(replace(BASIC, code=str(i)) for i in range(21)),
            str([str(i) for i in range(21)]),
        ),
    ],
)
def test_a_plan_has_some_menus_of_different_codes(menus: tuple[Menu, ...], value: str | None) -> None:
    check_plan(replace(PLAN, menus=(BASIC,)), today=TODAY)
    check_plan(replace(PLAN, menus=tuple(replace(BASIC, code=str(i)) for i in range(20))), today=TODAY)

    with pytest.raises(ValidationFailed) as refused:
        check_plan(replace(PLAN, menus=menus), today=TODAY)

    assert refused.value.value == value
    assert refused.value.path == ("input", "menus")


@pytest.mark.rule("PZ-14")
def test_nobody_is_selected_before_content_and_fee_are_fixed() -> None:
    assert require_open_plan(PLAN, None, estate_id="est_1", event=SelectionEvent.RECORD_OFFERS) is PLAN

    with pytest.raises(PlanNotFixed) as refused:
        require_open_plan(None, None, estate_id="est_1", event=SelectionEvent.RECORD_OFFERS)
    assert refused.value.path == ("input", "estateId")
    assert (refused.value.code, refused.value.value) == ("STATE_CONFLICT", "est_1")


@pytest.mark.rule("PZ-14")
def test_a_plan_was_fixed_and_a_selection_was_held_by_today() -> None:
    tomorrow = TODAY + timedelta(days=1)
    check_plan(replace(PLAN, fixed_on=TODAY), today=TODAY)
    check(replace(PROCEDURE, decided_on=TODAY))

    with pytest.raises(ValidationFailed) as refused:
        check_plan(replace(PLAN, fixed_on=tomorrow), today=TODAY)
    assert (refused.value.path, refused.value.value) == (("input", "fixedOn"), tomorrow.isoformat())
    with pytest.raises(ValidationFailed) as refused:
        check(replace(PROCEDURE, decided_on=tomorrow))
    assert (refused.value.path, refused.value.value) == (("input", "decidedOn"), tomorrow.isoformat())


@pytest.mark.rule("DH-51")
def test_menus_stay_as_they_are_once_somebody_offered_on_them() -> None:
    with pytest.raises(SelectionClosed) as refused:
        require_open_plan(PLAN, PROCEDURE, estate_id="est_1", event=SelectionEvent.RECORD_OFFERS)

    assert (refused.value.path, refused.value.value) == (("input", "estateId"), "est_1")
    assert refused.value.code == "STATE_CONFLICT"


def check(procedure: Procedure, bidder: Bidder = BIDDER) -> None:
    check_procedure(procedure, PLAN, bidders=[bidder], today=TODAY)


@pytest.mark.rule("PZ-14")
def test_a_selection_dated_before_its_plan_is_refused() -> None:
    check(PROCEDURE)

    with pytest.raises(PlanNotFixed) as refused:
        check(replace(PROCEDURE, decided_on=PLAN.fixed_on - timedelta(days=1)))
    assert refused.value.value == "2026-01-19"
    assert (refused.value.code, refused.value.path) == ("STATE_CONFLICT", ("input", "decidedOn"))


@pytest.mark.rule("PZ-15")
def test_owners_may_accept_another_way_that_is_described() -> None:
    other_way = replace(PROCEDURE, method=TenderMethod.OTHER_WAY, accepted_way="业主代表现场比选")
    check(other_way, replace(BIDDER, filed=False))

    for procedure in (replace(other_way, accepted_way=" "), replace(PROCEDURE, accepted_way="比选")):
        with pytest.raises(ValidationFailed) as refused:
            check(procedure)
        assert (refused.value.path, refused.value.value) == (("input", "acceptedWay"), procedure.method.value)


@pytest.mark.rule("PZ-15")
def test_owners_do_not_select_by_the_developers_agreement() -> None:
    with pytest.raises(ValidationFailed) as refused:
        check(replace(PROCEDURE, method=TenderMethod.BY_AGREEMENT))

    assert refused.value.value == "BY_AGREEMENT"
    assert refused.value.path == ("input", "method")


@pytest.mark.rule("ZG-11")
@pytest.mark.parametrize("bidder", [replace(BIDDER, filed=False), replace(BIDDER, blacklisted=True)])
def test_bidders_of_a_competition_are_filed_and_in_good_credit(bidder: Bidder) -> None:
    with pytest.raises(BidderNotEligible) as refused:
        check(PROCEDURE, bidder)

    assert refused.value.value == "prv_1"
    assert (refused.value.code, refused.value.path) == ("PRECONDITION", ("input", "offers"))


@pytest.mark.rule("DH-51")
@pytest.mark.parametrize(
    ("offers", "path", "value"),
    [
        ((), ("input", "offers"), "0"),
        ((replace(OFFER, menu_code="L9"),), ("input", "offers", "0", "menuCode"), "L9"),
        ((OFFER, replace(OFFER, id="ofr_9")), ("input", "offers"), "2"),
    ],
)
def test_offers_are_made_on_menus_of_the_plan_once(
    offers: tuple[Offer, ...], path: tuple[str, ...], value: str | None
) -> None:
    with pytest.raises(ValidationFailed) as refused:
        check(replace(PROCEDURE, offers=offers))

    assert (refused.value.path, refused.value.value) == (path, value)


@pytest.mark.rule("PZ-14")
@pytest.mark.parametrize(
    ("asked", "offer_id", "owners", "refused"),
    [(True, None, True, True), (True, "ofr_1", True, False), (False, None, True, False), (True, None, False, False)],
)
def test_where_the_district_asks_for_it_the_contract_names_the_offer(
    asked: bool, offer_id: str | None, owners: bool, refused: bool
) -> None:
    if not refused:
        require_plan_first(asked_by_district=asked, offer_id=offer_id, owners_choose_company=owners)
        return
    with pytest.raises(PlanNotFixed) as refusal:
        require_plan_first(asked_by_district=asked, offer_id=offer_id, owners_choose_company=owners)
    assert refusal.value.value is None
    assert (refusal.value.code, refusal.value.path) == ("STATE_CONFLICT", ("input", "offerId"))


def choose(**changed: object) -> None:
    facts: dict[str, object] = {
        "estate_is_same": True,
        "provider_id": "prv_1",
        "items": BASIC.items,
        "subject_ref": "ofr_1",
        "voted_on": PROCEDURE.decided_on,
    }
    procedure = changed.pop("procedure", PROCEDURE)
    require_chosen_offer(OFFER, PLAN, procedure, **{**facts, **changed})  # type: ignore[arg-type]


@pytest.mark.rule("DH-51")
@pytest.mark.parametrize("subject", ["ofr_1", "prv_1"])
def test_owners_choose_company_and_tier_by_their_vote(subject: str) -> None:
    choose(subject_ref=subject)


@pytest.mark.rule("DH-51")
@pytest.mark.rule("PZ-15")
@pytest.mark.parametrize(
    ("changed", "value"),
    [
        ({"voted_on": None}, "ofr_1"),
        ({"voted_on": PROCEDURE.decided_on - timedelta(days=1)}, "2026-01-19"),
        ({"subject_ref": "ofr_2"}, "ofr_2"),
        ({"subject_ref": None}, None),
        ({"provider_id": "prv_2"}, "prv_1"),
        ({"estate_is_same": False}, "ofr_1"),
        (
            {
                "subject_ref": "prv_1",
                "procedure": replace(PROCEDURE, offers=(OFFER, Offer(id="ofr_3", provider_id="prv_1", menu_code="L1"))),
            },
            "prv_1",
        ),
    ],
    ids=["no vote", "earlier vote", "other offer", "no subject", "other provider", "other estate", "two tiers"],
)
def test_an_offer_that_was_not_voted_for_is_none(changed: dict[str, object], value: str | None) -> None:
    with pytest.raises(OfferNotChosen) as refused:
        choose(**changed)

    assert refused.value.value == value
    assert (refused.value.code, refused.value.path) == ("NEEDS_DECISION", ("input", "offerId"))


@pytest.mark.rule("DH-51")
@pytest.mark.parametrize(
    "item", [replace(ITEM, price=yuan("0.61")), replace(ITEM, standard="两日一次"), replace(ITEM, code="GUARDING")]
)
def test_the_contract_keeps_the_menu_that_was_chosen(item: ServiceItem) -> None:
    with pytest.raises(OfferNotKept) as refused:
        choose(items=(item,))

    assert refused.value.value == "L2"
    assert (refused.value.code, refused.value.path) == ("VALIDATION", ("input", "items"))
