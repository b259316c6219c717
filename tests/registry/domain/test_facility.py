"""Where facilities stand."""

import pytest

from kit.errors import ValidationFailed
from services.registry.domain.facility import Facility, FacilityKind, LiftOutsideBuilding, check_facility
from services.registry.domain.gate import Site


@pytest.mark.parametrize(
    ("kind", "site", "in_a_building"),
    [
        (FacilityKind.LIFT, Site.STAIRWELL, True),
        (FacilityKind.LIGHTING, Site.ESTATE_GROUNDS, False),
        (FacilityKind.PUBLIC_TOILET, Site.PUBLIC_AREA, False),
        (FacilityKind.DRAIN, Site.ESTATE_GROUNDS, True),
    ],
)
def test_facilities_stand_in_stairwells_on_the_grounds_and_on_public_ground(
    kind: FacilityKind, site: Site, in_a_building: bool
) -> None:
    check_facility(Facility(kind, "设施", site), in_a_building=in_a_building)


@pytest.mark.parametrize(
    ("site", "in_a_building"), [(Site.STAIRWELL, False), (Site.ESTATE_GROUNDS, True), (Site.PUBLIC_AREA, False)]
)
def test_a_lift_stands_in_the_stairwell_of_a_building(site: Site, in_a_building: bool) -> None:
    with pytest.raises(LiftOutsideBuilding) as refused:
        check_facility(Facility(FacilityKind.LIFT, "电梯", site), in_a_building=in_a_building)

    assert refused.value.path == ("input", "site")
    assert (refused.value.code, refused.value.value) == ("VALIDATION", site.value)


def test_a_buildings_facility_does_not_stand_on_public_ground() -> None:
    with pytest.raises(ValidationFailed) as refused:
        check_facility(Facility(FacilityKind.LIGHTING, "路灯", Site.PUBLIC_AREA), in_a_building=True)
    assert (refused.value.path, refused.value.value) == (("input", "site"), "PUBLIC_AREA")
