"""Who is asking: bearer tokens verified against the issuers' published keys, and a door that is shut by default.

`TokenVerifier` knows nothing of HTTP servers; the gateway and every service use the same one::

    verifier = TokenVerifier.from_settings(settings)
    caller = await verifier.verify(token)       # raises Unauthenticated

A token's claims say who the caller is::

    {"iss": …, "aud": …, "sub": "u-17", "exp": …, "jti": …, "roles": ["STREET"], "scopes": ["street:str_0192…"]}

`scopes: ["*"]` is everything; a token without scopes sees nothing.
"""

import asyncio
import json
import logging
import time
from collections.abc import Awaitable, Callable, Iterable
from pathlib import Path
from typing import Protocol

import httpx
from joserfc import jws, jwt
from joserfc.errors import ClaimError, ExpiredTokenError, JoseError
from joserfc.jwk import ECKey, JWKRegistry, OKPKey, RSAKey
from starlette.responses import JSONResponse
from starlette.types import ASGIApp, Receive, Send
from starlette.types import Scope as AsgiScope
from starlette.websockets import WebSocket

from kit.caller import Caller
from kit.clock import Clock, SystemClock
from kit.development_issuer import development_issuer
from kit.errors import ValidationFailed
from kit.settings import ASYMMETRIC_ALGORITHMS, AuthSettings, IssuerSettings
from kit.telemetry import REFUSED_CALLERS
from kit.token_claims import caller_of

logger = logging.getLogger(__name__)

OPEN_PATHS: tuple[str, ...] = ("/health/live", "/health/ready", "/metrics")
"""Every path that answers without a token; a test walks the routes and finds all others shut."""

SIGNED_PATHS: tuple[str, ...] = ("/bank-callbacks",)
"""Every path whose calls bring a signature of their own instead of a token; what answers there checks it first."""

LEEWAY_SECONDS = 30
LONGEST_TOKEN = 8192
REFRESH_SECONDS = 300.0
COOLDOWN_SECONDS = 10.0
MOST_STALE_SECONDS = 24 * 3600.0  # After a day without its issuer a key may have been withdrawn.
FETCH_TIMEOUT_SECONDS = 5.0
LONGEST_KEY_SET = 256 * 1024

PublicKey = RSAKey | ECKey | OKPKey
KeySetFetch = Callable[[], Awaitable[bytes]]


class Unauthenticated(Exception):
    """The request has no token that this process believes; `reason` is one word for logs and metrics."""

    code = "UNAUTHENTICATED"

    def __init__(self, reason: str, message: str) -> None:
        super().__init__(message)
        self.reason = reason
        self.message = message


class KeysUnavailable(Exception):
    """The issuer's keys could not be fetched and none are known: the token can be neither believed nor refused."""

    code = "UNAVAILABLE"


class Verifier(Protocol):
    """Anything that turns a token into a caller."""

    async def verify(self, token: str) -> Caller: ...


class KeySetCache:
    """One issuer's public keys: fetched when old, when a key is unknown, and kept when the issuer is down."""

    def __init__(
        self,
        fetch: KeySetFetch,
        *,
        monotonic: Callable[[], float] = time.monotonic,
        refresh_seconds: float = REFRESH_SECONDS,
        cooldown_seconds: float = COOLDOWN_SECONDS,
    ) -> None:
        self._fetch = fetch
        self._monotonic = monotonic
        self._refresh_seconds = refresh_seconds
        self._cooldown_seconds = cooldown_seconds
        self._keys: dict[str, PublicKey] = {}
        self._fetched_at: float | None = None
        self._tried_at: float | None = None
        self._lock = asyncio.Lock()

    async def key(self, key_id: str) -> PublicKey | None:
        """Return the key of that id, None when the issuer has none; KeysUnavailable when nothing is known."""
        if self._is_old() or (key_id not in self._keys and self._may_try()):
            async with self._lock:
                # Those who waited for the lock find the work done.
                if self._may_try() and (self._is_old() or key_id not in self._keys):
                    await self._refresh()
        if self._fetched_at is None or self._monotonic() - self._fetched_at > MOST_STALE_SECONDS:
            raise KeysUnavailable("the issuer's keys cannot be fetched")
        return self._keys.get(key_id)

    def _is_old(self) -> bool:
        return self._fetched_at is None or self._monotonic() - self._fetched_at >= self._refresh_seconds

    def _may_try(self) -> bool:
        return self._tried_at is None or self._monotonic() - self._tried_at >= self._cooldown_seconds

    async def _refresh(self) -> None:
        self._tried_at = self._monotonic()
        try:
            keys = public_keys(await self._fetch())
        except (OSError, httpx.HTTPError, ValueError) as problem:
            # The last good keys stay in use; readers learn from the log and the age is bounded above.
            logger.warning("an issuer's keys could not be fetched: %s", type(problem).__name__)
            return
        self._keys = keys
        self._fetched_at = self._tried_at


