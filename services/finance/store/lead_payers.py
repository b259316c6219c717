"""The marks of public employees and party members, one document for each owner and estate; the offices see them."""

from typing import Final

from kit.caller import Scope
from kit.mongo import Reader, UnitOfWork, scoped
from services.finance.domain.lead_payer import LeadPayer, LeadPayerKind

LEAD_PAYERS: Final = "lead_payers"


async def find_lead_payers(reader: Reader, estate_id: str, *, scope: Scope) -> list[LeadPayer]:
    """Return the marked owners of an estate, by owner."""
    cursor = reader.collection(LEAD_PAYERS).find(scoped(scope, {"estate_id": estate_id}), session=reader.session)
    return sorted(
        (
            LeadPayer(document["owner_id"], document["estate_id"], LeadPayerKind(document["kind"]))
            for document in await cursor.to_list(None)
        ),
        key=lambda payer: payer.owner_id,
    )


async def save_lead_payer(work: UnitOfWork, payer: LeadPayer, *, areas: tuple[str, ...]) -> None:
    """Keep an owner's mark."""
    document = {
        "owner_id": payer.owner_id,
        "estate_id": payer.estate_id,
        "kind": payer.kind.value,
        "areas": list(areas),
    }
    await work.collection(LEAD_PAYERS).replace_one(
        {"_id": f"{payer.estate_id}:{payer.owner_id}"}, document, upsert=True, session=work.session
    )


async def remove_lead_payer(work: UnitOfWork, *, estate_id: str, owner_id: str) -> None:
    """Forget an owner's mark."""
    await work.collection(LEAD_PAYERS).delete_one({"_id": f"{estate_id}:{owner_id}"}, session=work.session)


async def move_lead_payers_of_estate(work: UnitOfWork, estate_id: str, *, street_id: str, community_id: str) -> None:
    """Let the offices of another street and community see an estate's marks."""
    await work.collection(LEAD_PAYERS).update_many(
        {"estate_id": estate_id},
        {"$set": {"areas.1": f"street:{street_id}", "areas.2": f"community:{community_id}"}},
        session=work.session,
    )
