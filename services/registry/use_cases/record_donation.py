"""Record what a provider of several estates of a community gives for community building."""

from dataclasses import dataclass
from datetime import date

from kit.idempotency import Outcome
from kit.ids import new_id
from kit.money import Fen
from kit.mongo import UnitOfWork
from services.registry.domain.contract_state import SERVING_STATES
from services.registry.domain.donation import check_donation
from services.registry.domain.territory import UnknownCommunity
from services.registry.store.contracts import find_contracts_of_providers
from services.registry.store.documents import document_of
from services.registry.store.donations import DonationRecord, add_donation
from services.registry.store.providers import provider_of
from services.registry.store.territory import find_communities, require_own_area
from services.registry.use_cases.roles import RECORD_DONATIONS


@dataclass(frozen=True, kw_only=True)
class RecordDonation:
    """A donation; `is_voluntary` is what the provider says in its document."""

    provider_id: str
    community_id: str
    amount: Fen
    given_on: date
    is_voluntary: bool
    document_id: str


async def record_donation(work: UnitOfWork, command: RecordDonation) -> Outcome:
    """Record the gift of a provider that serves several estates of the community; a deduction is refused (DH-29)."""
    work.caller.require_role(*RECORD_DONATIONS)
    provider = await provider_of(work, command.provider_id)
    found = await find_communities(work, [command.community_id])
    if not found:
        raise UnknownCommunity(
            "the community is not registered", path=("input", "communityId"), value=command.community_id
        )
    community = found[0]
    require_own_area(work, community.areas, path=("input", "communityId"), value=community.id)
    contracts = await find_contracts_of_providers(work, [provider.id], SERVING_STATES, scope=work.caller.scope)
    check_donation(
        is_voluntary=command.is_voluntary,
        estate_count=len({contract.estate_id for contract in contracts if contract.place.community_id == community.id}),
        amount=command.amount,
        given_on=command.given_on,
        today=work.today,
    )
    document = await document_of(work, command.document_id)
    donation = DonationRecord(
        id=new_id("don"),
        provider_id=provider.id,
        community_id=community.id,
        amount=command.amount,
        given_on=command.given_on,
        document_id=document.id,
        areas=tuple(community.areas),
    )
    await add_donation(work, donation)
    return Outcome(entity_ids={"donation": donation.id, "community": community.id})
