"""The page at `/`, its files under `/graphiql/`, and the examples that the supergraph can answer."""

import gzip
import hashlib
import mimetypes
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import orjson
from graphql import GraphQLError, GraphQLSchema, parse, validate

STATIC = Path(__file__).parent / "static"
EXAMPLES = Path(__file__).parent / "examples"
FILES_PATH = "/graphiql/"
EXAMPLES_PATH = "/graphiql/examples.json"
# Styles: the editor sets them on elements it makes. Nothing comes from another host, and no script stands in a page.
CONTENT_SECURITY_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; font-src 'self' data:; "
    "img-src 'self' data:; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)
_PAGE_HEADERS = (
    (b"content-security-policy", CONTENT_SECURITY_POLICY.encode()),
    (b"x-content-type-options", b"nosniff"),
    (b"referrer-policy", b"no-referrer"),
    (b"cache-control", b"no-cache"),
)

Headers = Iterable[tuple[bytes, bytes]]


@dataclass(frozen=True, slots=True)
class PageAnswer:
    """An HTTP answer of the page."""

    status: int
    content_type: bytes
    body: bytes
    headers: tuple[tuple[bytes, bytes], ...] = ()


@dataclass(frozen=True, slots=True)
class _File:
    content_type: bytes
    body: bytes
    compressed: bytes
    tag: bytes


class GraphiqlPage:
    """Answers what belongs to GraphiQL, and nothing else."""

    def __init__(self) -> None:
        self._examples: tuple[GraphQLSchema, bytes] | None = None

    def answer(self, path: str, method: str, headers: Headers, schema: GraphQLSchema) -> PageAnswer | None:
        """Return the answer, or None when the request is not for the page: another path, or no browser."""
        if method not in {"GET", "HEAD"}:
            return None
        given = dict(headers)
        if path == "/":
            return self._file("index.html", given) if b"text/html" in given.get(b"accept", b"") else None
        if path == EXAMPLES_PATH:
            return PageAnswer(200, b"application/json", self._examples_for(schema), _PAGE_HEADERS)
        if path.startswith(FILES_PATH) and path.removeprefix(FILES_PATH) in _names():
            return self._file(path.removeprefix(FILES_PATH), given)
        return None

    def _file(self, name: str, given: dict[bytes, bytes]) -> PageAnswer:
        file = _load(name)
        headers = (*_PAGE_HEADERS, (b"etag", file.tag), (b"vary", b"accept-encoding"))
        if given.get(b"if-none-match") == file.tag:
            return PageAnswer(304, file.content_type, b"", headers)
        if b"gzip" in given.get(b"accept-encoding", b""):
            return PageAnswer(200, file.content_type, file.compressed, (*headers, (b"content-encoding", b"gzip")))
        return PageAnswer(200, file.content_type, file.body, headers)

    def _examples_for(self, schema: GraphQLSchema) -> bytes:
        if self._examples is None or self._examples[0] is not schema:
            self._examples = schema, orjson.dumps(read_examples(schema))
        return self._examples[1]


def read_examples(schema: GraphQLSchema) -> list[dict[str, str]]:
    """Return title, query and variables of every example that is valid on the schema, in the files' order."""
    examples = []
    for path in sorted(EXAMPLES.glob("*.graphql")):
        query = path.read_text(encoding="utf-8")
        try:
            valid = not validate(schema, parse(query))
        except GraphQLError:
            valid = False
        if valid:
            variables = path.with_suffix(".json")
            examples.append(
                {
                    "title": query.partition("\n")[0].lstrip("# "),
                    "query": query,
                    "variables": variables.read_text(encoding="utf-8") if variables.exists() else "{}",
                }
            )
    return examples


@lru_cache(maxsize=1)
def _names() -> frozenset[str]:
    return frozenset(path.name for path in STATIC.iterdir() if path.is_file())


@lru_cache(maxsize=32)
def _load(name: str) -> _File:
    body = (STATIC / name).read_bytes()
    content_type = mimetypes.guess_type(name)[0] or "application/octet-stream"
    tag = f'"{hashlib.sha256(body).hexdigest()[:16]}"'
    return _File(f"{content_type}; charset=utf-8".encode(), body, gzip.compress(body, mtime=0), tag.encode())
