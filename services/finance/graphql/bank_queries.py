"""What can be asked of custody accounts and their banks."""

import strawberry

from services.finance.graphql.bank_types import BankException
from services.finance.graphql.context import Info
from services.finance.graphql.custody_types import CustodyAccount, account_with_id
from services.finance.use_cases.reconcile_account import exceptions_seen_by


@strawberry.type
class BankQueries:
    """What can be asked of custody accounts."""

    @strawberry.field(description="The custody account with this id.")
    async def custody_account(self, info: Info, id: strawberry.ID) -> CustodyAccount | None:  # noqa: A002
        """Return the account if the caller's scope has it."""
        return await account_with_id(info, id)

    @strawberry.field(
        description="What must be settled before a month, such as 2026-03, of a custody account can be closed; for "
        "those who keep or audit the account."
    )
    async def bank_exceptions(self, info: Info, custody_account_id: strawberry.ID, period: str) -> list[BankException]:
        """Return the exceptions of a month; none for an account out of scope."""
        context = info.context
        found = await exceptions_seen_by(context.mongo, context.caller, str(custody_account_id), period)
        return [BankException.of(one) for one in found]
