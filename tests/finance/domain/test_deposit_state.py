"""The states of a deposit, as one table: what is not in it is refused."""

from itertools import product

import pytest

from services.finance.domain.deposit_state import TRANSITIONS, DepositFact, DepositState, next_state
from tests.finance.refusals import refusal_of

ALLOWED = {
    ("AGREED", "DEMAND", "DEMANDED"),
    ("DEMANDED", "DEMAND", "DEMANDED"),
    ("DEMANDED", "PART_PAYMENT", "PART_PAID"),
    ("DEMANDED", "LAST_PAYMENT", "HELD"),
    ("PART_PAID", "PART_PAYMENT", "PART_PAID"),
    ("PART_PAID", "LAST_PAYMENT", "HELD"),
    ("PART_PAID", "CONGRESS_FORMED", "TRANSFERRING"),
    ("HELD", "CONGRESS_FORMED", "TRANSFERRING"),
    ("TRANSFERRING", "PART_PAYMENT", "TRANSFERRING"),
    ("TRANSFERRING", "LAST_PAYMENT", "TRANSFERRING"),
    ("TRANSFERRING", "TRANSFER_ENDED_PART_PAID", "PART_PAID"),
    ("TRANSFERRING", "TRANSFER_ENDED_PAID", "HELD"),
    ("TRANSFERRING", "TRANSFER_ENDED_CLAIMED", "CLAIMED"),
    ("TRANSFERRING", "CLAIM_REJECTED", "TRANSFERRING"),
    ("TRANSFERRING", "LAST_CLAIM_REJECTED", "TRANSFERRING"),
    ("HELD", "CLAIM", "CLAIMED"),
    ("CLAIMED", "CLAIM", "CLAIMED"),
    ("CLAIMED", "CLAIM_REJECTED", "CLAIMED"),
    ("CLAIMED", "LAST_CLAIM_REJECTED", "HELD"),
    ("CLAIMED", "PAY_OUT", "CLAIMED"),
    ("CLAIMED", "PART_PAYMENT", "CLAIMED"),
    ("CLAIMED", "LAST_PAYMENT", "HELD"),
    ("CLAIMED", "CONGRESS_FORMED", "TRANSFERRING"),
    ("CLAIMED", "FORFEIT", "FORFEITED"),
    ("PART_PAID", "RELEASE", "RELEASED"),
    ("HELD", "RELEASE", "RELEASED"),
    ("CLAIMED", "RELEASE", "RELEASED"),
    ("DEMANDED", "CARRY_OVER", "CARRIED_OVER"),
    ("PART_PAID", "CARRY_OVER", "CARRIED_OVER"),
    ("HELD", "CARRY_OVER", "CARRIED_OVER"),
    ("TRANSFERRING", "CARRY_OVER", "CARRIED_OVER"),
    ("CLAIMED", "CARRY_OVER", "CARRIED_OVER"),
}


@pytest.mark.parametrize(("state", "fact"), list(product(DepositState, DepositFact)))
def test_every_transition_is_in_the_table_or_refused(state: DepositState, fact: DepositFact) -> None:
    expected = [after for before, what, after in ALLOWED if (before, what) == (state.value, fact.value)]

    if expected:
        assert [next_state(state, fact).value] == expected
    else:
        assert refusal_of(lambda: next_state(state, fact)) == ("STATE_CONFLICT", (), state.value)
    assert len(TRANSITIONS) == len(ALLOWED)
