"""What can be followed at the registry."""

from collections.abc import AsyncGenerator

import strawberry

from kit.changes import Changed
from services.registry.graphql import estate_types
from services.registry.graphql.context import Info
from services.registry.store.estates import EstateNotFound


@strawberry.type
class Subscription:
    """The registry's streams."""

    @strawberry.subscription(
        description=(
            "The estate as it is now, and again after every fact that the registry announces about it: its own, and "
            "those of its parts, contracts, congress and decisions. NOT_FOUND when it is unknown or out of scope, also "
            "later."
        )
    )
    def estate_changed(self, info: Info, estate_id: strawberry.ID) -> AsyncGenerator[estate_types.Estate, None]:
        """Return the states of the estate, each read with the caller's scope."""

        async def look(_changed: Changed) -> list[estate_types.Estate]:
            found = await estate_types.estate(info.context, str(estate_id))
            if found is None:
                raise EstateNotFound("no estate with this id", path=("estateId",), value=estate_id)
            return [found]

        return info.context.states(str(estate_id), look)
