"""What can be searched at the root, beside the estates."""

import strawberry

from kit.errors import ValidationFailed
from kit.graphql.scalars import DistrictCode
from services.registry.domain.search import search_term
from services.registry.graphql import search_types
from services.registry.graphql.context import Info
from services.registry.graphql.enums import ProviderKind
from services.registry.store.listings import ProviderConditions

SEARCH = (
    "The beginning of a name (with a Chinese character), of its pinyin initials (letters alone), or of a code (with a "
    "digit); 1 to 50 characters."
)


@strawberry.input(description="Which providers to show; what is left out does not narrow.")
class ProviderFilter:
    """Which providers to show."""

    search: str | None = strawberry.field(default=None, description=SEARCH)
    district: DistrictCode | None = strawberry.field(default=None, description="Registered by this district.")
    kind: ProviderKind | None = strawberry.field(default=None, description="Of this kind.")


@strawberry.input(description="Which owners to show: what to look for, and exactly one place.")
class OwnerFilter:
    """Which owners to show."""

    search: str = strawberry.field(description=SEARCH)
    district: DistrictCode | None = strawberry.field(default=None, description="Of parts in this district.")
    street_id: strawberry.ID | None = strawberry.field(default=None, description="Of parts in this street.")
    community_id: strawberry.ID | None = strawberry.field(default=None, description="Of parts in this community.")
    estate_id: strawberry.ID | None = strawberry.field(default=None, description="Of parts of this estate.")

    def area(self) -> str:
        """Return the grant that covers the place; raises ValidationFailed unless exactly one is named."""
        named = [
            f"{kind}:{value}"
            for kind, value in (
                ("district", self.district),
                ("street", self.street_id),
                ("community", self.community_id),
                ("manage", self.estate_id),
            )
            if value is not None
        ]
        if len(named) != 1:
            raise ValidationFailed("name one place: a district, street, community or estate", path=("filter",))
        return named[0]


@strawberry.type
class SearchQueries:
    """The root fields of searches."""

    @strawberry.field(description="Providers by name, a page of 1 to 100.")
    async def providers(
        self,
        info: Info,
        filter: ProviderFilter | None = None,  # noqa: A002
        first: int = 20,
        after: str | None = None,
    ) -> search_types.ProviderConnection:
        wanted = filter or ProviderFilter()
        term = None if wanted.search is None else search_term(wanted.search)
        conditions = ProviderConditions(wanted.district, wanted.kind)
        return await search_types.provider_page(info, term, conditions, first=first, after=after)

    @strawberry.field(
        description="The owners of a place that the caller may see, a page of 1 to 100. By name or initials for "
        "STREET, COMMUNITY, DISTRICT_OFFICE and HOUSING_BUREAU alone; by code for everybody."
    )
    async def owners(
        self,
        info: Info,
        filter: OwnerFilter,  # noqa: A002
        first: int = 20,
        after: str | None = None,
    ) -> search_types.OwnerConnection:
        return await search_types.owner_page(info, search_term(filter.search), filter.area(), first=first, after=after)
