"""Look up a candidate's filing and credit before a selection, and keep what was shown."""

from dataclasses import dataclass

from kit.idempotency import Outcome
from kit.ids import new_id
from kit.mongo import UnitOfWork
from services.registry.store.estates import estate_of
from services.registry.store.providers import (
    CreditLookupRecord,
    add_credit_lookup,
    credit_of,
    provider_of,
)
from services.registry.use_cases.roles import GUIDE_OWNERS


@dataclass(frozen=True, kw_only=True)
class RecordCreditLookup:
    """A candidate whom an estate may select."""

    provider_id: str
    estate_id: str


async def record_credit_lookup(work: UnitOfWork, command: RecordCreditLookup) -> Outcome:
    """Keep who looked up the candidate, when, and what was shown (ZG-12); it cannot be dated back."""
    work.caller.require_role(*GUIDE_OWNERS)
    estate = await estate_of(work, command.estate_id)
    provider = await provider_of(work, command.provider_id)
    credit = await credit_of(work, provider.id)
    lookup = CreditLookupRecord(
        id=new_id("lok"),
        provider_id=provider.id,
        estate_id=estate.id,
        looked_up_by=work.caller.subject,
        looked_up_at=work.now,
        looked_up_on=work.today,
        filed=provider.filing is not None,
        blacklisted=credit.is_blacklisted_on(work.today),
        scores=credit.scores,
        areas=tuple(estate.areas),
    )
    await add_credit_lookup(work, lookup)
    return Outcome(entity_ids={"lookup": lookup.id})
