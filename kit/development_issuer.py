"""An issuer for a developer's desk: a key pair in a directory, and tokens at the asking.

Production settings refuse it. The private key is readable by its owner alone.
"""

import argparse
import json
import os
import stat
import time
import uuid
from collections.abc import Iterable
from pathlib import Path

from joserfc import jwt
from joserfc.jwk import JWKRegistry, OKPKey

from kit.caller import Role, Scope
from kit.settings import IssuerSettings
from kit.token_claims import EVERYTHING

ISSUER = "https://development.anju.invalid"
AUDIENCE = "anju"
ALGORITHM = "Ed25519"
PRIVATE_KEY_FILE = "private_key.json"
KEY_SET_FILE = "jwks.json"
DEFAULT_TTL_SECONDS = 12 * 3600
LONGEST_TTL_SECONDS = 7 * 24 * 3600


def development_issuer(directory: Path) -> IssuerSettings:
    """Return the issuer whose keys lie in `directory`, making the key pair when there is none."""
    private_key(directory)
    return IssuerSettings(issuer=ISSUER, audience=AUDIENCE, jwks_file=directory / KEY_SET_FILE, algorithms=(ALGORITHM,))


def private_key(directory: Path) -> OKPKey:
    """Return the signing key in `directory`, made at the first call; PermissionError when others could read it.

    Several processes may call this at once: the first one's key is everybody's.
    """
    directory.mkdir(mode=0o700, parents=True, exist_ok=True)
    path = directory / PRIVATE_KEY_FILE
    if not path.exists():
        _write_new_key(directory, path)
    if stat.S_IMODE(path.stat().st_mode) & 0o077:
        raise PermissionError(f"{path} is readable by others: chmod 600 {path}")
    key = JWKRegistry.import_key(json.loads(path.read_text(encoding="utf-8")))
    if not isinstance(key, OKPKey):
        raise ValueError(f"{path} holds no Ed25519 key")
    _publish(directory, key)
    return key


def _write_new_key(directory: Path, path: Path) -> None:
    key = OKPKey.generate_key("Ed25519", {"use": "sig", "alg": ALGORITHM}, auto_kid=True)
    draft = directory / f".{PRIVATE_KEY_FILE}.{uuid.uuid4().hex}"
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        json.dump(key.as_dict(private=True), file)
    try:
        # A link never replaces: of two processes that start together, one wins and both read its key.
        os.link(draft, path)
    except FileExistsError:
        return
    finally:
        draft.unlink()


def _publish(directory: Path, key: OKPKey) -> None:
    document = json.dumps({"keys": [key.as_dict(private=False)]}, indent=1)
    path = directory / KEY_SET_FILE
    if path.exists() and path.read_text(encoding="utf-8") == document:
        return
    draft = directory / f".{KEY_SET_FILE}.{uuid.uuid4().hex}"
    draft.write_text(document, encoding="utf-8")
    draft.replace(path)


def mint_token(
    directory: Path,
    subject: str,
    roles: Iterable[str],
    scopes: Iterable[str],
    ttl_seconds: int = DEFAULT_TTL_SECONDS,
) -> str:
    """Return a signed token for `subject`; `scopes` are grants such as "district:360702", or "*" for everything.

    Raises ValidationFailed for a malformed grant and ValueError for an unknown role or a life outside 1 s to 7 days.
    """
    roles, scopes = list(roles), list(scopes)
    unknown = sorted(set(roles) - set(Role))
    if unknown:
        raise ValueError(f"unknown role {', '.join(unknown)}; known are {', '.join(sorted(Role))}")
    if not 1 <= ttl_seconds <= LONGEST_TTL_SECONDS:
        raise ValueError(f"a token lives from 1 to {LONGEST_TTL_SECONDS} seconds, not {ttl_seconds}")
    Scope.of(*(grant for grant in scopes if grant != EVERYTHING))
    key = private_key(directory)
    now = int(time.time())
    claims = {
        "iss": ISSUER,
        "aud": AUDIENCE,
        "sub": subject,
        "iat": now,
        "exp": now + ttl_seconds,
        "jti": uuid.uuid4().hex,
        "roles": roles,
        "scopes": scopes,
    }
    return jwt.encode({"alg": ALGORITHM, "kid": key.kid}, claims, key, algorithms=[ALGORITHM])


def add_token_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the arguments of the `token` command to `parser`."""
    parser.add_argument("--subject", default="developer", help="who the token speaks for (default: developer)")
    parser.add_argument(
        "--role", action="append", default=[], metavar="ROLE", choices=sorted(Role), help="may be repeated"
    )
    parser.add_argument(
        "--scope",
        action="append",
        default=[],
        metavar="GRANT",
        help='may be repeated: "district:360702", "estate:est_…", or "*" for everything (default: nothing)',
    )
    parser.add_argument("--ttl", type=int, default=DEFAULT_TTL_SECONDS, metavar="SECONDS", help="the token's life")


def run_token(directory: Path, arguments: argparse.Namespace) -> str:
    """Return the token that the parsed `arguments` of `add_token_arguments` ask for."""
    return mint_token(directory, arguments.subject, arguments.role, arguments.scope, arguments.ttl)
