"""A claim on a deposit: what is asked of it, and the approvals of its joint managers (ZG-22).

A withdrawal takes a part for what the provider owes, and is to be topped up. A forfeiture takes the rest where that was
not done in time. A release gives everything back after the handover. All three need the same approvals; what the
payment makes of the deposit is in `deposit_settlement`.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum

from kit.errors import (
    Duplicate,
    ForbiddenActor,
    InsufficientFunds,
    NotFound,
    PreconditionMissing,
    StateConflict,
    ValidationFailed,
)
from kit.money import Fen, format_money
from policy.instruments.deposit import DepositPolicy
from policy.vocabulary import Approver
from services.finance.domain.contract import ServiceContract
from services.finance.domain.deposit import ClaimKind, OpenClaim, PerformanceDeposit, require_no_hold
from services.finance.domain.deposit_state import DepositFact, DepositStateConflict, next_state
from services.finance.domain.estate import Estate

LONGEST_TEXT = 500


class ClaimReason(StrEnum):
    """Why money is asked of a deposit."""

    SERVICE_BREACH = "SERVICE_BREACH"
    DAMAGE = "DAMAGE"
    UNPAID_CHARGES = "UNPAID_CHARGES"
    ABANDONMENT = "ABANDONMENT"
    TOP_UP_MISSED = "TOP_UP_MISSED"
    CONTRACT_ENDED = "CONTRACT_ENDED"
    OTHER = "OTHER"


class ClaimState(StrEnum):
    """Where a claim stands."""

    PROPOSED = "PROPOSED"
    PAID_OUT = "PAID_OUT"
    REJECTED = "REJECTED"


class ClaimUnknown(NotFound):
    """No such claim, or it is outside what the caller may see."""


class ClaimOpen(StateConflict):
    """A claim on this deposit is not decided yet; a deposit has one at a time."""


class ClaimDecided(StateConflict):
    """The claim was paid out or rejected already."""


class ClaimAboveHeld(InsufficientFunds):
    """The claim asks for more than the deposit holds."""


class NotAJointManager(ForbiddenActor):
    """Who approves is not one of the deposit's joint managers on that day (ZG-22)."""


class ApprovedByThisPerson(ForbiddenActor):
    """One person approves for one manager only (ZG-22)."""


class ApprovedAlready(Duplicate):
    """This manager has approved the claim already."""


class ContractNotEnded(PreconditionMissing):
    """A deposit is released after its contract has ended (P14)."""


class HandoverNotAccepted(PreconditionMissing):
    """A deposit is released only after the handover was accepted (P14)."""


class TopUpNotOverdue(PreconditionMissing):
    """The provider may still top the deposit up; the rest is forfeited after the due day only."""


@dataclass(frozen=True)
class Approval:
    """One joint manager's approval: for which of them, by which person's subject, on which day."""

    approver: Approver
    subject: str
    approved_on: date


@dataclass(frozen=True)
class DepositClaim:
    """What is asked of one deposit, in fen, for whom and why; `note` and `payee` stay in finance."""

    id: str
    district: str
    estate_id: str
    deposit_id: str
    kind: ClaimKind
    amount: Fen
    reason: ClaimReason
    payee: str
    proposed_by: str
    proposed_on: date
    note: str = ""
    state: ClaimState = ClaimState.PROPOSED
    approvals: tuple[Approval, ...] = ()
    decided_on: date | None = None
    posting_id: str | None = None


@dataclass(frozen=True)
class ClaimTerms:
    """What somebody asks for; `amount` is None where everything that is held is meant."""

    kind: ClaimKind
    reason: ClaimReason
    payee: str
    amount: Fen | None = None
    note: str = ""


def required_approvers(
    policy: DepositPolicy, *, estate: Estate, contract: ServiceContract, day: date
) -> tuple[Approver, ...]:
    """Return whose approvals a withdrawal needs on that day: street, community and a committee in term (ZG-22, A-4)."""
    return policy.approvals(has_committee=estate.has_committee_on(day, signed_with_one=contract.has_committee))


def propose_claim(
    deposit: PerformanceDeposit,
    terms: ClaimTerms,
    *,
    claim_id: str,
    contract: ServiceContract,
    successor_provider_id: str | None,
    proposed_by: str,
    today: date,
    path: Sequence[str] = (),
) -> tuple[PerformanceDeposit, DepositClaim]:
    """Return the deposit with the claim open on it, CLAIMED unless it is a release, and the claim.

    Raises DepositOnHold (P22), ClaimOpen, DepositStateConflict where the state has nothing to claim, ValidationFailed
    for an amount that is not above zero, ClaimAboveHeld (ZG-22), TopUpNotOverdue for an early forfeiture,
    ContractNotEnded or HandoverNotAccepted for an early release (P14).
    """
    require_no_hold(deposit, path=(*path, "depositId"))
    if deposit.open_claim is not None:
        raise ClaimOpen(
            "another claim on this deposit is not decided yet", path=(*path, "depositId"), value=deposit.open_claim.id
        )
    amount = _claimed_amount(deposit, terms, path=path)
    if terms.kind is ClaimKind.RELEASE:
        next_state(deposit.state, DepositFact.RELEASE)
        require_release(contract, successor_provider_id=successor_provider_id, today=today, path=path)
        state = deposit.state
    elif terms.kind is ClaimKind.FORFEITURE:
        next_state(deposit.state, DepositFact.FORFEIT)
        _require_overdue_top_up(deposit, today=today, path=path)
        state = deposit.state
    else:
        state = next_state(deposit.state, DepositFact.CLAIM)
    claim = DepositClaim(
        id=claim_id,
        district=deposit.district,
        estate_id=deposit.estate_id,
        deposit_id=deposit.id,
        kind=terms.kind,
        amount=amount,
        reason=terms.reason,
        payee=_checked_text(terms.payee, shortest=1, path=(*path, "payee")),
        note=_checked_text(terms.note, shortest=0, path=(*path, "note")),
        proposed_by=proposed_by,
        proposed_on=today,
    )
    claimed = replace(
        deposit,
        state=state,
        state_since=deposit.state_since if state is deposit.state else today,
        open_claim=OpenClaim(claim_id, terms.kind),
    )
    return claimed, claim


