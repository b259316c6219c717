"""What finance announces of claims on performance deposits, up to the release."""

from dataclasses import dataclass
from datetime import date
from typing import Any, ClassVar, Self

from kit.events import Event
from kit.money import Fen
from policy.vocabulary import Approver
from services.finance.domain.deposit import ClaimKind, PerformanceDeposit
from services.finance.domain.deposit_claim import ClaimReason, DepositClaim


@dataclass(frozen=True, kw_only=True)
class _OfDepositClaim:
    estate_id: str
    deposit_id: str
    contract_id: str
    contract_year: int
    claim_id: str
    kind: ClaimKind
    amount: Fen
    reason: ClaimReason
    approvals: tuple[Approver, ...]


def _claim_fields(deposit: PerformanceDeposit, claim: DepositClaim, *, occurred_on: date) -> dict[str, Any]:
    return {
        "district": deposit.district,
        "aggregate_id": deposit.id,
        "occurred_on": occurred_on,
        "policy_id": deposit.policy_version_id,
        "estate_id": deposit.estate_id,
        "deposit_id": deposit.id,
        "contract_id": deposit.contract_id,
        "contract_year": deposit.contract_year,
        "claim_id": claim.id,
        "kind": claim.kind,
        "amount": claim.amount,
        "reason": claim.reason,
        "approvals": tuple(one.approver for one in claim.approvals),
    }


@dataclass(frozen=True, kw_only=True)
class DepositClaimed(_OfDepositClaim, Event):
    """Money of a deposit is asked for; its joint managers are to approve (ZG-22)."""

    type: ClassVar[str] = "finance.deposit.claimed"

    @classmethod
    def of(cls, deposit: PerformanceDeposit, claim: DepositClaim) -> Self:
        """Return the fact of a claim that was proposed."""
        return cls(**_claim_fields(deposit, claim, occurred_on=claim.proposed_on))


@dataclass(frozen=True, kw_only=True)
class DepositClaimApproved(_OfDepositClaim, Event):
    """One more joint manager approved a claim; `approvals` are all that were given."""

    type: ClassVar[str] = "finance.deposit.claim_approved"

    @classmethod
    def of(cls, deposit: PerformanceDeposit, claim: DepositClaim) -> Self:
        """Return the fact of the claim's latest approval."""
        return cls(**_claim_fields(deposit, claim, occurred_on=claim.approvals[-1].approved_on))


@dataclass(frozen=True, kw_only=True)
class DepositClaimRejected(_OfDepositClaim, Event):
    """A claim is off the table; nothing was paid."""

    type: ClassVar[str] = "finance.deposit.claim_rejected"

    @classmethod
    def of(cls, deposit: PerformanceDeposit, claim: DepositClaim, *, rejected_on: date) -> Self:
        """Return the fact of a claim that was rejected."""
        return cls(**_claim_fields(deposit, claim, occurred_on=rejected_on))


@dataclass(frozen=True, kw_only=True)
class DepositPaidOut(_OfDepositClaim, Event):
    """A withdrawal was paid; the provider tops up what is `missing` until `top_up_due_on`."""

    type: ClassVar[str] = "finance.deposit.paid_out"

    bank_ref: str
    missing: Fen
    top_up_due_on: date

    @classmethod
    def of(cls, deposit: PerformanceDeposit, claim: DepositClaim, *, paid_on: date, bank_ref: str) -> Self:
        """Return the fact of a withdrawal from the deposit as it is after it."""
        return cls(
            **_claim_fields(deposit, claim, occurred_on=paid_on),
            bank_ref=bank_ref,
            missing=deposit.missing,
            top_up_due_on=deposit.due_on,
        )


@dataclass(frozen=True, kw_only=True)
class DepositForfeited(_OfDepositClaim, Event):
    """What a deposit still held was taken, since it was not topped up in time."""

    type: ClassVar[str] = "finance.deposit.forfeited"

    bank_ref: str

    @classmethod
    def of(cls, deposit: PerformanceDeposit, claim: DepositClaim, *, paid_on: date, bank_ref: str) -> Self:
        """Return the fact of a forfeiture."""
        return cls(**_claim_fields(deposit, claim, occurred_on=paid_on), bank_ref=bank_ref)


@dataclass(frozen=True, kw_only=True)
class DepositReleased(_OfDepositClaim, Event):
    """The provider got the deposit back after its contract ended and the handover was accepted (P14)."""

    type: ClassVar[str] = "finance.deposit.released"

    bank_ref: str

    @classmethod
    def of(cls, deposit: PerformanceDeposit, claim: DepositClaim, *, paid_on: date, bank_ref: str) -> Self:
        """Return the fact of a release."""
        return cls(**_claim_fields(deposit, claim, occurred_on=paid_on), bank_ref=bank_ref)
