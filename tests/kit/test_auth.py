"""Which tokens are believed, which are refused and why."""

import base64
import hashlib
import hmac
import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import pytest
from joserfc import jwt
from joserfc.jwk import ECKey, OctKey, OKPKey, RSAKey
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import Route

from kit.auth import (
    COOLDOWN_SECONDS,
    LEEWAY_SECONDS,
    LONGEST_TOKEN,
    MOST_STALE_SECONDS,
    OPEN_PATHS,
    REFRESH_SECONDS,
    AuthenticationMiddleware,
    KeySetFetch,
    KeysUnavailable,
    TokenVerifier,
    Unauthenticated,
    public_keys,
)
from kit.caller import ALL
from kit.clock import FixedClock
from kit.settings import IssuerSettings

NOW = datetime(2025, 3, 1, 8, 0, tzinfo=UTC)
CITY = "https://login.city.example"
BUREAU = "https://login.bureau.example"

ED_KEY = OKPKey.generate_key("Ed25519", {"use": "sig"}, auto_kid=True)
EC_KEY = ECKey.generate_key("P-256", {"use": "sig"}, auto_kid=True)
RSA_KEY = RSAKey.generate_key(2048, {"use": "sig"}, auto_kid=True)
NEW_KEY = OKPKey.generate_key("Ed25519", {"use": "sig"}, auto_kid=True)

Signer = OKPKey | ECKey | RSAKey


def key_set(*keys: Signer) -> bytes:
    return json.dumps({"keys": [key.as_dict(private=False) for key in keys]}).encode()


class Publisher:
    """An issuer's key set as a fetch: what it answers can be changed, and calls are counted."""

    def __init__(self, *keys: Signer) -> None:
        self.keys: tuple[Signer, ...] = keys
        self.down = False
        self.calls = 0

    async def __call__(self) -> bytes:
        self.calls += 1
        if self.down:
            raise httpx.ConnectError("refused")
        return key_set(*self.keys)


class Stopwatch:
    """A monotonic clock moved by hand."""

    def __init__(self) -> None:
        self.seconds = 1000.0

    def __call__(self) -> float:
        return self.seconds


def issuer(name: str = CITY, **overrides: Any) -> IssuerSettings:
    return IssuerSettings(
        **{
            "issuer": name,
            "audience": "anju",
            "jwks_url": "https://login.city.example/jwks",
            "algorithms": ("Ed25519", "EdDSA", "ES256", "RS256"),
            **overrides,
        }
    )


def verifier_of(
    publisher: KeySetFetch, *, stopwatch: Callable[[], float] | None = None, now: datetime = NOW, **overrides: Any
) -> TokenVerifier:
    return TokenVerifier(
        [issuer(**overrides)],
        clock=FixedClock(now),
        monotonic=stopwatch or Stopwatch(),
        fetch=lambda _: publisher,
    )


def claims(**overrides: Any) -> dict[str, Any]:
    merged = {
        "iss": CITY,
        "aud": "anju",
        "sub": "u-17",
        "exp": int((NOW + timedelta(minutes=5)).timestamp()),
        "jti": "t-1",
        "roles": ["STREET"],
        "scopes": ["district:360702"],
        **overrides,
    }
    return {name: value for name, value in merged.items() if value is not None}


def sign(
    key: Signer = ED_KEY, algorithm: str = "Ed25519", header: dict[str, Any] | None = None, **overrides: Any
) -> str:
    return jwt.encode(
        {"alg": algorithm, "kid": key.kid, **(header or {})}, claims(**overrides), key, algorithms=[algorithm]
    )


def encoded(part: object) -> str:
    return base64.urlsafe_b64encode(json.dumps(part).encode()).decode().rstrip("=")


async def refused_for(verifier: TokenVerifier, token: str) -> str:
    with pytest.raises(Unauthenticated) as caught:
        await verifier.verify(token)
    return caught.value.reason


@pytest.mark.parametrize(
    ("key", "algorithm"),
    [(ED_KEY, "Ed25519"), (EC_KEY, "ES256"), (RSA_KEY, "RS256")],
    ids=["Ed25519", "ES256", "RS256"],
)
async def test_a_well_signed_token_gives_its_caller(key: Signer, algorithm: str) -> None:
    caller = await verifier_of(Publisher(ED_KEY, EC_KEY, RSA_KEY)).verify(sign(key, algorithm))

    assert caller.subject == "u-17"
    assert caller.roles == {"STREET"}
    assert caller.scope.area_filter() == ["district:360702"]
    assert caller.token_id == "t-1"


