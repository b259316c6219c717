"""The root queries of fees."""

import strawberry

from kit.graphql.connections import Connection, page_request
from services.finance.domain.billing_period import parse_period
from services.finance.graphql.context import Info
from services.finance.graphql.fee_run_types import BillRun, run_with_id
from services.finance.graphql.fee_types import FeeAccount, FeeSummary, account_with_id
from services.finance.graphql.types import Estate
from services.finance.store.fee_accounts import page_of_summaries


@strawberry.type(description="An estate and the sums of its bills of one period.")
class FeeCollectionRow:
    """A row of report 20."""

    estate: Estate | None
    summary: FeeSummary


@strawberry.type(description="The collection of fees by estate (report 20).")
class FeeCollectionConnection(Connection):
    """A page of rows."""

    nodes: list[FeeCollectionRow]


@strawberry.type
class FeeQueries:
    """What can be asked about fees."""

    @strawberry.field(description="The fee account with this id.")
    async def fee_account(self, info: Info, id: strawberry.ID) -> FeeAccount | None:  # noqa: A002
        """Return the account if the caller's scope has its part."""
        return await account_with_id(info, id)

    @strawberry.field(description="The bill run with this id.")
    async def bill_run(self, info: Info, id: strawberry.ID) -> BillRun | None:  # noqa: A002
        """Return the run if the caller's scope has it."""
        return await run_with_id(info, id)

    @strawberry.field(
        description='The collection of fees by estate (report 20): the bills of exactly this period, such as "2026-03".'
    )
    async def fee_collection(
        self, info: Info, period: str, first: int = 50, after: str | None = None
    ) -> FeeCollectionConnection:
        """Return a page of sums by estate."""
        parse_period(period, path=("period",))
        page = page_request(first=first, after=after)
        last = None if page.after is None else str(page.after[0])
        rows = await page_of_summaries(
            info.context.mongo, period, scope=info.context.scope, after=last, limit=page.limit
        )
        shown, page_info = page.cut(rows, key=lambda row: (row.estate_id,))
        return FeeCollectionConnection(
            nodes=[
                FeeCollectionRow(estate=Estate(id=strawberry.ID(row.estate_id)), summary=FeeSummary.of(row))
                for row in shown
            ],
            page_info=page_info,
        )
