"""What can be written of public revenue."""

import strawberry

from kit.errors import EarmarkViolation
from kit.graphql.payloads import MutationPayload
from kit.mongo import UnitOfWork, run_unit_of_work
from services.finance.graphql.context import Info
from services.finance.graphql.inputs.public_revenue import (
    LiftRevenueHoldInput,
    PostPublicRevenueInput,
    ReversePublicRevenueInput,
    SpendPublicRevenueInput,
)
from services.finance.graphql.mutations.write import write
from services.finance.graphql.revenue_types import RevenueEntry, RevenueSpending, revenue_with_id, spending_with_id
from services.finance.use_cases.lift_revenue_hold import lift_revenue_hold
from services.finance.use_cases.post_public_revenue import post_public_revenue
from services.finance.use_cases.reverse_public_revenue import reverse_public_revenue
from services.finance.use_cases.spend_public_revenue import announce_refused_use, spend_public_revenue


@strawberry.type
class PostPublicRevenuePayload(MutationPayload):
    """Payload of `postPublicRevenue`."""

    revenue: RevenueEntry | None


@strawberry.type
class LiftRevenueHoldPayload(MutationPayload):
    """Payload of `liftRevenueHold`."""

    revenue: RevenueEntry | None


@strawberry.type
class ReversePublicRevenuePayload(MutationPayload):
    """Payload of `reversePublicRevenue`."""

    revenue: RevenueEntry | None


@strawberry.type
class SpendPublicRevenuePayload(MutationPayload):
    """Payload of `spendPublicRevenue`."""

    spending: RevenueSpending | None


@strawberry.type
class RevenueMutations:
    """What can be written of public revenue."""

    @strawberry.mutation(
        description="Record income from common parts or public space; its net goes into the purse of its earmark. "
        "NEEDS_DECISION without the owners' decision to let a common part, PRECONDITION for a cost without a document."
    )
    async def post_public_revenue(
        self,
        info: Info,
        input: PostPublicRevenueInput,  # noqa: A002 - the schema's own word.
    ) -> PostPublicRevenuePayload:
        """Record an income."""
        result = await write(
            info,
            "post_public_revenue",
            input,
            lambda work, policies: post_public_revenue(work, input.command(), policies=policies),
        )
        revenue_id = result.entity_id("revenue")
        return PostPublicRevenuePayload(
            revenue=None if revenue_id is None else await revenue_with_id(info, revenue_id), **result.payload()
        )

    @strawberry.mutation(
        description="Let income be spent again that an annulled decision held back: people decided so, for a reason, "
        "or the owners decided anew."
    )
    async def lift_revenue_hold(
        self,
        info: Info,
        input: LiftRevenueHoldInput,  # noqa: A002 - the schema's own word.
    ) -> LiftRevenueHoldPayload:
        """Free an income."""
        result = await write(info, "lift_revenue_hold", input, lambda work, _: lift_revenue_hold(work, input.command()))
        revenue_id = result.entity_id("revenue")
        return LiftRevenueHoldPayload(
            revenue=None if revenue_id is None else await revenue_with_id(info, revenue_id), **result.payload()
        )

    @strawberry.mutation(
        description="Take back income that was recorded wrongly; it stays readable, counts nowhere, and may be "
        "recorded anew under its bank reference. INSUFFICIENT_FUNDS once it was spent, STATE_CONFLICT in a closed "
        "month."
    )
    async def reverse_public_revenue(
        self,
        info: Info,
        input: ReversePublicRevenueInput,  # noqa: A002 - the schema's own word.
    ) -> ReversePublicRevenuePayload:
        """Take an income back."""
        result = await write(
            info, "reverse_public_revenue", input, lambda work, _: reverse_public_revenue(work, input.command())
        )
        revenue_id = result.entity_id("revenue")
        return ReversePublicRevenuePayload(
            revenue=None if revenue_id is None else await revenue_with_id(info, revenue_id), **result.payload()
        )

    @strawberry.mutation(
        description="Record an expense out of a purse; EARMARK for a use that its money is not for, which is announced."
    )
    async def spend_public_revenue(
        self,
        info: Info,
        input: SpendPublicRevenueInput,  # noqa: A002 - the schema's own word.
    ) -> SpendPublicRevenuePayload:
        """Record an expense."""
        context = info.context

        result = await write(
            info, "spend_public_revenue", input, lambda work, _: spend_public_revenue(work, input.command())
        )
        if any(error.code == EarmarkViolation.code for error in result.errors):
            # The refusal rolled its unit of work back: that it happened is a fact of a unit of its own.
            async def note(work: UnitOfWork) -> None:
                await announce_refused_use(work, input.command(), idempotency_key=input.idempotency_key)

            await run_unit_of_work(
                context.mongo,
                context.caller,
                note,
                clock=context.door.clock,
                correlation_id=context.correlation_id,
            )
        spending_id = result.entity_id("spending")
        return SpendPublicRevenuePayload(
            spending=None if spending_id is None else await spending_with_id(info, spending_id), **result.payload()
        )