async def test_unknown_roles_give_nothing_and_a_star_gives_everything() -> None:
    caller = await verifier_of(Publisher(ED_KEY)).verify(sign(roles=["AUDITOR", "EMPEROR"], scopes=["*"]))

    assert caller.roles == {"AUDITOR"}
    assert caller.scope.areas is ALL


async def test_a_token_without_scopes_sees_nothing() -> None:
    caller = await verifier_of(Publisher(ED_KEY)).verify(sign(scopes=None, roles=None))

    assert caller.scope.area_filter() == []
    assert caller.roles == frozenset()


@pytest.mark.parametrize(
    ("overrides", "reason"),
    [
        ({"iss": "https://elsewhere.example"}, "issuer"),
        ({"iss": None}, "issuer"),
        ({"iss": [CITY]}, "issuer"),
        ({"aud": "another"}, "claims"),
        ({"aud": None}, "claims"),
        ({"sub": None}, "claims"),
        ({"sub": ""}, "claims"),
        ({"exp": None}, "claims"),
        ({"exp": "tomorrow"}, "claims"),
        ({"roles": "STREET"}, "claims"),
        ({"scopes": "district:360702"}, "claims"),
        ({"scopes": ["planet:earth"]}, "claims"),
        ({"scopes": ["district:360702"] * 501}, "malformed"),  # Too long to be read at all.
    ],
)
async def test_a_token_that_lacks_or_bends_a_claim_is_refused(overrides: dict[str, Any], reason: str) -> None:
    assert await refused_for(verifier_of(Publisher(ED_KEY)), sign(**overrides)) == reason


async def test_one_of_several_audiences_suffices() -> None:
    caller = await verifier_of(Publisher(ED_KEY)).verify(sign(aud=["portal", "anju"]))

    assert caller.subject == "u-17"


@pytest.mark.parametrize(
    ("seconds_past_expiry", "believed"),
    [(LEEWAY_SECONDS - 1, True), (LEEWAY_SECONDS, False), (LEEWAY_SECONDS + 1, False)],
)
async def test_expiry_has_thirty_seconds_of_leeway(seconds_past_expiry: int, believed: bool) -> None:
    verifier = verifier_of(Publisher(ED_KEY))
    token = sign(exp=int(NOW.timestamp()) - seconds_past_expiry)

    if believed:
        assert (await verifier.verify(token)).subject == "u-17"
    else:
        assert await refused_for(verifier, token) == "expired"


@pytest.mark.parametrize(("seconds_ahead", "believed"), [(LEEWAY_SECONDS, True), (LEEWAY_SECONDS + 1, False)])
async def test_not_before_has_thirty_seconds_of_leeway(seconds_ahead: int, believed: bool) -> None:
    verifier = verifier_of(Publisher(ED_KEY))
    token = sign(nbf=int(NOW.timestamp()) + seconds_ahead)

    if believed:
        assert (await verifier.verify(token)).subject == "u-17"
    else:
        assert await refused_for(verifier, token) == "claims"


async def test_an_unsigned_token_is_refused() -> None:
    unsigned = f"{encoded({'alg': 'none', 'kid': ED_KEY.kid})}.{encoded(claims())}."

    assert await refused_for(verifier_of(Publisher(ED_KEY)), unsigned) == "algorithm"


async def test_a_published_rsa_key_cannot_be_used_as_a_shared_secret() -> None:
    signed = f"{encoded({'alg': 'HS256', 'kid': RSA_KEY.kid})}.{encoded(claims())}"
    secret = RSA_KEY.as_pem(private=False)
    tag = base64.urlsafe_b64encode(hmac.new(secret, signed.encode(), hashlib.sha256).digest()).decode().rstrip("=")

    assert await refused_for(verifier_of(Publisher(RSA_KEY)), f"{signed}.{tag}") == "algorithm"


async def test_a_key_is_not_used_with_another_kind_of_algorithm() -> None:
    header = {"alg": "RS256", "kid": ED_KEY.kid}
    signed_by_ed = sign().rsplit(".", 1)[1]
    token = f"{encoded(header)}.{encoded(claims())}.{signed_by_ed}"

    assert await refused_for(verifier_of(Publisher(ED_KEY)), token) == "signature"


