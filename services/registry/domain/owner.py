"""Owners, who may see their names, and how a part is shared among them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from kit.caller import Caller, Role
from kit.errors import Duplicate, StateConflict, ValidationFailed
from kit.ratio import ONE, Ratio, format_ratio

MOST_OWNERS_OF_A_PART = 200

ROLES_THAT_SEE_NAMES = (Role.STREET, Role.COMMUNITY, Role.DISTRICT_OFFICE, Role.HOUSING_BUREAU)
"""Who needs an owner's name for their work; everybody else sees the mask."""


class OwnerKind(StrEnum):
    """What an owner is; a developer's unsold parts count as one person in votes."""

    NATURAL = "NATURAL"
    LEGAL = "LEGAL"
    DEVELOPER = "DEVELOPER"
    PUBLIC_HOUSING_UNIT = "PUBLIC_HOUSING_UNIT"


class OwnerCodeTaken(Duplicate):
    """Another owner of the district is registered under this code."""


class SharesNotWhole(ValidationFailed):
    """The shares of a part do not add up to one."""


class PartOwned(StateConflict):
    """The part has its first owners already; a later change of owners is a transfer."""


@dataclass(frozen=True)
class Share:
    """One owner's share of a part, from a day on."""

    owner_id: str
    share: Ratio
    from_: date
    to: date | None = None

    def holds_on(self, day: date) -> bool:
        """Return whether the owner holds the share on that day."""
        return self.from_ <= day and (self.to is None or day < self.to)


def check_shares(shares: Sequence[tuple[str, Ratio]], *, path: Sequence[str]) -> None:
    """Raise SharesNotWhole unless the shares are positive and add up to exactly one, each owner named once.

    `shares` are (owner's key, share); the key is only compared.
    """
    if not 1 <= len(shares) <= MOST_OWNERS_OF_A_PART:
        raise ValidationFailed(f"a part has 1 to {MOST_OWNERS_OF_A_PART} owners", path=path, value=len(shares))
    owners = [owner for owner, _ in shares]
    if len(set(owners)) != len(owners):
        twice = next(owner for owner in owners if owners.count(owner) > 1)
        raise ValidationFailed("the same owner is named twice", path=path, value=twice)
    if any(share <= 0 for _, share in shares):
        raise SharesNotWhole("a share is more than nothing", path=path, value=format_ratio(Ratio(0)))
    total = sum(share for _, share in shares)
    if total != ONE:
        raise SharesNotWhole(
            "the shares of a part add up to 1.0000", path=path, value=f"{total // ONE}.{total % ONE:04d}"
        )


def shown_name(name: str, *, kind: OwnerKind, owner_id: str, caller: Caller) -> str:
    """Return the owner's name, masked to the first character unless the caller may see it.

    An owner sees the own name, and so do the offices that work with it. The name of a legal person is public.
    """
    if kind is not OwnerKind.NATURAL or caller.has_role(*ROLES_THAT_SEE_NAMES):
        return name
    grants = caller.scope.area_filter()
    if grants is not None and f"owner:{owner_id}" in grants:
        return name
    return mask_name(name)


def mask_name(name: str) -> str:
    """Return the first character and one star for each further one, at least one: "王小明" is "王**"."""
    return name[:1] + "*" * max(len(name) - 1, 1)
