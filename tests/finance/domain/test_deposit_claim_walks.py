"""Whatever is claimed of a deposit, approved, refused and topped up, its state says what its money says (ZG-22)."""

from datetime import timedelta

from hypothesis import given
from hypothesis import strategies as st

from kit.errors import Refusal
from kit.money import Fen
from services.finance.domain.deposit import ClaimKind, PerformanceDeposit, pay_deposit
from services.finance.domain.deposit_claim import ClaimReason, ClaimTerms, DepositClaim, propose_claim, reject_claim
from services.finance.domain.deposit_settlement import check_settlement, settle_claim
from services.finance.domain.deposit_state import DepositState
from tests.finance.agreements import HELD, STREET, a_contract, a_held_deposit
from tests.finance.claims import ALL_THREE, PROPOSED_ON, approved

walks = st.lists(
    st.one_of(
        st.tuples(st.just("propose"), st.integers(1, 70_000_00)),
        st.tuples(st.just("forfeit"), st.just(0)),
        st.tuples(st.just("reject"), st.just(0)),
        st.tuples(st.just("settle"), st.just(0)),
        st.tuples(st.just("top up"), st.integers(1, 60_000_00)),
    ),
    max_size=20,
)


def walked(
    deposit: PerformanceDeposit, claim: DepositClaim | None, what: str, fen: int
) -> tuple[PerformanceDeposit, DepositClaim | None]:
    """Return the deposit and its claim after one step; a forfeiture comes on the day after a top-up is due."""
    forfeits = what == "forfeit" or (claim is not None and claim.kind is ClaimKind.FORFEITURE)
    day = PROPOSED_ON + timedelta(days=1) if forfeits else PROPOSED_ON
    if what == "propose":
        terms = ClaimTerms(ClaimKind.WITHDRAWAL, ClaimReason.DAMAGE, "业主大会", Fen(fen))
    else:
        terms = ClaimTerms(ClaimKind.FORFEITURE, ClaimReason.TOP_UP_MISSED, "业主大会")
    if what in ("propose", "forfeit"):
        return propose_claim(
            deposit,
            terms,
            claim_id="clm_1",
            contract=a_contract(),
            successor_provider_id=None,
            proposed_by="street-1",
            today=day,
        )
    if what == "top up":
        return _paid_in(deposit, fen), claim
    if claim is None:
        return deposit, claim
    if what == "reject":
        return reject_claim(deposit, claim, today=day)
    claim = approved(claim) if not claim.approvals else claim
    check_settlement(deposit, claim, kind=claim.kind, required=ALL_THREE, paid_on=day, today=day)
    return settle_claim(deposit, claim, paid_on=day, top_up_due_on=day, posting_id="pst_9")


def _paid_in(deposit: PerformanceDeposit, fen: int) -> PerformanceDeposit:
    amount = min(fen, deposit.missing)
    if amount == 0:
        return deposit
    return pay_deposit(
        deposit,
        account_id="cus_1",
        kind=STREET,
        amount=Fen(amount),
        paid_on=PROPOSED_ON,
        posting_id="pst_8",
    )


@given(walks)
def test_whatever_is_claimed_paid_and_refused_the_state_says_what_the_money_says(taken: list[tuple[str, int]]) -> None:
    deposit, claim = a_held_deposit(), None

    for what, fen in taken:
        try:
            deposit, claim = walked(deposit, claim, what, fen)
        except Refusal:
            continue
        assert deposit.paid + deposit.missing == HELD
        assert all(holding.amount > 0 for holding in deposit.holdings)
        if deposit.state is DepositState.FORFEITED:
            assert deposit.paid == 0
        else:
            assert deposit.state is (DepositState.CLAIMED if deposit.is_claimed else DepositState.HELD)
