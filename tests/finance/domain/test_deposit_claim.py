"""What is asked of a deposit, and who has to approve it: claims, approvals by different managers (ZG-22, P14)."""

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest

from kit.money import Fen, yuan
from policy.vocabulary import Approver
from services.finance.domain.deposit import ClaimKind, Hold, Holding, OpenClaim, PerformanceDeposit
from services.finance.domain.deposit_claim import (
    Approval,
    ClaimReason,
    ClaimState,
    ClaimTerms,
    DepositClaim,
    approve_claim,
    propose_claim,
    reject_claim,
    require_release,
    required_approvers,
)
from services.finance.domain.deposit_state import DepositState
from services.finance.domain.estate import CommitteeTerm
from tests.finance.agreements import HELD, STREET, a_contract, a_held_deposit, an_estate, document_of
from tests.finance.claims import ALL_THREE, PROPOSED_ON, TERMS, approved, proposed
from tests.finance.refusals import refusal_of

DAY_AFTER = PROPOSED_ON + timedelta(days=1)
BELOW_LEVEL = a_held_deposit(
    state=DepositState.CLAIMED,
    state_since=date(2026, 1, 2),
    holdings=(Holding("cus_1", STREET, yuan("50000.00")),),
    paid_out=yuan("10000.00"),
    due_on=PROPOSED_ON,
)
"""A deposit of which 10,000 yuan were paid out, to be topped up until the day of the tests."""


def propose(deposit: PerformanceDeposit, **changes: Any) -> tuple[PerformanceDeposit, DepositClaim]:
    return proposed(deposit, path=("input",), **changes)


@pytest.mark.rule("ZG-22")
def test_a_withdrawal_is_proposed_and_the_deposit_claimed() -> None:
    deposit = a_held_deposit()
    terms = replace(TERMS, amount=yuan("10000.00"), note="  外墙修缮\n见照片 ", payee=" 幸福里业主大会 ")

    claimed, claim = propose_claim(
        deposit,
        terms,
        claim_id="clm_1",
        contract=a_contract(),
        successor_provider_id=None,
        proposed_by="street-1",
        today=PROPOSED_ON,
    )

    assert claimed == replace(
        deposit,
        state=DepositState.CLAIMED,
        state_since=PROPOSED_ON,
        open_claim=OpenClaim("clm_1", ClaimKind.WITHDRAWAL),
    )
    assert claim == DepositClaim(
        id="clm_1",
        district="360702",
        estate_id="est_1",
        deposit_id="dep_1",
        kind=ClaimKind.WITHDRAWAL,
        amount=yuan("10000.00"),
        reason=ClaimReason.DAMAGE,
        payee="幸福里业主大会",
        proposed_by="street-1",
        proposed_on=PROPOSED_ON,
        note="外墙修缮\n见照片",
        state=ClaimState.PROPOSED,
    )


def test_a_second_withdrawal_leaves_the_day_since_when_the_deposit_is_claimed() -> None:
    claimed, _ = proposed(BELOW_LEVEL, amount="1.00")

    assert (claimed.state, claimed.state_since) == (DepositState.CLAIMED, date(2026, 1, 2))


@pytest.mark.rule("ZG-22")
@pytest.mark.parametrize(
    ("amount", "code"), [("60000.01", "INSUFFICIENT_FUNDS"), ("0.00", "VALIDATION"), ("-0.01", "VALIDATION")]
)
def test_more_than_is_held_or_nothing_is_not_claimed(amount: str, code: str) -> None:
    assert refusal_of(lambda: propose(a_held_deposit(), amount=amount)) == (code, ("input", "amount"), amount)


@pytest.mark.rule("ZG-22")
@pytest.mark.parametrize(("amount", "claimed"), [("60000.00", "60000.00"), ("0.01", "0.01"), (None, "60000.00")])
def test_all_that_is_held_or_a_fen_of_it_may_be_claimed(amount: str | None, claimed: str) -> None:
    _, claim = proposed(a_held_deposit(), amount=amount)

    assert claim.amount == yuan(claimed)


