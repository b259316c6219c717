"""What can be asked about all deposits of a district (report 9)."""

import strawberry

from kit.graphql.connections import Connection, page_request
from services.finance.graphql.context import Info
from services.finance.graphql.types import PerformanceDeposit
from services.finance.store.deposit_register import page_of_deposits, place_of


@strawberry.type
class PerformanceDepositConnection(Connection):
    """A page of the register of deposits."""

    nodes: list[PerformanceDeposit]


@strawberry.type
class DepositQueries:
    """The register of deposits."""

    @strawberry.field(
        description=(
            "The register of a district's performance deposits with custody and movements, by contract and year; "
            "an owner sees those of the own estate."
        )
    )
    async def deposit_register(
        self, info: Info, district: str, first: int = 50, after: str | None = None
    ) -> PerformanceDepositConnection:
        """Return a page of the deposits that the caller's scope has."""
        page = page_request(first=first, after=after, parts=2)
        begin = None if page.after is None else (str(page.after[0]), int(page.after[1]))
        rows = await page_of_deposits(
            info.context.mongo, district, after=begin, limit=page.limit, scope=info.context.scope
        )
        shown, page_info = page.cut(rows, key=place_of)
        return PerformanceDepositConnection(nodes=[PerformanceDeposit.of(row) for row in shown], page_info=page_info)
