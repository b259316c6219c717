"""Bundles of near estates: each estate decides for itself."""

from dataclasses import replace
from datetime import date

import pytest

from kit.errors import ValidationFailed
from services.registry.domain.bundle import (
    BundleMember,
    EstateNotDecided,
    EstateOutsideBundle,
    MemberDecision,
    check_bundle,
    check_estates,
    require_member,
)
from services.registry.domain.decision import DecisionMatter, DecisionState

TODAY = date(2026, 3, 5)
FIRST = MemberDecision(
    estate_id="est_1",
    street_id="str_1",
    decision_estate_id="est_1",
    matter=DecisionMatter.HIRE_OR_DISMISS_PROVIDER,
    state=DecisionState.CLOSED_PASSED,
    subject_ref="prv_1",
)
SECOND = replace(FIRST, estate_id="est_2", decision_estate_id="est_2")


def flags(*members: MemberDecision) -> list[str]:
    return [flag.code for flag in check_bundle(members, provider_id="prv_1", formed_on=TODAY, today=TODAY)]


@pytest.mark.rule("NZ-18")
def test_estates_of_one_street_are_bundled_and_those_of_several_are_flagged() -> None:
    assert flags(FIRST, SECOND) == []
    assert flags(FIRST, replace(SECOND, street_id="str_2")) == ["WARN:BUNDLE_ACROSS_STREETS"]
    members = (FIRST, replace(SECOND, street_id="str_2"))
    (flag,) = check_bundle(members, provider_id="prv_1", formed_on=TODAY, today=TODAY)
    assert (flag.path, flag.value) == (("input", "members"), "2")


@pytest.mark.rule("NZ-18")
@pytest.mark.parametrize(
    ("changed", "value"),
    [
        ({"decision_estate_id": None, "matter": None, "state": None, "subject_ref": None}, "est_2"),
        ({"decision_estate_id": "est_1"}, "est_2"),
        ({"matter": DecisionMatter.REGULATIONS}, "est_2"),
        ({"state": DecisionState.CLOSED_FAILED}, "est_2"),
        ({"subject_ref": "prv_2"}, "prv_2"),
    ],
    ids=["none", "another estate's", "another matter", "failed", "another provider"],
)
def test_nobody_decides_for_an_estate_but_its_owners(changed: dict[str, object], value: str | None) -> None:
    with pytest.raises(EstateNotDecided) as refused:
        flags(FIRST, replace(SECOND, **changed))  # type: ignore[arg-type]

    assert refused.value.value == value
    assert (refused.value.code, refused.value.path) == ("NEEDS_DECISION", ("input", "members", "1", "decisionId"))


@pytest.mark.parametrize(("count", "accepted"), [(0, False), (1, False), (2, True), (50, True), (51, False)])
def test_a_bundle_has_two_to_fifty_estates(count: int, accepted: bool) -> None:
    ids = [f"est_{number}" for number in range(count)]
    if accepted:
        check_estates(ids)
        return
    with pytest.raises(ValidationFailed) as refused:
        check_estates(ids)
    assert (refused.value.path, refused.value.value) == (("input", "members"), str(count))


def test_an_estate_is_named_once_and_the_day_is_not_to_come() -> None:
    with pytest.raises(ValidationFailed) as refused:
        check_estates(["est_1", "est_1"])
    assert (refused.value.path, refused.value.value) == (("input", "members"), "2")
    with pytest.raises(ValidationFailed) as refused:
        check_bundle([FIRST, SECOND], provider_id="prv_1", formed_on=date(2026, 3, 6), today=TODAY)
    assert refused.value.value == "2026-03-06"
    assert refused.value.path == ("input", "formedOn")


@pytest.mark.rule("NZ-18")
@pytest.mark.parametrize(("estate", "provider"), [("est_3", "prv_1"), ("est_1", "prv_2")])
def test_a_contract_of_the_bundle_is_of_its_estate_and_provider(estate: str, provider: str) -> None:
    members = [BundleMember(estate_id="est_1", decision_id="dec_1")]
    require_member(members, bundle_provider_id="prv_1", estate_id="est_1", provider_id="prv_1", bundle_id="bnd_1")

    with pytest.raises(EstateOutsideBundle) as refused:
        require_member(members, bundle_provider_id="prv_1", estate_id=estate, provider_id=provider, bundle_id="bnd_1")
    assert (refused.value.path, refused.value.value) == (("input", "bundleId"), "bnd_1")
    assert refused.value.code == "STATE_CONFLICT"
