"""Shares of a part, and who sees an owner's name."""

import pytest

from kit.caller import Caller, Role, Scope
from kit.errors import ValidationFailed
from kit.ids import new_id
from kit.ratio import Ratio
from services.registry.domain.owner import OwnerKind, SharesNotWhole, check_shares, mask_name, shown_name

OWNER_ID = new_id("own")


def caller(*roles: Role, scope: Scope | None = None) -> Caller:
    return Caller("someone", frozenset(role.value for role in roles), scope or Scope.everything())


@pytest.mark.parametrize("shares", [(10_000,), (5_000, 5_000), (3_333, 3_333, 3_334)])
def test_shares_that_make_one_are_accepted(shares: tuple[int, ...]) -> None:
    check_shares([(str(place), Ratio(share)) for place, share in enumerate(shares)], path=("份额",))


@pytest.mark.parametrize(("shares", "total"), [((9_999,), "0.9999"), ((5_000, 5_001), "1.0001")])
def test_shares_that_do_not_make_one_are_refused_with_their_sum(shares: tuple[int, ...], total: str) -> None:
    with pytest.raises(SharesNotWhole) as refused:
        check_shares([(str(place), Ratio(share)) for place, share in enumerate(shares)], path=("份额",))

    assert (refused.value.value, refused.value.path) == (total, ("份额",))


def test_a_share_of_nothing_is_refused() -> None:
    with pytest.raises(SharesNotWhole) as refused:
        check_shares([("a", Ratio(10_000)), ("b", Ratio(0))], path=("份额",))
    assert (refused.value.path, refused.value.value) == (("份额",), "0.0000")


def test_the_smallest_share_and_the_most_owners_are_accepted() -> None:
    small = [(str(place), Ratio(1)) for place in range(199)]

    check_shares([*small, ("a", Ratio(10_000 - 199))], path=())


def test_an_owner_named_twice_is_refused() -> None:
    with pytest.raises(ValidationFailed) as refused:
        check_shares([("b", Ratio(2_000)), ("a", Ratio(4_000)), ("a", Ratio(4_000))], path=("份额",))

    assert (refused.value.code, refused.value.path, refused.value.value) == ("VALIDATION", ("份额",), "a")


@pytest.mark.parametrize("count", [0, 201])
def test_a_part_has_some_owners_and_not_too_many(count: int) -> None:
    with pytest.raises(ValidationFailed) as refused:
        check_shares([(str(place), Ratio(1)) for place in range(count)], path=("份额",))

    assert (refused.value.code, refused.value.path, refused.value.value) == ("VALIDATION", ("份额",), str(count))


@pytest.mark.parametrize(("name", "masked"), [("王小明", "王**"), ("王五", "王*"), ("王", "王*")])
def test_a_mask_keeps_the_first_character_only(name: str, masked: str) -> None:
    assert mask_name(name) == masked


@pytest.mark.parametrize("role", [Role.STREET, Role.COMMUNITY, Role.DISTRICT_OFFICE, Role.HOUSING_BUREAU])
def test_offices_that_work_with_owners_see_names(role: Role) -> None:
    assert shown_name("王小明", kind=OwnerKind.NATURAL, owner_id=OWNER_ID, caller=caller(role)) == "王小明"


@pytest.mark.parametrize("role", [Role.PROVIDER, Role.COMMITTEE, Role.OPERATOR, Role.AUDITOR, Role.FINANCE_BUREAU])
def test_everybody_else_sees_the_mask(role: Role) -> None:
    assert shown_name("王小明", kind=OwnerKind.NATURAL, owner_id=OWNER_ID, caller=caller(role)) == "王**"


def test_an_owner_sees_the_own_name_and_nobody_elses() -> None:
    own = caller(Role.OWNER, scope=Scope.of(f"owner:{OWNER_ID}"))

    assert shown_name("王小明", kind=OwnerKind.NATURAL, owner_id=OWNER_ID, caller=own) == "王小明"
    assert shown_name("王小明", kind=OwnerKind.NATURAL, owner_id=new_id("own"), caller=own) == "王**"


def test_a_legal_persons_name_is_public() -> None:
    shown = shown_name("示例商贸有限公司", kind=OwnerKind.LEGAL, owner_id=OWNER_ID, caller=caller(Role.PROVIDER))

    assert shown == "示例商贸有限公司"
