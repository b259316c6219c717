"""The communities that rows name by district, street and community, each read once for a batch."""

from collections.abc import Iterable
from dataclasses import dataclass

from kit.mongo import UnitOfWork
from services.registry.domain import ledger
from services.registry.domain.territory import UnknownCommunity, UnknownStreet
from services.registry.store.territory import (
    CommunityRecord,
    StreetRecord,
    find_communities_of_streets,
    find_streets_of_districts,
)


@dataclass(frozen=True)
class NamedCommunities:
    """The streets and communities of the districts that a batch of rows names."""

    streets: dict[tuple[str, str], StreetRecord]
    communities: dict[tuple[str, str], CommunityRecord]

    @classmethod
    async def of(cls, work: UnitOfWork, districts: Iterable[str]) -> "NamedCommunities":
        """Read the streets and communities of the districts."""
        streets = await find_streets_of_districts(work, sorted(set(districts)))
        communities = await find_communities_of_streets(work, [street.id for street in streets])
        return cls(
            {(street.district, street.name): street for street in streets},
            {(community.street_id, community.name): community for community in communities},
        )

    @property
    def ids(self) -> list[str]:
        """The ids of the communities."""
        return [community.id for community in self.communities.values()]

    def named(self, district: str, street: str, community: str) -> CommunityRecord:
        """Return the community of a row; raises UnknownStreet, UnknownCommunity at the cell."""
        found = self.streets.get((district, street))
        if found is None:
            raise UnknownStreet(
                f"the district {district} has no street {street!r}", path=(ledger.STREET,), value=street
            )
        wanted = self.communities.get((found.id, community))
        if wanted is None:
            raise UnknownCommunity(
                f"the street has no community {community!r}", path=(ledger.COMMUNITY,), value=community
            )
        return wanted
