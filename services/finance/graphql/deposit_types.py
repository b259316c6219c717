"""The claims on deposits, and the register of deposits, as the schema shows them."""

from datetime import date

import strawberry

from kit.money import Fen
from policy.vocabulary import Approver
from services.finance.domain.deposit import ClaimKind
from services.finance.domain.deposit import Hold as HoldRecord
from services.finance.domain.deposit_claim import ClaimReason, ClaimState
from services.finance.domain.deposit_claim import DepositClaim as ClaimRecord
from services.finance.graphql import loaders
from services.finance.graphql.context import Info

for _enum, _description in (
    (ClaimKind, "What is asked of a deposit."),
    (ClaimReason, "Why money is asked of a deposit."),
    (ClaimState, "Where a claim on a deposit stands."),
    (Approver, "The joint managers of a deposit (ZG-22)."),
):
    strawberry.enum(_enum, description=_description)


@strawberry.type(description="A joint manager's approval of a claim.")
class DepositApproval:
    """One approval."""

    approver: Approver
    approved_on: date


@strawberry.type(description="Why a deposit is on hold: the joint decision that it rests on was annulled.")
class DepositHold:
    """A hold; nothing leaves the deposit until people decide."""

    decision_id: strawberry.ID
    court_ref: str
    since: date

    @classmethod
    def of(cls, record: HoldRecord) -> "DepositHold":
        """Return the hold as the schema shows it."""
        return cls(decision_id=strawberry.ID(record.decision_id), court_ref=record.court_ref, since=record.since)


@strawberry.federation.type(keys=["id"], description="A claim on a deposit: a part of it, its rest, or its return.")
class DepositClaim:
    """A claim; whoever sees the deposit sees it."""

    id: strawberry.ID
    kind: ClaimKind
    amount: Fen = strawberry.field(description="In yuan; of a forfeiture or a release everything that is held.")
    reason: ClaimReason
    note: str | None
    payee: str = strawberry.field(description="Who gets the money.")
    state: ClaimState
    proposed_on: date
    approvals: list[DepositApproval]
    decided_on: date | None = strawberry.field(description="The bank's day of the payment, or the day of the refusal.")

    @classmethod
    def of(cls, record: ClaimRecord) -> "DepositClaim":
        """Return the claim as the schema shows it."""
        return cls(
            id=strawberry.ID(record.id),
            kind=record.kind,
            amount=record.amount,
            reason=record.reason,
            note=record.note or None,
            payee=record.payee,
            state=record.state,
            proposed_on=record.proposed_on,
            approvals=[DepositApproval(approver=one.approver, approved_on=one.approved_on) for one in record.approvals],
            decided_on=record.decided_on,
        )

    @classmethod
    async def resolve_reference(cls, info: Info, id: strawberry.ID) -> "DepositClaim | None":  # noqa: A002
        """Return the claim if the caller's scope has it."""
        return await claim_with_id(info, id)


async def claim_with_id(info: Info, id: str) -> DepositClaim | None:  # noqa: A002
    """Return the claim if the caller's scope has it."""
    record = await info.context.load(loaders.claims_by_id, str(id))
    return None if record is None else DepositClaim.of(record)