def public_keys(document: bytes) -> dict[str, PublicKey]:
    """Return the signing keys of a JWK set by key id; ValueError when it is no key set or holds none.

    Symmetric keys, private keys, encryption keys and keys without an id are left out.
    """
    if len(document) > LONGEST_KEY_SET:
        raise ValueError("the key set is too large")
    parsed = json.loads(document)
    if not isinstance(parsed, dict) or not isinstance(parsed.get("keys"), list):
        raise ValueError("no key set")
    keys: dict[str, PublicKey] = {}
    for entry in parsed["keys"]:
        if not isinstance(entry, dict) or not isinstance(entry.get("kid"), str) or "d" in entry:
            continue
        if entry.get("kty") not in ("RSA", "EC", "OKP") or entry.get("use", "sig") != "sig":
            continue
        try:
            key = JWKRegistry.import_key(entry)
        except (JoseError, ValueError, KeyError, TypeError):
            logger.warning("an issuer publishes a key that cannot be read: %s", entry["kid"][:64])
            continue
        if isinstance(key, RSAKey | ECKey | OKPKey):
            keys[entry["kid"]] = key
    if not keys:
        raise ValueError("the key set holds no signing key")
    return keys


def fetch_from_file(path: Path) -> KeySetFetch:
    """Return a fetch that reads the key set from a file, each time anew."""

    async def fetch() -> bytes:
        return await asyncio.to_thread(path.read_bytes)

    return fetch


def fetch_from_url(url: str) -> KeySetFetch:
    """Return a fetch that asks the issuer: no redirects, five seconds at most."""

    async def fetch() -> bytes:
        async with httpx.AsyncClient(timeout=FETCH_TIMEOUT_SECONDS, follow_redirects=False) as client:
            response = await client.get(url, headers={"accept": "application/json"})
            response.raise_for_status()
            if response.status_code != httpx.codes.OK:
                raise ValueError("the issuer answers without a key set")
            return response.content

    return fetch


class TokenVerifier:
    """Believes the tokens of a fixed list of issuers."""

    def __init__(
        self,
        issuers: Iterable[IssuerSettings],
        *,
        clock: Clock | None = None,
        monotonic: Callable[[], float] = time.monotonic,
        fetch: Callable[[IssuerSettings], KeySetFetch] | None = None,
    ) -> None:
        self._clock = clock or SystemClock()
        choose_fetch = fetch or key_set_fetch
        self._issuers: dict[str, tuple[IssuerSettings, KeySetCache]] = {}
        for issuer in issuers:
            if issuer.issuer in self._issuers:
                raise ValueError(f"issuer {issuer.issuer!r} is listed twice")
            self._issuers[issuer.issuer] = (issuer, KeySetCache(choose_fetch(issuer), monotonic=monotonic))
        if not self._issuers:
            raise ValueError("a verifier needs at least one issuer")

    @classmethod
    def from_settings(cls, settings: AuthSettings, *, clock: Clock | None = None) -> "TokenVerifier":
        """Return the verifier of the configured issuers, with the development issuer where the settings allow it."""
        issuers = list(settings.issuers)
        if settings.development_issuer_dir is not None:
            issuers.append(development_issuer(settings.development_issuer_dir))
        return cls(issuers, clock=clock)

    async def verify(self, token: str) -> Caller:
        """Return the caller that the token vouches for.

        Raises Unauthenticated when the token is malformed, of an unknown issuer, badly signed, for others, expired, not
        yet valid or without the claims a caller needs; KeysUnavailable when its issuer's keys cannot be had.
        """
        if len(token) > LONGEST_TOKEN or not token.isascii():
            raise Unauthenticated("malformed", "the token is malformed")
        try:
            unverified = jws.extract_compact(token.encode())
            header = unverified.headers()
            claims = json.loads(unverified.payload or b"")
        except (JoseError, ValueError, RecursionError):
            raise Unauthenticated("malformed", "the token is malformed") from None
        named_issuer = claims.get("iss") if isinstance(claims, dict) else None
        if not isinstance(named_issuer, str) or named_issuer not in self._issuers:
            raise Unauthenticated("issuer", "the token's issuer is not accepted")
        issuer, keys = self._issuers[named_issuer]
        algorithm, key_id = header.get("alg"), header.get("kid")
        if algorithm not in issuer.algorithms or algorithm not in ASYMMETRIC_ALGORITHMS:
            raise Unauthenticated("algorithm", "the token's algorithm is not accepted")
        if not isinstance(key_id, str):
            raise Unauthenticated("key", "the token names no key")
        key = await keys.key(key_id)
        if key is None:
            raise Unauthenticated("key", "the token's key is unknown")
        return self._caller(token, key, algorithm, issuer)

    def _caller(self, token: str, key: PublicKey, algorithm: str, issuer: IssuerSettings) -> Caller:
        try:
            claims = jwt.decode(token, key, algorithms=[algorithm]).claims
            jwt.JWTClaimsRegistry(
                now=int(self._clock.now().timestamp()),
                leeway=LEEWAY_SECONDS,
                iss={"essential": True, "value": issuer.issuer},
                aud={"essential": True, "value": issuer.audience},
                sub={"essential": True},
                exp={"essential": True},
            ).validate(claims)
        except ExpiredTokenError:
            raise Unauthenticated("expired", "the token has expired") from None
        except ClaimError as problem:
            raise Unauthenticated("claims", f"the token's claim {problem.claim!r} is not accepted") from None
        except (JoseError, ValueError):
            raise Unauthenticated("signature", "the token's signature does not hold") from None
        try:
            return caller_of(claims)
        except ValidationFailed:
            raise Unauthenticated("claims", "the token's roles and scopes are not all well-formed") from None


