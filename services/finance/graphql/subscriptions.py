"""What can be followed at finance."""

from collections.abc import AsyncGenerator

import strawberry

from kit.changes import Changed
from services.finance.domain.estate import EstateUnknown
from services.finance.graphql import loaders
from services.finance.graphql.context import Info
from services.finance.graphql.types import PerformanceDeposit


@strawberry.type
class Subscription:
    """Finance's streams."""

    @strawberry.subscription(
        description=(
            "Each of the estate's performance deposits as it is now, the earliest agreed first, and again after every "
            "change of one. NOT_FOUND when finance does not know the estate, or it is out of scope, also later."
        )
    )
    def deposit_changed(self, info: Info, estate_id: strawberry.ID) -> AsyncGenerator[PerformanceDeposit, None]:
        """Return the states of the estate's deposits, each read with the caller's scope."""

        async def look(changed: Changed) -> list[PerformanceDeposit]:
            if await info.context.load(loaders.estates_by_id, str(estate_id)) is None:
                raise EstateUnknown("no estate with this id", path=("estateId",), value=estate_id)
            deposits = await info.context.load(loaders.deposits_by_estate, str(estate_id))
            return [PerformanceDeposit.of(deposit) for deposit in deposits or [] if changed.includes(deposit.id)]

        return info.context.states(str(estate_id), look, aggregate="finance.deposit")
