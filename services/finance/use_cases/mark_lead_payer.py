"""An office marks an owner as a public employee or a party member, or takes the mark back (ZG-09)."""

from dataclasses import dataclass

from kit.idempotency import Outcome
from kit.mongo import UnitOfWork
from services.finance.domain.lead_payer import LeadPayer, LeadPayerKind, require_reader
from services.finance.store.lead_payers import remove_lead_payer, save_lead_payer
from services.finance.use_cases.fee_places import estate_of

PATH = ("input",)


@dataclass(frozen=True)
class MarkLeadPayer:
    """The command: which owner of which estate; None takes the mark back."""

    estate_id: str
    owner_id: str
    kind: LeadPayerKind | None


async def mark_lead_payer(work: UnitOfWork, command: MarkLeadPayer) -> Outcome:
    """Keep or remove the mark and return the estate's id as `estate`; it is announced to nobody.

    Raises MarkIsRestricted for other roles, EstateUnknown.
    """
    require_reader(work.caller)
    estate = await estate_of(work, command.estate_id, path=(*PATH, "estateId"))
    if command.kind is None:
        await remove_lead_payer(work, estate_id=estate.id, owner_id=command.owner_id)
    else:
        # Neither who manages the estate nor its owners see a mark: only the offices' grants.
        areas = (f"district:{estate.district}", f"street:{estate.street_id}", f"community:{estate.community_id}")
        await save_lead_payer(work, LeadPayer(command.owner_id, estate.id, command.kind), areas=areas)
    return Outcome(entity_ids={"estate": estate.id})
