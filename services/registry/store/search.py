"""Prefix search over stored keys: one bounded range of one declared index, of the place or of each grant."""

from collections.abc import Mapping, Sequence
from typing import Any, Final

from kit.caller import Scope
from kit.mongo import Document, Reader, scoped
from services.registry.domain.search import MOST_COUNTED, SearchBy, SearchTerm, initials_key, name_key

LAST_TEXT: Final = "\U0010ffff"
"""Sorts after every text: the upper end of a range of keys."""


def search_keys(name: str, code: str) -> Document:
    """Return the fields that a record is found by, to be stored with its name."""
    return {"name_key": name_key(name, code), "initials_key": initials_key(name, code)}


def key_field(term: SearchTerm, *, code_field: str = "code") -> str:
    """Return the stored field that the term is compared with."""
    return {SearchBy.NAME: "name_key", SearchBy.INITIALS: "initials_key", SearchBy.CODE: code_field}[term.by]


def key_range(term: SearchTerm, field: str, after: str | None) -> Document:
    """Return the range of keys that begin with the term and come after the key `after`, bounded at both ends."""
    # A cursor of another search may lie before the range: its beginning holds all the same.
    lower = {"$gte": term.prefix} if after is None else {"$gt": max(after, term.prefix)}
    return {field: {**lower, "$lt": term.prefix + LAST_TEXT}}


def within(scope: Scope, area: str, query: Mapping[str, Any]) -> Document:
    """Return the query narrowed to documents of one area that the scope covers as well.

    One area is an equality, so an index that begins with `areas` serves it; the scope is only compared.
    """
    grants = scope.area_filter()
    narrowed = {"areas": area, **query}
    return narrowed if grants is None or area in grants else {**narrowed, "$and": [{"areas": {"$in": grants}}]}


async def search(
    reader: Reader,
    collection: str,
    term: SearchTerm,
    places: Mapping[str, str],
    narrowing: Mapping[str, Any],
    *,
    scope: Scope,
    after: str | None,
    limit: int,
) -> list[tuple[str, Document]]:
    """Return at most `limit` documents whose key begins with the term, after the key `after`, in the order of keys.

    `places` says where they lie, by `district`, `street_id` or `community_id`; `narrowing` is compared with each.
    """
    field = key_field(term)
    found: dict[str, Document] = {}
    for query in _queries(term, field, places, narrowing, scope=scope, after=after):
        cursor = reader.collection(collection).find(query, session=reader.session).sort(field, 1).limit(limit)
        found.update({document[field]: document async for document in cursor})
    return [(key, found[key]) for key in sorted(found)[:limit]]


async def count_found(
    reader: Reader,
    collection: str,
    term: SearchTerm,
    places: Mapping[str, str],
    narrowing: Mapping[str, Any],
    *,
    scope: Scope,
) -> int | None:
    """Return how many documents the term finds; None for more than 1,000, and where several grants would be added."""
    queries = _queries(term, key_field(term), places, narrowing, scope=scope, after=None)
    if len(queries) != 1:
        return None if queries else 0
    count = await reader.collection(collection).count_documents(queries[0], limit=MOST_COUNTED + 1)
    return count if count <= MOST_COUNTED else None


def _queries(
    term: SearchTerm,
    field: str,
    places: Mapping[str, str],
    narrowing: Mapping[str, Any],
    *,
    scope: Scope,
    after: str | None,
) -> list[Document]:
    wanted = {**key_range(term, field, after), **narrowing}
    if places:
        # The place stands first: of several conditions the embedded store looks up the first that has an index.
        return [scoped(scope, {**places, **wanted})]
    grants: Sequence[str] | None = scope.area_filter()
    return [wanted] if grants is None else [{"areas": grant, **wanted} for grant in grants]
