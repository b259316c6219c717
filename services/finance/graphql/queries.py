"""Finance's root queries."""

import strawberry

from kit.graphql.labels import EnumLabelSet
from services.finance.graphql.arrears_types import ArrearsQueries
from services.finance.graphql.bank_queries import BankQueries
from services.finance.graphql.context import Info
from services.finance.graphql.deposit_queries import DepositQueries
from services.finance.graphql.fee_queries import FeeQueries
from services.finance.graphql.labels import LABELS
from services.finance.graphql.maintenance_queries import MaintenanceQueries
from services.finance.graphql.revenue_types import RevenueQueries
from services.finance.graphql.types import LedgerEntry, PerformanceDeposit, deposit_with_id, entry_with_id


@strawberry.type
class Query(BankQueries, DepositQueries, MaintenanceQueries, FeeQueries, RevenueQueries, ArrearsQueries):
    """What can be asked of finance."""

    finance_enum_labels: list[EnumLabelSet] = LABELS.query_field()

    @strawberry.field(description="The performance deposit with this id.")
    async def deposit(self, info: Info, id: strawberry.ID) -> PerformanceDeposit | None:  # noqa: A002
        """Return the deposit if the caller's scope has it."""
        return await deposit_with_id(info, id)

    @strawberry.field(description="The transfer of the ledger with this id.")
    async def ledger_entry(self, info: Info, id: strawberry.ID) -> LedgerEntry | None:  # noqa: A002
        """Return the transfer if the caller sees its deposit."""
        return await entry_with_id(info, id)
