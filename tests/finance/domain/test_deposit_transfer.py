"""The move of a deposit from a street's account to the owners', when they have formed their congress (G-27, P2)."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from kit.money import Fen, yuan
from services.finance.domain.custody import OwnersSide
from services.finance.domain.deposit import ClaimKind, Hold, Holding, OpenClaim, PerformanceDeposit
from services.finance.domain.deposit_state import DepositState
from services.finance.domain.deposit_transfer import (
    Move,
    check_transfer,
    move_deposit,
    pass_day_without_account,
    start_transfer,
    stop_transfer,
    without_congress,
)
from tests.finance.agreements import HELD, OWNERS, STREET, a_demanded_deposit, a_held_deposit
from tests.finance.refusals import refusal_of

TODAY = date(2026, 3, 5)
FORMED_ON, OPENED_ON = date(2024, 3, 10), date(2024, 4, 1)
FORMED = OwnersSide(congress_formed_on=FORMED_ON)
FORMED_WITH_ACCOUNT = OwnersSide(congress_formed_on=FORMED_ON, account_opened_on=OPENED_ON)
MOVING = start_transfer(a_held_deposit(), FORMED)


@pytest.mark.rule("G-27")
@pytest.mark.parametrize("state", [DepositState.PART_PAID, DepositState.HELD, DepositState.CLAIMED])
def test_a_deposit_in_the_streets_account_is_transferring_from_the_day_the_congress_was_formed(
    state: DepositState,
) -> None:
    deposit = a_held_deposit(state=state, state_since=date(2024, 2, 20))

    assert start_transfer(deposit, FORMED) == replace(
        deposit, state=DepositState.TRANSFERRING, state_since=date(2024, 3, 10)
    )


@pytest.mark.rule("G-27")
def test_money_that_reached_the_street_later_moves_from_the_day_it_arrived() -> None:
    deposit = a_held_deposit(state_since=date(2024, 5, 2))

    assert start_transfer(deposit, FORMED).state_since == date(2024, 5, 2)


@pytest.mark.rule("G-27")
def test_the_move_leaves_the_sum_and_empties_the_street() -> None:
    moved, moves = move_deposit(MOVING, to_account_id="cus_own", moved_on=date(2024, 4, 3))

    assert moved == replace(
        MOVING,
        state=DepositState.HELD,
        state_since=date(2024, 4, 3),
        holdings=(Holding("cus_own", OWNERS, HELD),),
    )
    assert moves == (Move("cus_1", "cus_own", HELD),)
    assert moved.paid == MOVING.paid


@pytest.mark.rule("G-27")
def test_what_two_streets_hold_joins_what_the_owners_hold_already() -> None:
    spread = replace(
        MOVING,
        holdings=(
            Holding("cus_1", STREET, yuan("10000.00")),
            Holding("cus_own", OWNERS, yuan("30000.00")),
            Holding("cus_2", STREET, yuan("20000.00")),
        ),
    )

    moved, moves = move_deposit(spread, to_account_id="cus_own", moved_on=date(2024, 4, 3))

    assert moved.holdings == (Holding("cus_own", OWNERS, HELD),)
    assert moves == (Move("cus_1", "cus_own", yuan("10000.00")), Move("cus_2", "cus_own", yuan("20000.00")))


@pytest.mark.parametrize(
    ("changes", "after"),
    [
        ({}, DepositState.HELD),
        ({"holdings": (Holding("cus_1", STREET, yuan("59999.99")),)}, DepositState.PART_PAID),
        (
            {"holdings": (Holding("cus_1", STREET, yuan("59999.99")),), "paid_out": Fen(1)},
            DepositState.CLAIMED,
        ),
        ({"open_claim": OpenClaim("clm_1", ClaimKind.WITHDRAWAL)}, DepositState.CLAIMED),
        ({"open_claim": OpenClaim("clm_1", ClaimKind.RELEASE)}, DepositState.HELD),
    ],
    ids=["all is held", "a fen is missing", "a fen was paid out", "a claim is open", "a release is asked for"],
)
@pytest.mark.rule("G-27")
def test_after_the_move_the_state_says_what_is_held_and_claimed(
    changes: dict[str, object], after: DepositState
) -> None:
    moving = replace(MOVING, **changes)  # type: ignore[arg-type]

    moved, _ = move_deposit(moving, to_account_id="cus_own", moved_on=date(2024, 4, 3))

    assert moved.state is after
    assert stop_transfer(moving, stopped_on=date(2024, 4, 3)).state is after


@pytest.mark.parametrize(
    "deposit",
    [a_demanded_deposit(), a_held_deposit(holdings=(Holding("cus_own", OWNERS, HELD),)), MOVING],
    ids=["nothing paid", "the owners hold it", "already moving"],
)
def test_what_no_street_holds_or_moves_already_does_not_start_to_move(deposit: PerformanceDeposit) -> None:
    assert start_transfer(deposit, OwnersSide(congress_formed_on=date(2024, 9, 1))) == deposit


def test_without_a_congress_nothing_moves() -> None:
    assert start_transfer(a_held_deposit(), OwnersSide()) == a_held_deposit()


def test_nothing_is_moved_that_no_street_holds() -> None:
    empty = replace(MOVING, holdings=(Holding("cus_own", OWNERS, HELD),))

    assert refusal_of(lambda: move_deposit(empty, to_account_id="cus_own", moved_on=TODAY)) == (
        "INSUFFICIENT_FUNDS",
        (),
        "dep_1",
    )


@pytest.mark.parametrize(
    ("stopped_on", "since"), [(date(2024, 3, 9), FORMED_ON), (date(2024, 3, 20), date(2024, 3, 20))]
)
def test_a_congress_that_never_was_leaves_the_deposit_with_the_street(stopped_on: date, since: date) -> None:
    stopped = stop_transfer(MOVING, stopped_on=stopped_on)

    assert stopped == replace(MOVING, state=DepositState.HELD, state_since=since)


def test_what_does_not_move_is_not_stopped() -> None:
    assert stop_transfer(a_held_deposit(), stopped_on=TODAY) == a_held_deposit()


@pytest.mark.rule("ZG-20")
@pytest.mark.parametrize(
    ("owners", "moved_on", "code"),
    [
        (FORMED, date(2024, 4, 3), "PRECONDITION"),
        (FORMED_WITH_ACCOUNT, date(2024, 3, 31), "PRECONDITION"),
        (FORMED_WITH_ACCOUNT, date(2024, 3, 9), "VALIDATION"),
        (FORMED_WITH_ACCOUNT, date(2026, 3, 6), "VALIDATION"),
    ],
    ids=["no account", "a day before the account", "before the congress", "a day to come"],
)
def test_a_transfer_waits_for_the_owners_account(owners: OwnersSide, moved_on: date, code: str) -> None:
    def check() -> None:
        check_transfer(MOVING, owners=owners, moved_on=moved_on, today=TODAY, path=("input",))

    assert refusal_of(check) == (code, ("input", "movedOn"), moved_on.isoformat())


@pytest.mark.parametrize(
    ("owners", "moved_on"),
    [
        (FORMED_WITH_ACCOUNT, OPENED_ON),
        (FORMED_WITH_ACCOUNT, TODAY),
        (OwnersSide(congress_formed_on=FORMED_ON, account_opened_on=FORMED_ON), FORMED_ON),
    ],
    ids=["day of the account", "today", "day of the congress"],
)
def test_a_transfer_from_the_day_the_account_opens_until_today_is_accepted(owners: OwnersSide, moved_on: date) -> None:
    check_transfer(MOVING, owners=owners, moved_on=moved_on, today=TODAY)


@pytest.mark.parametrize(
    ("deposit", "value"),
    [
        (a_held_deposit(), "HELD"),
        (replace(MOVING, hold=Hold("dec_1", "（2026）赣01民终1号", TODAY)), "dec_1"),
    ],
    ids=["not transferring", "its decision annulled"],
)
def test_what_is_held_back_or_does_not_move_is_not_transferred(deposit: PerformanceDeposit, value: str) -> None:
    def check() -> None:
        check_transfer(deposit, owners=FORMED_WITH_ACCOUNT, moved_on=OPENED_ON, today=TODAY, path=("input",))

    assert refusal_of(check) == ("STATE_CONFLICT", ("input", "depositId"), value)


ANNULLED = Hold("dec_1", "（2026）赣01民终1号", date(2024, 4, 3))


@pytest.mark.parametrize(
    ("deposit", "state", "since"),
    [
        (MOVING, DepositState.HELD, date(2024, 4, 3)),
        (a_held_deposit(holdings=(Holding("cus_own", OWNERS, HELD),)), DepositState.HELD, date(2024, 3, 1)),
    ],
    ids=["moving", "with the owners"],
)
def test_what_moves_to_a_congress_that_never_was_or_lies_with_it_is_held_back(
    deposit: PerformanceDeposit, state: DepositState, since: date
) -> None:
    assert without_congress(deposit, ANNULLED) == replace(deposit, state=state, state_since=since, hold=ANNULLED)


def test_what_lies_with_the_street_rests_on_no_congress() -> None:
    assert without_congress(a_held_deposit(), ANNULLED) == a_held_deposit()


@pytest.mark.rule("ZG-20")
@pytest.mark.parametrize(
    ("day", "is_reminded"),
    [(FORMED_ON - timedelta(days=1), False), (FORMED_ON, True), (FORMED_ON + timedelta(days=1), True)],
    ids=["the day before", "the first day", "a day later"],
)
def test_a_deposit_that_waits_for_the_owners_account_is_told_of_from_the_day_it_began_to_move(
    day: date, is_reminded: bool
) -> None:
    reminded = pass_day_without_account(MOVING, owners=FORMED, today=day)

    assert reminded == (replace(MOVING, reminded_on=day) if is_reminded else None)


@pytest.mark.rule("ZG-20")
def test_it_is_told_of_once_a_day() -> None:
    reminded = replace(MOVING, reminded_on=TODAY)

    assert pass_day_without_account(reminded, owners=FORMED, today=TODAY) is None
    tomorrow = TODAY + timedelta(days=1)
    assert pass_day_without_account(reminded, owners=FORMED, today=tomorrow) == replace(MOVING, reminded_on=tomorrow)


@pytest.mark.rule("ZG-20")
def test_it_is_told_of_until_the_account_is_open() -> None:
    before = OPENED_ON - timedelta(days=1)

    assert pass_day_without_account(MOVING, owners=FORMED_WITH_ACCOUNT, today=before) is not None
    assert pass_day_without_account(MOVING, owners=FORMED_WITH_ACCOUNT, today=OPENED_ON) is None


@pytest.mark.rule("ZG-20")
@pytest.mark.parametrize(
    "deposit",
    [
        pytest.param(a_held_deposit(), id="that does not move"),
        pytest.param(replace(MOVING, hold=Hold("dec_1", "court-1", FORMED_ON)), id="on hold"),
    ],
)
def test_nobody_is_told_of_a_deposit(deposit: PerformanceDeposit) -> None:
    assert pass_day_without_account(deposit, owners=FORMED, today=TODAY) is None


def test_the_reminders_of_a_second_move_begin_with_it() -> None:
    again = replace(MOVING, reminded_on=FORMED_ON - timedelta(days=1))

    assert again.reminder_on == FORMED_ON
