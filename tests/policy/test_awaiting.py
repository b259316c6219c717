"""A document that is still to be put in force is awaited; one that is absent, or of other days, refuses."""

from datetime import date
from pathlib import Path

import pytest

from policy.awaiting import in_force_or_awaited
from policy.errors import PolicyNotInForce
from policy.policies import Activation, Policies

ZHANGGONG, PANZHIHUA, A_COUNTY_OF_PANZHIHUA, NOWHERE = "360702", "510400", "510402", "110101"
A_DAY = date(2024, 2, 1)


@pytest.fixture(scope="module")
def mounted() -> Policies:
    return Policies.load(Path("policy/districts"))


def activation(mounted: Policies, version_id: str = "360702-v1", *, content: str | None = None) -> Activation:
    return Activation(version_id, content or mounted.file(version_id).hash, date(2021, 1, 1))


def test_an_undated_document_is_awaited_until_an_operator_sets_its_day(mounted: Policies) -> None:
    assert in_force_or_awaited(mounted, ZHANGGONG, A_DAY) is None

    version = in_force_or_awaited(mounted.activate(activation(mounted)), ZHANGGONG, A_DAY)

    assert version is not None
    assert version.id == "360702-v1"


@pytest.mark.parametrize("district", [PANZHIHUA, A_COUNTY_OF_PANZHIHUA])
def test_a_dated_document_is_in_force_by_itself(mounted: Policies, district: str) -> None:
    version = in_force_or_awaited(mounted, district, A_DAY)

    assert version is not None
    assert version.id == "510400-v1"


@pytest.mark.parametrize(
    ("district", "day"), [(NOWHERE, A_DAY), (PANZHIHUA, date(2023, 10, 22))], ids=["no document", "before its day"]
)
def test_what_no_announcement_will_change_is_refused(mounted: Policies, district: str, day: date) -> None:
    with pytest.raises(PolicyNotInForce) as refused:
        in_force_or_awaited(mounted, district, day)

    assert (refused.value.code, refused.value.value) == ("INSTRUMENT_NOT_AVAILABLE", district)


def test_a_day_before_an_activated_document_is_refused(mounted: Policies) -> None:
    with pytest.raises(PolicyNotInForce):
        in_force_or_awaited(mounted.activate(activation(mounted)), ZHANGGONG, date(2020, 12, 31))


def test_a_version_in_force_that_is_not_mounted_here_is_awaited(mounted: Policies) -> None:
    without = Policies([file for file in mounted.files if file.area != ZHANGGONG], ())

    with pytest.raises(PolicyNotInForce):
        in_force_or_awaited(without, ZHANGGONG, A_DAY)
    assert in_force_or_awaited(without.activate(activation(mounted)), ZHANGGONG, A_DAY) is None
