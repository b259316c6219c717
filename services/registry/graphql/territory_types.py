"""Territory as the schema shows it, beyond streets and communities themselves."""

from datetime import date
from typing import TYPE_CHECKING, Annotated

import strawberry

from services.registry.domain.territory import Membership
from services.registry.graphql import loaders, types
from services.registry.graphql.context import Info

if TYPE_CHECKING:
    from services.registry.graphql.types import Community, Street

_Street = Annotated["Street", strawberry.lazy("services.registry.graphql.types")]
_Community = Annotated["Community", strawberry.lazy("services.registry.graphql.types")]


@strawberry.type(description="The street and the community an estate belongs to, from a day until another.")
class EstateMembership:
    """A membership of an estate."""

    membership: strawberry.Private[Membership]
    from_: date | None = strawberry.field(name="from", description="The first day; null since ever.")
    to: date | None = strawberry.field(description="The day on which it ended; null while it holds.")

    @classmethod
    def of(cls, membership: Membership) -> "EstateMembership":
        """Return the membership as the schema shows it."""
        return cls(membership=membership, from_=membership.from_, to=membership.to)

    @strawberry.field(description="The street that was responsible.")
    async def street(self, info: Info) -> _Street:
        found = await info.context.load(loaders.streets_by_id, self.membership.street_id)
        return types.Street.of(types.there(found))

    @strawberry.field(description="The community.")
    async def community(self, info: Info) -> _Community:
        found = await info.context.load(loaders.communities_by_id, self.membership.community_id)
        return types.Community.of(types.there(found))
