"""Lists of owners and providers, page by page in the order of their codes: for files and searches."""

from collections.abc import Sequence
from dataclasses import dataclass

from kit.caller import Scope
from kit.mongo import Document, Reader
from services.registry.domain.provider import ProviderKind
from services.registry.domain.search import SearchTerm
from services.registry.store.owners import OWNERS, OwnerRecord, owner_record
from services.registry.store.providers import PROVIDERS, ProviderRecord, provider_record
from services.registry.store.search import LAST_TEXT, key_field, key_range, within


@dataclass(frozen=True)
class ProviderConditions:
    """Which providers a search shows; an empty one shows all."""

    district: str | None = None
    kind: ProviderKind | None = None

    def query(self) -> Document:
        """Return the equality conditions."""
        conditions = {"district": self.district, "kind": None if self.kind is None else self.kind.value}
        return {name: value for name, value in conditions.items() if value is not None}


async def page_of_owners(reader: Reader, area: str, *, scope: Scope, after: str, limit: int) -> list[OwnerRecord]:
    """Return at most `limit` owners of parts in the area after a code, by code.

    `area` is a grant such as "street:str_…"; a code is unique within it.
    """
    query = within(scope, area, {"code": {"$gt": after, "$lt": LAST_TEXT}})
    cursor = reader.collection(OWNERS).find(query, session=reader.session).sort("code", 1).limit(limit)
    return [owner_record(document) async for document in cursor]


async def page_of_providers(
    reader: Reader, districts: Sequence[str], *, after: str, limit: int
) -> list[ProviderRecord]:
    """Return at most `limit` providers after a unified credit code; of all districts when none is named."""
    query: Document = {"unified_credit_code": {"$gt": after, "$lt": LAST_TEXT}}
    if districts:
        query["district"] = {"$in": list(districts)}
    cursor = (
        reader.collection(PROVIDERS).find(query, session=reader.session).sort("unified_credit_code", 1).limit(limit)
    )
    return [provider_record(document) async for document in cursor]


async def find_providers_by_credit_code(reader: Reader, codes: Sequence[str]) -> dict[str, ProviderRecord]:
    """Return the providers of these unified credit codes, by code."""
    cursor = reader.collection(PROVIDERS).find({"unified_credit_code": {"$in": list(codes)}}, session=reader.session)
    return {document["unified_credit_code"]: provider_record(document) async for document in cursor}


async def search_owners(
    reader: Reader, term: SearchTerm, area: str, *, scope: Scope, after: str | None, limit: int
) -> list[tuple[str, OwnerRecord]]:
    """Return at most `limit` owners of parts in the area that the term finds after a key, with their keys."""
    field = key_field(term)
    query = within(scope, area, key_range(term, field, after))
    cursor = reader.collection(OWNERS).find(query, session=reader.session).sort(field, 1).limit(limit)
    return [(document[field], owner_record(document)) async for document in cursor]


async def search_providers(
    reader: Reader, term: SearchTerm | None, conditions: ProviderConditions, *, after: str | None, limit: int
) -> list[tuple[str, ProviderRecord]]:
    """Return at most `limit` providers that the term finds after a key, with their keys; of no term all, by name."""
    field = "name_key" if term is None else key_field(term, code_field="unified_credit_code")
    in_order = {field: {"$gt": after or "", "$lt": LAST_TEXT}} if term is None else key_range(term, field, after)
    query = {**in_order, **conditions.query()}
    cursor = reader.collection(PROVIDERS).find(query, session=reader.session).sort(field, 1).limit(limit)
    return [(document[field], provider_record(document)) async for document in cursor]
