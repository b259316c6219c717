"""What pages of other origins may do here: CORS by an allow-list, and no request that a browser sends unasked."""

from collections.abc import Collection, Iterable

from gateway.graphql_over_http import RequestRefused

ANY = "*"
# A page of another origin cannot set these without a preflight.
PREFLIGHT_HEADERS = frozenset({b"apollo-require-preflight", b"x-apollo-operation-name", b"x-graphql-require-preflight"})
SIMPLE_CONTENT_TYPES = frozenset({"application/x-www-form-urlencoded", "multipart/form-data", "text/plain", ""})
# What the gateway itself reads; those it hands on are added.
ALLOWED_HEADERS = frozenset(
    {
        "accept",
        "anju-plan",
        "apollo-require-preflight",
        "apollographql-client-name",
        "apollographql-client-version",
        "authorization",
        "content-type",
        "x-apollo-operation-name",
        "x-deadline-ms",
        "x-graphql-require-preflight",
    }
)
EXPOSED_HEADERS = "retry-after, anju-plan"
PREFLIGHT_SECONDS = 600

Headers = Iterable[tuple[bytes, bytes]]


class CrossOrigin:
    """The rules for one list of allowed origins; an empty list leaves only the gateway's own.

    Their pages may send the headers that the gateway reads and those it hands on to subgraphs.
    """

    def __init__(self, origins: Collection[str], forwarded_headers: Collection[str] = ()) -> None:
        self.any_origin = ANY in origins
        self.origins = frozenset(origins)
        self._allowed_headers = ", ".join(sorted(ALLOWED_HEADERS | set(forwarded_headers))).encode()

    def allows(self, origin: str) -> bool:
        """Return whether pages of the origin may read answers."""
        return self.any_origin or origin in self.origins

    def answer_headers(self, headers: Headers) -> list[tuple[bytes, bytes]]:
        """Return the headers that let an allowed origin's page read the answer."""
        if not self.origins:
            return []
        if self.any_origin:
            return [
                (b"access-control-allow-origin", b"*"),
                (b"access-control-expose-headers", EXPOSED_HEADERS.encode()),
            ]
        origin = _value(headers, b"origin")
        if origin is None or not self.allows(origin):
            return [(b"vary", b"origin")]
        return [
            (b"vary", b"origin"),
            (b"access-control-allow-origin", origin.encode("latin-1")),
            (b"access-control-expose-headers", EXPOSED_HEADERS.encode()),
        ]

    def preflight_headers(self, headers: Headers) -> list[tuple[bytes, bytes]]:
        """Return the answer's headers to an OPTIONS request; raises RequestRefused for an origin not on the list."""
        origin = _value(headers, b"origin")
        if origin is None or _value(headers, b"access-control-request-method") is None:
            return [(b"allow", b"GET, POST, OPTIONS")]
        if not self.allows(origin):
            raise RequestRefused(403, "ORIGIN_NOT_ALLOWED", "Pages of this origin may not ask.", {"vary": "origin"})
        return [
            (b"access-control-allow-methods", b"GET, POST, OPTIONS"),
            (b"access-control-allow-headers", self._allowed_headers),
            (b"access-control-max-age", str(PREFLIGHT_SECONDS).encode()),
        ]

    def allows_websocket(self, headers: Headers) -> bool:
        """Return whether the handshake comes from the gateway's own page, an allowed origin, or from no browser."""
        given = dict(headers)
        origin = given.get(b"origin")
        if origin is None or self.allows(origin.decode("latin-1")):
            return True
        return origin.partition(b"://")[2] == given.get(b"host")

    def check_get(self, headers: Headers) -> None:
        """Raise RequestRefused for a GET that a page of another origin may have caused without a preflight.

        Every browser tells: by `Sec-Fetch-Site`, by `Origin`, the old ones at least by a user agent `Mozilla/…`. What
        is no browser carries nobody's rights but its own. POST needs no such rule: its JSON content type is never sent
        without a preflight.
        """
        given = dict(headers)
        if any(given.get(name) for name in PREFLIGHT_HEADERS):
            return
        content_type = given.get(b"content-type", b"").decode("latin-1").partition(";")[0].strip().lower()
        if content_type not in SIMPLE_CONTENT_TYPES:
            return
        origin, site = given.get(b"origin"), given.get(b"sec-fetch-site")
        if origin is not None and self.origins and self.allows(origin.decode("latin-1")):
            return
        if site == b"same-origin":
            return
        from_browser = origin is not None or site is not None or given.get(b"user-agent", b"").startswith(b"Mozilla/")
        if from_browser:
            raise RequestRefused(
                400,
                "CSRF_PREVENTED",
                "This request could have been sent by another site's page. Send it with a non-empty header"
                " apollo-require-preflight, x-apollo-operation-name or x-graphql-require-preflight, or by POST.",
            )


def _value(headers: Headers, wanted: bytes) -> str | None:
    for name, value in headers:
        if name == wanted:
            return value.decode("latin-1")
    return None
