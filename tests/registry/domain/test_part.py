"""What an area rests on: the register before a survey before a contract of sale."""

from collections.abc import Callable

import pytest

from kit.area import Area
from kit.errors import OutOfRange, ValidationFailed
from services.registry.domain.part import (
    LARGEST_BUILDING_M2,
    LARGEST_PART_M2,
    AreaBasis,
    WeakerAreaBasis,
    check_building_area,
    check_part_area,
    require_basis,
)

REGISTER, SURVEY, CONTRACT = AreaBasis.REGISTER, AreaBasis.SURVEY, AreaBasis.CONTRACT


@pytest.mark.parametrize(
    ("known", "named"),
    [(CONTRACT, SURVEY), (CONTRACT, REGISTER), (SURVEY, REGISTER), (REGISTER, REGISTER), (CONTRACT, CONTRACT)],
)
def test_a_better_basis_replaces_a_worse_one_without_a_reason(known: AreaBasis, named: AreaBasis) -> None:
    require_basis(known=known, named=named, reason=None)


@pytest.mark.parametrize(("known", "named"), [(REGISTER, SURVEY), (REGISTER, CONTRACT), (SURVEY, CONTRACT)])
@pytest.mark.parametrize("reason", [None, "", "  "])
def test_a_worse_basis_needs_a_reason(known: AreaBasis, named: AreaBasis, reason: str | None) -> None:
    require_basis(known=known, named=named, reason="登记簿有误，法院判决")

    with pytest.raises(WeakerAreaBasis) as refused:
        require_basis(known=known, named=named, reason=reason)

    assert (refused.value.code, refused.value.path, refused.value.value) == (
        "PRECONDITION", ("input", "reason"), named.value,
    )  # fmt: skip


BOUNDS = [
    (check_building_area, LARGEST_BUILDING_M2, "2000000.01", "no building is larger than 2000000.00 m2"),
    (check_part_area, LARGEST_PART_M2, "200000.01", "no exclusive part is larger than 200000.00 m2"),
]


@pytest.mark.parametrize(("check", "largest", "too_large", "message"), BOUNDS)
def test_an_area_is_more_than_nothing_and_no_slip_of_the_pen(
    check: Callable[..., None], largest: int, too_large: str, message: str
) -> None:
    path = ("input", "area")
    check(Area(1), path=path)
    check(Area(largest), path=path)

    with pytest.raises(ValidationFailed) as nothing:
        check(Area(0), path=path)
    assert (nothing.value.path, nothing.value.value) == (path, "0.00")
    with pytest.raises(OutOfRange) as refused:
        check(Area(largest + 1), path=path)
    assert (refused.value.path, refused.value.value, refused.value.message) == (path, too_large, message)
