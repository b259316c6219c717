"""What can be written of claims on deposits (ZG-22)."""

import strawberry

from kit.graphql.payloads import MutationInput, MutationPayload
from services.finance.domain.deposit_ledger import entry_id
from services.finance.graphql.context import Info
from services.finance.graphql.deposit_types import DepositClaim, claim_with_id
from services.finance.graphql.inputs.deposit_claims import (
    ApproveDepositClaimInput,
    ClaimDepositInput,
    ForfeitDepositInput,
    LiftDepositHoldInput,
    PayDepositClaimInput,
    RejectDepositClaimInput,
    ReleaseDepositInput,
)
from services.finance.graphql.mutations.write import Act, write
from services.finance.graphql.types import LedgerEntry, PerformanceDeposit, deposit_with_id, entry_with_id
from services.finance.use_cases.approve_deposit_claim import approve_deposit_claim
from services.finance.use_cases.claim_deposit import claim_deposit
from services.finance.use_cases.lift_deposit_hold import lift_deposit_hold
from services.finance.use_cases.reject_deposit_claim import reject_deposit_claim
from services.finance.use_cases.settle_deposit_claim import settle_deposit_claim


@strawberry.type
class DepositClaimPayload(MutationPayload):
    """Payload of the mutations that propose or decide on a claim."""

    claim: DepositClaim | None
    deposit: PerformanceDeposit | None


@strawberry.type
class DepositPayoutPayload(DepositClaimPayload):
    """Payload of the mutations that pay a claim out."""

    entry: LedgerEntry | None = strawberry.field(description="The payment in the ledger.")


@strawberry.type
class LiftDepositHoldPayload(MutationPayload):
    """Payload of `liftDepositHold`."""

    deposit: PerformanceDeposit | None


@strawberry.type
class DepositClaimMutations:
    """What can be written of claims on deposits."""

    @strawberry.mutation(
        description="Ask for money of a deposit; it leaves once all joint managers have approved. FORBIDDEN_ACTOR, "
        "STATE_CONFLICT, INSUFFICIENT_FUNDS above what is held, PRECONDITION for an early forfeiture or release."
    )
    async def claim_deposit(
        self,
        info: Info,
        input: ClaimDepositInput,  # noqa: A002 - the schema's own word.
    ) -> DepositClaimPayload:
        """Propose a claim."""
        return await _decided(info, "claim_deposit", input, lambda work, _: claim_deposit(work, input.command()))

    @strawberry.mutation(description="Approve a claim for one joint manager; one person approves for one manager only.")
    async def approve_deposit_claim(
        self,
        info: Info,
        input: ApproveDepositClaimInput,  # noqa: A002 - the schema's own word.
    ) -> DepositClaimPayload:
        """Approve a claim."""
        return await _decided(
            info,
            "approve_deposit_claim",
            input,
            lambda work, policies: approve_deposit_claim(work, input.command(), policies=policies),
        )

    @strawberry.mutation(description="Refuse a claim; one joint manager's refusal is enough.")
    async def reject_deposit_claim(
        self,
        info: Info,
        input: RejectDepositClaimInput,  # noqa: A002 - the schema's own word.
    ) -> DepositClaimPayload:
        """Reject a claim."""
        return await _decided(
            info, "reject_deposit_claim", input, lambda work, _: reject_deposit_claim(work, input.command())
        )

    @strawberry.mutation(
        description="Record that an approved withdrawal was paid; the provider is to top the deposit up. "
        "FORBIDDEN_ACTOR while an approval is missing."
    )
    async def pay_deposit_claim(
        self,
        info: Info,
        input: PayDepositClaimInput,  # noqa: A002 - the schema's own word.
    ) -> DepositPayoutPayload:
        """Pay a withdrawal."""
        return await _paid(info, "pay_deposit_claim", input)

    @strawberry.mutation(description="Record that the rest of a deposit was taken, after a missed top-up.")
    async def forfeit_deposit(
        self,
        info: Info,
        input: ForfeitDepositInput,  # noqa: A002 - the schema's own word.
    ) -> DepositPayoutPayload:
        """Forfeit the rest."""
        return await _paid(info, "forfeit_deposit", input)

    @strawberry.mutation(description="Record that a deposit was paid back, after an accepted handover.")
    async def release_deposit(
        self,
        info: Info,
        input: ReleaseDepositInput,  # noqa: A002 - the schema's own word.
    ) -> DepositPayoutPayload:
        """Release a deposit."""
        return await _paid(info, "release_deposit", input)

    @strawberry.mutation(
        description="Let a deposit serve again that is on hold since its joint decision was annulled; for the offices."
    )
    async def lift_deposit_hold(
        self,
        info: Info,
        input: LiftDepositHoldInput,  # noqa: A002 - the schema's own word.
    ) -> LiftDepositHoldPayload:
        """Lift a hold."""
        result = await write(info, "lift_deposit_hold", input, lambda work, _: lift_deposit_hold(work, input.command()))
        deposit_id = result.entity_id("deposit")
        return LiftDepositHoldPayload(
            deposit=None if deposit_id is None else await deposit_with_id(info, deposit_id), **result.payload()
        )


async def _decided(
    info: Info,
    mutation: str,
    input: MutationInput,  # noqa: A002 - the schema's own word.
    act: Act,
) -> DepositClaimPayload:
    result = await write(info, mutation, input, act)
    claim_id, deposit_id = result.entity_id("claim"), result.entity_id("deposit")
    return DepositClaimPayload(
        claim=None if claim_id is None else await claim_with_id(info, claim_id),
        deposit=None if deposit_id is None else await deposit_with_id(info, deposit_id),
        **result.payload(),
    )


async def _paid(
    info: Info,
    mutation: str,
    input: PayDepositClaimInput | ForfeitDepositInput | ReleaseDepositInput,  # noqa: A002 - the schema's own word.
) -> DepositPayoutPayload:
    result = await write(
        info,
        mutation,
        input,
        lambda work, policies: settle_deposit_claim(work, input.command(), policies=policies),
    )
    claim_id, deposit_id = result.entity_id("claim"), result.entity_id("deposit")
    posting_id = result.entity_id("posting")
    return DepositPayoutPayload(
        claim=None if claim_id is None else await claim_with_id(info, claim_id),
        deposit=None if deposit_id is None else await deposit_with_id(info, deposit_id),
        entry=None if posting_id is None else await entry_with_id(info, entry_id(posting_id, 1)),
        **result.payload(),
    )