def test_a_deposit_has_one_open_claim_at_a_time() -> None:
    claimed, _ = proposed(a_held_deposit(), amount="10000.00")

    assert refusal_of(lambda: propose(claimed, amount="1.00")) == ("STATE_CONFLICT", ("input", "depositId"), "clm_1")


@pytest.mark.parametrize("state", [DepositState.TRANSFERRING, DepositState.PART_PAID])
def test_nothing_is_claimed_of_a_deposit_that_moves_or_is_not_held(state: DepositState) -> None:
    assert refusal_of(lambda: propose(a_held_deposit(state=state), amount="1.00"))[::2] == (
        "STATE_CONFLICT",
        state.value,
    )


def test_nothing_leaves_a_deposit_whose_decision_was_annulled() -> None:
    held_back = a_held_deposit(hold=Hold("dec_1", "（2026）赣01民终1号", PROPOSED_ON))

    assert refusal_of(lambda: propose(held_back, amount="1.00")) == (
        "STATE_CONFLICT",
        ("input", "depositId"),
        "dec_1",
    )


@pytest.mark.parametrize(
    ("payee", "note", "field"),
    [
        ("", "", "payee"),
        ("  ", "", "payee"),
        ("x" * 501, "", "payee"),
        ("业主\t大会", "", "payee"),
        ("业主大会", "x" * 501, "note"),
        ("业主大会", "见\x00照片", "note"),
    ],
)
def test_a_payee_and_a_note_are_printable_texts(payee: str, note: str, field: str) -> None:
    def claim(payee: str, note: str) -> DepositClaim:
        terms = ClaimTerms(ClaimKind.WITHDRAWAL, ClaimReason.OTHER, payee, Fen(1), note)
        return propose_claim(
            a_held_deposit(),
            terms,
            claim_id="clm_1",
            contract=a_contract(),
            successor_provider_id=None,
            proposed_by="street-1",
            today=PROPOSED_ON,
            path=("input",),
        )[1]

    refused = payee if field == "payee" else note
    shown = refused if len(refused) < 200 else refused[:199] + "…"
    assert refusal_of(lambda: claim(payee, note)) == ("VALIDATION", ("input", field), shown)
    assert (claim("x" * 500, "").payee, claim("业", "x" * 500).note) == ("x" * 500, "x" * 500)


@pytest.mark.parametrize(("today", "is_overdue"), [(PROPOSED_ON, False), (DAY_AFTER, True)], ids=["due day", "after"])
@pytest.mark.rule("ZG-22")
def test_the_rest_is_forfeited_after_the_due_day_of_the_top_up_only(today: date, is_overdue: bool) -> None:
    if not is_overdue:
        assert refusal_of(lambda: propose(BELOW_LEVEL, kind=ClaimKind.FORFEITURE, today=today)) == (
            "PRECONDITION",
            ("input", "depositId"),
            "2026-03-05",
        )
        return

    forfeiting, rest = proposed(BELOW_LEVEL, ClaimKind.FORFEITURE, today=today)

    assert (rest.kind, rest.amount) == (ClaimKind.FORFEITURE, yuan("50000.00"))
    assert forfeiting == replace(BELOW_LEVEL, open_claim=OpenClaim("clm_1", ClaimKind.FORFEITURE))


def test_a_deposit_that_is_topped_up_or_was_never_claimed_is_not_forfeited() -> None:
    topped_up = a_held_deposit(state=DepositState.CLAIMED)
    assert refusal_of(lambda: propose(topped_up, kind=ClaimKind.FORFEITURE, today=DAY_AFTER)) == (
        "STATE_CONFLICT",
        ("input", "depositId"),
        "CLAIMED",
    )

    assert refusal_of(lambda: propose(a_held_deposit(), kind=ClaimKind.FORFEITURE, today=DAY_AFTER)) == (
        "STATE_CONFLICT",
        (),
        "HELD",
    )