def key_set_fetch(issuer: IssuerSettings) -> KeySetFetch:
    """Return how this issuer's key set is fetched."""
    if issuer.jwks_file is not None:
        return fetch_from_file(issuer.jwks_file)
    return fetch_from_url(str(issuer.jwks_url))


def bearer_token(headers: Iterable[tuple[bytes, bytes]]) -> str:
    """Return the one bearer token of a request's raw headers; Unauthenticated when there is none or more than one."""
    values = [value for name, value in headers if name.lower() == b"authorization"]
    if not values:
        raise Unauthenticated("missing", "the request brings no token")
    scheme, _, token = values[0].decode("latin-1").partition(" ")
    if len(values) > 1 or scheme.lower() != "bearer" or not token.strip():
        raise Unauthenticated("malformed", 'the request brings no "Authorization: Bearer …" header')
    return token.strip()


def refusal_response(code: str, message: str, status: int) -> JSONResponse:
    """Return a refusal that stands outside any GraphQL answer, in the same form."""
    headers = {"www-authenticate": "Bearer"} if status == 401 else None
    return JSONResponse(
        {"errors": [{"message": message, "extensions": {"code": code}}]}, status_code=status, headers=headers
    )


class AuthenticationMiddleware:
    """Lets a request in with its caller in `scope["state"]["caller"]`, or answers 401; only OPEN_PATHS need no token.

    A WebSocket brings its token with the handshake, as a request does. For HTTP, `anonymous_paths` come through without
    a caller when they bring no token at all; what answers there must itself refuse whatever needs one (a development
    service shows its SDL this way). `signed_paths` are those of SIGNED_PATHS that the application serves.
    """

    def __init__(
        self,
        app: ASGIApp,
        *,
        verifier: Verifier,
        open_paths: tuple[str, ...] = OPEN_PATHS,
        anonymous_paths: tuple[str, ...] = (),
        signed_paths: tuple[str, ...] = (),
    ) -> None:
        self._app = app
        self._verifier = verifier
        self._open_paths = frozenset((*open_paths, *signed_paths))
        self._anonymous_paths = frozenset(anonymous_paths)

    async def __call__(self, scope: AsgiScope, receive: Receive, send: Send) -> None:
        if scope["type"] == "lifespan" or (scope["type"] == "http" and scope["path"] in self._open_paths):
            await self._app(scope, receive, send)
            return
        try:
            caller = await self._caller(scope)
        except Unauthenticated as problem:
            REFUSED_CALLERS.labels(problem.reason).inc()
            await _refuse(problem.code, problem.message, 401, scope, receive, send)
            return
        except KeysUnavailable as problem:
            REFUSED_CALLERS.labels("keys").inc()
            await _refuse(problem.code, str(problem), 503, scope, receive, send)
            return
        scope.setdefault("state", {})["caller"] = caller
        await self._app(scope, receive, send)

    async def _caller(self, scope: AsgiScope) -> Caller | None:
        try:
            token = bearer_token(scope["headers"])
        except Unauthenticated as problem:
            is_anonymous = scope["type"] == "http" and scope["path"] in self._anonymous_paths
            if problem.reason == "missing" and is_anonymous:
                return None
            raise
        return await self._verifier.verify(token)


async def _refuse(code: str, message: str, status: int, scope: AsgiScope, receive: Receive, send: Send) -> None:
    """Answer a request, or the handshake of a WebSocket, with a refusal."""
    response = refusal_response(code, message, status)
    if scope["type"] == "websocket":
        await WebSocket(scope, receive, send).send_denial_response(response)
    else:
        await response(scope, receive, send)
