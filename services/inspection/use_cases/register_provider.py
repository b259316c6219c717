"""A provider entered the registry: it can be rated."""

from kit.mongo import UnitOfWork
from services.inspection.store.providers import save_provider


async def register_provider(work: UnitOfWork, *, provider_id: str, district: str) -> None:
    """Keep that the provider is known; again, nothing changes."""
    await save_provider(work, provider_id, district=district)
