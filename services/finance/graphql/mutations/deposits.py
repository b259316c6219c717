"""What can be written of deposits and the accounts that hold them."""

import strawberry

from kit.graphql.payloads import MutationPayload
from services.finance.domain.deposit_ledger import entry_id
from services.finance.graphql.context import Info
from services.finance.graphql.custody_types import CustodyAccount, account_with_id
from services.finance.graphql.inputs.deposits import (
    OpenCustodyAccountInput,
    RecordDepositPaymentInput,
    TransferDepositInput,
)
from services.finance.graphql.mutations.write import write
from services.finance.graphql.types import (
    LedgerEntry,
    PerformanceDeposit,
    deposit_with_id,
    entry_with_id,
)
from services.finance.use_cases.open_custody_account import open_custody_account
from services.finance.use_cases.record_deposit_payment import record_deposit_payment
from services.finance.use_cases.transfer_deposit import transfer_deposit


@strawberry.type
class OpenCustodyAccountPayload(MutationPayload):
    """Payload of `openCustodyAccount`."""

    custody_account: CustodyAccount | None


@strawberry.type
class RecordDepositPaymentPayload(MutationPayload):
    """Payload of `recordDepositPayment`."""

    deposit: PerformanceDeposit | None
    entry: LedgerEntry | None = strawberry.field(description="The payment in the ledger.")


@strawberry.type
class TransferDepositPayload(MutationPayload):
    """Payload of `transferDeposit`."""

    deposit: PerformanceDeposit | None
    entry: LedgerEntry | None = strawberry.field(description="The transfer of the money in the ledger.")


@strawberry.type
class DepositMutations:
    """What can be written of deposits."""

    @strawberry.mutation(description="Open an account for entrusted money; a place has one of each kind.")
    async def open_custody_account(
        self,
        info: Info,
        input: OpenCustodyAccountInput,  # noqa: A002 - the schema's own word.
    ) -> OpenCustodyAccountPayload:
        """Open a custody account."""
        result = await write(
            info, "open_custody_account", input, lambda work, _: open_custody_account(work, input.command())
        )
        account_id = result.entity_id("custodyAccount")
        return OpenCustodyAccountPayload(
            custody_account=None if account_id is None else await account_with_id(info, account_id),
            **result.payload(),
        )

    @strawberry.mutation(
        description="Record a payment of a deposit that the bank confirmed; it is HELD once paid in full."
    )
    async def record_deposit_payment(
        self,
        info: Info,
        input: RecordDepositPaymentInput,  # noqa: A002 - the schema's own word.
    ) -> RecordDepositPaymentPayload:
        """Record a payment."""
        result = await write(
            info, "record_deposit_payment", input, lambda work, _: record_deposit_payment(work, input.command())
        )
        deposit_id, posting_id = result.entity_id("deposit"), result.entity_id("posting")
        return RecordDepositPaymentPayload(
            deposit=None if deposit_id is None else await deposit_with_id(info, deposit_id),
            entry=None if posting_id is None else await entry_with_id(info, entry_id(posting_id, 1)),
            **result.payload(),
        )

    @strawberry.mutation(
        description="Record the bank transfer of a deposit from the street's account to the owners' public account."
    )
    async def transfer_deposit(
        self,
        info: Info,
        input: TransferDepositInput,  # noqa: A002 - the schema's own word.
    ) -> TransferDepositPayload:
        """Record a transfer."""
        result = await write(info, "transfer_deposit", input, lambda work, _: transfer_deposit(work, input.command()))
        deposit_id, posting_id = result.entity_id("deposit"), result.entity_id("posting")
        return TransferDepositPayload(
            deposit=None if deposit_id is None else await deposit_with_id(info, deposit_id),
            entry=None if posting_id is None else await entry_with_id(info, entry_id(posting_id, 1)),
            **result.payload(),
        )
