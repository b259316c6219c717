"""Contract years of a deposit: the level of each year, topped up on the anniversary, never prorated (A-2, A-3)."""

from dataclasses import replace
from datetime import date

import pytest

from kit.area import parse_area
from kit.money import Fen, yuan
from policy.instruments.deposit import DepositPolicy
from policy.policies import Activation
from policy.vocabulary import CustodyKind, YearMode
from services.finance.domain.custody import OwnersSide
from services.finance.domain.deposit import ClaimKind, Hold, OpenClaim, PerformanceDeposit, pass_due_day
from services.finance.domain.deposit_state import DepositState
from services.finance.domain.deposit_year import NewYear, begin_year, without_next_year, year_begins_on
from services.finance.domain.estate import Estate
from tests.finance.domain.test_deposit_claim import a_contract, a_held_deposit
from tests.heard import IN_FORCE_FROM, ZHANGGONG, mounted_policies

SECOND_YEAR = date(2025, 3, 1)
CONTRACT = a_contract(deposit_rate=yuan("1.00"))


def zhanggong() -> DepositPolicy:
    version = f"{ZHANGGONG}-v1"
    activation = Activation(version, mounted_policies().file(version).hash, IN_FORCE_FROM)
    return mounted_policies().activate(activation).at(ZHANGGONG, SECOND_YEAR).deposit


def an_estate(area: str, *, owners: OwnersSide | None = None) -> Estate:
    return Estate(
        id="est_1",
        district=ZHANGGONG,
        street_id="str_1",
        community_id="com_1",
        gross_areas={date.min: parse_area(area)},
        owners=owners or OwnersSide(),
    )


def second_year(
    before: PerformanceDeposit,
    *,
    area: str = "60000.00",
    today: date = SECOND_YEAR,
    policy: DepositPolicy | None = None,
    owners: OwnersSide | None = None,
) -> NewYear | None:
    return begin_year(
        before,
        CONTRACT,
        estate=an_estate(area, owners=owners),
        policy=policy or zhanggong(),
        deposit_id="dep_2",
        today=today,
    )


@pytest.mark.rule("ZG-18")
@pytest.mark.parametrize(
    ("area", "demanded", "missing", "state"),
    [
        ("60000.01", "60000.01", "0.01", DepositState.PART_PAID),
        ("60000.00", "60000.00", "0.00", DepositState.HELD),
        ("59999.99", "59999.99", "0.00", DepositState.HELD),
        ("12000.00", "20000.00", "0.00", DepositState.HELD),
    ],
    ids=["a fen is missing", "the same level", "a lower level", "the floor"],
)
def test_the_level_of_the_year_is_topped_up(area: str, demanded: str, missing: str, state: DepositState) -> None:
    year = second_year(a_held_deposit(), area=area)

    assert year is not None
    begun = year.begun
    assert (begun.contract_year, begun.demanded, begun.missing, begun.state) == (
        2,
        yuan(demanded),
        yuan(missing),
        state,
    )
    assert (begun.due_on, begun.demanded_on, begun.carried_over) == (SECOND_YEAR, SECOND_YEAR, yuan("60000.00"))
    assert begun.next_year_on == date(2026, 3, 1)
    assert (year.closed.state, year.closed.paid, year.closed.next_year_on) == (
        DepositState.CARRIED_OVER,
        Fen(0),
        None,
    )
    assert year.closed.paid + begun.paid == yuan("60000.00")


def test_no_year_begins_before_its_first_day() -> None:
    assert second_year(a_held_deposit(), today=date(2025, 2, 28)) is None


def test_no_year_begins_while_a_claim_is_undecided_or_the_decision_annulled() -> None:
    claimed = a_held_deposit(open_claim=OpenClaim("clm_1", ClaimKind.WITHDRAWAL), state=DepositState.CLAIMED)
    held_back = a_held_deposit(hold=Hold("dec_1", "1", SECOND_YEAR))

    assert second_year(claimed) is None
    assert second_year(held_back) is None


def test_a_year_of_which_nothing_was_paid_is_demanded_anew_as_a_whole() -> None:
    year = second_year(a_held_deposit(state=DepositState.DEMANDED, holdings=()))

    assert year is not None
    assert (year.begun.state, year.begun.missing, year.carried) == (DepositState.DEMANDED, yuan("60000.00"), ())


def test_in_the_other_mode_each_year_is_paid_anew_and_the_old_money_stays() -> None:
    year = second_year(a_held_deposit(), policy=replace(zhanggong(), year_mode=YearMode.CUMULATIVE))

    assert year is not None
    assert (year.closed.state, year.closed.paid) == (DepositState.HELD, yuan("60000.00"))
    assert (year.begun.state, year.begun.paid, year.begun.missing) == (
        DepositState.DEMANDED,
        Fen(0),
        yuan("60000.00"),
    )


def test_money_that_moves_to_the_owners_moves_on_in_the_new_year() -> None:
    owners = OwnersSide(congress_formed_on=date(2025, 2, 1))
    year = second_year(a_held_deposit(state=DepositState.TRANSFERRING), owners=owners)

    assert year is not None
    assert (year.begun.state, year.begun.held_by_street[0].kind) == (
        DepositState.TRANSFERRING,
        CustodyKind.STREET_DESIGNATED,
    )


def test_an_anniversary_of_the_last_of_february_never_drifts() -> None:
    leap = a_contract(from_=date(2024, 2, 29))

    assert [year_begins_on(leap, year) for year in (1, 2, 5)] == [
        date(2024, 2, 29),
        date(2025, 2, 28),
        date(2028, 2, 29),
    ]


@pytest.mark.parametrize(
    ("ended_on", "expected"),
    [(None, SECOND_YEAR), (date(2025, 3, 2), SECOND_YEAR), (SECOND_YEAR, None), (date(2025, 2, 28), None)],
)
def test_no_year_follows_the_end_of_the_contract(ended_on: date | None, expected: date | None) -> None:
    assert without_next_year(a_held_deposit(), replace(CONTRACT, ended_on=ended_on)).next_year_on == expected


@pytest.mark.parametrize(
    ("today", "is_overdue"), [(date(2024, 3, 1), False), (date(2024, 3, 2), True)], ids=["due day", "day after"]
)
def test_a_deposit_is_overdue_after_its_due_day_and_once(today: date, is_overdue: bool) -> None:
    unpaid = a_held_deposit(state=DepositState.DEMANDED, holdings=())

    overdue = pass_due_day(unpaid, today=today)

    if not is_overdue:
        assert overdue is None
        return
    assert overdue == replace(unpaid, overdue_for=date(2024, 3, 1))
    assert pass_due_day(overdue, today=today) is None
    assert pass_due_day(a_held_deposit(), today=today) is None
