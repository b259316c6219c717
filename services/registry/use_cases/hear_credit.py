"""Keep what inspection announces of a provider's credit, and advise ending contracts with a blacklisted one."""

from datetime import date, timedelta

from kit.ids import new_id
from kit.mongo import UnitOfWork
from services.registry.domain.contract import advice_addressee
from services.registry.domain.contract_state import ContractState
from services.registry.domain.credit import Listing, YearlyScore
from services.registry.domain.welfare_pool import is_member, leaving_pool
from services.registry.events import ContractTerminationAdvised, ProviderLeftPool
from services.registry.store.contract_documents import TerminationAdvice
from services.registry.store.contracts import add_advice, find_contracts_of_providers
from services.registry.store.providers import (
    end_listing,
    find_providers,
    save_listing,
    save_pool_membership,
    save_score,
)


async def keep_score(work: UnitOfWork, provider_id: str, score: YearlyScore) -> None:
    """Keep a year's score for the look-ups to come; the one announced last holds."""
    await save_score(work, provider_id, score)


async def keep_listing_and_advise(work: UnitOfWork, provider_id: str, listing: Listing) -> None:
    """Keep an entry of the blacklist, and issue the advice to end each contract that is signed or served (ZG-15).

    Advice, never termination: no contract changes its state. One advice per contract and entry, however often heard.
    A member of the pool of public-welfare companies leaves it: its members have no bad record (ZG-39).
    """
    await save_listing(work, provider_id, listing)
    await _leave_pool(work, provider_id, listing)
    contracts = await find_contracts_of_providers(
        work, [provider_id], [ContractState.SIGNED, ContractState.ACTIVE], scope=work.caller.scope
    )
    for contract in contracts:
        advice = TerminationAdvice(
            blacklist_entry_id=listing.entry_id,
            reason=listing.reason,
            issued_on=max(listing.listed_on, contract.signed_on or listing.listed_on),
            issued_to=advice_addressee(contract.signed_by_body),
            document_id=new_id("doc"),
        )
        if await add_advice(work, contract.id, advice):
            work.announce(
                ContractTerminationAdvised(
                    district=contract.place.district,
                    aggregate_id=contract.id,
                    occurred_on=advice.issued_on,
                    estate_id=contract.estate_id,
                    street_id=contract.place.street_id,
                    community_id=contract.place.community_id,
                    contract_id=contract.id,
                    blacklist_entry_id=advice.blacklist_entry_id,
                    issued_to=advice.issued_to,
                    document_id=advice.document_id,
                )
            )


async def _leave_pool(work: UnitOfWork, provider_id: str, listing: Listing) -> None:
    for provider in await find_providers(work, [provider_id]):
        if provider.pool is None or not is_member(provider.pool):
            continue
        left_on = max(listing.listed_on, provider.pool.joined_on)
        left = leaving_pool(provider.pool, left_on=left_on, because=listing.reason, today=max(left_on, work.today))
        await save_pool_membership(work, provider, left)
        work.announce(
            ProviderLeftPool(
                district=provider.district,
                aggregate_id=provider.id,
                occurred_on=left_on,
                provider_id=provider.id,
                unified_credit_code=provider.unified_credit_code,
                kind=provider.kind,
                left_on=left_on,
            )
        )


async def keep_end_of_listing(work: UnitOfWork, provider_id: str, entry_id: str, *, ended_on: date) -> None:
    """Keep that an entry holds no more from that day; the advice that was issued stays on record (ZG-16)."""
    await end_listing(work, provider_id, entry_id, last_day=ended_on - timedelta(days=1))