@pytest.mark.parametrize("kind", [ClaimKind.FORFEITURE, ClaimKind.RELEASE])
def test_a_forfeiture_or_a_release_takes_everything(kind: ClaimKind) -> None:
    ended = a_contract(ended_on=PROPOSED_ON, handover_accepted=True)

    def claim(amount: str) -> DepositClaim:
        return propose(BELOW_LEVEL, kind=kind, amount=amount, contract=ended, today=DAY_AFTER)[1]

    assert refusal_of(lambda: claim("49999.99")) == ("VALIDATION", ("input", "amount"), "49999.99")
    assert claim("50000.00").amount == yuan("50000.00")


@pytest.mark.parametrize(
    ("ended_on", "accepted", "successor", "is_free"),
    [
        (None, None, None, False),
        (None, True, "prv_1", False),
        (DAY_AFTER, True, None, False),
        (PROPOSED_ON, False, None, False),
        (PROPOSED_ON, None, "prv_2", False),
        (PROPOSED_ON, True, None, True),
        (PROPOSED_ON, None, "prv_1", True),
        (PROPOSED_ON, True, "prv_2", True),
    ],
    ids=[
        "running", "running though accepted", "ends tomorrow", "handover refused", "another provider took over",
        "accepted", "renewed", "accepted by another provider",
    ],
)  # fmt: skip
@pytest.mark.rule("ZG-22")
def test_a_deposit_goes_back_after_the_end_and_an_accepted_handover(
    ended_on: date | None, accepted: bool | None, successor: str | None, is_free: bool
) -> None:
    contract = a_contract(ended_on=ended_on, handover_accepted=accepted)
    given: dict[str, Any] = {"contract": contract, "successor_provider_id": successor}
    if not is_free:
        expected = ("PRECONDITION", ("input", "depositId"), "ctr_1")
        assert refusal_of(lambda: propose(a_held_deposit(), kind=ClaimKind.RELEASE, **given)) == expected
        assert refusal_of(
            lambda: require_release(
                contract, successor_provider_id=successor, today=PROPOSED_ON, path=("input",)
            )
        ) == expected  # fmt: skip
        return

    asked, claim = proposed(a_held_deposit(), ClaimKind.RELEASE, **given)

    assert asked == a_held_deposit(open_claim=OpenClaim("clm_1", ClaimKind.RELEASE))
    assert (claim.kind, claim.amount) == (ClaimKind.RELEASE, HELD)


def test_a_deposit_that_was_never_paid_is_not_released() -> None:
    ended = a_contract(ended_on=PROPOSED_ON, handover_accepted=True)
    transferring = a_held_deposit(state=DepositState.TRANSFERRING)

    assert refusal_of(lambda: propose(transferring, kind=ClaimKind.RELEASE, contract=ended)) == (
        "STATE_CONFLICT",
        (),
        "TRANSFERRING",
    )


