"""What can be asked of maintenance funds."""

import strawberry

from services.finance.domain.maintenance_fund import MaintenanceFundKind
from services.finance.graphql.context import Info
from services.finance.graphql.maintenance_types import MaintenanceFund, fund_of_estate


@strawberry.type
class MaintenanceQueries:
    """The queries of maintenance funds."""

    @strawberry.field(
        description="The estate's fund of that kind; without a kind the one that the district's document names."
    )
    async def maintenance_fund(
        self, info: Info, estate_id: strawberry.ID, kind: MaintenanceFundKind | None = None
    ) -> MaintenanceFund | None:
        """Return the fund if the caller's scope has it."""
        return await fund_of_estate(info, str(estate_id), kind)
