"""What a token says about its bearer, read into a `Caller`."""

from collections.abc import Mapping
from typing import Any

from kit.caller import Caller, Role, Scope
from kit.errors import ValidationFailed

EVERYTHING = "*"
"""The scope claim of callers who may see the whole city."""

MOST_GRANTS = 500


def caller_of(claims: Mapping[str, Any]) -> Caller:
    """Return the caller of verified claims: `sub`, `jti`, `exp`, `roles` and `scopes`.

    Unknown roles give nothing and are dropped. A token without scopes sees nothing. Raises ValidationFailed when roles
    or scopes are no lists of texts or a grant is malformed: half a scope would show less, or other, than was meant.
    """
    roles, scopes = claims.get("roles", []), claims.get("scopes", [])
    if not _is_texts(roles) or not _is_texts(scopes) or len(scopes) > MOST_GRANTS:
        raise ValidationFailed("roles and scopes are lists of texts", path=("scopes",))
    token_id, expires_at = claims.get("jti"), claims.get("exp")
    return Caller(
        subject=str(claims["sub"]),
        roles=frozenset(str(Role(role)) for role in roles if role in set(Role)),
        scope=Scope.everything() if EVERYTHING in scopes else Scope.of(*scopes),
        token_id=None if token_id is None else str(token_id),
        expires_at=None if expires_at is None else int(expires_at),
    )


def _is_texts(value: object) -> bool:
    return isinstance(value, list) and all(isinstance(part, str) for part in value)
