"""A scope is a set of grants; a read asks for documents that share one with it."""

import pytest

from kit.caller import ALL, SYSTEM_CALLER, Caller, Role, Scope, is_grant
from kit.errors import ForbiddenActor, ValidationFailed

# Fixed, so that the tests have the same names in every worker.
UUID = "01a1fc3d77907677b52c5417eab9ec3e"


def test_a_scope_without_bounds_has_no_filter() -> None:
    assert Scope.everything().areas is ALL
    assert Scope.everything().area_filter() is None


def test_a_scope_of_no_grant_sees_nothing_rather_than_everything() -> None:
    assert Scope.of().area_filter() == []
    assert not Scope.of().covers(["district:360702"])


def test_a_scopes_filter_has_each_grant_once_in_a_stable_order() -> None:
    estate = f"estate:est_{UUID}"

    assert Scope.of(estate, "district:360702", estate).area_filter() == ["district:360702", estate]


def test_a_document_is_seen_when_it_shares_a_grant() -> None:
    scope = Scope.of("district:360702", "district:360102")

    assert scope.covers(["district:360102", "street:str_x"])
    assert not scope.covers(["district:510400"])
    assert not scope.covers([])
    assert Scope.everything().covers(["district:510400"])


@pytest.mark.parametrize(
    "grant",
    [
        "district:360702",
        f"street:str_{UUID}",
        f"community:com_{UUID}",
        f"estate:est_{UUID}",
        f"manage:est_{UUID}",
        f"part:prt_{UUID}",
        f"owner:own_{UUID}",
    ],
)
def test_the_seven_kinds_of_grant(grant: str) -> None:
    assert is_grant(grant)
    assert Scope.of(grant).area_filter() == [grant]


@pytest.mark.parametrize(
    "grant",
    [
        "",
        "district",
        "district:",
        "district:36070",
        "district:3607022",
        "district:060702",
        "district:３６０７０２",
        "district:*",
        "*",
        f"estate:str_{UUID}",
        f"city:est_{UUID}",
        f"Estate:est_{UUID}",
        "estate:est_1",
    ],
)
def test_any_other_grant_is_refused_by_its_value(grant: str) -> None:
    with pytest.raises(ValidationFailed) as refused:
        Scope.of("district:360702", grant)

    assert refused.value.value == grant


def test_one_of_the_roles_is_enough() -> None:
    caller = Caller("zhang", frozenset({"STREET", "AUDITOR"}), Scope.of())

    caller.require_role(Role.COMMUNITY, Role.STREET)

    assert caller.has_role("AUDITOR")


@pytest.mark.parametrize("roles", [frozenset(), frozenset({"OWNER"}), frozenset({"street"})])
def test_none_of_the_roles_is_refused(roles: frozenset[str]) -> None:
    with pytest.raises(ForbiddenActor, match="STREET") as refused:
        Caller("li", roles, Scope.everything()).require_role("STREET")

    assert refused.value.code == "FORBIDDEN_ACTOR"


def test_nobody_has_a_role_of_no_roles() -> None:
    with pytest.raises(ForbiddenActor):
        SYSTEM_CALLER.require_role()
