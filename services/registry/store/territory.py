"""Streets and communities. Their names are public, so everybody who is let in may read them."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from kit.errors import ForbiddenActor
from kit.mongo import Reader, UnitOfWork
from services.registry.domain.territory import CommunityKnown, StreetKnown
from services.registry.store.duplicates import refused_when_taken

STREETS = "streets"
COMMUNITIES = "communities"


@dataclass(frozen=True)
class StreetRecord:
    """A town, street or management office (镇、街道、管理处) of a district."""

    id: str
    district: str
    name: str

    @property
    def areas(self) -> list[str]:
        """The grants that cover the whole street."""
        return [f"district:{self.district}", f"street:{self.id}"]


@dataclass(frozen=True)
class CommunityRecord:
    """A community (社区) of a street."""

    id: str
    district: str
    street_id: str
    name: str

    @property
    def areas(self) -> list[str]:
        """The grants that cover the whole community."""
        return [f"district:{self.district}", f"street:{self.street_id}", f"community:{self.id}"]


class OutsideOwnArea(ForbiddenActor):
    """The caller writes into a district, street or community that the token does not cover."""


def require_own_area(work: UnitOfWork, areas: Iterable[str], *, path: Sequence[str], value: str) -> None:
    """Raise OutsideOwnArea unless the caller's scope covers the place that is written to."""
    if not work.caller.scope.covers(areas):
        raise OutsideOwnArea("this lies outside the caller's area", path=path, value=value)


async def add_streets(work: UnitOfWork, streets: Sequence[StreetRecord]) -> None:
    """Save new streets; raises StreetKnown when the district has one of the name."""
    with refused_when_taken(StreetKnown("the district has a street of this name", path=("input", "name"))):
        await work.collection(STREETS).insert_many(
            [
                {"_id": street.id, "district": street.district, "name": street.name, "areas": street.areas}
                for street in streets
            ],
            session=work.session,
        )


async def add_communities(work: UnitOfWork, communities: Sequence[CommunityRecord]) -> None:
    """Save new communities; raises CommunityKnown when the street has one of the name."""
    with refused_when_taken(CommunityKnown("the street has a community of this name", path=("input", "name"))):
        await work.collection(COMMUNITIES).insert_many(
            [
                {
                    "_id": community.id,
                    "district": community.district,
                    "street_id": community.street_id,
                    "name": community.name,
                    "areas": community.areas,
                }
                for community in communities
            ],
            session=work.session,
        )


async def find_streets(reader: Reader, ids: Sequence[str]) -> list[StreetRecord]:
    """Return the streets of these ids, in any order; unknown ones are left out."""
    cursor = reader.collection(STREETS).find({"_id": {"$in": list(ids)}}, session=reader.session)
    return [_street(document) async for document in cursor]


async def find_communities(reader: Reader, ids: Sequence[str]) -> list[CommunityRecord]:
    """Return the communities of these ids, in any order; unknown ones are left out."""
    cursor = reader.collection(COMMUNITIES).find({"_id": {"$in": list(ids)}}, session=reader.session)
    return [_community(document) async for document in cursor]


async def find_streets_of_districts(reader: Reader, districts: Sequence[str]) -> list[StreetRecord]:
    """Return all streets of the districts, by name; a district has some tens."""
    cursor = reader.collection(STREETS).find({"district": {"$in": list(districts)}}, session=reader.session)
    return sorted([_street(document) async for document in cursor], key=lambda street: street.name)


async def find_communities_of_streets(reader: Reader, street_ids: Sequence[str]) -> list[CommunityRecord]:
    """Return all communities of the streets, by name; a street has some tens."""
    cursor = reader.collection(COMMUNITIES).find({"street_id": {"$in": list(street_ids)}}, session=reader.session)
    return sorted([_community(document) async for document in cursor], key=lambda community: community.name)


def _street(document: dict[str, Any]) -> StreetRecord:
    return StreetRecord(id=document["_id"], district=document["district"], name=document["name"])


def _community(document: dict[str, Any]) -> CommunityRecord:
    return CommunityRecord(
        id=document["_id"], district=document["district"], street_id=document["street_id"], name=document["name"]
    )
