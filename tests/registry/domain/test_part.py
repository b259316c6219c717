"""What an area rests on: the register before a survey before a contract of sale."""

import pytest

from services.registry.domain.part import AreaBasis, WeakerAreaBasis, require_basis

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
