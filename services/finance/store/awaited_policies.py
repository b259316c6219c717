"""Where a contract that waits for its district's policy meets the policy's coming into force."""

from typing import Final

from kit.mongo import UnitOfWork

AWAITED_POLICIES: Final = "awaited_policies"


async def meet_at(work: UnitOfWork, place: str) -> None:
    """Let this unit conflict with any other that meets at the same place at the same time; the later runs again.

    A contract that finds no policy and a policy that finds no waiting contract would otherwise miss each other.
    """
    await work.collection(AWAITED_POLICIES).update_one(
        {"_id": place}, {"$inc": {"revision": 1}}, upsert=True, session=work.session
    )