@pytest.mark.rule("ZG-22")
@pytest.mark.parametrize(
    ("terms", "signed_by", "required"),
    [
        ({}, "NONE", ALL_THREE[:2]),
        ({}, "CONGRESS_WITH_COMMITTEE", ALL_THREE),
        ({"com_1": CommitteeTerm(PROPOSED_ON)}, "NONE", ALL_THREE),
        ({"com_1": CommitteeTerm(DAY_AFTER)}, "CONGRESS_WITH_COMMITTEE", ALL_THREE[:2]),
        ({"com_1": CommitteeTerm(date(2024, 1, 1), to=PROPOSED_ON)}, "NONE", ALL_THREE),
        ({"com_1": CommitteeTerm(date(2024, 1, 1), to=date(2026, 3, 4))}, "NONE", ALL_THREE[:2]),
        ({"com_1": CommitteeTerm(date(2024, 1, 1), ended_on=PROPOSED_ON)}, "NONE", ALL_THREE[:2]),
        ({"com_1": CommitteeTerm(date(2024, 1, 1), ended_on=DAY_AFTER)}, "NONE", ALL_THREE),
        ({"com_1": CommitteeTerm(DAY_AFTER), "com_2": CommitteeTerm(PROPOSED_ON)}, "NONE", ALL_THREE),
    ],
    ids=[
        "none heard of", "one signed", "elected today", "elected tomorrow", "last day", "the day after", "ended today",
        "ends tomorrow", "another is in term",
    ],
)  # fmt: skip
def test_a_committee_in_term_approves_with_the_street_and_the_community(
    terms: dict[str, CommitteeTerm], signed_by: str, required: tuple[Approver, ...]
) -> None:
    found = required_approvers(
        document_of().deposit,
        estate=an_estate(committees=terms),
        contract=a_contract(signed_by_body=signed_by),
        day=PROPOSED_ON,
    )

    assert found == required


@pytest.mark.rule("ZG-22")
def test_every_approval_is_kept_with_its_manager_person_and_day() -> None:
    _, claim = proposed(a_held_deposit(), amount="10000.00")

    given = approve_claim(
        approved(claim, Approver.STREET),
        approver=Approver.COMMUNITY,
        subject="community-7",
        required=ALL_THREE,
        today=DAY_AFTER,
    )

    assert given == replace(
        claim,
        approvals=(
            Approval(Approver.STREET, "person of STREET", PROPOSED_ON),
            Approval(Approver.COMMUNITY, "community-7", DAY_AFTER),
        ),
    )


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

    def approve() -> None:
        approve_claim(claim, approver=approver, subject=subject, required=required, today=PROPOSED_ON, path=("input",))

    assert refusal_of(approve) == (code, ("input", "approver"), approver.value)


@pytest.mark.parametrize("state", [ClaimState.PAID_OUT, ClaimState.REJECTED])
def test_a_decided_claim_is_neither_approved_nor_rejected(state: ClaimState) -> None:
    claimed, claim = proposed(a_held_deposit(), amount="10000.00")
    decided = replace(claim, state=state)

    def approve() -> None:
        approve_claim(
            decided, approver=Approver.STREET, subject="x", required=ALL_THREE, today=PROPOSED_ON, path=("input",)
        )

    expected = ("STATE_CONFLICT", ("input", "claimId"), state.value)
    assert refusal_of(approve) == expected
    assert refusal_of(lambda: reject_claim(claimed, decided, today=PROPOSED_ON, path=("input",))) == expected


def test_a_rejected_claim_frees_the_deposit_on_that_day() -> None:
    claimed, claim = proposed(a_held_deposit(), amount="10000.00")

    freed, rejected = reject_claim(claimed, claim, today=DAY_AFTER)

    assert freed == a_held_deposit(state_since=DAY_AFTER)
    assert rejected == replace(claim, state=ClaimState.REJECTED, decided_on=DAY_AFTER)


@pytest.mark.parametrize("kind", [ClaimKind.WITHDRAWAL, ClaimKind.FORFEITURE])
def test_a_claim_that_is_rejected_leaves_an_earlier_one_to_be_topped_up(kind: ClaimKind) -> None:
    second, claim = proposed(BELOW_LEVEL, kind, today=DAY_AFTER)

    freed, _ = reject_claim(second, claim, today=date(2026, 3, 9))

    assert freed == BELOW_LEVEL
    assert freed.missing == yuan("10000.00")


def test_a_rejected_release_leaves_the_deposit_as_it_stands() -> None:
    ended = a_contract(ended_on=PROPOSED_ON, handover_accepted=True)
    asked, claim = proposed(a_held_deposit(), ClaimKind.RELEASE, contract=ended)

    freed, _ = reject_claim(asked, claim, today=DAY_AFTER)

    assert freed == a_held_deposit()
