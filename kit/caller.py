"""Who asks, in which roles, and which part of the city they may see.

A scope is a set of grants such as "street:str_0192…". Every stored document that can be read through a door carries the
grants that may see it in `areas`; a read asks for documents that share a grant with the caller's scope.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from enum import Enum, StrEnum
from typing import Final

from kit.errors import ForbiddenActor, ValidationFailed
from kit.ids import is_id


class Role(StrEnum):
    """What a caller is in the district's work; a caller may have several."""

    CITY_OFFICE = "CITY_OFFICE"
    DISTRICT_OFFICE = "DISTRICT_OFFICE"
    STREET = "STREET"
    COMMUNITY = "COMMUNITY"
    COMMITTEE = "COMMITTEE"
    PROVIDER = "PROVIDER"
    OWNER = "OWNER"
    FINANCE_BUREAU = "FINANCE_BUREAU"
    HOUSING_BUREAU = "HOUSING_BUREAU"
    OPERATOR = "OPERATOR"
    AUDITOR = "AUDITOR"
    SERVICE = "SERVICE"


class _All(Enum):
    ALL = "ALL"


ALL: Final = _All.ALL
"""The areas of a scope without bounds."""

_DISTRICT_CODE = re.compile(r"[1-9][0-9]{5}")
_ID_PREFIXES_BY_GRANT = {
    "street": "str",
    "community": "com",
    "estate": "est",
    "manage": "est",
    "part": "prt",
    "owner": "own",
}


@dataclass(frozen=True)
class Scope:
    """The grants of a caller: `ALL`, or the areas, estates, parts and owners whose records they may see."""

    areas: "frozenset[str] | _All"

    @classmethod
    def everything(cls) -> "Scope":
        """Return the scope without bounds, of the city's office, an auditor or a service itself."""
        return cls(ALL)

    @classmethod
    def of(cls, *grants: str) -> "Scope":
        """Return the scope of grants such as "district:360702" or "estate:est_…"; of none: a scope that sees nothing.

        Raises ValidationFailed for a grant of unknown kind or form.
        """
        for grant in grants:
            if not is_grant(grant):
                raise ValidationFailed("a scope's grant names a kind and an id, such as 'district:360702'", value=grant)
        return cls(frozenset(grants))

    def area_filter(self) -> list[str] | None:
        """Return the grants in a stable order, for a query on `areas`; None means everything, an empty list nothing."""
        return None if isinstance(self.areas, _All) else sorted(self.areas)

    def covers(self, areas: Iterable[str]) -> bool:
        """Return whether a document with these `areas` may be seen."""
        return isinstance(self.areas, _All) or not self.areas.isdisjoint(areas)


def is_grant(text: str) -> bool:
    """Return whether the text has the form of a grant: a known kind, a colon, and a district code or an id."""
    kind, _, name = text.partition(":")
    if kind == "district":
        return _DISTRICT_CODE.fullmatch(name) is not None
    prefix = _ID_PREFIXES_BY_GRANT.get(kind)
    return prefix is not None and is_id(name, prefix)


@dataclass(frozen=True)
class Caller:
    """Who asks: the token's subject, the roles and the scope that its issuer vouches for, and the token's id and end.

    `expires_at` is in seconds since 1970; None for who brings no token.
    """

    subject: str
    roles: frozenset[str]
    scope: Scope
    token_id: str | None = None
    expires_at: int | None = None

    def has_role(self, *roles: str) -> bool:
        """Return whether the caller has at least one of the roles."""
        return not self.roles.isdisjoint(roles)

    def require_role(self, *roles: str) -> None:
        """Raise ForbiddenActor unless the caller has at least one of the roles."""
        if not self.has_role(*roles):
            raise ForbiddenActor(
                f"this needs one of the roles {', '.join(sorted(roles))}", value=", ".join(sorted(self.roles))
            )


SYSTEM_CALLER = Caller(subject="system", roles=frozenset({Role.SERVICE.value}), scope=Scope.everything())
"""The service itself, in reactions, sealers and other work that no person asked for."""