async def test_an_algorithm_that_the_issuer_does_not_use_is_refused() -> None:
    verifier = verifier_of(Publisher(EC_KEY), algorithms=("Ed25519",))

    assert await refused_for(verifier, sign(EC_KEY, "ES256")) == "algorithm"


def test_symmetric_algorithms_cannot_even_be_configured() -> None:
    with pytest.raises(ValueError, match="HS256"):
        issuer(algorithms=("HS256",))


async def test_a_changed_claim_breaks_the_signature() -> None:
    header, _, signature = sign().split(".")
    token = f"{header}.{encoded(claims(scopes=['*']))}.{signature}"

    assert await refused_for(verifier_of(Publisher(ED_KEY)), token) == "signature"


async def test_another_issuers_key_does_not_sign_for_this_one() -> None:
    publishers = {CITY: Publisher(ED_KEY), BUREAU: Publisher(NEW_KEY)}
    verifier = TokenVerifier(
        [issuer(CITY), issuer(BUREAU)], clock=FixedClock(NOW), fetch=lambda chosen: publishers[chosen.issuer]
    )

    assert (await verifier.verify(sign(NEW_KEY, iss=BUREAU))).subject == "u-17"
    assert await refused_for(verifier, sign(NEW_KEY, iss=CITY)) == "key"


@pytest.mark.parametrize(
    "token",
    [
        "",
        "x",
        "a.b.c",
        "a.b.c.d.e",
        "x" * (LONGEST_TOKEN + 1),
        "令牌",
        f"{encoded({'alg': 'Ed25519'})}.{encoded([1])}.x",
        f"{encoded([])}.{encoded({})}.x",
        "." * 100,
    ],
)
async def test_what_is_no_token_is_refused_without_asking_the_issuer(token: str) -> None:
    publisher = Publisher(ED_KEY)

    assert await refused_for(verifier_of(publisher), token) in {"malformed", "issuer"}
    assert publisher.calls == 0


async def test_a_token_without_key_id_is_refused() -> None:
    token = jwt.encode({"alg": "Ed25519"}, claims(), ED_KEY, algorithms=["Ed25519"])

    assert await refused_for(verifier_of(Publisher(ED_KEY)), token) == "key"


async def test_keys_are_fetched_once_while_fresh() -> None:
    publisher, stopwatch = Publisher(ED_KEY), Stopwatch()
    verifier = verifier_of(publisher, stopwatch=stopwatch)

    for _ in range(3):
        await verifier.verify(sign())
    stopwatch.seconds += REFRESH_SECONDS - 1
    await verifier.verify(sign())

    assert publisher.calls == 1
    assert 5 * 60 <= REFRESH_SECONDS <= 10 * 60


async def test_a_rotated_key_is_found_at_once_and_the_old_one_ends_with_the_refresh() -> None:
    publisher, stopwatch = Publisher(ED_KEY), Stopwatch()
    verifier = verifier_of(publisher, stopwatch=stopwatch)
    await verifier.verify(sign())

    publisher.keys = (NEW_KEY,)
    stopwatch.seconds += COOLDOWN_SECONDS

    assert (await verifier.verify(sign(NEW_KEY))).subject == "u-17"
    assert await refused_for(verifier, sign(ED_KEY)) == "key"


async def test_unknown_keys_cannot_make_the_verifier_hammer_the_issuer() -> None:
    publisher, stopwatch = Publisher(ED_KEY), Stopwatch()
    verifier = verifier_of(publisher, stopwatch=stopwatch)
    await verifier.verify(sign())

    for _ in range(20):
        assert await refused_for(verifier, sign(NEW_KEY)) == "key"
    assert publisher.calls == 1  # Within the cooldown of the first fetch.

    stopwatch.seconds += COOLDOWN_SECONDS
    for _ in range(20):
        assert await refused_for(verifier, sign(NEW_KEY)) == "key"
    assert publisher.calls == 2


async def test_known_keys_outlive_an_issuer_that_is_down_for_a_day_at_most() -> None:
    publisher, stopwatch = Publisher(ED_KEY), Stopwatch()
    verifier = verifier_of(publisher, stopwatch=stopwatch)
    await verifier.verify(sign())

    publisher.down = True
    stopwatch.seconds += MOST_STALE_SECONDS
    assert (await verifier.verify(sign())).subject == "u-17"

    stopwatch.seconds += 1
    with pytest.raises(KeysUnavailable):
        await verifier.verify(sign())


