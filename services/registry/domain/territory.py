"""Where an estate lies: exactly one street, exactly one community, each membership with its dates."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date

from kit.errors import Duplicate, StateConflict, ValidationFailed


class UnknownDistrict(ValidationFailed):
    """No policy file of this district is mounted, so it is none of the city's districts."""


class UnknownStreet(ValidationFailed):
    """The street is not among the registered ones (DH-04, XY-28)."""


class StreetNotOfDistrict(ValidationFailed):
    """The district's document names its streets, and this is none of them (XY-28)."""


class UnknownCommunity(ValidationFailed):
    """The community is not among the registered ones."""


class CommunityOutsideStreet(ValidationFailed):
    """The community belongs to another street: the estate would span two (DH-04)."""


class SecondCommunity(ValidationFailed):
    """The estate belongs to a community already; it may not span communities (DH-28, G-26)."""


class OtherDistrict(ValidationFailed):
    """The community belongs to another district: an estate does not leave its district (DH-04)."""


class SameCommunity(ValidationFailed):
    """The estate would move to where it is (DH-28)."""


class MoveOutOfOrder(StateConflict):
    """The estate would move before or on the day it came to where it is (DH-28)."""


class StreetKnown(Duplicate):
    """The district has a street of this name."""


class CommunityKnown(Duplicate):
    """The street has a community of this name."""


@dataclass(frozen=True)
class Membership:
    """An estate belongs to these from `from_` (None: since ever) until `to` (that day excluded; None: still)."""

    district: str
    street_id: str
    community_id: str
    from_: date | None = None
    to: date | None = None

    def covers(self, day: date) -> bool:
        """Return whether the membership holds on that day."""
        return (self.from_ is None or self.from_ <= day) and (self.to is None or day < self.to)


@dataclass(frozen=True)
class Place:
    """An estate's street and community as far as access and events need them."""

    district: str
    street_id: str
    community_id: str


def membership_on(memberships: Sequence[Membership], day: date) -> Membership:
    """Return the one membership that holds on that day; raises ValidationFailed where none or two do (DH-04)."""
    holding = [membership for membership in memberships if membership.covers(day)]
    if len(holding) != 1:
        raise ValidationFailed(f"the estate has {len(holding)} communities on {day.isoformat()}", value=day.isoformat())
    return holding[0]


def moved(memberships: Sequence[Membership], destination: Place, *, on: date, today: date) -> tuple[Membership, ...]:
    """Return the memberships after a move: the present one ends on the day on which the new one begins (DH-28).

    The estate is in one community on each day, before and after. Raises OtherDistrict, SameCommunity, ValidationFailed
    for a day to come and MoveOutOfOrder for one that is not after the present membership's first.
    """
    present = memberships[-1]
    if destination.district != present.district:
        raise OtherDistrict(
            "an estate does not leave its district", path=("input", "communityId"), value=destination.community_id
        )
    if destination.community_id == present.community_id:
        raise SameCommunity(
            "the estate is in this community already", path=("input", "communityId"), value=destination.community_id
        )
    if on > today:
        raise ValidationFailed("a move is recorded when it has happened", path=("input", "effectiveOn"), value=on)
    if present.from_ is not None and on <= present.from_:
        raise MoveOutOfOrder(
            f"the estate came to its community on {present.from_.isoformat()}", path=("input", "effectiveOn"), value=on
        )
    arrival = Membership(destination.district, destination.street_id, destination.community_id, on)
    return (*memberships[:-1], replace(present, to=on), arrival)


def require_same_community(*, known: str, named: str, path: Sequence[str], value: str) -> None:
    """Raise SecondCommunity when an estate of `known` community is put into another one (DH-28, G-26)."""
    if known != named:
        raise SecondCommunity(
            f"the estate belongs to another community already and may not span two: {value!r}", path=path, value=value
        )


def require_street_of_district(name: str, *, named_streets: Sequence[str] | None, path: Sequence[str]) -> None:
    """Raise StreetNotOfDistrict when the district's document names its streets and `name` is none of them (XY-28)."""
    if named_streets is not None and name not in named_streets:
        raise StreetNotOfDistrict(
            f"{name!r} is none of the district's streets: {'、'.join(named_streets)}", path=path, value=name
        )


def public_areas(place: Place, estate_id: str) -> list[str]:
    """Return the grants that see an estate's public records."""
    return [
        f"district:{place.district}",
        f"street:{place.street_id}",
        f"community:{place.community_id}",
        f"estate:{estate_id}",
        f"manage:{estate_id}",
    ]


def private_areas(place: Place, estate_id: str, *, part_id: str | None, owner_ids: Sequence[str]) -> list[str]:
    """Return the grants that see the records of one part or owner: the estate's neighbours are not among them."""
    areas = [area for area in public_areas(place, estate_id) if not area.startswith("estate:")]
    if part_id is not None:
        areas.append(f"part:{part_id}")
    return areas + [f"owner:{owner_id}" for owner_id in owner_ids]
