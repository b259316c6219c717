"""The accounts that hold entrusted money, as the schema shows them."""

from datetime import date
from enum import StrEnum

import strawberry

from services.finance.domain.custody import CustodyAccount as AccountRecord
from services.finance.graphql import loaders
from services.finance.graphql.context import Info


@strawberry.enum(description="Whose account holds money in custody.")
class CustodyKind(StrEnum):
    """The kinds of account that hold entrusted money."""

    STREET_DESIGNATED = "STREET_DESIGNATED"
    OWNERS_PUBLIC = "OWNERS_PUBLIC"
    DISTRICT_FINANCE_MAINTENANCE = "DISTRICT_FINANCE_MAINTENANCE"
    HOUSING_AUTHORITY_MAINTENANCE = "HOUSING_AUTHORITY_MAINTENANCE"
    OWNERS_MAINTENANCE = "OWNERS_MAINTENANCE"
    TRUST_FUND = "TRUST_FUND"


@strawberry.federation.type(keys=["id"], description="A bank account that holds entrusted money.")
class CustodyAccount:
    """A custody account, its number masked."""

    id: strawberry.ID
    kind: CustodyKind
    holder: str
    bank_account_masked: str = strawberry.field(description='All but the last four digits masked, e.g. "****0123".')
    opened_on: date

    @classmethod
    def of(cls, record: AccountRecord) -> "CustodyAccount":
        """Return the account as the schema shows it."""
        return cls(
            id=strawberry.ID(record.id),
            kind=CustodyKind(record.kind.value),
            holder=record.holder,
            bank_account_masked=record.bank_account_masked,
            opened_on=record.opened_on,
        )

    @classmethod
    async def resolve_reference(cls, info: Info, id: strawberry.ID) -> "CustodyAccount | None":  # noqa: A002
        """Return the account if the caller's scope has it."""
        return await account_with_id(info, id)


async def account_with_id(info: Info, id: str) -> CustodyAccount | None:  # noqa: A002
    """Return the custody account if the caller's scope has it."""
    record = await info.context.load(loaders.accounts_by_id, str(id))
    return None if record is None else CustodyAccount.of(record)
