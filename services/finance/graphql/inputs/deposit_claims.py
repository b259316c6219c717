"""What the mutations of claims on deposits take."""

from datetime import date

import strawberry

from kit.graphql.payloads import MutationInput
from kit.money import Fen
from policy.vocabulary import Approver
from services.finance.domain.deposit import ClaimKind
from services.finance.domain.deposit_claim import ClaimReason, ClaimTerms
from services.finance.use_cases.approve_deposit_claim import ApproveDepositClaim
from services.finance.use_cases.claim_deposit import ClaimDeposit
from services.finance.use_cases.lift_deposit_hold import LiftDepositHold
from services.finance.use_cases.reject_deposit_claim import RejectDepositClaim
from services.finance.use_cases.settle_deposit_claim import SettleDepositClaim


@strawberry.input(description="What is asked of a deposit.")
class ClaimDepositInput(MutationInput):
    """Input of `claimDeposit`."""

    deposit_id: strawberry.ID
    kind: ClaimKind = strawberry.field(
        description="WITHDRAWAL of a part, FORFEITURE of the rest after a missed top-up, RELEASE after the handover."
    )
    amount: Fen | None = strawberry.field(
        default=None, description='In yuan, above zero, at most what is held, e.g. "5000.00"; without it, all of it.'
    )
    claim_reason: ClaimReason
    payee: str = strawberry.field(description="Who gets the money, 1 to 500 characters.")
    note: str = strawberry.field(default="", description="What happened, at most 500 characters.")

    def command(self) -> ClaimDeposit:
        """Return the command of the use case."""
        return ClaimDeposit(
            deposit_id=str(self.deposit_id),
            terms=ClaimTerms(
                kind=self.kind, reason=self.claim_reason, payee=self.payee, amount=self.amount, note=self.note
            ),
        )


@strawberry.input(description="A joint manager's approval.")
class ApproveDepositClaimInput(MutationInput):
    """Input of `approveDepositClaim`."""

    claim_id: strawberry.ID
    approver: Approver = strawberry.field(description="For whom the caller speaks; the caller has that role.")

    def command(self) -> ApproveDepositClaim:
        """Return the command of the use case."""
        return ApproveDepositClaim(claim_id=str(self.claim_id), approver=self.approver)


@strawberry.input(description="A joint manager's refusal.")
class RejectDepositClaimInput(MutationInput):
    """Input of `rejectDepositClaim`."""

    claim_id: strawberry.ID

    def command(self) -> RejectDepositClaim:
        """Return the command of the use case."""
        return RejectDepositClaim(claim_id=str(self.claim_id))


@strawberry.input(description="The payment of a withdrawal that the bank confirmed.")
class PayDepositClaimInput(MutationInput):
    """Input of `payDepositClaim`."""

    claim_id: strawberry.ID
    bank_ref: str = strawberry.field(description="The bank's reference, 1 to 64 characters; recorded once an account.")
    paid_on: date = strawberry.field(description="The bank's day: from the proposal to today.")
    top_up_due_on: date = strawberry.field(description="Until when the provider tops the deposit up.")

    def command(self) -> SettleDepositClaim:
        """Return the command of the use case."""
        return SettleDepositClaim(
            claim_id=str(self.claim_id),
            kind=ClaimKind.WITHDRAWAL,
            bank_ref=self.bank_ref,
            paid_on=self.paid_on,
            top_up_due_on=self.top_up_due_on,
        )


@strawberry.input
class _WholeDepositInput(MutationInput):
    claim_id: strawberry.ID
    bank_ref: str = strawberry.field(description="The bank's reference, 1 to 64 characters; recorded once an account.")
    paid_on: date = strawberry.field(description="The bank's day: from the proposal to today.")


@strawberry.input(description="The payment of what a deposit still held, after a missed top-up.")
class ForfeitDepositInput(_WholeDepositInput):
    """Input of `forfeitDeposit`."""

    def command(self) -> SettleDepositClaim:
        """Return the command of the use case."""
        return SettleDepositClaim(
            claim_id=str(self.claim_id), kind=ClaimKind.FORFEITURE, bank_ref=self.bank_ref, paid_on=self.paid_on
        )


@strawberry.input(description="The payment of a deposit back to its provider.")
class ReleaseDepositInput(_WholeDepositInput):
    """Input of `releaseDeposit`."""

    def command(self) -> SettleDepositClaim:
        """Return the command of the use case."""
        return SettleDepositClaim(
            claim_id=str(self.claim_id), kind=ClaimKind.RELEASE, bank_ref=self.bank_ref, paid_on=self.paid_on
        )


@strawberry.input(description="What people decided about a deposit whose joint decision was annulled.")
class LiftDepositHoldInput(MutationInput):
    """Input of `liftDepositHold`."""

    deposit_id: strawberry.ID

    def command(self) -> LiftDepositHold:
        """Return the command of the use case."""
        return LiftDepositHold(deposit_id=str(self.deposit_id))
