"""How the party covers an estate, and the able residents of it."""

from dataclasses import replace
from datetime import date

import pytest

from kit.errors import ValidationFailed
from services.registry.domain.party_coverage import (
    BackboneResident,
    CoverageForm,
    FirstSecretaryWithoutGround,
    PartyCoverage,
    SecretaryGround,
    ServesAs,
    Standing,
    check_coverage,
    check_resident,
)

TODAY = date(2026, 3, 5)
JOINT = PartyCoverage(form=CoverageForm.JOINT, from_=TODAY, first_secretary=None, grounds=())
RESIDENT = BackboneResident(name="陈师傅", standing=(), skill="电工", serves_as=None, from_=TODAY)


@pytest.mark.rule("PZ-01")
@pytest.mark.parametrize("form", list(CoverageForm))
def test_an_estate_is_covered_alone_jointly_by_the_grid_or_not_yet(form: CoverageForm) -> None:
    check_coverage(replace(JOINT, form=form), today=TODAY)


@pytest.mark.rule("PZ-01")
@pytest.mark.parametrize("ground", list(SecretaryGround))
def test_a_first_secretary_is_sent_for_one_of_three_grounds(ground: SecretaryGround) -> None:
    check_coverage(replace(JOINT, first_secretary="赵书记", grounds=(ground,)), today=TODAY)


@pytest.mark.rule("PZ-01")
def test_a_first_secretary_without_a_ground_and_a_coverage_to_come_are_refused() -> None:
    with pytest.raises(FirstSecretaryWithoutGround) as refused:
        check_coverage(replace(JOINT, first_secretary="赵书记"), today=TODAY)
    assert (refused.value.code, refused.value.path, refused.value.value) == (
        "PRECONDITION", ("input", "grounds"), None,
    )  # fmt: skip

    with pytest.raises(ValidationFailed) as refused:
        check_coverage(replace(JOINT, from_=date(2026, 3, 6)), today=TODAY)

    assert (refused.value.path, refused.value.value) == (("input", "from"), "2026-03-06")


@pytest.mark.rule("PZ-02")
@pytest.mark.parametrize("serves_as", [None, *ServesAs])
def test_an_able_resident_is_listed_with_what_they_can(serves_as: ServesAs | None) -> None:
    check_resident(replace(RESIDENT, serves_as=serves_as), today=TODAY)


@pytest.mark.rule("PZ-02")
def test_a_resident_of_tomorrow_is_refused() -> None:
    with pytest.raises(ValidationFailed) as refused:
        check_resident(replace(RESIDENT, from_=date(2026, 3, 6)), today=TODAY)
    assert (refused.value.path, refused.value.value) == (("input", "from"), "2026-03-06")


@pytest.mark.rule("NZ-01")
def test_standing_is_a_flag_and_nobody_is_refused_for_lack_of_one() -> None:
    head = replace(RESIDENT, serves_as=ServesAs.PREPARATORY_GROUP_HEAD)

    check_resident(head, today=TODAY)
    check_resident(replace(head, standing=tuple(Standing)), today=TODAY)
    with pytest.raises(ValidationFailed) as refused:
        check_resident(replace(head, standing=(Standing.PARTY_MEMBER, Standing.PARTY_MEMBER)), today=TODAY)

    assert refused.value.value is None
    assert refused.value.path == ("input", "standing")
