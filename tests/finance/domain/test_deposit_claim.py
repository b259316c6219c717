"""Money leaves a deposit: claims, approvals by different managers, top-up, forfeiture, release (ZG-22, P14)."""

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kit.errors import Refusal
from kit.money import Fen, yuan
from policy.vocabulary import Approver, CustodyKind
from services.finance.domain.contract import ContractKind, ServiceContract
from services.finance.domain.deposit import ClaimKind, Hold, Holding, PerformanceDeposit, pay_deposit
from services.finance.domain.deposit_claim import (
    ClaimReason,
    ClaimTerms,
    DepositClaim,
    approve_claim,
    check_settlement,
    propose_claim,
    reject_claim,
    require_release,
    settle_claim,
)
from services.finance.domain.deposit_state import DepositState

TODAY = date(2026, 3, 5)
ALL_THREE = (Approver.STREET, Approver.COMMUNITY, Approver.COMMITTEE)
HELD = yuan("60000.00")


def a_contract(**changes: Any) -> ServiceContract:
    contract = ServiceContract(
        id="ctr_1",
        district="360702",
        estate_id="est_1",
        street_id="str_1",
        community_id="com_1",
        provider_id="prv_1",
        kind=ContractKind.EARLY_STAGE,
        signed_on=date(2024, 2, 1),
        from_=date(2024, 3, 1),
        signed_by_body="NONE",
    )
    return replace(contract, **changes)


def a_held_deposit(**changes: Any) -> PerformanceDeposit:
    deposit = PerformanceDeposit(
        id="dep_1",
        district="360702",
        estate_id="est_1",
        contract_id="ctr_1",
        provider_id="prv_1",
        contract_year=1,
        agreed_on=date(2024, 2, 1),
        state=DepositState.HELD,
        state_since=date(2024, 3, 1),
        managers=(),
        policy_version_id="360702-v1",
        due_on=date(2024, 3, 1),
        first_custody=CustodyKind.STREET_DESIGNATED,
        demanded=HELD,
        holdings=(Holding("cus_1", CustodyKind.STREET_DESIGNATED, HELD),),
        next_year_on=date(2026, 6, 1),
    )
    return replace(deposit, **changes)


def proposed(
    deposit: PerformanceDeposit, kind: ClaimKind = ClaimKind.WITHDRAWAL, *, amount: str | None = None, **changes: Any
) -> tuple[PerformanceDeposit, DepositClaim]:
    terms = ClaimTerms(
        kind=kind, reason=ClaimReason.DAMAGE, payee="幸福里业主大会", amount=None if amount is None else yuan(amount)
    )
    values: dict[str, Any] = {
        "claim_id": "clm_1",
        "contract": a_contract(),
        "successor_provider_id": None,
        "proposed_by": "street-1",
        "today": TODAY,
    }
    return propose_claim(deposit, terms, **(values | changes))


def approved(claim: DepositClaim, *approvers: Approver) -> DepositClaim:
    for approver in approvers:
        claim = approve_claim(
            claim, approver=approver, subject=f"person of {approver}", required=ALL_THREE, today=TODAY
        )
    return claim


def paid_out(
    deposit: PerformanceDeposit, claim: DepositClaim, *, top_up_due_on: date | None = date(2026, 4, 5)
) -> PerformanceDeposit:
    check_settlement(deposit, claim, kind=claim.kind, required=ALL_THREE, paid_on=TODAY, today=TODAY)
    after, _ = settle_claim(deposit, claim, paid_on=TODAY, top_up_due_on=top_up_due_on, posting_id="pst_9")
    return after


def topped_up(deposit: PerformanceDeposit, amount: str) -> PerformanceDeposit:
    return pay_deposit(
        deposit,
        account_id="cus_1",
        kind=CustodyKind.STREET_DESIGNATED,
        amount=yuan(amount),
        paid_on=TODAY,
        posting_id="pst_8",
    )


@pytest.mark.rule("ZG-22")
def test_a_withdrawal_leaves_the_deposit_claimed_until_it_is_topped_up() -> None:
    claimed, claim = proposed(a_held_deposit(), amount="10000.00")
    assert (claimed.state, claimed.state_since) == (DepositState.CLAIMED, TODAY)

    after = paid_out(claimed, approved(claim, *ALL_THREE))

    assert (after.state, after.paid, after.missing, after.paid_out) == (
        DepositState.CLAIMED,
        yuan("50000.00"),
        yuan("10000.00"),
        yuan("10000.00"),
    )
    assert (after.due_on, after.open_claim) == (date(2026, 4, 5), None)
    assert topped_up(after, "9999.99").state is DepositState.CLAIMED
    assert topped_up(after, "10000.00").state is DepositState.HELD


