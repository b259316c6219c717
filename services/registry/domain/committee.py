"""The committees that act for an estate's owners."""

from enum import StrEnum


class CommitteeKind(StrEnum):
    """Elected by the owners' congress, or formed by the street where that cannot be (ZG-05)."""

    OWNERS_COMMITTEE = "OWNERS_COMMITTEE"
    MANAGEMENT_COMMITTEE = "MANAGEMENT_COMMITTEE"
