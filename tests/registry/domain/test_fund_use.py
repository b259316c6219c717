"""P12: a use is decided on by the owners of its scope, and shows how far it has come."""

from datetime import date
from itertools import permutations

import pytest

from kit.money import Fen
from services.registry.domain.fund_use import (
    FundUse,
    FundUseState,
    ScopeIsNotTheUses,
    UseOfAnotherEstate,
    UseReport,
    scope_of_decision,
    with_report,
)


def use(*buildings: str) -> FundUse:
    return FundUse(
        id="mus_1",
        estate_id="est_1",
        fund_id="mfd_1",
        scope_building_ids=buildings,
        budget=Fen(30_000_00),
        purpose="屋面防水维修",
        is_emergency=False,
        proposed_on=date(2026, 2, 1),
    )


def report(state: FundUseState, *, paid: int = 28_000_00) -> UseReport:
    day = {FundUseState.PAID: 20, FundUseState.ALLOCATED: 21, FundUseState.PUBLISHED: 22}[state]
    return UseReport(state=state, on=date(2026, 2, day), paid=Fen(paid), remainder=Fen(3), allocations_hash="a" * 64)


PAID, ALLOCATED, PUBLISHED = (
    report(state) for state in (FundUseState.PAID, FundUseState.ALLOCATED, FundUseState.PUBLISHED)
)


def test_a_use_of_which_nothing_was_reported_is_proposed() -> None:
    proposed = use()

    assert (proposed.state, proposed.latest) == (FundUseState.PROPOSED, None)
    assert proposed.day_of(FundUseState.PROPOSED) == date(2026, 2, 1)
    assert proposed.day_of(FundUseState.PAID) is None


def test_reports_in_any_order_leave_the_furthest_state_and_the_day_of_each() -> None:
    ends = set()
    for order in permutations([PAID, ALLOCATED, PUBLISHED, PAID]):
        reported = use()
        for heard in order:
            reported = with_report(reported, heard)
        ends.add(reported)

    (end,) = ends
    assert (end.state, end.latest) == (FundUseState.PUBLISHED, PUBLISHED)
    assert [end.day_of(one.state) for one in (PAID, ALLOCATED, PUBLISHED)] == [
        date(2026, 2, 20),
        date(2026, 2, 21),
        date(2026, 2, 22),
    ]


def test_a_report_of_the_same_state_takes_the_place_of_the_earlier_one() -> None:
    again = report(FundUseState.PAID, paid=1)

    assert with_report(with_report(use(), PAID), again).reports == (again,)


@pytest.mark.parametrize("named", [(), ("bld_1", "bld_2"), ("bld_2", "bld_1", "bld_2")])
def test_the_owners_of_the_uses_scope_decide_on_it(named: tuple[str, ...]) -> None:
    assert scope_of_decision(use("bld_1", "bld_2"), estate_id="est_1", named=named) == ("bld_1", "bld_2")


def test_the_whole_estate_decides_on_a_use_for_all_of_it() -> None:
    assert scope_of_decision(use(), estate_id="est_1", named=()) == ()


@pytest.mark.parametrize(
    ("scope", "named"), [(("bld_1", "bld_2"), ("bld_1",)), (("bld_1",), ("bld_2", "bld_1")), ((), ("bld_1",))]
)
def test_other_buildings_than_the_uses_are_refused(scope: tuple[str, ...], named: tuple[str, ...]) -> None:
    with pytest.raises(ScopeIsNotTheUses) as refused:
        scope_of_decision(use(*scope), estate_id="est_1", named=named)

    assert refused.value.code == "VALIDATION"
    assert (refused.value.path, refused.value.value) == (("input", "scopeBuildingIds"), ", ".join(sorted(named)))


def test_a_use_of_another_estate_is_refused() -> None:
    with pytest.raises(UseOfAnotherEstate) as refused:
        scope_of_decision(use(), estate_id="est_2", named=())

    assert (refused.value.code, refused.value.path, refused.value.value) == (
        "VALIDATION", ("input", "subjectRef"), "mus_1",
    )  # fmt: skip
