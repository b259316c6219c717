"""Whatever happens to a deposit in whatever order, its money adds up."""

from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from kit.errors import Refusal
from kit.money import Fen
from policy.vocabulary import CustodyKind
from services.finance.domain.custody import OwnersSide, custody_on
from services.finance.domain.deposit import (
    PerformanceDeposit,
    check_payment,
    pay_deposit,
)
from services.finance.domain.deposit_state import DepositState
from services.finance.domain.deposit_transfer import check_transfer, move_deposit, start_transfer

SIGNED_ON, TODAY = date(2024, 2, 1), date(2026, 3, 5)
DEMANDED = Fen(60_000_00)

days = st.integers(0, 400).map(lambda after: SIGNED_ON + timedelta(days=after))
steps = st.lists(
    st.one_of(
        st.tuples(st.just("pay"), st.integers(-100, 70_000_00), days),
        st.tuples(st.just("congress"), st.just(0), days),
        st.tuples(st.just("account"), st.just(0), days),
        st.tuples(st.just("move"), st.just(0), days),
    ),
    max_size=25,
)


def demanded() -> PerformanceDeposit:
    return PerformanceDeposit(
        id="dep_1",
        district="360702",
        estate_id="est_1",
        contract_id="ctr_1",
        provider_id="prv_1",
        contract_year=1,
        agreed_on=SIGNED_ON,
        state=DepositState.DEMANDED,
        state_since=SIGNED_ON,
        managers=(),
        policy_version_id="360702-v1",
        due_on=SIGNED_ON,
        first_custody=CustodyKind.STREET_DESIGNATED,
        demanded=DEMANDED,
    )


def after(
    deposit: PerformanceDeposit, owners: OwnersSide, step: tuple[str, int, date]
) -> tuple[PerformanceDeposit, OwnersSide]:
    """Return the deposit and the owners' side after one step; a refused step changes nothing."""
    what, amount, day = step
    if what == "congress" and owners.congress_formed_on is None:
        owners = OwnersSide(congress_formed_on=day, account_opened_on=owners.account_opened_on)
        return start_transfer(deposit, owners), owners
    if what == "account" and owners.account_opened_on is None:
        return deposit, OwnersSide(congress_formed_on=owners.congress_formed_on, account_opened_on=day)
    try:
        if what == "pay":
            check_payment(deposit, payer_provider_id="prv_1", amount=Fen(amount), paid_on=day, today=TODAY)
            kind = custody_on(CustodyKind.STREET_DESIGNATED, day=day, owners=owners)
            paid = pay_deposit(
                deposit, account_id=kind.value, kind=kind, amount=Fen(amount), paid_on=day, posting_id="pst_1"
            )
            return start_transfer(paid, owners), owners
        if what == "move":
            check_transfer(deposit, owners=owners, moved_on=day, today=TODAY)
            moved, moves = move_deposit(deposit, to_account_id=CustodyKind.OWNERS_PUBLIC.value, moved_on=day)
            assert sum(move.amount for move in moves) == sum(one.amount for one in deposit.held_by_street)
            assert moved.paid == deposit.paid
            return moved, owners
    except Refusal:
        return deposit, owners
    return deposit, owners


@given(steps)
def test_the_state_always_says_what_the_holdings_say(taken: list[tuple[str, int, date]]) -> None:
    deposit, owners = demanded(), OwnersSide()

    for step in taken:
        deposit, owners = after(deposit, owners, step)

        assert 0 <= deposit.paid <= DEMANDED
        assert all(holding.amount > 0 for holding in deposit.holdings)
        has_congress = owners.congress_formed_on is not None
        if has_congress and deposit.held_by_street:
            assert deposit.state is DepositState.TRANSFERRING
        elif deposit.paid == DEMANDED:
            assert deposit.state is DepositState.HELD
        elif deposit.paid > 0:
            assert deposit.state is DepositState.PART_PAID
        else:
            assert deposit.state is DepositState.DEMANDED
