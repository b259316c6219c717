"""Lists of owners and providers, page by page in the order of their codes: for files and searches."""

from collections.abc import Sequence
from typing import Final

from kit.caller import Scope
from kit.mongo import Document, Reader
from services.registry.store.owners import OWNERS, OwnerRecord, owner_record
from services.registry.store.providers import PROVIDERS, ProviderRecord, provider_record

_LAST_TEXT: Final = "\U0010ffff"
"""Sorts after every text: the upper end of a range of codes."""


def within(scope: Scope, area: str, query: Document) -> Document:
    """Return the query narrowed to documents of one area that the scope covers as well.

    One area is an equality, so an index that begins with `areas` serves it; the scope is only compared.
    """
    grants = scope.area_filter()
    narrowed = {"areas": area, **query}
    return narrowed if grants is None or area in grants else {**narrowed, "$and": [{"areas": {"$in": grants}}]}


async def page_of_owners(reader: Reader, area: str, *, scope: Scope, after: str, limit: int) -> list[OwnerRecord]:
    """Return at most `limit` owners of parts in the area after a code, by code.

    `area` is a grant such as "street:str_…"; a code is unique within it.
    """
    query = within(scope, area, {"code": {"$gt": after, "$lt": _LAST_TEXT}})
    cursor = reader.collection(OWNERS).find(query, session=reader.session).sort("code", 1).limit(limit)
    return [owner_record(document) async for document in cursor]


async def page_of_providers(
    reader: Reader, districts: Sequence[str], *, after: str, limit: int
) -> list[ProviderRecord]:
    """Return at most `limit` providers after a unified credit code; of all districts when none is named."""
    query: Document = {"unified_credit_code": {"$gt": after, "$lt": _LAST_TEXT}}
    if districts:
        query["district"] = {"$in": list(districts)}
    cursor = (
        reader.collection(PROVIDERS).find(query, session=reader.session).sort("unified_credit_code", 1).limit(limit)
    )
    return [provider_record(document) async for document in cursor]
