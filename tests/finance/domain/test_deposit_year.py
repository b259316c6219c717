"""Contract years of a deposit: the level of each year, topped up on the anniversary, never prorated (A-2, A-3)."""

from dataclasses import replace
from datetime import date

import pytest

from kit.area import Area, square_metres
from kit.money import Fen, yuan
from policy.instruments.deposit import DepositPolicy
from policy.vocabulary import YearMode
from services.finance.domain.contract import ServiceContract
from services.finance.domain.custody import OwnersSide
from services.finance.domain.deposit import ClaimKind, Hold, Holding, OpenClaim, PerformanceDeposit
from services.finance.domain.deposit_amount import ClampReason
from services.finance.domain.deposit_state import DepositState
from services.finance.domain.deposit_year import NewYear, begin_year, without_next_year, year_begins_on
from tests.finance.agreements import (
    HELD,
    OWNERS,
    STREET,
    a_contract,
    a_demanded_deposit,
    a_held_deposit,
    an_estate,
    document_of,
)

SECOND_YEAR = date(2025, 3, 1)
CONTRACT = a_contract(deposit_rate=yuan("1.00"))


def second_year(
    before: PerformanceDeposit,
    *,
    area: str = "60000.00",
    today: date = SECOND_YEAR,
    policy: DepositPolicy | None = None,
    owners: OwnersSide | None = None,
    areas: dict[date, Area] | None = None,
    contract: ServiceContract = CONTRACT,
) -> NewYear | None:
    return begin_year(
        before,
        contract,
        estate=an_estate(gross_areas=areas or {date.min: square_metres(area)}, owners=owners or OwnersSide()),
        policy=policy or document_of(day=SECOND_YEAR).deposit,
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


@pytest.mark.rule("ZG-18")
def test_the_new_year_takes_over_what_is_held_and_the_old_one_ends() -> None:
    before = a_held_deposit(
        posting_ids=("pst_1",),
        paid_out=yuan("1.00"),
        carried_over=yuan("2.00"),
        overdue_for=date(2024, 3, 1),
        policy_version_id="360702-v0",
    )

    year = second_year(before, area="61000.00")

    assert year is not None
    assert year.closed == replace(
        before, state=DepositState.CARRIED_OVER, state_since=SECOND_YEAR, holdings=(), next_year_on=None
    )
    assert year.carried == before.holdings
    assert replace(year.begun, explanation=None) == a_demanded_deposit(
        id="dep_2",
        contract_year=2,
        state=DepositState.PART_PAID,
        state_since=SECOND_YEAR,
        due_on=SECOND_YEAR,
        basis_area=square_metres("61000.00"),
        computed=yuan("61000.00"),
        demanded=yuan("61000.00"),
        demanded_on=SECOND_YEAR,
        clamp=ClampReason.NONE,
        holdings=before.holdings,
        carried_over=HELD,
        next_year_on=date(2026, 3, 1),
    )
    assert year.begun.explanation is not None
    assert year.begun.explanation.result == "61000.00"


def test_a_year_whose_area_takes_effect_later_is_demanded_from_that_day() -> None:
    year = second_year(a_held_deposit(), areas={date(2025, 4, 1): square_metres("70000.00")}, today=date(2025, 4, 2))

    assert year is not None
    assert (year.begun.demanded_on, year.begun.state_since, year.begun.due_on) == (
        date(2025, 4, 1),
        date(2025, 4, 1),
        date(2025, 4, 1),
    )


def test_a_year_begins_only_for_a_deposit_that_was_agreed() -> None:
    assert second_year(a_held_deposit(), contract=a_contract()) is None
    assert second_year(a_held_deposit(first_custody=None)) is None


def test_no_year_begins_without_an_area() -> None:
    nothing_known = begin_year(
        a_held_deposit(),
        CONTRACT,
        estate=an_estate(),
        policy=document_of().deposit,
        deposit_id="dep_2",
        today=SECOND_YEAR,
    )

    assert nothing_known is None


@pytest.mark.rule("ZG-20")
@pytest.mark.parametrize(
    ("opened_on", "custody"), [(SECOND_YEAR, OWNERS), (date(2025, 3, 2), STREET)], ids=["its first day", "after it"]
)
def test_a_year_that_begins_after_the_owners_account_is_paid_into_it(opened_on: date, custody: str) -> None:
    owners = OwnersSide(congress_formed_on=date(2025, 2, 1), account_opened_on=opened_on)

    year = second_year(a_held_deposit(holdings=(Holding("cus_9", OWNERS, HELD),)), owners=owners)

    assert year is not None
    assert (year.begun.first_custody, year.begun.state) == (custody, DepositState.HELD)


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


def test_a_year_that_takes_over_a_fen_is_part_paid() -> None:
    year = second_year(a_held_deposit(state=DepositState.PART_PAID, holdings=(Holding("cus_1", STREET, Fen(1)),)))

    assert year is not None
    assert (year.begun.state, year.begun.missing) == (DepositState.PART_PAID, yuan("59999.99"))


def test_in_the_other_mode_each_year_is_paid_anew_and_the_old_money_stays() -> None:
    year = second_year(a_held_deposit(), policy=replace(document_of().deposit, year_mode=YearMode.CUMULATIVE))

    assert year is not None
    assert (year.closed.state, year.closed.paid) == (DepositState.HELD, yuan("60000.00"))
    begun = year.begun
    assert (begun.state, begun.paid, begun.missing, begun.carried_over, year.carried) == (
        DepositState.DEMANDED,
        Fen(0),
        yuan("60000.00"),
        Fen(0),
        (),
    )
    assert year.closed == a_held_deposit(next_year_on=None)


def test_money_that_moves_to_the_owners_moves_on_in_the_new_year() -> None:
    owners = OwnersSide(congress_formed_on=date(2025, 2, 1))
    year = second_year(a_held_deposit(state=DepositState.TRANSFERRING), owners=owners)

    assert year is not None
    assert (year.begun.state, year.begun.held_by_street[0].kind) == (
        DepositState.TRANSFERRING,
        STREET,
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


def test_a_corrected_take_on_moves_the_first_day_of_the_next_year() -> None:
    later = replace(CONTRACT, service_start_on=date(2024, 3, 15))

    assert without_next_year(a_held_deposit(contract_year=3), later) == a_held_deposit(
        contract_year=3, next_year_on=date(2027, 3, 15)
    )
    assert without_next_year(a_held_deposit(next_year_on=None), later).next_year_on is None
