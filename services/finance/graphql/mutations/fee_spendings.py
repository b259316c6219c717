"""What can be written of fees that are spent."""

import strawberry

from kit.graphql.payloads import MutationPayload
from services.finance.graphql.context import Info
from services.finance.graphql.fee_spending_types import FeeSpending, fee_spending_with_id
from services.finance.graphql.inputs.fee_spendings import SpendFeesInput
from services.finance.graphql.mutations.write import write
from services.finance.use_cases.spend_fees import spend_fees


@strawberry.type
class SpendFeesPayload(MutationPayload):
    """Payload of `spendFees`."""

    spending: FeeSpending | None


@strawberry.type
class FeeSpendingMutations:
    """What can be written of fees that are spent."""

    @strawberry.mutation(
        description="Record an expense for the estate's own service, such as wages, cleaning or repairs, out of the "
        "fees that a custody account holds; the line of the bank's statement finds it by its reference. "
        "INSUFFICIENT_FUNDS for more than the account holds of the estate's fees, FORBIDDEN_ACTOR for another than the "
        "street where the street keeps the account."
    )
    async def spend_fees(
        self,
        info: Info,
        input: SpendFeesInput,  # noqa: A002 - the schema's own word.
    ) -> SpendFeesPayload:
        """Record an expense."""
        result = await write(
            info, "spend_fees", input, lambda work, policies: spend_fees(work, input.command(), policies=policies)
        )
        spending_id = result.entity_id("spending")
        return SpendFeesPayload(
            spending=None if spending_id is None else await fee_spending_with_id(info, spending_id), **result.payload()
        )
