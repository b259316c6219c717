"""The move of a deposit from a street's account to the owners', when they have formed their congress (G-27, P2)."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date

from kit.errors import InsufficientFunds, PreconditionMissing, ValidationFailed
from kit.money import Fen
from policy.vocabulary import CustodyKind
from services.finance.domain.custody import OwnersSide
from services.finance.domain.deposit import (
    Hold,
    Holding,
    PerformanceDeposit,
    put_on_hold,
    require_no_hold,
    with_added,
)
from services.finance.domain.deposit_state import DepositFact, DepositState, DepositStateConflict, next_state


class OwnersAccountMissing(PreconditionMissing):
    """The owners' congress had no public account on that day; the money stays with the street (A-5)."""


class NothingToMove(InsufficientFunds):
    """The street's account holds nothing of this deposit."""


@dataclass(frozen=True)
class Move:
    """Money that leaves one custody account for another, in fen."""

    from_account_id: str
    to_account_id: str
    amount: Fen


def start_transfer(deposit: PerformanceDeposit, owners: OwnersSide) -> PerformanceDeposit:
    """Return the deposit TRANSFERRING from the day the congress was formed, if a street holds any of it (G-27, P2).

    Money that reached the street later moves from the day it arrived. Any other deposit is returned as it is.
    """
    formed_on = owners.congress_formed_on
    if formed_on is None or not deposit.held_by_street or deposit.state is DepositState.TRANSFERRING:
        return deposit
    return replace(
        deposit,
        state=next_state(deposit.state, DepositFact.CONGRESS_FORMED),
        state_since=max(formed_on, deposit.state_since),
    )


def check_transfer(
    deposit: PerformanceDeposit, *, owners: OwnersSide, moved_on: date, today: date, path: Sequence[str] = ()
) -> None:
    """Raise unless the deposit may move to the owners' account on that bank day (ZG-20, G-27, A-5).

    Raises DepositOnHold after its decision was annulled, DepositStateConflict unless TRANSFERRING, OwnersAccountMissing
    before the account is open, and ValidationFailed for a day to come or one before the transfer began.
    """
    require_no_hold(deposit, path=(*path, "depositId"))
    if deposit.state is not DepositState.TRANSFERRING:
        raise DepositStateConflict(
            f"the deposit is {deposit.state.value}, not {DepositState.TRANSFERRING.value}",
            path=(*path, "depositId"),
            value=deposit.state.value,
        )
    if moved_on > today or moved_on < deposit.state_since:
        raise ValidationFailed(
            f"the deposit moves between {deposit.state_since.isoformat()} and today",
            path=(*path, "movedOn"),
            value=moved_on.isoformat(),
        )
    if not owners.has_account_on(moved_on):
        raise OwnersAccountMissing(
            "the owners' congress had no public account on that day; the deposit stays with the street",
            path=(*path, "movedOn"),
            value=moved_on.isoformat(),
        )


def pass_day_without_account(
    deposit: PerformanceDeposit, *, owners: OwnersSide, today: date
) -> PerformanceDeposit | None:
    """Return the deposit with today's reminder that the owners have no account for it yet, once a day (A-5).

    None if it waits for none, or today's reminder was given.
    """
    if deposit.reminder_on is None or today < deposit.reminder_on or owners.has_account_on(today):
        return None
    return replace(deposit, reminded_on=today)


def move_deposit(
    deposit: PerformanceDeposit, *, to_account_id: str, moved_on: date
) -> tuple[PerformanceDeposit, tuple[Move, ...]]:
    """Return the deposit with all that streets hold moved to the owners' account, and the moves; the sum stays (G-27).

    Raises NothingToMove when no street holds anything of it.
    """
    moves = tuple(Move(holding.account_id, to_account_id, holding.amount) for holding in deposit.held_by_street)
    if not moves:
        raise NothingToMove("no street holds anything of this deposit", value=deposit.id)
    holdings = tuple(holding for holding in deposit.holdings if holding.kind is not CustodyKind.STREET_DESIGNATED)
    for move in moves:
        holdings = with_added(holdings, Holding(to_account_id, CustodyKind.OWNERS_PUBLIC, move.amount))
    moved = replace(deposit, holdings=holdings)
    return replace(moved, state=_state_after_transfer(moved), state_since=moved_on), moves


def stop_transfer(deposit: PerformanceDeposit, *, stopped_on: date) -> PerformanceDeposit:
    """Return the deposit as it stands with the street, once the forming of the congress was annulled (P2).

    One that is not TRANSFERRING is returned as it is.
    """
    if deposit.state is not DepositState.TRANSFERRING:
        return deposit
    return replace(deposit, state=_state_after_transfer(deposit), state_since=max(stopped_on, deposit.state_since))


def without_congress(deposit: PerformanceDeposit, hold: Hold) -> PerformanceDeposit:
    """Return the deposit on hold if it is moving to the owners or lies with them: their congress is annulled (P2, P22).

    What still lies with the street, and does not move, rests on no congress and is returned as it is.
    """
    lies_with_owners = any(holding.kind is CustodyKind.OWNERS_PUBLIC for holding in deposit.holdings)
    if deposit.state is not DepositState.TRANSFERRING and not lies_with_owners:
        return deposit
    return put_on_hold(stop_transfer(deposit, stopped_on=hold.since), hold)


def _state_after_transfer(deposit: PerformanceDeposit) -> DepositState:
    if deposit.is_claimed:
        fact = DepositFact.TRANSFER_ENDED_CLAIMED
    elif deposit.missing > 0:
        fact = DepositFact.TRANSFER_ENDED_PART_PAID
    else:
        fact = DepositFact.TRANSFER_ENDED_PAID
    return next_state(deposit.state, fact)
