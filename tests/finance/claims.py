"""Claims on deposits, proposed and approved, to test with."""

from datetime import date
from typing import Any

from kit.money import yuan
from policy.vocabulary import Approver
from services.finance.domain.deposit import ClaimKind, PerformanceDeposit
from services.finance.domain.deposit_claim import ClaimReason, ClaimTerms, DepositClaim, approve_claim, propose_claim
from tests.finance.agreements import a_contract

PROPOSED_ON = date(2026, 3, 5)
ALL_THREE = (Approver.STREET, Approver.COMMUNITY, Approver.COMMITTEE)
TERMS = ClaimTerms(ClaimKind.WITHDRAWAL, ClaimReason.DAMAGE, "幸福里业主大会")


def proposed(
    deposit: PerformanceDeposit, kind: ClaimKind = ClaimKind.WITHDRAWAL, *, amount: str | None = None, **changes: Any
) -> tuple[PerformanceDeposit, DepositClaim]:
    """Return the deposit with a claim of this kind and amount on it, and the claim."""
    terms = ClaimTerms(kind, TERMS.reason, TERMS.payee, amount=None if amount is None else yuan(amount))
    values: dict[str, Any] = {
        "claim_id": "clm_1",
        "contract": a_contract(),
        "successor_provider_id": None,
        "proposed_by": "street-1",
        "today": PROPOSED_ON,
    }
    return propose_claim(deposit, terms, **(values | changes))


def approved(claim: DepositClaim, *approvers: Approver) -> DepositClaim:
    """Return the claim approved by these managers, each a person of its own; by all three where none is named."""
    for approver in approvers or ALL_THREE:
        claim = approve_claim(
            claim, approver=approver, subject=f"person of {approver}", required=ALL_THREE, today=PROPOSED_ON
        )
    return claim