@pytest.mark.rule("ZG-22")
@pytest.mark.parametrize("given", [(), (Approver.STREET,), (Approver.STREET, Approver.COMMUNITY)])
def test_a_withdrawal_with_less_than_all_approvals_is_refused(given: tuple[Approver, ...]) -> None:
    claimed, claim = proposed(a_held_deposit(), amount="10000.00")

    with pytest.raises(Refusal) as refused:
        paid_out(claimed, approved(claim, *given))

    missing = ", ".join(one.value for one in ALL_THREE[len(given) :])
    assert (refused.value.code, refused.value.path, refused.value.value) == ("FORBIDDEN_ACTOR", ("claimId",), missing)


@pytest.mark.rule("ZG-22")
@pytest.mark.parametrize(
    ("approver", "subject", "required", "code"),
    [
        (Approver.COMMUNITY, "person of STREET", ALL_THREE, "FORBIDDEN_ACTOR"),
        (Approver.STREET, "another", ALL_THREE, "DUPLICATE"),
        (Approver.COMMITTEE, "another", ALL_THREE[:2], "FORBIDDEN_ACTOR"),
    ],
    ids=["one person twice", "one manager twice", "a committee that is not in term"],
)
def test_an_approval_that_does_not_count_is_refused(
    approver: Approver, subject: str, required: tuple[Approver, ...], code: str
) -> None:
    _, claim = proposed(a_held_deposit(), amount="10000.00")
    claim = approved(claim, Approver.STREET)

    with pytest.raises(Refusal) as refused:
        approve_claim(claim, approver=approver, subject=subject, required=required, today=TODAY)

    assert (refused.value.code, refused.value.path) == (code, ("approver",))


@pytest.mark.rule("ZG-22")
@pytest.mark.parametrize(
    ("amount", "code"), [("60000.01", "INSUFFICIENT_FUNDS"), ("0.00", "VALIDATION"), ("-0.01", "VALIDATION")]
)
def test_more_than_is_held_or_nothing_is_not_claimed(amount: str, code: str) -> None:
    with pytest.raises(Refusal) as refused:
        proposed(a_held_deposit(), amount=amount)

    assert (refused.value.code, refused.value.path, refused.value.value) == (code, ("amount",), amount)


def test_all_that_is_held_may_be_claimed() -> None:
    claimed, claim = proposed(a_held_deposit(), amount="60000.00")

    after = paid_out(claimed, approved(claim, *ALL_THREE))

    assert (after.paid, after.holdings, after.state) == (Fen(0), (), DepositState.CLAIMED)


def test_a_deposit_has_one_open_claim_at_a_time_and_a_rejected_one_frees_it() -> None:
    claimed, claim = proposed(a_held_deposit(), amount="10000.00")
    with pytest.raises(Refusal) as refused:
        proposed(claimed, amount="1.00")
    assert (refused.value.code, refused.value.value) == ("STATE_CONFLICT", "clm_1")

    freed, rejected = reject_claim(claimed, claim, today=TODAY)

    assert (freed.state, freed.open_claim, rejected.state.value) == (DepositState.HELD, None, "REJECTED")
    with pytest.raises(Refusal) as again:
        reject_claim(freed, rejected, today=TODAY)
    assert (again.value.code, again.value.value) == ("STATE_CONFLICT", "REJECTED")


def test_a_second_claim_that_is_rejected_leaves_the_first_to_be_topped_up() -> None:
    claimed, claim = proposed(a_held_deposit(), amount="10000.00")
    after = paid_out(claimed, approved(claim, *ALL_THREE))
    second, claim = proposed(after, amount="5000.00")

    freed, _ = reject_claim(second, claim, today=TODAY)

    assert (freed.state, freed.missing) == (DepositState.CLAIMED, yuan("10000.00"))


@pytest.mark.parametrize(
    ("today", "code"), [(date(2026, 4, 5), "PRECONDITION"), (date(2026, 4, 6), None)], ids=["due day", "day after"]
)
def test_the_rest_is_forfeited_after_the_due_day_of_the_top_up_only(today: date, code: str | None) -> None:
    claimed, claim = proposed(a_held_deposit(), amount="10000.00")
    after = paid_out(claimed, approved(claim, *ALL_THREE))
    if code is not None:
        with pytest.raises(Refusal) as refused:
            proposed(after, ClaimKind.FORFEITURE, today=today)
        assert (refused.value.code, refused.value.value) == (code, "2026-04-05")
        return

    forfeiting, rest = proposed(after, ClaimKind.FORFEITURE, today=today)
    settled, _ = settle_claim(
        forfeiting, approved(rest, *ALL_THREE), paid_on=today, top_up_due_on=None, posting_id="pst_7"
    )

    assert rest.amount == yuan("50000.00")
    assert (settled.state, settled.paid, settled.next_year_on) == (DepositState.FORFEITED, Fen(0), None)


def test_a_deposit_that_is_held_in_full_is_not_forfeited() -> None:
    with pytest.raises(Refusal) as refused:
        proposed(a_held_deposit(), ClaimKind.FORFEITURE)

    assert (refused.value.code, refused.value.value) == ("STATE_CONFLICT", "HELD")


