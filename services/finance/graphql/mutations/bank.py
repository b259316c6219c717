"""What can be written of custody accounts, their banks and the months of a district."""

import strawberry

from kit.graphql.payloads import MutationPayload
from services.finance.graphql.bank_types import CutOver, cut_over_with_id
from services.finance.graphql.context import Info
from services.finance.graphql.custody_types import CustodyAccount, account_with_id
from services.finance.graphql.inputs.bank import (
    AssertBankBalanceInput,
    ClosePeriodInput,
    ReconcileAccountInput,
    ReverseOpeningInput,
    SettleBankExceptionInput,
)
from services.finance.graphql.mutations.write import write
from services.finance.use_cases.close_period import close_period
from services.finance.use_cases.reconcile_account import assert_balance, reconcile_account
from services.finance.use_cases.reverse_opening import reverse_opening
from services.finance.use_cases.settle_bank_exception import settle_bank_exception


@strawberry.type
class ReconcileAccountPayload(MutationPayload):
    """Payload of `reconcileAccount`."""

    custody_account: CustodyAccount | None


@strawberry.type
class AssertBankBalancePayload(MutationPayload):
    """Payload of `assertBankBalance`."""

    custody_account: CustodyAccount | None


@strawberry.type
class SettleBankExceptionPayload(MutationPayload):
    """Payload of `settleBankException`."""

    custody_account: CustodyAccount | None
    posting_id: strawberry.ID | None = strawberry.field(description="The posting that the line belongs to.")


@strawberry.type
class ReverseOpeningPayload(MutationPayload):
    """Payload of `reverseOpening`."""

    cut_over: CutOver | None


@strawberry.type
class ClosePeriodPayload(MutationPayload):
    """Payload of `closePeriod`."""

    period: str | None = strawberry.field(description="The closed month.")


@strawberry.type
class BankMutations:
    """What can be written of custody accounts."""

    @strawberry.mutation(description="Match a month of the bank's lines and the book's postings anew.")
    async def reconcile_account(
        self,
        info: Info,
        input: ReconcileAccountInput,  # noqa: A002 - the schema's own word.
    ) -> ReconcileAccountPayload:
        """Reconcile a month of an account."""
        result = await write(info, "reconcile_account", input, lambda work, _: reconcile_account(work, input.command()))
        account_id = result.entity_id("custodyAccount")
        return ReconcileAccountPayload(
            custody_account=None if account_id is None else await account_with_id(info, account_id),
            **result.payload(),
        )

    @strawberry.mutation(
        description="Compare the bank's balance of a day with the book; a difference of 0.01 is an exception."
    )
    async def assert_bank_balance(
        self,
        info: Info,
        input: AssertBankBalanceInput,  # noqa: A002 - the schema's own word.
    ) -> AssertBankBalancePayload:
        """Assert the balance of a day."""
        result = await write(info, "assert_bank_balance", input, lambda work, _: assert_balance(work, input.command()))
        account_id = result.entity_id("custodyAccount")
        return AssertBankBalancePayload(
            custody_account=None if account_id is None else await account_with_id(info, account_id),
            **result.payload(),
        )

    @strawberry.mutation(description="Tie a line of the bank to its posting, or post what it paid for.")
    async def settle_bank_exception(
        self,
        info: Info,
        input: SettleBankExceptionInput,  # noqa: A002 - the schema's own word.
    ) -> SettleBankExceptionPayload:
        """Settle an exception."""
        result = await write(
            info, "settle_bank_exception", input, lambda work, _: settle_bank_exception(work, input.command())
        )
        account_id, posting_id = result.entity_id("custodyAccount"), result.entity_id("posting")
        return SettleBankExceptionPayload(
            custody_account=None if account_id is None else await account_with_id(info, account_id),
            posting_id=None if posting_id is None else strawberry.ID(posting_id),
            **result.payload(),
        )

    @strawberry.mutation(
        description="Take back what an estate began with at the cut-over, by reversing every posting of it on its own "
        "day; refused once any of it was paid, moved, claimed or spent. Then the estate may begin anew."
    )
    async def reverse_opening(
        self,
        info: Info,
        input: ReverseOpeningInput,  # noqa: A002 - the schema's own word.
    ) -> ReverseOpeningPayload:
        """Take an opening back."""
        result = await write(info, "reverse_opening", input, lambda work, _: reverse_opening(work, input.command()))
        cut_over_id = result.entity_id("cutOver")
        return ReverseOpeningPayload(
            cut_over=None if cut_over_id is None else await cut_over_with_id(info, cut_over_id), **result.payload()
        )

    @strawberry.mutation(
        description="Close a month of a district: refused while one account has an exception; nothing is posted into "
        "it afterwards."
    )
    async def close_period(
        self,
        info: Info,
        input: ClosePeriodInput,  # noqa: A002 - the schema's own word.
    ) -> ClosePeriodPayload:
        """Close a month."""
        result = await write(info, "close_period", input, lambda work, _: close_period(work, input.command()))
        outcome = result.outcome
        return ClosePeriodPayload(
            period=None if outcome is None else str(outcome.details["period"]), **result.payload()
        )
