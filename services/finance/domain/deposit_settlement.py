"""An approved claim is paid out of a deposit: what it needs on that day, and what it makes of the deposit (ZG-22)."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date

from kit.errors import ForbiddenActor, StateConflict, ValidationFailed
from kit.money import ZERO_FEN, Fen, format_money, sum_fen
from policy.vocabulary import Approver
from services.finance.domain.deposit import ClaimKind, Holding, PerformanceDeposit, require_no_hold
from services.finance.domain.deposit_claim import ClaimState, DepositClaim, require_held, require_proposed
from services.finance.domain.deposit_state import DepositFact, next_state

SETTLED_BY = {
    ClaimKind.WITHDRAWAL: DepositFact.PAY_OUT,
    ClaimKind.FORFEITURE: DepositFact.FORFEIT,
    ClaimKind.RELEASE: DepositFact.RELEASE,
}


class OtherKindOfClaim(StateConflict):
    """The claim is settled in another way: a withdrawal is paid, the rest is forfeited, or all is released."""


class HeldHasChanged(StateConflict):
    """What is held is not what the managers were asked about; they are to be asked anew."""


class ApprovalMissing(ForbiddenActor):
    """A joint manager of the deposit has not approved the withdrawal (ZG-22)."""


def check_settlement(
    deposit: PerformanceDeposit,
    claim: DepositClaim,
    *,
    kind: ClaimKind,
    required: Sequence[Approver],
    paid_on: date,
    today: date,
    path: Sequence[str] = (),
) -> None:
    """Raise unless the claim may be paid out on that bank day.

    Raises DepositOnHold (P22), ClaimDecided, OtherKindOfClaim, ApprovalMissing (ZG-22), ClaimAboveHeld, HeldHasChanged
    where a claim of everything was approved for another sum, DepositStateConflict while the money moves,
    ValidationFailed for a day before the proposal or to come.
    """
    require_no_hold(deposit, path=(*path, "claimId"))
    require_proposed(claim, path=path)
    if claim.kind is not kind:
        raise OtherKindOfClaim(f"the claim is a {claim.kind.value}", path=(*path, "claimId"), value=claim.kind.value)
    given = {one.approver for one in claim.approvals}
    missing = [one.value for one in required if one not in given]
    if missing:
        raise ApprovalMissing(
            f"the approval of {', '.join(missing)} is missing", path=(*path, "claimId"), value=", ".join(missing)
        )
    if not claim.proposed_on <= paid_on <= today:
        raise ValidationFailed(
            "a claim is paid out between its proposal and today", path=(*path, "paidOn"), value=paid_on.isoformat()
        )
    require_held(deposit, claim.amount, path=(*path, "claimId"))
    if kind is not ClaimKind.WITHDRAWAL and claim.amount != deposit.paid:
        raise HeldHasChanged(
            f"the deposit holds {format_money(deposit.paid)} by now",
            path=(*path, "claimId"),
            value=format_money(claim.amount),
        )
    next_state(deposit.state, SETTLED_BY[kind])


def takings(deposit: PerformanceDeposit, amount: Fen) -> tuple[Holding, ...]:
    """Return how much of the amount each account of the deposit gives, the first account first."""
    taken: list[Holding] = []
    rest = amount
    for holding in deposit.holdings:
        part = min(rest, holding.amount)
        if part > 0:
            taken.append(replace(holding, amount=Fen(part)))
        rest = Fen(rest - part)
    return tuple(taken)


def settle_claim(
    deposit: PerformanceDeposit,
    claim: DepositClaim,
    *,
    paid_on: date,
    top_up_due_on: date | None,
    posting_id: str,
    path: Sequence[str] = (),
) -> tuple[PerformanceDeposit, DepositClaim]:
    """Return the deposit after a checked settlement, and the claim PAID_OUT.

    After a withdrawal it is CLAIMED until it is topped up, due on `top_up_due_on`; after a forfeiture or a release it
    holds nothing and no contract year follows. Raises ValidationFailed for a withdrawal without a day for the top-up,
    or with one before the payment.
    """
    taken = {one.account_id: one.amount for one in takings(deposit, claim.amount)}
    kept = tuple(replace(one, amount=Fen(one.amount - taken.get(one.account_id, 0))) for one in deposit.holdings)
    paid_out = replace(
        deposit,
        holdings=tuple(one for one in kept if one.amount > 0),
        paid_out=sum_fen((deposit.paid_out, ZERO_FEN if claim.kind is ClaimKind.RELEASE else claim.amount)),
        posting_ids=(*deposit.posting_ids, posting_id),
        open_claim=None,
    )
    settled = replace(claim, state=ClaimState.PAID_OUT, decided_on=paid_on, posting_id=posting_id)
    if claim.kind is not ClaimKind.WITHDRAWAL:
        state = next_state(deposit.state, SETTLED_BY[claim.kind])
        return replace(paid_out, state=state, state_since=paid_on, next_year_on=None), settled
    if top_up_due_on is None or top_up_due_on < paid_on:
        raise ValidationFailed(
            "a withdrawal names a day for the top-up, not before the payment",
            path=(*path, "topUpDueOn"),
            value=None if top_up_due_on is None else top_up_due_on.isoformat(),
        )
    # A level held above this year's figure may give without a top-up.
    state = next_state(deposit.state, DepositFact.PAY_OUT if paid_out.missing > 0 else DepositFact.LAST_PAYMENT)
    since = deposit.state_since if state is deposit.state else paid_on
    return replace(paid_out, state=state, state_since=since, due_on=top_up_due_on), settled
