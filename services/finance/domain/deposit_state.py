"""The states of a performance deposit and what leads from one to the next, as one table (ZG-17 to ZG-22)."""

from collections.abc import Mapping
from enum import StrEnum

from kit.errors import StateConflict


class DepositState(StrEnum):
    """Where a deposit stands.

    CARRIED_OVER is a year that is over: what was held of it is held for the next contract year (A-2).
    """

    NOT_AGREED = "NOT_AGREED"
    AGREED = "AGREED"
    DEMANDED = "DEMANDED"
    PART_PAID = "PART_PAID"
    HELD = "HELD"
    TRANSFERRING = "TRANSFERRING"
    CLAIMED = "CLAIMED"
    RELEASED = "RELEASED"
    FORFEITED = "FORFEITED"
    CARRIED_OVER = "CARRIED_OVER"


class DepositFact(StrEnum):
    """What happens to a deposit."""

    DEMAND = "DEMAND"
    PART_PAYMENT = "PART_PAYMENT"
    LAST_PAYMENT = "LAST_PAYMENT"
    CONGRESS_FORMED = "CONGRESS_FORMED"
    TRANSFER_ENDED_PART_PAID = "TRANSFER_ENDED_PART_PAID"
    TRANSFER_ENDED_PAID = "TRANSFER_ENDED_PAID"
    TRANSFER_ENDED_CLAIMED = "TRANSFER_ENDED_CLAIMED"
    CLAIM = "CLAIM"
    CLAIM_REJECTED = "CLAIM_REJECTED"
    LAST_CLAIM_REJECTED = "LAST_CLAIM_REJECTED"
    PAY_OUT = "PAY_OUT"
    FORFEIT = "FORFEIT"
    RELEASE = "RELEASE"
    CARRY_OVER = "CARRY_OVER"


_S, _F = DepositState, DepositFact

TRANSITIONS: Mapping[tuple[DepositState, DepositFact], DepositState] = {
    (_S.AGREED, _F.DEMAND): _S.DEMANDED,
    # An area that takes effect on or before the signing may be heard late: nobody has paid, so the demand is renewed.
    (_S.DEMANDED, _F.DEMAND): _S.DEMANDED,
    (_S.DEMANDED, _F.PART_PAYMENT): _S.PART_PAID,
    (_S.DEMANDED, _F.LAST_PAYMENT): _S.HELD,
    (_S.DEMANDED, _F.CARRY_OVER): _S.CARRIED_OVER,
    (_S.PART_PAID, _F.PART_PAYMENT): _S.PART_PAID,
    (_S.PART_PAID, _F.LAST_PAYMENT): _S.HELD,
    # Part of a deposit moves as well: whatever the street holds when the congress is formed (P2).
    (_S.PART_PAID, _F.CONGRESS_FORMED): _S.TRANSFERRING,
    (_S.PART_PAID, _F.RELEASE): _S.RELEASED,
    (_S.PART_PAID, _F.CARRY_OVER): _S.CARRIED_OVER,
    (_S.HELD, _F.CONGRESS_FORMED): _S.TRANSFERRING,
    (_S.HELD, _F.CLAIM): _S.CLAIMED,
    (_S.HELD, _F.RELEASE): _S.RELEASED,
    (_S.HELD, _F.CARRY_OVER): _S.CARRIED_OVER,
    # Nothing is paid out while the money moves; what is paid in goes along.
    (_S.TRANSFERRING, _F.PART_PAYMENT): _S.TRANSFERRING,
    (_S.TRANSFERRING, _F.LAST_PAYMENT): _S.TRANSFERRING,
    (_S.TRANSFERRING, _F.CLAIM_REJECTED): _S.TRANSFERRING,
    (_S.TRANSFERRING, _F.LAST_CLAIM_REJECTED): _S.TRANSFERRING,
    (_S.TRANSFERRING, _F.TRANSFER_ENDED_PART_PAID): _S.PART_PAID,
    (_S.TRANSFERRING, _F.TRANSFER_ENDED_PAID): _S.HELD,
    (_S.TRANSFERRING, _F.TRANSFER_ENDED_CLAIMED): _S.CLAIMED,
    (_S.TRANSFERRING, _F.CARRY_OVER): _S.CARRIED_OVER,
    # CLAIMED while a claim is open, and on until what was paid out is topped up.
    (_S.CLAIMED, _F.CLAIM): _S.CLAIMED,
    (_S.CLAIMED, _F.CLAIM_REJECTED): _S.CLAIMED,
    (_S.CLAIMED, _F.LAST_CLAIM_REJECTED): _S.HELD,
    (_S.CLAIMED, _F.PAY_OUT): _S.CLAIMED,
    (_S.CLAIMED, _F.PART_PAYMENT): _S.CLAIMED,
    (_S.CLAIMED, _F.LAST_PAYMENT): _S.HELD,
    (_S.CLAIMED, _F.CONGRESS_FORMED): _S.TRANSFERRING,
    (_S.CLAIMED, _F.FORFEIT): _S.FORFEITED,
    (_S.CLAIMED, _F.RELEASE): _S.RELEASED,
    (_S.CLAIMED, _F.CARRY_OVER): _S.CARRIED_OVER,
}


class DepositStateConflict(StateConflict):
    """The deposit's state does not allow this."""


def next_state(state: DepositState, fact: DepositFact) -> DepositState:
    """Return the state after the fact; raises DepositStateConflict where the table has no such transition."""
    following = TRANSITIONS.get((state, fact))
    if following is None:
        raise DepositStateConflict(f"a deposit in the state {state.value} allows no {fact.value}", value=state.value)
    return following
