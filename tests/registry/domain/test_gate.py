"""What lies inside an estate's gate, and who pays and answers for it."""

import pytest

from services.registry.domain.estate import Enclosure
from services.registry.domain.gate import (
    EnclosureUnknown,
    GateBoundary,
    Payer,
    PublicService,
    Side,
    Site,
    boundary_of,
    is_inside,
    is_public_duty,
    payer_of,
    sides_of,
)


@pytest.mark.rule("DH-01")
@pytest.mark.parametrize(
    ("enclosure", "boundary"),
    [(Enclosure.CLOSED, GateBoundary.ESTATE_GATE), (Enclosure.OPEN, GateBoundary.STAIRWELL_DOOR)],
)
def test_a_closed_estate_has_its_main_gate_and_an_open_one_its_stairwell_doors(
    enclosure: Enclosure, boundary: GateBoundary
) -> None:
    assert boundary_of(enclosure) is boundary


@pytest.mark.rule("DH-01")
@pytest.mark.parametrize(
    ("enclosure", "site", "inside"),
    [
        (Enclosure.CLOSED, Site.STAIRWELL, True),
        (Enclosure.CLOSED, Site.ESTATE_GROUNDS, True),
        (Enclosure.CLOSED, Site.PUBLIC_AREA, False),
        (Enclosure.OPEN, Site.STAIRWELL, True),
        (Enclosure.OPEN, Site.ESTATE_GROUNDS, False),
        (Enclosure.OPEN, Site.PUBLIC_AREA, False),
    ],
)
def test_the_grounds_lie_inside_a_closed_gate_only(enclosure: Enclosure, site: Site, inside: bool) -> None:
    assert is_inside(enclosure=enclosure, site=site) is inside


@pytest.mark.rule("DH-01")
@pytest.mark.parametrize("site", list(Site))
def test_nothing_is_inside_or_outside_where_the_enclosure_is_unknown(site: Site) -> None:
    with pytest.raises(EnclosureUnknown) as refused:
        is_inside(enclosure=None, site=site, path=("input", "items", "0"))

    assert refused.value.value is None
    assert (refused.value.code, refused.value.path) == ("PRECONDITION", ("input", "items", "0"))


@pytest.mark.rule("DH-02")
def test_owners_pay_inside_the_gate_and_public_funds_outside() -> None:
    assert (payer_of(inside=True), payer_of(inside=False)) == (Payer.OWNERS, Payer.PUBLIC_FUNDS)


@pytest.mark.rule("DH-02")
def test_administration_covers_both_sides_of_the_gate() -> None:
    assert sides_of(inside=True) == {Side.PROPERTY_SERVICE, Side.ADMINISTRATION}
    assert sides_of(inside=False) == {Side.PUBLIC_SERVICE, Side.ADMINISTRATION}


@pytest.mark.rule("DH-34")
@pytest.mark.parametrize("service", list(PublicService))
def test_a_listed_service_moves_to_street_and_community_outside_the_gate_only(service: PublicService) -> None:
    assert is_public_duty(service.value, inside=False)
    assert not is_public_duty(service.value, inside=True)


@pytest.mark.rule("DH-34")
def test_a_service_that_the_list_does_not_name_does_not_move() -> None:
    assert not is_public_duty("SECURITY", inside=False)
