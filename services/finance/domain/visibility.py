"""Which grants of a scope see the records of an estate, a part or a street."""

from collections.abc import Iterable

from kit.caller import ALL, Scope

_OWNER = "owner:"


def areas_of_estate(*, district: str, street_id: str, community_id: str, estate_id: str) -> tuple[str, ...]:
    """Return the grants that see an estate's public records: all its levels, its owners and who manages it (ZG-22)."""
    return (
        f"district:{district}",
        f"street:{street_id}",
        f"community:{community_id}",
        f"estate:{estate_id}",
        f"manage:{estate_id}",
    )


def areas_of_part(
    *, district: str, street_id: str, community_id: str, estate_id: str, part_id: str, owner_ids: Iterable[str]
) -> tuple[str, ...]:
    """Return the grants that see what concerns one part alone: the offices, who manages the estate, and its owners."""
    return (
        f"district:{district}",
        f"street:{street_id}",
        f"community:{community_id}",
        f"manage:{estate_id}",
        f"part:{part_id}",
        *(f"owner:{owner_id}" for owner_id in sorted(owner_ids)),
    )


def owners_of_scope(scope: Scope) -> frozenset[str]:
    """Return the owners as whom a caller sees what is theirs."""
    grants = () if scope.areas is ALL else scope.areas
    return frozenset(grant.removeprefix(_OWNER) for grant in grants if grant.startswith(_OWNER))


def without_owners(scope: Scope) -> Scope:
    """Return the scope of what a caller sees otherwise than as an owner: as an office, or as who manages an estate."""
    if scope.areas is ALL:
        return scope
    return Scope.of(*(grant for grant in scope.areas if not grant.startswith(_OWNER)))


def areas_of_street(*, district: str, street_id: str) -> tuple[str, ...]:
    """Return the grants that see a street's records."""
    return (f"district:{district}", f"street:{street_id}")


def areas_of_district(district: str) -> tuple[str, ...]:
    """Return the grants that see a district's records."""
    return (f"district:{district}",)