def test_what_was_approved_for_another_sum_is_asked_anew() -> None:
    claimed, claim = proposed(a_held_deposit(), amount="10000.00")
    after = paid_out(claimed, approved(claim, *ALL_THREE))
    forfeiting, rest = proposed(after, ClaimKind.FORFEITURE, today=date(2026, 4, 6))
    paid_in = topped_up(forfeiting, "0.01")

    with pytest.raises(Refusal) as refused:
        check_settlement(
            paid_in,
            approved(rest, *ALL_THREE),
            kind=ClaimKind.FORFEITURE,
            required=ALL_THREE,
            paid_on=date(2026, 4, 6),
            today=date(2026, 4, 6),
        )

    assert (refused.value.code, refused.value.value) == ("STATE_CONFLICT", "50000.00")


@pytest.mark.parametrize(
    ("ended_on", "accepted", "successor", "code"),
    [
        (None, None, None, "PRECONDITION"),
        (TODAY + timedelta(days=1), True, None, "PRECONDITION"),
        (TODAY, False, None, "PRECONDITION"),
        (TODAY, None, "prv_2", "PRECONDITION"),
        (TODAY, True, None, None),
        (TODAY, None, "prv_1", None),
    ],
    ids=["running", "ends tomorrow", "handover refused", "another provider took over", "accepted", "renewed"],
)
@pytest.mark.rule("ZG-22")
def test_a_deposit_goes_back_after_the_end_and_an_accepted_handover(
    ended_on: date | None, accepted: bool | None, successor: str | None, code: str | None
) -> None:
    contract = a_contract(ended_on=ended_on, handover_accepted=accepted)
    if code is not None:
        with pytest.raises(Refusal) as refused:
            require_release(contract, successor_provider_id=successor, today=TODAY)
        assert (refused.value.code, refused.value.value) == (code, "ctr_1")
        return
    asked, claim = proposed(a_held_deposit(), ClaimKind.RELEASE, contract=contract, successor_provider_id=successor)
    assert asked.state is DepositState.HELD

    released = paid_out(asked, approved(claim, *ALL_THREE), top_up_due_on=None)

    assert (released.state, released.paid, released.paid_out, released.next_year_on) == (
        DepositState.RELEASED,
        Fen(0),
        Fen(0),
        None,
    )


def test_nothing_leaves_a_deposit_whose_decision_was_annulled() -> None:
    held_back = a_held_deposit(hold=Hold("dec_1", "（2026）赣01民终1号", TODAY))

    with pytest.raises(Refusal) as refused:
        proposed(held_back, amount="1.00")

    assert (refused.value.code, refused.value.value) == ("STATE_CONFLICT", "dec_1")


@pytest.mark.parametrize(
    ("paid_on", "code"),
    [(TODAY - timedelta(days=1), "VALIDATION"), (TODAY, None), (TODAY + timedelta(days=1), "VALIDATION")],
)
def test_a_claim_is_paid_between_its_proposal_and_today(paid_on: date, code: str | None) -> None:
    claimed, claim = proposed(a_held_deposit(), amount="10000.00")
    claim = approved(claim, *ALL_THREE)

    def check() -> None:
        check_settlement(claimed, claim, kind=ClaimKind.WITHDRAWAL, required=ALL_THREE, paid_on=paid_on, today=TODAY)

    if code is None:
        check()
        return
    with pytest.raises(Refusal) as refused:
        check()
    assert (refused.value.code, refused.value.path, refused.value.value) == (code, ("paidOn",), paid_on.isoformat())


@pytest.mark.parametrize("due_on", [None, TODAY - timedelta(days=1)])
def test_a_withdrawal_says_until_when_it_is_topped_up(due_on: date | None) -> None:
    claimed, claim = proposed(a_held_deposit(), amount="10000.00")

    with pytest.raises(Refusal) as refused:
        settle_claim(claimed, claim, paid_on=TODAY, top_up_due_on=due_on, posting_id="pst_1")

    assert (refused.value.code, refused.value.path) == ("VALIDATION", ("topUpDueOn",))


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
    """Return the deposit and its claim after one step; a top-up is due on TODAY, a forfeiture comes a day later."""
    forfeits = what == "forfeit" or (claim is not None and claim.kind is ClaimKind.FORFEITURE)
    day = TODAY + timedelta(days=1) if forfeits else TODAY
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
    claim = approved(claim, *ALL_THREE) if not claim.approvals else claim
    check_settlement(deposit, claim, kind=claim.kind, required=ALL_THREE, paid_on=day, today=day)
    return settle_claim(deposit, claim, paid_on=day, top_up_due_on=day, posting_id="pst_9")


def _paid_in(deposit: PerformanceDeposit, fen: int) -> PerformanceDeposit:
    amount = min(fen, deposit.missing)
    if amount == 0:
        return deposit
    return pay_deposit(
        deposit,
        account_id="cus_1",
        kind=CustodyKind.STREET_DESIGNATED,
        amount=Fen(amount),
        paid_on=TODAY,
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