def require_release(
    contract: ServiceContract, *, successor_provider_id: str | None, today: date, path: Sequence[str] = ()
) -> None:
    """Raise ContractNotEnded or HandoverNotAccepted unless the deposit of this contract may go back (P14).

    A provider who goes on under a contract of its own that superseded this one hands nothing over.
    """
    if contract.ended_on is None or contract.ended_on > today:
        raise ContractNotEnded("the contract has not ended", path=(*path, "depositId"), value=contract.id)
    if not contract.handover_accepted and successor_provider_id != contract.provider_id:
        raise HandoverNotAccepted("the handover was not accepted", path=(*path, "depositId"), value=contract.id)


def approve_claim(
    claim: DepositClaim,
    *,
    approver: Approver,
    subject: str,
    required: Sequence[Approver],
    today: date,
    path: Sequence[str] = (),
) -> DepositClaim:
    """Return the claim with one more approval (ZG-22).

    Raises ClaimDecided, NotAJointManager, ApprovedAlready, ApprovedByThisPerson for a second role of one person.
    """
    require_proposed(claim, path=path)
    if approver not in required:
        raise NotAJointManager(
            f"the joint managers are {', '.join(one.value for one in required)}",
            path=(*path, "approver"),
            value=approver.value,
        )
    if any(one.approver is approver for one in claim.approvals):
        raise ApprovedAlready("this manager approved already", path=(*path, "approver"), value=approver.value)
    if any(one.subject == subject for one in claim.approvals):
        raise ApprovedByThisPerson(
            "this person approved for another manager", path=(*path, "approver"), value=approver.value
        )
    return replace(claim, approvals=(*claim.approvals, Approval(approver, subject, today)))


def reject_claim(
    deposit: PerformanceDeposit, claim: DepositClaim, *, today: date, path: Sequence[str] = ()
) -> tuple[PerformanceDeposit, DepositClaim]:
    """Return the deposit without the claim, HELD again unless an earlier one is not topped up, and the claim.

    Raises ClaimDecided.
    """
    require_proposed(claim, path=path)
    freed = replace(deposit, open_claim=None)
    state = deposit.state
    if claim.kind is not ClaimKind.RELEASE:
        fact = DepositFact.CLAIM_REJECTED if freed.is_claimed else DepositFact.LAST_CLAIM_REJECTED
        state = next_state(deposit.state, fact)
    since = deposit.state_since if state is deposit.state else today
    return (
        replace(freed, state=state, state_since=since),
        replace(claim, state=ClaimState.REJECTED, decided_on=today),
    )


def require_proposed(claim: DepositClaim, *, path: Sequence[str]) -> None:
    """Raise ClaimDecided once the claim was paid out or rejected."""
    if claim.state is not ClaimState.PROPOSED:
        raise ClaimDecided(f"the claim is {claim.state.value}", path=(*path, "claimId"), value=claim.state.value)


def require_held(deposit: PerformanceDeposit, amount: Fen, *, path: Sequence[str]) -> None:
    """Raise ClaimAboveHeld unless the deposit holds the amount (ZG-22)."""
    if amount > deposit.paid:
        raise ClaimAboveHeld(f"the deposit holds {format_money(deposit.paid)}", path=path, value=format_money(amount))


def _claimed_amount(deposit: PerformanceDeposit, terms: ClaimTerms, *, path: Sequence[str]) -> Fen:
    whole = terms.kind is not ClaimKind.WITHDRAWAL
    amount = deposit.paid if terms.amount is None else terms.amount
    if amount <= 0:
        raise ValidationFailed("a claim is above zero", path=(*path, "amount"), value=format_money(amount))
    require_held(deposit, amount, path=(*path, "amount"))
    if whole and amount != deposit.paid:
        raise ValidationFailed(
            f"a {terms.kind.value} takes everything that is held, {format_money(deposit.paid)}",
            path=(*path, "amount"),
            value=format_money(amount),
        )
    return amount


def _require_overdue_top_up(deposit: PerformanceDeposit, *, today: date, path: Sequence[str]) -> None:
    if deposit.missing == 0:
        raise DepositStateConflict("the deposit is topped up", path=(*path, "depositId"), value=deposit.state.value)
    if today <= deposit.due_on:
        raise TopUpNotOverdue(
            f"the deposit may be topped up until {deposit.due_on.isoformat()}",
            path=(*path, "depositId"),
            value=deposit.due_on.isoformat(),
        )


def _checked_text(text: str, *, shortest: int, path: Sequence[str]) -> str:
    checked = text.strip()
    if not shortest <= len(checked) <= LONGEST_TEXT or not all(one.isprintable() or one == "\n" for one in checked):
        raise ValidationFailed(f"a text has {shortest} to {LONGEST_TEXT} characters", path=path, value=text)
    return checked
