"""What the services of a contract state, on which side of the gate they lie, and on which cost centre."""

from dataclasses import replace

import pytest

from kit.money import Fen, yuan
from services.registry.domain.estate import Enclosure
from services.registry.domain.gate import EnclosureUnknown, Site
from services.registry.domain.service_item import (
    ContractForm,
    ContractNotWritten,
    DraftItem,
    OneCostLineForBothSides,
    ServiceItem,
    SideContradicted,
    checked_items,
    form_of,
)

ITEM = DraftItem(
    code="CLEANING", description="楼道保洁", standard="每日一次", price=yuan("0.60"), price_unit="m2/month"
)


def checked(*drafts: DraftItem, enclosure: Enclosure = Enclosure.CLOSED) -> tuple[ServiceItem, ...]:
    return checked_items(drafts, enclosure=enclosure)


@pytest.mark.rule("DH-33")
def test_a_complete_item_is_accepted() -> None:
    (item,) = checked(replace(ITEM, description=" 楼道保洁", standard=" 每日一次 ", price_unit="m2/month "))

    assert item == ServiceItem(
        code="CLEANING",
        inside=True,
        menu=None,
        description="楼道保洁",
        standard="每日一次",
        price=yuan("0.60"),
        price_unit="m2/month",
        cost_centre="INSIDE",
    )


@pytest.mark.rule("DH-33")
@pytest.mark.parametrize("price", [yuan("0.00"), yuan("0.01")])
def test_a_service_may_be_free(price: Fen) -> None:
    (item,) = checked(replace(ITEM, price=price))

    assert item.price == price


@pytest.mark.rule("DH-33")
@pytest.mark.parametrize(
    ("field", "value", "path", "told"),
    [
        ("description", None, "description", "CLEANING"),
        ("description", "  ", "description", "CLEANING"),
        ("standard", None, "standard", "CLEANING"),
        ("standard", "", "standard", "CLEANING"),
        ("price", None, "price", "CLEANING"),
        ("price", Fen(-1), "price", "-0.01"),
        ("price_unit", None, "priceUnit", "CLEANING"),
    ],
)
def test_an_item_without_content_standard_or_price_is_refused(
    field: str, value: object, path: str, told: str | None
) -> None:
    with pytest.raises(ContractNotWritten) as refused:
        checked(ITEM, replace(ITEM, **{field: value}))

    assert refused.value.value == told
    assert (refused.value.code, refused.value.path) == ("VALIDATION", ("input", "items", "1", path))


@pytest.mark.rule("DH-33")
@pytest.mark.parametrize(("count", "accepted"), [(0, False), (1, True), (200, True), (201, False)])
def test_a_contract_states_some_services_and_not_too_many(count: int, accepted: bool) -> None:
    if accepted:
        assert len(checked(*[ITEM] * count)) == count
        return
    with pytest.raises(ContractNotWritten) as refused:
        checked(*[ITEM] * count)
    assert refused.value.path == ("input", "items")
    assert refused.value.value == str(count)


@pytest.mark.rule("DH-01")
@pytest.mark.parametrize(
    ("enclosure", "site", "inside"),
    [
        (Enclosure.CLOSED, Site.ESTATE_GROUNDS, True),
        (Enclosure.OPEN, Site.ESTATE_GROUNDS, False),
        (Enclosure.OPEN, Site.STAIRWELL, True),
        (Enclosure.CLOSED, Site.PUBLIC_AREA, False),
    ],
)
def test_the_site_says_on_which_side_of_the_gate_a_service_lies(enclosure: Enclosure, site: Site, inside: bool) -> None:
    (item,) = checked(replace(ITEM, site=site), enclosure=enclosure)

    assert (item.site, item.inside) == (site, inside)


@pytest.mark.rule("DH-01")
def test_where_the_gate_stands_unknown_a_site_says_nothing() -> None:
    with pytest.raises(EnclosureUnknown) as refused:
        checked_items([ITEM, replace(ITEM, site=Site.ESTATE_GROUNDS)], enclosure=None)

    assert (refused.value.code, refused.value.path) == ("PRECONDITION", ("input", "items", "1", "site"))


@pytest.mark.rule("DH-01")
def test_a_side_that_contradicts_the_site_is_refused() -> None:
    with pytest.raises(SideContradicted) as refused:
        checked(replace(ITEM, site=Site.ESTATE_GROUNDS, inside=True), enclosure=Enclosure.OPEN)

    assert refused.value.value == "CLEANING"
    assert (refused.value.code, refused.value.path) == ("VALIDATION", ("input", "items", "0", "inside"))


@pytest.mark.rule("DH-36")
def test_both_sides_of_the_gate_have_cost_centres_of_their_own() -> None:
    inside, outside = checked(ITEM, replace(ITEM, code="ROAD_CLEANING", inside=False))

    assert (inside.cost_centre, outside.cost_centre) == ("INSIDE", "OUTSIDE")


@pytest.mark.rule("DH-36")
def test_one_cost_line_for_both_sides_is_refused() -> None:
    with pytest.raises(OneCostLineForBothSides) as refused:
        checked(
            replace(ITEM, cost_centre="保洁"), replace(ITEM, code="ROAD_CLEANING", inside=False, cost_centre="保洁")
        )

    assert refused.value.value == "保洁"
    assert (refused.value.code, refused.value.path) == ("EARMARK", ("input", "items", "1", "costCentre"))


@pytest.mark.rule("DH-33")
@pytest.mark.parametrize(
    ("drafts", "form"),
    [
        ([ITEM, replace(ITEM, code="GUARDING")], ContractForm.COMPREHENSIVE),
        ([replace(ITEM, menu="保洁")], ContractForm.SINGLE),
        ([replace(ITEM, menu="保洁"), replace(ITEM, code="GUARDING", menu="秩序")], ContractForm.COMBINED),
    ],
)
def test_a_contract_is_comprehensive_or_of_a_menu(drafts: list[DraftItem], form: ContractForm) -> None:
    assert form_of(checked(*drafts)) is form