async def test_without_any_keys_nobody_is_believed_and_nobody_is_called_a_forger() -> None:
    publisher, stopwatch = Publisher(ED_KEY), Stopwatch()
    publisher.down = True
    verifier = verifier_of(publisher, stopwatch=stopwatch)

    with pytest.raises(KeysUnavailable):
        await verifier.verify(sign())

    publisher.down = False
    stopwatch.seconds += COOLDOWN_SECONDS
    assert (await verifier.verify(sign())).subject == "u-17"


def test_a_key_set_keeps_public_signing_keys_only() -> None:
    secret = OctKey.generate_key(256, {"kid": "secret"})
    encryption = RSAKey.import_key(RSA_KEY.as_dict(private=False) | {"kid": "enc", "use": "enc"})
    nameless = {name: part for name, part in EC_KEY.as_dict(private=False).items() if name != "kid"}
    document = {
        "keys": [
            ED_KEY.as_dict(private=False),
            NEW_KEY.as_dict(private=True),
            secret.as_dict(private=True),
            encryption.as_dict(private=False),
            nameless,
            {"kty": "RSA", "kid": "broken"},
            "no key",
        ]
    }

    assert set(public_keys(json.dumps(document).encode())) == {ED_KEY.kid}


@pytest.mark.parametrize("document", [b"", b"[]", b"{}", b'{"keys": 1}', b'{"keys": []}', b"<html>", b" " * 300_000])
def test_what_is_no_key_set_is_refused(document: bytes) -> None:
    with pytest.raises(ValueError, match=r"."):
        public_keys(document)


def client_of(**options: Any) -> httpx.AsyncClient:
    async def whoami(request: Request) -> JSONResponse:
        caller = getattr(request.state, "caller", None)
        return JSONResponse({"subject": None if caller is None else caller.subject})

    routes = [Route(path, whoami) for path in ("/graphql", *OPEN_PATHS)]
    app = AuthenticationMiddleware(Starlette(routes=routes), verifier=verifier_of(Publisher(ED_KEY)), **options)
    return httpx.AsyncClient(transport=httpx.ASGITransport(app=app), base_url="http://service")


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"authorization": ""},
        {"authorization": "Bearer "},
        {"authorization": "Basic dTpw"},
        {"authorization": "Bearer x"},
        {"x-caller": "u-17"},
    ],
)
@pytest.mark.parametrize(
    "path", ["/graphql", "/graphql/", "/nowhere", "/health/live/", "/health/../graphql", "//metrics"]
)
async def test_without_a_believed_token_every_path_but_the_open_ones_is_401(path: str, headers: dict[str, str]) -> None:
    async with client_of() as client:
        response = await client.get(path, headers=headers)

    assert response.status_code == 401
    assert response.headers["www-authenticate"] == "Bearer"
    assert response.json()["errors"][0]["extensions"]["code"] == "UNAUTHENTICATED"


async def test_two_authorization_headers_are_refused() -> None:
    async with client_of() as client:
        response = await client.get(
            "/graphql", headers=[("authorization", f"Bearer {sign()}"), ("authorization", "Bearer x")]
        )

    assert response.status_code == 401


async def test_with_a_token_the_caller_comes_along() -> None:
    async with client_of() as client:
        response = await client.get("/graphql", headers={"authorization": f"bearer {sign()}"})

    assert response.json() == {"subject": "u-17"}


@pytest.mark.parametrize("path", OPEN_PATHS)
async def test_open_paths_answer_without_a_token(path: str) -> None:
    async with client_of() as client:
        response = await client.get(path)

    assert response.json() == {"subject": None}


async def test_an_anonymous_path_lets_in_who_brings_no_token_but_no_bad_token() -> None:
    async with client_of(anonymous_paths=("/graphql",)) as client:
        assert (await client.get("/graphql")).json() == {"subject": None}
        assert (await client.get("/graphql", headers={"authorization": "Bearer x"})).status_code == 401


async def test_a_service_whose_issuer_is_down_says_unavailable() -> None:
    publisher = Publisher(ED_KEY)
    publisher.down = True
    app = AuthenticationMiddleware(Starlette(routes=[]), verifier=verifier_of(publisher))

    async with httpx.AsyncClient(transport=httpx.ASGITransport(app=app), base_url="http://service") as client:
        response = await client.get("/graphql", headers={"authorization": f"Bearer {sign()}"})

    assert response.status_code == 503
    assert response.json()["errors"][0]["extensions"]["code"] == "UNAVAILABLE"
