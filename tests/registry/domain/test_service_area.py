"""A contract needs a service area where the district's document says so."""

import pytest

from services.registry.domain.service_area import ServiceAreaMissing, require_service_area


@pytest.mark.rule("DH-20")
@pytest.mark.parametrize(("area", "required"), [("sva_1", True), ("sva_1", False), (None, False)])
def test_an_estate_in_an_area_or_in_a_district_that_wants_none_may_have_a_contract(
    area: str | None, required: bool
) -> None:
    require_service_area(area, required=required, estate_id="est_1")


@pytest.mark.rule("DH-20")
def test_an_estate_in_no_area_may_not_where_the_district_wants_one() -> None:
    with pytest.raises(ServiceAreaMissing) as refused:
        require_service_area(None, required=True, estate_id="est_1")

    assert (refused.value.code, refused.value.path, refused.value.value) == (
        "PRECONDITION", ("input", "estateId"), "est_1",
    )  # fmt: skip
