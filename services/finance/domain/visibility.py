"""Which grants of a scope see the records of an estate."""


def areas_of_estate(*, district: str, street_id: str, community_id: str, estate_id: str) -> tuple[str, ...]:
    """Return the grants that see an estate's public records: all its levels, its owners and who manages it (ZG-22)."""
    return (
        f"district:{district}",
        f"street:{street_id}",
        f"community:{community_id}",
        f"estate:{estate_id}",
        f"manage:{estate_id}",
    )


def areas_of_street(*, district: str, street_id: str) -> tuple[str, ...]:
    """Return the grants that see a street's records."""
    return (f"district:{district}", f"street:{street_id}")
