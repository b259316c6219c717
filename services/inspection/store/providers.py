"""Which providers the registry has, as inspection heard."""

from collections.abc import Sequence
from typing import Final

from kit.mongo import Reader, UnitOfWork

PROVIDERS: Final = "providers"


async def known_providers(reader: Reader, ids: Sequence[str]) -> set[str]:
    """Return which of these ids are registered providers; the register of providers is public."""
    cursor = reader.collection(PROVIDERS).find({"_id": {"$in": list(ids)}}, {"_id": 1}, session=reader.session)
    return {document["_id"] for document in await cursor.to_list(len(ids))}


async def save_provider(work: UnitOfWork, provider_id: str, *, district: str) -> None:
    """Keep that a provider is registered."""
    await work.collection(PROVIDERS).replace_one(
        {"_id": provider_id}, {"district": district}, upsert=True, session=work.session
    )
